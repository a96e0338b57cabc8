//! The custom resource `ApiV4Definition` of the Kubernetes operator (FORMATS §2.2), in YAML.
//!
//! * `shape`: from the import shape to the resource, with `metadata`, `keys`, `plans`, `pages`, `parts`, `people`;
//! * `write`: the resource as text, from a list of `items`, with its `style`, `scalars` and `comments`.

mod comments;
mod items;
mod keys;
mod metadata;
mod pages;
mod parts;
mod people;
mod plans;
mod scalars;
mod shape;
mod style;
mod write;

pub use shape::shape;
pub use write::write;
