//! The V4 definition: its tree, its schemas and what the import asks for.

pub mod compare;
pub(crate) mod instance;
mod resource;
pub mod rule;
mod rules;
mod schemas;
mod value;
mod verify;
mod view;

pub use schemas::{FailureKind, SchemaFailure, check, check_resource};
pub(crate) use schemas::{Places, what_of};
pub use value::{Object, Origin, Scalar, Value};
pub use verify::verify;
