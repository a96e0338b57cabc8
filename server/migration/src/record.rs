//! Where each leaf went.

/// Where each leaf of the V2 definition went.
#[derive(Clone, Debug, Default)]
pub struct Record {
    dropped: Vec<(String, String)>,
}

/// How many leaves of the V2 definition had which outcome.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RecordSummary {
    /// Written as they were.
    pub carried: usize,
    /// Written in another form.
    pub converted: usize,
    /// Not written.
    pub dropped: usize,
}

impl Record {
    /// How many leaves had which outcome.
    #[must_use]
    pub fn summary(&self) -> RecordSummary {
        RecordSummary { dropped: self.dropped.len(), ..RecordSummary::default() }
    }

    /// What was dropped: the V2 pointer and the rule or the reason.
    pub fn dropped(&self) -> impl Iterator<Item = (&str, &str)> {
        self.dropped.iter().map(|(pointer, reason)| (pointer.as_str(), reason.as_str()))
    }
}
