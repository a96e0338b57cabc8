//! The `proxy` block: entry paths, backends and their options.

use crate::context::Context;
use crate::json::{Value, array, object};
use crate::policies::headers;
use crate::words::{CERTIFICATE, PASSWORD, TENANTS};

/// The whole block.
pub(crate) fn proxy(ctx: &mut Context) -> Value {
    let mut proxy = object! {
        "virtual_hosts": virtual_hosts(ctx),
        "strip_context_path": false,
        "preserve_host": false,
    };
    if ctx.maybe() {
        proxy.set("logging", logging(ctx));
    }
    proxy.set("groups", groups(ctx));
    if ctx.maybe() {
        proxy.set("failover", failover(ctx));
    }
    if ctx.maybe() {
        proxy.set("cors", cors(ctx));
    }
    if ctx.rng.chance(5) {
        let host = ctx.host();
        proxy.set("servers", array![format!("https://{host}")]);
    }
    proxy
}

fn virtual_hosts(ctx: &mut Context) -> Value {
    let path = format!("/{}-{}/v{}", ctx.subject.many, ctx.index, ctx.rng.between(1, 3));
    let mut first = object! { "path": path };
    if !ctx.rng.chance(30) {
        return array![first];
    }
    first.set("host", format!("{}.example", ctx.subject.many));
    first.set("override_entrypoint", true);
    let second = object! {
        "host": format!("partners.{}.example", ctx.subject.many),
        "path": format!("/shared/{}", ctx.index),
        "override_entrypoint": false,
    };
    array![first, second]
}

fn logging(ctx: &mut Context) -> Value {
    let mut logging = object! {
        "mode": ctx.rng.pick(&["CLIENT", "PROXY", "CLIENT_PROXY"]),
        "content": ctx.rng.pick(&["HEADERS", "PAYLOADS", "HEADERS_PAYLOADS"]),
        "scope": ctx.rng.pick(&["REQUEST", "RESPONSE", "REQUEST_RESPONSE"]),
    };
    if ctx.rng.chance(50) {
        logging.set("condition", "{#request.headers.containsKey('X-Trace')}");
    }
    logging
}

fn failover(ctx: &mut Context) -> Value {
    object! {
        "maxAttempts": ctx.rng.between(1, 4),
        "retryTimeout": ctx.rng.between(1, 20) * 500,
        "cases": array!["TIMEOUT"],
    }
}

fn cors(ctx: &mut Context) -> Value {
    if ctx.rng.chance(15) {
        return object! { "enabled": false };
    }
    let origin = if ctx.rng.chance(30) {
        "*".to_owned()
    } else if ctx.rng.chance(30) {
        format!("https://.*\\.{}\\.example", ctx.subject.many)
    } else {
        format!("https://shop.{}.example", ctx.subject.many)
    };
    object! {
        "enabled": true,
        "allowCredentials": ctx.rng.chance(30),
        "allowOrigin": array![origin],
        "allowHeaders": array!["Content-Type", "X-Partner"],
        "allowMethods": ctx.rng.sample(&["GET", "POST", "PUT", "DELETE", "OPTIONS"], 3),
        "exposeHeaders": array!["X-Trace"],
        "maxAge": ctx.rng.between(-1, 600),
        "runPolicies": ctx.rng.chance(20),
        "allowPrivateNetwork": ctx.rng.chance(10),
    }
}

fn groups(ctx: &mut Context) -> Value {
    let mut groups = array![group(ctx, "main")];
    if ctx.rng.chance(ctx.detail / 2) {
        groups.push(group(ctx, "standby"));
    }
    groups
}

fn group(ctx: &mut Context, name: &str) -> Value {
    let count = if ctx.maybe() { ctx.rng.between(2, 3) } else { 1 };
    let endpoints: Vec<Value> = (1..=count).map(|number| endpoint(ctx, &format!("{name}-{number}"))).collect();
    let mut group = object! {
        "name": name,
        "endpoints": endpoints,
        "load_balancing": object! {
            "type": ctx.rng.pick(&["ROUND_ROBIN", "RANDOM", "WEIGHTED_ROUND_ROBIN", "WEIGHTED_RANDOM"]),
        },
        "http": http(ctx),
    };
    connection_options(ctx, &mut group);
    group
}

fn endpoint(ctx: &mut Context, name: &str) -> Value {
    let host = ctx.host();
    let inherit = ctx.rng.chance(65);
    let mut endpoint = object! {
        "inherit": inherit,
        "name": name,
        "target": target(ctx, &host),
        "weight": ctx.rng.between(1, 5),
        "backup": name.ends_with("-3"),
        "type": "http",
    };
    if ctx.rng.chance(20) {
        let tenant = ctx.rng.pick(TENANTS);
        endpoint.set("tenants", array![tenant]);
    }
    if !inherit {
        endpoint.set("http", http(ctx));
        connection_options(ctx, &mut endpoint);
    }
    if ctx.maybe() {
        let own = ctx.rng.chance(40);
        let check = if own {
            own_health_check(ctx)
        } else {
            object! { "inherit": true }
        };
        endpoint.set("healthcheck", check);
    }
    endpoint
}

