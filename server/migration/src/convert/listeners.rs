//! Virtual hosts, CORS and path mappings: the HTTP listener. Logging and failover beside it.

use std::borrow::Cow;

use v4ward_syntax::Node;

use super::{Converter, distinct_texts, texts};
use crate::origins;
use crate::v2::{Cors, Failover, Field, Logging, Text, Texts, VirtualHost};
use crate::v4::{Object, Value};

/// V4 refuses a shorter time, in milliseconds (FORMATS §2.1, failover).
const MIN_SLOW_CALL: i64 = 50;

impl<'d> Converter<'_, 'd> {
    pub(super) fn listeners(&mut self) -> Value<'d> {
        let proxy = &self.api.proxy;
        let mut listener = Object::default();
        listener.set("type", Value::added("HTTP"));
        for host in proxy.virtual_hosts.iter().filter_map(|host| host.host.as_ref()).filter(|host| host.is_blank()) {
            self.notes.implied.push(host.node.id());
        }
        let paths = proxy.virtual_hosts.iter().map(|host| path(host).into()).collect();
        listener.set("paths", Value::Array(paths, proxy.virtual_hosts_node.map(Node::id)));
        listener.set_some("pathMappings", self.api.path_mappings.as_ref().map(texts));
        listener.set_some("cors", proxy.cors.as_ref().map(|cors| Value::Object(self.cors(cors))));
        let mut entrypoint = Object::default();
        entrypoint.set("type", Value::added("http-proxy"));
        entrypoint.set("qos", Value::added("AUTO"));
        entrypoint.set("configuration", Object::default().into());
        listener.set("entrypoints", Value::Array(vec![entrypoint.into()], None));
        listener.set_some("servers", proxy.servers.as_ref().map(texts));
        self.note_proxy();
        Value::Array(vec![listener.into()], None)
    }

    fn cors(&mut self, v2: &Cors<'d>) -> Object<'d> {
        let mut cors = Object::of(v2.node);
        cors.set("enabled", Value::bool_or(v2.enabled.as_ref(), false));
        cors.set_some("allowOrigin", self.origins(v2).as_ref().map(distinct_texts));
        cors.set_some("allowMethods", v2.allow_methods.as_ref().map(distinct_texts));
        cors.set_some("allowHeaders", v2.allow_headers.as_ref().map(distinct_texts));
        cors.set_some("exposeHeaders", v2.expose_headers.as_ref().map(distinct_texts));
        cors.set_some("maxAge", v2.max_age.as_ref().map(Value::integer));
        cors.set_some("allowCredentials", v2.allow_credentials.as_ref().map(Value::bool));
        cors.set_some("runPolicies", v2.run_policies.as_ref().map(Value::bool));
        cors.set_some("allowPrivateNetwork", v2.allow_private_network.as_ref().map(Value::bool));
        cors
    }

    /// V2 reads nothing of CORS that is off. V4 looks at its origins all the same, so those that it would refuse go.
    fn origins(&mut self, v2: &Cors<'d>) -> Option<Texts<'d>> {
        let mut origins = v2.allow_origin.clone()?;
        if v2.enabled.as_ref().is_none_or(|enabled| !enabled.value) {
            let (refused, taken): (Vec<Text<'d>>, Vec<Text<'d>>) =
                origins.items.into_iter().partition(|origin| origins::is_refused(&origin.value));
            refused.iter().for_each(|origin| self.implied(origin.node));
            origins.items = taken;
        }
        Some(origins)
    }

    fn note_proxy(&mut self) {
        let proxy = &self.api.proxy;
        for member in &proxy.inert {
            let off = member.scalar() == "false";
            self.drop_unless(*member, off, "option-without-effect");
        }
        let overridden = [proxy.overridden_context_path, proxy.overridden_groups, proxy.overridden_discovery];
        for member in overridden.into_iter().flatten() {
            self.drop(member, "option-without-effect");
        }
    }

    /// `analytics`, with logging when V2 logs.
    pub(super) fn analytics(&mut self) -> Object<'d> {
        let mut analytics = Object::default();
        analytics.set("enabled", Value::added_bool(true));
        let Some(v2) = &self.api.proxy.logging else { return analytics };
        self.drop_some(v2.overridden, "option-without-effect");
        if !v2.is_off() {
            if let Some(blank) = v2.condition.as_ref().filter(|condition| condition.is_blank()) {
                self.implied(blank.node);
            }
            analytics.set("logging", logging(v2).into());
            return analytics;
        }
        if let Some(mode) = &v2.mode {
            self.implied(mode.node);
        }
        for word in [&v2.content, &v2.scope].into_iter().flatten() {
            self.drop_unless(word.node, word.value == "NONE", "option-without-effect");
        }
        if let Some(condition) = &v2.condition {
            self.drop_unless(condition.node, condition.is_blank(), "option-without-effect");
        }
        analytics
    }

    pub(super) fn failover(&mut self) -> Option<Value<'d>> {
        let v2 = self.api.proxy.failover.as_ref()?;
        for case in v2.cases.into_iter().flat_map(Node::subtree).filter(|node| node.is_leaf()) {
            // The one case that there is, and the default.
            let timeout = case.as_str().is_some_and(|case| case.eq_ignore_ascii_case("TIMEOUT"));
            self.drop_unless(case, timeout, "option-without-effect");
        }
        Some(failover(v2).into())
    }
}

