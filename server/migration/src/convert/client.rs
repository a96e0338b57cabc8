//! How the gateway calls a backend: the shared configuration of a group and what overrides it at an endpoint.

use v4ward_syntax::Node;

use super::Converter;
use crate::v2::{Client, Defaults, Field, Header, Http, HttpProxy, ProxyUse, Ssl, Store, Text};
use crate::v4::{Object, Origin, Scalar, Value};

/// Ports that V2 and the reference take when there is none (FORMATS §5, endpoint groups).
const DEFAULT_PROXY_PORT: i64 = 3128;

/// What the HTTP client takes without `maxHeaderSize` and `maxChunkSize`, in bytes.
const DEFAULT_SIZE: i64 = 8192;

/// Whose block it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Group,
    Endpoint,
}

impl<'d> Converter<'_, 'd> {
    /// `sharedConfiguration`, or `sharedConfigurationOverride`. `with_http`: a complete http block in any case, since
    /// V4's defaults are not V2's (MIGRATION D05).
    pub(super) fn client(&mut self, client: &Client<'d>, owner: Owner, with_http: bool) -> Object<'d> {
        let mut out = Object::default();
        if with_http || client.http.is_some() {
            out.set("http", self.http(client.http.as_ref()).into());
        }
        out.set_some("headers", self.headers(client));
        out.set_some("proxy", client.proxy.as_ref().map(|proxy| self.http_proxy(proxy).into()));
        out.set_some("ssl", client.ssl.as_ref().map(|ssl| self.ssl(ssl, owner).into()));
        out
    }

    fn http(&mut self, http: Option<&Http<'d>>) -> Object<'d> {
        let mut out = Object { source: http.map(|http| http.node.id()), ..Object::default() };
        let two = http.and_then(|http| http.version.as_ref()).is_some_and(|version| version.value != "HTTP_1_1");
        let version = http.and_then(|http| http.version.as_ref());
        out.set("version", version.map_or(Value::added("HTTP_1_1"), Value::text));
        let boolean = |pick: for<'h> fn(&'h Http<'d>) -> &'h Option<Field<'d, bool>>, default| {
            Value::bool_or(http.and_then(|http| pick(http).as_ref()), default)
        };
        let integer = |pick: for<'h> fn(&'h Http<'d>) -> &'h Option<Field<'d, i64>>, default| {
            Value::integer_or(http.and_then(|http| pick(http).as_ref()), default)
        };
        out.set("keepAlive", boolean(|http| &http.keep_alive, true));
        out.set("keepAliveTimeout", integer(|http| &http.keep_alive_timeout, 30_000));
        out.set("connectTimeout", integer(|http| &http.connect_timeout, 5_000));
        out.set("pipelining", boolean(|http| &http.pipelining, false));
        out.set("readTimeout", integer(|http| &http.read_timeout, 10_000));
        // The cluster fills in an http block that is there; without one APIM's own default holds.
        let defaults = http.map_or(&Defaults::EXPORT, |_| self.api.defaults);
        out.set("useCompression", boolean(|http| &http.use_compression, defaults.use_compression));
        out.set("propagateClientAcceptEncoding", boolean(|http| &http.propagate_client_accept_encoding, false));
        out.set("propagateClientHost", Value::added_bool(false));
        out.set("idleTimeout", integer(|http| &http.idle_timeout, 60_000));
        out.set("followRedirects", boolean(|http| &http.follow_redirects, false));
        out.set("maxConcurrentConnections", integer(|http| &http.max_concurrent_connections, 100));
        if two {
            out.set("clearTextUpgrade", boolean(|http| &http.clear_text_upgrade, true));
            // V2 has no limit.
            out.set("http2MultiplexingLimit", Value::added_integer(-1));
        }
        if let Some(http) = http {
            self.note_http(http, two);
        }
        out
    }

    fn note_http(&mut self, http: &Http<'d>, two: bool) {
        for option in [&http.max_header_size, &http.max_chunk_size].into_iter().flatten() {
            self.drop_unless(option.node, option.value == DEFAULT_SIZE, "http-option-dropped");
        }
        if let (Some(upgrade), false) = (&http.clear_text_upgrade, two) {
            // It means something for HTTP/2 only.
            self.implied(upgrade.node);
        }
    }

    fn headers(&mut self, client: &Client<'d>) -> Option<Value<'d>> {
        let host = client.host();
        let replaced = |header: &Header<'d>| host.is_some() && header.name.value == "Host";
        let mut items: Vec<Value<'d>> = Vec::new();
        for old in &client.headers {
            if replaced(old) {
                self.drop_some(old.value.as_ref().map(|value| value.node), "option-without-effect");
            }
            items.push(header(old, host.filter(|_| replaced(old))).into());
        }
        if let Some(host) = host.filter(|_| !client.headers.iter().any(replaced)) {
            let mut added = Object::default();
            added.set("name", Value::added("Host"));
            added.set("value", Value::text(host));
            items.push(added.into());
        }
        let source = client.headers_node.map(Node::id);
        (source.is_some() || !items.is_empty()).then_some(Value::Array(items, source))
    }

    fn http_proxy(&mut self, proxy: &HttpProxy<'d>) -> Object<'d> {
        let mut out = Object::of(proxy.node);
        let used = proxy.used();
        out.set("enabled", Value::bool_or(proxy.enabled.as_ref(), false));
        out.set("useSystemProxy", use_system_proxy(proxy, used));
        if used == ProxyUse::Own {
            out.set("type", proxy.kind.as_ref().map_or(Value::added("HTTP"), Value::word));
            let host = proxy.host.as_ref().filter(|host| !host.value.is_empty());
            out.set("host", host.map_or_else(|| replacing(proxy.host.as_ref(), "localhost"), Value::text));
            let port = proxy.port.as_ref().filter(|port| port.value > 0);
            out.set("port", port.map_or_else(|| default_port(proxy.port.as_ref()), Value::integer));
            out.set_some("username", proxy.username.as_ref().map(Value::text));
            out.set_some("password", proxy.password.as_ref().map(Value::text));
            return out;
        }
        let texts = [&proxy.host, &proxy.username, &proxy.password].map(|field| field.as_ref().map(|f| f.node));
        let rest = [proxy.port.as_ref().map(|f| f.node), proxy.kind.as_ref().map(|f| f.node)];
        for node in texts.into_iter().chain(rest).flatten() {
            self.drop(node, "proxy-settings-inactive");
        }
        out
    }

    fn ssl(&mut self, ssl: &Ssl<'d>, owner: Owner) -> Object<'d> {
        let mut out = Object::of(ssl.node);
        out.set(
            "hostnameVerifier",
            Value::bool_or(ssl.hostname_verifier.as_ref(), self.api.defaults.hostname_verifier),
        );
        out.set("trustAll", Value::bool_or(ssl.trust_all.as_ref(), false));
        let mut trust = ssl.trust_store.as_ref().and_then(|store| self.store(store, StoreUse::Trust, owner));
        if let Some(pem) = &ssl.pem {
            if trust.is_some() {
                self.drop(pem.node, "option-without-effect");
            } else {
                let mut store = Object::default();
                store.set("type", Value::added("PEM"));
                store.set("content", Value::text(pem));
                trust = Some(store);
            }
        }
        out.set_some("trustStore", trust.map(Value::Object));
        let keys = ssl.key_store.as_ref().and_then(|store| self.store(store, StoreUse::Key, owner));
        out.set_some("keyStore", keys.map(Value::Object));
        out
    }

    /// A store in a form that V4 takes, or none (MIGRATION D10).
    pub(super) fn store(&mut self, store: &Store<'d>, used: StoreUse, owner: Owner) -> Option<Object<'d>> {
        let form = form_of(store, used, owner);
        let mut out = Object::of(store.node);
        let kind = store.kind.as_ref();
        if let (Some(form), Some(kind)) = (&form, kind) {
            let upper = kind.value.to_ascii_uppercase();
            let name = if upper == kind.value { Value::text(kind) } else { Value::converted(upper, kind.node) };
            out.set("type", name);
            for name in form.members.iter().copied() {
                out.set_some(name, store.get(name).map(Value::text));
            }
        } else if let Some(kind) = kind {
            if matches!(kind.value.to_ascii_uppercase().as_str(), "" | "NONE") {
                self.implied(kind.node);
            } else {
                self.drop(kind.node, "ssl-store-invalid");
            }
        }
        let kept = form.as_ref().map(|form| form.members.as_slice()).unwrap_or_default();
        for (name, text) in store.members.iter().filter(|(name, _)| !kept.contains(name)) {
            if text.value.is_empty() {
                self.implied(text.node);
            } else {
                let rule = if is_alias(name) { "option-without-effect" } else { "ssl-store-invalid" };
                self.drop(text.node, rule);
            }
        }
        form.map(|_| out)
    }
}

/// What a store is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum StoreUse {
    Trust,
    Key,
}

/// The members that V4 takes of a store.
struct StoreForm {
    members: Vec<&'static str>,
}

/// The one form of a store that V4 allows and the store has; paths win over contents (FORMATS §3, ssl).
fn form_of(store: &Store<'_>, used: StoreUse, owner: Owner) -> Option<StoreForm> {
    let kind = store.kind.as_ref()?.value.to_ascii_uppercase();
    let has = |name: &&str| store.get(name).is_some();
    let members: Vec<&'static str> = match (kind.as_str(), used) {
        ("JKS" | "PKCS12", _) => {
            let place = ["path", "content"].into_iter().find(has)?;
            let mut members = vec![place, "password"];
            store.get("password")?;
            if used == StoreUse::Key && owner == Owner::Endpoint {
                // The group's reader does not know these two.
                members.extend(["alias", "keyPassword"].iter().filter(|name| has(name)));
            }
            members
        }
        ("PEM", StoreUse::Trust) => vec![["path", "content"].into_iter().find(has)?],
        ("PEM", StoreUse::Key) => {
            let pairs = [["certPath", "keyPath"], ["certContent", "keyContent"]];
            pairs.into_iter().find(|pair| pair.iter().all(has))?.to_vec()
        }
        _ => return None,
    };
    Some(StoreForm { members })
}

fn is_alias(name: &str) -> bool {
    matches!(name, "alias" | "keyPassword")
}

fn header<'d>(header: &Header<'d>, replaced_by: Option<&Text<'d>>) -> Object<'d> {
    let mut out = Object::of(header.node);
    out.set("name", Value::text(&header.name));
    let value = replaced_by.or(header.value.as_ref());
    out.set("value", value.map_or(Value::added(""), Value::text));
    out
}

/// A list of headers that V4 takes as it is.
pub(super) fn plain_headers<'d>(headers: &[Header<'d>], node: Option<Node<'d>>) -> Option<Value<'d>> {
    let items = headers.iter().map(|old| header(old, None).into()).collect();
    node.map(|node| Value::Array(items, Some(node.id())))
}

/// A proxy that is off never asks for the system's (MIGRATION D09).
fn use_system_proxy<'d>(proxy: &HttpProxy<'d>, used: ProxyUse) -> Value<'d> {
    let Some(field) = &proxy.use_system_proxy else { return Value::added_bool(false) };
    let system = used == ProxyUse::System;
    if field.value == system {
        return Value::bool(field);
    }
    Value::Scalar(Scalar::Bool(system), Origin::Converted(field.node.id()))
}

fn replacing<'d>(old: Option<&Text<'d>>, text: &'static str) -> Value<'d> {
    old.map_or(Value::added(text), |old| Value::converted(text, old.node))
}

fn default_port<'d>(old: Option<&Field<'d, i64>>) -> Value<'d> {
    let origin = old.map_or(Origin::Added, |old| Origin::Converted(old.node.id()));
    Value::Scalar(Scalar::Integer(DEFAULT_PROXY_PORT), origin)
}
