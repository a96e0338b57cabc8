//! Output forms: one folder each. A target turns the V4 tree into text and tells where each part of it stands.

pub mod import_json;
pub mod resource;

use serde::Serialize;
use v4ward_syntax::{Document, Format, NodeId};

use crate::convert::Notes;
use crate::v4::Object;

/// The form of a V4 definition.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// The JSON of APIM's import (FORMATS §2.1).
    ImportJson,
    /// The custom resource `ApiV4Definition` of the Kubernetes operator (FORMATS §2.2).
    Resource,
}

impl Target {
    /// The text format it is written in.
    #[must_use]
    pub fn format(self) -> Format {
        match self {
            Self::ImportJson => Format::Json,
            Self::Resource => Format::Yaml,
        }
    }

    /// Writes definitions in the style of the text they come from. A target that holds one takes the first. `notes` tell
    /// which parts of the text are dropped: comments on them go too.
    #[must_use]
    pub fn write(self, definitions: &[Object<'_>], source: &Document, notes: &Notes) -> Written {
        let size_hint = source.text().len() * 2;
        match (self, definitions) {
            (Self::ImportJson, [definition, ..]) => import_json::write(definition, source.indent_unit(), size_hint),
            (Self::Resource, _) | (_, []) => resource::write(definitions, source, notes),
        }
    }
}

/// A leaf of the written text and a V2 leaf it comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Link {
    /// The V2 leaf.
    pub v2: NodeId,
    /// The node of the written text, counted in document order from 0.
    pub v4: u32,
    /// The value is the same.
    pub same: bool,
}

/// Where the parts of a written text come from.
#[derive(Debug, Default)]
pub struct Origins {
    /// Of its leaves, in the order of the text.
    pub links: Vec<Link>,
    /// Of objects whose keys were made of V2 leaves; in the order of the text.
    pub keys: Vec<Link>,
    /// Of its lists and objects, by node, with the V2 part each was made of; in the order of the text.
    pub parts: Vec<(u32, NodeId)>,
}

/// A written document.
#[derive(Debug)]
pub struct Written {
    /// The text, with a line ending at its end.
    pub text: String,
    /// Where its parts come from.
    pub origins: Origins,
    /// False when a part was nested so deep that it was cut off. `unreadable-part` blocks such a definition long before,
    /// so only a look at places ever has it.
    pub is_whole: bool,
}
