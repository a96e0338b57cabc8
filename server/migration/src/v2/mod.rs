//! The V2 definition as a typed view over the tree: every value keeps its place.
//!
//! Reading never fails. What cannot be taken as the server takes it is a [`Problem`], which the reading rules turn
//! into findings. JSON `null` counts as absent, and all old spellings are read (FORMATS §1.1).

mod api;
mod cluster;
mod defaults;
mod endpoints;
mod flows;
mod plans;
mod proxy;
mod reader;
mod resource;
mod services;

use std::borrow::Cow;

use v4ward_syntax::{Node, NodeKind};

use crate::recognise::DocumentFormat;
pub use defaults::Defaults;
use reader::Reader;
pub(crate) use reader::whole;
pub use reader::{Expected, Problem, ProblemKind};
pub use resource::CustomResource;
pub(crate) use services::{CONSUL_TEXTS, is_flat_store};

/// A value with the node it was read from.
#[derive(Clone, Debug)]
pub struct Field<'d, T> {
    /// The value as the server takes it.
    pub value: T,
    /// Where it stands.
    pub node: Node<'d>,
}

/// A text with its place.
pub type Text<'d> = Field<'d, Cow<'d, str>>;
/// A word out of a fixed list, in its canonical spelling, with its place.
pub type Word<'d> = Field<'d, &'static str>;

impl Text<'_> {
    /// True for a text of white space only.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.value.trim().is_empty()
    }
}

/// A V2 API definition in the export shape.
#[derive(Debug)]
pub struct Api<'d> {
    /// The root object, or the `spec` of a custom resource.
    pub node: Node<'d>,
    /// What a custom resource says beside the definition; `None` for an export.
    pub resource: Option<Box<CustomResource<'d>>>,
    /// What holds where it says nothing.
    pub defaults: &'static Defaults,
    /// What could not be read as the server would.
    pub problems: Vec<Problem<'d>>,
    /// Members that mean nothing here, by place.
    pub unknown: Vec<Node<'d>>,
    /// `id`
    pub id: Option<Text<'d>>,
    /// `crossId`
    pub cross_id: Option<Text<'d>>,
    /// `name`
    pub name: Option<Text<'d>>,
    /// `version`, the version of the API
    pub version: Option<Text<'d>>,
    /// `description`
    pub description: Option<Text<'d>>,
    /// `gravitee`, the version of the definition format
    pub gravitee: Option<Text<'d>>,
    /// `execution_mode`
    pub execution_mode: Option<Text<'d>>,
    /// `flow_mode`
    pub flow_mode: Option<Word<'d>>,
    /// `visibility`
    pub visibility: Option<Word<'d>>,
    /// `tags`
    pub tags: Option<Texts<'d>>,
    /// `labels`
    pub labels: Option<Texts<'d>>,
    /// `categories`, or the old `views`
    pub categories: Option<Texts<'d>>,
    /// `groups`, by name
    pub groups: Option<Node<'d>>,
    /// `picture`, a data URI
    pub picture: Option<Text<'d>>,
    /// `background`, a data URI
    pub background: Option<Text<'d>>,
    /// `disable_membership_notifications`
    pub disable_membership_notifications: Option<Field<'d, bool>>,
    /// `members`
    pub members: Option<Node<'d>>,
    /// Members that the server sets itself, such as `primaryOwner`.
    pub server_managed: Vec<Node<'d>>,
    /// The root `paths` of V1, which V2 does not read.
    pub v1_paths: Option<Node<'d>>,
    /// `proxy`
    pub proxy: Proxy<'d>,
    /// `services`
    pub services: Services<'d>,
    /// `resources`
    pub resources: Vec<Resource<'d>>,
    /// `resources` as written
    pub resources_node: Option<Node<'d>>,
    /// `properties`, of the list or of the map
    pub properties: Vec<Property<'d>>,
    /// `properties` as written
    pub properties_node: Option<Node<'d>>,
    /// `flows`
    pub flows: Flows<'d>,
    /// `plans`
    pub plans: Vec<Plan<'d>>,
    /// `plans` as written
    pub plans_node: Option<Node<'d>>,
    /// `path_mappings`
    pub path_mappings: Option<Texts<'d>>,
    /// `response_templates`
    pub response_templates: Vec<ResponseTemplates<'d>>,
    /// `response_templates` as written
    pub response_templates_node: Option<Node<'d>>,
    /// `pages`
    pub pages: Vec<Page<'d>>,
    /// `pages` as written
    pub pages_node: Option<Node<'d>>,
    /// `apiMedia`
    pub api_media: Vec<Record<'d>>,
    /// `apiMedia` as written
    pub api_media_node: Option<Node<'d>>,
    /// `metadata`
    pub metadata: Vec<Record<'d>>,
    /// `metadata` as written
    pub metadata_node: Option<Node<'d>>,
}

