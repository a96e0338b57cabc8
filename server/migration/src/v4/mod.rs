//! The V4 definition: its tree, its schemas and what the import asks for.

pub(crate) mod instance;
mod resource;
mod schemas;
mod value;
mod verify;

pub(crate) use schemas::what_of;
pub use schemas::{SchemaFailure, check, check_resource};
pub use value::{Object, Origin, Scalar, Value};
pub use verify::{VERIFY_RULES, VerifyProblem, VerifyRule, verify};
