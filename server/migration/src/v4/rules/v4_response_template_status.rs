//! `v4-response-template-status`

use v4ward_syntax::edit::Change;

use crate::finding::Severity;
use crate::fixes::Fix;
use crate::v4::rule::{Context, Declaration, Example, Finding, Form, Match, Message, Report, Rule, removal};

pub(super) struct V4ResponseTemplateStatus;

static DECLARATION: Declaration = Declaration {
    id: "v4-response-template-status",
    severity: Severity::Error,
    summary: "The status of a response template under its other name",
    explanation: "\
An import file calls the status of a response template `statusCode`, a resource calls it `status`. The server and \
the cluster pass over the wrong one without a word: the gateway would answer with status 0.",
    fix_safety: "No API wants to answer with status 0; where both names stand, the one that does nothing goes away.",
    bad: Example::Import(
        r#"{ "api": { "responseTemplates": { "API_KEY_MISSING": { "*/*": { "status": 401, "body": "no key" } } } } }"#,
    ),
    good: Example::Import(
        r#"{ "api": { "responseTemplates": { "API_KEY_MISSING": { "*/*": { "statusCode": 401, "body": "no key" } } } } }"#,
    ),
    source: "FORMATS §2.1, responseTemplates; §2.2",
};

impl Rule for V4ResponseTemplateStatus {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let (wrong, right) = names(cx.api.form);
        for template in cx.api.response_templates() {
            match (template.get(wrong), template.get(right)) {
                (Some(wrong), None) => report.add(Match::at_key(wrong).also(Some(template), Some(right))),
                // The right one counts.
                (Some(wrong), Some(_)) => report.add(Match::at_key(wrong).severity(Severity::Warning)),
                (None, _) => {}
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let (wrong, right) = names(finding.form);
        let form = match finding.form {
            Form::Import => "an import file",
            Form::Resource => "a resource",
        };
        if finding.refused {
            Message::new(
                format!("{wrong} is called {right} in {form}: the gateway would answer with status 0"),
                format!("rename {wrong} to {right}"),
            )
        } else {
            Message::new(format!("{wrong} does nothing in {form}, {right} counts"), format!("remove {wrong}"))
        }
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(member) = finding.place.node() else { return Vec::new() };
        let (wrong, right) = names(finding.form);
        if !finding.refused {
            return vec![Fix::safe(format!("Remove {wrong}"), removal(finding))];
        }
        let rename = Change::Rename { node: member.id(), key: right.to_owned() };
        vec![Fix::safe(format!("Rename {wrong} to {right}"), vec![rename])]
    }
}

/// The name that is wrong in a form, and the right one.
fn names(form: Form) -> (&'static str, &'static str) {
    match form {
        Form::Import => ("status", "statusCode"),
        Form::Resource => ("statusCode", "status"),
    }
}
