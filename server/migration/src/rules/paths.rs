//! Paths of flows, as APIM compares them.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::v2::{Flow, Step, Steps, Word};

/// The parts of a path; slashes around and between them count once.
pub(super) fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.trim().split('/').filter(|part| !part.is_empty())
}

/// A path with one slash before each part.
pub(crate) fn normal(path: &str) -> String {
    joined(segments(path))
}

/// A path without the names of its parameters: two paths with the same shape are ambiguous to V4 unless they are equal.
pub(crate) fn shape(path: &str) -> String {
    joined(segments(path).map(|part| if part.starts_with(':') { ":" } else { part }))
}

fn joined<'p>(parts: impl Iterator<Item = &'p str>) -> String {
    let mut out = String::new();
    for part in parts {
        out.push('/');
        out.push_str(part);
    }
    if out.is_empty() { "/".to_owned() } else { out }
}

/// True for flows that are switched on.
pub(super) fn is_enabled(flow: &Flow<'_>) -> bool {
    flow.enabled.as_ref().is_none_or(|enabled| enabled.value)
}

/// The steps that are switched on.
pub(super) fn enabled_steps<'s, 'd>(steps: &'s Steps<'d>) -> impl Iterator<Item = &'s Step<'d>> {
    steps.items.iter().filter(|step| step.enabled.as_ref().is_none_or(|enabled| enabled.value))
}

/// False where no request has a path for both flows.
pub(super) fn may_share_a_path(one: &Flow<'_>, other: &Flow<'_>) -> bool {
    Beginning::of(one).meets(&Beginning::of(other))
}

/// The methods and paths that a flow is for; conditions are not looked at. Read once for a flow that is compared with many.
pub(super) struct Reach<'a, 'd> {
    methods: &'a [Word<'d>],
    beginning: Beginning,
}

impl<'a, 'd> Reach<'a, 'd> {
    /// That of a flow.
    pub(super) fn of(flow: &'a Flow<'d>) -> Self {
        Self { methods: &flow.methods, beginning: Beginning::of(flow) }
    }

    /// False where no request has a method and a path for both.
    pub(super) fn meets(&self, other: &Reach<'_, '_>) -> bool {
        let is_shared = |method: &Word<'_>| other.methods.iter().any(|taken| taken.value == method.value);
        let methods = self.methods.is_empty() || other.methods.is_empty() || self.methods.iter().any(is_shared);
        methods && self.beginning.meets(&other.beginning)
    }
}

/// Flows by the beginnings of their paths, so that another one is compared only with those that it may meet.
pub(super) struct Reaches<'a, 'd> {
    flows: Vec<(&'a Flow<'d>, Reach<'a, 'd>)>,
    by_beginning: BTreeMap<String, Vec<usize>>,
}

impl<'a, 'd> Reaches<'a, 'd> {
    /// Those of flows.
    pub(super) fn of(flows: impl Iterator<Item = &'a Flow<'d>>) -> Self {
        let flows: Vec<_> = flows.map(|flow| (flow, Reach::of(flow))).collect();
        let mut by_beginning = BTreeMap::<String, Vec<usize>>::new();
        for (at, (_, reach)) in flows.iter().enumerate() {
            by_beginning.entry(reach.beginning.text.clone()).or_default().push(at);
        }
        Self { flows, by_beginning }
    }

    /// The first flow that some request has together with this one.
    pub(super) fn first_met(&self, flow: &Flow<'_>) -> Option<&'a Flow<'d>> {
        let reach = Reach::of(flow);
        let text = reach.beginning.text.as_str();
        // Of two flows that meet, the beginning of one is a beginning of the other's.
        let shorter = (0..text.len()).filter_map(|end| self.by_beginning.get(text.get(..end)?));
        let from = (Bound::Included(text), Bound::Unbounded);
        let longer = self.by_beginning.range::<str, _>(from).take_while(|(other, _)| other.starts_with(text));
        let all = shorter.chain(longer.map(|(_, flows)| flows)).flatten();
        let met = all.filter(|at| self.flows.get(**at).is_some_and(|(_, other)| reach.meets(other)));
        met.min().and_then(|at| self.flows.get(*at)).map(|(flow, _)| *flow)
    }
}

