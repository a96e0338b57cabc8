//! What keeps an API from moving to V4, or makes a person look: the things which `v4ward` has rules for.

use crate::context::Context;
use crate::json::{Value, array, object};
use crate::policies::{Phase, head_script, step_of};

/// Puts one problem into a definition.
type Problem = fn(&mut Context, &mut Value);

const PROBLEMS: &[Problem] = &[
    legacy_engine,
    two_assertions,
    two_checks,
    slow_check,
    incompatible_policy,
    foreign_policy,
    two_scripts,
    no_script,
    no_inherit,
    proxy_without_port,
    proxy_without_host,
    consul,
    other_discovery,
    foreign_provider,
    page_for_groups,
    page_in_other_language,
    page_with_attachment,
    ambiguous_parameters,
    double_wildcard,
    slash_at_end,
    blank_in_target,
    encrypted_property,
    same_property_twice,
    key_of_timeout,
    unknown_field,
    server_fields,
];

/// Puts up to three problems into seven of ten definitions; the others stay clean, as in a real folder.
pub(crate) fn add(ctx: &mut Context, root: &mut Value) {
    if ctx.rng.chance(30) {
        return;
    }
    let count = ctx.rng.between(1, 3) as usize;
    let mut problems = PROBLEMS.to_vec();
    ctx.rng.shuffle(&mut problems);
    for problem in problems.into_iter().take(count) {
        problem(ctx, root);
    }
}

fn legacy_engine(_: &mut Context, root: &mut Value) {
    root.set("execution_mode", "v3");
}

/// The first group.
fn group(root: &mut Value) -> Option<&mut Value> {
    root.get_mut("proxy")?.get_mut("groups")?.items_mut().first_mut()
}

/// The first endpoint of the first group.
fn endpoint(root: &mut Value) -> Option<&mut Value> {
    group(root)?.get_mut("endpoints")?.items_mut().first_mut()
}

/// Adds an element to an array of the root, which is made when it is missing.
fn append(root: &mut Value, key: &str, item: Value) {
    match root.get_mut(key) {
        Some(list) => list.push(item),
        None => root.set(key, array![item]),
    }
}

/// Adds a step to the first flow of the API.
fn append_step(root: &mut Value, side: &str, step: Value) {
    let flow = root.get_mut("flows").and_then(|flows| flows.items_mut().first_mut());
    if let Some(steps) = flow.and_then(|flow| flow.get_mut(side)) {
        steps.push(step);
    }
}

/// Sets a service of the API.
fn set_service(root: &mut Value, name: &str, service: Value) {
    match root.get_mut("services") {
        Some(services) => services.set(name, service),
        None => {
            let mut services = object! {};
            services.set(name, service);
            root.set("services", services);
        }
    }
}

fn probe(name: &str, assertions: Value) -> Value {
    object! {
        "name": name,
        "request": object! { "path": "/health", "method": "GET", "headers": array![], "fromRoot": true },
        "response": object! { "assertions": assertions },
    }
}

fn check(steps: Value) -> Value {
    object! { "enabled": true, "schedule": "*/20 * * * * *", "steps": steps }
}

fn two_assertions(ctx: &mut Context, root: &mut Value) {
    let second =
        if ctx.rng.chance(70) { "#response.headers['X-State'] != null" } else { "!#response.content.isEmpty()" };
    let assertions = array!["#response.status == 200", second];
    set_service(root, "health-check", check(array![probe("probe", assertions)]));
}

fn two_checks(_: &mut Context, root: &mut Value) {
    let steps =
        array![probe("first", array!["#response.status == 200"]), probe("second", array!["#response.status == 204"])];
    set_service(root, "health-check", check(steps));
}

fn slow_check(_: &mut Context, root: &mut Value) {
    let assertions = array!["#response.status == 200 && #responseTime < 400"];
    set_service(root, "health-check", check(array![probe("fast", assertions)]));
}

fn incompatible_policy(ctx: &mut Context, root: &mut Value) {
    let (policy, side) = ctx.rng.pick(&[
        ("html-json", "post"),
        ("metrics-reporter", "post"),
        ("policy-interrupt", "pre"),
        ("policy-wssecurity-authentication", "pre"),
    ]);
    let step = step_of(ctx, policy, "Only in V2", object! { "enabled": true });
    append_step(root, side, step);
}

fn foreign_policy(ctx: &mut Context, root: &mut Value) {
    let policy = ctx.rng.pick(&["acme-address-normaliser", "acme-audit-trail", "harbour-customs-code"]);
    let configuration = object! { "level": ctx.rng.between(1, 5), "fields": ctx.rng.sample(ctx.subject.fields, 2) };
    let step = step_of(ctx, policy, "Our own", configuration);
    append_step(root, "pre", step);
}

fn two_scripts(ctx: &mut Context, root: &mut Value) {
    let (first, second) = (head_script(ctx, Phase::Request), head_script(ctx, Phase::Response));
    let configuration = object! { "onRequestScript": first, "onResponseScript": second };
    let step = step_of(ctx, "groovy", "Both sides", configuration);
    append_step(root, "pre", step);
}

fn no_script(ctx: &mut Context, root: &mut Value) {
    let step = step_of(ctx, "groovy", "Nothing yet", object! { "scope": "REQUEST" });
    append_step(root, "pre", step);
}

fn no_inherit(_: &mut Context, root: &mut Value) {
    if let Some(endpoint) = endpoint(root) {
        endpoint.remove("inherit");
    }
}

