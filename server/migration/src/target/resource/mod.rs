//! The custom resource `ApiV4Definition` of the Kubernetes operator (FORMATS §2.2), in YAML.

mod shape;
mod write;

pub use shape::shape;
pub use write::write;
