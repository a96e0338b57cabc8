//! The parser's errors in our words, and where to show them.

use granit_parser::ErrorKind as E;

use super::read::Failure;
use super::spans::line_end;
use crate::tree::Span;

/// The most characters of a key that stands on the line of its colon.
const LONGEST_KEY: usize = 1_024;

/// What is wrong and what helps, for somebody who does not know the grammar of YAML.
pub(super) fn words(text: &str, failure: &Failure) -> &'static str {
    match failure.kind {
        // The parser takes `[a: 1` for an object without brackets.
        E::ExpectedFlowMappingSeparator if failure.stop.in_list => words_of(&E::ExpectedFlowSequenceSeparator),
        // It looks no further for the colon.
        E::SimpleKeyExpected | E::InvalidSimpleKey if is_long_key(text, failure.at) => {
            "this property name is longer than the 1,024 characters that YAML allows"
        }
        E::UnexpectedCharacter { character } if character.is_control() => {
            "this is a control character, which cannot stand here; remove it"
        }
        ref kind => words_of(kind),
    }
}

/// True when there is a colon on the line, but too late.
fn is_long_key(text: &str, at: usize) -> bool {
    let line = &text[at..line_end(text.as_bytes(), at)];
    line.find(':').is_some_and(|colon| line[..colon].chars().count() > LONGEST_KEY)
}

