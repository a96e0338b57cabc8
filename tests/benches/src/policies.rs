//! Policy steps with configurations as teams write them, for policies that come with the product.

use crate::context::Context;
use crate::json::{Value, array, object};
use crate::words::METHODS;

/// The side of a flow on which a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// `pre`
    Request,
    /// `post`
    Response,
}

impl Phase {
    fn scope(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Response => "RESPONSE",
        }
    }
}

/// Makes the configuration of a step.
type Maker = fn(&mut Context, Phase) -> Value;

/// A policy: its id, what people call the step, its maker.
type Policy = (&'static str, &'static str, Maker);

const BOTH: &[Policy] = &[
    ("transform-headers", "Headers", transform_headers),
    ("json-to-json", "Reshape body", json_to_json),
    ("groovy", "Script", groovy),
    ("policy-http-callout", "Ask neighbour", callout),
    ("policy-assign-content", "Write body", assign_content),
    ("policy-assign-attributes", "Remember values", assign_attributes),
    ("json-validation", "Check body", json_validation),
];

const REQUEST_ONLY: &[Policy] = &[
    ("rate-limit", "Rate limit", rate_limit),
    ("quota", "Monthly quota", quota),
    ("spike-arrest", "Smooth peaks", spike_arrest),
    ("transform-queryparams", "Query parameters", transform_query),
    ("policy-request-validation", "Check request", request_validation),
    ("ip-filtering", "Known networks only", ip_filtering),
    ("resource-filtering", "Allowed resources", resource_filtering),
    ("dynamic-routing", "Choose backend", dynamic_routing),
    ("json-threat-protection", "Guard against large documents", json_threat_protection),
    ("request-content-limit", "Limit body", content_limit),
    ("policy-override-request-method", "Other method", override_method),
    ("latency", "Slow down", latency),
    ("mock", "Canned answer", mock),
];

const RESPONSE_ONLY: &[Policy] = &[("json-xml", "Answer in XML", json_xml)];

/// A step for the phase.
pub(crate) fn step(ctx: &mut Context, phase: Phase) -> Value {
    let (id, title, maker) = choose(ctx, phase);
    let configuration = maker(ctx, phase);
    step_of(ctx, id, title, configuration)
}

/// A step with a policy and a configuration that are given.
pub(crate) fn step_of(ctx: &mut Context, policy: &str, title: &str, configuration: Value) -> Value {
    let mut step = object! { "name": title };
    if ctx.maybe() {
        let text = ctx.sentence();
        step.set("description", text);
    }
    step.set("enabled", !ctx.rng.chance(8));
    step.set("policy", policy);
    step.set("configuration", configuration);
    if ctx.rng.chance(15) {
        let condition = condition(ctx);
        step.set("condition", condition);
    }
    step
}

fn choose(ctx: &mut Context, phase: Phase) -> Policy {
    if phase == Phase::Request && ctx.resources && ctx.rng.chance(6) {
        return ("cache", "Cache answers", cache);
    }
    let (own, percent) = match phase {
        Phase::Request => (REQUEST_ONLY, 60),
        Phase::Response => (RESPONSE_ONLY, 10),
    };
    if ctx.rng.chance(percent) { ctx.rng.pick(own) } else { ctx.rng.pick(BOTH) }
}

/// A condition on the request which holds without error in every engine.
pub(crate) fn condition(ctx: &mut Context) -> String {
    match ctx.rng.below(4) {
        0 => format!("{{#request.method == '{}'}}", ctx.rng.pick(METHODS)),
        1 => "{#request.headers.containsKey('X-Partner')}".to_owned(),
        2 => format!("{{#request.params.containsKey('{}')}}", ctx.field()),
        _ => "{#context.attributes['api'] != null}".to_owned(),
    }
}

