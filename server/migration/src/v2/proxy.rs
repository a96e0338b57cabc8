//! `proxy`: virtual hosts, failover, CORS, logging, and the old positions of what belongs to a group today.

use v4ward_syntax::{Node, NodeKind};

use super::reader::{Case, Reader, key};
use super::{Api, Cors, Failover, Logging, Proxy, VirtualHost, endpoints};

const LOGGING_MODES: &[&str] = &["NONE", "CLIENT", "PROXY", "CLIENT_PROXY"];
const LOGGING_CONTENTS: &[&str] = &["NONE", "HEADERS", "PAYLOADS", "HEADERS_PAYLOADS"];
const LOGGING_SCOPES: &[&str] = &["NONE", "REQUEST", "RESPONSE", "REQUEST_RESPONSE"];

pub(super) fn read<'d>(r: &mut Reader<'d>, node: Node<'d>) -> Proxy<'d> {
    let Some(object) = r.object(node) else { return Proxy::default() };
    let mut proxy = Proxy { node: Some(node), ..Proxy::default() };
    let legacy =
        !r.is_resource() && object.get("endpoints").is_some_and(|endpoints| endpoints.kind() == NodeKind::Array);
    let (mut context_path, mut logging_mode) = (None, None);
    for member in r.members(object).filter(|member| !member.is_null()) {
        match key(member).as_ref() {
            "virtual_hosts" => {
                proxy.virtual_hosts_node = r.list(member);
                proxy.virtual_hosts = virtual_hosts(r, member);
            }
            "context_path" => context_path = r.text(member),
            "strip_context_path" | "preserve_host" => proxy.inert.push(member),
            "groups" if legacy => proxy.overridden_groups = Some(member),
            "groups" => {
                proxy.groups_node = r.list(member);
                proxy.groups = endpoints::groups(r, member);
            }
            "failover" => proxy.failover = failover(r, member),
            "cors" => proxy.cors = cors(r, member),
            "logging" => proxy.logging = logging(r, member),
            "loggingMode" => logging_mode = r.word(member, LOGGING_MODES, Case::Any),
            "servers" => proxy.servers = r.texts(member),
            other if legacy && endpoints::is_group_member(other) => {}
            _ => r.unknown(member),
        }
    }
    if legacy {
        proxy.groups = vec![endpoints::legacy_group(r, object)];
    }
    if proxy.virtual_hosts.is_empty() {
        let host = context_path.map(|path| VirtualHost {
            node: path.node,
            host: None,
            path: Some(path),
            override_entrypoint: None,
        });
        proxy.virtual_hosts.extend(host);
    } else {
        proxy.overridden_context_path = context_path.map(|path| path.node);
    }
    if proxy.virtual_hosts.is_empty() {
        r.missing(node, "virtual_hosts");
    }
    if let Some(mode) = logging_mode {
        match &mut proxy.logging {
            Some(logging) => logging.overridden = Some(mode.node),
            None => proxy.logging = Some(Logging { node: Some(mode.node), mode: Some(mode), ..Logging::default() }),
        }
    }
    endpoints::refuse_shared_names(r, &proxy.groups);
    proxy
}

/// A `discovery` service of the API (version 1.22 and older) belongs to the first group.
pub(super) fn move_discovery(api: &mut Api<'_>) {
    if let (Some(group), Some(_)) = (api.proxy.groups.first_mut(), &api.services.discovery) {
        let own = std::mem::replace(&mut group.services.discovery, api.services.discovery.take());
        api.proxy.overridden_discovery = own.map(|own| own.node);
    }
}

fn virtual_hosts<'d>(r: &mut Reader<'d>, list: Node<'d>) -> Vec<VirtualHost<'d>> {
    let hosts = list.children().filter(|_| list.kind() == NodeKind::Array);
    hosts.filter_map(|node| virtual_host(r, node)).collect()
}

fn virtual_host<'d>(r: &mut Reader<'d>, node: Node<'d>) -> Option<VirtualHost<'d>> {
    let object = r.object(node)?;
    let mut host = VirtualHost { node, host: None, path: None, override_entrypoint: None };
    for member in r.members(object) {
        match key(member).as_ref() {
            "host" => host.host = r.text(member),
            "path" => host.path = r.text(member),
            "override_entrypoint" => host.override_entrypoint = r.bool(member),
            _ => r.unknown(member),
        }
    }
    Some(host)
}

fn failover<'d>(r: &mut Reader<'d>, node: Node<'d>) -> Option<Failover<'d>> {
    let object = r.object(node)?;
    let mut failover = Failover { node, max_attempts: None, retry_timeout: None, cases: None };
    for member in r.members(object).filter(|member| !member.is_null()) {
        match key(member).as_ref() {
            "maxAttempts" => failover.max_attempts = r.integer(member),
            "retryTimeout" => failover.retry_timeout = r.integer(member),
            "cases" => failover.cases = Some(member),
            _ => r.unknown(member),
        }
    }
    Some(failover)
}

fn cors<'d>(r: &mut Reader<'d>, node: Node<'d>) -> Option<Cors<'d>> {
    let object = r.object(node)?;
    let mut cors = Cors {
        node,
        enabled: None,
        allow_credentials: None,
        allow_origin: None,
        allow_headers: None,
        allow_methods: None,
        expose_headers: None,
        max_age: None,
        run_policies: None,
        allow_private_network: None,
    };
    for member in r.members(object) {
        match key(member).as_ref() {
            "enabled" => cors.enabled = r.bool(member),
            "allowCredentials" => cors.allow_credentials = r.bool(member),
            "allowOrigin" => cors.allow_origin = r.texts(member),
            "allowHeaders" => cors.allow_headers = r.texts(member),
            "allowMethods" => cors.allow_methods = r.texts(member),
            "exposeHeaders" => cors.expose_headers = r.texts(member),
            "maxAge" => cors.max_age = r.integer(member),
            "runPolicies" => cors.run_policies = r.bool(member),
            "allowPrivateNetwork" => cors.allow_private_network = r.bool(member),
            _ => r.unknown(member),
        }
    }
    Some(cors)
}

fn logging<'d>(r: &mut Reader<'d>, node: Node<'d>) -> Option<Logging<'d>> {
    let object = r.object(node)?;
    let mut logging = Logging { node: Some(node), ..Logging::default() };
    for member in r.members(object) {
        match key(member).as_ref() {
            "mode" => logging.mode = r.word(member, LOGGING_MODES, Case::Any),
            "content" => logging.content = r.word(member, LOGGING_CONTENTS, Case::Any),
            "scope" => logging.scope = r.word(member, LOGGING_SCOPES, Case::Any),
            "condition" => logging.condition = r.text(member),
            _ => r.unknown(member),
        }
    }
    Some(logging)
}
