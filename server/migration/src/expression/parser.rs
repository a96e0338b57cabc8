//! From tokens to what an expression reads.
//!
//! Operators need no precedence here, except that what is looked at before `?`, `and`, `or` guards what comes after.
//! What cannot be read is passed over, so that the variables after it are still found.

use std::borrow::Cow;
use std::ops::Range;

use super::lexer::{Kind, Token, tokens};
use super::{Key, Literal, Read, Step};

/// Deeper expressions are read piece by piece.
const MAX_DEPTH: u32 = 64;
/// So many of the last things that were looked at can guard what follows, which keeps reading linear.
const MAX_TESTED: usize = 16;

/// What was read.
pub(super) struct Parsed<'t> {
    pub(super) reads: Vec<Read<'t>>,
    pub(super) literals: Vec<Literal<'t>>,
    pub(super) complete: bool,
}

/// Reads the part of a text that is an expression.
pub(super) fn parse(text: &str, range: Range<usize>) -> Parsed<'_> {
    let tokens = tokens(text, range);
    let parsed = Parsed { reads: Vec::new(), literals: Vec::new(), complete: true };
    let mut parser = Parser { text, tokens, at: 0, depth: 0, parsed };
    loop {
        let from = parser.at;
        parser.expression();
        if parser.at >= parser.tokens.len() {
            return parser.parsed;
        }
        parser.parsed.complete = false;
        parser.at += usize::from(parser.at == from);
    }
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token<'t>>,
    at: usize,
    depth: u32,
    parsed: Parsed<'t>,
}