impl Api<'_> {
    /// True when the file asks for the legacy engine: any execution mode that is not the emulation engine's, in exact
    /// case. A file that names none gets the emulation engine when it is imported.
    #[must_use]
    pub fn runs_on_legacy_engine(&self) -> bool {
        let emulation = |mode: &Text<'_>| matches!(mode.value.as_ref(), "v4-emulation-engine" | "jupiter");
        self.execution_mode.as_ref().is_some_and(|mode| !emulation(mode))
    }
}

/// A list of texts with its place.
#[derive(Clone, Debug)]
pub struct Texts<'d> {
    /// The list, or the object whose values count.
    pub node: Node<'d>,
    /// Its elements.
    pub items: Vec<Text<'d>>,
}

/// How requests are taken in and where they go.
#[derive(Debug, Default)]
pub struct Proxy<'d> {
    /// The `proxy` object.
    pub node: Option<Node<'d>>,
    /// `virtual_hosts`, or one for the old `context_path`
    pub virtual_hosts: Vec<VirtualHost<'d>>,
    /// `virtual_hosts` as written
    pub virtual_hosts_node: Option<Node<'d>>,
    /// The old `context_path` beside `virtual_hosts`, which win.
    pub overridden_context_path: Option<Node<'d>>,
    /// Members that no engine reads: `strip_context_path`, `preserve_host`.
    pub inert: Vec<Node<'d>>,
    /// Endpoint groups; the old `proxy.endpoints` is one group.
    pub groups: Vec<Group<'d>>,
    /// `groups` as written
    pub groups_node: Option<Node<'d>>,
    /// `groups` beside the old `endpoints`, which win.
    pub overridden_groups: Option<Node<'d>>,
    /// `discovery` of the first group beside that of the API, which wins.
    pub overridden_discovery: Option<Node<'d>>,
    /// `failover`
    pub failover: Option<Failover<'d>>,
    /// `cors`
    pub cors: Option<Cors<'d>>,
    /// `logging`
    pub logging: Option<Logging<'d>>,
    /// `servers`
    pub servers: Option<Texts<'d>>,
}

impl<'d> Proxy<'d> {
    /// The client blocks of all groups and endpoints.
    pub fn clients<'a>(&'a self) -> impl Iterator<Item = &'a Client<'d>> + use<'a, 'd> {
        self.groups.iter().flat_map(|group| {
            std::iter::once(&group.client).chain(group.endpoints.iter().map(|endpoint| &endpoint.client))
        })
    }
}

/// One host and path under which the API is reached.
#[derive(Debug)]
pub struct VirtualHost<'d> {
    /// The object, or the old `context_path`.
    pub node: Node<'d>,
    /// `host`
    pub host: Option<Text<'d>>,
    /// `path`
    pub path: Option<Text<'d>>,
    /// `override_entrypoint`
    pub override_entrypoint: Option<Field<'d, bool>>,
}

/// Retries on another endpoint.
#[derive(Debug)]
pub struct Failover<'d> {
    /// The object.
    pub node: Node<'d>,
    /// `maxAttempts`
    pub max_attempts: Option<Field<'d, i64>>,
    /// `retryTimeout` in milliseconds
    pub retry_timeout: Option<Field<'d, i64>>,
    /// `cases`
    pub cases: Option<Node<'d>>,
}

