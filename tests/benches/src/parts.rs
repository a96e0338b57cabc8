//! The parts of a definition besides `proxy`: flows, plans, services, pages and the rest.

use crate::context::Context;
use crate::json::{Value, array, object};
use crate::policies::{self, Phase, condition};
use crate::proxy::health_check;
use crate::words::{CATEGORIES, KINDS, LABELS, PASSWORD, PICTURE, SEGMENTS, TEAMS};

/// What every definition has, without `proxy`, `flows` and `plans`.
pub(crate) fn identity(ctx: &mut Context) -> Value {
    let kind = ctx.rng.pick(KINDS);
    let title = capital(ctx.subject.many);
    object! {
        "id": ctx.rng.uuid(),
        "crossId": ctx.rng.uuid(),
        "name": format!("{title} {kind} {}", ctx.index),
        "version": format!("{}.{}", ctx.rng.between(1, 9), ctx.rng.between(0, 20)),
        "gravitee": "2.0.0",
        "execution_mode": "v4-emulation-engine",
        "flow_mode": ctx.rng.pick(&["DEFAULT", "BEST_MATCH"]),
        "description": ctx.sentences(1, 3),
        "visibility": ctx.rng.pick(&["PUBLIC", "PRIVATE"]),
        "tags": ctx.tags.clone(),
    }
}

/// Makes an optional part of the root.
type Maker = fn(&mut Context) -> Value;

/// The optional parts of the root that take whatever room there is.
pub(crate) const OPTIONAL: &[(&str, Maker)] = &[
    ("labels", |ctx| Value::from(ctx.rng.sample(LABELS, 2))),
    ("categories", |ctx| Value::from(ctx.rng.sample(CATEGORIES, 1))),
    ("groups", groups),
    ("picture", |_| Value::from(PICTURE)),
    ("disable_membership_notifications", |ctx| Value::from(ctx.rng.chance(30))),
    ("primaryOwner", primary_owner),
    ("members", members),
    ("services", services),
    ("path_mappings", path_mappings),
    ("response_templates", response_templates),
    ("pages", pages),
    ("metadata", metadata),
];

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn groups(ctx: &mut Context) -> Value {
    Value::from(ctx.rng.sample(TEAMS, 2))
}

fn primary_owner(ctx: &mut Context) -> Value {
    object! {
        "id": ctx.rng.uuid(),
        "email": format!("{}-team@mail.example", ctx.subject.many),
        "displayName": format!("{} team", ctx.team()),
        "type": ctx.rng.pick(&["USER", "GROUP"]),
    }
}

fn members(ctx: &mut Context) -> Value {
    let count = ctx.rng.between(1, 3);
    let list: Vec<Value> = (0..count)
        .map(|_| {
            object! {
                "source": ctx.rng.pick(&["directory", "memory"]),
                "sourceId": format!("user-{}", ctx.rng.between(100, 999)),
                "roles": array![ctx.rng.uuid()],
            }
        })
        .collect();
    Value::from(list)
}

fn services(ctx: &mut Context) -> Value {
    let which = ctx.rng.between(1, 3);
    let mut services = object! {};
    if which != 2 {
        services.set("health-check", health_check(ctx));
    }
    if which != 1 {
        services.set("dynamic-property", dynamic_property(ctx));
    }
    services
}

fn dynamic_property(ctx: &mut Context) -> Value {
    let host = ctx.host();
    let specification = array![object! {
        "operation": "shift",
        "spec": object! { "settings": object! { "*": object! { "name": "[#2].key", "text": "[#2].value" } } },
    }];
    let mut configuration = object! {
        "url": format!("https://{host}/settings"),
        "method": ctx.rng.pick(&["GET", "POST"]),
        "headers": policies::headers(ctx, 1),
        "specification": specification.pretty(),
        "useSystemProxy": ctx.rng.chance(30),
    };
    if ctx.rng.chance(30) {
        configuration.set("body", "{\"scope\": \"gateway\"}");
    }
    object! {
        "enabled": true,
        "schedule": format!("0 */{} * * * *", ctx.rng.pick(&[5, 10, 20])),
        "provider": "HTTP",
        "configuration": configuration,
    }
}

