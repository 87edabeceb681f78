//! The names and numbers of a run, from its seed.
//!
//! Seed 0 gives the numbers that the committed snapshots show. Any other seed gives others, within
//! the bounds that the lab states, so that an answer written into the program by hand fails. It is
//! not a source of secrets.

use std::{env, ops::RangeInclusive};

use channel::SEED_VARIABLE;

/// A reproducible sequence of names and numbers.
#[derive(Debug, Clone)]
pub struct Seed {
    value: u64,
    state: u64,
}

impl Seed {
    /// The sequence of this seed.
    #[must_use]
    pub fn new(value: u64) -> Self {
        Self { value, state: value }
    }

    /// The seed of this run; 0 if none is set.
    ///
    /// # Panics
    /// If the variable is set to something else than a decimal number.
    #[must_use]
    pub fn from_environment() -> Self {
        let value =
            env::var(SEED_VARIABLE).map_or(0, |text| text.parse().expect("the seed is a decimal number"));
        Self::new(value)
    }

    /// `committed` for seed 0, else a number of `range`.
    pub fn number(&mut self, committed: u64, range: RangeInclusive<u64>) -> u64 {
        debug_assert!(range.contains(&committed), "{committed} lies outside {range:?}");
        let drawn = self.draw();
        if self.value == 0 { committed } else { range.start() + drawn % (range.end() - range.start() + 1) }
    }

    /// `committed` for seed 0, else a name of the same length: what follows its last `-` is drawn anew.
    pub fn name(&mut self, committed: &str) -> String {
        let kept = committed.rfind('-').map_or(0, |dash| dash + 1);
        let drawn: String = committed[kept..].chars().map(|_| self.letter()).collect();
        if self.value == 0 { committed.to_owned() } else { format!("{}{drawn}", &committed[..kept]) }
    }

    /// Brings `list` into another order; seed 0 leaves it as it is. Fisher and Yates's way.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            let drawn = self.draw() as usize % (last + 1);
            if self.value != 0 {
                list.swap(last, drawn);
            }
        }
    }

    /// Any number, for seed 0 too: what is drawn from it must not stand in a snapshot.
    pub fn any(&mut self) -> u64 {
        self.draw()
    }

    fn letter(&mut self) -> char {
        char::from(b'a' + (self.draw() % 26) as u8)
    }

    /// SplitMix64 (Steele, Lea, Flood, 2014): eight lines, and every seed gives another sequence.
    fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Seed;

    #[test]
    fn seed_zero_gives_what_is_committed() {
        let mut seed = Seed::new(0);
        assert_eq!(seed.number(137, 50..=500), 137);
        assert_eq!(seed.name("w-alpha"), "w-alpha");
        let mut list = [1, 2, 3];
        seed.shuffle(&mut list);
        assert_eq!(list, [1, 2, 3]);
    }

    #[test]
    fn other_seeds_give_every_order() {
        let order = |value| {
            let mut list = [1, 2, 3];
            Seed::new(value).shuffle(&mut list);
            list
        };
        let orders: BTreeSet<_> = (1..100).map(order).collect();
        assert_eq!(orders.len(), 6);
        assert_eq!(order(7), order(7));
    }

    #[test]
    fn other_seeds_give_others_within_bounds_and_repeat_themselves() {
        for value in 1..200 {
            let mut seed = Seed::new(value);
            let number = seed.number(137, 130..=140);
            assert!((130..=140).contains(&number));
            let name = seed.name("w-alpha");
            assert!(name.starts_with("w-") && name.len() == 7 && name != "w-alpha", "{name}");
            let mut again = Seed::new(value);
            assert_eq!((again.number(137, 130..=140), again.name("w-alpha")), (number, name));
        }
    }
}
