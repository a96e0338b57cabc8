//! Endpoint groups, endpoints and how they are called.

use std::collections::HashMap;

use v4ward_syntax::{Node, NodeKind};

use super::reader::{Case, Expected, Reader, key};
use super::{
    Client, Endpoint, Field, Group, Http, HttpProxy, ProblemKind, Services, Ssl, Store, Text, Texts, services,
};

const LOAD_BALANCERS: &[&str] = &["ROUND_ROBIN", "RANDOM", "WEIGHTED_ROUND_ROBIN", "WEIGHTED_RANDOM"];
const PROXY_TYPES: &[&str] = &["HTTP", "SOCKS4", "SOCKS5"];
const HTTP_VERSIONS: &[&str] = &["HTTP_1_1", "HTTP_2"];
const STORE_MEMBERS: &[&str] =
    &["path", "content", "password", "certPath", "certContent", "keyPath", "keyContent", "alias", "keyPassword"];

pub(super) fn groups<'d>(r: &mut Reader<'d>, list: Node<'d>) -> Vec<Group<'d>> {
    list.children().filter(|_| list.kind() == NodeKind::Array).filter_map(|node| group(r, node)).collect()
}

/// Members of a group that stand at `proxy` itself in the old spelling.
pub(super) fn is_group_member(key: &str) -> bool {
    matches!(key, "endpoints" | "load_balancing" | "http" | "ssl" | "proxy" | "headers" | "hostHeader" | "services")
}

/// A group that is no object is told by `endpoint-unreadable`.
fn group<'d>(r: &mut Reader<'d>, node: Node<'d>) -> Option<Group<'d>> {
    let object = Some(node).filter(|node| node.kind() == NodeKind::Object)?;
    let mut group = empty_group(node, false);
    for member in r.members(object).filter(|member| !member.is_null()) {
        match key(member).as_ref() {
            "name" => group.name = r.filled(member),
            _ => group_member(r, &mut group, member),
        }
    }
    Some(group)
}

/// The group that the old `proxy.endpoints` makes, with what else of a group stands at `proxy`.
pub(super) fn legacy_group<'d>(r: &mut Reader<'d>, proxy: Node<'d>) -> Group<'d> {
    let mut group = empty_group(proxy, true);
    for member in r.members(proxy).filter(|member| !member.is_null()) {
        if is_group_member(&key(member)) {
            group_member(r, &mut group, member);
        }
    }
    group
}

fn group_member<'d>(r: &mut Reader<'d>, group: &mut Group<'d>, member: Node<'d>) {
    match key(member).as_ref() {
        "endpoints" => {
            group.endpoints_node = r.list(member);
            let items = member.children().filter(|_| member.kind() == NodeKind::Array);
            group.endpoints = items.filter_map(|node| endpoint(r, node)).collect();
        }
        "load_balancing" => load_balancing(r, group, member),
        "services" => group.services = services::read(r, member),
        _ => client_member(r, &mut group.client, member),
    }
}

fn load_balancing<'d>(r: &mut Reader<'d>, group: &mut Group<'d>, node: Node<'d>) {
    let Some(object) = r.object(node) else { return };
    group.load_balancing = Some(node);
    for member in r.members(object) {
        match key(member).as_ref() {
            "type" => group.load_balancing_type = r.word(member, LOAD_BALANCERS, Case::Any),
            _ => r.unknown(member),
        }
    }
}

fn empty_group(node: Node<'_>, legacy: bool) -> Group<'_> {
    Group {
        node,
        legacy,
        name: None,
        endpoints: Vec::new(),
        endpoints_node: None,
        load_balancing: None,
        load_balancing_type: None,
        client: Client::default(),
        services: Services::default(),
    }
}

/// An endpoint that is no object is told by `endpoint-unreadable`.
fn endpoint<'d>(r: &mut Reader<'d>, node: Node<'d>) -> Option<Endpoint<'d>> {
    let object = Some(node).filter(|node| node.kind() == NodeKind::Object)?;
    let mut endpoint = Endpoint {
        node,
        name: None,
        target: None,
        kind: None,
        weight: None,
        backup: None,
        tenants: None,
        inherit: None,
        client: Client::default(),
        health_check: None,
        odd_health_check: None,
    };
    for member in r.members(object).filter(|member| !member.is_null()) {
        match key(member).as_ref() {
            "name" => endpoint.name = r.filled(member),
            "target" => endpoint.target = r.text(member),
            "type" => endpoint.kind = r.text(member),
            "weight" => endpoint.weight = r.integer(member),
            "backup" => endpoint.backup = r.bool(member),
            "tenants" => endpoint.tenants = r.texts(member),
            "tenant" if object.get("tenants").is_none_or(Node::is_null) => {
                endpoint.tenants = r.text(member).map(|tenant| Texts { node: member, items: vec![tenant] });
            }
            "inherit" => endpoint.inherit = r.bool(member),
            "healthcheck" if member.kind() == NodeKind::Object => {
                endpoint.health_check = Some(services::endpoint_health_check(r, member));
            }
            "healthcheck" => endpoint.odd_health_check = Some(member),
            _ => client_member(r, &mut endpoint.client, member),
        }
    }
    for (missing, key) in [(endpoint.name.is_none(), "name"), (endpoint.target.is_none(), "target")] {
        if missing {
            r.missing(object, key);
        }
    }
    Some(endpoint)
}

/// `http`, `ssl`, `proxy`, `headers` and `hostHeader` of a group or an endpoint.
fn client_member<'d>(r: &mut Reader<'d>, client: &mut Client<'d>, member: Node<'d>) {
    match key(member).as_ref() {
        "http" => client.http = http(r, member),
        "ssl" => client.ssl = ssl(r, member),
        "proxy" => client.proxy = http_proxy(r, member),
        "headers" => {
            client.headers_node = Some(member);
            client.headers = r.headers(member);
        }
        "hostHeader" => client.host_header = r.text(member),
        _ => r.unknown(member),
    }
}

