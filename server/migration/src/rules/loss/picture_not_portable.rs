//! `picture-not-portable`

use crate::finding::{Detail, Finding, Severity};
use crate::pictures::{self, PictureFault};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule};

pub(in crate::rules) struct PictureNotPortable;

static DECLARATION: Declaration = Declaration {
    id: "picture-not-portable",
    group: Group::Loss,
    apim: None,
    decides_verdict: true,
    severity: Severity::Warning,
    summary: "A picture that a V4 import refuses",
    explanation: "\
The import of a V4 file takes a picture or a background as a data URI: `data:image/` with `gif`, `jpeg`, `webmp`, \
`bmp`, `png` or `tiff`, then `;base64,` and the data, of 500 000 bytes at most. It refuses the whole file for any \
other, such as an SVG picture or an address.

Such a picture is left out of the V4 file, so that the rest can be imported.",
    fix_safety: "",
    bad: Example::Members(r#"{ "picture": "data:image/svg+xml;base64,PHN2Zy8+" }"#),
    good: Example::Members(r#"{ "picture": "data:image/png;base64,iVBORw0KGgo=" }"#),
    source: "FORMATS §2.1, top level",
};

impl Rule for PictureNotPortable {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        let pictures = [&cx.api.picture, &cx.api.background].into_iter().flatten();
        for picture in pictures.filter(|picture| !picture.value.is_empty()) {
            let variant = match pictures::fault(&picture.value) {
                None => continue,
                Some(PictureFault::Kind) => "kind",
                Some(PictureFault::Data) => "data",
                Some(PictureFault::Size) => "size",
            };
            report.add(Match::at(picture.node).detail(Detail::Variant(variant)));
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        let reason = match finding.detail {
            Detail::Variant("data") => "the data of this picture is no base64",
            Detail::Variant("size") => "this picture has more than 500000 bytes",
            _ => "this is no picture of a kind that V4 takes",
        };
        Message::new(
            format!("{reason}: a V4 import would refuse the file, so the {} is left out", finding.key()),
            "use a PNG or JPEG picture as a data URI, or set the picture on the server after the import",
        )
    }
}
