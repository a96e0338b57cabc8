//! An editor for tests. What the server sends and no test looks at makes the test fail.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::{clean, is_root};
use crate::text::{self, Encoding};

/// So long a test waits for something. Nothing takes a tenth of it unless the machine is very busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// How to start a [`Client`].
pub struct Builder {
    folder: TempDir,
    capabilities: Value,
    options: Value,
    folders: Option<Vec<String>>,
    encoding: Encoding,
    as_nobody: bool,
}

/// An editor with its server.
pub struct Client {
    folder: TempDir,
    child: Child,
    input: Option<ChildStdin>,
    output: Receiver<Output>,
    /// What came and was not asked for yet.
    unseen: VecDeque<Value>,
    /// All that came.
    heard: Vec<Value>,
    ignored: Vec<&'static str>,
    next_id: i64,
    documents: BTreeMap<String, Document>,
    published: BTreeMap<String, i64>,
    barriers: usize,
    ended: bool,
    pub encoding: Encoding,
    /// The answer to `initialize`.
    pub welcome: Value,
}

/// A document that is open.
struct Document {
    version: i64,
    text: String,
}

enum Output {
    Message(Value),
    Garbage(String),
    End,
}

/// The code and the message of an error.
#[derive(Debug, PartialEq, Eq)]
pub struct Refused {
    pub code: i64,
    pub message: String,
}

/// An editor that can do all that makes a difference, pulls diagnostics, and asks for nothing unasked.
fn capabilities() -> Value {
    json!({
        "workspace": {
            "applyEdit": true,
            "workspaceEdit": {
                "documentChanges": true,
                "resourceOperations": ["create", "rename", "delete"],
                "changeAnnotationSupport": {},
            },
        },
        "textDocument": {
            "diagnostic": {"relatedDocumentSupport": false},
            "publishDiagnostics": {"relatedInformation": true, "tagSupport": {"valueSet": [1]}, "codeDescriptionSupport": true},
            "codeAction": {"dataSupport": true, "resolveSupport": {"properties": ["edit"]}, "isPreferredSupport": true},
            "completion": {"completionItem": {"snippetSupport": true}},
            "hover": {"contentFormat": ["markdown", "plaintext"]},
            "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
        },
    })
}

impl Builder {
    /// Says what the editor can do: a value at a dotted path.
    pub fn capability(mut self, path: &str, value: Value) -> Self {
        let mut at = &mut self.capabilities;
        for name in path.split('.') {
            at = &mut at[name];
        }
        *at = value;
        self
    }

    /// The editor does not pull diagnostics, so they are pushed.
    pub fn pushed(self) -> Self {
        self.capability("textDocument.diagnostic", Value::Null)
    }

    pub fn option(mut self, name: &str, value: Value) -> Self {
        self.options[name] = value;
        self
    }

    pub fn encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self.capability("general.positionEncodings", json!([encoding.name()]))
    }

    /// A file below the root.
    pub fn file(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// The folders of the workspace, below the root, in place of the root itself.
    pub fn folders(mut self, names: &[&str]) -> Self {
        names.iter().for_each(|name| fs::create_dir_all(self.folder.path().join(name)).unwrap());
        self.folders = Some(names.iter().map(|&name| name.to_owned()).collect());
        self
    }

    /// The server is held back by permissions, which root is not.
    pub fn held_back(mut self) -> Self {
        self.as_nobody = true;
        self
    }

    /// Starts the server, without a word.
    pub fn silent(self) -> Client {
        let mut command = if self.as_nobody && is_root() {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(self.folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
            let mut command = Command::new("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups", env!("CARGO_BIN_EXE_v4ward")]);
            command
        } else {
            Command::new(env!("CARGO_BIN_EXE_v4ward"))
        };
        command.arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (input, output) = (child.stdin.take(), child.stdout.take().unwrap());
        Client {
            output: listen(output),
            folder: self.folder,
            child,
            input,
            unseen: VecDeque::new(),
            heard: Vec::new(),
            ignored: Vec::new(),
            next_id: 0,
            documents: BTreeMap::new(),
            published: BTreeMap::new(),
            barriers: 0,
            ended: false,
            encoding: self.encoding,
            welcome: Value::Null,
        }
    }

    /// Starts the server and greets it.
    pub fn start(self) -> Client {
        let (capabilities, options) = (self.capabilities.clone(), self.options.clone());
        let folders = self.folders.clone().unwrap_or_else(|| vec![String::new()]);
        let mut client = self.silent();
        let folders: Vec<Value> =
            folders.iter().map(|name| json!({"uri": client.uri(name), "name": name.as_str()})).collect();
        let params = json!({
            "processId": null,
            "rootUri": null,
            "capabilities": capabilities,
            "initializationOptions": options,
            "workspaceFolders": folders,
        });
        client.welcome = client.request("initialize", params);
        assert_eq!(client.welcome["capabilities"]["positionEncoding"], client.encoding.name());
        client.notify("initialized", json!({}));
        client
    }
}