/// The read that an expression is, by its place among all; `None` for an expression that is more than one read.
type Subject = Option<usize>;

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<Token<'t>> {
        self.tokens.get(self.at).copied()
    }

    fn peek_after(&self) -> Option<Token<'t>> {
        self.tokens.get(self.at + 1).copied()
    }

    fn is(&self, sign: &str) -> bool {
        self.peek().is_some_and(|token| token.kind == Kind::Sign && token.text == sign)
    }

    fn eat(&mut self, sign: &str) -> bool {
        let found = self.is(sign);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) {
        let found = self.eat(sign);
        self.parsed.complete &= found;
    }

    fn is_word(&self, words: &[&str]) -> bool {
        let is_one = |token: Token<'_>| {
            token.kind == Kind::Word && words.iter().any(|word| word.eq_ignore_ascii_case(token.text))
        };
        self.peek().is_some_and(is_one)
    }

    fn is_any(&self, signs: &[&str]) -> bool {
        self.peek().is_some_and(|token| token.kind == Kind::Sign && signs.contains(&token.text))
    }

    /// Where the last token ended.
    fn end(&self) -> usize {
        self.at.checked_sub(1).and_then(|before| self.tokens.get(before)).map_or(0, Token::end)
    }

    fn expression(&mut self) -> Subject {
        if self.depth == MAX_DEPTH {
            self.parsed.complete = false;
            return None;
        }
        self.depth += 1;
        let first = self.parsed.reads.len();
        let mut subject = self.conditions();
        if self.eat("?") {
            let tested = first..self.parsed.reads.len();
            self.expression();
            self.expect(":");
            self.expression();
            self.guard(tested);
            subject = None;
        } else if self.eat("?:") || self.eat("=") {
            self.expression();
            subject = None;
        }
        self.depth -= 1;
        subject
    }

    /// What `and` and `or` connect.
    fn conditions(&mut self) -> Subject {
        let first = self.parsed.reads.len();
        let mut subject = self.operation();
        while self.is_any(&["&&", "||"]) || self.is_word(&["and", "or"]) {
            self.at += 1;
            let tested = first..self.parsed.reads.len();
            self.operation();
            self.guard(tested);
            subject = None;
        }
        subject
    }

    /// What all other operators connect.
    fn operation(&mut self) -> Subject {
        const SIGNS: &[&str] = &["+", "-", "*", "/", "%", "^", "==", "!=", "<", "<=", ">", ">="];
        const WORDS: &[&str] = &["eq", "ne", "lt", "le", "gt", "ge", "div", "mod", "matches", "instanceof", "between"];
        let mut subject = self.operand();
        loop {
            if self.is_any(&["++", "--"]) {
                self.at += 1;
            } else if self.is_any(SIGNS) || self.is_word(WORDS) {
                self.at += 1;
                self.operand();
            } else {
                return subject;
            }
            subject = None;
        }
    }

    fn operand(&mut self) -> Subject {
        let mut plain = true;
        while self.is_any(&["!", "+", "-", "++", "--"]) || self.is_word(&["not"]) {
            self.at += 1;
            plain = false;
        }
        let subject = self.primary();
        self.steps(subject);
        subject.filter(|_| plain)
    }

    fn primary(&mut self) -> Subject {
        let Some(token) = self.peek() else {
            self.parsed.complete = false;
            return None;
        };
        match (token.kind, token.text) {
            (Kind::Sign, "#") => return self.variable(),
            (Kind::Sign, "(") => {
                self.at += 1;
                let subject = self.expression();
                self.expect(")");
                let whole = token.start..self.end();
                if let Some(read) = subject.and_then(|read| self.parsed.reads.get_mut(read)) {
                    read.whole = whole;
                }
                return subject;
            }
            (Kind::Sign, "{") => self.braces(),
            (Kind::Sign, "[" | "?[" | "![" | "^[" | "$[") => {}
            (Kind::Sign, "@" | "&") => {
                self.at += 1;
                self.eat("@");
                self.parsed.complete &= self.peek().is_some_and(|name| matches!(name.kind, Kind::Word | Kind::Text));
                self.at += usize::from(self.at < self.tokens.len());
            }
            (Kind::Text, _) => {
                self.at += 1;
                self.parsed.literals.push(Literal { value: unquote(token.text), span: token.start..token.end() });
            }
            (Kind::Number, _) => self.at += 1,
            (Kind::Word, "T") if self.peek_after().is_some_and(|next| next.text == "(") => {
                self.at += 2;
                self.qualified_name();
                self.expect(")");
            }
            (Kind::Word, "new") => {
                self.at += 1;
                self.qualified_name();
                if self.is("(") {
                    self.arguments();
                }
                if self.is("{") {
                    self.braces();
                }
            }
            // A property of the root object, of which the gateway has none.
            (Kind::Word, _) => {
                self.at += 1;
                if self.is("(") {
                    self.arguments();
                }
            }
            _ => self.parsed.complete = false,
        }
        None
    }

    /// `#name`, `#name(…)`
    fn variable(&mut self) -> Subject {
        let start = self.here();
        self.at += 1;
        let Some(name) = self.peek().filter(|token| token.kind == Kind::Word) else {
            self.parsed.complete = false;
            return None;
        };
        self.at += 1;
        let span = start..name.end();
        let read = self.parsed.reads.len();
        self.parsed.reads.push(Read {
            variable: name.text,
            whole: span.clone(),
            span,
            arguments: None,
            steps: Vec::new(),
            guarded: false,
        });
        if self.is("(") {
            let arguments = self.arguments();
            let end = self.end();
            if let Some(read) = self.parsed.reads.get_mut(read) {
                read.arguments = Some(arguments);
                read.whole.end = end;
            }
        }
        Some(read)
    }

    fn here(&self) -> usize {
        self.peek().map_or(self.text.len(), |token| token.start)
    }

    /// A list `{1, 2}`, or a map `{a: 1}`.
    fn braces(&mut self) {
        self.at += 1;
        if self.eat("}") {
            return;
        }
        loop {
            if !self.is(":") {
                self.expression();
            }
            if self.eat(":") && !self.is("}") {
                self.expression();
            }
            if !self.eat(",") {
                break;
            }
        }
        self.expect("}");
    }

    /// A name of a class, with the brackets of an array.
    fn qualified_name(&mut self) {
        let mut named = false;
        while self.peek().is_some_and(|token| token.kind == Kind::Word) || self.is_any(&[".", "[", "]"]) {
            if self.is("[") {
                self.at += 1;
                if !self.is("]") {
                    self.expression();
                }
                self.expect("]");
            } else {
                self.at += 1;
            }
            named = true;
        }
        self.parsed.complete &= named;
    }

    /// `(a, b)`; what stands between the brackets.
    fn arguments(&mut self) -> Range<usize> {
        let start = self.peek().map_or(self.text.len(), |token| token.end());
        self.at += 1;
        if !self.is(")") {
            self.expression();
            while self.eat(",") {
                self.expression();
            }
        }
        let end = self.peek().map_or(self.text.len(), |token| token.start).max(start);
        self.expect(")");
        start..end
    }

    /// All that is taken of a value.
    fn steps(&mut self, subject: Subject) {
        loop {
            let start = self.here();
            let null_safe = self.is("?.");
            let step = if self.eat(".") || self.eat("?.") {
                self.after_dot(start, null_safe)
            } else if self.is("[") {
                Some(self.index(start, false))
            } else if self.is_any(&["?[", "![", "^[", "$["]) {
                Some(self.selection(start, false))
            } else {
                return;
            };
            let Some(step) = step else {
                self.parsed.complete = false;
                return;
            };
            let end = self.end();
            if let Some(read) = subject.and_then(|read| self.parsed.reads.get_mut(read)) {
                read.whole.end = end;
                read.guarded |= null_safe;
                read.steps.push(step);
            }
        }
    }

    fn after_dot(&mut self, start: usize, null_safe: bool) -> Option<Step<'t>> {
        let token = self.peek()?;
        match token.kind {
            Kind::Word => {
                self.at += 1;
                if !self.is("(") {
                    return Some(Step::Property { name: token.text, span: start..token.end(), null_safe });
                }
                let text = match (self.peek_after(), self.tokens.get(self.at + 2)) {
                    (Some(text), Some(end)) if text.kind == Kind::Text && end.text == ")" => Some(unquote(text.text)),
                    _ => None,
                };
                let arguments = self.arguments();
                Some(Step::Call { name: token.text, span: start..self.end(), null_safe, arguments, text })
            }
            Kind::Sign if token.text == "[" => Some(self.index(start, null_safe)),
            Kind::Sign if matches!(token.text, "?[" | "![" | "^[" | "$[") => Some(self.selection(start, null_safe)),
            _ => None,
        }
    }

    fn index(&mut self, start: usize, null_safe: bool) -> Step<'t> {
        self.at += 1;
        let key = match (self.peek(), self.peek_after()) {
            (Some(key), Some(end)) if end.text == "]" => match key.kind {
                Kind::Text => Key::Text(unquote(key.text)),
                // The constants are no names of keys.
                Kind::Word if !self.is_word(&["true", "false", "null"]) => Key::Text(Cow::Borrowed(key.text)),
                Kind::Number => key.text.parse().map_or(Key::Other, Key::Number),
                _ => Key::Other,
            },
            _ => Key::Other,
        };
        self.expression();
        self.expect("]");
        Step::Index { key, span: start..self.end(), null_safe }
    }

    fn selection(&mut self, start: usize, null_safe: bool) -> Step<'t> {
        self.at += 1;
        self.expression();
        self.expect("]");
        Step::Index { key: Key::Other, span: start..self.end(), null_safe }
    }

    /// Marks the reads that come after others that looked at the same thing.
    fn guard(&mut self, tested: Range<usize>) {
        let (before, after) = self.parsed.reads.split_at_mut(tested.end);
        let from = tested.start.max(tested.end.saturating_sub(MAX_TESTED));
        let tested = before.get(from..).unwrap_or_default();
        for read in after {
            read.guarded = read.guarded || tested.iter().any(|test| looks_at(self.text, test, read));
        }
    }
}