fn proxy_without_port(_: &mut Context, root: &mut Value) {
    if let Some(group) = group(root) {
        group.set(
            "proxy",
            object! { "enabled": true, "useSystemProxy": false, "host": "outbound.example", "type": "HTTP" },
        );
    }
}

fn proxy_without_host(_: &mut Context, root: &mut Value) {
    if let Some(group) = group(root) {
        group.set("proxy", object! { "enabled": true, "useSystemProxy": false, "port": 3128, "type": "SOCKS5" });
    }
}

fn set_discovery(root: &mut Value, discovery: Value) {
    if let Some(group) = group(root) {
        group.set("services", object! { "discovery": discovery });
    }
}

fn consul(ctx: &mut Context, root: &mut Value) {
    let configuration = object! {
        "url": "http://consul.example:8500",
        "service": ctx.subject.many,
        "dc": "north",
        "trustStoreType": "NONE",
    };
    set_discovery(
        root,
        object! { "enabled": true, "provider": "consul-service-discovery", "configuration": configuration },
    );
}

fn other_discovery(_: &mut Context, root: &mut Value) {
    let configuration = object! { "application": "harbour" };
    set_discovery(root, object! { "enabled": true, "provider": "harbour-discovery", "configuration": configuration });
}

fn foreign_provider(_: &mut Context, root: &mut Value) {
    let configuration = object! { "bucket": "settings" };
    let service =
        object! { "enabled": true, "schedule": "0 0 * * * *", "provider": "BUCKET", "configuration": configuration };
    set_service(root, "dynamic-property", service);
}

fn odd_page(ctx: &mut Context, name: &str, kind: &str) -> Value {
    object! {
        "id": ctx.rng.uuid(),
        "name": format!("{name} {}", ctx.unique()),
        "type": kind,
        "content": ctx.sentences(1, 3),
        "order": 20,
        "published": true,
        "visibility": "PRIVATE",
    }
}

fn page_for_groups(ctx: &mut Context, root: &mut Value) {
    let mut page = odd_page(ctx, "Internal", "MARKDOWN");
    page.set("excludedAccessControls", ctx.rng.chance(50));
    page.set("accessControls", array![object! { "referenceId": ctx.team(), "referenceType": "GROUP" }]);
    append(root, "pages", page);
}

fn page_in_other_language(ctx: &mut Context, root: &mut Value) {
    let mut page = odd_page(ctx, "Anleitung", "TRANSLATION");
    page.set("parentId", ctx.rng.uuid());
    page.set("configuration", object! { "lang": "de" });
    append(root, "pages", page);
}

fn page_with_attachment(ctx: &mut Context, root: &mut Value) {
    let mut page = odd_page(ctx, "Drawing", "MARKDOWN");
    let media = object! { "mediaHash": ctx.rng.hex(32), "mediaName": "drawing.png", "attachedAt": ctx.moment() };
    page.set("attached_media", array![media]);
    append(root, "pages", page);
}

fn simple_flow(name: &str, path: String) -> Value {
    object! {
        "name": name,
        "path-operator": object! { "path": path, "operator": "STARTS_WITH" },
        "methods": array!["GET"],
        "pre": array![],
        "post": array![],
        "enabled": true,
    }
}

fn ambiguous_parameters(ctx: &mut Context, root: &mut Value) {
    for name in ["number", "key"] {
        append(root, "flows", simple_flow(name, format!("/{}/by/:{name}", ctx.subject.many)));
    }
}

fn double_wildcard(ctx: &mut Context, root: &mut Value) {
    append(root, "flows", simple_flow("everything", format!("/{}/**", ctx.subject.many)));
}

fn change_target(root: &mut Value, target: String) {
    if let Some(endpoint) = endpoint(root) {
        endpoint.set("target", target);
    }
}

fn slash_at_end(ctx: &mut Context, root: &mut Value) {
    let target = format!("https://{}/{}/", ctx.host(), ctx.subject.many);
    change_target(root, target);
}

fn blank_in_target(_: &mut Context, root: &mut Value) {
    change_target(root, "{#api.properties['backend'] + '/v1'}".to_owned());
}

fn encrypted_property(ctx: &mut Context, root: &mut Value) {
    let value = format!("not-a-secret-{}", ctx.rng.hex(8));
    append(
        root,
        "properties",
        object! { "key": "hidden", "value": value, "encrypted": true, "dynamic": false, "encryptable": false },
    );
}

fn same_property_twice(_: &mut Context, root: &mut Value) {
    for value in ["one", "two"] {
        append(root, "properties", object! { "key": "twice", "value": value });
    }
}

fn key_of_timeout(_: &mut Context, root: &mut Value) {
    let answer = object! { "status": 504, "body": "Too slow", "headers": object! {} };
    let answers = object! { "*/*": answer };
    match root.get_mut("response_templates") {
        Some(templates) => templates.set("REQUEST_TIMEOUT", answers),
        None => root.set("response_templates", object! { "REQUEST_TIMEOUT": answers }),
    }
}

fn unknown_field(_: &mut Context, root: &mut Value) {
    root.set("x-owner-note", "ask the night shift");
}

/// Fields which the server keeps for itself; they get into files that were saved from its answers.
fn server_fields(ctx: &mut Context, root: &mut Value) {
    root.set("state", ctx.rng.pick(&["STARTED", "STOPPED"]));
    root.set("lifecycle_state", ctx.rng.pick(&["CREATED", "PUBLISHED"]));
    root.set(
        "definition_context",
        object! { "origin": "management", "mode": "fully_managed", "syncFrom": "MANAGEMENT" },
    );
}
