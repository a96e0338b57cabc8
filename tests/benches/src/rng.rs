//! A small seeded number generator.
//!
//! It is SplitMix64: one 64-bit counter that grows by a fixed odd step, and a mixing function over it. It is not for
//! secrets. It is here because the same seed must give the same definitions on every machine and with every version
//! of every library, which no general-purpose crate promises.

/// Fractional part of the golden ratio, the usual step of SplitMix64: odd, so every state is reached.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// The generator. Two of them made from the same numbers give the same sequence.
#[derive(Clone, Debug)]
pub struct Rng {
    state: u64,
}

impl Rng {
    /// A generator for one definition: neighbouring indexes must not give similar sequences, so both are mixed.
    #[must_use]
    pub fn new(seed: u64, index: u64) -> Self {
        Self { state: mix(seed ^ STEP).wrapping_add(mix(index.wrapping_add(1))) }
    }

    /// The next 64 bits.
    #[must_use]
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        mix(self.state)
    }

    /// A number from 0 to `limit - 1`; 0 when `limit` is 0. The bias of the remainder is far below what matters here.
    #[must_use]
    pub fn below(&mut self, limit: usize) -> usize {
        if limit == 0 {
            return 0;
        }
        (self.bits() % limit as u64) as usize
    }

    /// A number from `low` to `high`, both included.
    #[must_use]
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1) as usize) as i64
    }

    /// True in `percent` of 100 cases.
    #[must_use]
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the items. The slice must not be empty.
    #[must_use]
    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// Up to `count` different items, in the order of the slice.
    #[must_use]
    pub fn sample<T: Copy>(&mut self, items: &[T], count: usize) -> Vec<T> {
        let mut wanted = count.min(items.len());
        let mut taken = Vec::with_capacity(wanted);
        for (position, item) in items.iter().enumerate() {
            if self.below(items.len() - position) < wanted {
                taken.push(*item);
                wanted -= 1;
            }
        }
        taken
    }

    /// Puts the items in another order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// Text in the form of a random UUID (version 4).
    #[must_use]
    pub fn uuid(&mut self) -> String {
        let (high, low) = (self.bits(), self.bits());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            0x8000 | ((low >> 48) & 0x3fff),
            low & 0xffff_ffff_ffff
        )
    }

    /// `length` hexadecimal digits, for hashes.
    #[must_use]
    pub fn hex(&mut self, length: usize) -> String {
        let mut text = String::with_capacity(length + 16);
        while text.len() < length {
            text.push_str(&format!("{:016x}", self.bits()));
        }
        text.truncate(length);
        text
    }
}

/// The mixing function of SplitMix64.
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_numbers_same_sequence() {
        let (mut one, mut two) = (Rng::new(7, 3), Rng::new(7, 3));
        assert!((0..100).all(|_| one.bits() == two.bits()));
        assert_ne!(Rng::new(7, 3).bits(), Rng::new(7, 4).bits());
        assert_ne!(Rng::new(7, 3).bits(), Rng::new(8, 3).bits());
    }

    #[test]
    fn sample_gives_different_items_in_order() {
        let mut rng = Rng::new(1, 1);
        for count in 0..=12 {
            let taken = rng.sample(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], count);
            assert_eq!(taken.len(), count.min(10));
            assert!(taken.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }

    #[test]
    fn uuid_has_the_usual_form() {
        let uuid = Rng::new(5, 5).uuid();
        assert_eq!(uuid.len(), 36);
        assert_eq!(uuid.as_bytes()[14], b'4');
        assert!(matches!(uuid.as_bytes()[19], b'8' | b'9' | b'a' | b'b'));
    }
}
