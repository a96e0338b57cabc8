//! Which steps of the request set what the conditions of flows read: attributes of the context and headers of the
//! request. Only names that stand in the file are looked at.

use v4ward_syntax::Node;

use super::{Context, paths};
use crate::expression::{self, Read};
use crate::script::{Chain, Link, ScriptField};
use crate::v2::{Flow, Step};

/// Something that a condition reads and a step may set.
pub(super) enum Thing<'t> {
    Attribute(&'t str),
    Header(&'t str),
}

impl<'t> Thing<'t> {
    /// What is read; `None` for anything else.
    pub(super) fn of(read: &'t Read<'_>) -> Option<Self> {
        let name = |step: &'t expression::Step<'_>| match step {
            expression::Step::Property { name, .. } => Some(*name),
            _ => step.key(),
        };
        let name = name(read.steps.get(1)?)?;
        if read.is(&["context", "attributes"]) {
            Some(Self::Attribute(name))
        } else if read.is(&["request", "headers"]) {
            Some(Self::Header(name))
        } else {
            None
        }
    }

    fn is(&self, name: &str) -> bool {
        match self {
            Self::Attribute(own) => *own == name,
            Self::Header(own) => own.eq_ignore_ascii_case(name),
        }
    }
}

/// A step of the request that may set something, with its flow.
pub(super) struct Setter<'a, 'd> {
    pub(super) flow: &'a Flow<'d>,
    pub(super) step: &'a Step<'d>,
    script: Option<&'a ScriptField<'a, 'd>>,
}

/// The steps that set things, in the order of the file but for scripts, which come last.
pub(super) fn setters<'a, 'd>(cx: &Context<'a, 'd>) -> Vec<Setter<'a, 'd>> {
    let flows = cx.flows().filter(|flow| paths::is_enabled(flow));
    let steps = flows.flat_map(|flow| paths::enabled_steps(&flow.pre).map(move |step| (flow, step)));
    let sets = |step: &Step<'_>| {
        matches!(step.policy.value.as_ref(), "transform-headers" | "policy-assign-attributes" | "policy-http-callout")
            && acts_on_request(step)
    };
    let of_policies = steps.filter(|(_, step)| sets(step)).map(|(flow, step)| Setter { flow, step, script: None });
    let runs = |script: &&ScriptField<'_, '_>| {
        paths::is_enabled(script.flow)
            && paths::enabled_steps(&script.flow.pre).any(|step| step.node == script.step.node)
            && !script.key.starts_with("onResponse")
    };
    let scripts = cx.scripts().iter().filter(runs);
    let of_scripts = scripts.map(|script| Setter { flow: script.flow, step: script.step, script: Some(script) });
    of_policies.chain(of_scripts).collect()
}

/// On the legacy engine a step with the scope of the response does nothing on the request (SEMANTICS §1.4).
fn acts_on_request(step: &Step<'_>) -> bool {
    let scope = step.configuration.and_then(|configuration| configuration.get("scope"));
    !scope.and_then(Node::as_str).is_some_and(|scope| scope.starts_with("RESPONSE"))
}

impl Setter<'_, '_> {
    /// True where the step sets, changes or removes it.
    pub(super) fn sets(&self, thing: &Thing<'_>) -> bool {
        if let Some(script) = self.script {
            return script.chains.iter().any(|chain| chain_sets(chain, script.text, thing));
        }
        let Some(configuration) = self.step.configuration else { return false };
        let names = |key: &str| configuration.get(key).into_iter().flat_map(Node::children);
        let named = |key: &str| names(key).filter_map(|item| item.get("name")?.as_str()).any(|name| thing.is(&name));
        match (thing, self.step.policy.value.as_ref()) {
            (Thing::Header(_), "transform-headers") => {
                let listed = |key: &str| names(key).filter_map(Node::as_str).any(|name| thing.is(&name));
                let kept_only = names("whitelistHeaders").next().is_some() && !listed("whitelistHeaders");
                named("addHeaders") || named("appendHeaders") || listed("removeHeaders") || kept_only
            }
            (Thing::Attribute(_), "policy-assign-attributes") => named("attributes"),
            (Thing::Attribute(_), "policy-http-callout") => named("variables"),
            _ => false,
        }
    }
}

/// True where a script sets it by this chain: `request.headers.set('X', …)`, `context.attributes['a'] = …`.
fn chain_sets(chain: &Chain<'_>, text: &str, thing: &Thing<'_>) -> bool {
    let is_named = |link: &Link<'_>| link.text_argument.as_deref().is_some_and(|name| thing.is(name));
    let is_written = || {
        let rest = text.get(chain.span.end..).unwrap_or_default().trim_start();
        rest.starts_with('=') && !rest.starts_with("==")
    };
    let links = match (thing, chain.root, chain.links.as_slice()) {
        (Thing::Attribute(_), "context", [link, ..])
            if link.name == "setAttribute" || link.name == "removeAttribute" =>
        {
            return is_named(link);
        }
        (Thing::Attribute(_), "context", [attributes, rest @ ..]) if is_one(attributes, "attributes") => rest,
        (Thing::Header(_), "request", [headers, rest @ ..]) if is_one(headers, "headers") => rest,
        _ => return false,
    };
    match links {
        [link, ..] if link.call.is_some() => {
            matches!(link.name, "set" | "put" | "add" | "remove" | "setAll" | "addAll") && is_named(link)
        }
        [link] => thing.is(link.name) && is_written(),
        _ => false,
    }
}

/// True for a member by its name or its getter: `headers`, `headers()`, `getHeaders()`.
fn is_one(link: &Link<'_>, name: &str) -> bool {
    link.name == name
        || link.name.strip_prefix("get").is_some_and(|rest| link.call.is_some() && rest.eq_ignore_ascii_case(name))
}