/// Reads what the server sends.
fn listen(output: ChildStdout) -> Receiver<Output> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut output = BufReader::new(output);
        loop {
            let next = next_message(&mut output);
            let over = !matches!(next, Output::Message(_));
            if sender.send(next).is_err() || over {
                return;
            }
        }
    });
    receiver
}

fn next_message(output: &mut BufReader<ChildStdout>) -> Output {
    let mut length = None;
    loop {
        let mut line = String::new();
        match output.read_line(&mut line) {
            Ok(0) if length.is_none() => return Output::End,
            Ok(n) if n > 0 => {}
            other => return Output::Garbage(format!("{other:?}")),
        }
        match line.trim_end() {
            "" => break,
            line => match line.split_once(": ") {
                Some(("Content-Length", number)) => length = number.parse().ok(),
                Some(("Content-Type", _)) => {}
                _ => return Output::Garbage(line.to_owned()),
            },
        }
    }
    let mut body = vec![0; length.unwrap_or(0)];
    match output.read_exact(&mut body).map(|()| serde_json::from_slice(&body)) {
        Ok(Ok(message)) => Output::Message(message),
        other => Output::Garbage(format!("{other:?}")),
    }
}

impl Client {
    pub fn builder() -> Builder {
        Builder {
            folder: tempfile::tempdir().unwrap(),
            capabilities: capabilities(),
            options: json!({}),
            folders: None,
            encoding: Encoding::Utf16,
            as_nobody: false,
        }
    }

    /// An editor that has one document open, which is saved.
    pub fn with(name: &str, text: &str) -> Self {
        let mut client = Self::builder().file(name, text).start();
        client.open(name, text);
        client
    }

    // ---- Files

    pub fn path(&self, name: &str) -> PathBuf {
        if name.is_empty() { self.folder.path().to_owned() } else { self.folder.path().join(name) }
    }