/// Cross-origin resource sharing.
#[derive(Debug)]
pub struct Cors<'d> {
    /// The object.
    pub node: Node<'d>,
    /// `enabled`
    pub enabled: Option<Field<'d, bool>>,
    /// `allowCredentials`
    pub allow_credentials: Option<Field<'d, bool>>,
    /// `allowOrigin`
    pub allow_origin: Option<Texts<'d>>,
    /// `allowHeaders`
    pub allow_headers: Option<Texts<'d>>,
    /// `allowMethods`
    pub allow_methods: Option<Texts<'d>>,
    /// `exposeHeaders`
    pub expose_headers: Option<Texts<'d>>,
    /// `maxAge` in seconds
    pub max_age: Option<Field<'d, i64>>,
    /// `runPolicies`
    pub run_policies: Option<Field<'d, bool>>,
    /// `allowPrivateNetwork`
    pub allow_private_network: Option<Field<'d, bool>>,
}

/// What of the calls is logged.
#[derive(Debug, Default)]
pub struct Logging<'d> {
    /// The object, or the old `loggingMode`.
    pub node: Option<Node<'d>>,
    /// `mode`
    pub mode: Option<Word<'d>>,
    /// `content`
    pub content: Option<Word<'d>>,
    /// `scope`
    pub scope: Option<Word<'d>>,
    /// `condition`
    pub condition: Option<Text<'d>>,
    /// The old `loggingMode` beside `logging`, which wins.
    pub overridden: Option<Node<'d>>,
}

impl Logging<'_> {
    /// True when the mode asks for no logging at all.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.mode.as_ref().is_none_or(|mode| mode.value == "NONE")
    }
}

/// Endpoints that share settings and load balancing.
#[derive(Debug)]
pub struct Group<'d> {
    /// The group, or the `proxy` object for the old `endpoints`.
    pub node: Node<'d>,
    /// Made of the old `proxy.endpoints`.
    pub legacy: bool,
    /// `name`
    pub name: Option<Text<'d>>,
    /// `endpoints`
    pub endpoints: Vec<Endpoint<'d>>,
    /// `endpoints` as written
    pub endpoints_node: Option<Node<'d>>,
    /// `load_balancing`
    pub load_balancing: Option<Node<'d>>,
    /// `load_balancing.type`
    pub load_balancing_type: Option<Word<'d>>,
    /// `http`, `ssl`, `proxy` and `headers`
    pub client: Client<'d>,
    /// `services`
    pub services: Services<'d>,
}

impl Group<'_> {
    /// The name the server uses.
    #[must_use]
    pub fn effective_name(&self) -> &str {
        match &self.name {
            Some(name) => &name.value,
            None if self.legacy => "default-group",
            None => "default",
        }
    }
}

/// How the gateway calls a backend.
#[derive(Debug, Default)]
pub struct Client<'d> {
    /// `http`
    pub http: Option<Http<'d>>,
    /// `ssl`
    pub ssl: Option<Ssl<'d>>,
    /// `proxy`
    pub proxy: Option<HttpProxy<'d>>,
    /// `headers`, of the list or of the map, with the old `hostHeader`
    pub headers: Vec<Header<'d>>,
    /// `headers` as written
    pub headers_node: Option<Node<'d>>,
    /// The old `hostHeader`
    pub host_header: Option<Text<'d>>,
}

impl<'d> Client<'d> {
    /// True when the block says anything of its own.
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.http.is_some()
            || self.ssl.is_some()
            || self.proxy.is_some()
            || !self.headers.is_empty()
            || self.host().is_some()
    }

    /// `hostHeader`; the server passes over a blank one.
    #[must_use]
    pub fn host(&self) -> Option<&Text<'d>> {
        self.host_header.as_ref().filter(|host| !host.is_blank())
    }
}

/// A header with its value.
#[derive(Debug)]
pub struct Header<'d> {
    /// The object, or the member of a map.
    pub node: Node<'d>,
    /// The name.
    pub name: Text<'d>,
    /// The value.
    pub value: Option<Text<'d>>,
}

