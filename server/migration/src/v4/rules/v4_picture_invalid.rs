//! `v4-picture-invalid`

use crate::finding::{Detail, Severity};
use crate::fixes::Fix;
use crate::pictures::{PictureFault, fault};
use crate::v4::rule::{Context, Declaration, Example, Finding, Form, Match, Message, Report, Rule, quote, removal};

pub(super) struct V4PictureInvalid;

static DECLARATION: Declaration = Declaration {
    id: "v4-picture-invalid",
    severity: Severity::Error,
    summary: "A picture that the import does not take",
    explanation: "\
A picture is a data URI of a GIF, JPEG, WebMP, BMP, PNG or TIFF image in Base64, of at most 500,000 bytes. The \
import fails at another one.",
    fix_safety: "Requests are handled as before; the portal shows no picture.",
    bad: Example::Import(r#"{ "apiPicture": "https://shop.example/logo.png" }"#),
    good: Example::Import(r#"{ "apiPicture": "data:image/png;base64,iVBORw0KGgo=" }"#),
    source: "FORMATS §2.1, top level",
};

impl Rule for V4PictureInvalid {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        if cx.api.form != Form::Import {
            return;
        }
        for picture in ["apiPicture", "apiBackground"].into_iter().filter_map(|name| cx.api.root.get(name)) {
            if let Some(fault) = picture.as_str().and_then(|text| fault(&text)) {
                let what = match fault {
                    PictureFault::Kind => "this is no data URI of a kind that is taken",
                    PictureFault::Data => "the Base64 of this picture cannot be read",
                    PictureFault::Size => "this picture has more than 500,000 bytes",
                };
                report.add(Match::at(picture).detail(Detail::Variant(what)));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        Message::new(
            format!("{}: the import refuses it", quote(finding)),
            "write data:image/png;base64, and the picture in Base64, or remove it and set it in the Console",
        )
    }

    fn fixes(&self, finding: &Finding<'_>) -> Vec<Fix> {
        vec![Fix::needs_decision("Remove the picture", removal(finding))]
    }
}
