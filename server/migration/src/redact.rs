//! Which parts of a text are secrets. Whoever quotes source text blanks them first, with [`blank`].
//!
//! A value is a secret by the name it has (`password`, `Authorization`, …), by the place it stands at (the content of a
//! key store), by its neighbours (a property that is encrypted), or by what it looks like (a private key, a URL with
//! user and password). Names are compared without case and punctuation. Too much is blanked rather than too little.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use v4ward_syntax::{Document, Format, Node, NodeId, NodeKind, Span, unescape_json};

/// Names that hold a secret when they stand alone.
const NAMES: &[&str] = &[
    "acl",
    "authorization",
    "cookie",
    "credentials",
    "keycontent",
    "proxyauthorization",
    "pwd",
    "resolverparameter",
    "securitydefinition",
    "setcookie",
];

/// Ends of names that hold a secret.
const ENDINGS: &[&str] = &[
    "accesskey",
    "apikey",
    "encryptionkey",
    "keystorecontent",
    "keystorekeycontent",
    "keypassword",
    "masterkey",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "secret",
    "secretkey",
    "sharedkey",
    "signingkey",
    "subscriptionkey",
    "token",
];

/// What a private key begins with, after the word for its kind.
const PRIVATE_KEY: &str = "PRIVATE KEY-----";

/// Secrets shorter than this are not looked for in messages: they would blank ordinary words.
const MIN_SECRET: usize = 4;

/// Nobody's secret, though they stand where one may: messages need them to say which values are allowed.
const WORDS: &[&str] = &["true", "false", "null"];

/// Texts within texts are read to this depth; what is nested deeper is blanked whole.
const MAX_DEPTH: usize = 3;

/// The parts of a text that must never be shown: ordered, without overlaps, without the quotes around them.
#[must_use]
pub fn secret_spans(document: &Document) -> Vec<Span> {
    search(document, 0).spans
}

/// The bytes of `within`, with a `•` for every character of a secret. Line ends stay, so that lines can be counted.
///
/// `secrets` is what [`secret_spans`] gives for the same text.
#[must_use]
pub fn blank<'t>(text: &'t str, within: Span, secrets: &[Span]) -> Cow<'t, str> {
    let cut = |from: u32, to: u32| text.get(from as usize..to as usize).unwrap_or_default();
    let first = secrets.partition_point(|secret| secret.end <= within.start);
    let touched: Vec<Span> = secrets[first..]
        .iter()
        .take_while(|secret| secret.start < within.end)
        .map(|secret| Span::new(secret.start.max(within.start), secret.end.min(within.end)))
        .collect();
    if touched.is_empty() {
        return Cow::Borrowed(cut(within.start, within.end));
    }
    let mut out = String::with_capacity(within.len() as usize);
    let mut at = within.start;
    for secret in touched {
        out.push_str(cut(at, secret.start));
        out.extend(cut(secret.start, secret.end).chars().map(|c| if matches!(c, '\n' | '\r') { c } else { '•' }));
        at = secret.end;
    }
    out.push_str(cut(at, within.end));
    Cow::Owned(out)
}

/// Blanks the secrets of one document wherever it is quoted. They are looked for when first needed.
pub struct Redactor<'d> {
    document: &'d Document,
    secrets: OnceCell<Secrets<'d>>,
    /// For messages.
    texts: OnceCell<Vec<Cow<'d, str>>>,
}

impl<'d> Redactor<'d> {
    /// For quotes of this document.
    #[must_use]
    pub fn new(document: &'d Document) -> Self {
        Self { document, secrets: OnceCell::new(), texts: OnceCell::new() }
    }

