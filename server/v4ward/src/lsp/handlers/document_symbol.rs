//! `textDocument/documentSymbol`

use std::sync::Arc;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::*;
use v4ward_migration::redact::Redactor;
use v4ward_migration::{Definition, recognise_root};
use v4ward_syntax::{Node, NodeKind};

use crate::lsp::documents::Snapshot;
use crate::lsp::state::{State, in_background};

/// Deeper parts are left out; definitions have about ten levels.
const MAX_DEPTH: usize = 30;
/// So many symbols are enough for anybody.
const MAX_SYMBOLS: usize = 20_000;

pub(in crate::lsp) async fn handle(
    state: &Arc<State>,
    params: DocumentSymbolParams,
) -> Result<Option<DocumentSymbolResponse>> {
    let snapshot = state.snapshot(&params.text_document.uri).await;
    let Some(snapshot) = snapshot.filter(|it| state.options().gives_structure_of(it)) else { return Ok(None) };
    let nested = state.support().nested_symbols;
    in_background(move || {
        let mut outline = Outline {
            snapshot: &snapshot,
            redactor: Redactor::new(&snapshot.document),
            details: true,
            left: MAX_SYMBOLS,
        };
        let symbols = outline.all();
        Some(if nested {
            DocumentSymbolResponse::Nested(symbols)
        } else {
            let mut all = Vec::new();
            flatten(symbols, None, &snapshot, &mut all);
            DocumentSymbolResponse::Flat(all)
        })
    })
    .await
}

/// An outline that is being made.
struct Outline<'s> {
    snapshot: &'s Snapshot,
    redactor: Redactor<'s>,
    /// List elements are shown with their names.
    details: bool,
    /// So many symbols may still come.
    left: usize,
}

impl Outline<'_> {
    /// The members of the one document; of several each document with its members.
    fn all(&mut self) -> Vec<DocumentSymbol> {
        let roots: Vec<Node<'_>> = self.snapshot.document.roots().collect();
        match roots.as_slice() {
            [root] => self.children(*root, 0),
            roots => roots.iter().map(|root| self.document(*root)).collect(),
        }
    }

    #[allow(deprecated, reason = "the structure has a field of old")]
    fn document(&mut self, root: Node<'_>) -> DocumentSymbol {
        // Which of the texts of other resources are secrets is not known.
        self.details = recognise_root(root).0 != Definition::Unknown;
        let below = self.children(root, 1);
        self.details = true;
        let range = self.snapshot.range(root.span());
        DocumentSymbol {
            name: self.redactor.message(&resource_name(root)),
            detail: None,
            kind: SymbolKind::MODULE,
            tags: None,
            deprecated: None,
            range,
            selection_range: Range::new(range.start, range.start),
            children: Some(below).filter(|below| !below.is_empty()),
        }
    }

    fn children(&mut self, parent: Node<'_>, depth: usize) -> Vec<DocumentSymbol> {
        let mut symbols = Vec::new();
        for node in parent.children() {
            if self.left == 0 {
                break;
            }
            self.left -= 1;
            symbols.push(self.symbol(node, depth));
        }
        symbols
    }

    #[allow(deprecated, reason = "the structure has a field of old")]
    fn symbol(&mut self, node: Node<'_>, depth: usize) -> DocumentSymbol {
        // What an alias stands for is elsewhere.
        let has_own = node.is_container() && !node.is_alias();
        let below = (has_own && depth < MAX_DEPTH).then(|| self.children(node, depth + 1));
        DocumentSymbol {
            name: name(node),
            detail: detail(node).filter(|_| self.details).map(|detail| self.redactor.message(&detail)),
            kind: kind(node),
            tags: None,
            deprecated: None,
            range: self.snapshot.range(node.member_span()),
            selection_range: self.snapshot.range(node.key_span().unwrap_or(node.span())),
            children: below.filter(|below| !below.is_empty()),
        }
    }
}

/// Kind and name of a resource.
fn resource_name(root: Node<'_>) -> String {
    let text = |node: Option<Node<'_>>| node.and_then(|node| Some(node.as_str()?.into_owned()));
    let name = text(root.get("metadata").and_then(|metadata| metadata.get("name")));
    match (text(root.get("kind")), name) {
        (Some(kind), Some(name)) => format!("{kind}/{name}"),
        (Some(name), None) | (None, Some(name)) => name,
        (None, None) => "document".to_owned(),
    }
}

/// The key, or the place in the list.
fn name(node: Node<'_>) -> String {
    match node.key() {
        Some(key) if !key.is_empty() => key.into_owned(),
        Some(_) => "\"\"".to_owned(),
        None => format!("[{}]", node.position_in_parent()),
    }
}

/// What an element of a list is called. Values are not shown: they may be secret.
fn detail(node: Node<'_>) -> Option<String> {
    let member = ["name", "key", "path", "policy"].iter().find_map(|key| node.get(key)?.as_str());
    member.filter(|_| node.key().is_none()).map(std::borrow::Cow::into_owned)
}

fn kind(node: Node<'_>) -> SymbolKind {
    match node.kind() {
        NodeKind::Object => SymbolKind::OBJECT,
        NodeKind::Array => SymbolKind::ARRAY,
        NodeKind::String => SymbolKind::STRING,
        NodeKind::Number => SymbolKind::NUMBER,
        NodeKind::Bool => SymbolKind::BOOLEAN,
        NodeKind::Null | NodeKind::Invalid => SymbolKind::NULL,
    }
}

/// For clients that know no tree.
#[allow(deprecated, reason = "the structure has a field of old")]
fn flatten(
    symbols: Vec<DocumentSymbol>,
    container: Option<&str>,
    snapshot: &Snapshot,
    all: &mut Vec<SymbolInformation>,
) {
    for symbol in symbols {
        all.push(SymbolInformation {
            name: symbol.name.clone(),
            kind: symbol.kind,
            tags: None,
            deprecated: None,
            location: Location::new(snapshot.uri.clone(), symbol.range),
            container_name: container.map(str::to_owned),
        });
        flatten(symbol.children.unwrap_or_default(), Some(&symbol.name), snapshot, all);
    }
}
