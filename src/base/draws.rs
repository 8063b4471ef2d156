//! Randomness with an address: a draw is a pure function of (seed, stream, key, week, index).
//!
//! ChaCha8 is itself a function of (key, stream, position), so addresses need no hashing chain and cannot
//! collide. Two forms: *rows* fill whole columns (officials, persons), *agents* give one small block of slots
//! to a group, an event cell, a network. A draw that an `if` skips shifts no other draw, so two scenarios with
//! the same seed share every draw that both make.

use rand::{Rng as _, RngExt as _};
use rand_chacha::rand_core::SeedableRng;
use rand_chacha::rand_core::block::Generator as _;
use rand_chacha::{ChaCha8Core, ChaCha8Rng};

use crate::base::dates::Week;
use crate::base::maths;

/// The name of a use of randomness, hashed at compile time. Renaming one changes results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream(u64);

impl Stream {
    /// Declares a stream, next to its use.
    pub const fn named(name: &str) -> Stream {
        Stream(hash(name))
    }
}

/// FNV-1a over the bytes of a text: the key of an entity that the data name.
pub const fn hash(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    let mut i = 0;
    while i < bytes.len() {
        state ^= bytes[i] as u64;
        state = state.wrapping_mul(0x0000_0100_0000_01b3);
        i += 1;
    }
    state
}

/// Joins two keys into one (the key of a pair, or of a child born in the run).
pub const fn join(a: u64, b: u64) -> u64 {
    let mut x = a ^ b.rotate_left(32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x ^= x >> 30;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^= x >> 27;
    x = x.wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// All draws of one run.
#[derive(Clone, Copy, Debug)]
pub struct Draws {
    seed: u64,
}

impl Draws {
    /// The draws of a seed.
    pub fn new(seed: u64) -> Draws {
        Draws { seed }
    }

    fn key(&self, stream: Stream, agent: u64, week: u64) -> [u8; 32] {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&self.seed.to_le_bytes());
        key[8..16].copy_from_slice(&stream.0.to_le_bytes());
        key[16..24].copy_from_slice(&agent.to_le_bytes());
        key[24..].copy_from_slice(&week.to_le_bytes());
        key
    }

    /// The slots of one small agent this week.
    pub fn agent(&self, stream: Stream, agent: u64, week: Week) -> Slots {
        let mut words = [0; SLOTS];
        ChaCha8Core::from_seed(self.key(stream, agent, u64::from(week.0) + 1)).generate(&mut words);
        Slots { words }
    }

    /// The rows of one stream this week, each `reserved` words wide.
    pub fn rows(&self, stream: Stream, week: Week, reserved: usize) -> Rows {
        let rng = ChaCha8Rng::from_seed(self.key(stream, 0, 0));
        let blocks = reserved.div_ceil(WORDS_PER_REFILL).max(1) as u128;
        Rows { rng, position: u128::from(week.0) * blocks * WORDS_PER_REFILL as u128 }
    }
}

/// What the generator makes at once.
const SLOTS: usize = WORDS_PER_REFILL;
const WORDS_PER_REFILL: usize = 64;

/// Up to 64 numbered uniforms of one agent in one week.
#[derive(Clone, Debug)]
pub struct Slots {
    words: [u32; SLOTS],
}

impl Slots {
    /// The uniform of a slot, in (0, 1).
    #[inline]
    pub fn share(&self, slot: usize) -> f64 {
        uniform(self.words[slot])
    }
    /// True with probability `p`.
    #[inline]
    pub fn happens(&self, slot: usize, p: f64) -> bool {
        self.share(slot) < p
    }
    /// A Poisson count of mean `mean`.
    pub fn poisson(&self, slot: usize, mean: f64) -> u32 {
        maths::poisson_quantile(self.share(slot), mean)
    }
    /// A binomial count.
    pub fn binomial(&self, slot: usize, n: u32, p: f64) -> u32 {
        maths::binomial_quantile(self.share(slot), n, p)
    }
    /// A standard normal variate.
    pub fn normal(&self, slot: usize) -> f64 {
        maths::normal_quantile(self.share(slot))
    }
    /// An integer in 0..n.
    pub fn below(&self, slot: usize, n: usize) -> usize {
        ((u64::from(self.words[slot]) * n as u64) >> 32) as usize
    }
}

/// A uniform in (0, 1) from one word.
#[inline]
pub fn uniform(word: u32) -> f64 {
    (f64::from(word) + 0.5) * (1.0 / 4_294_967_296.0)
}

/// Rows of draws of one stream in one week.
pub struct Rows {
    rng: ChaCha8Rng,
    position: u128,
}

impl Rows {
    /// Positions the generator at the start of the row of `key` (whatever was read before).
    #[inline]
    pub fn start(&mut self, key: u64) {
        self.rng.set_stream(key);
        self.rng.set_word_pos(self.position);
    }
    /// The next uniforms of the row.
    pub fn fill_words(&mut self, out: &mut [u32]) {
        self.rng.fill(out);
    }
    /// The next bytes of the row; two make a 16-bit draw.
    #[inline]
    pub fn fill_bytes(&mut self, out: &mut [u8]) {
        self.rng.fill_bytes(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEST: Stream = Stream::named("test");

    #[test]
    fn a_draw_depends_on_its_address_only() {
        let draws = Draws::new(7);
        let a = draws.agent(TEST, 3, Week(5));
        let _ = draws.agent(TEST, 4, Week(5));
        assert_eq!(a.words, draws.agent(TEST, 3, Week(5)).words);
        assert_ne!(a.words, draws.agent(TEST, 3, Week(6)).words);
        assert_ne!(a.words, Draws::new(8).agent(TEST, 3, Week(5)).words);
    }

    #[test]
    fn rows_of_different_weeks_and_keys_do_not_overlap() {
        let draws = Draws::new(1);
        let row = |week, key, n| {
            let mut rows = draws.rows(TEST, Week(week), 100);
            rows.start(key);
            let mut out = vec![0; n];
            rows.fill_words(&mut out);
            out
        };
        assert_eq!(row(2, 9, 128)[..10], row(2, 9, 10)[..]);
        assert_eq!(row(2, 9, 256)[128..], row(3, 9, 128)[..], "weeks are adjacent, not overlapping");
        assert_ne!(row(2, 9, 10), row(2, 8, 10));
    }

    #[test]
    fn uniforms_are_uniform() {
        // Chi-square with 15 degrees of freedom: 99.9 % quantile is 37.7.
        let mut bins = [0_f64; 16];
        for key in 0..1000 {
            let slots = Draws::new(11).agent(TEST, key, Week(0));
            for slot in 0..16 {
                bins[(slots.share(slot) * 16.0) as usize] += 1.0;
            }
        }
        let chi: f64 = bins.iter().map(|n| (n - 1000.0) * (n - 1000.0) / 1000.0).sum();
        assert!(chi < 37.7, "chi-square {chi}");
    }
}
