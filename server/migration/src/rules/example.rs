//! The examples on rule pages as whole definitions.

use serde_json::{Map, Value};
use v4ward_syntax::{Document, Format};

use super::Example;
use crate::options::Options;

/// A small clean definition; examples replace members of it.
const BASE: &str = r#"{
  "id": "2b8f4c1e-0000-4000-8000-000000000001",
  "name": "Orders",
  "version": "1.0",
  "description": "Orders of our shop",
  "gravitee": "2.0.0",
  "execution_mode": "v4-emulation-engine",
  "flow_mode": "DEFAULT",
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ]
  },
  "flows": [],
  "plans": []
}"#;

const EMULATION_ENGINE: &str = "\"v4-emulation-engine\"";
const LEGACY_ENGINE: &str = "\"v3\"";

fn with_members(base: &str, members: &str) -> String {
    let base: Option<Map<String, Value>> = serde_json::from_str(base).ok();
    let members: Option<Map<String, Value>> = serde_json::from_str(members).ok();
    let (Some(mut base), Some(members)) = (base, members) else { return String::new() };
    for (key, value) in members {
        if value.is_null() {
            base.shift_remove(&key)
        } else {
            base.insert(key, value)
        };
    }
    serde_json::to_string_pretty(&base).map(|text| text + "\n").unwrap_or_default()
}

impl Example {
    /// The text of the whole file that the example stands for.
    ///
    /// A member of the example that is `null` is left out of the definition. An example that is no JSON object gives
    /// an empty text; a test keeps that from happening.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::To(_, example) | Self::For(_, example) | Self::Beside(_, example) => example.text(),
            Self::File(text) | Self::Resource(text) => (*text).to_owned(),
            Self::Members(members) => with_members(BASE, members),
            Self::OnLegacyEngine(members) => with_members(&BASE.replace(EMULATION_ENGINE, LEGACY_ENGINE), members),
        }
    }

    /// The example as its page shows it.
    #[must_use]
    pub fn shown(&self) -> &'static str {
        match self {
            Self::To(_, example) | Self::For(_, example) | Self::Beside(_, example) => example.shown(),
            Self::File(text) | Self::Members(text) | Self::OnLegacyEngine(text) | Self::Resource(text) => text,
        }
    }

    /// The format of the file that the example stands for.
    #[must_use]
    pub fn format(&self) -> Format {
        match self {
            Self::To(_, example) | Self::For(_, example) | Self::Beside(_, example) => example.format(),
            Self::File(_) | Self::Members(_) | Self::OnLegacyEngine(_) => Format::Json,
            Self::Resource(_) => Format::Yaml,
        }
    }

    /// With what it is looked at.
    #[must_use]
    pub fn options(&self) -> Options {
        match self {
            Self::To(target, example) => Options { target: Some(*target), ..example.options() },
            Self::Beside(_, example) => example.options(),
            Self::For(version, example) => Options { target_version: *version, ..example.options() },
            Self::File(_) | Self::Members(_) | Self::OnLegacyEngine(_) | Self::Resource(_) => Options::default(),
        }
    }

    /// The other rules that find something in it too.
    #[must_use]
    pub fn beside(&self) -> Vec<&'static str> {
        match self {
            Self::To(_, example) | Self::For(_, example) => example.beside(),
            Self::Beside(rules, example) => [*rules, &example.beside()].concat(),
            Self::OnLegacyEngine(_) => vec!["emulation-engine-required"],
            Self::File(_) | Self::Members(_) | Self::Resource(_) => Vec::new(),
        }
    }

    /// That file, read.
    #[must_use]
    pub fn document(&self) -> Document {
        Document::parse(self.text(), self.format())
    }
}
