//! Origins of CORS as an import takes them.

use crate::rules::java_regex;

/// True for an entry of `allowOrigin` that the server refuses: neither `*`, `null` nor an origin, and no regular
/// expression (FORMATS §2.1, what the import checks).
pub(crate) fn is_refused(origin: &str) -> bool {
    !matches!(origin, "*" | "null") && !origin.contains("://") && java_regex::is_broken(origin)
}

#[cfg(test)]
mod tests {
    use super::is_refused;

    #[test]
    fn only_what_is_nothing_at_all_is_refused() {
        for taken in ["*", "null", "https://shop.example", ".*\\.shop\\.example", "shop.example", ""] {
            assert!(!is_refused(taken), "{taken}");
        }
        assert!(is_refused("*.shop.example"));
    }
}
