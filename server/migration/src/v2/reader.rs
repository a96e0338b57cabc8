//! Scalars and lists the way the server's reader takes them.

use std::borrow::Cow;
use std::collections::HashSet;
use std::rc::Rc;

use v4ward_syntax::{Node, NodeId, NodeKind};

use super::cluster::Admission;
use super::defaults::Defaults;
use super::{Field, Header, Plain, Text, Texts, Word};

/// Something that the server's reader takes differently from what is written, or not at all.
#[derive(Debug)]
pub struct Problem<'d> {
    /// Where.
    pub node: Node<'d>,
    /// What.
    pub kind: ProblemKind<'d>,
    /// The server refuses the whole file for it, or the cluster the resource.
    pub refused: bool,
    /// It is the cluster that stumbles, not APIM's reader.
    pub cluster: bool,
}

/// Kinds of problems.
#[derive(Clone, Debug)]
pub enum ProblemKind<'d> {
    /// Another type of value is expected.
    WrongType(Expected),
    /// A word outside the list.
    UnknownWord {
        /// The words that are known.
        allowed: &'static [&'static str],
    },
    /// A member that must be there is not.
    Missing {
        /// Its key, with alternatives.
        key: &'static str,
    },
    /// A part that the server's reader skips: it is lost without a word there.
    Unreadable {
        /// What it is, such as `step`.
        part: &'static str,
        /// Why.
        reason: &'static str,
    },
    /// V2 takes it, V4 does not: what V4 wants there.
    RefusedByV4(&'static str),
    /// A name that another part has already.
    NameTaken {
        /// The part that has it.
        by: Node<'d>,
    },
}

/// What a place expects.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expected {
    /// A text.
    Text,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Bool,
    /// A list.
    List,
    /// An object.
    Object,
}

impl Expected {
    /// In words, with an article.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Integer => "a whole number",
            Self::Bool => "true or false",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

/// What is read of a member of pages, metadata and media, which lie beside the definition.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    Text,
    /// A text that V4 does not take empty.
    FilledText,
    Integer,
    Bool,
    Word(&'static [&'static str]),
    Date,
    /// An object of texts.
    Texts,
    List,
    /// A list of objects.
    Objects,
    Object,
}

/// How the words of a list are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Exact,
    Any,
}

pub(super) struct Reader<'d> {
    problems: Vec<Problem<'d>>,
    unknown: Vec<Node<'d>>,
    defaults: &'static Defaults,
    /// What the cluster has made of a custom resource before it is read.
    cluster: Option<Cluster<'d>>,
}

struct Cluster<'d> {
    problems: Vec<Problem<'d>>,
    pruned: Rc<HashSet<NodeId>>,
}

impl Default for Reader<'_> {
    fn default() -> Self {
        Self { problems: Vec::new(), unknown: Vec::new(), defaults: &Defaults::EXPORT, cluster: None }
    }
}

impl<'d> Reader<'d> {
    /// Reads on as APIM does after the cluster.
    pub(super) fn enter_resource(&mut self, admission: Admission<'d>) {
        let pruned = admission.pruned.iter().map(|member| member.id()).collect();
        admission.pruned.iter().for_each(|member| self.unknown(*member));
        self.defaults = &Defaults::RESOURCE;
        self.cluster = Some(Cluster { problems: admission.problems, pruned: Rc::new(pruned) });
    }

