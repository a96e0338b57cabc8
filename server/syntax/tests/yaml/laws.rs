//! What holds for the tree of any text.

use v4ward_syntax::{Document, Node, NodeKind, Span};

/// Panics unless the tree of a text is sound.
pub(crate) fn check(text: &str) -> Document {
    let document = Document::parse_yaml(text);
    assert_eq!(document.text(), text);
    check_documents(&document);
    for (i, node) in document.nodes().enumerate() {
        assert_eq!(node.id().index(), i);
        check_node(node);
    }
    check_lists(&document);
    document
}

fn check_span(document: &Document, span: Span) {
    assert!(span.start <= span.end, "{span:?}");
    assert!(document.text().get(span.start as usize..span.end as usize).is_some(), "{span:?} in {:?}", document.text());
}

fn check_documents(document: &Document) {
    let (spans, roots) = (document.document_spans(), document.roots().collect::<Vec<_>>());
    assert_eq!(spans.len(), roots.len(), "{:?}", document.text());
    for (span, root) in spans.iter().zip(&roots) {
        check_span(document, *span);
        assert!(span.contains(root.member_span()), "{root:?} in {span:?} of {:?}", document.text());
        assert_eq!(root.parent(), None);
    }
    assert!(spans.windows(2).all(|pair| pair[0].end <= pair[1].start), "{spans:?} of {:?}", document.text());
}

fn check_node(node: Node<'_>) {
    let document = node.document();
    check_span(document, node.span());
    if let Some(key) = node.key_span() {
        check_span(document, key);
        assert!(key.end <= node.span().start, "{node:?} of {:?}", document.text());
        assert!(node.has_key(&node.key().unwrap()), "{node:?} of {:?}", document.text());
    }
    let text = node.text();
    // A block that is broken off may end anywhere.
    if node.kind() != NodeKind::Invalid && document.errors().is_empty() {
        assert_eq!(text.trim_end_matches([' ', '\n', '\r', '\t']), text, "{node:?} of {:?}", document.text());
        assert_eq!(text.trim_start_matches([' ', '\n', '\r', '\t']), text, "{node:?} of {:?}", document.text());
    }
    if node.kind() == NodeKind::Array && !node.is_alias() {
        assert!(text.starts_with(['[', '-', '&', '!']), "{node:?} of {:?}", document.text());
    }
    assert!(node.is_container() || node.is_leaf());
    if !node.is_alias() {
        check_children(node);
    }
    // Reading what it stands for ends.
    let _ = node.scalar();
    assert!(!node.resolved().is_alias());
}

fn check_children(node: Node<'_>) {
    let text = node.document().text();
    let (mut at, mut next) = (node.span().start, node.id().index() + 1);
    for (i, child) in node.children().enumerate() {
        assert_eq!(child.id().index(), next);
        assert_eq!(child.parent(), Some(node));
        assert!(i > 100 || child.position_in_parent() == i);
        assert_eq!(child.key_span().is_some(), node.kind() == NodeKind::Object);
        assert!(at <= child.member_span().start, "{child:?} in {node:?} of {text:?}");
        assert!(node.span().contains(child.member_span()), "{child:?} in {node:?} of {text:?}");
        (at, next) = (child.member_span().end, child.subtree_end());
    }
    assert_eq!(next, node.subtree_end(), "{node:?} of {text:?}");
    if node.kind() == NodeKind::Object && node.subtree_end() - node.id().index() < 200 {
        check_shadowed(node);
    }
}

/// Of equal keys all but the last are shadowed.
fn check_shadowed(object: Node<'_>) {
    let members: Vec<_> = object.children().filter(|child| !child.is_merge_key()).collect();
    for (i, member) in members.iter().enumerate() {
        let comes_again = members[i + 1..].iter().any(|later| later.key() == member.key());
        assert_eq!(member.is_shadowed(), comes_again, "{member:?} of {:?}", object.document().text());
    }
}

fn check_lists(document: &Document) {
    let text = document.text();
    assert!(document.errors().len() <= 100);
    assert!(document.errors().windows(2).all(|pair| pair[0].span <= pair[1].span));
    document.errors().iter().for_each(|error| check_span(document, error.span));
    document.comments().iter().for_each(|comment| check_span(document, comment.span));
    assert!(document.comments().windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "{text:?}");
    document.comments().iter().for_each(|comment| assert!(document.slice(comment.span).starts_with('#')));
    document.templates().iter().for_each(|template| check_span(document, *template));
    for anchor in document.anchors() {
        assert!(document.slice(anchor.span).starts_with('&'));
        assert!(document.node(anchor.node).span().contains(anchor.span));
        assert!(anchor.aliases.iter().all(|alias| document.node(*alias).resolved().id() == anchor.node));
    }
}