/// An expression or a plain text as the value of a header.
fn header_value(ctx: &mut Context) -> String {
    match ctx.rng.below(5) {
        0 => "{#request.id}".to_owned(),
        1 if ctx.resources => "{#api.properties['region']}".to_owned(),
        2 => "{#request.timestamp}".to_owned(),
        3 => ctx.field().to_owned(),
        _ => format!("{}-{}", ctx.subject.one, ctx.rng.between(1, 99)),
    }
}

/// `count` headers with different names.
pub(crate) fn headers(ctx: &mut Context, count: usize) -> Value {
    const NAMES: &[&str] =
        &["X-Partner", "X-Trace", "X-Region", "X-Channel", "X-Contract", "X-Shift", "X-Batch", "X-Source"];
    let names = ctx.rng.sample(NAMES, count);
    let list: Vec<Value> = names.into_iter().map(|name| object! { "name": name, "value": header_value(ctx) }).collect();
    Value::from(list)
}

fn rate(ctx: &mut Context, units: &[&str], low: i64, high: i64) -> Value {
    let mut rate = object! {
        "periodTime": ctx.rng.between(1, 10),
        "limit": ctx.rng.between(low, high),
        "periodTimeUnit": ctx.rng.pick(units),
    };
    if ctx.maybe() {
        rate.set("key", "{#context.attributes['application']}");
        rate.set("useKeyOnly", ctx.rng.chance(50));
    }
    rate
}

fn rate_limit(ctx: &mut Context, _: Phase) -> Value {
    object! {
        "async": ctx.rng.chance(30),
        "addHeaders": true,
        "errorStrategy": ctx.rng.pick(&["FALLBACK_PASS_TROUGH", "BLOCK_ON_INTERNAL_ERROR"]),
        "rate": rate(ctx, &["SECONDS", "MINUTES"], 5, 500),
    }
}

fn quota(ctx: &mut Context, _: Phase) -> Value {
    object! {
        "addHeaders": ctx.rng.chance(70),
        "quota": rate(ctx, &["HOURS", "DAYS", "WEEKS", "MONTHS"], 1_000, 90_000),
    }
}

fn spike_arrest(ctx: &mut Context, _: Phase) -> Value {
    object! { "async": false, "addHeaders": true, "spike": rate(ctx, &["SECONDS", "MINUTES"], 10, 200) }
}

fn transform_headers(ctx: &mut Context, phase: Phase) -> Value {
    let count = ctx.rng.between(1, 4) as usize;
    let mut configuration = object! { "scope": phase.scope(), "addHeaders": headers(ctx, count) };
    if ctx.maybe() {
        configuration.set("removeHeaders", array!["X-Debug", "Server"]);
    }
    if ctx.rng.chance(10) {
        configuration.set("whitelistHeaders", array!["Accept", "Content-Type", "X-Partner"]);
    }
    if ctx.rng.chance(10) {
        configuration.set("appendHeaders", array![object! { "name": "Vary", "value": "X-Partner" }]);
    }
    configuration
}

fn json_to_json(ctx: &mut Context, phase: Phase) -> Value {
    let count = ctx.rng.between(2, 5) as usize;
    let mut mapping = object! {};
    for field in ctx.rng.sample(ctx.subject.fields, count) {
        mapping.set(field, format!("{}.{field}", ctx.subject.one));
    }
    let mut specification = array![object! { "operation": "shift", "spec": mapping }];
    if ctx.rng.chance(50) {
        let mut defaults = object! { "source": "gateway" };
        defaults.set(ctx.field(), "unknown");
        specification.push(object! { "operation": "default", "spec": defaults });
    }
    object! { "scope": phase.scope(), "overrideContentType": true, "specification": specification.pretty() }
}

fn groovy(ctx: &mut Context, phase: Phase) -> Value {
    let key = match (phase, ctx.rng.chance(40)) {
        (Phase::Request, false) => "onRequestScript",
        (Phase::Request, true) => "onRequestContentScript",
        (Phase::Response, false) => "onResponseScript",
        (Phase::Response, true) => "onResponseContentScript",
    };
    let script = if key.ends_with("ContentScript") { content_script(ctx, phase) } else { head_script(ctx, phase) };
    let mut configuration = object! {};
    configuration.set(key, script);
    if ctx.rng.chance(30) {
        configuration.set("scope", phase.scope());
    }
    configuration
}

