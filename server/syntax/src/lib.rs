//! Text to a lossless tree and back, with no knowledge of Gravitee.
//!
//! * [`Document`]: one arena per text, built from half-typed text too, never failing and never recursing;
//! * [`LineIndex`]: byte offsets to lines and columns in UTF-8, UTF-16 or UTF-32 units;
//! * [`edit`]: minimal text edits from spans, each checked by reading its result.
//!
//! Everything here is a pure function of its arguments: no files, no clocks, no threads.

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

mod decode;
pub mod edit;
mod json;
mod pointer;
mod position;
mod runs;
mod scan;
mod string;
mod tree;
mod yaml;

pub use decode::{DecodeError, decode};
pub use pointer::push_pointer_part;
pub use position::{LineIndex, Position, PositionEncoding};
pub use string::{escape_json, quote_json, unescape_json};
pub use tree::{Comment, Document, Format, Members, Node, NodeId, NodeKind, Span, SyntaxError, SyntaxErrorKind};
pub use yaml::Anchor;
