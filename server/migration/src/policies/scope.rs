//! The `scope` of a step: on the legacy engine it says in which phase the step acts (SEMANTICS §1.4).

use v4ward_syntax::{Node, NodeKind};

use crate::v2::{Phase, Step};

/// What holds for the scope of a policy.
struct Rules {
    policy: &'static str,
    /// The scope of a step that names none.
    default: Phase,
    /// `REQUEST` and `RESPONSE` are scopes.
    head: bool,
    /// `REQUEST_CONTENT` and `RESPONSE_CONTENT` are scopes.
    content: bool,
    /// The class that V4 runs looks at the scope as well.
    honoured: bool,
}

const fn rules(policy: &'static str, default: Phase, head: bool, content: bool) -> Rules {
    Rules { policy, default, head, content, honoured: false }
}

use Phase::{Request, Response};

const SCOPED: &[Rules] = &[
    rules("json-to-json", Request, true, false),
    rules("json-validation", Request, false, true),
    rules("json-xml", Response, true, false),
    rules("policy-assign-attributes", Request, true, true),
    rules("policy-assign-content", Request, true, false),
    rules("policy-http-callout", Request, true, true),
    rules("transform-headers", Request, true, true),
    rules("xml-json", Response, true, false),
    // These two have no class of their own for V4.
    Rules { honoured: true, ..rules("policy-request-validation", Request, true, true) },
    Rules { honoured: true, ..rules("xslt", Response, true, false) },
];

/// The scope of a step.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scope<'d> {
    /// Its policy has none.
    None,
    /// One that the policy does not know, or that is no text.
    Unknown,
    /// It acts in this phase on the legacy engine.
    Known {
        /// The phase.
        phase: Phase,
        /// It works on the body.
        content: bool,
        /// Where it is written.
        node: Option<Node<'d>>,
        /// V4 looks at it as well.
        honoured: bool,
    },
}

/// The scope of a step, or that of its policy when it names none.
pub(crate) fn scope<'d>(step: &Step<'d>) -> Scope<'d> {
    let policy = step.policy.value.as_ref();
    let Some(rules) = SCOPED.iter().find(|rules| rules.policy == policy) else { return Scope::None };
    let known = |phase, content, node| Scope::Known { phase, content, node, honoured: rules.honoured };
    // What a text says is not looked at, nor is it known what takes the place of a template.
    if step.configuration.is_some_and(|node| !matches!(node.kind(), NodeKind::Object | NodeKind::Null)) {
        return Scope::Unknown;
    }
    let written = step.configuration.and_then(|configuration| configuration.get("scope"));
    let Some(node) = written.filter(|node| !node.is_null()) else {
        return known(rules.default, !rules.head, None);
    };
    match node.as_str().as_deref() {
        Some("REQUEST") if rules.head => known(Request, false, Some(node)),
        Some("RESPONSE") if rules.head => known(Response, false, Some(node)),
        Some("REQUEST_CONTENT") if rules.content => known(Request, true, Some(node)),
        Some("RESPONSE_CONTENT") if rules.content => known(Response, true, Some(node)),
        _ => Scope::Unknown,
    }
}
