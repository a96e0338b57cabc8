//! Health checks, dynamic properties and service discovery.

use v4ward_syntax::{Node, NodeKind};

use super::reader::{Case, Reader, key};
use super::{
    Discovery, DynamicProperty, Field, HealthCheck, HealthCheckRequest, HealthCheckStep, ProblemKind, Schedule,
    Services, Text,
};

const HTTP_METHODS: &[&str] =
    &["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE", "OTHER"];
/// What the configuration of Consul has beside encryption.
pub(crate) const CONSUL_TEXTS: &[&str] = &["url", "service", "dc", "acl"];
const UNITS: &[&str] = &["SECONDS", "MINUTES", "HOURS", "DAYS"];

pub(super) fn read<'d>(r: &mut Reader<'d>, node: Node<'d>) -> Services<'d> {
    let Some(object) = r.object(node) else { return Services::default() };
    let mut services = Services { node: Some(node), ..Services::default() };
    for member in r.members(object).filter(|member| !member.is_null()) {
        match key(member).as_ref() {
            "health-check" => services.health_check = r.object(member).map(|node| health_check(r, node)),
            "dynamic-property" => services.dynamic_property = r.object(member).map(|node| dynamic_property(r, node)),
            "discovery" => services.discovery = r.object(member).map(|node| discovery(r, node)),
            _ => services.other.push(member),
        }
    }
    services
}

fn health_check<'d>(r: &mut Reader<'d>, node: Node<'d>) -> HealthCheck<'d> {
    let mark = r.mark();
    let mut check = read_health_check(r, node, false);
    if check.is_enabled() {
        if check.steps_node.is_none() && check.steps.is_empty() {
            r.missing(node, "steps");
        }
        for step in &check.steps {
            require_request(r, step);
        }
    } else {
        // Of a check that is off the server reads the schedule only.
        r.pardon(mark);
    }
    refuse_unit(r, &check.schedule);
    check.unreadable.clear();
    check
}

fn require_request<'d>(r: &mut Reader<'d>, step: &HealthCheckStep<'d>) {
    let Some(request) = &step.request else { return };
    for (missing, key) in [(request.path.is_none(), "path"), (request.method.is_none(), "method")] {
        // An unknown method is told at its place.
        if missing && request.node.get(key).is_none_or(Node::is_null) {
            r.missing(request.node, key);
        }
    }
}

/// The server's reader takes four units only and refuses the file for any other.
fn refuse_unit<'d>(r: &mut Reader<'d>, schedule: &Schedule<'d>) {
    let known = |unit: &str| UNITS.iter().any(|known| known.eq_ignore_ascii_case(unit));
    if let Some(unit) = schedule.unit.as_ref().filter(|unit| schedule.cron.is_none() && !known(&unit.value)) {
        r.problem(unit.node, ProblemKind::UnknownWord { allowed: UNITS }, true);
    }
}

/// The health check of an endpoint. The migration reads one that is the endpoint's own with a strict reader, which
/// knows neither the old spellings nor other members (FORMATS §5, endpoints).
pub(super) fn endpoint_health_check<'d>(r: &mut Reader<'d>, node: Node<'d>) -> HealthCheck<'d> {
    let before = r.stumbles();
    let mut check = read_health_check(r, node, true);
    let stumbles = r.take_since(before);
    if check.inherits() {
        // Neither the server nor the migration reads any more of it than `enabled`.
        check.unreadable.clear();
    } else {
        // Even the strict reader knows a `name`, which means nothing.
        let is_name = |member: &Node<'d>| member.has_key("name") && member.parent() == Some(node);
        check.unreadable.extend(stumbles.into_iter().filter(|member| !is_name(member)));
        check.unreadable.sort_by_key(|node| node.id());
        check.unreadable.dedup();
    }
    check
}

