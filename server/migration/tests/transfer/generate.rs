//! V2 definitions made of the schema of exports: each property that it has, with values that V4 can have too.

use std::collections::BTreeSet;

use serde_json::Value;
use v4ward_benches::rng::Rng;

use crate::common::as_resource::Tree;

/// The schema that definitions are made of.
pub(crate) struct Schema(Value);

/// How often a definition of the schema may stand inside itself, as translations of pages do.
const NESTED: usize = 2;

/// Old spellings, and what wins over them where both stand.
const OVERRIDDEN: &[(&str, &str)] = &[
    ("context_path", "virtual_hosts"),
    ("endpoints", "groups"),
    ("loggingMode", "logging"),
    ("views", "categories"),
    ("request", "steps"),
    ("expectation", "steps"),
    ("interval", "schedule"),
    ("unit", "schedule"),
    ("trigger", "schedule"),
    ("uri", "path"),
    ("tenant", "tenants"),
    ("pem", "trustStore"),
    ("username", "sourceId"),
];

/// Properties that say something only beside another one.
const TOGETHER: &[(&str, &str)] = &[
    ("proxy/load_balancing", "proxy/endpoints/*/target"),
    ("proxy/http", "proxy/endpoints/*/target"),
    ("proxy/ssl", "proxy/endpoints/*/target"),
    ("proxy/proxy", "proxy/endpoints/*/target"),
    ("proxy/headers", "proxy/endpoints/*/target"),
    ("proxy/hostHeader", "proxy/endpoints/*/target"),
    ("proxy/services", "proxy/endpoints/*/target"),
];

/// What a resource needs: the ends of paths.
const ASKED_FOR: &[&str] = &[
    "version",
    "description",
    "proxy/virtual_hosts",
    "plans/*/name",
    "plans/*/security",
    "cors/enabled",
    "cors/allowCredentials",
    "cors/maxAge",
    "metadata/*/name",
    "metadata/*/format",
    "request/fromRoot",
    "members/*/source",
    "members/*/sourceId",
];

impl Schema {
    pub(crate) fn of_exports() -> Self {
        Self(serde_json::from_str(include_str!("../../../../schemas/v2-export.schema.json")).unwrap())
    }

    /// The paths of all properties, with a `*` for any element or any key.
    pub(crate) fn paths(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        self.collect(&self.0, "", &mut Vec::new(), &mut found);
        found
    }

    fn collect<'s>(&'s self, place: &'s Value, path: &str, inside: &mut Vec<&'s str>, found: &mut BTreeSet<String>) {
        let depth = inside.len();
        if let Some(reference) = place["$ref"].as_str() {
            if inside.iter().filter(|outer| **outer == reference).count() < NESTED {
                inside.push(reference);
                self.collect(self.target(reference), path, inside, found);
                inside.truncate(depth);
            }
            return;
        }
        for alternative in place["anyOf"].as_array().into_iter().flatten() {
            self.collect(alternative, path, inside, found);
        }
        for (name, member) in place["properties"].as_object().into_iter().flatten() {
            let path = join(path, name);
            self.collect(member, &path, inside, found);
            found.insert(path);
        }
        for key in ["items", "additionalProperties"] {
            if place[key].is_object() {
                self.collect(&place[key], &join(path, "*"), inside, found);
            }
        }
    }

    fn target(&self, reference: &str) -> &Value {
        self.0.pointer(reference.trim_start_matches('#')).unwrap()
    }

    /// What a path of a definition is in the schema: the path of the property, and the words that it may have. A path
    /// that goes into the settings of a plugin ends there.
    pub(crate) fn pattern(&self, pointer: &str) -> (String, Vec<String>) {
        let (mut places, mut path) = (vec![&self.0], String::new());
        for segment in pointer.split('/').skip(1) {
            places = self.open(places);
            let member = places.iter().find_map(|place| place["properties"].get(segment));
            let inner = |key: &str| places.iter().map(|place| &place[key]).find(|inner| inner.is_object());
            let (name, place) = match member {
                Some(member) => (segment, member),
                None => match inner("items").or_else(|| inner("additionalProperties")) {
                    Some(place) => ("*", place),
                    None => break,
                },
            };
            path = join(&path, name);
            places = vec![place];
        }
        let words = self.open(places).into_iter().filter_map(|place| place["enum"].as_array()).flatten();
        (path, words.filter_map(Value::as_str).map(str::to_owned).collect())
    }

    /// Places behind references and alternatives.
    fn open<'s>(&'s self, places: Vec<&'s Value>) -> Vec<&'s Value> {
        let opened = places.into_iter().flat_map(|place| match (place["$ref"].as_str(), place["anyOf"].as_array()) {
            (Some(reference), _) => self.open(vec![self.target(reference)]),
            (None, Some(alternatives)) => self.open(alternatives.iter().collect()),
            (None, None) => vec![place],
        });
        opened.collect()
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") }
}

