//! Words that the command line and the editor have in common.

use std::path::Path;

use v4ward_migration::{Definition, DocumentFormat};
use v4ward_syntax::Format;

use crate::files::format::by_name;

/// What a definition that is neither V1 nor V2 is to this tool.
pub(crate) fn not_for_migration(definition: Definition, path: &Path) -> &'static str {
    match definition {
        Definition::Unknown if by_name(path) == Some(Format::Yaml) => {
            "no custom resource of Gravitee's that v4ward knows (ApiDefinition or ApiV4Definition)"
        }
        Definition::V4 => "a V4 definition already; `v4ward verify` checks it",
        Definition::V1 => "a V1 definition; APIM 4 has no support for those",
        Definition::V2 => "a V2 definition; `v4ward check` checks it",
        Definition::Unknown => "no API definition that v4ward knows",
    }
}

/// Why a document has no V4 form.
pub(crate) fn not_v2(definition: Definition, format: DocumentFormat, path: &Path) -> &'static str {
    match (definition, format) {
        (Definition::V2, DocumentFormat::ManagementV2Json) => {
            "a saved answer of the management API, not an export file; export the API and migrate that file"
        }
        (definition, _) => not_for_migration(definition, path),
    }
}

/// Why a text of several definitions does not become one import document.
pub(crate) fn several(definitions: usize) -> String {
    format!("the file holds {definitions} definitions, and an import document holds one; put each in a file of its own")
}

/// What to do with import files.
pub(crate) const NEXT_STEPS: &[&str] = &[
    "The V2 files stay as they are. In a folder that is synced to APIM keep only one of the two: both claim the\nsame path.",
    "To keep subscriptions: import the V2 file (after `v4ward fix`), let APIM migrate that API in place, then update\n\
     it with the V4 file. That deletes plans and pages that the V4 file lacks; an export never holds closed plans.",
    "Into an environment that does not have the API yet, import the V4 file; ids and paths that exist already are\n\
     refused there (`--ids new` derives other ids).",
    "Analytics of the V2 API do not follow before APIM 4.12.",
    "Check V4 files that you edit with `v4ward verify`; `v4ward rollback` removes those that you did not.",
];

/// What to do with custom resources.
pub(crate) const ROLLOUT_STEPS: &[&str] = &[
    "The V2 files stay as they are. Keep only one of the two in a folder that is synced to the cluster: the operator\n\
     refuses a second resource with the same path in the namespace.",
    "The operator keeps a V2 resource from being deleted while Subscription resources name it. Delete those first,\n\
     then the V2 resource; from here the API answers no requests.",
    "Apply the V4 resource, then the Subscription resources with `kind: ApiV4Definition` and the key of the V4 plan.\n\
     A subscription gets another API key unless its `apiKeys` say which.",
    "To go without an interruption, apply the V4 resource under another path first, subscribe to it, and take the\n\
     path over when the clients have moved.",
    "Analytics of the V2 API do not follow before APIM 4.12.",
    "Check V4 files that you edit with `v4ward verify`; `v4ward rollback` removes those that you did not.",
];