    fn secrets(&self) -> &Secrets<'d> {
        self.secrets.get_or_init(|| search(self.document, 0))
    }

    /// A part of the text.
    #[must_use]
    pub fn part(&self, span: Span) -> Cow<'d, str> {
        blank(self.document.text(), span, &self.secrets().spans)
    }

    /// A message with the secrets of the document blanked should it quote one.
    #[must_use]
    pub fn message(&self, message: &str) -> String {
        let secrets = self.texts.get_or_init(|| self.secret_texts());
        let mut blanked: Vec<Range<usize>> = Vec::new();
        if !secrets.is_empty() {
            let starts = first_bytes(secrets);
            for (at, _) in message.char_indices() {
                if !starts[usize::from(message.as_bytes()[at])] {
                    continue;
                }
                if let Some(length) = longest_at_start(secrets, &message[at..]) {
                    match blanked.last_mut() {
                        Some(last) if at <= last.end => last.end = last.end.max(at + length),
                        _ => blanked.push(at..at + length),
                    }
                }
            }
        }
        let (mut out, mut at) = (String::with_capacity(message.len()), 0);
        for part in blanked {
            out.push_str(&message[at..part.start]);
            out.extend(message[part.clone()].chars().map(|_| '•'));
            at = part.end;
        }
        out + &message[at..]
    }

    /// The secrets as they are written and as they are meant, ordered.
    fn secret_texts(&self) -> Vec<Cow<'d, str>> {
        let secrets = self.secrets();
        let mut texts = secrets.meant.clone();
        for secret in &secrets.spans {
            let raw = self.document.slice(*secret);
            let meant = unescape_json(raw);
            if meant != raw {
                texts.push(meant);
            }
            texts.push(Cow::Borrowed(raw));
        }
        texts.retain(|text| text.chars().nth(MIN_SECRET - 1).is_some() && !WORDS.contains(&text.as_ref()));
        texts.sort_unstable();
        texts.dedup();
        texts
    }
}

/// Which bytes a secret begins with: most places of a message need no closer look.
fn first_bytes(secrets: &[Cow<'_, str>]) -> [bool; 256] {
    let mut starts = [false; 256];
    for first in secrets.iter().filter_map(|secret| secret.as_bytes().first()) {
        starts[usize::from(*first)] = true;
    }
    starts
}

/// The length of the longest secret that a text begins with. The secrets are ordered, so those that begin alike stand
/// together.
fn longest_at_start(secrets: &[Cow<'_, str>], text: &str) -> Option<usize> {
    let end = text.char_indices().nth(MIN_SECRET).map_or(text.len(), |(at, _)| at);
    let start = &text[..end];
    let first = secrets.partition_point(|secret| secret.as_ref() < start);
    let alike = secrets[first..].iter().take_while(|secret| secret.starts_with(start));
    alike.filter(|secret| text.starts_with(secret.as_ref())).map(|secret| secret.len()).max()
}

/// What of a document is secret.
#[derive(Default)]
struct Secrets<'d> {
    /// Ordered, without overlaps.
    spans: Vec<Span>,
    /// Texts as they are meant, where unescaping what is written does not give them.
    meant: Vec<Cow<'d, str>>,
}

fn search(document: &Document, depth: usize) -> Secrets<'_> {
    let mut found = Secrets::default();
    let mut elsewhere = Elsewhere::default();
    // Everything below a node that is secret as a whole is, and it comes right after it.
    let (mut secret_until, mut key_store_until, mut done_until) = (0, 0, 0);
    for node in document.nodes() {
        let at = node.id().index();
        if let Some(key) = node.key().filter(|key| may_tell(key)) {
            let name = plain(&key);
            let name = name.as_str();
            if is_key_store(name) {
                key_store_until = key_store_until.max(node.subtree_end());
            }
            if is_secret_name(name) || (at < key_store_until && name == "content") {
                secret_until = secret_until.max(node.subtree_end());
            }
        }
        if node.kind() == NodeKind::Object
            && let Some(value) = secret_by_neighbours(node)
        {
            if value.is_alias() || value.parent() != Some(node) {
                elsewhere.secret(value.resolved());
            } else if value.id().index() >= done_until {
                done_until = value.subtree_end();
                push_all(value, &mut found, &mut elsewhere);
            }
        }
        if at < secret_until {
            push_secret(node, &mut found, &mut elsewhere);
        } else if node.is_alias() {
            if at < key_store_until {
                elsewhere.key_store(node.resolved());
            }
        } else if node.kind() == NodeKind::String {
            push_parts(node, depth, &mut found);
        }
    }
    elsewhere.push(&mut found);
    push_outside_of_values(document, &mut found.spans);
    found.spans = merge(found.spans);
    found
}

