//! The names of rules: those about V2 definitions and those about V4 files stand side by side.

use v4ward_migration::{rules, v4};

use super::did_you_mean;

/// True for the name of a rule.
pub(crate) fn is_rule(id: &str) -> bool {
    rules::find(id).is_some() || is_rule_of_v4(id)
}

/// True for the name of a rule about V4 files.
pub(crate) fn is_rule_of_v4(id: &str) -> bool {
    v4::rule::find(id).is_some()
}

/// What is said of a name that no rule has: the one that was meant, if any is near.
pub(crate) fn near_rule(id: &str) -> String {
    let of_v2 = rules::RULES.iter().map(|rule| rule.declaration().id);
    let of_v4 = v4::rule::RULES.iter().map(|rule| rule.declaration().id);
    did_you_mean(id, of_v2.chain(of_v4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_both_kinds_are_known_and_proposed() {
        assert!(is_rule("wrong-type") && !is_rule_of_v4("wrong-type"));
        assert!(is_rule("v4-unknown-property") && is_rule_of_v4("v4-unknown-property"));
        assert!(!is_rule("v4-unknown-properties"));
        assert_eq!(near_rule("v4-unknown-properties"), "; did you mean \"v4-unknown-property\"?");
        assert_eq!(near_rule("wrong-typ"), "; did you mean \"wrong-type\"?");
        assert_eq!(near_rule("x"), "");
    }
}
