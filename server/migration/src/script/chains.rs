//! Which members a script takes of which variables.

use std::borrow::Cow;
use std::ops::Range;

use super::{Language, Token, TokenKind, tokens};

/// A variable with the members that are taken one after the other: `request.headers.remove('X')`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chain<'t> {
    /// The variable or the function it starts with: `request`.
    pub root: &'t str,
    /// All of it.
    pub span: Range<usize>,
    /// The arguments, between the brackets, where the start is called.
    pub call: Option<Range<usize>>,
    /// The members.
    pub links: Vec<Link<'t>>,
}

/// A member that is taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link<'t> {
    /// Its name; the text in `['name']` and `.'name'` as it is written, nothing for any other index.
    pub name: &'t str,
    /// Where the name stands; an index with its brackets.
    pub span: Range<usize>,
    /// The arguments, where it is called: what stands between the brackets.
    pub call: Option<Range<usize>>,
    /// The first argument, where it is a text without code in it.
    pub text_argument: Option<Cow<'t, str>>,
}

impl Chain<'_> {
    /// True when it starts with these names: `["request", "headers"]`.
    #[must_use]
    pub fn is(&self, path: &[&str]) -> bool {
        let Some((root, names)) = path.split_first() else { return false };
        self.root == *root
            && self.links.len() >= names.len()
            && self.links.iter().zip(names).all(|(link, name)| link.name == *name)
    }
}

/// Names that are no variables.
const KEYWORDS: &[&str] = &[
    "as",
    "assert",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "def",
    "default",
    "delete",
    "do",
    "else",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "import",
    "in",
    "instanceof",
    "let",
    "new",
    "null",
    "return",
    "switch",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "void",
    "while",
];

/// The member chains of a script, outside texts and comments, by where they start; also inside arguments.
#[must_use]
pub fn chains(text: &str, language: Language) -> Vec<Chain<'_>> {
    let mut tokens = tokens(text, language);
    tokens.retain(|token| token.kind != TokenKind::Comment);
    let closers = closers(text, &tokens);
    let reader = Reader { text, language, tokens, closers };
    (0..reader.tokens.len()).filter_map(|at| reader.chain(at)).collect()
}