/// Anchored nodes that are secret where an alias stands for them (YAML).
#[derive(Default)]
struct Elsewhere<'d> {
    known: HashSet<(NodeId, bool)>,
    /// With whether only the content of a key store is secret.
    open: Vec<(Node<'d>, bool)>,
}

impl<'d> Elsewhere<'d> {
    fn add(&mut self, node: Node<'d>, is_key_store: bool) {
        if self.known.insert((node.id(), is_key_store)) {
            self.open.push((node, is_key_store));
        }
    }

    fn secret(&mut self, node: Node<'d>) {
        self.add(node, false);
    }

    fn key_store(&mut self, node: Node<'d>) {
        self.add(node, true);
    }

    /// Each node is looked at once, however many aliases lead to it.
    fn push(mut self, found: &mut Secrets<'d>) {
        while let Some((node, is_key_store)) = self.open.pop() {
            if !is_key_store {
                push_all(node, found, &mut self);
                continue;
            }
            for part in node.subtree() {
                if part.has_key("content") {
                    self.secret(part);
                } else if part.is_alias() {
                    self.key_store(part.resolved());
                }
            }
        }
    }
}

/// What is written beside values: comments, and what the YAML parser did not get to, is judged by its lines.
fn push_outside_of_values(document: &Document, found: &mut Vec<Span>) {
    for comment in document.comments() {
        push_line(document, comment.span, found);
    }
    if document.format() == Format::Yaml && !document.errors().is_empty() {
        let mut start = 0;
        for line in document.text().split_inclusive('\n') {
            let end = start + line.len() as u32;
            push_line(document, Span::new(start, end), found);
            start = end;
        }
    }
}

/// What follows the name of a secret and a colon, to the end of the line.
fn push_line(document: &Document, line: Span, found: &mut Vec<Span>) {
    let text = document.slice(line).trim_end();
    let value = text.match_indices(':').find_map(|(at, _)| {
        let before = text[..at].trim_end_matches(['"', '\'', ' ']);
        let name = before.rsplit(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))).next()?;
        (may_tell(name) && is_secret_name(plain(name).as_str())).then_some(at + 1)
    });
    if let Some(from) = value.map(|from| from + text[from..].len() - text[from..].trim_start().len())
        && from < text.len()
    {
        found.push(Span::new(line.start + from as u32, line.start + text.len() as u32));
    }
    let shift = |from: usize, to: usize| Span::new(line.start + from as u32, line.start + to as u32);
    found.extend(user_infos(text).chain(query_secrets(text)).map(|(from, to)| shift(from, to)));
}