/// Options of the HTTP client. Times are milliseconds.
#[derive(Debug)]
pub struct Http<'d> {
    /// The object.
    pub node: Node<'d>,
    /// `connectTimeout`
    pub connect_timeout: Option<Field<'d, i64>>,
    /// `readTimeout`
    pub read_timeout: Option<Field<'d, i64>>,
    /// `idleTimeout`
    pub idle_timeout: Option<Field<'d, i64>>,
    /// `keepAliveTimeout`
    pub keep_alive_timeout: Option<Field<'d, i64>>,
    /// `maxConcurrentConnections`
    pub max_concurrent_connections: Option<Field<'d, i64>>,
    /// `maxHeaderSize` in bytes
    pub max_header_size: Option<Field<'d, i64>>,
    /// `maxChunkSize` in bytes
    pub max_chunk_size: Option<Field<'d, i64>>,
    /// `keepAlive`
    pub keep_alive: Option<Field<'d, bool>>,
    /// `pipelining`
    pub pipelining: Option<Field<'d, bool>>,
    /// `useCompression`
    pub use_compression: Option<Field<'d, bool>>,
    /// `propagateClientAcceptEncoding`
    pub propagate_client_accept_encoding: Option<Field<'d, bool>>,
    /// `followRedirects`
    pub follow_redirects: Option<Field<'d, bool>>,
    /// `clearTextUpgrade`
    pub clear_text_upgrade: Option<Field<'d, bool>>,
    /// `version`, of the protocol
    pub version: Option<Text<'d>>,
}

/// An HTTP or SOCKS proxy between gateway and backend.
#[derive(Debug)]
pub struct HttpProxy<'d> {
    /// The object.
    pub node: Node<'d>,
    /// `enabled`
    pub enabled: Option<Field<'d, bool>>,
    /// `useSystemProxy`
    pub use_system_proxy: Option<Field<'d, bool>>,
    /// `host`
    pub host: Option<Text<'d>>,
    /// `port`
    pub port: Option<Field<'d, i64>>,
    /// `username`
    pub username: Option<Text<'d>>,
    /// `password`
    pub password: Option<Text<'d>>,
    /// `type`
    pub kind: Option<Word<'d>>,
}

/// Which proxy a block asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProxyUse {
    /// None.
    Off,
    /// The one the gateway is configured with.
    System,
    /// The one the block describes.
    Own,
}

impl HttpProxy<'_> {
    /// Which proxy the block asks for.
    #[must_use]
    pub fn used(&self) -> ProxyUse {
        let on = |field: &Option<Field<'_, bool>>| field.as_ref().is_some_and(|field| field.value);
        match (on(&self.enabled), on(&self.use_system_proxy)) {
            (false, _) => ProxyUse::Off,
            (true, true) => ProxyUse::System,
            (true, false) => ProxyUse::Own,
        }
    }
}

/// Transport encryption towards a backend.
#[derive(Debug)]
pub struct Ssl<'d> {
    /// The object.
    pub node: Node<'d>,
    /// `trustAll`
    pub trust_all: Option<Field<'d, bool>>,
    /// `hostnameVerifier`
    pub hostname_verifier: Option<Field<'d, bool>>,
    /// `trustStore`
    pub trust_store: Option<Store<'d>>,
    /// `keyStore`
    pub key_store: Option<Store<'d>>,
    /// The old `pem`: a trust store
    pub pem: Option<Text<'d>>,
}

/// A trust store or a key store.
#[derive(Debug)]
pub struct Store<'d> {
    /// The object.
    pub node: Node<'d>,
    /// `type`
    pub kind: Option<Text<'d>>,
    /// The other members that a store can have, by name.
    pub members: Vec<(&'static str, Text<'d>)>,
}

impl<'d> Store<'d> {
    /// True for a type of store that the server knows; any other is no store to it.
    #[must_use]
    pub fn is_some(&self) -> bool {
        self.kind
            .as_ref()
            .is_some_and(|kind| ["JKS", "PKCS12", "PEM"].iter().any(|known| known.eq_ignore_ascii_case(&kind.value)))
    }

    /// A member of the store that holds more than nothing.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Text<'d>> {
        self.members.iter().find(|(key, text)| *key == name && !text.value.is_empty()).map(|(_, text)| text)
    }
}

/// A backend.
#[derive(Debug)]
pub struct Endpoint<'d> {
    /// The object.
    pub node: Node<'d>,
    /// `name`
    pub name: Option<Text<'d>>,
    /// `target`
    pub target: Option<Text<'d>>,
    /// `type`
    pub kind: Option<Text<'d>>,
    /// `weight`
    pub weight: Option<Field<'d, i64>>,
    /// `backup`
    pub backup: Option<Field<'d, bool>>,
    /// `tenants`, or the old `tenant`
    pub tenants: Option<Texts<'d>>,
    /// `inherit`
    pub inherit: Option<Field<'d, bool>>,
    /// `http`, `ssl`, `proxy` and `headers`
    pub client: Client<'d>,
    /// `healthcheck`
    pub health_check: Option<HealthCheck<'d>>,
    /// A `healthcheck` that is no object: the server throws it away.
    pub odd_health_check: Option<Node<'d>>,
}