/// A script that reads and changes the body.
fn content_script(ctx: &mut Context, phase: Phase) -> String {
    let side = if phase == Phase::Request { "request" } else { "response" };
    let mut script = format!(
        "import groovy.json.JsonSlurper\nimport groovy.json.JsonOutput\n\ndef body = new JsonSlurper().parseText({side}.content)\n"
    );
    for _ in 0..ctx.rng.between(1, 5) {
        let field = ctx.field();
        script
            .push_str(&format!("if (body.{field} == null) {{\n    body.{field} = '{}'\n}}\n", ctx.rng.between(1, 999)));
    }
    script.push_str("return JsonOutput.toJson(body)\n");
    script
}

/// A script that works on the headers only.
pub(crate) fn head_script(ctx: &mut Context, phase: Phase) -> String {
    let side = if phase == Phase::Request { "request" } else { "response" };
    let mut script = String::from("import io.gravitee.policy.groovy.PolicyResult.State\n\n");
    for _ in 0..ctx.rng.between(1, 4) {
        let field = ctx.field();
        script.push_str(&format!("{side}.headers.'X-{field}' = '{}'\n", ctx.rng.between(1, 999)));
    }
    script.push_str("result.state = State.SUCCESS\n");
    script
}

fn callout(ctx: &mut Context, phase: Phase) -> Value {
    let (host, field, many) = (ctx.host(), ctx.field(), ctx.subject.many);
    let mut configuration = object! {
        "scope": phase.scope(),
        "method": ctx.rng.pick(&["GET", "POST", "PUT"]),
        "url": format!("https://{host}/{many}/lookup?by={field}"),
        "headers": headers(ctx, 2),
        "variables": array![object! {
            "name": format!("found-{field}"),
            "value": format!("{{#jsonPath(#calloutResponse.content, '$.{field}')}}"),
        }],
        "exitOnError": true,
        "errorCondition": "{#calloutResponse.status >= 400 and #calloutResponse.status <= 599}",
        "errorStatusCode": ctx.rng.pick(&["500", "502", "503"]),
    };
    if ctx.maybe() {
        configuration.set("body", format!("{{\"ask\": \"{field}\"}}"));
        configuration.set("errorContent", format!("{{\"message\": \"No answer about {field}\"}}"));
        configuration.set("useSystemProxy", false);
    }
    configuration
}

fn assign_content(ctx: &mut Context, phase: Phase) -> Value {
    let mut body = object! { "kind": ctx.subject.one };
    let count = ctx.rng.between(1, 5) as usize;
    for field in ctx.rng.sample(ctx.subject.fields, count) {
        body.set(field, format!("${{request.headers['X-{field}'][0]}}"));
    }
    object! { "scope": phase.scope(), "body": body.pretty() }
}

fn assign_attributes(ctx: &mut Context, phase: Phase) -> Value {
    let count = ctx.rng.between(1, 4) as usize;
    let fields = ctx.rng.sample(ctx.subject.fields, count);
    let attributes: Vec<Value> =
        fields.into_iter().map(|field| object! { "name": field, "value": header_value(ctx) }).collect();
    object! { "scope": phase.scope(), "attributes": attributes }
}

fn json_validation(ctx: &mut Context, phase: Phase) -> Value {
    let count = ctx.rng.between(1, 5) as usize;
    let mut properties = object! {};
    let fields = ctx.rng.sample(ctx.subject.fields, count);
    for field in &fields {
        properties.set(field, object! { "type": "string", "minLength": ctx.rng.between(0, 4) });
    }
    let schema = object! {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "properties": properties,
        "required": fields,
    };
    object! {
        "scope": format!("{}_CONTENT", phase.scope()),
        "errorMessage": format!("{{\"message\": \"This is no {}\"}}", ctx.subject.one),
        "schema": schema.pretty(),
        "validateUnchecked": false,
        "deepCheck": true,
        "straightRespondMode": false,
    }
}