/// The cache and identity resources which steps and plans refer to, and sometimes another.
pub(crate) fn resources(ctx: &mut Context) -> Value {
    let mut resources = array![
        object! {
            "name": ctx.cache_name(),
            "type": "cache",
            "enabled": true,
            "configuration": object! {
                "name": ctx.cache_name(),
                "timeToIdleSeconds": 0,
                "timeToLiveSeconds": ctx.rng.between(30, 3_600),
                "maxEntriesLocalHeap": ctx.rng.between(100, 5_000),
            },
        },
        object! {
            "name": ctx.identity_name(),
            "type": "oauth2",
            "enabled": true,
            "configuration": object! {
                "authorizationServerUrl": "https://login.example",
                "introspectionEndpoint": "/introspect",
                "introspectionEndpointMethod": "POST",
                "clientId": format!("{}-gateway", ctx.subject.many),
                "clientSecret": PASSWORD,
                "useClientAuthorizationHeader": true,
                "tokenIsSuppliedByHttpHeader": false,
            },
        },
    ];
    if ctx.rng.chance(20) {
        resources.push(object! {
            "name": format!("{}-staff", ctx.subject.many),
            "type": "auth-provider-inline-resource",
            "enabled": false,
            "configuration": object! {
                "users": array![object! { "username": "tester", "password": PASSWORD, "roles": array!["READ"] }],
            },
        });
    }
    resources
}

/// Properties; `region` and `backend` are read by expressions elsewhere.
pub(crate) fn properties(ctx: &mut Context) -> Value {
    let host = ctx.host();
    let mut list =
        array![property("region", ctx.rng.pick(&["north", "south"])), property("backend", &format!("https://{host}"))];
    let count = ctx.rng.below(4);
    for field in ctx.rng.sample(ctx.subject.fields, count) {
        let number = ctx.rng.between(1, 9_999).to_string();
        let mut entry = property(&format!("limit.{field}"), &number);
        if ctx.rng.chance(25) {
            entry.set("dynamic", true);
        }
        list.push(entry);
    }
    list
}

fn property(key: &str, value: &str) -> Value {
    object! { "key": key, "value": value, "dynamic": false, "encrypted": false }
}

fn path_mappings(ctx: &mut Context) -> Value {
    let (many, parameter) = (ctx.subject.many, ctx.parameter());
    let mut list = array![format!("/{many}"), format!("/{many}/{parameter}")];
    let count = ctx.rng.below(4);
    for action in ctx.rng.sample(ctx.subject.actions, count) {
        list.push(format!("/{many}/{parameter}/{action}"));
    }
    list
}

fn response_templates(ctx: &mut Context) -> Value {
    const KEYS: &[&str] = &["API_KEY_MISSING", "RATE_LIMIT_TOO_MANY_REQUESTS", "QUOTA_TOO_MANY_REQUESTS", "DEFAULT"];
    let count = ctx.rng.between(1, 3) as usize;
    let mut templates = object! {};
    for key in ctx.rng.sample(KEYS, count) {
        let mut answers = object! { "application/json": template(ctx, "{\"message\": \"Please try again later\"}") };
        if ctx.rng.chance(40) {
            answers.set("*/*", template(ctx, "Please try again later"));
        }
        templates.set(key, answers);
    }
    templates
}

fn template(ctx: &mut Context, body: &str) -> Value {
    object! {
        "status": ctx.rng.pick(&[400, 401, 429, 503]),
        "headers": object! { "X-Reason": ctx.rng.pick(&["gateway", "limits"]) },
        "body": body,
        "propagateErrorKeyToLogs": ctx.rng.chance(20),
    }
}

fn metadata(ctx: &mut Context) -> Value {
    let mut list = array![
        object! {
            "key": "support-mail",
            "name": "support-mail",
            "format": "MAIL",
            "value": format!("{}@mail.example", ctx.subject.many),
            "defaultValue": "support@mail.example",
        },
        object! { "key": "cost-centre", "name": "cost-centre", "format": "NUMERIC", "value": "4711" }
    ];
    if ctx.rng.chance(50) {
        let host = ctx.host();
        list.push(object! { "key": "wiki", "name": "wiki", "format": "URL", "value": format!("https://{host}/wiki") });
    }
    if ctx.rng.chance(30) {
        list.push(object! { "key": "audited", "name": "audited", "format": "BOOLEAN", "value": "true" });
        list.push(object! { "key": "reviewed", "name": "reviewed", "format": "DATE", "value": "2025-03-01" });
    }
    list
}

/// A flow with `steps` steps on both sides together.
pub(crate) fn flow(ctx: &mut Context, steps: usize) -> Value {
    let mut flow = object! {
        "id": ctx.rng.uuid(),
        "name": format!("{} {}", ctx.rng.pick(&["Guard", "Shape", "Route", "Watch"]), ctx.unique()),
        "path-operator": object! {
            "path": flow_path(ctx),
            "operator": ctx.rng.pick(&["STARTS_WITH", "EQUALS"]),
        },
    };
    if ctx.rng.chance(20) {
        let condition = condition(ctx);
        flow.set("condition", condition);
    }
    if ctx.rng.chance(6) {
        let tag = ctx.tags.first().copied().unwrap_or("internal");
        flow.set("consumers", array![object! { "consumerType": "TAG", "consumerId": tag }]);
    }
    let count = ctx.rng.below(4);
    flow.set("methods", ctx.rng.sample(crate::words::METHODS, count));
    let after = if steps > 1 { ctx.rng.below(steps) } else { 0 };
    flow.set("pre", steps_of(ctx, Phase::Request, steps - after));
    flow.set("post", steps_of(ctx, Phase::Response, after));
    flow.set("enabled", !ctx.rng.chance(6));
    flow
}

