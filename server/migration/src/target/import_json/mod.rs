//! The JSON that APIM's V4 import takes: the V4 tree as it is.

mod write;

pub use write::write;