/// True when a test tells whether what is read is there: it goes as far as the last key, as in `#a['k'] != null` and
/// `#a.containsKey('k')` before `#a['k'][0]`.
fn looks_at(text: &str, test: &Read<'_>, read: &Read<'_>) -> bool {
    let slice = |arguments: &Option<Range<usize>>| arguments.clone().and_then(|range| text.get(range));
    if test.variable != read.variable || slice(&test.arguments) != slice(&read.arguments) {
        return false;
    }
    let common = test.steps.iter().zip(&read.steps).take_while(|(one, two)| one.same_as(two)).count();
    let Some(last_key) = read.steps.iter().rposition(|step| step.key().is_some()) else {
        // Nothing but the last step may be missing in the test, and nothing may follow: `#a != null` before `#a.b`.
        return common + 1 >= read.steps.len() && common == test.steps.len()
            || common + 2 >= read.steps.len() && asks_for(test.steps.get(common), read.steps.get(common));
    };
    common > last_key || (common == last_key && asks_for(test.steps.get(common), read.steps.get(common)))
}

/// True for `.containsKey('k')` where `['k']` or `.k` is taken.
fn asks_for(test: Option<&Step<'_>>, read: Option<&Step<'_>>) -> bool {
    match (test, read) {
        (Some(Step::Call { text: Some(asked), .. }), Some(step)) => step.takes(asked),
        _ => false,
    }
}

/// A quoted text without its quotes.
fn unquote(quoted: &str) -> Cow<'_, str> {
    let mut letters = quoted.chars();
    let (Some(quote), Some(_)) = (letters.next(), letters.next_back()) else { return Cow::Borrowed("") };
    let inner = letters.as_str();
    if inner.contains(quote) {
        let doubled: String = [quote, quote].iter().collect();
        Cow::Owned(inner.replace(&doubled, quote.encode_utf8(&mut [0; 4])))
    } else {
        Cow::Borrowed(inner)
    }
}