fn steps_of(ctx: &mut Context, phase: Phase, count: usize) -> Value {
    let steps: Vec<Value> = (0..count).map(|_| policies::step(ctx, phase)).collect();
    Value::from(steps)
}

/// A path of the API. A parameter has one name per place, as V4 wants it.
fn flow_path(ctx: &mut Context) -> String {
    let (many, parameter) = (ctx.subject.many, ctx.parameter());
    match ctx.rng.below(5) {
        0 => "/".to_owned(),
        1 => format!("/{many}"),
        2 => format!("/{many}/{parameter}"),
        3 => format!("/{many}/{parameter}/{}", ctx.rng.pick(ctx.subject.actions)),
        _ => format!("/{}", ctx.rng.pick(SEGMENTS)),
    }
}

/// How a plan lets callers in: its kind and the settings of that kind.
type Security = (&'static str, fn(&mut Context) -> Value);

const SECURITY: &[Security] = &[
    ("KEY_LESS", |_| object! {}),
    ("API_KEY", |ctx| object! { "propagateApiKey": ctx.rng.chance(40) }),
    ("JWT", jwt),
    ("OAUTH2", oauth2),
];

/// One to four plans of different kinds, in the order in which the gateway asks them.
pub(crate) fn plans(ctx: &mut Context) -> Value {
    let wanted = if ctx.maybe() { ctx.rng.between(2, 4) as usize } else { 1 };
    let offered = if ctx.resources { SECURITY.len() } else { SECURITY.len() - 1 };
    let kinds = ctx.rng.sample(&SECURITY[..offered], wanted);
    let list: Vec<Value> =
        kinds.into_iter().enumerate().map(|(position, security)| plan(ctx, security, position as i64 + 1)).collect();
    Value::from(list)
}

fn plan(ctx: &mut Context, (security, definition): Security, order: i64) -> Value {
    let definition = definition(ctx);
    let created = ctx.moment();
    let mut plan = object! {
        "id": ctx.rng.uuid(),
        "crossId": ctx.rng.uuid(),
        "name": format!("{} {}", ctx.rng.pick(&["Open", "Partner", "Staff", "Trial"]), ctx.unique()),
        "description": ctx.sentence(),
        "validation": if security == "KEY_LESS" { "AUTO" } else { ctx.rng.pick(&["AUTO", "MANUAL"]) },
        "security": security,
        "securityDefinition": definition.compact(),
        "type": "API",
        "status": ctx.rng.pick(&["PUBLISHED", "PUBLISHED", "PUBLISHED", "STAGING", "DEPRECATED"]),
        "order": order,
        "flows": plan_flows(ctx),
        "comment_required": false,
        "created_at": created,
        "updated_at": created + 60_000,
    };
    if ctx.maybe() {
        plan_details(ctx, &mut plan, created);
    }
    plan
}

fn plan_flows(ctx: &mut Context) -> Value {
    if !ctx.maybe() {
        return array![];
    }
    let steps = ctx.rng.between(1, 2) as usize;
    array![flow(ctx, steps)]
}

/// What only some plans have.
fn plan_details(ctx: &mut Context, plan: &mut Value, created: i64) {
    plan.set("characteristics", array!["Office hours", ctx.rng.pick(&["No support", "Call us"])]);
    plan.set("published_at", created + 120_000);
    plan.set("definitionVersion", "2.0.0");
    plan.set("excluded_groups", array![]);
    plan.set("planMode", "standard");
    if !ctx.tags.is_empty() {
        let tag = ctx.rng.pick(&ctx.tags);
        plan.set("tags", array![tag]);
    }
    if plan.get("security").and_then(Value::as_text) != Some("KEY_LESS") {
        plan.set("comment_required", true);
        plan.set("comment_message", format!("Which {} do you need, and how often?", ctx.subject.many));
        plan.set("selection_rule", "{#context.attributes['plan-hint'] == null}");
    }
}

fn jwt(ctx: &mut Context) -> Value {
    object! {
        "signature": ctx.rng.pick(&["RSA_RS256", "RSA_RS512", "HMAC_HS256"]),
        "publicKeyResolver": "JWKS_URL",
        "resolverParameter": "https://login.example/keys",
        "useSystemProxy": false,
        "extractClaims": ctx.rng.chance(50),
        "propagateAuthHeader": true,
        "userClaim": "sub",
    }
}

fn oauth2(ctx: &mut Context) -> Value {
    object! {
        "oauthResource": ctx.identity_name(),
        "extractPayload": ctx.rng.chance(50),
        "checkRequiredScopes": true,
        "requiredScopes": array![format!("{}:read", ctx.subject.many)],
        "modeStrict": false,
        "propagateAuthHeader": true,
    }
}

/// A folder, and pages in it.
fn pages(ctx: &mut Context) -> Value {
    let folder_id = ctx.rng.uuid();
    let mut folder = page_frame(ctx, &folder_id, "FOLDER", "Guides");
    folder.set("order", 0);
    let mut pages = array![folder];
    let mut guide = page(ctx);
    guide.set("parentId", folder_id);
    guide.set("homepage", true);
    pages.push(guide);
    if ctx.rng.chance(25) {
        pages.push(swagger(ctx));
    }
    if ctx.rng.chance(15) {
        pages.push(fetched_page(ctx));
    }
    pages
}

fn page_frame(ctx: &mut Context, id: &str, kind: &str, name: &str) -> Value {
    object! {
        "id": id,
        "crossId": ctx.rng.uuid(),
        "name": name,
        "type": kind,
        "order": ctx.rng.between(1, 9),
        "published": true,
        "visibility": "PUBLIC",
        "lastContributor": ctx.rng.uuid(),
        "lastModificationDate": ctx.moment(),
        "contentType": if kind == "SWAGGER" { "application/json" } else { "text/markdown" },
        "homepage": false,
        "parentPath": "",
        "excludedAccessControls": false,
        "accessControls": array![],
        "attached_media": array![],
    }
}

/// A page of text: Markdown, sometimes AsciiDoc.
pub(crate) fn page(ctx: &mut Context) -> Value {
    let number = ctx.unique();
    let id = ctx.rng.uuid();
    let (kind, mark) = if ctx.rng.chance(85) { ("MARKDOWN", "#") } else { ("ASCIIDOC", "=") };
    let mut page = page_frame(ctx, &id, kind, &format!("Guide {number}"));
    let mut content = format!("{mark} {} guide {number}\n", capital(ctx.subject.many));
    for chapter in 1..=ctx.rng.between(1, 3) {
        let text = ctx.sentences(2, 5);
        content.push_str(&format!("\n{mark}{mark} Part {chapter}\n\n{text}\n"));
    }
    page.set("content", content);
    if ctx.rng.chance(15) {
        page.set("metadata", object! { "reviewed-by": ctx.team() });
    }
    page
}

/// An OpenAPI document as a page.
fn swagger(ctx: &mut Context) -> Value {
    let number = ctx.unique();
    let id = ctx.rng.uuid();
    let many = ctx.subject.many;
    let mut paths = object! {};
    for action in ctx.rng.sample(ctx.subject.actions, 2) {
        let answer = object! { "200": object! { "description": ctx.sentence() } };
        let operation = object! { "summary": format!("{action} of {many}"), "responses": answer };
        paths.set(&format!("/{many}/{action}"), object! { "get": operation });
    }
    let document = object! {
        "openapi": "3.0.3",
        "info": object! { "title": format!("{} API", capital(many)), "version": "1.0" },
        "paths": paths,
    };
    let mut page = page_frame(ctx, &id, "SWAGGER", &format!("Reference {number}"));
    page.set("content", document.pretty());
    page.set("configuration", object! { "viewer": "Swagger", "tryIt": "false" });
    page
}

/// A page whose text the server fetches from elsewhere.
fn fetched_page(ctx: &mut Context) -> Value {
    let number = ctx.unique();
    let id = ctx.rng.uuid();
    let host = ctx.host();
    let mut page = page_frame(ctx, &id, "MARKDOWN", &format!("Changes {number}"));
    page.set("content", ctx.sentence());
    page.set(
        "source",
        object! {
            "type": "http-fetcher",
            "configuration": object! { "url": format!("https://{host}/changes.md"), "useSystemProxy": false },
        },
    );
    page
}

/// A picture that pages may show.
pub(crate) fn media(ctx: &mut Context) -> Value {
    array![object! {
        "hash": ctx.rng.hex(32),
        "type": "image",
        "subType": "png",
        "fileName": format!("{}.png", ctx.subject.many),
        "createAt": ctx.moment(),
        "size": 69,
        "data": PICTURE.trim_start_matches("data:image/png;base64,"),
    }]
}