impl Endpoint<'_> {
    /// True when the endpoint takes its client options from the group.
    #[must_use]
    pub fn inherits(&self) -> bool {
        self.inherit.as_ref().is_some_and(|inherit| inherit.value)
    }
}

/// Services of an API or of a group.
#[derive(Debug, Default)]
pub struct Services<'d> {
    /// The object.
    pub node: Option<Node<'d>>,
    /// `health-check`
    pub health_check: Option<HealthCheck<'d>>,
    /// `dynamic-property`
    pub dynamic_property: Option<DynamicProperty<'d>>,
    /// `discovery`
    pub discovery: Option<Discovery<'d>>,
    /// Services of other names.
    pub other: Vec<Node<'d>>,
}

/// When a service runs.
#[derive(Debug, Default)]
pub struct Schedule<'d> {
    /// `schedule`, a cron expression
    pub cron: Option<Text<'d>>,
    /// The old `trigger`, or `interval`
    pub legacy: Option<Node<'d>>,
    /// `trigger.rate`, or `interval`
    pub rate: Option<Field<'d, i64>>,
    /// `trigger.unit`, or `unit`
    pub unit: Option<Text<'d>>,
    /// Rates and units that a later one overrides
    pub overridden: Vec<Node<'d>>,
}

impl Schedule<'_> {
    /// True when the service says when it runs, in whatever spelling.
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.cron.is_some() || self.legacy.is_some()
    }

    /// True when the service says when it runs in a way that makes sense. A unit that does not is told at its place.
    #[must_use]
    pub fn tells_when(&self) -> bool {
        self.cron.is_some() || (self.rate.is_some() && self.unit.is_some())
    }

    /// The cron expression; the old spellings as the server turns them into one (FORMATS §1.1, services).
    #[must_use]
    pub fn expression(&self) -> Option<Cow<'_, str>> {
        if let Some(cron) = &self.cron {
            return Some(Cow::Borrowed(&cron.value));
        }
        let (rate, unit) = (self.rate.as_ref()?.value, self.unit.as_ref()?);
        Some(Cow::Owned(match unit.value.to_ascii_uppercase().as_str() {
            "SECONDS" => format!("*/{rate} * * * * *"),
            "MINUTES" => format!("0 */{rate} * * * *"),
            "HOURS" => format!("0 0 */{rate} * * *"),
            "DAYS" => format!("0 0 0 */{rate} * *"),
            _ => return None,
        }))
    }
}

/// Active checks of backends.
#[derive(Debug)]
pub struct HealthCheck<'d> {
    /// The object.
    pub node: Node<'d>,
    /// `enabled`
    pub enabled: Option<Field<'d, bool>>,
    /// `inherit`, at an endpoint
    pub inherit: Option<Field<'d, bool>>,
    /// When it runs.
    pub schedule: Schedule<'d>,
    /// `steps`, or one for the old `request` and `expectation`
    pub steps: Vec<HealthCheckStep<'d>>,
    /// `steps` as written
    pub steps_node: Option<Node<'d>>,
    /// What stands where an endpoint's own health check may not have it, so that the server cannot read it.
    pub unreadable: Vec<Node<'d>>,
    /// Whether it is enabled when it does not say.
    pub on_by_default: bool,
}

impl HealthCheck<'_> {
    /// True when it runs.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.enabled.as_ref().map_or(self.on_by_default, |enabled| enabled.value)
    }

    /// True for an endpoint that takes the health check of its group.
    #[must_use]
    pub fn inherits(&self) -> bool {
        self.inherit.as_ref().is_some_and(|inherit| inherit.value)
    }
}

