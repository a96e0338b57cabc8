//! The messages of standard input, whole and readable before the framework sees them.
//!
//! The framework stops reading after a message that it cannot read. Here such a message is replaced by a request that is
//! answered with "parse error" or "invalid request", and reading goes on. The end of the input counts as `exit`, so that
//! requests that wait for something end too when the editor is gone.

use std::io::{self, BufRead, Read as _};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tower_lsp::jsonrpc::{Request, Response};

/// The method that stands for a message that is no JSON object.
pub(super) const UNREADABLE: &str = "$/v4ward/unreadable";
/// The method that stands for an object that is no message.
pub(super) const INVALID: &str = "$/v4ward/invalid";

const EXIT: &str = r#"{"jsonrpc":"2.0","method":"exit"}"#;

/// The longest header and the longest message that are read, in bytes.
const MAX_HEADER: u64 = 64 * 1024;
const MAX_MESSAGE: usize = 1 << 30;

/// The messages of an input, as bytes.
pub(super) struct Input {
    messages: UnboundedReceiver<Vec<u8>>,
    current: Vec<u8>,
    at: usize,
}

impl Input {
    /// Reads an input on a thread of its own until it ends.
    ///
    /// `shutdown_seen` is set by a `shutdown` request, however soon `exit` follows.
    pub(super) fn new(source: impl io::Read + Send + 'static, shutdown_seen: Arc<AtomicBool>) -> Self {
        let (sender, messages) = unbounded_channel();
        std::thread::spawn(move || {
            let mut source = io::BufReader::new(source);
            while let Ok(Some(message)) = next_message(&mut source) {
                if is_shutdown(&message) {
                    shutdown_seen.store(true, Ordering::Relaxed);
                }
                if sender.send(framed(&message)).is_err() {
                    return;
                }
            }
            // Nobody may listen any more.
            let _ = sender.send(framed(EXIT.as_bytes()));
        });
        Self { messages, current: Vec::new(), at: 0 }
    }
}

impl AsyncRead for Input {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.at == self.current.len() {
            let Some(next) = ready!(self.messages.poll_recv(cx)) else { return Poll::Ready(Ok(())) };
            self.current = next;
            self.at = 0;
        }
        let length = buffer.remaining().min(self.current.len() - self.at);
        buffer.put_slice(&self.current[self.at..self.at + length]);
        self.at += length;
        Poll::Ready(Ok(()))
    }
}

fn framed(message: &[u8]) -> Vec<u8> {
    let mut frame = format!("Content-Length: {}\r\n\r\n", message.len()).into_bytes();
    frame.extend_from_slice(message);
    frame
}

/// The next message; what is none becomes a request of its own. `None` at the end of the input.
fn next_message(source: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let length = match header(source)? {
        Header::Length(length) => length,
        Header::Garbage => return Ok(Some(unreadable())),
        Header::End => return Ok(None),
    };
    // Not read ahead of what comes: a length alone costs nothing.
    let mut body = Vec::new();
    source.take(length as u64).read_to_end(&mut body)?;
    if body.len() < length {
        return Ok(None);
    }
    if is_message(&body) {
        return Ok(Some(body));
    }
    Ok(Some(with_whole_characters(&body).filter(|body| is_message(body)).unwrap_or_else(|| substitute(&body))))
}

fn is_message(body: &[u8]) -> bool {
    serde_json::from_slice::<Message>(body).is_ok()
}

fn is_shutdown(message: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Method<'m> {
        method: Option<&'m str>,
    }
    const LONGEST: usize = 1000;
    message.len() < LONGEST
        && serde_json::from_slice::<Method<'_>>(message).is_ok_and(|message| message.method == Some("shutdown"))
}

/// A message in which each half of a surrogate pair that stands alone is replaced by U+FFFD, or `None` when there is none.
///
/// Editors that hold UTF-16 write such halves as escapes, which are no text for anybody else. Both are one UTF-16 unit, so
/// positions stay right.
fn with_whole_characters(body: &[u8]) -> Option<Vec<u8>> {
    let unit = |at: usize| {
        let escape = body.get(at..at + 6).filter(|escape| escape.starts_with(br"\u"))?;
        u16::from_str_radix(std::str::from_utf8(&escape[2..]).ok()?, 16).ok()
    };
    let (mut whole, mut at, mut changed) = (Vec::with_capacity(body.len()), 0, false);
    while at < body.len() {
        let length = match (unit(at), unit(at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                whole.extend_from_slice(br"\ufffd");
                (at, changed) = (at + 6, true);
                continue;
            }
            // An escaped backslash must not lend its second half to what follows.
            _ if body[at] == b'\\' => 2,
            _ => 1,
        };
        whole.extend_from_slice(body.get(at..at + length).unwrap_or(&body[at..]));
        at += length;
    }
    changed.then_some(whole)
}

