//! The nearest known word to one that is not known.

/// The nearest of some words, when it is near enough to be meant.
#[must_use]
pub fn nearest<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let word = word.to_ascii_lowercase();
    let near = known
        .map(|candidate| (distance(&word, &candidate.to_ascii_lowercase()), candidate))
        .min_by_key(|(distance, _)| *distance)?;
    (near.0 <= (word.chars().count() / 3).max(1)).then_some(near.1)
}

/// `; did you mean "…"?`, or nothing.
#[must_use]
pub fn did_you_mean<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> String {
    nearest(word, known).map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default()
}

/// How many letters must be added, removed, changed or swapped with the next one.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(100).collect(), b.chars().take(100).collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut next = vec![i + 1];
        for j in 0..b.len() {
            let mut best = (row[j] + usize::from(a[i] != b[j])).min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                best = best.min(before[j - 1] + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let known = || ["target-version", "custom-policies", "ids"].into_iter();
        assert_eq!(nearest("target-versoin", known()), Some("target-version"));
        assert_eq!(nearest("custom_policy", known()), Some("custom-policies"));
        assert_eq!(nearest("id", known()), Some("ids"));
        assert_eq!(nearest("colour", known()), None);
    }
}