/// One call of a health check.
#[derive(Debug)]
pub struct HealthCheckStep<'d> {
    /// The step, or the health check itself in the old spelling.
    pub node: Node<'d>,
    /// `name`
    pub name: Option<Text<'d>>,
    /// `request`
    pub request: Option<HealthCheckRequest<'d>>,
    /// `response`, or the old `expectation`
    pub response: Option<Node<'d>>,
    /// `response.assertions`
    pub assertions: Option<Texts<'d>>,
}

/// The request of a health check.
#[derive(Debug)]
pub struct HealthCheckRequest<'d> {
    /// The object.
    pub node: Node<'d>,
    /// `path`, or the old `uri`
    pub path: Option<Text<'d>>,
    /// `method`
    pub method: Option<Word<'d>>,
    /// `body`
    pub body: Option<Text<'d>>,
    /// `headers`
    pub headers: Vec<Header<'d>>,
    /// `headers` as written
    pub headers_node: Option<Node<'d>>,
    /// `fromRoot`
    pub from_root: Option<Field<'d, bool>>,
}

/// Properties that are fetched while the API runs.
#[derive(Debug)]
pub struct DynamicProperty<'d> {
    /// The object.
    pub node: Node<'d>,
    /// `enabled`
    pub enabled: Option<Field<'d, bool>>,
    /// When it runs.
    pub schedule: Schedule<'d>,
    /// `provider`
    pub provider: Option<Text<'d>>,
    /// `configuration`
    pub configuration: Option<Node<'d>>,
    /// `configuration.url`
    pub url: Option<Text<'d>>,
    /// `configuration.specification`, a JOLT text
    pub specification: Option<Text<'d>>,
    /// `configuration.method`
    pub method: Option<Text<'d>>,
    /// `configuration.headers`
    pub headers: Vec<Header<'d>>,
    /// `configuration.headers` as written
    pub headers_node: Option<Node<'d>>,
    /// `configuration.body`
    pub body: Option<Text<'d>>,
    /// `configuration.useSystemProxy`
    pub use_system_proxy: Option<Field<'d, bool>>,
    /// Whether it is enabled when it does not say.
    pub on_by_default: bool,
}

impl DynamicProperty<'_> {
    /// True when it runs.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.enabled.as_ref().map_or(self.on_by_default, |enabled| enabled.value)
    }

    /// True for the one provider that the server knows.
    #[must_use]
    pub fn is_http(&self) -> bool {
        self.provider.as_ref().is_some_and(|provider| provider.value.eq_ignore_ascii_case("HTTP"))
    }
}

/// Endpoints that are found in a registry.
#[derive(Debug)]
pub struct Discovery<'d> {
    /// The object.
    pub node: Node<'d>,
    /// `enabled`
    pub enabled: Option<Field<'d, bool>>,
    /// `provider`
    pub provider: Option<Text<'d>>,
    /// `configuration`
    pub configuration: Option<Node<'d>>,
    /// Whether it is enabled when it does not say.
    pub on_by_default: bool,
}

impl Discovery<'_> {
    /// True when it runs.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.enabled.as_ref().map_or(self.on_by_default, |enabled| enabled.value)
    }

    /// True for the one provider that V4 has.
    #[must_use]
    pub fn is_consul(&self) -> bool {
        self.provider.as_ref().is_some_and(|provider| {
            provider.value.eq_ignore_ascii_case("consul")
                || provider.value.eq_ignore_ascii_case("consul-service-discovery")
        })
    }
}

/// A cache, an identity provider or another thing that policies use.
#[derive(Debug)]
pub struct Resource<'d> {
    /// The object.
    pub node: Node<'d>,
    /// `name`
    pub name: Option<Text<'d>>,
    /// `type`
    pub kind: Option<Text<'d>>,
    /// `configuration`
    pub configuration: Option<Node<'d>>,
    /// `enabled`
    pub enabled: Option<Field<'d, bool>>,
    /// `ref`, another custom resource that it stands in (custom resource)
    pub reference: Option<Node<'d>>,
}

/// A property of the API.
#[derive(Debug)]
pub struct Property<'d> {
    /// The object, or the member of a map.
    pub node: Node<'d>,
    /// `key`
    pub key: Text<'d>,
    /// `value`
    pub value: Text<'d>,
    /// `encrypted`
    pub encrypted: Option<Field<'d, bool>>,
    /// `dynamic`
    pub dynamic: Option<Field<'d, bool>>,
    /// `encryptable`
    pub encryptable: Option<Field<'d, bool>>,
}