/// A definition that has at least the properties of these paths.
pub(crate) fn definition(schema: &Schema, seed: u64, wanted: &[&str], for_cluster: bool) -> Tree {
    let also = TOGETHER.iter().filter(|(path, _)| wanted.iter().any(|wanted| is_at_or_below(wanted, path)));
    let wanted: Vec<&str> = wanted.iter().copied().chain(also.map(|(_, other)| *other)).collect();
    let mut rng = Rng::new(seed, 0);
    let density = rng.pick(&[10, 20, 35]);
    let mut generator = Generator { schema, rng, wanted, density, for_cluster, names: 0, inside: Vec::new() };
    let mut tree = generator.value(&schema.0, "");
    generator.refer_to_pages(&mut tree);
    tree
}

fn is_at_or_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

struct Generator<'s> {
    schema: &'s Schema,
    rng: Rng,
    wanted: Vec<&'s str>,
    /// In how many of a hundred cases a property is there.
    density: usize,
    /// With what the resource definition asks for, in its types.
    for_cluster: bool,
    /// How many texts there are so far: no two are the same.
    names: usize,
    /// The definitions of the schema around.
    inside: Vec<&'s str>,
}

impl<'s> Generator<'s> {
    fn value(&mut self, place: &'s Value, path: &str) -> Tree {
        if let Some(reference) = place["$ref"].as_str() {
            self.inside.push(reference);
            let value = self.value(self.schema.target(reference), path);
            self.inside.pop();
            return value;
        }
        if let Some(alternatives) = place["anyOf"].as_array() {
            // The first one is the one with properties of its own, which may be wanted.
            let first = self.is_wanted_below(path) || self.rng.chance(60);
            let one = if first { 0 } else { self.rng.below(alternatives.len()) };
            return self.value(&alternatives[one], path);
        }
        if let Some(words) = place["enum"].as_array() {
            return self.word(words);
        }
        match place["type"].as_str() {
            Some("object") if place["properties"].is_object() && !path.ends_with("paths") => self.object(place, path),
            Some("object") if place["additionalProperties"].is_object() => self.map(place, path),
            Some("array") => {
                let least = usize::from(self.is_wanted_below(path));
                // V4 has one step and one assertion.
                let most = if ["/steps", "/assertions"].iter().any(|end| path.ends_with(end)) { 2 } else { 3 };
                let most = if self.rng.chance(10) { 3 } else { most };
                let count = self.rng.below(most).max(least);
                Tree::List((0..count).map(|_| self.value(&place["items"], &join(path, "*"))).collect())
            }
            Some("string") => Tree::Text(self.text(place, path)),
            Some("integer") => self.integer(path),
            Some("boolean") => self.flag(),
            // A date is a number or a text.
            None if place["type"].is_array() => self.date(),
            _ => self.open_settings(),
        }
    }

    fn is_wanted(&self, path: &str) -> bool {
        self.wanted.iter().any(|wanted| is_at_or_below(wanted, path))
    }

    fn is_wanted_below(&self, path: &str) -> bool {
        self.wanted.iter().any(|wanted| wanted.len() > path.len() && is_at_or_below(wanted, path))
    }