    /// What holds where nothing is said.
    pub(super) fn defaults(&self) -> &'static Defaults {
        self.defaults
    }

    /// True for a custom resource.
    pub(super) fn is_resource(&self) -> bool {
        self.cluster.is_some()
    }

    /// The members of an object without those that the cluster takes out.
    pub(super) fn members(&self, object: Node<'d>) -> impl Iterator<Item = Node<'d>> + use<'d> {
        let pruned =
            self.cluster.as_ref().map(|cluster| Rc::clone(&cluster.pruned)).filter(|pruned| !pruned.is_empty());
        object.values().filter(move |member| pruned.as_ref().is_none_or(|pruned| !pruned.contains(&member.id())))
    }

    /// Where the cluster stumbles, APIM's reader never gets.
    pub(super) fn finish(self) -> (Vec<Problem<'d>>, Vec<Node<'d>>) {
        let Some(cluster) = self.cluster else { return (self.problems, self.unknown) };
        let mut problems = cluster.problems;
        let known: HashSet<_> = problems.iter().map(told_at).collect();
        problems.extend(self.problems.into_iter().filter(|problem| !known.contains(&told_at(problem))));
        (problems, self.unknown)
    }

    /// The server stumbles over this; `refused` when it then refuses the file.
    pub(super) fn problem(&mut self, node: Node<'d>, kind: ProblemKind<'d>, refused: bool) {
        self.problems.push(Problem { node, kind, refused, cluster: false });
    }

    /// How far the list of problems and that of unknown members have come.
    pub(super) fn stumbles(&self) -> (usize, usize) {
        (self.problems.len(), self.unknown.len())
    }

    /// Takes back the odd values since then: where a strict reader reads, they are one problem of the whole part. Gives
    /// their places and those of unknown members, which stay in the list of these.
    pub(super) fn take_since(&mut self, (problems, unknown): (usize, usize)) -> Vec<Node<'d>> {
        let is_odd = |p: &Problem<'_>| matches!(p.kind, ProblemKind::WrongType(_) | ProblemKind::UnknownWord { .. });
        let (odd, kept): (Vec<_>, Vec<_>) = self.problems.split_off(problems).into_iter().partition(is_odd);
        self.problems.extend(kept);
        odd.into_iter().map(|problem| problem.node).chain(self.unknown[unknown..].iter().copied()).collect()
    }

    pub(super) fn missing(&mut self, object: Node<'d>, key: &'static str) {
        self.problem(object, ProblemKind::Missing { key }, true);
    }

    pub(super) fn unreadable(&mut self, node: Node<'d>, part: &'static str, reason: &'static str) {
        self.problem(node, ProblemKind::Unreadable { part, reason }, false);
    }

    pub(super) fn unknown(&mut self, member: Node<'d>) {
        if !member.is_null() {
            self.unknown.push(member);
        }
    }

    /// How many problems there are so far, for [`Reader::pardon`].
    pub(super) fn mark(&self) -> usize {
        self.problems.len()
    }

    /// What was found since the mark stands where the server does not read.
    pub(super) fn pardon(&mut self, mark: usize) {
        for problem in &mut self.problems[mark..] {
            problem.refused = false;
        }
    }

    fn wrong_type<T>(&mut self, node: Node<'d>, expected: Expected) -> Option<T> {
        // An invalid node has a syntax error already.
        if node.kind() != NodeKind::Invalid {
            self.problem(node, ProblemKind::WrongType(expected), false);
        }
        None
    }

    /// Scalars of any kind are taken as text.
    pub(super) fn text(&mut self, node: Node<'d>) -> Option<Text<'d>> {
        let value = match node.kind() {
            NodeKind::Null => return None,
            NodeKind::String => node.as_str()?,
            NodeKind::Number | NodeKind::Bool => node.scalar(),
            _ => return self.wrong_type(node, Expected::Text),
        };
        Some(Field { value, node })
    }

    /// `true`, `false`, the same as text, or a number other than 0.
    pub(super) fn bool(&mut self, node: Node<'d>) -> Option<Field<'d, bool>> {
        let value = match node.kind() {
            NodeKind::Null => return None,
            NodeKind::Bool => node.scalar() == "true",
            NodeKind::Number => node.scalar().bytes().any(|b| (b'1'..=b'9').contains(&b)),
            NodeKind::String => match node.as_str()?.trim() {
                "true" => true,
                "false" => false,
                _ => return self.wrong_type(node, Expected::Bool),
            },
            _ => return self.wrong_type(node, Expected::Bool),
        };
        Some(Field { value, node })
    }

    /// A number, or the same as text; a fraction is cut off.
    pub(super) fn integer(&mut self, node: Node<'d>) -> Option<Field<'d, i64>> {
        let value = match node.kind() {
            NodeKind::Null => return None,
            NodeKind::Number => whole(&node.scalar()),
            NodeKind::String => whole(node.as_str()?.trim()),
            _ => None,
        };
        match value {
            Some(value) => Some(Field { value, node }),
            None => self.wrong_type(node, Expected::Integer),
        }
    }

    /// A word of a list; another word is a problem for which the server refuses the file.
    pub(super) fn word(&mut self, node: Node<'d>, allowed: &'static [&'static str], case: Case) -> Option<Word<'d>> {
        let text = self.text(node)?;
        let known = allowed.iter().find(|word| match case {
            Case::Exact => **word == text.value,
            Case::Any => word.eq_ignore_ascii_case(&text.value),
        });
        match known {
            Some(word) => Some(Field { value: *word, node }),
            None => {
                self.problem(node, ProblemKind::UnknownWord { allowed }, true);
                None
            }
        }
    }

    /// A word of a list; for another word the server takes the default.
    pub(super) fn word_or_default(&mut self, node: Node<'d>, allowed: &'static [&'static str]) -> Option<Word<'d>> {
        let text = self.text(node)?;
        let known = allowed.iter().find(|word| word.eq_ignore_ascii_case(&text.value));
        if known.is_none() {
            self.problem(node, ProblemKind::UnknownWord { allowed }, false);
        }
        known.map(|word| Field { value: *word, node })
    }

    /// An object, unless it is absent or null.
    pub(super) fn object(&mut self, node: Node<'d>) -> Option<Node<'d>> {
        match node.kind() {
            NodeKind::Null => None,
            NodeKind::Object => Some(node),
            _ => self.wrong_type(node, Expected::Object),
        }
    }

    /// An object of which the server needs a part: it refuses the file where something else stands.
    pub(super) fn needed_object(&mut self, node: Node<'d>) -> Option<Node<'d>> {
        let before = self.problems.len();
        let object = self.object(node);
        self.problems[before..].iter_mut().for_each(|problem| problem.refused = true);
        object
    }

    /// A list, unless it is absent or null.
    pub(super) fn list(&mut self, node: Node<'d>) -> Option<Node<'d>> {
        match node.kind() {
            NodeKind::Null => None,
            NodeKind::Array => Some(node),
            _ => self.wrong_type(node, Expected::List),
        }
    }

    /// A list of objects.
    pub(super) fn objects(&mut self, node: Node<'d>) -> Option<Node<'d>> {
        let list = self.list(node)?;
        for item in list.values() {
            self.object(item);
        }
        Some(list)
    }

    /// The texts of a list; of an object its values, which the server takes as well.
    pub(super) fn texts(&mut self, node: Node<'d>) -> Option<Texts<'d>> {
        if node.is_null() {
            return None;
        }
        if !node.is_container() {
            return self.wrong_type(node, Expected::List);
        }
        let items = node.values().filter_map(|item| self.text(item)).collect();
        Some(Texts { node, items })
    }

    /// A member as its shape asks for.
    pub(super) fn plain(&mut self, member: Node<'d>, shape: Shape) -> Option<Plain<'d>> {
        match shape {
            Shape::Text => self.text(member).map(Plain::Text),
            Shape::FilledText => self.filled(member).map(Plain::Text),
            Shape::Integer => self.integer(member).map(Plain::Integer),
            Shape::Bool => self.bool(member).map(Plain::Bool),
            Shape::Word(words) => self.word_or_default(member, words).map(Plain::Word),
            Shape::Date => self.text(member).map(|_| Plain::Node(member)),
            Shape::Texts => self.text_map(member).map(Plain::Node),
            Shape::List => self.list(member).map(Plain::Node),
            Shape::Objects => self.objects(member).map(Plain::Node),
            Shape::Object => self.object(member).map(Plain::Node),
        }
    }

    /// An object of texts.
    pub(super) fn text_map(&mut self, node: Node<'d>) -> Option<Node<'d>> {
        let object = self.object(node)?;
        for value in self.members(object) {
            self.text(value);
        }
        Some(object)
    }

    /// A text that V4 refuses when it is empty.
    pub(super) fn filled(&mut self, node: Node<'d>) -> Option<Text<'d>> {
        let text = self.text(node)?;
        if text.value.is_empty() {
            self.problem(node, ProblemKind::RefusedByV4("a text that is not empty"), false);
        }
        Some(text)
    }

    /// A number that V4 refuses when it is below zero.
    pub(super) fn not_negative(&mut self, node: Node<'d>) -> Option<Field<'d, i64>> {
        let number = self.integer(node)?;
        if number.value < 0 {
            self.problem(node, ProblemKind::RefusedByV4("a number of 0 or more"), false);
        }
        Some(number)
    }

    /// Headers as a list of `{name, value}` or as a map.
    pub(super) fn headers(&mut self, node: Node<'d>) -> Vec<Header<'d>> {
        match node.kind() {
            NodeKind::Null => Vec::new(),
            NodeKind::Array => node.children().filter_map(|item| self.header(item)).collect(),
            NodeKind::Object => node.values().map(|member| self.header_of_map(member)).collect(),
            _ => {
                self.wrong_type::<()>(node, Expected::List);
                Vec::new()
            }
        }
    }

    fn header(&mut self, node: Node<'d>) -> Option<Header<'d>> {
        let object = self.object(node)?;
        let (mut name, mut value) = (None, None);
        for member in self.members(object) {
            match key(member).as_ref() {
                "name" => name = self.text(member),
                "value" => value = self.text(member),
                _ => self.unknown(member),
            }
        }
        if name.is_none() {
            self.problem(object, ProblemKind::Missing { key: "name" }, false);
        }
        Some(Header { node, name: name?, value })
    }

    fn header_of_map(&mut self, member: Node<'d>) -> Header<'d> {
        let name = Field { value: key(member), node: member };
        Header { node: member, name, value: self.text(member) }
    }
}

/// The key of a member; empty for what has none.
pub(super) fn key(member: Node<'_>) -> Cow<'_, str> {
    member.key().unwrap_or_default()
}

/// Where a problem is, so that it is told once.
fn told_at(problem: &Problem<'_>) -> (NodeId, Option<&'static str>) {
    let key = match problem.kind {
        ProblemKind::Missing { key } => Some(key),
        _ => None,
    };
    (problem.node.id(), key)
}

/// The whole number that a text is.
pub(crate) fn whole(text: &str) -> Option<i64> {
    if let Ok(value) = text.parse() {
        return Some(value);
    }
    let value: f64 = text.parse().ok()?;
    // The fraction is cut off, as the server does; what does not fit is no whole number.
    (value.is_finite() && value.abs() < 9.0e15).then_some(value as i64)
}
