//! Making what was found readable.

pub(super) mod diff;
mod excerpt;
pub(super) mod json;
pub(super) mod markdown;
pub(super) mod sarif;
pub(super) mod stream;
pub(super) mod text;

pub(super) use excerpt::Source;
pub(crate) use excerpt::{name_of, name_of_root};