    /// The URI of a file below the root; a name that is a URI already stays.
    pub fn uri(&self, name: &str) -> String {
        if name.contains(':') {
            return name.to_owned();
        }
        let path = self.path(name);
        let escape = |byte: u8| match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        };
        let path: String = path.to_str().unwrap().bytes().map(escape).collect();
        format!("file://{path}")
    }

    /// The name of a file from its URI.
    pub fn name(&self, uri: &Value) -> String {
        let uri = uri.as_str().unwrap_or_else(|| panic!("a URI, not {uri}"));
        uri.strip_prefix(&format!("{}/", self.uri(""))).unwrap_or(uri).to_owned()
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn exists(&self, name: &str) -> bool {
        fs::symlink_metadata(self.path(name)).is_ok()
    }

    // ---- Messages

    pub fn send_raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("the server listens");
        input.write_all(bytes).and_then(|()| input.flush()).expect("the server reads");
    }

    pub fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.send_raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request whose answer is asked for later.
    pub fn begin(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        let mut message = json!({"jsonrpc": "2.0", "id": id, "method": method});
        if !params.is_null() {
            message["params"] = params;
        }
        self.send(&message);
        id
    }

    /// The answer to a request.
    pub fn answer(&mut self, id: impl Into<Value>) -> Result<Value, Refused> {
        let id = id.into();
        let is_answer = |message: &Value| message["id"] == id && message["method"].is_null();
        let mut answer = self.wait_for(&format!("the answer to request {id}"), is_answer);
        match answer.get_mut("error") {
            None => Ok(answer["result"].take()),
            Some(error) => Err(Refused {
                code: error["code"].as_i64().unwrap(),
                message: error["message"].as_str().unwrap().to_owned(),
            }),
        }
    }

    #[track_caller]
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.begin(method, params);
        self.answer(id).unwrap_or_else(|error| panic!("{method}: {error:?}"))
    }

    /// A request that is to fail.
    #[track_caller]
    pub fn refused(&mut self, method: &str, params: Value) -> Refused {
        let id = self.begin(method, params);
        match self.answer(id) {
            Err(error) => error,
            Ok(result) => panic!("{method} is not refused: {result}"),
        }
    }

    /// The parameters of the next notification of a kind.
    #[track_caller]
    pub fn expect_notification(&mut self, method: &str) -> Value {
        let is_it = |message: &Value| message["method"] == method && message.get("id").is_none();
        self.wait_for(&format!("the notification {method}"), is_it)["params"].take()
    }

    /// The parameters of the next request of the server of a kind, which is answered.
    #[track_caller]
    pub fn expect_request(&mut self, method: &str, answer: Value) -> Value {
        let is_it = |message: &Value| message["method"] == method && message.get("id").is_some();
        let mut request = self.wait_for(&format!("the request {method}"), is_it);
        self.send(&json!({"jsonrpc": "2.0", "id": request["id"], "result": answer}));
        request["params"].take()
    }

    /// Messages of a kind may come and need not be looked at.
    pub fn ignore(&mut self, method: &'static str) {
        self.ignored.push(method);
    }

    /// The answer to a request may have come and need not be looked at.
    pub fn abandon(&mut self, id: i64) {
        self.unseen.retain(|message| message["id"] != id || !message["method"].is_null());
    }

    /// All that came so far, as texts.
    pub fn heard(&self) -> impl Iterator<Item = String> {
        self.heard.iter().map(Value::to_string)
    }

    /// The first message of a kind, taken out of what was not seen yet.
    #[track_caller]
    fn wait_for(&mut self, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.unseen.iter().position(&is_it) {
            return self.unseen.remove(at).unwrap();
        }
        let end = Instant::now() + PATIENCE;
        loop {
            let why = match self.output.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(Output::Message(message)) => {
                    self.hear(&message);
                    if is_it(&message) {
                        return message;
                    }
                    self.unseen.push_back(message);
                    continue;
                }
                Ok(Output::Garbage(garbage)) => format!("the server sent something that is no message: {garbage}"),
                Ok(Output::End) | Err(RecvTimeoutError::Disconnected) => "the server is gone".to_owned(),
                Err(RecvTimeoutError::Timeout) => format!("nothing of the kind came in {PATIENCE:?}"),
            };
            panic!("waited for {what}: {why}; {}", self.leftover());
        }
    }

    /// What holds for every message.
    fn hear(&mut self, message: &Value) {
        assert_eq!(message["jsonrpc"], "2.0", "{message}");
        if message["method"] == "textDocument/publishDiagnostics"
            && let Some(version) = message["params"]["version"].as_i64()
        {
            let uri = message["params"]["uri"].as_str().unwrap().to_owned();
            let last = self.published.insert(uri, version).unwrap_or(version);
            assert!(last <= version, "version {version} after version {last}: {message}");
        }
        self.heard.push(message.clone());
    }

    fn leftover(&self) -> String {
        let short = |message: &Value| message.to_string().chars().take(300).collect::<String>();
        match self.unseen.len() {
            0 => "no message is left over".to_owned(),
            _ => format!("what came instead: {:#?}", self.unseen.iter().map(short).collect::<Vec<_>>()),
        }
    }

    // ---- Documents

    pub fn text(&self, name: &str) -> &str {
        &self.documents[&self.uri(name)].text
    }

    pub fn version(&self, name: &str) -> i64 {
        self.documents[&self.uri(name)].version
    }

    pub fn open(&mut self, name: &str, text: &str) {
        self.open_as(name, "json", text);
    }

    pub fn open_as(&mut self, name: &str, language: &str, text: &str) {
        let uri = self.uri(name);
        self.published.remove(&uri);
        let item = json!({"uri": uri, "languageId": language, "version": 1, "text": text});
        self.documents.insert(uri, Document { version: 1, text: text.to_owned() });
        self.notify("textDocument/didOpen", json!({"textDocument": item}));
    }

    pub fn close(&mut self, name: &str) {
        let uri = self.uri(name);
        self.documents.remove(&uri);
        self.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    }

    /// Changes a document by `TextEdit`s of which each is of the text that the one before left.
    pub fn change(&mut self, name: &str, edits: &[Value]) {
        let (uri, encoding) = (self.uri(name), self.encoding);
        let document = self.documents.get_mut(&uri).unwrap();
        document.version += 1;
        let mut changes = Vec::new();
        for edit in edits {
            document.text = text::edited(&document.text, std::slice::from_ref(edit), encoding);
            changes.push(json!({"range": edit["range"], "text": edit["newText"]}));
        }
        let version = document.version;
        let params = json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": changes});
        self.notify("textDocument/didChange", params);
    }

    /// Replaces the first place where something stands.
    #[track_caller]
    pub fn replace(&mut self, name: &str, old: &str, new: &str) {
        let edit = json!({"range": self.range_of(name, old), "newText": new});
        self.change(name, &[edit]);
    }

    /// The range of the first place where something stands.
    #[track_caller]
    pub fn range_of(&self, name: &str, needle: &str) -> Value {
        let text = self.text(name);
        let at = text.find(needle).unwrap_or_else(|| panic!("{name} has no {needle}"));
        text::range(text, at, at + needle.len(), self.encoding)
    }

    /// Parameters with a document and the position of the mark in a piece of its text, as in `"na|me": "Billing"`.
    #[track_caller]
    pub fn at(&self, name: &str, piece: &str) -> Value {
        let (piece, within) = text::marked(piece);
        let text = self.text(name);
        let at = text.find(&piece).unwrap_or_else(|| panic!("{name} has no {piece}"));
        let position = text::position(text, at + within, self.encoding);
        json!({"textDocument": {"uri": self.uri(name)}, "position": position})
    }

    pub fn document(&self, name: &str) -> Value {
        json!({"textDocument": {"uri": self.uri(name)}})
    }

    /// What stands in a range of a document.
    pub fn slice(&self, name: &str, range: &Value) -> String {
        text::slice(self.text(name), range, self.encoding).to_owned()
    }

    /// Makes an edit, in the editor for documents that are open and in the files for others.
    #[track_caller]
    pub fn apply(&mut self, edit: &Value) {
        assert!(edit.is_object(), "an edit, not {edit}");
        let annotations = &edit["changeAnnotations"];
        let annotated = |item: &Value| {
            let id = item["annotationId"].as_str();
            assert!(id.is_none_or(|id| annotations[id].is_object()), "an unknown annotation: {item}");
        };
        for (uri, edits) in edit["changes"].as_object().into_iter().flatten() {
            self.apply_to(uri, edits.as_array().unwrap());
        }
        for change in edit["documentChanges"].as_array().into_iter().flatten() {
            annotated(change);
            if change["kind"] == "create" {
                let name = self.name(&change["uri"]);
                assert!(!self.exists(&name), "{name} is there already");
                assert_eq!(change["options"], json!({"overwrite": false, "ignoreIfExists": false}));
                self.write(&name, "");
                continue;
            }
            assert!(change["kind"].is_null(), "{change}");
            let identifier = &change["textDocument"];
            let uri = identifier["uri"].as_str().unwrap();
            let version = self.documents.get(uri).map(|document| document.version);
            assert_eq!(identifier["version"].as_i64(), version, "an edit of the text as it is");
            let edits = change["edits"].as_array().unwrap();
            edits.iter().for_each(annotated);
            self.apply_to(uri, edits);
        }
    }

    fn apply_to(&mut self, uri: &str, edits: &[Value]) {
        let name = self.name(&json!(uri));
        if !self.documents.contains_key(uri) {
            self.write(&name, text::edited(&self.read(&name), edits, self.encoding));
            return;
        }
        // From the last one on, so that none moves another.
        let mut edits = edits.to_vec();
        let text = self.text(&name);
        let _ = text::edited(text, &edits, self.encoding);
        edits.sort_by_key(|edit| std::cmp::Reverse(text::offset(text, &edit["range"]["start"], self.encoding)));
        self.change(&name, &edits);
    }

    // ---- Questions

    /// The diagnostics of a document, pulled.
    #[track_caller]
    pub fn pull(&mut self, name: &str) -> Vec<Value> {
        let params = self.document(name);
        let mut report = self.request("textDocument/diagnostic", params);
        assert_eq!(report["kind"], "full");
        serde_json::from_value(report["items"].take()).unwrap()
    }

    /// The diagnostics of the newest text of a document, pushed. Those of older texts may come before.
    #[track_caller]
    pub fn pushed(&mut self, name: &str) -> Vec<Value> {
        loop {
            let params = self.pushed_next(name);
            if params["version"].as_i64() == Some(self.version(name)) {
                return serde_json::from_value(params["diagnostics"].clone()).unwrap();
            }
        }
    }

    /// The next diagnostics of a document.
    #[track_caller]
    pub fn pushed_next(&mut self, name: &str) -> Value {
        let uri = self.uri(name);
        let is_it =
            |message: &Value| message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri;
        self.wait_for(&format!("diagnostics of {name}"), is_it)["params"].take()
    }

    /// Diagnostics as `severity rule: text under it`.
    pub fn shown(&self, name: &str, diagnostics: &[Value]) -> Vec<String> {
        let severity = |it: &Value| ["?", "error", "warning", "information", "hint"][it.as_u64().unwrap() as usize];
        let line = |it: &Value| {
            assert_eq!(it["source"], "v4ward", "{it}");
            let code = it["code"].as_str().unwrap_or("-");
            format!("{} {code}: {}", severity(&it["severity"]), self.slice(name, &it["range"]))
        };
        diagnostics.iter().map(line).collect()
    }

    /// Runs a command, whose result must have the version of the contract.
    #[track_caller]
    pub fn run(&mut self, command: &str, argument: Value) -> Value {
        let result = self.request("workspace/executeCommand", json!({"command": command, "arguments": [argument]}));
        assert_eq!(result["schema"], 1, "{result}");
        result
    }

    /// Runs a command that is to fail.
    #[track_caller]
    pub fn run_refused(&mut self, command: &str, argument: Value) -> Refused {
        self.refused("workspace/executeCommand", json!({"command": command, "arguments": [argument]}))
    }

    /// Waits until all that was sent before is analysed and told. Only for editors that get diagnostics pushed.
    pub fn settle(&mut self) {
        self.barriers += 1;
        let name = format!("v4ward-test-barrier-{}.json", self.barriers);
        self.open(&name, &clean());
        assert_eq!(self.pushed(&name), Vec::<Value>::new());
        // It had no findings, so closing it says nothing.
        self.close(&name);
    }

    // ---- The end

    /// Ends the talk; the code that the server exits with.
    pub fn end(&mut self) -> i32 {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        self.exit_code()
    }

    /// Hangs up.
    pub fn hang_up(&mut self) {
        self.input = None;
    }

    /// Waits for the server's end; the code that it exits with.
    pub fn exit_code(&mut self) -> i32 {
        self.ended = true;
        let end = Instant::now() + PATIENCE;
        loop {
            match self.output.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(Output::Message(message)) => {
                    self.hear(&message);
                    self.unseen.push_back(message);
                }
                Ok(Output::End) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(Output::Garbage(garbage)) => panic!("the server sent something that is no message: {garbage}"),
                Err(RecvTimeoutError::Timeout) => {
                    let _ = self.child.kill();
                    panic!("the server did not end in {PATIENCE:?}; {}", self.leftover());
                }
            }
        }
        self.child.wait().unwrap().code().expect("the server was ended by a signal")
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let _ = self.child.kill();
            let _ = self.child.wait();
            return;
        }
        if !self.ended {
            assert_eq!(self.end(), 0);
        }
        let ignored = std::mem::take(&mut self.ignored);
        self.unseen.retain(|message| !ignored.iter().any(|method| message["method"] == *method));
        assert!(self.unseen.is_empty(), "nobody looked at some messages; {}", self.leftover());
    }
}

/// True for a path that is a file.
pub fn is_file(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}
