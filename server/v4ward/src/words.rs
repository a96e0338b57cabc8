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
