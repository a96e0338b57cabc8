//! What all parts of one definition share.

use crate::rng::Rng;
use crate::words::{self, SENTENCES, SUBJECTS, Subject, TAGS};

/// The definition that is being made.
pub(crate) struct Context {
    pub(crate) rng: Rng,
    pub(crate) subject: &'static Subject,
    pub(crate) index: u64,
    /// Sharding tags of the API. Those of its plans must be among them, V4 refuses others.
    pub(crate) tags: Vec<&'static str>,
    /// How much room there is: the chance, in percent, that an optional part of a part is written.
    pub(crate) detail: usize,
    /// Whether the API has a cache and an identity resource, which steps and plans may then use.
    pub(crate) resources: bool,
    counter: usize,
}

impl Context {
    pub(crate) fn new(seed: u64, index: u64, target_bytes: usize) -> Self {
        let mut rng = Rng::new(seed, index);
        let subject = &SUBJECTS[rng.below(SUBJECTS.len())];
        let count = rng.below(3);
        let tags = rng.sample(TAGS, count);
        let resources = target_bytes >= 6_000;
        let detail = if resources { (target_bytes / 300).min(60) } else { 3 };
        Self { rng, subject, index, tags, detail, resources, counter: 0 }
    }

    /// Whether an optional detail is written.
    pub(crate) fn maybe(&mut self) -> bool {
        self.rng.chance(self.detail)
    }

    /// A number that no other call for this definition gets: for names that must be unique.
    pub(crate) fn unique(&mut self) -> usize {
        self.counter += 1;
        self.counter
    }

    /// A name of the body fields of the subject.
    pub(crate) fn field(&mut self) -> &'static str {
        self.rng.pick(self.subject.fields)
    }

    /// A sentence about the subject.
    pub(crate) fn sentence(&mut self) -> String {
        self.rng.pick(SENTENCES).replace("{}", self.subject.many)
    }

    /// A few sentences about the subject.
    pub(crate) fn sentences(&mut self, low: i64, high: i64) -> String {
        let count = self.rng.between(low, high);
        let texts: Vec<String> = (0..count).map(|_| self.sentence()).collect();
        texts.join(" ")
    }

    /// The address of a machine of ours; the ending is reserved, so it never exists.
    pub(crate) fn host(&mut self) -> String {
        let zone = self.rng.pick(&["north", "south", "blue", "green"]);
        format!("{}-{}.{zone}.example", self.subject.many, self.rng.between(1, 9))
    }

    /// A moment of the year 2024 or 2025 in milliseconds.
    pub(crate) fn moment(&mut self) -> i64 {
        self.rng.between(1_704_067_200, 1_767_139_200) * 1_000
    }

    /// The name of the path parameter of the subject: always the same, since V4 refuses two names at one place.
    pub(crate) fn parameter(&self) -> String {
        format!(":{}Id", self.subject.one)
    }

    /// The name of the cache resource.
    pub(crate) fn cache_name(&self) -> String {
        format!("{}-cache", self.subject.many)
    }

    /// The name of the identity resource.
    pub(crate) fn identity_name(&self) -> String {
        format!("{}-identity", self.subject.many)
    }

    /// The name of the team that owns the API.
    pub(crate) fn team(&mut self) -> &'static str {
        self.rng.pick(words::TEAMS)
    }
}
