//! What the tests over many inputs share.

pub(crate) mod as_resource;
pub(crate) mod crd;
pub(crate) mod inputs;
pub(crate) mod laws;
pub(crate) mod show;
