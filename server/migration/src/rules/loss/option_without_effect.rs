//! `option-without-effect`

use v4ward_syntax::edit::Change;
use v4ward_syntax::{Node, NodeKind};

use crate::finding::{Finding, Severity};
use crate::fixes::Fix;
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule, holds_nothing};
use crate::v2::{Client, Group as EndpointGroup, Logging, Proxy, Schedule, Store, Word};

pub(in crate::rules) struct OptionWithoutEffect;

static DECLARATION: Declaration = Declaration {
    id: "option-without-effect",
    group: Group::Loss,
    apim: None,
    decides_verdict: true,
    severity: Severity::Hint,
    summary: "An option that does nothing",
    explanation: "\
Some members of a V2 file are read and never used, and V4 has no place for them: `strip_context_path` and \
`preserve_host`, the `consumers` of an API's flow, `cases` of failover (it acts on timeouts, whatever they say), \
what to log when the mode of logging is NONE, a protocol upgrade for HTTP/1.1, old spellings beside the new ones \
that win, what stands in the health check of an endpoint that takes the check of its group, and the health check of an \
API of which each group has its own.

They are left out of the V4 file, and requests are handled as before. They are named because somebody may believe in \
them. A value that is the default is no finding.",
    fix_safety: "\
Removing it is unsafe: requests are handled as before on APIM 4.13, but an older gateway may look at some of these \
options.",
    bad: Example::Members(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ],
    "strip_context_path": true
  }
}"#,
    ),
    good: Example::Members(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ]
  }
}"#,
    ),
    source: "FORMATS §1.1; §5; SEMANTICS M19",
};

impl Rule for OptionWithoutEffect {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let proxy = &cx.api.proxy;
        let inert = proxy.inert.iter().copied().filter(|node| is_true(*node));
        let consumers = cx.flows().filter_map(|flow| flow.consumers).filter(|node| !holds_nothing(*node));
        let cases = proxy.failover.iter().filter_map(|failover| failover.cases).filter(|node| has_other_case(*node));
        let logging = proxy.logging.iter().flat_map(unused_logging);
        let schedules = scheduled(cx).flat_map(|schedule| {
            let (old, rest) = match schedule.cron {
                Some(_) => (schedule.legacy, [].as_slice()),
                None => (None, schedule.overridden.as_slice()),
            };
            old.into_iter().chain(rest.iter().copied())
        });
        let options = inert.chain(consumers).chain(cases).chain(logging).chain(overridden(proxy)).chain(schedules);
        for option in options.chain(cx.clients().flat_map(unused_client_options)).chain(unused_check(cx)) {
            report.add(Match::at_key(option));
        }
        for (_, endpoint) in cx.endpoints() {
            let inherited = endpoint.health_check.as_ref().filter(|check| check.inherits()).map(|check| check.node);
            let inherited = inherited.filter(|check| check.values().any(is_own_setting));
            if let Some(check) = endpoint.odd_health_check.or(inherited) {
                report.add(Match::at_key(check));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let key = finding.key();
        let what = match key.as_ref() {
            "healthcheck" if is_object(finding) => {
                "this endpoint takes the health check of its group: its own settings have no effect and are left out"
                    .to_owned()
            }
            "healthcheck" => {
                "the health check of an endpoint is an object: this one has no effect and is left out".to_owned()
            }
            "health-check" => {
                "V4 checks by group, and each group has a health check of its own: that of the API is left out"
                    .to_owned()
            }
            "consumers" => {
                "only flows of an organization look at consumers: here they have no effect and are left out".to_owned()
            }
            "cases" => "failover acts on timeouts only: these cases have no effect and are left out".to_owned(),
            "condition" | "content" | "scope" => format!("nothing is logged: {key} has no effect and is left out"),
            "clearTextUpgrade" => {
                "HTTP/1.1 knows no upgrade: clearTextUpgrade has no effect and is left out".to_owned()
            }
            "strip_context_path" | "preserve_host" => {
                format!("the gateway does not read {key}: it has no effect and is left out")
            }
            "trigger" | "interval" | "rate" | "unit" => {
                format!("{key} is overridden by another form of the schedule: it has no effect and is left out")
            }
            "discovery" => {
                "the first group takes the service discovery of the API: its own has no effect and is left out"
                    .to_owned()
            }
            _ => format!("{key} is overridden by its newer form in this file: it has no effect and is left out"),
        };
        Message::new(what, "remove it, so that nobody counts on it")
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(option) = finding.place.node() else { return Vec::new() };
        let removed: Vec<_> = if option.has_key("healthcheck") && is_object(finding) {
            option.values().filter(|member| is_own_setting(*member)).collect()
        } else {
            vec![option]
        };
        let changes = removed.into_iter().map(|node| Change::Remove { node: node.id() }).collect();
        vec![Fix::needs_decision("Remove what has no effect", changes)]
    }
}

fn is_object(finding: &Finding<'_>) -> bool {
    finding.place.node().is_some_and(|node| node.kind() == NodeKind::Object)
}

fn is_true(node: Node<'_>) -> bool {
    node.as_bool() == Some(true) || node.as_str().is_some_and(|text| text.trim() == "true")
}

fn has_other_case(cases: Node<'_>) -> bool {
    let is_other = |case: Node<'_>| {
        case.is_leaf() && !case.is_null() && !case.is_container() && !case.scalar().eq_ignore_ascii_case("TIMEOUT")
    };
    is_other(cases) || cases.values().any(is_other)
}