fn transform_query(ctx: &mut Context, _: Phase) -> Value {
    object! {
        "clearAll": false,
        "removeQueryParameters": array!["debug"],
        "addQueryParameters": array![object! { "name": ctx.field(), "value": header_value(ctx) }],
    }
}

fn request_validation(ctx: &mut Context, _: Phase) -> Value {
    let field = ctx.field();
    object! {
        "scope": "REQUEST",
        "status": "400",
        "rules": array![
            object! {
                "input": "{#request.headers['X-Partner']}",
                "isRequired": true,
                "constraint": object! { "type": "NOT_NULL", "message": "X-Partner is missing" },
            },
            object! {
                "input": format!("{{#request.params['{field}']}}"),
                "isRequired": false,
                "constraint": object! {
                    "type": "PATTERN",
                    "parameters": array!["^[A-Za-z0-9-]{1,40}$"],
                    "message": format!("{field} has a wrong form"),
                },
            },
        ],
    }
}

fn ip_filtering(ctx: &mut Context, _: Phase) -> Value {
    object! {
        "matchAllFromXForwardedFor": ctx.rng.chance(30),
        "whitelistIps": array![
            format!("192.0.2.{}", ctx.rng.between(1, 254)),
            format!("198.51.100.{}/30", ctx.rng.between(0, 63) * 4),
        ],
        "blacklistIps": array!["203.0.113.7"],
    }
}

fn resource_filtering(ctx: &mut Context, _: Phase) -> Value {
    object! {
        "whitelist": array![object! {
            "pattern": format!("/{}/**", ctx.subject.many),
            "methods": ctx.rng.sample(&["GET", "POST", "PUT", "DELETE"], 2),
        }],
    }
}

fn dynamic_routing(ctx: &mut Context, _: Phase) -> Value {
    object! {
        "rules": array![object! {
            "pattern": format!("/{}/v2/.*", ctx.rng.pick(ctx.subject.actions)),
            "url": "{#endpoints['main-1']}",
        }],
    }
}

fn json_threat_protection(ctx: &mut Context, _: Phase) -> Value {
    object! {
        "maxEntries": ctx.rng.between(20, 200),
        "maxArraySize": ctx.rng.between(50, 500),
        "maxDepth": ctx.rng.between(4, 20),
        "maxNameLength": 80,
        "maxValueLength": ctx.rng.between(200, 2_000),
        "preventDuplicateKey": true,
    }
}

fn content_limit(ctx: &mut Context, _: Phase) -> Value {
    object! { "limit": ctx.rng.between(1, 64) * 1_024 }
}

fn override_method(ctx: &mut Context, _: Phase) -> Value {
    object! { "method": ctx.rng.pick(&["GET", "POST", "PUT"]) }
}

fn latency(ctx: &mut Context, _: Phase) -> Value {
    object! { "time": ctx.rng.between(10, 900), "timeUnit": "MILLISECONDS" }
}

fn mock(ctx: &mut Context, _: Phase) -> Value {
    let field = ctx.field();
    object! {
        "status": ctx.rng.pick(&["200", "202", "404", "503"]),
        "headers": array![object! { "name": "Content-Type", "value": "application/json" }],
        "content": format!("{{\"{field}\": \"sample\"}}"),
    }
}

fn cache(ctx: &mut Context, _: Phase) -> Value {
    object! {
        "cacheName": ctx.cache_name(),
        "key": "{#request.pathInfo}",
        "timeToLiveSeconds": ctx.rng.between(10, 900),
        "methods": array!["GET", "HEAD"],
        "useResponseCacheHeaders": ctx.rng.chance(40),
        "scope": ctx.rng.pick(&["API", "APPLICATION"]),
        "allowRefreshAction": false,
    }
}

fn json_xml(ctx: &mut Context, _: Phase) -> Value {
    object! { "scope": "RESPONSE", "rootElement": ctx.subject.one }
}
