//! `cors-origin-invalid`

use crate::finding::{Detail, Finding, Severity};
use crate::rules::{Context, Declaration, Example, Group, Match, Message, Report, Rule, java_regex};

pub(in crate::rules) struct CorsOriginInvalid;

static DECLARATION: Declaration = Declaration {
    id: "cors-origin-invalid",
    group: Group::Invalid,
    apim: None,
    decides_verdict: true,
    severity: Severity::Error,
    summary: "An allowed origin that is none",
    explanation: "\
An entry of `allowOrigin` is `*`, `null`, an origin such as `https://shop.example`, or a regular expression. V4 refuses \
to save or import an API with an entry that is none of these, such as `*.shop.example`: a star repeats what stands \
before it, and here there is nothing. `.*\\.shop\\.example` is a regular expression for the same.

An entry without `{`, `[`, `(` and `*` is compared as it stands. A browser sends scheme, host and port without a slash \
at the end, so an entry such as `shop.example` or `https://shop.example/` allows nobody; that is a warning.",
    fix_safety: "",
    bad: Example::Members(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ],
    "cors": {
      "enabled": true,
      "allowOrigin": ["*.shop.example"],
      "allowHeaders": ["Content-Type"],
      "allowMethods": ["GET"]
    }
  }
}"#,
    ),
    good: Example::Members(
        r#"{
  "proxy": {
    "virtual_hosts": [{ "path": "/orders" }],
    "groups": [
      {
        "name": "backend",
        "endpoints": [{ "name": "one", "target": "https://orders.example", "inherit": true }],
        "load_balancing": { "type": "ROUND_ROBIN" }
      }
    ],
    "cors": {
      "enabled": true,
      "allowOrigin": ["https://shop.example", "https://.*\\.shop\\.example"],
      "allowHeaders": ["Content-Type"],
      "allowMethods": ["GET"]
    }
  }
}"#,
    ),
    source: "FORMATS §1.1, proxy; §2.1, what the import checks",
};

const NO_ORIGIN: &str = "no-origin";

impl Rule for CorsOriginInvalid {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn check<'d>(&self, cx: &Context<'_, 'd>, report: &mut Report<'_, 'd>) {
        // What is switched off is not read.
        let cors = cx.api.proxy.cors.as_ref().filter(|cors| cors.enabled.as_ref().is_some_and(|enabled| enabled.value));
        for origin in cors.and_then(|cors| cors.allow_origin.as_ref()).into_iter().flat_map(|origins| &origins.items) {
            let text = origin.value.as_ref();
            if is_origin(text) || cx.is_filled_in(text) {
                continue;
            }
            if !text.contains(['{', '[', '(', '*']) {
                let detail = Detail::Variant(NO_ORIGIN);
                report.add(Match::at(origin.node).detail(detail).severity(Severity::Warning));
            } else if java_regex::is_broken(text) {
                report.add(Match::at(origin.node));
            }
        }
    }

    fn message(&self, finding: &Finding<'_>) -> Message {
        if matches!(finding.detail, Detail::Variant(_)) {
            return Message::new(
                "this is no origin as browsers send it, so it allows nobody: they send scheme, host and port only",
                "write it as https://shop.example, or a regular expression",
            );
        }
        Message::new(
            "this is neither an origin nor a regular expression: V4 refuses to save or import the API",
            "write it as https://shop.example, or a regular expression such as https://.*\\.shop\\.example",
        )
    }
}

/// True for `*`, `null`, and what APIM takes for scheme and host; the scheme may be missing, as may the host.
fn is_origin(text: &str) -> bool {
    if matches!(text, "*" | "null" | "") {
        return true;
    }
    let host = match text.split_once(':') {
        Some((scheme, rest)) if !scheme.is_empty() && !scheme.contains(['/', '?', '#']) => rest,
        _ => text,
    };
    host.is_empty() || host.strip_prefix("//").is_some_and(|host| !host.contains(['/', '?', '#']))
}
