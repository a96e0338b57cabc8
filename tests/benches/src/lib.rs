//! A seeded generator of V2 API definitions: export files in JSON, and custom resources in YAML.
//!
//! It feeds the benchmarks, the throughput measurement and the kill test. The same seed, index and profile always give
//! the same text: the generator of numbers (SplitMix64) and the writers of JSON and YAML are our own and small, and nothing
//! depends on time, machine or the order of a hash table.
//!
//! ```
//! use v4ward_benches::{Profile, definition};
//!
//! let text = definition(1, 1, &Profile::clean());
//! assert_eq!(text, definition(1, 1, &Profile::clean()));
//! assert!(text.ends_with("}\n"));
//! ```

mod context;
mod json;
mod legacy;
mod parts;
mod policies;
mod problems;
mod proxy;
mod resource;
pub mod rng;
mod words;
mod yaml;

use context::Context;
use json::{Value, array};

/// What the definitions are like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The size of a text that is aimed at. Below about 3,000 a definition has only what it must have.
    pub target_bytes: usize,
    /// Whether the fields are spelled as in older versions, with scalars as texts.
    pub legacy_spellings: bool,
    /// Whether most definitions have something that keeps them from moving, or that a person must look at.
    pub blockers: bool,
}

impl Profile {
    /// The size of a definition as teams have it.
    const USUAL_BYTES: usize = 12_000;

    /// Fully migratable definitions with everything that a real export has.
    pub fn clean() -> Self {
        Self { target_bytes: Self::USUAL_BYTES, legacy_spellings: false, blockers: false }
    }

    /// Definitions most of which have one to three problems.
    pub fn mixed() -> Self {
        Self { blockers: true, ..Self::clean() }
    }

    /// Definitions in the spellings of older versions.
    pub fn legacy() -> Self {
        Self { legacy_spellings: true, ..Self::clean() }
    }

    /// The profile with another size.
    pub fn with_bytes(self, target_bytes: usize) -> Self {
        Self { target_bytes, ..self }
    }

    /// The profile with this name: `clean`, `mixed` or `legacy`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "clean" => Some(Self::clean()),
            "mixed" => Some(Self::mixed()),
            "legacy" => Some(Self::legacy()),
            _ => None,
        }
    }
}

/// The order of the members in a file.
const ORDER: &[&str] = &[
    "id",
    "crossId",
    "name",
    "version",
    "execution_mode",
    "description",
    "visibility",
    "lifecycle_state",
    "state",
    "disable_membership_notifications",
    "definition_context",
    "flows",
    "gravitee",
    "flow_mode",
    "resources",
    "properties",
    "tags",
    "labels",
    "categories",
    "views",
    "groups",
    "picture",
    "picture_url",
    "background",
    "background_url",
    "proxy",
    "services",
    "path_mappings",
    "paths",
    "response_templates",
    "primaryOwner",
    "members",
    "pages",
    "apiMedia",
    "plans",
    "metadata",
];

/// The definition with this number, as text: two spaces per level, line feeds, a line feed at the end.
pub fn definition(seed: u64, index: u64, profile: &Profile) -> String {
    let mut text = root(seed, index, profile).pretty();
    text.push('\n');
    text
}

/// A definition as the custom resource `ApiDefinition` in YAML, with `target_bytes` as the size of that text.
///
/// It is made of the same parts as [`definition`] with the same number, but as YAML takes less room there are more of them.
pub fn resource(seed: u64, index: u64, profile: &Profile) -> String {
    let text = |profile: &Profile| yaml::text(&resource::of(root(seed, index, profile), index));
    let length = text(profile).len().max(1);
    text(&profile.with_bytes(profile.target_bytes * profile.target_bytes / length))
}