fn path<'d>(host: &VirtualHost<'d>) -> Object<'d> {
    let mut path = Object::of(host.node);
    let name = host.host.as_ref().filter(|host| !host.is_blank());
    path.set_some("host", name.map(Value::text));
    path.set("path", listener_path(host));
    path.set_some("overrideAccess", host.override_entrypoint.as_ref().map(Value::bool));
    path
}

/// The path with one slash at its start, one at its end and none doubled: V4 adds the last one on save.
fn listener_path<'d>(host: &VirtualHost<'d>) -> Value<'d> {
    let Some(path) = &host.path else { return Value::added("/") };
    let mut normal = String::with_capacity(path.value.len() + 2);
    for part in path.value.trim().split('/').filter(|part| !part.is_empty()) {
        normal.push('/');
        normal.push_str(part);
    }
    normal.push('/');
    if normal == path.value { Value::text(path) } else { Value::converted(Cow::Owned(normal), path.node) }
}

fn logging<'d>(v2: &Logging<'d>) -> Object<'d> {
    let mut logging = Object { source: v2.node.map(Node::id), ..Object::default() };
    logging.set_some("condition", v2.condition.as_ref().filter(|condition| !condition.is_blank()).map(Value::text));
    let pair = |word: Option<&Field<'d, &'static str>>, names: [(&'static str, &'static str); 2]| {
        let mut out = Object::default();
        for (part, name) in names {
            out.set(name, flag(word, part));
        }
        out
    };
    // PROXY is a part of CLIENT_PROXY as a word, not as a substring: words are compared between underscores.
    logging.set("content", pair(v2.content.as_ref(), [("HEADERS", "headers"), ("PAYLOADS", "payload")]).into());
    logging.set("mode", pair(v2.mode.as_ref(), [("CLIENT", "entrypoint"), ("PROXY", "endpoint")]).into());
    logging.set("phase", pair(v2.scope.as_ref(), [("REQUEST", "request"), ("RESPONSE", "response")]).into());
    logging
}

/// Whether a word such as `CLIENT_PROXY` names this part.
fn flag<'d>(word: Option<&Field<'d, &'static str>>, part: &str) -> Value<'d> {
    match word {
        None => Value::added_bool(false),
        Some(word) => {
            let named = word.value.split('_').any(|named| named == part);
            Value::Scalar(crate::v4::Scalar::Bool(named), crate::v4::Origin::Converted(word.node.id()))
        }
    }
}

/// One breaker for the whole API, as V2 has it (MIGRATION D08).
fn failover<'d>(v2: &Failover<'d>) -> Object<'d> {
    let mut failover = Object::of(v2.node);
    failover.set("enabled", Value::added_bool(true));
    let retries = v2.max_attempts.as_ref().map(|attempts| at_least(attempts, 0));
    failover.set("maxRetries", retries.unwrap_or(Value::added_integer(1)));
    let slow = v2.retry_timeout.as_ref().map(|timeout| at_least(timeout, MIN_SLOW_CALL));
    failover.set("slowCallDuration", slow.unwrap_or(Value::added_integer(10_000)));
    failover.set("openStateDuration", Value::added_integer(10_000));
    failover.set("maxFailures", Value::added_integer(5));
    failover.set("perSubscription", Value::added_bool(false));
    failover
}

fn at_least<'d>(number: &Field<'d, i64>, minimum: i64) -> Value<'d> {
    if number.value >= minimum {
        return Value::integer(number);
    }
    Value::Scalar(crate::v4::Scalar::Integer(minimum), crate::v4::Origin::Converted(number.node.id()))
}
