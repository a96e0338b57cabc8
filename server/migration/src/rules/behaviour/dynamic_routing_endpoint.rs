//! `dynamic-routing-endpoint`

use std::ops::Range;

use v4ward_syntax::Node;
use v4ward_syntax::edit::{Change, Value};

use crate::expression::{Part, Template};
use crate::finding::{Detail, Finding, Severity};
use crate::fixes::Fix;
use crate::options::Version;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};
use crate::v2::Endpoint;

pub(in crate::rules) struct DynamicRoutingEndpoint;

static DECLARATION: Declaration = Declaration {
    id: "dynamic-routing-endpoint",
    group: Group::Behaviour,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A dynamic route that V4 sends elsewhere",
    explanation: "\
The URL of a rule of `dynamic-routing` names an endpoint, as in `{#endpoints['north']}/stock`, or is an address of \
its own. Three cases differ in V4:

- An address of its own, such as `https://north.example/stock`. V2 calls it with the TLS, proxy and timeout options \
of the endpoint whose target it begins with. V4 takes those of the endpoint whose turn it is in the first group. \
Nothing changes where these are the same one.
- The name of an endpoint or group that the API does not have. V2 answers 503; V4 reads nothing there, and calls \
another address.
- A path with a colon. V4 reads what stands before the first colon as the name of an endpoint unless the path begins \
with a slash; before APIM 4.13 also then.",
    fix_safety: "\
Writing the endpoint in place of its target is unsafe: it is then called like any request to this endpoint.",
    bad: Example::Members(
        r##"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [
          { "name": "north", "target": "https://north.example", "inherit": true },
          { "name": "south", "target": "https://south.example", "inherit": true }
        ],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ]
  },
  "flows": [
    {
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [
        {
          "policy": "dynamic-routing",
          "enabled": true,
          "configuration": { "rules": [{ "pattern": "/stock", "url": "https://south.example/stock" }] }
        }
      ],
      "post": [],
      "enabled": true
    }
  ]
}"##,
    ),
    good: Example::Members(
        r##"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [
          { "name": "north", "target": "https://north.example", "inherit": true },
          { "name": "south", "target": "https://south.example", "inherit": true }
        ],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ]
  },
  "flows": [
    {
      "path-operator": { "path": "/", "operator": "STARTS_WITH" },
      "pre": [
        {
          "policy": "dynamic-routing",
          "enabled": true,
          "configuration": { "rules": [{ "pattern": "/stock", "url": "{#endpoints['south']}/stock" }] }
        }
      ],
      "post": [],
      "enabled": true
    }
  ]
}"##,
    ),
    source: "SEMANTICS M14",
};

const COLON: &str = "colon";
/// More names than that are not listed.
const SHOWN_NAMES: usize = 6;

impl Rule for DynamicRoutingEndpoint {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for url in urls(cx) {
            let Some(text) = url.as_str() else { continue };
            if is_absolute(&text) {
                if let Some(options_of) = other_options(cx, &text) {
                    report.add(Match::at(url).detail(Detail::Nodes(options_of)));
                }
                continue;
            }
            let template = Template::parse(&text);
            for (name, range) in named_endpoints(&template) {
                if !is_known(cx, &name) {
                    let found = Match::inside(url, range).subject(name);
                    report.add(found.detail(Detail::Nodes(names(cx).collect())));
                }
            }
            if let Some(range) = misread(&text, &template, cx.options.target_version)
                && !is_known(cx, &text[range.clone()])
            {
                report.add(Match::inside(url, range).detail(Detail::Variant(COLON)));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        match (&finding.detail, &finding.subject) {
            (Detail::Variant(_), _) => Message::new(
                "V4 takes what stands before this colon for the name of an endpoint: requests of this route do not \
                 reach the path",
                "name the endpoint before the path, as in {#endpoints['name']}/path",
            ),
            (detail, Some(name)) => Message::new(
                format!(
                    "the API has no endpoint or group \"{name}\": V2 answers 503 to requests of this route, V4 calls \
                     another address"
                ),
                match detail {
                    Detail::Nodes(known) if !known.is_empty() => format!("write one that it has: {}", listed(known)),
                    _ => "write the name of an endpoint or group of this API".to_owned(),
                },
            ),
            (Detail::Nodes(matching), None) if matching.is_empty() => Message::new(
                "no endpoint has this address: V4 calls it with the TLS, proxy and timeout options of the first \
                 group's endpoints",
                "make an endpoint of this address, in a group of its own, and name it as in {#endpoints['name']}/path",
            ),
            (Detail::Nodes(_), None) => Message::new(
                "V4 calls this address with the TLS, proxy and timeout options of the first group's endpoints, V2 with \
                 those of the endpoint that has it",
                "name the endpoint instead of its address, as in {#endpoints['name']}/path",
            ),
            _ => Message::new("V4 sends this route elsewhere", "name an endpoint of this API"),
        }
    }

