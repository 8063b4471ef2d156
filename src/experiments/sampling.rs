//! The points of a design: which share of its distribution each factor takes at each point.
//!
//! Everything is a pure function of the design's seed, the factor's name and the number of the point: adding a factor
//! moves no other column, and points do not depend on threads or on each other. Shares lie in [0, 1); the
//! distribution of the factor turns them into values ([`super::plan::Spread::at`]).
//!
//! - *Latin hypercube*: McKay, Beckman and Conover (1979), one point in each of n equal slices, at random within it.
//! - *Sobol' sequence*: direction numbers of Joe and Kuo (2008), nested uniform scrambling of Owen (1995) in base 2.
//! - *Saltelli*: blocks of Saltelli and others (2010) for first-order and total indices. A base point takes k + 2
//!   rows: A, then A with the i-th factor from B for each factor i, then B.
//! - *Morris*: trajectories of Morris (1991) on four levels, k + 1 rows each; between neighbouring rows one
//!   factor moves by two thirds of its range of shares.

use rand::Rng as _;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use sobol::Sobol;
use sobol::params::JoeKuoD6;

use super::plan::{Design, Factor, Method, Plan, Spread, Value};
use crate::base::draws::{hash, join};

/// Most factors of a Sobol' sequence; Saltelli's blocks take two columns each.
pub const MOST_COLUMNS: usize = 1000;

/// Levels of Morris' grid, and how many of them a step crosses.
const LEVELS: u64 = 4;
const STEP: u64 = 2;

/// The points of a plan, in order.
#[derive(Clone, Debug)]
pub struct Points<'p> {
    plan: &'p Plan,
    rows: usize,
    shares: Option<Shares>,
}

/// Shares by point and factor.
#[derive(Clone, Debug, PartialEq)]
pub struct Shares {
    columns: usize,
    values: Vec<f64>,
}

impl Shares {
    /// The shares of a point, in the order of the factors.
    pub fn row(&self, point: usize) -> &[f64] {
        &self.values[point * self.columns..(point + 1) * self.columns]
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.values.len() / self.columns.max(1)
    }

    /// True without points.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    fn from_columns(rows: usize, columns: &[Vec<f64>]) -> Shares {
        let values = (0..rows).flat_map(|row| columns.iter().map(move |column| column[row])).collect();
        Shares { columns: columns.len(), values }
    }
}

