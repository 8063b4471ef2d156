//! Randomness with an address: a draw is a pure function of (seed, stream, key, week, index).
//!
//! ChaCha8 is itself a function of (key, stream, position), so addresses need no hashing chain and cannot
//! collide. Three forms of the same words: *slots* are one small block for a group, an event, a network; *rows* fill
//! whole columns in order (the persons of a place); *series* are numbered without end and made where they are read (a few
//! numbers for each post, place or cell). A draw that an `if` skips shifts no other draw, so two scenarios
//! with the same seed share every draw that both make.

use rand::Rng as _;
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
        self.core(stream, agent, week).generate(&mut words);
        Slots { words }
    }

    /// The rows of one stream this week, one per agent.
    pub fn rows(&self, stream: Stream, week: Week) -> Rows {
        Rows { draws: *self, stream, week, core: self.core(stream, 0, week) }
    }

    /// The numbered uniforms of one agent this week, as many as are wanted.
    pub fn series(&self, stream: Stream, agent: u64, week: Week) -> Series {
        let rng = ChaCha8Rng::from_seed(self.key(stream, agent, u64::from(week.0) + 1));
        Series { rng, block: usize::MAX, words: [0; SLOTS] }
    }

    fn core(&self, stream: Stream, agent: u64, week: Week) -> ChaCha8Core {
        ChaCha8Core::from_seed(self.key(stream, agent, u64::from(week.0) + 1))
    }
}

/// Words that the generator makes at once.
const SLOTS: usize = 64;

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
    /// True if something comes within the week that comes at a constant hazard.
    #[inline]
    pub fn comes(&self, slot: usize, hazard_per_week: f64) -> bool {
        let u = self.share(slot);
        // The probability is no larger than the hazard: most weeks cost no exponential.
        u < hazard_per_week && u < maths::probability(hazard_per_week)
    }
    /// A Poisson count of mean `mean`.
    pub fn poisson(&self, slot: usize, mean: f64) -> u32 {
        maths::poisson_quantile(self.share(slot), mean)
    }
    /// A binomial count.
    pub fn binomial(&self, slot: usize, n: u32, p: f64) -> u32 {
        maths::binomial_quantile(self.share(slot), n, p)
    }
    /// How many of `n` something befalls that comes at a constant hazard.
    pub fn befallen(&self, slot: usize, n: u32, hazard_per_week: f64) -> u32 {
        maths::befallen(self.share(slot), n, hazard_per_week)
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
    draws: Draws,
    stream: Stream,
    week: Week,
    core: ChaCha8Core,
}

impl Rows {
    /// Goes to the start of the row of `key` (whatever was read before).
    #[inline]
    pub fn start(&mut self, key: u64) {
        self.core = self.draws.core(self.stream, key, self.week);
    }
    /// The next words of the row. What is left of the last 64 is not used: all calls but the last take whole multiples.
    pub fn fill_words(&mut self, out: &mut [u32]) {
        let mut words = [0; SLOTS];
        for out in out.chunks_mut(SLOTS) {
            self.core.generate(&mut words);
            out.copy_from_slice(&words[..out.len()]);
        }
    }
    /// The next 16-bit draws of the row, two to a word, likewise.
    #[inline]
    pub fn fill_halves(&mut self, out: &mut [u16]) {
        let mut words = [0; SLOTS];
        for out in out.chunks_mut(2 * SLOTS) {
            self.core.generate(&mut words);
            let (pairs, last) = out.as_chunks_mut::<2>();
            for (pair, word) in pairs.iter_mut().zip(&words) {
                *pair = [*word as u16, (word >> 16) as u16];
            }
            for half in last {
                *half = words[pairs.len()] as u16;
            }
        }
    }
}

/// Numbered uniforms of one agent in one week, made 64 at a time where they are read: cheap in ascending order.
pub struct Series {
    rng: ChaCha8Rng,
    block: usize,
    words: [u32; SLOTS],
}

impl Series {
    /// The uniform of a number, in (0, 1).
    #[inline]
    pub fn share(&mut self, number: usize) -> f64 {
        if number / SLOTS != self.block {
            self.block = number / SLOTS;
            self.rng.set_word_pos((self.block * SLOTS) as u128);
            let mut bytes = [0; 4 * SLOTS];
            self.rng.fill_bytes(&mut bytes);
            for (word, bytes) in self.words.iter_mut().zip(bytes.as_chunks::<4>().0) {
                *word = u32::from_le_bytes(*bytes);
            }
        }
        uniform(self.words[number % SLOTS])
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
    fn slots_rows_and_series_are_the_same_words() {
        let draws = Draws::new(1);
        let row = |week, key, n| {
            let mut rows = draws.rows(TEST, Week(week));
            rows.start(key);
            let mut out = vec![0; n];
            rows.fill_words(&mut out);
            out
        };
        let words = row(2, 9, 200);
        assert_eq!(words[..10], row(2, 9, 10)[..]);
        assert_eq!(words[..SLOTS], draws.agent(TEST, 9, Week(2)).words);
        assert_ne!(words, row(3, 9, 200));
        assert_ne!(words, row(2, 8, 200));
        let mut series = draws.series(TEST, 9, Week(2));
        for number in [150, 3, 64, 63, 199] {
            assert_eq!(series.share(number), uniform(words[number]), "number {number}");
        }
        let mut halves = [0; 301];
        let mut rows = draws.rows(TEST, Week(2));
        rows.start(9);
        rows.fill_halves(&mut halves);
        for (number, half) in halves.iter().enumerate() {
            assert_eq!(*half, (words[number / 2] >> (16 * (number % 2))) as u16);
        }
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
