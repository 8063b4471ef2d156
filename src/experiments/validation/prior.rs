//! Draws from the catalogue: what the assumptions alone, before any fitting, make of a pattern.

use std::collections::BTreeMap;

use crate::experiments::plan::{Acts, Design, Factor, Method, Spread, Value};
use crate::experiments::sampling;
use crate::scenario::parameters::Entry;

/// Seed of the design.
const DESIGN_SEED: u64 = 1;

/// `n` draws of every parameter that the catalogue varies, as a Latin hypercube.
pub fn draws(entries: &[Entry], n: usize) -> Vec<BTreeMap<String, f64>> {
    let factor = |entry: &Entry| {
        let spread = Spread::of_catalogue(entry)?;
        Some(Factor { name: entry.name.clone(), acts: Acts::Parameter, spread })
    };
    let factors: Vec<Factor> = entries.iter().filter_map(factor).collect();
    let design = Design { method: Method::LatinHypercube, points: n, seed: DESIGN_SEED };
    // A Latin hypercube can always be drawn.
    let Ok(Some(shares)) = sampling::shares(&design, &factors) else { return Vec::new() };
    let draw = |point: usize| {
        let values = factors.iter().zip(shares.row(point)).filter_map(|(factor, share)| {
            let Value::Number(value) = factor.spread.at(*share) else { return None };
            Some((factor.name.clone(), value))
        });
        values.collect()
    };
    (0..n).map(draw).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::parameters::{Catalogue, Distribution};

    #[test]
    fn every_draw_may_be_set_and_what_is_fixed_stays() {
        let catalogue = Catalogue::compiled_in();
        let draws = draws(&catalogue.entries, 12);
        assert_eq!(draws.len(), 12);
        for draw in &draws {
            catalogue.resolve(draw).unwrap();
        }
        for entry in &catalogue.entries {
            let fixed = entry.distribution == Distribution::Fixed || entry.range[0] == entry.range[1];
            assert_eq!(draws[0].contains_key(&entry.name), !fixed, "{}", entry.name);
        }
    }
}
