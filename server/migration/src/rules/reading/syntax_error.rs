//! `syntax-error`

use v4ward_syntax::SyntaxErrorKind as Kind;

use crate::finding::{Detail, Finding, Place, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct SyntaxError;

static DECLARATION: Declaration = Declaration {
    id: "syntax-error",
    group: Group::Reading,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "The text is no valid JSON, or no valid YAML",
    explanation: "\
APIM takes valid JSON only and refuses the whole file for one wrong character: a missing comma, one comma too many, a \
comment, a bracket that is never closed.

v4ward still reads and checks what it can of such a file, so that you see the other findings while you type. What it \
says about the part around the error may change once the error is gone.",
    fix_safety: "",
    bad: Example::File(
        r#"{
  "name": "Orders",
  "version": "1.0",
  "gravitee": "2.0.0",
  "execution_mode": "v4-emulation-engine"
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      { "name": "backend", "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true }] }
    ]
  }
}
"#,
    ),
    good: Example::File(
        r#"{
  "name": "Orders",
  "version": "1.0",
  "gravitee": "2.0.0",
  "execution_mode": "v4-emulation-engine",
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      { "name": "backend", "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true }] }
    ]
  }
}
"#,
    ),
    source: "RFC 8259",
};

impl Rule for SyntaxError {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for error in cx.errors {
            report.add(Match::place(Place::Text(error.span)).detail(Detail::Syntax(error.kind)).refused(true));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let outcome = "APIM refuses the whole file";
        match finding.detail {
            Detail::Syntax(kind @ Kind::Yaml(_)) => {
                Message::new(format!("{kind}: the cluster takes no such file"), help(kind))
            }
            Detail::Syntax(kind) => Message::new(format!("{kind}: {outcome}"), help(kind)),
            _ => Message::new(format!("this is no valid JSON: {outcome}"), "correct the text"),
        }
    }
}

fn help(kind: Kind) -> &'static str {
    match kind {
        Kind::Empty => "export the API again",
        Kind::ValueExpected => "write the value, or remove the property",
        Kind::KeyExpected => "write the name of the property in double quotes, then a colon and the value",
        Kind::ColonExpected => "write a colon between the name of the property and its value",
        Kind::CommaExpected => "write a comma between the two",
        Kind::CommaUnexpected => "remove the comma",
        Kind::Unclosed => "write the closing bracket; the indentation shows where it belongs",
        Kind::BracketMismatch => "close the bracket that is open first: } closes {, ] closes [",
        Kind::BracketUnexpected => "remove the bracket, or look for one that is missing before it",
        Kind::StringUnclosed => "write the closing quote; a line break within a text is written \\n",
        Kind::EscapeInvalid => {
            "write a backslash as \\\\; JSON knows \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four digits"
        }
        Kind::ControlCharacter => "write \\t for a tab, or \\u with the four digits of the character",
        Kind::NumberInvalid => "write a number such as 10, -3 or 0.5, or put the value in double quotes",
        Kind::ValueInvalid => "write true, false, null, a number, or a text in double quotes",
        Kind::CommentNotAllowed => "remove the comment",
        Kind::TrailingText => "remove what stands after the last bracket; a file holds one definition",
        Kind::Yaml(_) => "correct the text; what stands after it may not have been read",
    }
}
