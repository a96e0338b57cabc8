//! The language server as an editor meets it: the real program, over standard input and output.
//!
//! * [`client`]: the editor, which fails on any message that no test looked at;
//! * [`text`]: positions and edits, worked out anew, so that both sides can be wrong only in different ways;
//! * every other file is about one topic of `docs/protocol.md`.

#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "tests")]

mod client;
#[path = "../common/mod.rs"]
mod common;
mod text;

mod actions;
mod bad_input;
mod cancel;
mod commands;
mod completion;
mod definition;
mod diagnostics;
mod hover;
mod json;
mod lens;
mod lifecycle;
mod mixed;
mod progress;
mod resources;
mod secrets;
mod settings;
mod suppress;
mod sync;
mod workspace;
mod yaml;

/// Not migratable: six findings, three of them with a safe fix.
const BILLING: &str = include_str!("../../../../examples/billing.json");
/// Partially migratable: four findings.
const TRACKING: &str = include_str!("../../../../examples/tracking.json");
/// Fully migratable without any finding.
const PARCELS: &str = include_str!("../../../../examples/parcels.json");