/// What the framework takes for a message, in its own words: whatever else it gets ends it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Message {
    Response(#[allow(dead_code, reason = "only whether it can be read matters")] Response),
    Request(#[allow(dead_code, reason = "only whether it can be read matters")] Request),
}

/// A request in the place of something that is no message.
fn substitute(body: &[u8]) -> Vec<u8> {
    let Ok(Value::Object(mut members)) = serde_json::from_slice(body) else { return unreadable() };
    let id = members.remove("id").filter(|id| id.is_i64() || id.is_string());
    json!({"jsonrpc": "2.0", "id": id, "method": INVALID}).to_string().into_bytes()
}

fn unreadable() -> Vec<u8> {
    json!({"jsonrpc": "2.0", "id": null, "method": UNREADABLE}).to_string().into_bytes()
}

enum Header {
    Length(usize),
    /// Lines that are no header, without a length.
    Garbage,
    End,
}

/// Reads up to the empty line before a message.
fn header(source: &mut impl BufRead) -> io::Result<Header> {
    let (mut length, mut lines) = (None, 0);
    loop {
        let mut line = Vec::new();
        if source.by_ref().take(MAX_HEADER).read_until(b'\n', &mut line)? == 0 {
            return Ok(Header::End);
        }
        match line.trim_ascii() {
            [] if lines == 0 => {}
            [] => return Ok(length.map_or(Header::Garbage, Header::Length)),
            line => {
                lines += 1;
                length = content_length(line).or(length);
            }
        }
    }
}

fn content_length(line: &[u8]) -> Option<usize> {
    let (name, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
    let length = value.trim().parse().ok()?;
    (name.trim().eq_ignore_ascii_case("content-length") && length <= MAX_MESSAGE).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(input: &[u8]) -> Vec<String> {
        let mut source = input;
        let mut messages = Vec::new();
        while let Some(message) = next_message(&mut source).unwrap() {
            messages.push(String::from_utf8(message).unwrap());
        }
        messages
    }

    #[test]
    fn messages_come_one_by_one_whatever_stands_between_them() {
        const GOOD: &str = r#"{"jsonrpc":"2.0","method":"exit"}"#;
        let unreadable = String::from_utf8(unreadable()).unwrap();
        let after = |garbage: &[u8]| messages(&[garbage, &framed(GOOD.as_bytes())].concat());
        let header = format!("Content-Type: x\r\ncontent-length:{}\r\n\r\n{GOOD}", GOOD.len());
        assert_eq!(after(header.as_bytes()), [GOOD, GOOD]);
        assert_eq!(after(b"Content-Length: 3\r\n\r\n{]}"), [&unreadable, GOOD]);
        assert_eq!(after(b"Content-Length: 2\r\n\r\n[]"), [&unreadable, GOOD]);
        assert_eq!(after(b"Content-Length: 3\r\n\r\n\"\xff\""), [&unreadable, GOOD]);
        assert_eq!(after(b"hello\r\n\r\n"), [&unreadable, GOOD]);
        assert_eq!(after(b"Content-Length: many\r\n\r\n"), [&unreadable, GOOD]);
        assert_eq!(after(b"Content-Length: 99999999999\r\n\r\n"), [&unreadable, GOOD]);
    }

    #[test]
    fn objects_that_are_no_messages_keep_their_id() {
        let substituted = |object: &str| messages(&framed(object.as_bytes())).remove(0);
        let invalid = |id: &str| format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{INVALID}"}}"#);
        assert_eq!(substituted("{}"), invalid("null"));
        assert_eq!(substituted(r#"{"id":7,"method":"exit"}"#), invalid("7"));
        assert_eq!(substituted(r#"{"jsonrpc":"2.0","id":"a","method":1}"#), invalid("\"a\""));
        assert_eq!(substituted(r#"{"jsonrpc":"2.0","id":1.5,"method":"exit"}"#), invalid("null"));
        assert_eq!(substituted(r#"{"jsonrpc":"2.0","jsonrpc":"2.0","method":"exit"}"#), invalid("null"));
        // Deeper than the framework reads.
        let deep = format!(r#"{{"jsonrpc":"2.0","method":"x","params":{}{}}}"#, "[".repeat(200), "]".repeat(200));
        assert_eq!(substituted(&deep).as_bytes(), unreadable());
    }

    #[test]
    fn half_a_surrogate_pair_is_one_character_of_its_own() {
        let of = |text: &str| {
            let whole = with_whole_characters(text.as_bytes());
            whole.map(|whole| String::from_utf8(whole).unwrap())
        };
        assert_eq!(of(r#"{"a":"x\ud83dy"}"#).as_deref(), Some(r#"{"a":"x\ufffdy"}"#));
        assert_eq!(of(r#"{"a":"\ude00\ud83d\ude00"}"#).as_deref(), Some(r#"{"a":"\ufffd\ud83d\ude00"}"#));
        assert_eq!(of(r#"{"a":"\\ud83d"}"#), None);
        assert_eq!(of(r#"{"a":"\ud83d"#).as_deref(), Some(r#"{"a":"\ufffd"#));
        assert_eq!(of(r#"{"a":"\"#), None);
        let message = framed(br#"{"jsonrpc":"2.0","method":"x","params":["\ud83d"]}"#);
        assert_eq!(messages(&message), [r#"{"jsonrpc":"2.0","method":"x","params":["\ufffd"]}"#]);
    }

    #[test]
    fn a_message_that_is_cut_off_is_the_end() {
        assert_eq!(messages(b"Content-Length: 10\r\n\r\n{}"), Vec::<String>::new());
        assert_eq!(messages(b""), Vec::<String>::new());
    }
}