/// Flows of an API or of a plan.
#[derive(Debug, Default)]
pub struct Flows<'d> {
    /// `flows` as written
    pub node: Option<Node<'d>>,
    /// The flows that can be read.
    pub items: Vec<Flow<'d>>,
}

/// Policies for some requests.
#[derive(Debug)]
pub struct Flow<'d> {
    /// The object.
    pub node: Node<'d>,
    /// `id`
    pub id: Option<Text<'d>>,
    /// `name`
    pub name: Option<Text<'d>>,
    /// `enabled`
    pub enabled: Option<Field<'d, bool>>,
    /// `path-operator`
    pub path_operator: Option<Node<'d>>,
    /// `path-operator.path`
    pub path: Option<Text<'d>>,
    /// `path-operator.operator`
    pub operator: Option<Word<'d>>,
    /// `methods`
    pub methods: Vec<Word<'d>>,
    /// `methods` as written
    pub methods_node: Option<Node<'d>>,
    /// `condition`
    pub condition: Option<Text<'d>>,
    /// `consumers`
    pub consumers: Option<Node<'d>>,
    /// `pre`
    pub pre: Steps<'d>,
    /// `post`
    pub post: Steps<'d>,
}

impl<'d> Flow<'d> {
    /// True when it handles requests.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.enabled.as_ref().is_none_or(|enabled| enabled.value)
    }

    /// All steps of both phases, with their phase.
    pub fn steps(&self) -> impl Iterator<Item = (Phase, &Step<'d>)> {
        let pre = self.pre.items.iter().map(|step| (Phase::Request, step));
        pre.chain(self.post.items.iter().map(|step| (Phase::Response, step)))
    }
}

/// When a step runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Before the backend is called: `pre`.
    Request,
    /// After: `post`.
    Response,
}

/// Steps of a phase.
#[derive(Debug, Default)]
pub struct Steps<'d> {
    /// The list as written.
    pub node: Option<Node<'d>>,
    /// The steps that can be read.
    pub items: Vec<Step<'d>>,
}

/// One policy with its configuration.
#[derive(Debug)]
pub struct Step<'d> {
    /// The object.
    pub node: Node<'d>,
    /// `name`
    pub name: Option<Text<'d>>,
    /// `description`
    pub description: Option<Text<'d>>,
    /// `policy`, the plugin's id
    pub policy: Text<'d>,
    /// `configuration`
    pub configuration: Option<Node<'d>>,
    /// `enabled`
    pub enabled: Option<Field<'d, bool>>,
    /// `condition`
    pub condition: Option<Text<'d>>,
}

impl Step<'_> {
    /// True when it runs.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.enabled.as_ref().is_none_or(|enabled| enabled.value)
    }

    /// True when it runs for each request of its flow.
    #[must_use]
    pub fn is_unconditional(&self) -> bool {
        self.condition.as_ref().is_none_or(Text::is_blank)
    }
}

/// What a consumer subscribes to.
#[derive(Debug)]
pub struct Plan<'d> {
    /// The object.
    pub node: Node<'d>,
    /// `id`
    pub id: Option<Text<'d>>,
    /// `crossId`
    pub cross_id: Option<Text<'d>>,
    /// `name`
    pub name: Option<Text<'d>>,
    /// `description`
    pub description: Option<Text<'d>>,
    /// `security`
    pub security: Option<Word<'d>>,
    /// `securityDefinition`, a text that holds JSON
    pub security_definition: Option<Node<'d>>,
    /// `selection_rule`
    pub selection_rule: Option<Text<'d>>,
    /// `status`
    pub status: Option<Word<'d>>,
    /// `type`
    pub kind: Option<Word<'d>>,
    /// `validation`
    pub validation: Option<Word<'d>>,
    /// `order`
    pub order: Option<Field<'d, i64>>,
    /// `characteristics`
    pub characteristics: Option<Texts<'d>>,
    /// `excluded_groups`, by name
    pub excluded_groups: Option<Node<'d>>,
    /// `comment_required`
    pub comment_required: Option<Field<'d, bool>>,
    /// `comment_message`
    pub comment_message: Option<Text<'d>>,
    /// `general_conditions`, a page id
    pub general_conditions: Option<Text<'d>>,
    /// `tags`
    pub tags: Option<Texts<'d>>,
    /// `flows`
    pub flows: Flows<'d>,
    /// `created_at`, `updated_at`, `published_at`, `closed_at`: milliseconds since 1970, by their V4 names
    pub dates: Vec<(&'static str, Node<'d>)>,
    /// `definitionVersion` and `planMode`, which have one value each
    pub constants: Vec<(&'static str, Node<'d>)>,
    /// Members that the server sets itself, such as `api`.
    pub server_managed: Vec<Node<'d>>,
    /// The `paths` of V1, which V2 does not read.
    pub v1_paths: Option<Node<'d>>,
}

