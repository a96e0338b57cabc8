//! Rewrites a definition into the spellings of older versions, which the server still reads.

use crate::json::{Value, array, object};
use crate::rng::Rng;

/// Rewrites the whole definition. Each spelling is used in most files, not in all: real folders are mixed.
pub(crate) fn rewrite(rng: &mut Rng, root: &mut Value) {
    rewrite_root(rng, root);
    if let Some(proxy) = root.get_mut("proxy") {
        rewrite_proxy(rng, proxy);
    }
    if let Some(services) = root.get_mut("services") {
        rewrite_services(rng, services);
    }
    for key in ["proxy", "services", "response_templates"] {
        if let Some(part) = root.get_mut(key) {
            scalars_as_text(rng, part);
        }
    }
}

fn rewrite_root(rng: &mut Rng, root: &mut Value) {
    match rng.below(3) {
        0 => root.set("execution_mode", "jupiter"),
        1 => drop(root.remove("execution_mode")),
        _ => {}
    }
    if let Some(categories) = root.remove("categories") {
        root.set("views", categories);
    }
    if rng.chance(70) {
        properties_as_map(root);
    }
    if let Some(members) = root.get_mut("members") {
        members.items_mut().iter_mut().for_each(old_member);
    }
    if rng.chance(20) {
        root.set("paths", object! { "/": array![] });
    }
    if rng.chance(15) {
        root.set("picture_url", "https://pictures.example/api.png");
        root.set("background", crate::words::PICTURE);
        root.set("background_url", "https://pictures.example/background.png");
    }
    // Nothing but `proxy` tells what such a file is; with root `paths` it would be taken for V1.
    if root.get("paths").is_none() && rng.chance(15) {
        root.remove("gravitee");
    }
}

fn properties_as_map(root: &mut Value) {
    let Some(list) = root.get_mut("properties") else { return };
    let mut map = object! {};
    for property in list.items_mut() {
        if let (Some(Value::Text(key)), Some(value)) = (property.remove("key"), property.remove("value")) {
            map.set(&key, value);
        }
    }
    root.set("properties", map);
}

fn old_member(member: &mut Value) {
    member.remove("roles");
    if let Some(name) = member.remove("sourceId") {
        member.set("username", name);
    }
    member.set("role", "REVIEWER");
}

fn rewrite_proxy(rng: &mut Rng, proxy: &mut Value) {
    use_context_path(proxy);
    if let Some(logging) = proxy.remove("logging") {
        let mode = logging.get("mode").cloned().unwrap_or_else(|| "NONE".into());
        proxy.set("loggingMode", mode);
    }
    if let Some(failover) = proxy.get_mut("failover") {
        failover.set("cases", "TIMEOUT");
    }
    if let Some(groups) = proxy.get_mut("groups") {
        for group in groups.items_mut() {
            rewrite_group(rng, group);
        }
    }
    if rng.chance(60) {
        lift_first_group(proxy);
    }
}

/// One path at the top instead of a list of hosts.
fn use_context_path(proxy: &mut Value) {
    let Some(mut hosts) = proxy.remove("virtual_hosts") else { return };
    let path = hosts.items_mut().first_mut().and_then(|host| host.remove("path"));
    proxy.set("context_path", path.unwrap_or_else(|| "/".into()));
}

/// Before there were groups, the backends and their options stood right in `proxy`.
fn lift_first_group(proxy: &mut Value) {
    let Some(mut groups) = proxy.remove("groups") else { return };
    let Some(Value::Object(members)) = groups.items_mut().first_mut() else { return };
    for (key, value) in std::mem::take(members) {
        if key != "name" {
            proxy.set(&key, value);
        }
    }
}

fn rewrite_group(rng: &mut Rng, group: &mut Value) {
    old_connection(rng, group);
    if let Some(endpoints) = group.get_mut("endpoints") {
        for endpoint in endpoints.items_mut() {
            rewrite_endpoint(rng, endpoint);
        }
    }
}

fn rewrite_endpoint(rng: &mut Rng, endpoint: &mut Value) {
    old_connection(rng, endpoint);
    let tenant = endpoint.get_mut("tenants").and_then(|tenants| tenants.items_mut().first().cloned());
    if let Some(tenant) = tenant {
        endpoint.remove("tenants");
        endpoint.set("tenant", tenant);
    }
    if rng.chance(40) {
        endpoint.remove("inherit");
    }
    if let Some(check) = endpoint.get_mut("healthcheck") {
        rewrite_check(rng, check);
    }
}

/// Headers as a map, the host header on its own, and the first form of trusted certificates.
fn old_connection(rng: &mut Rng, holder: &mut Value) {
    if let Some(mut list) = holder.remove("headers") {
        holder.set("headers", as_map(&mut list));
    }
    if rng.chance(25) {
        holder.set("hostHeader", "backend.example");
    }
    let Some(ssl) = holder.get_mut("ssl") else { return };
    let pem = ssl.get("trustStore").and_then(|store| store.get("content")).cloned();
    if let Some(pem) = pem.filter(|text| text.as_text().is_some_and(|text| text.starts_with("-----BEGIN"))) {
        ssl.remove("trustStore");
        ssl.set("pem", pem);
    }
}

fn as_map(list: &mut Value) -> Value {
    let mut map = object! {};
    for header in list.items_mut() {
        if let (Some(Value::Text(name)), Some(value)) = (header.remove("name"), header.remove("value")) {
            map.set(&name, value);
        }
    }
    map
}

fn rewrite_services(rng: &mut Rng, services: &mut Value) {
    if let Some(check) = services.get_mut("health-check") {
        rewrite_check(rng, check);
    }
    if let Some(properties) = services.get_mut("dynamic-property") {
        old_schedule(rng, properties);
    }
    if rng.chance(15) {
        services.set("discovery", object! { "enabled": false });
    }
}

/// One request and one expectation instead of steps.
fn rewrite_check(rng: &mut Rng, check: &mut Value) {
    if check.get("schedule").is_none() {
        return;
    }
    old_schedule(rng, check);
    let Some(mut steps) = check.remove("steps") else { return };
    let [step] = steps.items_mut() else {
        check.set("steps", steps);
        return;
    };
    if let Some(mut request) = step.remove("request") {
        if let Some(path) = request.remove("path") {
            request.set("uri", path);
        }
        check.set("request", request);
    }
    if let Some(response) = step.remove("response") {
        check.set("expectation", response);
    }
}

/// A rate and a unit, in one of two places, instead of a cron expression.
fn old_schedule(rng: &mut Rng, service: &mut Value) {
    service.remove("schedule");
    let (rate, unit) = rng.pick(&[(10, "SECONDS"), (30, "SECONDS"), (5, "MINUTES"), (1, "HOURS")]);
    if rng.chance(50) {
        service.set("trigger", object! { "rate": rate, "unit": unit });
    } else {
        service.set("interval", rate);
        service.set("unit", unit);
    }
}

/// Turns about half of the numbers and flags into texts. What belongs to others, a configuration, stays.
fn scalars_as_text(rng: &mut Rng, value: &mut Value) {
    match value {
        Value::Bool(flag) if rng.chance(50) => *value = Value::from(flag.to_string()),
        Value::Number(number) if rng.chance(50) => *value = Value::from(number.to_string()),
        Value::Array(items) => items.iter_mut().for_each(|item| scalars_as_text(rng, item)),
        Value::Object(members) => {
            for (key, member) in members {
                if key != "configuration" {
                    scalars_as_text(rng, member);
                }
            }
        }
        _ => {}
    }
}