fn read_health_check<'d>(r: &mut Reader<'d>, node: Node<'d>, endpoint: bool) -> HealthCheck<'d> {
    let mut check = HealthCheck {
        node,
        enabled: None,
        inherit: None,
        schedule: Schedule::default(),
        steps: Vec::new(),
        steps_node: None,
        unreadable: Vec::new(),
        on_by_default: r.defaults().service_enabled,
    };
    let (mut request, mut expectation) = (None, None);
    for member in r.members(node).filter(|member| !member.is_null()) {
        match key(member).as_ref() {
            "enabled" => check.enabled = r.bool(member),
            "inherit" if endpoint => check.inherit = r.bool(member),
            "name" if endpoint => r.unknown(member),
            "steps" => {
                check.steps_node = r.list(member);
                let items = member.children().filter(|_| member.kind() == NodeKind::Array);
                let unreadable = &mut check.unreadable;
                check.steps = items.filter_map(|step| health_check_step(r, step, unreadable)).collect();
            }
            "request" => request = Some(member),
            "expectation" => expectation = Some(member),
            "schedule" => check.schedule.cron = r.text(member),
            other => {
                if is_schedule_member(other) {
                    schedule_member(r, &mut check.schedule, member);
                } else {
                    r.unknown(member);
                }
                check.unreadable.push(member);
            }
        }
    }
    if check.steps_node.is_none() && request.is_some() {
        check.steps.push(legacy_step(r, node, request, expectation, &mut check.unreadable));
        check.unreadable.extend(request);
    } else {
        for member in request.into_iter().chain(expectation) {
            r.unknown(member);
            check.unreadable.push(member);
        }
    }
    check
}

fn is_schedule_member(key: &str) -> bool {
    matches!(key, "trigger" | "interval" | "unit")
}

/// `schedule` and its old spellings `trigger {rate, unit}` and `interval` with `unit`.
fn schedule_member<'d>(r: &mut Reader<'d>, schedule: &mut Schedule<'d>, member: Node<'d>) {
    match key(member).as_ref() {
        "trigger" => {
            let Some(trigger) = r.object(member) else { return };
            schedule.legacy = Some(member);
            for part in r.members(trigger) {
                match key(part).as_ref() {
                    "rate" => schedule.set_rate(r.integer(part)),
                    "unit" => schedule.set_unit(r.text(part)),
                    _ => r.unknown(part),
                }
            }
        }
        "interval" => {
            schedule.set_rate(r.integer(member));
            schedule.legacy = schedule.legacy.or(Some(member));
        }
        _ => schedule.set_unit(r.text(member)),
    }
}

impl<'d> Schedule<'d> {
    /// The last one wins, in whatever spelling.
    fn set_rate(&mut self, rate: Option<Field<'d, i64>>) {
        let before = std::mem::replace(&mut self.rate, rate);
        self.overridden.extend(before.map(|before| before.node));
    }

    fn set_unit(&mut self, unit: Option<Text<'d>>) {
        let before = std::mem::replace(&mut self.unit, unit);
        self.overridden.extend(before.map(|before| before.node));
    }
}

fn health_check_step<'d>(r: &mut Reader<'d>, node: Node<'d>, odd: &mut Vec<Node<'d>>) -> Option<HealthCheckStep<'d>> {
    // What is no object has no request, and a request that is none has no path: the server's reader wants both.
    let object = r.needed_object(node)?;
    let mut step = HealthCheckStep { node, name: None, request: None, response: None, assertions: None };
    for member in r.members(object) {
        match key(member).as_ref() {
            "name" => step.name = r.text(member),
            "request" => step.request = request(r, member, odd),
            "response" => (step.response, step.assertions) = response(r, member),
            _ => {
                r.unknown(member);
                odd.push(member);
            }
        }
    }
    Some(step)
}

fn legacy_step<'d>(
    r: &mut Reader<'d>,
    node: Node<'d>,
    member: Option<Node<'d>>,
    expectation: Option<Node<'d>>,
    odd: &mut Vec<Node<'d>>,
) -> HealthCheckStep<'d> {
    let (response, assertions) = expectation.map_or((None, None), |node| response(r, node));
    let request = member.and_then(|member| request(r, member, odd));
    HealthCheckStep { node, name: None, request, response, assertions }
}