fn http<'d>(r: &mut Reader<'d>, node: Node<'d>) -> Option<Http<'d>> {
    let object = r.object(node)?;
    let mut http = Http {
        node,
        connect_timeout: None,
        read_timeout: None,
        idle_timeout: None,
        keep_alive_timeout: None,
        max_concurrent_connections: None,
        max_header_size: None,
        max_chunk_size: None,
        keep_alive: None,
        pipelining: None,
        use_compression: None,
        propagate_client_accept_encoding: None,
        follow_redirects: None,
        clear_text_upgrade: None,
        version: None,
    };
    for member in r.members(object) {
        match key(member).as_ref() {
            "connectTimeout" => http.connect_timeout = r.not_negative(member),
            "readTimeout" => http.read_timeout = r.integer(member),
            "idleTimeout" => http.idle_timeout = r.not_negative(member),
            "keepAliveTimeout" => http.keep_alive_timeout = r.integer(member),
            "maxConcurrentConnections" => http.max_concurrent_connections = r.integer(member),
            "maxHeaderSize" => http.max_header_size = r.integer(member),
            "maxChunkSize" => http.max_chunk_size = r.integer(member),
            "keepAlive" => http.keep_alive = r.bool(member),
            "pipelining" => http.pipelining = r.bool(member),
            "useCompression" => http.use_compression = r.bool(member),
            "propagateClientAcceptEncoding" => http.propagate_client_accept_encoding = r.bool(member),
            "followRedirects" => http.follow_redirects = r.bool(member),
            "clearTextUpgrade" => http.clear_text_upgrade = r.bool(member),
            "version" => {
                http.version = r.word(member, HTTP_VERSIONS, Case::Exact).and(r.text(member));
            }
            _ => r.unknown(member),
        }
    }
    Some(http)
}

fn http_proxy<'d>(r: &mut Reader<'d>, node: Node<'d>) -> Option<HttpProxy<'d>> {
    let object = r.object(node)?;
    let mut proxy = HttpProxy {
        node,
        enabled: None,
        use_system_proxy: None,
        host: None,
        port: None,
        username: None,
        password: None,
        kind: None,
    };
    for member in r.members(object) {
        match key(member).as_ref() {
            "enabled" => proxy.enabled = r.bool(member),
            "useSystemProxy" => proxy.use_system_proxy = r.bool(member),
            "host" => proxy.host = r.text(member),
            "port" => proxy.port = port(r, member),
            "username" => proxy.username = r.text(member),
            "password" => proxy.password = r.text(member),
            "type" => proxy.kind = r.word(member, PROXY_TYPES, Case::Any),
            _ => r.unknown(member),
        }
    }
    Some(proxy)
}

/// The server refuses a file whose port is a text that is no number.
fn port<'d>(r: &mut Reader<'d>, node: Node<'d>) -> Option<Field<'d, i64>> {
    if node.kind() == NodeKind::String && node.as_str()?.trim().parse::<i64>().is_err() {
        r.problem(node, ProblemKind::WrongType(Expected::Integer), true);
        return None;
    }
    r.integer(node)
}

fn ssl<'d>(r: &mut Reader<'d>, node: Node<'d>) -> Option<Ssl<'d>> {
    let object = r.object(node)?;
    let mut ssl = Ssl { node, trust_all: None, hostname_verifier: None, trust_store: None, key_store: None, pem: None };
    for member in r.members(object) {
        match key(member).as_ref() {
            "trustAll" => ssl.trust_all = r.bool(member),
            "hostnameVerifier" => ssl.hostname_verifier = r.bool(member),
            "trustStore" => ssl.trust_store = store(r, member),
            "keyStore" => ssl.key_store = store(r, member),
            "pem" => ssl.pem = r.text(member),
            _ => r.unknown(member),
        }
    }
    Some(ssl)
}

fn store<'d>(r: &mut Reader<'d>, node: Node<'d>) -> Option<Store<'d>> {
    let object = r.object(node)?;
    let (mut kind, mut members): (_, Vec<(&'static str, Text<'d>)>) = (None, Vec::new());
    for member in r.members(object) {
        match key(member).as_ref() {
            "type" => kind = r.text(member),
            name => match STORE_MEMBERS.iter().find(|known| **known == name) {
                Some(known) => members.extend(r.text(member).map(|text| (*known, text))),
                None => r.unknown(member),
            },
        }
    }
    Some(Store { node, kind, members })
}

/// Groups and endpoints share one set of names; the server refuses a file where one comes twice (FORMATS, `proxy`).
pub(super) fn refuse_shared_names<'d>(r: &mut Reader<'d>, groups: &[Group<'d>]) {
    let mut seen = HashMap::new();
    for group in groups {
        let place = group.name.as_ref().map_or(group.node, |name| name.node);
        claim(r, &mut seen, group.effective_name(), place);
        for endpoint in &group.endpoints {
            if let Some(name) = &endpoint.name {
                claim(r, &mut seen, &name.value, name.node);
            }
        }
    }
}

fn claim<'d>(r: &mut Reader<'d>, seen: &mut HashMap<String, Node<'d>>, name: &str, node: Node<'d>) {
    match seen.get(name) {
        Some(by) => r.problem(node, ProblemKind::NameTaken { by: *by }, true),
        None => {
            seen.insert(name.to_owned(), node);
        }
    }
}
