//! The parser's errors in our words.

use granit_parser::ErrorKind;

pub(super) fn words(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping => "a bracket before this is never closed",
        ErrorKind::RecursionLimitExceeded => "this is nested more than 255 levels deep; v4ward reads no further",
        _ => "this is not valid YAML",
    }
}
