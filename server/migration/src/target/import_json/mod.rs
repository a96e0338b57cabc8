//! The JSON that APIM's V4 import takes: the V4 tree as it is.

mod data;
mod write;

pub use data::to_json;
pub use write::{Link, Written, write};