    fn related<'d>(&self, finding: &Finding<'d>) -> Vec<(Node<'d>, &'static str)> {
        let Detail::Nodes(nodes) = &finding.detail else { return Vec::new() };
        let told = if finding.subject.is_some() { "a name that could be meant" } else { "has this address" };
        nodes.iter().map(|node| (*node, told)).collect()
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let (Some(url), None, Detail::Nodes(targets)) = (finding.place.node(), &finding.subject, &finding.detail)
        else {
            return Vec::new();
        };
        let [target] = targets.as_slice() else { return Vec::new() };
        let name = target.parent().and_then(|endpoint| endpoint.get("name")).and_then(Node::as_str);
        let (Some(name), Some(text), Some(address)) = (name, url.as_str(), target.as_str()) else {
            return Vec::new();
        };
        // A quote in a name would end the key.
        let Some(path) = text.strip_prefix(address.trim_end_matches('/')).filter(|_| !name.contains('\'')) else {
            return Vec::new();
        };
        let text = format!("{{#endpoints['{name}']}}{path}");
        let changes = vec![Change::Replace { node: url.id(), value: Value::Derived { text, from: vec![url.id()] } }];
        vec![Fix::needs_decision(format!("Name the endpoint {name} instead of its address"), changes)]
    }
}

/// The first names of a list.
fn listed(names: &[Node<'_>]) -> String {
    let shown: Vec<_> = names.iter().take(SHOWN_NAMES).map(|name| name.scalar()).collect();
    let rest = if names.len() > SHOWN_NAMES { ", …" } else { "" };
    format!("{}{rest}", shown.join(", "))
}

/// The URLs of all rules of steps that run.
fn urls<'d>(cx: &Context<'_, 'd>) -> impl Iterator<Item = Node<'d>> {
    let is_on = |enabled: &Option<crate::v2::Field<'_, bool>>| enabled.as_ref().is_none_or(|enabled| enabled.value);
    let flows = cx.flows().filter(move |flow| is_on(&flow.enabled));
    let steps = flows.flat_map(crate::v2::Flow::steps).map(|(_, step)| step);
    let steps = steps.filter(move |step| step.policy.value == "dynamic-routing" && is_on(&step.enabled));
    let rules = steps.filter_map(|step| step.configuration?.get("rules"));
    rules.flat_map(Node::values).filter_map(|rule| rule.get("url"))
}

fn is_absolute(url: &str) -> bool {
    ["http://", "https://", "ws://", "wss://", "grpc://", "grpcs://"]
        .iter()
        .any(|scheme| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

/// The target whose options V2 takes for an address, if any, where V4 may take those of another endpoint.
fn other_options<'d>(cx: &Context<'_, 'd>, url: &str) -> Option<Vec<Node<'d>>> {
    let has_address = |endpoint: &&Endpoint<'d>| {
        let target = endpoint.target.as_ref().map(|target| target.value.trim_end_matches('/'));
        let rest = target.filter(|target| !target.is_empty()).and_then(|target| url.strip_prefix(target));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    };
    let first_group = cx.api.proxy.groups.first().map(|group| group.endpoints.as_slice()).unwrap_or_default();
    match first_group {
        [only] if has_address(&only) => None,
        _ => {
            let matching = cx.endpoints().map(|(_, endpoint)| endpoint).find(has_address);
            Some(matching.and_then(|endpoint| endpoint.target.as_ref()).map(|target| target.node).into_iter().collect())
        }
    }
}

/// The names of all endpoints and groups.
fn names<'d>(cx: &Context<'_, 'd>) -> impl Iterator<Item = Node<'d>> {
    let groups = cx.api.proxy.groups.iter();
    groups
        .flat_map(|group| group.name.iter().chain(group.endpoints.iter().filter_map(|endpoint| endpoint.name.as_ref())))
        .map(|name| name.node)
}

/// True for the name of an endpoint or group, also where service discovery may bring it.
fn is_known(cx: &Context<'_, '_>, name: &str) -> bool {
    cx.discoveries().next().is_some()
        || cx.api.proxy.groups.iter().any(|group| group.effective_name() == name)
        || cx.endpoints().any(|(_, endpoint)| endpoint.name.as_ref().is_some_and(|known| known.value == name))
}

/// The names in `#endpoints['name']`, with the places where they stand in their brackets.
fn named_endpoints(template: &Template<'_>) -> impl Iterator<Item = (String, Range<usize>)> {
    let reads = template.reads().filter(|read| read.variable == "endpoints");
    reads.filter_map(|read| {
        let step = read.steps.first()?;
        Some((step.key()?.to_owned(), step.span()))
    })
}

/// What V4 takes for the name of an endpoint though it is a part of the path: up to the first colon.
fn misread(url: &str, template: &Template<'_>, version: Version) -> Option<Range<usize>> {
    let Some(Part::Literal(beginning)) = template.parts().first() else { return None };
    let literal = &url[beginning.clone()];
    let colon = literal.find(':')?;
    let begins_with_slash = literal.starts_with('/');
    let mended = version >= Version { major: 4, minor: 13 };
    (colon > 0 && !(begins_with_slash && mended)).then_some(0..colon)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_where_they_are_written_out() {
        let names = |text| named_endpoints(&Template::parse(text)).map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(names("{#endpoints['a b']}/x{#endpoints[\"c\"]}"), ["a b", "c"]);
        assert!(names("{#endpoints[#request.headers['x'][0]]}/{#endpoints['a").is_empty());
        assert!(names("{#endpoints['a' + 'b']}").is_empty());
    }

    #[test]
    fn a_colon_is_misread_before_the_first_slash_only() {
        let old = Version { major: 4, minor: 12 };
        let misread = |url, version| misread(url, &Template::parse(url), version);
        assert_eq!(misread("stock:open/1", Version::NEWEST), Some(0..5));
        assert_eq!(misread("/stock:open", Version::NEWEST), None);
        assert_eq!(misread("/stock:open", old), Some(0..6));
        assert_eq!(misread("{#endpoints['a']}/stock:open", old), None);
    }
}