impl Plan<'_> {
    /// True when nobody can use it any more.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.status.as_ref().is_some_and(|status| status.value == "CLOSED")
    }
}

/// Responses of the gateway for one error key.
#[derive(Debug)]
pub struct ResponseTemplates<'d> {
    /// The member whose key is the error key.
    pub node: Node<'d>,
    /// By media type.
    pub templates: Vec<ResponseTemplate<'d>>,
}

/// A response of the gateway for an error key and a media type.
#[derive(Debug)]
pub struct ResponseTemplate<'d> {
    /// The member whose key is the media type.
    pub node: Node<'d>,
    /// `status`
    pub status: Option<Field<'d, i64>>,
    /// `body`
    pub body: Option<Text<'d>>,
    /// `headers`, a map
    pub headers: Option<Node<'d>>,
    /// `propagateErrorKeyToLogs`
    pub propagate_error_key_to_logs: Option<Field<'d, bool>>,
}

/// A page of documentation.
#[derive(Debug)]
pub struct Page<'d> {
    /// The object.
    pub node: Node<'d>,
    /// `id`
    pub id: Option<Text<'d>>,
    /// `name`
    pub name: Option<Text<'d>>,
    /// `type`
    pub kind: Option<Word<'d>>,
    /// `parentId`
    pub parent_id: Option<Text<'d>>,
    /// `parent`, the key of another page (custom resource)
    pub parent: Option<Text<'d>>,
    /// `accessControls`
    pub access_controls: Option<Node<'d>>,
    /// `attached_media`
    pub attached_media: Option<Node<'d>>,
    /// Members that the server sets itself, such as `lastContributor`.
    pub server_managed: Vec<Node<'d>>,
    /// All members that V4 has too.
    pub members: Vec<(Node<'d>, Plain<'d>)>,
    /// `translations`
    pub translations: Vec<Page<'d>>,
}

impl Page<'_> {
    /// The page, and its translations below it.
    pub fn with_translations(&self) -> impl Iterator<Item = &Self> {
        let mut pending = vec![self];
        std::iter::from_fn(move || {
            let page = pending.pop()?;
            pending.extend(page.translations.iter().rev());
            Some(page)
        })
    }
}

/// A member of a part that lies beside the definition, as it is read.
#[derive(Debug)]
pub enum Plain<'d> {
    /// A text.
    Text(Text<'d>),
    /// A whole number.
    Integer(Field<'d, i64>),
    /// `true` or `false`.
    Bool(Field<'d, bool>),
    /// A word out of a fixed list.
    Word(Word<'d>),
    /// A part, or a value that needs more than that.
    Node(Node<'d>),
}

/// A file of a page, or a value of the metadata.
#[derive(Debug)]
pub struct Record<'d> {
    /// The object.
    pub node: Node<'d>,
    /// Members that the server sets itself.
    pub server_managed: Vec<Node<'d>>,
    /// All members that V4 has too.
    pub members: Vec<(Node<'d>, Plain<'d>)>,
}

/// Reads the V2 definition at the root of a document, or in the `spec` of a custom resource; `None` when the root is no
/// object.
#[must_use]
pub fn read(root: Node<'_>, format: DocumentFormat) -> Option<Api<'_>> {
    if root.kind() != NodeKind::Object {
        return None;
    }
    let mut reader = Reader::default();
    let mut api =
        if format.is_v2_resource() { resource::read(&mut reader, root) } else { api::read(&mut reader, root) };
    (api.problems, api.unknown) = reader.finish();
    api.unknown.sort_by_key(|member| member.id());
    Some(api)
}