fn words_of(kind: &E) -> &'static str {
    match kind {
        E::UnexpectedEofFlowSequence | E::UnclosedFlowCollection { open: '[' } => "this list is never closed; add `]`",
        E::UnexpectedEofFlowMapping | E::UnexpectedEofImplicitFlowMapping | E::UnclosedFlowCollection { .. } => {
            "this object is never closed; add `}`"
        }
        E::MisplacedFlowCollectionEnd => "this closing bracket closes nothing",
        E::MismatchedFlowCollectionEnd { .. } => "the brackets from here on do not match",
        E::ExpectedFlowMappingSeparator => "a comma or `}` is missing in this object",
        E::ExpectedFlowSequenceSeparator => "a comma or `]` is missing in this list",
        E::BlockEntryInFlowCollection => "`- ` cannot stand between brackets; separate values by commas",
        E::FlowMappingValueAdjacentCollection | E::InvalidColonPlacement => {
            "this colon is out of place between brackets, or a bracket before it is never closed"
        }
        E::SimpleKeyExpected | E::InvalidSimpleKey => "a colon is missing after this property name",
        E::ExpectedBlockMappingKey => "this line is not indented like the lines around it",
        E::InvalidIndentation | E::InvalidFlowScalarIndent => "this must be indented further than what it belongs to",
        E::ExpectedBlockSequenceEntry | E::UnexpectedEofBlockSequence => {
            "a list item that begins with `- ` is expected at this indentation"
        }
        E::BlockSequenceEntryNotAllowed | E::PlainScalarStartsWithDashFlowIndicator => {
            "a list cannot begin here; put its first `- ` on a line of its own"
        }
        E::InvalidBlockEntryWhitespace => "after `- ` use spaces, not a tab",
        E::MappingValueNotAllowed | E::MappingKeyNotAllowed => {
            "this colon is out of place; put the value in quotes, or check the indentation"
        }
        E::TabNotAllowed
        | E::TabInBlockIndentation
        | E::TabInIndentation
        | E::TabAtBlockScalarStart
        | E::TabInPlainScalar
        | E::InvalidMappingValueWhitespace => "YAML does not allow tabs for indentation; use spaces",
        E::UnclosedQuotedScalar
        | E::InvalidQuotedScalarIndent
        | E::DocumentIndicatorInQuotedScalar
        | E::UnexpectedEndOfPlainScalar => "the closing quote of this text is missing",
        E::InvalidTrailingSingleQuotedScalar => {
            "there is more text after the closing quote; write a single quote inside the text twice"
        }
        E::InvalidTrailingDoubleQuotedScalar => {
            "there is more text after the closing quote; write a quote inside the text as `\\\"`"
        }
        E::UnknownQuotedScalarEscape => {
            "this escape sequence is not known; write `\\\\` for a backslash or use single quotes"
        }
        E::InvalidQuotedScalarHexEscape
        | E::InvalidLowSurrogateHexEscape
        | E::InvalidLowSurrogate
        | E::MissingLowSurrogate
        | E::UnpairedLowSurrogate
        | E::InvalidUnicodeEscape => "this escape sequence does not stand for a character",
        E::ZeroBlockScalarIndent | E::InvalidBlockScalarHeader => {
            "only `+`, `-`, an indentation from 1 to 9 or a comment can follow this on its line"
        }
        E::InvalidBlockScalarIndent => "this line of the text is indented less than its first line",
        E::UnexpectedCharacter { .. } => "a value cannot begin with this character; put it in quotes",
        E::ExpectedNodeContent | E::UnexpectedEof | E::UnexpectedEofBlockMapping => "a value is missing here",
        E::CommentInterceptedScalar => "this text goes on after a comment; put it in quotes or move the comment",
        E::CommentNotSeparated | E::ExpectedWhitespace => "a space is missing here",
        E::MissingAnchorOrAliasName => "a name is missing after `&` or `*`; if this is a text, put it in quotes",
        E::UnknownAnchor => UNKNOWN_ANCHOR,
        E::InvalidDocumentEnd => "nothing but a comment can follow `...` on its line",
        E::ExpectedDocumentStart => "a document ends before this; begin another one with `---`",
        E::MissingDocumentEndBeforeDirective => "a line with `...` is missing before this directive",
        E::UnsupportedYamlMajorVersion
        | E::DuplicateVersionDirective
        | E::MissingYamlVersionSeparator
        | E::YamlVersionTooLong
        | E::MissingYamlVersion => "this YAML version is not known; remove the directive",
        E::DuplicateTagDirective
        | E::InvalidDirectiveTerminator
        | E::DirectiveDisallowed
        | E::MissingDirectiveName
        | E::InvalidDirectiveName
        | E::DirectiveByteLimitExceeded { .. }
        | E::TooManyReservedDirectiveParams { .. }
        | E::InvalidTagDirectiveTerminator
        | E::ExpectedTagDirectiveBang => "this directive is not valid; a line that begins with `%` is one",
        E::UndeclaredTagHandle
        | E::ExpectedTagBang
        | E::InvalidGlobalTagCharacter
        | E::InvalidTagTerminator
        | E::MissingTagUri
        | E::UnclosedVerbatimTag
        | E::InvalidTagEscape
        | E::InvalidTagUtf8LeadingByte
        | E::InvalidTagUtf8TrailingByte
        | E::InvalidTagUtf8 => "this type tag is not valid; put a text that begins with `!` in quotes",
        E::BomInsideDocument => "a byte order mark can only stand at the start of the file",
        E::RecursionLimitExceeded => "this is nested more than 255 levels deep; v4ward reads no further",
        _ => "this is not valid YAML",
    }
}

pub(super) const UNKNOWN_ANCHOR: &str = "no value before this has that anchor";
pub(super) const ODD_KEY: &str = "a key must be a text";

/// What to show for an error at an offset: the rest of its word, or the end of the line before when nothing is left.
pub(super) fn place(text: &str, at: usize) -> Span {
    let bytes = text.as_bytes();
    let is_end = |byte: &u8| byte.is_ascii_whitespace();
    let word = bytes[at..].iter().position(is_end).unwrap_or(bytes.len() - at);
    if word > 0 {
        return Span::new(at as u32, (at + word) as u32);
    }
    let before = text[..at].trim_end().len();
    let last = text[..before].chars().next_back().map_or(0, char::len_utf8);
    Span::new((before - last) as u32, before as u32)
}