fn request<'d>(r: &mut Reader<'d>, node: Node<'d>, odd: &mut Vec<Node<'d>>) -> Option<HealthCheckRequest<'d>> {
    let object = r.needed_object(node)?;
    let mut request = HealthCheckRequest {
        node,
        path: None,
        method: None,
        body: None,
        headers: Vec::new(),
        headers_node: None,
        from_root: None,
    };
    for member in r.members(object).filter(|member| !member.is_null()) {
        match key(member).as_ref() {
            "path" => request.path = r.text(member),
            "uri" if object.get("path").is_none_or(Node::is_null) => {
                request.path = r.text(member);
                odd.push(member);
            }
            "method" => {
                request.method = r.word(member, HTTP_METHODS, Case::Any);
                if request.method.is_none() {
                    odd.push(member);
                }
            }
            "body" => request.body = r.text(member),
            "headers" => {
                request.headers_node = Some(member);
                request.headers = r.headers(member);
                if member.kind() == NodeKind::Object {
                    odd.push(member);
                }
            }
            "fromRoot" => {
                request.from_root = r.bool(member);
                if request.from_root.is_none() {
                    odd.push(member);
                }
            }
            _ => {
                r.unknown(member);
                odd.push(member);
            }
        }
    }
    Some(request)
}

fn response<'d>(r: &mut Reader<'d>, node: Node<'d>) -> (Option<Node<'d>>, Option<super::Texts<'d>>) {
    let Some(object) = r.object(node) else { return (None, None) };
    let mut assertions = None;
    for member in r.members(object) {
        match key(member).as_ref() {
            "assertions" => assertions = r.texts(member),
            _ => r.unknown(member),
        }
    }
    (Some(object), assertions)
}

fn dynamic_property<'d>(r: &mut Reader<'d>, node: Node<'d>) -> DynamicProperty<'d> {
    let mut service = DynamicProperty {
        node,
        enabled: None,
        schedule: Schedule::default(),
        provider: None,
        configuration: None,
        url: None,
        specification: None,
        method: None,
        headers: Vec::new(),
        headers_node: None,
        body: None,
        use_system_proxy: None,
        on_by_default: r.defaults().service_enabled,
    };
    for member in r.members(node).filter(|member| !member.is_null()) {
        match key(member).as_ref() {
            "enabled" => service.enabled = r.bool(member),
            "provider" => service.provider = r.text(member),
            "configuration" => {
                // Anything else is told by `dynamic-property-unreadable`.
                service.configuration = Some(member).filter(|member| member.kind() == NodeKind::Object);
                if let Some(configuration) = service.configuration {
                    dynamic_property_configuration(r, &mut service, configuration);
                }
            }
            "schedule" => service.schedule.cron = r.text(member),
            other if is_schedule_member(other) => schedule_member(r, &mut service.schedule, member),
            _ => r.unknown(member),
        }
    }
    refuse_unit(r, &service.schedule);
    service
}

fn dynamic_property_configuration<'d>(r: &mut Reader<'d>, service: &mut DynamicProperty<'d>, node: Node<'d>) {
    for member in r.members(node) {
        match key(member).as_ref() {
            "url" => service.url = r.text(member),
            "specification" => service.specification = r.text(member),
            "method" => service.method = r.text(member),
            "headers" => {
                service.headers_node = Some(member);
                service.headers = r.headers(member);
            }
            "body" => service.body = r.text(member),
            "useSystemProxy" => service.use_system_proxy = r.bool(member),
            _ => r.unknown(member),
        }
    }
}

/// True for Consul's members such as `trustStorePath`.
pub(crate) fn is_flat_store(key: &str) -> bool {
    key.starts_with("trustStore") || key.starts_with("keyStore")
}

fn discovery<'d>(r: &mut Reader<'d>, node: Node<'d>) -> Discovery<'d> {
    let on_by_default = r.defaults().service_enabled;
    let mut discovery = Discovery { node, enabled: None, provider: None, configuration: None, on_by_default };
    for member in r.members(node).filter(|member| !member.is_null()) {
        match key(member).as_ref() {
            "enabled" => discovery.enabled = r.bool(member),
            "provider" => discovery.provider = r.text(member),
            "configuration" => discovery.configuration = r.object(member),
            _ => r.unknown(member),
        }
    }
    if let Some(configuration) = discovery.configuration.filter(|_| discovery.is_consul()) {
        for key in CONSUL_TEXTS {
            configuration.get(key).and_then(|member| r.text(member));
        }
        for member in configuration.values().filter(|member| is_flat_store(&key(*member))) {
            r.text(member);
        }
    }
    if discovery.is_enabled() {
        for (missing, key) in
            [(discovery.provider.is_none(), "provider"), (discovery.configuration.is_none(), "configuration")]
        {
            if missing {
                r.missing(node, key);
            }
        }
    }
    discovery
}