fn target(ctx: &mut Context, host: &str) -> String {
    if ctx.resources && ctx.rng.chance(6) {
        return format!("{{#api.properties['backend']}}/{}", ctx.subject.many);
    }
    let scheme = if ctx.rng.chance(80) { "https" } else { "http" };
    format!("{scheme}://{host}:{}/{}", ctx.rng.pick(&[443, 8080, 8443]), ctx.subject.many)
}

/// Client options; the exporter leaves `version` out for HTTP/1.1, people who write by hand do not.
fn http(ctx: &mut Context) -> Value {
    let mut http = object! {
        "connectTimeout": ctx.rng.between(1, 10) * 1_000,
        "idleTimeout": 60_000,
        "keepAliveTimeout": 30_000,
        "keepAlive": true,
        "readTimeout": ctx.rng.between(2, 20) * 1_000,
        "pipelining": false,
        "maxConcurrentConnections": ctx.rng.pick(&[20, 50, 100, 200]),
        "useCompression": ctx.rng.chance(80),
        "followRedirects": ctx.rng.chance(20),
    };
    if ctx.rng.chance(25) {
        http.set("version", "HTTP_2");
        http.set("clearTextUpgrade", ctx.rng.chance(50));
    } else if ctx.rng.chance(30) {
        http.set("version", "HTTP_1_1");
    }
    if ctx.rng.chance(15) {
        http.set("useCompression", false);
        http.set("propagateClientAcceptEncoding", true);
    }
    if ctx.rng.chance(10) {
        http.set("maxHeaderSize", 8_192);
        http.set("maxChunkSize", 8_192);
    }
    http
}

/// What a group and an endpoint of its own may have besides `http`.
fn connection_options(ctx: &mut Context, holder: &mut Value) {
    if ctx.maybe() {
        holder.set("ssl", ssl(ctx));
    }
    if ctx.rng.chance(ctx.detail / 2) {
        holder.set("proxy", http_proxy(ctx));
    }
    if ctx.maybe() {
        holder.set("headers", headers(ctx, 2));
    }
}

fn ssl(ctx: &mut Context) -> Value {
    let mut ssl = object! { "trustAll": ctx.rng.chance(20), "hostnameVerifier": ctx.rng.chance(60) };
    let folder = format!("/etc/gateway/{}", ctx.subject.many);
    if ctx.rng.chance(60) {
        ssl.set("trustStore", trust_store(ctx, &folder));
    }
    if ctx.rng.chance(30) {
        ssl.set("keyStore", key_store(ctx, &folder));
    }
    ssl
}

fn trust_store(ctx: &mut Context, folder: &str) -> Value {
    match ctx.rng.below(4) {
        0 => object! { "type": "JKS", "path": format!("{folder}/trust.jks"), "password": PASSWORD },
        1 => object! { "type": "PKCS12", "content": "RkFLRSBTVE9SRQ==", "password": PASSWORD },
        2 => object! { "type": "PEM", "path": format!("{folder}/trust.pem") },
        _ => object! { "type": "PEM", "content": CERTIFICATE },
    }
}

fn key_store(ctx: &mut Context, folder: &str) -> Value {
    match ctx.rng.below(4) {
        0 => object! { "type": "JKS", "content": "RkFLRSBTVE9SRQ==", "password": PASSWORD },
        1 => object! { "type": "PKCS12", "path": format!("{folder}/key.p12"), "password": PASSWORD },
        2 => {
            object! { "type": "PEM", "certPath": format!("{folder}/cert.pem"), "keyPath": format!("{folder}/key.pem") }
        }
        _ => object! { "type": "PEM", "certContent": CERTIFICATE, "keyContent": "not a key, only a benchmark" },
    }
}

fn http_proxy(ctx: &mut Context) -> Value {
    match ctx.rng.below(3) {
        0 => object! { "enabled": false, "useSystemProxy": false },
        1 => object! { "enabled": true, "useSystemProxy": true },
        _ => object! {
            "enabled": true,
            "useSystemProxy": false,
            "host": "outbound.example",
            "port": ctx.rng.pick(&[3128, 8080]),
            "username": "gateway",
            "password": PASSWORD,
            "type": ctx.rng.pick(&["HTTP", "SOCKS4", "SOCKS5"]),
        },
    }
}

/// A check that an endpoint does not share with the others.
fn own_health_check(ctx: &mut Context) -> Value {
    let mut check = health_check(ctx);
    check.set("inherit", false);
    check
}

/// A health check that V4 can hold: one step, one assertion.
pub(crate) fn health_check(ctx: &mut Context) -> Value {
    let mut request = object! {
        "path": ctx.rng.pick(&["/health", "/ready", "/internal/alive"]),
        "method": ctx.rng.pick(&["GET", "HEAD", "POST"]),
        "headers": headers(ctx, 1),
        "fromRoot": ctx.rng.chance(50),
    };
    if ctx.rng.chance(30) {
        request.set("body", "{\"probe\": true}");
    }
    let assertion = ctx.rng.pick(&[
        "#response.status == 200",
        "#response.status < 300",
        "#jsonPath(#response.content, '$.state') == 'UP'",
    ]);
    object! {
        "enabled": true,
        "schedule": format!("*/{} * * * * *", ctx.rng.pick(&[5, 10, 15, 30])),
        "steps": array![object! {
            "name": "probe",
            "request": request,
            "response": object! { "assertions": array![assertion] },
        }],
    }
}