    /// True for what the resource definition asks for.
    fn is_asked_for(&self, path: &str) -> bool {
        self.for_cluster && ASKED_FOR.iter().any(|end| path == *end || path.ends_with(&format!("/{end}")))
    }

    fn object(&mut self, place: &'s Value, path: &str) -> Tree {
        let mut members = Vec::new();
        for (name, member) in place["properties"].as_object().into_iter().flatten() {
            let at = join(path, name);
            let is_required = place["required"].as_array().into_iter().flatten().any(|required| required == name);
            let is_old = member.get("deprecated").is_some();
            let nested = member["items"]["$ref"].as_str().or_else(|| member["$ref"].as_str());
            let is_nested = nested.is_some_and(|nested| self.inside.contains(&nested));
            let chance = if is_old || is_nested { self.density / 5 } else { self.density };
            let too_deep = nested.is_some_and(|nested| self.inside.iter().filter(|o| **o == nested).count() >= NESTED);
            if is_required || self.is_wanted(&at) || is_usual(&at) || self.is_asked_for(&at) || self.rng.chance(chance)
            {
                let value = if too_deep { Tree::List(Vec::new()) } else { self.value(member, &at) };
                members.push((name.clone(), value));
            }
        }
        for (old, current) in OVERRIDDEN {
            let has_old = members.iter().any(|(name, _)| name == old);
            let current_path = join(path, current);
            if has_old && !self.is_wanted(&current_path) && !self.is_asked_for(&current_path) && self.rng.chance(60) {
                members.retain(|(name, _)| name != current);
            }
        }
        if self.rng.chance(30) {
            self.rng.shuffle(&mut members);
        }
        Tree::Object(members)
    }

    fn map(&mut self, place: &'s Value, path: &str) -> Tree {
        let count = 1 + self.rng.below(2);
        let keys: &[&str] = match path {
            "response_templates" => &["DEFAULT", "API_KEY_MISSING"],
            "response_templates/*" => &["*/*", "application/json"],
            _ => &["first", "X-Second"],
        };
        let members = keys.iter().take(count).map(|key| {
            let value = self.value(&place["additionalProperties"], &join(path, "*"));
            ((*key).to_owned(), value)
        });
        Tree::Object(members.collect())
    }

    /// Words of exports are in upper case; the server reads them in any.
    fn word(&mut self, words: &[Value]) -> Tree {
        let word = words[self.rng.below(words.len())].as_str().unwrap_or_default();
        Tree::Text(if !self.for_cluster && self.rng.chance(5) { word.to_lowercase() } else { word.to_owned() })
    }

    /// The server reads flags and numbers as texts too.
    fn flag(&mut self) -> Tree {
        let flag = self.rng.chance(60).to_string();
        if !self.for_cluster && self.rng.chance(4) { Tree::Text(flag) } else { Tree::Scalar(flag) }
    }

    fn integer(&mut self, path: &str) -> Tree {
        let number = if path.ends_with("Size") && self.rng.chance(50) { 8_192 } else { self.rng.between(51, 20_000) };
        if !self.for_cluster && self.rng.chance(4) {
            Tree::Text(number.to_string())
        } else {
            Tree::Scalar(number.to_string())
        }
    }

    fn date(&mut self) -> Tree {
        let day = self.rng.between(10, 28);
        if self.rng.chance(50) {
            Tree::Scalar(format!("16{day}000000000"))
        } else {
            Tree::Text(format!("2024-05-{day}T12:00:00Z"))
        }
    }

