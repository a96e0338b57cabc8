//! Fast searches in bytes, eight at a time.

/// One in each byte of a word.
const ONES: u64 = 0x0101_0101_0101_0101;
/// The high bit of each byte of a word.
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// The first place from `at` on where the run of plain text in a string ends: a double quote, a backslash or a control
/// character; the length when there is none.
pub(crate) fn string_stop(bytes: &[u8], at: usize) -> usize {
    find(bytes, at, string_stops, |byte| byte < 0x20 || byte == b'"' || byte == b'\\')
}

/// The first place from `at` on that is not a space; the length when there is none.
pub(crate) fn spaces_end(bytes: &[u8], at: usize) -> usize {
    find(bytes, at, |word| word ^ (ONES * b' ' as u64), |byte| byte != b' ')
}

/// The first byte from `at` on that is wanted. `in_word` gives a word whose lowest byte with a bit set is the first
/// wanted one; higher bytes may be wrong.
#[inline]
fn find(bytes: &[u8], mut at: usize, in_word: impl Fn(u64) -> u64, wanted: impl Fn(u8) -> bool) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let found = in_word(u64::from_le_bytes(*chunk));
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    bytes.get(at..).and_then(|rest| rest.iter().position(|byte| wanted(*byte))).map_or(bytes.len(), |found| at + found)
}

/// The high bit of each byte that ends a run of plain text; a borrow may set it wrongly in bytes above the first.
fn string_stops(word: u64) -> u64 {
    below(word, 0x20) | below(word ^ (ONES * b'"' as u64), 1) | below(word ^ (ONES * b'\\' as u64), 1)
}

fn below(word: u64, limit: u8) -> u64 {
    word.wrapping_sub(ONES * limit as u64) & !word & HIGH_BITS
}

/// A number that is equal for equal keys and differs for nearly all others: made from the length and both ends.
pub(crate) fn fingerprint(key: &[u8]) -> u32 {
    let (first, last) = match (key.first_chunk::<8>(), key.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => (key.iter().fold(0, |all, byte| all << 8 | u64::from(*byte)), 0),
    };
    let mixed = (first ^ last.rotate_left(29) ^ key.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_each_byte_at_each_place() {
        for length in 0..20 {
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
}