fn root(seed: u64, index: u64, profile: &Profile) -> Value {
    let mut ctx = Context::new(seed, index, profile.target_bytes);
    let mut root = required_parts(&mut ctx);
    // Flows are the heart of a definition: the rest of the room is kept for them.
    add_optional_parts(&mut ctx, &mut root, profile.target_bytes * 7 / 10);
    fill(&mut ctx, &mut root, profile.target_bytes);
    if profile.blockers {
        problems::add(&mut ctx, &mut root);
    }
    if profile.legacy_spellings {
        legacy::rewrite(&mut ctx.rng, &mut root);
    }
    sort(&mut root);
    root
}

/// What every definition has.
fn required_parts(ctx: &mut Context) -> Value {
    let mut root = parts::identity(ctx);
    root.set("proxy", proxy::proxy(ctx));
    root.set("flows", array![parts::flow(ctx, 1)]);
    root.set("plans", parts::plans(ctx));
    if ctx.resources {
        // Steps, plans and targets refer to them, so these two come with every definition that has room.
        root.set("resources", parts::resources(ctx));
        root.set("properties", parts::properties(ctx));
    } else {
        root.set("resources", array![]);
        root.set("properties", array![]);
    }
    root
}

/// Adds optional parts in a random order, each when there is still room for it.
fn add_optional_parts(ctx: &mut Context, root: &mut Value, room: usize) {
    let mut parts = parts::OPTIONAL.to_vec();
    ctx.rng.shuffle(&mut parts);
    let mut size = root.pretty_len(0);
    for (key, make) in parts {
        let part = make(ctx);
        let added = part.pretty_len(1) + key.len() + 8;
        if size + added <= room {
            root.set(key, part);
            size += added;
        }
    }
    if root.get("pages").is_some() && ctx.rng.chance(30) {
        root.set("apiMedia", parts::media(ctx));
    }
}

/// Adds flows, steps and pages until the text has the size.
fn fill(ctx: &mut Context, root: &mut Value, target: usize) {
    let mut size = root.pretty_len(0);
    let mut misses = 0;
    while size < target && misses < 12 {
        let (key, item) = filler(ctx, root, target - size);
        let added = item.pretty_len(2) + 6;
        // A little too much is nearer to the aim than much too little.
        if size + added > target + target / 20 {
            misses += 1;
            continue;
        }
        if let Some(list) = root.get_mut(key) {
            list.push(item);
            size += added;
        }
    }
}

/// Something to add, and where: a page when there are pages and in one of five cases, else a flow.
fn filler(ctx: &mut Context, root: &Value, room: usize) -> (&'static str, Value) {
    if root.get("pages").is_some() && ctx.rng.chance(20) {
        return ("pages", parts::page(ctx));
    }
    let most = (room / 700).clamp(1, 4) as i64;
    let steps = ctx.rng.between(1, most) as usize;
    ("flows", parts::flow(ctx, steps))
}

