//! Output forms: one folder each. A target turns the V4 tree into text and tells where each part of it stands.

pub mod import_json;