/// What to log, when nothing is logged.
fn unused_logging<'d>(logging: &Logging<'d>) -> impl Iterator<Item = Node<'d>> + use<'d> {
    let says = |word: &Option<Word<'d>>| word.as_ref().filter(|word| word.value != "NONE").map(|word| word.node);
    let condition = logging.condition.as_ref().filter(|condition| !condition.is_blank()).map(|text| text.node);
    let parts = [says(&logging.content), says(&logging.scope), condition];
    parts.into_iter().flatten().filter({
        let off = logging.is_off();
        move |_| off
    })
}

/// Old spellings that say something else than the new ones, which win.
fn overridden<'d>(proxy: &Proxy<'d>) -> impl Iterator<Item = Node<'d>> + use<'d> {
    let same_path = |node: &Node<'d>| {
        let hosts = proxy.virtual_hosts.iter();
        hosts.filter_map(|host| host.path.as_ref()).any(|path| node.as_str().is_some_and(|text| text == path.value))
    };
    let path = proxy.overridden_context_path.filter(|node| !holds_nothing(*node) && !same_path(node));
    let discovery = proxy.overridden_discovery.filter(|node| !holds_nothing(*node));
    let groups = proxy.overridden_groups.filter(|node| !holds_nothing(*node));
    let mode = proxy.logging.as_ref().and_then(|logging| {
        let mode = logging.mode.as_ref().map_or("NONE", |mode| mode.value);
        logging.overridden.filter(|node| node.as_str().is_some_and(|text| !text.eq_ignore_ascii_case(mode)))
    });
    [path, groups, discovery, mode].into_iter().flatten()
}

/// A protocol upgrade without HTTP/2, and an old `pem` beside a trust store.
fn unused_client_options<'d>(client: &Client<'d>) -> impl Iterator<Item = Node<'d>> + use<'d> {
    let upgrade = client.http.as_ref().and_then(|http| {
        let old_protocol = http.version.as_ref().is_none_or(|version| version.value == "HTTP_1_1");
        http.clear_text_upgrade.as_ref().filter(|upgrade| old_protocol && !upgrade.value).map(|upgrade| upgrade.node)
    });
    let pem = client.ssl.as_ref().and_then(|ssl| {
        let store = ssl.trust_store.as_ref().is_some_and(Store::is_some);
        ssl.pem.as_ref().filter(|pem| store && !pem.value.is_empty()).map(|pem| pem.node)
    });
    [upgrade, pem].into_iter().flatten()
}

/// The health check of the API, where V4 has no place for it.
fn unused_check<'d>(cx: &Context<'_, 'd>) -> Option<Node<'d>> {
    let (groups, of_api) = (&cx.api.proxy.groups, cx.api.services.health_check.as_ref());
    let has_own =
        |group: &EndpointGroup<'d>| group.services.health_check.as_ref().is_some_and(|own| own.schedule.tells_when());
    let of_api = of_api.filter(|check| check.schedule.tells_when() && !groups.is_empty());
    of_api.filter(|_| groups.iter().all(has_own)).map(|check| check.node)
}

/// The schedules of which the old spelling may be overridden.
fn scheduled<'a, 'd>(cx: &Context<'a, 'd>) -> impl Iterator<Item = &'a Schedule<'d>> + use<'a, 'd> {
    let checks = cx.shared_health_checks().map(|check| &check.schedule);
    checks.chain(cx.api.services.dynamic_property.as_ref().map(|service| &service.schedule))
}

/// A member of a health check that is not looked at when the check is inherited.
fn is_own_setting(member: Node<'_>) -> bool {
    let known = ["schedule", "steps", "request", "expectation", "trigger", "interval", "unit"];
    known.iter().any(|key| member.has_key(key)) && !holds_nothing(member)
}