fn merge(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

/// A name without case and punctuation. Every key of every file that has a finding comes here, so the usual short
/// name takes no memory of its own.
enum Plain {
    Short([u8; SHORT], usize),
    Long(String),
}

/// The names that are looked for are shorter, and so are nearly all others.
const SHORT: usize = 40;

impl Plain {
    fn as_str(&self) -> &str {
        match self {
            Self::Short(bytes, length) => std::str::from_utf8(&bytes[..*length]).unwrap_or_default(),
            Self::Long(text) => text,
        }
    }
}

fn plain(name: &str) -> Plain {
    if name.len() > SHORT || !name.is_ascii() {
        return Plain::Long(name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect());
    }
    let (mut bytes, mut length) = ([0; SHORT], 0);
    for byte in name.bytes().filter(u8::is_ascii_alphanumeric) {
        bytes[length] = byte.to_ascii_lowercase();
        length += 1;
    }
    Plain::Short(bytes, length)
}

fn is_secret_name(name: &str) -> bool {
    NAMES.contains(&name) || ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Two letters that some name that is looked for ends with.
static LAST_LETTERS: LazyLock<[[bool; 26]; 26]> = LazyLock::new(|| {
    let mut table = [[false; 26]; 26];
    for name in NAMES.iter().chain(ENDINGS).chain(&["keystore", "content"]) {
        if let [.., a, b] = name.as_bytes() {
            table[usize::from(a - b'a')][usize::from(b - b'a')] = true;
        }
    }
    table
});

/// False for a name that is none of those that are looked for; most are told by their last two letters.
fn may_tell(name: &str) -> bool {
    match name.as_bytes() {
        [.., a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
            let place = |letter: &u8| usize::from(letter.to_ascii_lowercase() - b'a');
            LAST_LETTERS[place(a)][place(b)]
        }
        _ => true,
    }
}

/// `keyStore`, and the old `key_store`; not the flat keys of Consul, which tell by themselves.
fn is_key_store(name: &str) -> bool {
    name == "keystore"
}

/// The `value` of `{name, value}` where the name tells that it is a secret, or where it is encrypted.
fn secret_by_neighbours(object: Node<'_>) -> Option<Node<'_>> {
    let value = object.get("value")?;
    let encrypted = object.get("encrypted").is_some_and(|node| matches!(plain(&node.scalar()).as_str(), "true"));
    let named = ["name", "key", "header"]
        .into_iter()
        .filter_map(|key| object.get(key).and_then(Node::as_str))
        .any(|name| may_tell(&name) && is_secret_name(plain(&name).as_str()));
    (encrypted || named).then_some(value)
}

fn push_all<'d>(node: Node<'d>, found: &mut Secrets<'d>, elsewhere: &mut Elsewhere<'d>) {
    for node in node.subtree() {
        push_secret(node, found, elsewhere);
    }
}

fn push_secret<'d>(node: Node<'d>, found: &mut Secrets<'d>, elsewhere: &mut Elsewhere<'d>) {
    if node.is_alias() {
        elsewhere.secret(node.resolved());
    } else {
        push_scalar(node, found);
    }
}

/// A text, a number, or what could not be read; true, false and null tell nothing.
fn push_scalar<'d>(node: Node<'d>, found: &mut Secrets<'d>) {
    let is_yaml = node.document().format() == Format::Yaml;
    let span = match node.kind() {
        NodeKind::String => content(node),
        NodeKind::Number if is_yaml => content(node),
        NodeKind::Number | NodeKind::Invalid => node.span(),
        _ => return,
    };
    if !span.is_empty() {
        found.spans.push(span);
        if is_yaml {
            found.meant.push(node.scalar());
        }
    }
}

/// A text without its quotes, and in YAML without its anchor, its tag and the header of a block; one that is never
/// closed ends where its node ends.
fn content(node: Node<'_>) -> Span {
    let (mut span, mut text) = (node.span(), node.text());
    if node.document().format() == Format::Yaml {
        let bare = without_properties(text);
        if bare.starts_with(['|', '>']) {
            let header = bare.find('\n').map_or(bare.len(), |at| at + 1);
            return Span::new(span.end - (bare.len() - header) as u32, span.end);
        }
        (span, text) = (Span::new(span.end - bare.len() as u32, span.end), bare);
    }
    let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) else { return span };
    let closed = text.len() > 1 && text.ends_with(quote);
    Span::new(span.start + 1, if closed { span.end - 1 } else { span.end })
}

/// A YAML value after its anchor and its tag.
fn without_properties(mut text: &str) -> &str {
    while text.starts_with(['&', '!']) {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        text = text[end..].trim_start();
    }
    text
}