/// For each opening bracket the place of its closing one.
fn closers(text: &str, tokens: &[Token]) -> Vec<Option<usize>> {
    let mut closers = vec![None; tokens.len()];
    let mut open: Vec<(usize, &str)> = Vec::new();
    for (at, token) in tokens.iter().enumerate().filter(|(_, token)| token.kind == TokenKind::Punctuation) {
        match text.get(token.span.clone()).unwrap_or_default() {
            "(" => open.push((at, ")")),
            "[" => open.push((at, "]")),
            "{" => open.push((at, "}")),
            closer @ (")" | "]" | "}") => {
                // One that fits nothing ends all that is open in it.
                while let Some((opener, wanted)) = open.pop() {
                    if wanted == closer {
                        if let Some(slot) = closers.get_mut(opener) {
                            *slot = Some(at);
                        }
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    closers
}

struct Reader<'t> {
    text: &'t str,
    language: Language,
    tokens: Vec<Token>,
    closers: Vec<Option<usize>>,
}

impl<'t> Reader<'t> {
    fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn span(&self, at: usize) -> Range<usize> {
        self.tokens.get(at).map_or(self.text.len()..self.text.len(), |token| token.span.clone())
    }

    fn slice(&self, at: usize) -> &'t str {
        self.text.get(self.span(at)).unwrap_or_default()
    }

    /// The sign at a token; nothing for a token of another kind.
    fn sign(&self, at: usize) -> &'t str {
        if self.kind(at) == Some(TokenKind::Punctuation) { self.slice(at) } else { "" }
    }

    fn takes_member(&self, at: usize) -> bool {
        matches!(self.sign(at), "." | "?." | "*." | ".&" | "::")
    }

    /// True when a token goes on with what stands before it: in Groovy a line end would end that.
    fn goes_on(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else { return false };
        let between = self.text.get(self.span(before).end..self.span(at).start).unwrap_or_default();
        self.language == Language::JavaScript || !between.contains('\n')
    }

    fn chain(&self, start: usize) -> Option<Chain<'t>> {
        let root = self.slice(start);
        let is_root = self.kind(start) == Some(TokenKind::Identifier)
            && !KEYWORDS.contains(&root)
            && !start.checked_sub(1).is_some_and(|before| self.takes_member(before));
        if !is_root {
            return None;
        }
        let mut at = start + 1;
        let call = self.brackets(at, "(").map(|(arguments, next)| {
            at = next;
            arguments
        });
        let mut links = Vec::new();
        while let Some((link, next)) = self.link(at) {
            links.push(link);
            at = next;
        }
        Some(Chain { root, span: self.span(start).start..self.span(at - 1).end, call, links })
    }

    /// What stands between brackets, and the token after them.
    fn brackets(&self, at: usize, open: &str) -> Option<(Range<usize>, usize)> {
        let close = self.closers.get(at).copied().flatten()?;
        let fits = self.sign(at) == open && self.goes_on(at);
        fits.then(|| (self.span(at).end..self.span(close).start, close + 1))
    }

    /// The link that starts at a token, and the token after it.
    fn link(&self, at: usize) -> Option<(Link<'t>, usize)> {
        // JavaScript writes `a?.[b]`.
        let index = if self.sign(at) == "?." && self.sign(at + 1) == "[" { at + 1 } else { at };
        let (name, span, next) = if let Some((_, next)) = self.brackets(index, "[") {
            let is_text = next == index + 3 && self.kind(index + 1) == Some(TokenKind::Text);
            let name = if is_text { inner(self.slice(index + 1)) } else { "" };
            (name, self.span(index).start..self.span(next - 1).end, next)
        } else if self.takes_member(at) {
            let name = match self.kind(at + 1)? {
                TokenKind::Identifier => self.slice(at + 1),
                TokenKind::Text => inner(self.slice(at + 1)),
                _ => return None,
            };
            (name, self.span(at + 1), at + 2)
        } else {
            return None;
        };
        let mut link = Link { name, span, call: None, text_argument: None };
        let called = if self.sign(next) == "?." { next + 1 } else { next };
        if let Some((arguments, after)) = self.brackets(called, "(") {
            link.text_argument = self.text_argument(called + 1);
            link.call = Some(arguments);
            return Some((link, after));
        }
        if self.language == Language::Groovy && index == at && self.sign(at) != "[" && self.goes_on(next) {
            // A command, `headers.remove 'X'`, and a block, `headers.each { … }`, are calls too.
            if self.kind(next) == Some(TokenKind::Text) {
                link.text_argument = self.text_argument(next);
                link.call = Some(self.span(next));
                return Some((link, next + 1));
            }
            if let Some((arguments, after)) = self.brackets(next, "{") {
                link.call = Some(arguments);
                return Some((link, after));
            }
        }
        Some((link, next))
    }

    /// The argument that starts at a token, if it is one text.
    fn text_argument(&self, at: usize) -> Option<Cow<'t, str>> {
        let alone = at + 1 == self.tokens.len()
            || matches!(self.sign(at + 1), "," | ")")
            || (self.sign(at.checked_sub(1)?) != "(" && !self.goes_on(at + 1));
        (alone && self.kind(at) == Some(TokenKind::Text)).then(|| unescape(inner(self.slice(at))))
    }
}

/// A text without its quotes.
fn inner(quoted: &str) -> &str {
    for quotes in ["'''", "\"\"\"", "'", "\"", "`"] {
        if let Some(rest) = quoted.strip_prefix(quotes) {
            return rest.strip_suffix(quotes).unwrap_or(rest);
        }
    }
    quoted
}

/// What a text of a script says.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('u') => {
                let hex = letters.as_str().get(..4).and_then(|hex| u32::from_str_radix(hex, 16).ok());
                if let Some(letter) = hex.and_then(char::from_u32) {
                    out.push(letter);
                    letters.nth(3);
                }
            }
            // The others stand for themselves; a line end is left out.
            Some('\n') | None => {}
            Some(other) => out.push(other),
        }
    }
    Cow::Owned(out)
}