impl<'p> Points<'p> {
    /// Draws the points of a plan; memory grows with points times factors. Why a design cannot be drawn is said
    /// in words.
    pub fn of(plan: &'p Plan) -> Result<Points<'p>, String> {
        let rows = plan.n_points().ok_or("the design has more points than a machine can count")?;
        let shares = plan.design.as_ref().map(|design| shares(design, &plan.factors)).transpose()?.flatten();
        Ok(Points { plan, rows, shares })
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// True without points.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Shares by point and factor; none for a grid or a list.
    pub fn shares(&self) -> Option<&Shares> {
        self.shares.as_ref()
    }

    /// The values of a point (from 0), in the order of the factors.
    pub fn values(&self, point: usize) -> Vec<Value> {
        if let Some(shares) = &self.shares {
            let row = self.plan.factors.iter().zip(shares.row(point));
            return row.map(|(factor, share)| factor.spread.at(*share)).collect();
        }
        match self.plan.listed.get(point) {
            Some(listed) => listed.clone(),
            None => grid_point(&self.plan.factors, point),
        }
    }
}

/// Every combination in the order of the factors, the last one fastest.
fn grid_point(factors: &[Factor], point: usize) -> Vec<Value> {
    let mut rest = point;
    let mut values: Vec<Value> = factors
        .iter()
        .rev()
        .map(|factor| {
            let Spread::Values(values) = &factor.spread else { return factor.spread.at(0.5) };
            let value = values[rest % values.len()].clone();
            rest /= values.len();
            value
        })
        .collect();
    values.reverse();
    values
}

/// The shares of a design; none where values are listed.
pub fn shares(design: &Design, factors: &[Factor]) -> Result<Option<Shares>, String> {
    let keys: Vec<u64> = factors.iter().map(|factor| hash(&factor.name)).collect();
    let n = design.points;
    Ok(match design.method {
        Method::Grid | Method::List => None,
        Method::LatinHypercube => Some(latin_hypercube(n, &keys, design.seed)),
        Method::Sobol => Some(sobol(n, &keys, design.seed)?),
        Method::Saltelli => Some(saltelli(n, &keys, design.seed)?),
        Method::Morris => Some(morris(n, &keys, design.seed)),
    })
}

/// A generator for one use of a design, factor or trajectory.
fn generator(seed: u64, purpose: &str, key: u64) -> ChaCha8Rng {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&hash(purpose).to_le_bytes());
    bytes[16..24].copy_from_slice(&key.to_le_bytes());
    ChaCha8Rng::from_seed(bytes)
}

/// A number in [0, 1).
fn share(rng: &mut ChaCha8Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

/// A whole number below `n`.
fn below(rng: &mut ChaCha8Rng, n: usize) -> usize {
    ((u128::from(rng.next_u64()) * n as u128) >> 64) as usize
}

fn latin_hypercube(n: usize, keys: &[u64], seed: u64) -> Shares {
    let columns: Vec<Vec<f64>> = keys
        .iter()
        .map(|key| {
            let mut rng = generator(seed, "latin-hypercube", *key);
            let mut slices: Vec<usize> = (0..n).collect();
            for at in (1..n).rev() {
                slices.swap(at, below(&mut rng, at + 1));
            }
            slices.into_iter().map(|slice| (slice as f64 + share(&mut rng)) / n as f64).collect()
        })
        .collect();
    Shares::from_columns(n, &columns)
}

/// Points of a scrambled Sobol' sequence; the key of a column scrambles it.
fn sobol(n: usize, keys: &[u64], seed: u64) -> Result<Shares, String> {
    if keys.len() > MOST_COLUMNS {
        return Err(format!("a Sobol' sequence of {} columns; at most {MOST_COLUMNS}", keys.len()));
    }
    let scramble: Vec<u64> = keys.iter().map(|key| join(hash("sobol"), join(seed, *key))).collect();
    let mut values = Vec::with_capacity(n * keys.len());
    for point in Sobol::<u32>::new(keys.len(), &JoeKuoD6::standard()).take(n) {
        let words = point.into_iter().zip(&scramble).map(|(word, key)| scrambled(word, *key));
        // The middle of the interval that a word stands for.
        values.extend(words.map(|word| (f64::from(word) + 0.5) / (1_u64 << 32) as f64));
    }
    Ok(Shares { columns: keys.len(), values })
}

/// Owen's nested uniform scrambling: whether a bit is flipped depends on all bits before it.
fn scrambled(word: u32, key: u64) -> u32 {
    let mut flipped = word;
    for bit in 0..u32::BITS {
        let before = u64::from(word) >> (u32::BITS - bit);
        let flip = join(key, (u64::from(bit) << 32) | before) >> 63;
        flipped ^= (flip as u32) << (u32::BITS - 1 - bit);
    }
    flipped
}

fn saltelli(n: usize, keys: &[u64], seed: u64) -> Result<Shares, String> {
    let k = keys.len();
    let both: Vec<u64> = keys.iter().copied().chain(keys.iter().map(|key| join(*key, hash("B")))).collect();
    let both = sobol(n, &both, seed)?;
    let mut values = Vec::with_capacity(n * (k + 2) * k);
    for point in 0..n {
        let (a, b) = both.row(point).split_at(k);
        values.extend_from_slice(a);
        for other in 0..k {
            values.extend((0..k).map(|factor| if factor == other { b[factor] } else { a[factor] }));
        }
        values.extend_from_slice(b);
    }
    Ok(Shares { columns: k, values })
}

fn morris(n: usize, keys: &[u64], seed: u64) -> Shares {
    let k = keys.len();
    let level = |at: u64| at as f64 / (LEVELS - 1) as f64;
    let mut values = Vec::with_capacity(n * (k + 1) * k);
    for trajectory in 0..n as u64 {
        // Where each factor starts, whether it moves up, and when its turn is.
        let mut moves: Vec<(u64, usize, u64, u64)> = keys
            .iter()
            .enumerate()
            .map(|(factor, key)| {
                let mut rng = generator(seed, "morris", join(*key, trajectory));
                let lower = below(&mut rng, (LEVELS - STEP) as usize) as u64;
                let up = rng.next_u64() >> 63 == 1;
                let (from, to) = if up { (lower, lower + STEP) } else { (lower + STEP, lower) };
                (rng.next_u64(), factor, from, to)
            })
            .collect();
        let mut row: Vec<f64> = moves.iter().map(|(_, _, from, _)| level(*from)).collect();
        values.extend_from_slice(&row);
        moves.sort_unstable();
        for (_, factor, _, to) in moves {
            row[factor] = level(to);
            values.extend_from_slice(&row);
        }
    }
    Shares { columns: k, values }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::plan::Acts;

    fn factors(n: usize) -> Vec<Factor> {
        let spread = Spread::Uniform { low: 0.0, high: 1.0 };
        (0..n)
            .map(|i| Factor { name: format!("x{i}"), acts: Acts::Parameter, spread: spread.clone() })
            .collect()
    }

    fn drawn(method: Method, points: usize, seed: u64, n: usize) -> Shares {
        shares(&Design { method, points, seed }, &factors(n)).unwrap().unwrap()
    }

    const DRAWN: [Method; 4] = [Method::LatinHypercube, Method::Sobol, Method::Saltelli, Method::Morris];

    #[test]
    fn designs_are_the_same_every_time_and_another_seed_gives_another() {
        for method in DRAWN {
            let design = drawn(method, 16, 1, 3);
            assert_eq!(design, drawn(method, 16, 1, 3));
            assert_ne!(design, drawn(method, 16, 2, 3));
            assert!(design.values.iter().all(|share| (0.0..=1.0).contains(share)), "{method:?}");
        }
    }

    #[test]
    fn a_new_factor_moves_no_other_column() {
        for method in [Method::LatinHypercube, Method::Sobol] {
            let (two, three) = (drawn(method, 32, 1, 2), drawn(method, 32, 1, 3));
            for point in 0..32 {
                assert_eq!(two.row(point), &three.row(point)[..2], "{method:?}");
            }
        }
    }

    #[test]
    fn every_slice_of_a_latin_hypercube_and_of_a_sobol_sequence_holds_one_point() {
        for method in [Method::LatinHypercube, Method::Sobol] {
            let design = drawn(method, 64, 7, 9);
            for factor in 0..9 {
                let mut slices: Vec<usize> =
                    (0..64).map(|point| (design.row(point)[factor] * 64.0) as usize).collect();
                slices.sort_unstable();
                assert_eq!(slices, (0..64).collect::<Vec<_>>(), "{method:?} {factor}");
            }
        }
    }

    #[test]
    fn scrambling_keeps_the_squares_of_the_sobol_sequence() {
        // The first two dimensions form a (0, 2)-sequence: of 64 points every 8 x 8 square holds one.
        let design = drawn(Method::Sobol, 64, 3, 2);
        let mut squares: Vec<usize> = (0..64)
            .map(|point| {
                let row = design.row(point);
                (row[0] * 8.0) as usize * 8 + (row[1] * 8.0) as usize
            })
            .collect();
        squares.sort_unstable();
        assert_eq!(squares, (0..64).collect::<Vec<_>>());
    }

    #[test]
    fn the_unscrambled_sequence_is_that_of_joe_and_kuo() {
        // scipy.stats.qmc.Sobol(d=12, scramble=False), points 5, 6 and 7, dimensions 1, 3, 6 and 12.
        let points: Vec<Vec<u32>> = Sobol::<u32>::new(12, &JoeKuoD6::standard()).take(8).collect();
        let share =
            |point: usize, dimension: usize| f64::from(points[point][dimension - 1]) / 4_294_967_296.0;
        let expected = [
            (5, [0.875, 0.125, 0.625, 0.875]),
            (6, [0.625, 0.875, 0.875, 0.625]),
            (7, [0.125, 0.375, 0.375, 0.125]),
        ];
        for (point, shares) in expected {
            assert_eq!([1, 3, 6, 12].map(|dimension| share(point, dimension)), shares, "point {point}");
        }
    }

    #[test]
    fn a_saltelli_block_exchanges_one_factor_at_a_time() {
        let design = drawn(Method::Saltelli, 4, 1, 3);
        assert_eq!(design.len(), 4 * 5);
        for block in 0..4 {
            let row = |at: usize| design.row(block * 5 + at);
            for other in 0..3 {
                for factor in 0..3 {
                    let from = if factor == other { row(4) } else { row(0) };
                    assert_eq!(row(1 + other)[factor], from[factor]);
                }
            }
            assert!((0..3).all(|factor| row(0)[factor] != row(4)[factor]));
        }
    }

    #[test]
    fn a_morris_trajectory_moves_every_factor_once_by_two_thirds() {
        let design = drawn(Method::Morris, 10, 1, 4);
        assert_eq!(design.len(), 50);
        for trajectory in 0..10 {
            let mut moved = Vec::new();
            for step in 0..4 {
                let (from, to) = (design.row(trajectory * 5 + step), design.row(trajectory * 5 + step + 1));
                let changed: Vec<usize> = (0..4).filter(|f| from[*f] != to[*f]).collect();
                assert_eq!(changed.len(), 1);
                assert!(((from[changed[0]] - to[changed[0]]).abs() - 2.0 / 3.0).abs() < 1e-12);
                moved.extend(changed);
            }
            moved.sort_unstable();
            assert_eq!(moved, [0, 1, 2, 3]);
        }
    }

    #[test]
    fn a_grid_holds_every_combination_the_last_factor_fastest() {
        let values = |numbers: &[f64]| Spread::Values(numbers.iter().map(|x| Value::Number(*x)).collect());
        let mut factors = factors(2);
        factors[0].spread = values(&[1.0, 2.0]);
        factors[1].spread = values(&[10.0, 20.0, 30.0]);
        let texts: Vec<String> = (0..6)
            .map(|point| {
                grid_point(&factors, point).iter().map(Value::to_string).collect::<Vec<_>>().join(" ")
            })
            .collect();
        assert_eq!(texts, ["1 10", "1 20", "1 30", "2 10", "2 20", "2 30"]);
    }
}
