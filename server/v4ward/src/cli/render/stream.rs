//! What stands around the files of an output, so that they need not be kept until the end.

use serde::Serialize;

use super::json::{self, ErrorReport};
use super::markdown::{Page, Section};
use super::sarif::{self, Speaker};
use crate::cli::args::FindingsFormat;

/// One output.
pub(crate) struct Stream {
    format: FindingsFormat,
    speaker: Speaker,
    started: bool,
    /// A page is put together at the end: the worst comes first, and it has to fit.
    page: Page,
}

impl Stream {
    pub(crate) fn new(format: FindingsFormat, speaker: Speaker) -> Self {
        Self { format, speaker, started: false, page: Page::default() }
    }

    /// What comes before the first file.
    pub(crate) fn head(&self) -> String {
        match self.format {
            FindingsFormat::Text | FindingsFormat::Markdown => String::new(),
            FindingsFormat::Json => json::Stream::head(),
            FindingsFormat::Sarif => sarif::head(self.speaker),
        }
    }

    /// What comes before a file.
    pub(crate) fn before(&mut self, output: &str) -> &'static str {
        match self.format {
            FindingsFormat::Json | FindingsFormat::Sarif if !output.is_empty() => {
                if std::mem::replace(&mut self.started, true) { ",\n" } else { "\n" }
            }
            _ => "",
        }
    }

    /// Keeps what stands on a page.
    pub(crate) fn keep(&mut self, sections: Vec<Section>) {
        self.page.sections.extend(sections);
    }

    /// What comes after the last file.
    pub(crate) fn tail(&self, errors: &[ErrorReport], summary: &impl Serialize) -> String {
        match self.format {
            FindingsFormat::Text | FindingsFormat::Markdown => String::new(),
            FindingsFormat::Json => json::Stream::tail(errors, summary),
            FindingsFormat::Sarif => sarif::tail(errors, summary),
        }
    }

    /// The page, which `finish` puts together.
    pub(crate) fn page(&mut self, errors: &[ErrorReport], finish: impl FnOnce(Page) -> String) -> String {
        let mut page = std::mem::take(&mut self.page);
        page.errors = errors.iter().map(|error| error.message.clone()).collect();
        finish(page)
    }
}
