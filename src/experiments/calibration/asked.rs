//! What the calibration of the defaults was asked for, and what it could not settle: `data/calibration/asked.csv`.

/// The table, as it is compiled in.
const TEXT: &str = include_str!("../../../data/calibration/asked.csv");

/// A parameter that the calibration was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its name.
    pub parameter: &'static str,
    /// Whether the targets tell it at all.
    pub told: bool,
    /// Whether its 90 % interval in the sample of its block is clearly narrower than that of the prior.
    pub narrowed: bool,
}

impl Asked {
    /// True if the data clearly narrowed what it may be; all others stay as uncertain as they were.
    pub fn is_settled(self) -> bool {
        self.told && self.narrowed
    }
}

/// Every parameter that was asked for, in the order of the blocks.
pub fn all() -> Vec<Asked> {
    let row = |line: &'static str| {
        let mut cells = line.split(',').skip(1);
        let parameter = cells.next()?;
        let mut is_yes = || cells.next().map(|cell| cell == "yes");
        Some(Asked { parameter, told: is_yes()?, narrowed: is_yes()? })
    };
    TEXT.lines().skip(1).filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::parameters::{Catalogue, Status};

    const SAMPLE: &str = include_str!("../../../data/calibration/posterior.csv");

    #[test]
    fn what_was_asked_is_what_the_sample_holds_and_what_is_settled_is_calibrated() {
        let asked = all();
        assert_eq!(asked.len(), TEXT.lines().count() - 1);
        let mut names: Vec<&str> = asked.iter().map(|one| one.parameter).collect();
        let mut held: Vec<&str> = SAMPLE.lines().next().unwrap().split(',').skip(1).collect();
        names.sort_unstable();
        held.sort_unstable();
        assert_eq!(names, held);
        let mut settled: Vec<&str> =
            asked.iter().filter(|one| one.is_settled()).map(|one| one.parameter).collect();
        settled.sort_unstable();
        let catalogue = Catalogue::compiled_in();
        let entries = catalogue.entries.iter().filter(|entry| entry.status == Status::Calibrated);
        let mut calibrated: Vec<&str> = entries.map(|entry| entry.name.as_str()).collect();
        calibrated.sort_unstable();
        assert_eq!(settled, calibrated);
        assert!(asked.iter().any(|one| !one.told && !one.is_settled()));
    }
}
