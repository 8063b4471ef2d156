//! What `groups.csv` tells the figures: the kind of each group, and fighters by kind over time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::base::dates::Date;
use crate::entities::vocabulary::GroupKind;
use crate::experiments::summary::quantile;
use crate::report::FigureError;
use crate::report::rows::Rows;
use crate::report::tables::Manifest;

/// The armed groups of an ensemble.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    /// Kind by seed and id: two seeds may give one name to different groups.
    kinds: BTreeMap<u64, BTreeMap<String, GroupKind>>,
    /// Fighters by period, kind and seed.
    fighters: BTreeMap<Date, [BTreeMap<u64, u64>; GroupKind::COUNT]>,
    seeds: BTreeSet<u64>,
}

impl Groups {
    /// Reads `groups.csv` of a folder.
    ///
    /// # Errors
    ///
    /// Missing, foreign or damaged tables.
    pub fn read(dir: &Path, manifest: &Manifest) -> Result<Groups, FigureError> {
        let mut rows = Rows::open(dir, "groups", &["seed", "date", "group", "kind", "fighters"], manifest)?;
        let mut groups = Groups { seeds: manifest.seeds.clone(), ..Groups::default() };
        while rows.advance()? {
            let seed = rows.seed(0, manifest)?;
            let word = rows.text(3)?;
            let kind = GroupKind::of(word).ok_or_else(|| {
                let known: Vec<&str> = GroupKind::ALL.iter().map(|kind| kind.word()).collect();
                rows.malformed(format!("kind: `{word}`, expected one of {}", known.join(", ")))
            })?;
            let of_seed = groups.kinds.entry(seed).or_default();
            let group = rows.text(2)?;
            if !of_seed.contains_key(group) {
                of_seed.insert(group.to_string(), kind);
            }
            let by_kind = groups.fighters.entry(rows.date(1)?).or_default();
            *by_kind[kind as usize].entry(seed).or_default() += rows.whole(4)?;
        }
        Ok(groups)
    }

    /// The kind of a group in a run, or none if the run knows no such group.
    pub fn kind(&self, seed: u64, group: &str) -> Option<GroupKind> {
        self.kinds.get(&seed)?.get(group).copied()
    }

    /// Periods of the table.
    pub fn dates(&self) -> Vec<Date> {
        self.fighters.keys().copied().collect()
    }

    /// Median over seeds of the fighters of one kind, by period; a run without such a group counts as 0.
    pub fn median_fighters(&self, kind: GroupKind) -> Vec<f64> {
        let of_period = |by_kind: &[BTreeMap<u64, u64>; GroupKind::COUNT]| {
            let by_seed = &by_kind[kind as usize];
            let mut values: Vec<f64> =
                self.seeds.iter().map(|seed| by_seed.get(seed).copied().unwrap_or(0) as f64).collect();
            median(&mut values)
        };
        self.fighters.values().map(of_period).collect()
    }

    /// Range over nine seeds in ten of the fighters of all kinds, by period; none of one seed.
    pub fn range_of_all(&self) -> Vec<(f64, f64)> {
        let of_period = |by_kind: &[BTreeMap<u64, u64>; GroupKind::COUNT]| {
            let all = |seed: &u64| by_kind.iter().filter_map(|kind| kind.get(seed)).sum::<u64>() as f64;
            nine_in_ten(self.seeds.iter().map(all).collect())
        };
        if self.seeds.len() < 2 { Vec::new() } else { self.fighters.values().map(of_period).collect() }
    }
}

/// The 5 and 95 % quantiles.
pub fn nine_in_ten(mut values: Vec<f64>) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    (quantile(&values, 0.05), quantile(&values, 0.95))
}

/// Median by linear interpolation; 0 of nothing.
pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        n if n % 2 == 1 => values[n / 2],
        n => (values[n / 2 - 1] + values[n / 2]) / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_of_odd_even_and_no_values() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&mut [4.0, 1.0]), 2.5);
        assert_eq!(median(&mut []), 0.0);
    }
}
