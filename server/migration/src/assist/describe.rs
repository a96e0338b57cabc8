//! What stands at a place.

use v4ward_syntax::{Document, Node, NodeKind, Span};

use super::{Description, is_ours, is_resource, place_of};

use crate::plugins::PolicySchemas;

/// What stands at a byte offset: the property whose key or scalar value is there; nothing for what the schema does not
/// know.
#[must_use]
pub fn describe(document: &Document, offset: u32, policies: &PolicySchemas) -> Option<Description> {
    let (node, span) = token_at(document, offset)?;
    let of_resource = is_resource(document.root_of(node.id()));
    if !of_resource && !is_ours(document) {
        return None;
    }
    let place = place_of(node, policies);
    // An element of a list of words says no more than the list.
    let is_word = place.description().is_none() && node.key_span().is_none();
    let place = if is_word { place_of(node.parent()?, policies) } else { place };
    place.description()?;
    Some(Description { span, title: title(node)?, text: place.markdown() })
}

/// The key or scalar value around the offset, its edges included, with the node it belongs to.
fn token_at(document: &Document, offset: u32) -> Option<(Node<'_>, Span)> {
    let touches = |span: Span| span.start <= offset && offset <= span.end;
    let mut node = document.roots().take_while(|root| root.span().start <= offset).last()?;
    loop {
        let near = node.children().take_while(|child| child.member_span().start <= offset);
        // Where two touch, the one that begins here is meant.
        let child = near.filter(|child| touches(child.member_span())).last()?;
        if let Some(key) = child.key_span().filter(|key| touches(*key)) {
            return Some((child, key));
        }
        if !child.is_container() || child.is_alias() {
            let is_value = child.kind() != NodeKind::Invalid && touches(child.span());
            return is_value.then(|| (child, child.span()));
        }
        node = child;
    }
}

/// The key of the member; of an element that of its list.
fn title(node: Node<'_>) -> Option<String> {
    std::iter::once(node).chain(node.ancestors()).find_map(Node::key).map(std::borrow::Cow::into_owned)
}
