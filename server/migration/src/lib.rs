//! Everything that knows Gravitee: what a document is, what its V2 definition says, what stands in the way of V4,
//! how to mend it, and what the V4 definition is.
//!
//! One way data flows: text → [`v4ward_syntax::Document`] → [`v2::Api`] → [`Finding`]s → (fixes: V2 to V2) →
//! [`v4`] definition with its [`record`] → text. All of it is pure: no files, no clocks, no threads, no editor types.

#![forbid(unsafe_code)]

mod analysis;
pub mod assist;
pub mod cluster;
pub mod convert;
pub mod expression;
mod finding;
pub mod fixes;
pub mod migrate;
mod options;
mod origins;
mod paths;
mod pictures;
pub mod plugins;
mod policies;
mod recognise;
pub mod record;
pub mod redact;
pub mod rollout;
pub mod rules;
pub mod script;
pub mod suggest;
pub mod suppress;
pub mod target;
pub mod v2;
pub mod v4;

pub use analysis::{Analysis, Judged, analyse, analyse_by};
pub use finding::{ApimState, Finding, Part, Place, Severity, Verdict, verdict};
pub use migrate::{FixLevel, Migration, Output, Refusal, Request, migrate};
pub use options::{IdPolicy, Options, Version};
pub use recognise::{Definition, DocumentFormat, holds_v4, recognise, recognise_root};
pub use target::Target;