    /// Settings of a plugin that nobody else knows.
    fn open_settings(&mut self) -> Tree {
        let leaf = |text: String| Tree::Text(text);
        let inner = vec![
            ("count".to_owned(), Tree::Scalar(self.rng.between(1, 99).to_string())),
            ("share".to_owned(), Tree::Scalar("0.5".to_owned())),
            ("none".to_owned(), Tree::Scalar("null".to_owned())),
            ("list".to_owned(), Tree::List(vec![leaf(self.unique("item")), Tree::Object(Vec::new())])),
        ];
        let settings = vec![
            ("text".to_owned(), leaf(format!("{}\nof two lines", self.unique("text")))),
            ("flag".to_owned(), Tree::Scalar(self.rng.chance(50).to_string())),
            ("inner".to_owned(), Tree::Object(inner)),
        ];
        let count = 1 + self.rng.below(settings.len());
        let settings = Tree::Object(settings.into_iter().take(count).collect());
        if !self.for_cluster && self.rng.chance(10) { Tree::Text(settings.json()) } else { settings }
    }

    fn unique(&mut self, word: &str) -> String {
        self.names += 1;
        format!("{word} {}", self.names)
    }

    fn text(&mut self, place: &Value, path: &str) -> String {
        self.names += 1;
        let number = self.names;
        let examples: Vec<&str> =
            place["examples"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if !examples.is_empty() {
            // The one that is most of all in use comes first.
            return if self.rng.chance(60) { examples[0] } else { self.rng.pick(&examples) }.to_owned();
        }
        match path.rsplit('/').next().unwrap_or_default() {
            "id" | "crossId" | "parentId" | "general_conditions" | "environmentId" | "api" => self.rng.uuid(),
            "target" | "url" => format!("https://backend-{number}.example.com/base"),
            "context_path" => format!("/orders-{number}"),
            "path" if path.contains("virtual_hosts") && self.rng.chance(80) => format!("/orders-{number}/"),
            "path" | "uri" | "parentPath" => format!("/items-{number}"),
            "host" | "hostHeader" => format!("host-{number}.example.com"),
            "port" => (3_000 + number).to_string(),
            "schedule" => format!("*/{} * * * * *", self.rng.between(20, 59)),
            "picture" | "background" => format!("data:image/png;base64,{}AAA", number % 10),
            "specification" => format!("[{{\"operation\":\"shift\",\"spec\":{number}}}]"),
            "securityDefinition" => format!("{{\"number\":{number}}}"),
            "condition" | "selection_rule" => format!("{{#request.headers['X-{number}'] != null}}"),
            "configuration" => format!("{{\"useCase\":\"{number}\"}}"),
            _ if path.ends_with("assertions/*") => format!("#response.status == {}", 200 + number % 100),
            _ if path.ends_with("allowOrigin/*") => format!("https://page-{number}.example.com"),
            _ => format!("text {number}"),
        }
    }

    /// Plans, folders and links name pages that are there.
    fn refer_to_pages(&mut self, tree: &mut Tree) {
        let pages = tree.get_mut("pages").map(|pages| items(pages).to_vec()).unwrap_or_default();
        let ids: Vec<Tree> = pages.into_iter().filter_map(|mut page| page.get_mut("id").cloned()).collect();
        for (list, key) in [("plans", "general_conditions"), ("pages", "parentId"), ("pages", "content")] {
            for part in tree.get_mut(list).map(items).unwrap_or_default() {
                let is_link = part.get_mut("type") == Some(&mut Tree::Text("LINK".to_owned()));
                let id = ids.get(self.rng.below(ids.len()));
                let place = part.get_mut(key).filter(|_| key != "content" || is_link);
                if let (Some(place), Some(id), true) = (place, id, self.rng.chance(70)) {
                    *place = id.clone();
                }
            }
        }
    }
}

fn items(list: &mut Tree) -> &mut [Tree] {
    match list {
        Tree::List(items) => items,
        _ => &mut [],
    }
}

/// What nearly every definition has.
fn is_usual(path: &str) -> bool {
    let usual =
        ["gravitee", "proxy/virtual_hosts", "proxy/virtual_hosts/*/path", "proxy/groups", "proxy/groups/*/endpoints"];
    let ends = [
        "steps/*/request",
        "request/path",
        "/schedule",
        "/steps",
        "discovery/provider",
        "discovery/configuration",
        "dynamic-property/configuration",
    ];
    usual.contains(&path) || ends.iter().any(|end| path.ends_with(end))
}
