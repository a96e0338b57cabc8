//! The V4 definition: its tree, its schemas and what the import asks for.

mod schemas;
mod value;

pub use schemas::{SchemaFailure, check, verify};
pub use value::{Object, Origin, Scalar, Value};
