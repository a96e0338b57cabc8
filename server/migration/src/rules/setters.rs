//! Which steps of the request set what the conditions of flows read: attributes of the context and headers of the
//! request. Only names that stand in the file are looked at.

use std::borrow::Cow;
use std::collections::HashMap;

use v4ward_syntax::Node;

use super::{Context, paths};
use crate::expression::{self, Read};
use crate::script::{Chain, Link, ScriptField};
use crate::v2::{Flow, Phase, Step};

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
    pub(super) reach: paths::Reach<'a, 'd>,
    script: Option<&'a ScriptField<'a, 'd>>,
}

/// The steps that set things, in the order of the file but for scripts, which come last.
pub(super) struct Setters<'a, 'd> {
    all: Vec<Setter<'a, 'd>>,
    /// By the names that stand in them, in lower case.
    by_name: HashMap<String, Vec<usize>>,
    /// Those that remove what they do not name.
    filters: Vec<usize>,
}

impl<'a, 'd> Setters<'a, 'd> {
    /// Those of a definition.
    pub(super) fn of(cx: &Context<'a, 'd>) -> Self {
        let all = setters(cx);
        let (mut by_name, mut filters) = (HashMap::<String, Vec<usize>>::new(), Vec::new());
        for (at, setter) in all.iter().enumerate() {
            for name in setter.names() {
                let places = by_name.entry(name.to_ascii_lowercase()).or_default();
                if places.last() != Some(&at) {
                    places.push(at);
                }
            }
            if setter.is_filter() {
                filters.push(at);
            }
        }
        Self { all, by_name, filters }
    }

    /// The first one that sets, changes or removes it and that `is_meant`.
    pub(super) fn first(
        &self,
        thing: &Thing<'_>,
        is_meant: impl Fn(&Setter<'a, 'd>) -> bool,
    ) -> Option<&Setter<'a, 'd>> {
        let (Thing::Attribute(name) | Thing::Header(name)) = thing;
        let named = self.by_name.get(&name.to_ascii_lowercase());
        let first = |places: &[usize]| {
            let all = places.iter().filter_map(|at| Some((*at, self.all.get(*at)?)));
            all.filter(|(_, setter)| is_meant(setter)).find(|(_, setter)| setter.sets(thing)).map(|(at, _)| at)
        };
        let found = [named.and_then(|named| first(named)), first(&self.filters)];
        found.into_iter().flatten().min().and_then(|at| self.all.get(at))
    }
}

fn setters<'a, 'd>(cx: &Context<'a, 'd>) -> Vec<Setter<'a, 'd>> {
    let setter = |flow, step, script| Setter { flow, step, reach: paths::Reach::of(flow), script };
    let steps = cx.live_flows().flat_map(|flow| paths::enabled_steps(&flow.pre).map(move |step| (flow, step)));
    let sets = |step: &Step<'_>| {
        matches!(step.policy.value.as_ref(), "transform-headers" | "policy-assign-attributes" | "policy-http-callout")
            && acts_on_request(step)
    };
    let of_policies = steps.filter(|(_, step)| sets(step)).map(|(flow, step)| setter(flow, step, None));
    let scripts = cx.live_scripts().filter(|script| script.phase == Phase::Request);
    let of_scripts = scripts.map(|script| setter(script.flow, script.step, Some(script)));
    of_policies.chain(of_scripts).collect()
}

/// On the legacy engine a step with the scope of the response does nothing on the request (SEMANTICS §1.4).
fn acts_on_request(step: &Step<'_>) -> bool {
    let scope = step.configuration.and_then(|configuration| configuration.get("scope"));
    !scope.and_then(Node::as_str).is_some_and(|scope| scope.starts_with("RESPONSE"))
}

impl Setter<'_, '_> {
    /// The names of what it may set.
    fn names(&self) -> Vec<Cow<'_, str>> {
        if let Some(script) = self.script {
            let links = script.chains.iter().flat_map(|chain| &chain.links);
            let names = links.flat_map(|link| [Some(link.name), link.text_argument.as_deref()]);
            return names.flatten().map(Cow::Borrowed).collect();
        }
        let items =
            |key: &str| self.step.configuration.and_then(|node| node.get(key)).into_iter().flat_map(Node::children);
        let named = ["addHeaders", "appendHeaders", "attributes", "variables"].into_iter().flat_map(items);
        let named = named.filter_map(|item| item.get("name")?.as_str());
        named.chain(items("removeHeaders").filter_map(Node::as_str)).collect()
    }

    /// True where the step removes all headers but some.
    fn is_filter(&self) -> bool {
        let kept = self.step.configuration.and_then(|configuration| configuration.get("whitelistHeaders"));
        self.script.is_none() && kept.is_some_and(|kept| kept.children().next().is_some())
    }

    /// True where the step sets, changes or removes it.
    fn sets(&self, thing: &Thing<'_>) -> bool {
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