/// What is secret within a text that is not secret as a whole.
fn push_parts<'d>(node: Node<'d>, depth: usize, found: &mut Secrets<'d>) {
    let span = content(node);
    let inner = node.document().slice(span);
    let nested = inner.len() > 2 && inner.trim_start().starts_with(['{', '[']) && inner.contains(':');
    if has_private_key(inner) || (nested && holds_secret(node, depth)) {
        found.spans.push(span);
        return;
    }
    let is_yaml = node.document().format() == Format::Yaml;
    if is_yaml && inner.contains('\n') && holds_broken_secret(node, inner) {
        // A line break may stand within it.
        found.spans.push(span);
        return;
    }
    if memchr::memchr2(b'@', b'=', inner.as_bytes()).is_none() {
        return;
    }
    let shift = |from: usize, to: usize| Span::new(span.start + from as u32, span.start + to as u32);
    found.spans.extend(user_infos(inner).map(|(from, to)| shift(from, to)));
    found.spans.extend(query_secrets(inner).map(|(from, to)| shift(from, to)));
}

/// True for a YAML text over several lines that holds a secret which its lines as they are written do not show.
fn holds_broken_secret(node: Node<'_>, written: &str) -> bool {
    let meant = node.scalar();
    let length =
        |text: &str| -> usize { user_infos(text).chain(query_secrets(text)).map(|(from, to)| to - from).sum() };
    has_private_key(&meant) || length(&meant) != length(written)
}

/// True for a text that holds a key; nearly all texts are shorter than the line that one begins with.
fn has_private_key(text: &str) -> bool {
    text.len() > "-----BEGIN ".len() + PRIVATE_KEY.len()
        && memchr::memmem::find(text.as_bytes(), PRIVATE_KEY.as_bytes()).is_some()
}

/// True for JSON in a text that has a secret of its own.
fn holds_secret(node: Node<'_>, depth: usize) -> bool {
    let Some(text) = node.as_str() else { return false };
    depth >= MAX_DEPTH || !search(&Document::parse_json(text.into_owned()), depth + 1).spans.is_empty()
}

/// Where `user:password` stands in URLs.
fn user_infos(text: &str) -> impl Iterator<Item = (usize, usize)> {
    // In JSON a slash may be escaped.
    text.match_indices("//").chain(text.match_indices("\\/\\/")).filter_map(|(at, slashes)| {
        let from = at + slashes.len();
        let rest = &text[from..];
        let end = rest.find(|c: char| matches!(c, '/' | '?' | '#' | '"' | '\\') || c.is_whitespace());
        let user_info = rest[..end.unwrap_or(rest.len())].rfind('@')?;
        (user_info > 0).then_some((from, from + user_info))
    })
}

