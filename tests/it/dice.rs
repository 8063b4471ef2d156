//! A small generator, so that whatever a test made at random can be made again from its number.

/// A linear congruential generator (Knuth's constants), of which the upper bits are used.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `n`; 0 where there is none.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n.max(1)
    }

    /// A number in [0, 1].
    pub fn share(&mut self) -> f64 {
        self.below(10_001) as f64 / 10_000.0
    }

    /// True once in `n` times.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// One of these.
    pub fn one_of<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        &items[self.below(items.len())]
    }
}
