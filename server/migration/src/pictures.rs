//! Pictures of an API as an import takes them.

/// What keeps a picture from being imported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PictureFault {
    /// No data URI of one of the kinds that are taken.
    Kind,
    /// What follows is no base64.
    Data,
    /// More bytes than are taken.
    Size,
}

const KINDS: &[&str] = &["gif", "jpeg", "webmp", "bmp", "png", "tiff"];
const MAX_BYTES: usize = 500_000;

/// What is wrong with a picture; the server answers 400 to an import of a V4 file that has it (FORMATS §2.1).
pub(crate) fn fault(picture: &str) -> Option<PictureFault> {
    let data = picture
        .strip_prefix("data:image/")
        .and_then(|rest| rest.split_once(";base64,"))
        .filter(|(kind, _)| KINDS.contains(kind));
    let Some((_, data)) = data else { return Some(PictureFault::Kind) };
    let digits = data.trim_end_matches('=');
    let alphabet = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    if digits.is_empty() || digits.len() % 4 == 1 || data.len() - digits.len() > 2 || !digits.bytes().all(alphabet) {
        return Some(PictureFault::Data);
    }
    (digits.len() / 4 * 3 > MAX_BYTES).then_some(PictureFault::Size)
}

#[cfg(test)]
mod tests {
    use super::{PictureFault, fault};

    #[test]
    fn only_small_pictures_of_some_kinds_are_taken() {
        assert_eq!(fault("data:image/png;base64,iVBORw0KGgo="), None);
        assert_eq!(fault("data:image/svg+xml;base64,PHN2Zy8+"), Some(PictureFault::Kind));
        assert_eq!(fault("https://shop.example/logo.png"), Some(PictureFault::Kind));
        assert_eq!(fault("data:image/png;base64,"), Some(PictureFault::Data));
        assert_eq!(fault("data:image/png;base64,iVBO Rw0K"), Some(PictureFault::Data));
        assert_eq!(fault(&format!("data:image/png;base64,{}", "AAAA".repeat(200_000))), Some(PictureFault::Size));
    }
}
