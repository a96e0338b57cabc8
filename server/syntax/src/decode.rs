//! Bytes to text.

/// Why bytes are not text that can be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DecodeError {
    /// A byte sequence that UTF-8 does not know.
    #[error("byte {offset} (line {line}) is not valid UTF-8; save the file as UTF-8")]
    NotUtf8 {
        /// Offset of the first wrong byte.
        offset: usize,
        /// Its line, counted from 1.
        line: usize,
    },
    /// A UTF-16 byte order mark.
    #[error("the file is UTF-16; save it as UTF-8")]
    Utf16,
}

/// The text of some bytes, without copying them; a UTF-8 byte order mark stays.
///
/// # Errors
/// When the bytes are not UTF-8, with the place of the first wrong one.
pub fn decode(bytes: Vec<u8>) -> Result<String, DecodeError> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(DecodeError::Utf16);
    }
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let before = &error.as_bytes()[..offset];
        DecodeError::NotUtf8 { offset, line: memchr::memchr_iter(b'\n', before).count() + 1 }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_place_of_a_wrong_byte() {
        assert_eq!(decode(b"{\n\xff}".to_vec()), Err(DecodeError::NotUtf8 { offset: 2, line: 2 }));
        assert_eq!(decode(vec![0xff, 0xfe, b'{', 0]), Err(DecodeError::Utf16));
        assert_eq!(decode("{é}".as_bytes().to_vec()).as_deref(), Ok("{é}"));
    }
}