/// Puts the members of the root in the order of a file; what is not in the list comes last.
fn sort(root: &mut Value) {
    if let Value::Object(members) = root {
        members.sort_by_key(|(key, _)| ORDER.iter().position(|known| known == key).unwrap_or(ORDER.len()));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeSet;

    use super::*;

    const COUNT: u64 = 200;

    fn read(index: u64, profile: &Profile) -> serde_json::Value {
        serde_json::from_str(&definition(42, index, profile)).unwrap()
    }

    fn profiles() -> [Profile; 3] {
        [Profile::clean(), Profile::mixed(), Profile::legacy()]
    }

    /// Every path of member names in a value, array positions left out.
    fn paths(value: &serde_json::Value, at: &str, into: &mut BTreeSet<String>) {
        match value {
            serde_json::Value::Object(members) => {
                for (key, member) in members {
                    let path = format!("{at}/{key}");
                    paths(member, &path, into);
                    into.insert(path);
                }
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| paths(item, at, into)),
            _ => {}
        }
    }

    fn all_paths(profile: &Profile) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for index in 1..=COUNT {
            paths(&read(index, profile), "", &mut found);
        }
        found
    }

    fn missing<'a>(found: &BTreeSet<String>, wanted: &[&'a str]) -> Vec<&'a str> {
        wanted.iter().copied().filter(|path| !found.contains(*path)).collect()
    }

    #[test]
    fn same_input_same_text() {
        for profile in profiles() {
            for index in 1..=20 {
                assert_eq!(definition(7, index, &profile), definition(7, index, &profile));
            }
            assert_ne!(definition(7, 1, &profile), definition(7, 2, &profile));
            assert_ne!(definition(7, 1, &profile), definition(8, 1, &profile));
        }
    }

    #[test]
    fn the_text_is_the_text_of_a_known_version() {
        // A change here changes what all earlier measurements mean: raise the number in their report as well.
        let mut sum: u64 = 0;
        for profile in profiles() {
            for byte in definition(1, 1, &profile).bytes() {
                sum = sum.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte);
            }
        }
        assert_eq!(sum, 8_766_934_914_844_953_181);
    }

    #[test]
    fn text_is_json_in_the_promised_form() {
        for profile in profiles() {
            for index in 1..=COUNT {
                let text = definition(42, index, &profile);
                assert!(text.starts_with("{\n  \"") && text.ends_with("\n}\n"));
                assert!(!text.contains('\r') && !text.contains('\t'));
                assert!(serde_json::from_str::<serde_json::Value>(&text).unwrap().is_object());
            }
        }
    }

    #[test]
    fn resources_are_of_the_size_and_the_same_each_time() {
        for (target, low, high) in [(10_000, 90, 115), (100_000, 93, 107)] {
            let profile = Profile::clean().with_bytes(target);
            let text = resource(1, 1, &profile);
            assert_eq!(text, resource(1, 1, &profile));
            assert!(text.starts_with("apiVersion: gravitee.io/v1alpha1\nkind: ApiDefinition\n"));
            let percent = text.len() * 100 / target;
            assert!((low..=high).contains(&percent), "{target}: {percent} %");
        }
    }

    #[test]
    fn size_is_near_the_target() {
        for (target, low, high) in [(3_000, 80, 220), (12_000, 90, 150), (60_000, 95, 110)] {
            let mut total = 0;
            for index in 1..=COUNT {
                let size = definition(3, index, &Profile::clean().with_bytes(target)).len();
                assert!(size * 100 >= target * low && size * 100 <= target * high, "{index}: {size} for {target}");
                total += size;
            }
            let mean = total / COUNT as usize;
            assert!(mean * 100 >= target * 95 && mean * 100 <= target * 115, "mean {mean} for {target}");
        }
    }

    #[test]
    fn clean_definitions_have_every_field_of_an_export() {
        let found = all_paths(&Profile::clean());
        let root = [
            "/id",
            "/crossId",
            "/name",
            "/version",
            "/gravitee",
            "/execution_mode",
            "/flow_mode",
            "/description",
            "/visibility",
            "/tags",
            "/labels",
            "/categories",
            "/groups",
            "/picture",
            "/disable_membership_notifications",
            "/primaryOwner",
            "/members",
            "/proxy",
            "/services",
            "/resources",
            "/properties",
            "/flows",
            "/plans",
            "/path_mappings",
            "/response_templates",
            "/pages",
            "/apiMedia",
            "/metadata",
        ];
        assert_eq!(missing(&found, &root), Vec::<&str>::new());
        let deeper = [
            "/proxy/virtual_hosts/host",
            "/proxy/virtual_hosts/override_entrypoint",
            "/proxy/servers",
            "/proxy/strip_context_path",
            "/proxy/preserve_host",
            "/proxy/failover/cases",
            "/proxy/cors/runPolicies",
            "/proxy/cors/allowPrivateNetwork",
            "/proxy/logging/condition",
            "/proxy/groups/load_balancing/type",
            "/proxy/groups/http/clearTextUpgrade",
            "/proxy/groups/http/propagateClientAcceptEncoding",
            "/proxy/groups/http/maxHeaderSize",
            "/proxy/groups/ssl/trustStore/path",
            "/proxy/groups/ssl/keyStore/type",
            "/proxy/groups/proxy/username",
            "/proxy/groups/headers/name",
            "/proxy/groups/endpoints/tenants",
            "/proxy/groups/endpoints/http",
            "/proxy/groups/endpoints/ssl",
            "/proxy/groups/endpoints/proxy",
            "/proxy/groups/endpoints/headers",
            "/proxy/groups/endpoints/healthcheck/steps/request/fromRoot",
            "/proxy/groups/endpoints/healthcheck/inherit",
            "/services/health-check/steps/request/body",
            "/services/health-check/steps/response/assertions",
            "/services/dynamic-property/configuration/body",
            "/services/dynamic-property/configuration/useSystemProxy",
            "/flows/id",
            "/flows/condition",
            "/flows/consumers/consumerId",
            "/flows/path-operator/operator",
            "/flows/methods",
            "/flows/pre/description",
            "/flows/pre/condition",
            "/flows/post/configuration",
            "/plans/securityDefinition",
            "/plans/selection_rule",
            "/plans/tags",
            "/plans/characteristics",
            "/plans/excluded_groups",
            "/plans/comment_message",
            "/plans/published_at",
            "/plans/flows/pre/policy",
            "/pages/content",
            "/pages/source/type",
            "/pages/configuration",
            "/pages/parentId",
            "/pages/metadata",
            "/response_templates/DEFAULT",
            "/metadata/defaultValue",
            "/apiMedia/data",
        ];
        assert_eq!(missing(&found, &deeper), Vec::<&str>::new());
    }

    #[test]
    fn other_profiles_add_the_rest() {
        let mixed = [
            "/state",
            "/lifecycle_state",
            "/definition_context",
            "/pages/accessControls/referenceId",
            "/pages/attached_media/mediaHash",
            "/proxy/groups/services/discovery",
            "/properties/encryptable",
            "/x-owner-note",
        ];
        assert_eq!(missing(&all_paths(&Profile::mixed()), &mixed), Vec::<&str>::new());
        let legacy = [
            "/views",
            "/paths",
            "/picture_url",
            "/background",
            "/background_url",
            "/properties/region",
            "/members/username",
            "/proxy/context_path",
            "/proxy/endpoints/target",
            "/proxy/hostHeader",
            "/proxy/headers",
            "/proxy/loggingMode",
            "/proxy/endpoints/tenant",
            "/proxy/endpoints/ssl/pem",
            "/services/health-check/trigger/rate",
            "/services/health-check/interval",
            "/services/health-check/request/uri",
            "/services/health-check/expectation/assertions",
            "/services/discovery/enabled",
        ];
        assert_eq!(missing(&all_paths(&Profile::legacy()), &legacy), Vec::<&str>::new());
    }

    #[test]
    fn every_kind_of_policy_and_plan_occurs() {
        let mut policies = BTreeSet::new();
        let mut kinds = BTreeSet::new();
        for index in 1..=COUNT {
            let root = read(index, &Profile::clean());
            for flow in root["flows"].as_array().unwrap() {
                for side in ["pre", "post"] {
                    for step in flow[side].as_array().unwrap() {
                        policies.insert(step["policy"].as_str().unwrap().to_owned());
                    }
                }
            }
            for plan in root["plans"].as_array().unwrap() {
                kinds.insert(plan["security"].as_str().unwrap().to_owned());
            }
        }
        assert_eq!(policies.len(), 22, "{policies:?}");
        assert_eq!(kinds.len(), 4);
    }

    #[test]
    fn clean_definitions_have_nothing_to_fix() {
        for index in 1..=COUNT {
            let root = read(index, &Profile::clean());
            assert_eq!(root["execution_mode"], "v4-emulation-engine");
            let text = root.to_string();
            assert!(!text.contains("acme-") && !text.contains("html-json") && !text.contains("\"v3\""));
            for group in root["proxy"]["groups"].as_array().unwrap() {
                for endpoint in group["endpoints"].as_array().unwrap() {
                    assert!(endpoint["inherit"].is_boolean());
                }
            }
        }
    }
}
