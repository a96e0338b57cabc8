//! Fast searches in bytes, a word at a time.

/// One in each byte of a word.
const ONES: u64 = 0x0101_0101_0101_0101;
/// The high bit of each byte of a word.
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// The first place from `at` on where the run of plain text in a string ends: a double quote, a backslash or a control
/// character; the length when there is none.
#[inline]
pub(crate) fn string_stop(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let stops = string_stops(u64::from_le_bytes(*chunk));
        if stops != 0 {
            return at + (stops.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let ends = |byte: &u8| *byte < 0x20 || matches!(byte, b'"' | b'\\');
    bytes.get(at..).and_then(|rest| rest.iter().position(ends)).map_or(bytes.len(), |found| at + found)
}

/// The first place from `at` on that is not a space; the length when there is none. Indentation is long: sixteen bytes
/// at a time.
#[inline]
pub(crate) fn spaces_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<16>) {
        let others = u128::from_le_bytes(*chunk) ^ u128::from_le_bytes([b' '; 16]);
        if others != 0 {
            return at + (others.trailing_zeros() / 8) as usize;
        }
        at += 16;
    }
    at + bytes.get(at..).map_or(0, |rest| rest.iter().take_while(|byte| **byte == b' ').count())
}

/// The high bit of each byte that ends a run of plain text; a borrow may set it wrongly in bytes above the first.
#[inline]
fn string_stops(word: u64) -> u64 {
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    let quote = below(word ^ (ONES * u64::from(b'"')), 1);
    let backslash = below(word ^ (ONES * u64::from(b'\\')), 1);
    (below(word, 0x20) | quote | backslash) & HIGH_BITS
}

/// A number that is equal for equal keys and differs for nearly all others, from the length and both ends of the key:
/// the first `len` of these bytes.
#[inline]
pub(crate) fn fingerprint(bytes: &[u8], len: usize) -> u32 {
    let first = match bytes.first_chunk::<8>() {
        Some(chunk) if len >= 8 => u64::from_le_bytes(*chunk),
        // More than the key is read, which is faster than a loop, and cut off.
        Some(chunk) => u64::from_le_bytes(*chunk) & ((1 << (8 * len)) - 1),
        None => bytes[..len].iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte)),
    };
    let last = bytes[..len].last_chunk::<8>().map_or(0, |chunk| u64::from_le_bytes(*chunk));
    let mixed = (first ^ last.rotate_left(29) ^ len as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_each_byte_at_each_place() {
        for length in 0..40 {
            for byte in 0..=255u8 {
                for place in 0..length {
                    let mut bytes = vec![b'x'; length];
                    bytes[place] = byte;
                    let stops = byte < 0x20 || byte == b'"' || byte == b'\\';
                    assert_eq!(string_stop(&bytes, 0), if stops { place } else { length }, "{byte} at {place}");
                    let mut bytes = vec![b' '; length];
                    bytes[place] = byte;
                    assert_eq!(spaces_end(&bytes, 0), if byte == b' ' { length } else { place }, "{byte} at {place}");
                }
            }
        }
        assert_eq!(string_stop(b"ab", 9), 2);
    }

    #[test]
    fn neighbours_do_not_disturb() {
        assert_eq!(string_stop(b"\x80\xffab!#[]\"\"", 0), 8);
        assert_eq!(string_stop(b"!\"\"\"\"\"\"\"", 0), 1);
        assert_eq!(string_stop(b" \x1f\\\"     ", 0), 1);
    }

    #[test]
    fn fingerprints_depend_on_the_key_alone() {
        for key in ["", "a", "ab", "1234567", "12345678", "a longer key"] {
            let alone = fingerprint(key.as_bytes(), key.len());
            let within = format!("{key}\": 1, \"more\": 2");
            assert_eq!(fingerprint(within.as_bytes(), key.len()), alone);
            assert_ne!(fingerprint(within.as_bytes(), key.len() + 1), alone);
        }
    }
}