/// Where the values of secret parameters stand in URLs.
fn query_secrets(text: &str) -> impl Iterator<Item = (usize, usize)> {
    text.match_indices('=').filter_map(|(at, _)| {
        let start = text[..at].rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')))?;
        if !text[start..].starts_with(['?', '&']) || !is_secret_name(plain(&text[start + 1..at]).as_str()) {
            return None;
        }
        let rest = &text[at + 1..];
        let end = rest.find(|c: char| matches!(c, '&' | '#' | '"' | '\\') || c.is_whitespace());
        let end = end.unwrap_or(rest.len());
        (end > 0).then_some((at + 1, at + 1 + end))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    fn blanked(text: &str) -> String {
        let document = Document::parse_json(text);
        let secrets = secret_spans(&document);
        assert!(secrets.windows(2).all(|pair| pair[0].end < pair[1].start), "{secrets:?}");
        blank(text, Span::new(0, text.len() as u32), &secrets).into_owned()
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(blanked(text), expected);
    }

    #[test]
    fn secrets_by_name() {
        check(r#"{"password": "abc", "user": "me"}"#, r#"{"password": "•••", "user": "me"}"#);
        check(r#"{"client_secret": "é€", "clientSecret": 12}"#, r#"{"client_secret": "••", "clientSecret": ••}"#);
        check(r#"{"X-Api-Key": "k", "accessToken": true}"#, r#"{"X-Api-Key": "•", "accessToken": true}"#);
        check(
            r#"{"keyStorePassword": "k", "trustStorePath": "p"}"#,
            r#"{"keyStorePassword": "•", "trustStorePath": "p"}"#,
        );
        check(r#"{"acl": "t", "service": "s"}"#, r#"{"acl": "•", "service": "s"}"#);
        check(
            r#"{"tokenEndpoint": "/t", "secretBase64Encoded": "no"}"#,
            r#"{"tokenEndpoint": "/t", "secretBase64Encoded": "no"}"#,
        );
    }

    #[test]
    fn everything_below_a_secret() {
        check(r#"{"secret": {"a": ["x", 1, null]}, "b": "x"}"#, r#"{"secret": {"a": ["•", •, null]}, "b": "x"}"#);
        check(r#"{"securityDefinition": "{\"a\": 1}"}"#, r#"{"securityDefinition": "••••••••••"}"#);
    }

    #[test]
    fn key_stores() {
        check(
            r#"{"keyStore": {"type": "PEM", "content": "xy", "keyContent": "z"}, "content": "page"}"#,
            r#"{"keyStore": {"type": "PEM", "content": "••", "keyContent": "•"}, "content": "page"}"#,
        );
        check(
            r#"{"trustStore": {"content": "xy", "password": "z"}}"#,
            r#"{"trustStore": {"content": "xy", "password": "•"}}"#,
        );
    }

    #[test]
    fn secrets_by_neighbours() {
        check(
            r#"[{"name": "Authorization", "value": "Basic x"}, {"name": "Accept", "value": "a"}]"#,
            r#"[{"name": "Authorization", "value": "•••••••"}, {"name": "Accept", "value": "a"}]"#,
        );
        check(
            r#"[{"key": "a", "value": "x", "encrypted": true}, {"key": "b", "value": "x", "encrypted": false}]"#,
            r#"[{"key": "a", "value": "•", "encrypted": true}, {"key": "b", "value": "x", "encrypted": false}]"#,
        );
        check(r#"{"value": "x", "encrypted": "true"}"#, r#"{"value": "•", "encrypted": "true"}"#);
        check(r#"{"key": "db.password", "value": "x"}"#, r#"{"key": "db.password", "value": "•"}"#);
        check(r#"{"headers": {"cookie": ["a=b"]}}"#, r#"{"headers": {"cookie": ["•••"]}}"#);
    }

    #[test]
    fn secrets_by_their_look() {
        check(r#"{"target": "https://me:pw@host:1/a@b"}"#, r#"{"target": "https://•••••@host:1/a@b"}"#);
        check(r#"{"target": "https:\/\/me:pw@host\/a"}"#, r#"{"target": "https:\/\/•••••@host\/a"}"#);
        check(r#"{"target": "https://host/?a=b&api_key=k1&c"}"#, r#"{"target": "https://host/?a=b&api_key=••&c"}"#);
        check(r#"{"a": "-----BEGIN RSA PRIVATE KEY-----"}"#, &format!(r#"{{"a": "{}"}}"#, "•".repeat(31)));
        check(r#"{"configuration": "{\"password\": \"x\"}"}"#, r#"{"configuration": "•••••••••••••••••••••"}"#);
        check(r#"{"configuration": "{\"user\": \"x\"}"}"#, r#"{"configuration": "{\"user\": \"x\"}"}"#);
    }

    #[track_caller]
    fn check_yaml(text: &str, expected: &str) {
        let document = Document::parse_yaml(text);
        let secrets = secret_spans(&document);
        assert!(secrets.windows(2).all(|pair| pair[0].end < pair[1].start), "{secrets:?}");
        assert_eq!(blank(text, Span::new(0, text.len() as u32), &secrets), expected);
    }

    #[test]
    fn yaml_scalars_of_all_styles() {
        check_yaml("password: abc\nuser: me\n", "password: •••\nuser: me\n");
        check_yaml("password: 'a''b'\n", "password: '••••'\n");
        check_yaml("password: \"a\\\"b\"\n", "password: \"••••\"\n");
        check_yaml("password: 1234 # why\n", "password: •••• # why\n");
        check_yaml("a:\n  password: |-\n    x\n    y\n  b: x\n", "a:\n  password: |-\n•••••\n•••••\n  b: x\n");
        check_yaml("password: >2\n  xy\n", "password: >2\n••••\n");
        check_yaml("password: a b\n  c d\nuser: me\n", "password: •••\n•••••\nuser: me\n");
        check_yaml("{password: abc, user: me}", "{password: •••, user: me}");
        check_yaml("cookies:\n- token: &t !!str abc\n", "cookies:\n- token: &t !!str •••\n");
    }

    #[test]
    fn yaml_secrets_behind_aliases() {
        check_yaml("x: &pw abc\npassword: *pw\n", "x: &pw •••\npassword: *pw\n");
        check_yaml("x: &a [&b {y: abc}]\nsecret: [*a, *b]\n", "x: &a [&b {y: •••}]\nsecret: [*a, *b]\n");
        check_yaml(
            "x: &ks {content: abc, type: PEM}\nkeyStore: *ks\n",
            "x: &ks {content: •••, type: PEM}\nkeyStore: *ks\n",
        );
        check_yaml(
            "x: &ks {content: abc}\nkeyStore:\n  <<: *ks\n  type: PEM\n",
            "x: &ks {content: •••}\nkeyStore:\n  <<: *ks\n  type: PEM\n",
        );
        check_yaml(
            "x: &h {name: Authorization, value: other}\ny:\n- <<: *h\n  value: abc\n",
            "x: &h {name: Authorization, value: •••••}\ny:\n- <<: *h\n  value: •••\n",
        );
        check_yaml("v: &v abc\nh: {name: Cookie, value: *v}\n", "v: &v •••\nh: {name: Cookie, value: *v}\n");
    }

    #[test]
    fn yaml_secrets_by_neighbours_and_by_their_look() {
        check_yaml("- key: a\n  value: xy\n  encrypted: yes\n", "- key: a\n  value: ••\n  encrypted: yes\n");
        check_yaml("target: https://me:pw@host/\n", "target: https://•••••@host/\n");
        check_yaml("target: >-\n  https://host/?token=abc\n", "target: >-\n  https://host/?token=•••\n");
        check_yaml("a: \"https://me:\\\n  pw@host/\"\n", "a: \"••••••••••••\n••••••••••\"\n");
        check_yaml("configuration: |\n  {\"password\": \"x\"}\n", &format!("configuration: |\n{}\n", "•".repeat(19)));
        let key = "-----BEGIN PRIVATE KEY-----";
        check_yaml(&format!("a: |\n  {key}\n  abc\n"), &format!("a: |\n{}\n•••••\n", "•".repeat(29)));
    }

    #[test]
    fn yaml_beside_values() {
        check_yaml("# password: abc\na: b\n", "# password: •••\na: b\n");
        check_yaml("# see https://me:pw@host\na: b\n", "# see https://•••••@host\na: b\n");
        let broken = "a: [\npassword: abc\n}}\nclient_secret: 'xyz'\n";
        let secrets = secret_spans(&Document::parse_yaml(broken));
        let shown = blank(broken, Span::new(0, broken.len() as u32), &secrets);
        assert!(!shown.contains("abc") && !shown.contains("xyz"), "{shown}");
    }

    #[test]
    fn messages_hold_no_secret_as_it_is_meant() {
        let document = Document::parse_yaml("password: |\n  first\n  second\ntoken: 'it''s one'\n");
        let redactor = Redactor::new(&document);
        assert_eq!(
            redactor.message("a first\nsecond\n b it's one c"),
            format!("a {} b {} c", "•".repeat(13), "•".repeat(8))
        );
    }

    #[test]
    fn half_typed_text() {
        check("{\"password\": \"abc\n}", "{\"password\": \"•••\n}");
        check("{\"password\": \"", "{\"password\": \"");
        assert!(!blanked("{\"password\": hunter2 }").contains("hunter"));
    }

    #[test]
    fn a_part_of_a_text_is_blanked_as_the_whole_is() {
        let text = "{\"password\": \"abc\"}";
        let secrets = secret_spans(&Document::parse_json(text));
        assert_eq!(blank(text, Span::new(13, 16), &secrets), "\"••");
        assert_eq!(blank(text, Span::new(0, 5), &secrets), "{\"pas");
    }
}
