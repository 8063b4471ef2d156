//! Quantities whose confusion would be costly: money, and levels in [0, 1] kept in 16 bits.

use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use serde::{Deserialize, Serialize};

/// Euros of 2012, in whole cents. Money is never a float and is never multiplied by money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Money(pub i64);

impl Money {
    /// No money.
    pub const ZERO: Money = Money(0);

    /// The nearest whole cent [EUR].
    pub fn from_eur(eur: f64) -> Money {
        let cents = eur * 100.0;
        Money(if cents >= 0.0 { (cents + 0.5) as i64 } else { (cents - 0.5) as i64 })
    }
    /// As a float [EUR].
    pub fn eur(self) -> f64 {
        self.0 as f64 / 100.0
    }
    /// A share of this sum, rounded to the nearest cent.
    pub fn share(self, share: f64) -> Money {
        Money::from_eur(self.eur() * share)
    }
}

impl Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0 + other.0)
    }
}
impl Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money(self.0 - other.0)
    }
}
impl Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        Money(-self.0)
    }
}
impl AddAssign for Money {
    fn add_assign(&mut self, other: Money) {
        self.0 += other.0;
    }
}
impl SubAssign for Money {
    fn sub_assign(&mut self, other: Money) {
        self.0 -= other.0;
    }
}

/// A level in [0, 1] in 16 bits; 65535 is 1.
pub type Level = u16;

/// The level nearest to a number, clamped to [0, 1].
#[inline]
pub fn level(x: f64) -> Level {
    (x.clamp(0.0, 1.0) * 65_535.0 + 0.5) as u16
}

/// The number in [0, 1] that a level stands for.
#[inline]
pub fn number(level: Level) -> f64 {
    f64::from(level) / 65_535.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_rounds_to_the_nearest_cent_on_both_sides_of_zero() {
        assert_eq!(Money::from_eur(1.005), Money(100));
        assert_eq!(Money::from_eur(-1.006), Money(-101));
        assert_eq!(Money(1000).share(0.333), Money(333));
    }

    #[test]
    fn levels_cover_the_unit_interval() {
        assert_eq!(level(-1.0), 0);
        assert_eq!(level(2.0), 65_535);
        assert_eq!(number(level(1.0)), 1.0);
    }
}