/// What the path of a request must begin with to be for a flow, up to the first parameter.
struct Beginning {
    text: String,
    /// The path must be no longer.
    is_whole: bool,
}

impl Beginning {
    fn of(flow: &Flow<'_>) -> Self {
        let path = flow.path.as_ref().map_or("", |path| path.value.as_ref());
        let is_whole = flow.operator.as_ref().is_some_and(|operator| operator.value == "EQUALS");
        let literal = segments(path).take_while(|part| is_literal(part));
        let text = joined(literal);
        if segments(path).all(is_literal) {
            // The last slash may be missing in a request, and a path that is only begun with need not end there.
            return Self { text: if text == "/" && !is_whole { String::new() } else { text }, is_whole };
        }
        Self { text: if text == "/" { text } else { text + "/" }, is_whole: false }
    }

    fn meets(&self, other: &Self) -> bool {
        match (self.is_whole, other.is_whole) {
            (true, true) => self.text == other.text,
            (true, false) => self.text.starts_with(other.text.as_str()),
            (false, true) => other.text.starts_with(self.text.as_str()),
            (false, false) => self.text.starts_with(other.text.as_str()) || other.text.starts_with(self.text.as_str()),
        }
    }
}

/// True for a part of a path that is neither a parameter nor means anything in the regular expression that the gateway
/// makes of the path.
pub(super) fn is_literal(part: &str) -> bool {
    !part.starts_with(':') && !part.contains(['\\', '.', '(', ')', '[', ']', '{', '}', '*', '+', '?', '^', '$', '|'])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use v4ward_syntax::Document;

    use super::{Reach, Reaches, normal, shape};
    use crate::recognise::DocumentFormat;
    use crate::v2;

    #[test]
    fn slashes_and_names_do_not_tell_paths_apart() {
        assert_eq!(normal(" users//:id/ "), "/users/:id");
        assert_eq!(normal(""), "/");
        assert_eq!(shape("/users/:id"), shape("users/:userId/"));
        assert_ne!(shape("/users/:id"), shape("/users/me"));
    }

    /// Whether requests can be for two flows, given as operator and path.
    fn meet(one: (&str, &str), other: (&str, &str)) -> bool {
        let flow = |(operator, path): (&str, &str)| {
            format!(r#"{{"path-operator": {{"operator": "{operator}", "path": "{path}"}}}}"#)
        };
        let document = Document::parse_json(format!(r#"{{"flows": [{}, {}]}}"#, flow(one), flow(other)));
        let api = v2::read(document.root().unwrap(), DocumentFormat::ExportJson).unwrap();
        let reach = |at: usize| Reach::of(&api.flows.items[at]);
        let found = reach(0).meets(&reach(1));
        assert_eq!(found, reach(1).meets(&reach(0)));
        for (own, another) in [(0, 1), (1, 0)] {
            let reaches = Reaches::of(std::iter::once(&api.flows.items[another]));
            assert_eq!(found, reaches.first_met(&api.flows.items[own]).is_some());
        }
        found
    }

    #[test]
    fn paths_that_no_request_shares() {
        let (equals, starts) = ("EQUALS", "STARTS_WITH");
        assert!(meet((equals, "/a/"), (equals, "a")));
        assert!(meet((equals, "/a/b"), (starts, "/a")));
        // A prefix need not end where a part does.
        assert!(meet((starts, "/a"), (starts, "/ab/c")));
        assert!(meet((starts, "/"), (equals, "/a")));
        assert!(meet((starts, "/:x/b"), (starts, "/a/c")));
        assert!(meet((equals, "/v1.0"), (equals, "/v1x0")));
        assert!(!meet((equals, "/a"), (equals, "/b")));
        assert!(!meet((equals, "/a"), (starts, "/a/b")));
        assert!(!meet((equals, "/a"), (equals, "/a/:x")));
        assert!(!meet((starts, "/a/:x"), (starts, "/b/:x")));
    }
}
