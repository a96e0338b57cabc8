//! `v4-unknown-property`

use v4ward_syntax::Node;
use v4ward_syntax::edit::Change;

use crate::finding::{Detail, Severity};
use crate::fixes::Fix;
use crate::suggest::nearest;
use crate::v4::FailureKind;
use crate::v4::rule::{Context, Declaration, Example, Finding, Match, Message, Report, Rule, Turn, quote, removal};

pub(super) struct V4UnknownProperty;

static DECLARATION: Declaration = Declaration {
    id: "v4-unknown-property",
    severity: Severity::Warning,
    summary: "A property that V4 does not know",
    explanation: "\
The server, and the cluster, pass over a property that they do not know and say nothing: what it was to do is not \
done. That is a warning, since nothing is refused, and an export of a newer APIM has properties that v4ward does not \
know yet.

It is an error where the name looks like a known one that is not there: then it is most likely misspelt, and what was \
meant is lost. In the configuration of a plugin it stays a warning: the server keeps it there, and the plugin does not \
read it.",
    fix_safety: "\
Removing what is not read changes nothing for requests. When the name looks like a known one, a person says which \
was meant.",
    bad: Example::Import(r#"{ "api": { "visibilty": "PUBLIC" } }"#),
    good: Example::Import(r#"{ "api": { "visibility": "PUBLIC" } }"#),
    source: "FORMATS §2.1; §2.2",
};

impl Rule for V4UnknownProperty {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn turn(&self) -> Turn {
        Turn::OfSchema
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        for (member, failure) in cx.failures() {
            let FailureKind::Unknown(known) = &failure.kind else { continue };
            let name = member.key().unwrap_or_default();
            let near = nearest(&name, known.iter().map(String::as_str));
            // What is there already was not meant.
            let near = near.filter(|near| member.parent().is_some_and(|around| around.get(near).is_none()));
            let quote = near.map_or(Detail::None, |near| Detail::Quote(near.to_owned()));
            let found = Match::at_key(member).detail(quote);
            // A plugin may be of another version than the one whose schema is known.
            let is_misspelt = near.is_some() && !in_plugin(member);
            report.add(if is_misspelt { found.severity(Severity::Error) } else { found });
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let name = finding.place.node().and_then(Node::key).unwrap_or_default();
        let help = match quote(finding) {
            "" => "remove it, or look up the right name".to_owned(),
            near => format!("did you mean {near}?"),
        };
        let what = if finding.place.node().is_some_and(in_plugin) {
            format!("the plugin does not know {name}, and it does nothing")
        } else {
            format!("V4 does not know {name}, and it would be lost without a word")
        };
        Message::new(what, help)
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        let Some(member) = finding.place.node() else { return Vec::new() };
        let name = member.key().unwrap_or_default();
        let remove = format!("Remove {name}");
        match quote(finding) {
            "" => vec![Fix::safe(remove, removal(finding))],
            near => {
                let rename = vec![Change::Rename { node: member.id(), key: near.to_owned() }];
                vec![
                    Fix::needs_decision(format!("Rename {name} to {near}"), rename),
                    Fix::needs_decision(remove, removal(finding)),
                ]
            }
        }
    }
}

/// True within the configuration of a plugin.
fn in_plugin(member: Node<'_>) -> bool {
    let configurations = ["configuration", "sharedConfiguration", "sharedConfigurationOverride"];
    member.ancestors().any(|around| configurations.iter().any(|name| around.has_key(name)))
}
