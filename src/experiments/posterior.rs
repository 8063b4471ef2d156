//! A sample of parameter values: the posterior of a calibration, or draws from what the catalogue says.
//!
//! The file `posterior.csv` has the header `draw,<parameters>` and one row per draw. Seed s takes draw
//! 1 + (s - 1) mod n in file order, so that scenarios run with the same seeds stay paired.

use std::collections::BTreeMap;

use super::plan::{Acts, Design, Factor, Method, Spread, Value};
use super::sampling;
use crate::export::csv;
use crate::export::manifest::{SampleRecord, hash_text};
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::parameters::{Catalogue, Entry};

/// Name under which a sample stands beside the results that were made with it.
pub const FILE: &str = "posterior.csv";

/// Values of some parameters, draw by draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// What people know it by: the end of the path that it was read from; empty for one that was made here.
    pub name: String,
    names: Vec<String>,
    draws: Vec<Vec<f64>>,
    /// The text it was read from.
    pub text: String,
}

impl Sample {
    /// Reads `posterior.csv`; every value must be one that the catalogue accepts. The error is the first of the file.
    pub fn read(label: &str, text: &str, catalogue: &Catalogue) -> Result<Sample, Box<Diagnostic>> {
        let wrong = |row: usize, column: usize, code: Code, message: String| {
            let line_text = text.lines().nth(row).unwrap_or_default();
            // No value of such a file is quoted.
            let offset: usize = line_text.split(',').take(column).map(|cell| cell.chars().count() + 1).sum();
            let mut diagnostic = Diagnostic::whole_file(label, code, message);
            (diagnostic.line, diagnostic.column) = (row + 1, offset + 1);
            (diagnostic.source_line, diagnostic.caret_offset) =
                (line_text.chars().take(200).collect(), offset.min(200));
            diagnostic.caret_length =
                line_text.split(',').nth(column).map_or(1, |cell| cell.chars().count()).max(1);
            Box::new(diagnostic)
        };
        let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate();
        let header: Vec<&str> =
            lines.next().map_or(Vec::new(), |(_, line)| line.split(',').map(str::trim).collect());
        if header.first() != Some(&"draw") || header.len() < 2 {
            let mut diagnostic =
                wrong(0, 0, Code::MissingKey, "the header of a sample begins with `draw`".to_string());
            diagnostic.expected = Some("draw,<names of parameters>".to_string());
            return Err(diagnostic);
        }
        for (column, name) in header.iter().enumerate().skip(1) {
            if let Some(entry) = catalogue.entry(name) {
                if header[..column].contains(&entry.name.as_str()) {
                    return Err(wrong(0, column, Code::Duplicate, format!("`{name}` stands twice")));
                }
            } else if let Err(refusal) = catalogue.check_override(name, 0.0) {
                let mut diagnostic = wrong(0, column, refusal.code, refusal.message);
                (diagnostic.expected, diagnostic.nearest) = (refusal.expected, refusal.nearest);
                return Err(diagnostic);
            }
        }
        let mut draws = Vec::new();
        for (row, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
            let cells: Vec<&str> = line.split(',').map(str::trim).collect();
            if cells.len() != header.len() {
                let message = format!("{} values under {} names", cells.len(), header.len());
                return Err(wrong(row, 0, Code::Syntax, message));
            }
            let mut draw = Vec::with_capacity(header.len() - 1);
            for (column, name) in header.iter().enumerate().skip(1) {
                let Ok(value) = cells[column].parse::<f64>() else {
                    let message = format!("`{}` is not a number", cells[column]);
                    return Err(wrong(row, column, Code::WrongType, message));
                };
                if let Err(refusal) = catalogue.check_override(name, value) {
                    let mut diagnostic = wrong(row, column, refusal.code, refusal.message);
                    diagnostic.expected = refusal.expected;
                    return Err(diagnostic);
                }
                draw.push(value);
            }
            draws.push(draw);
        }
        if draws.is_empty() {
            return Err(wrong(0, 0, Code::MissingKey, "the sample holds no draw".to_string()));
        }
        let names = header[1..].iter().map(|name| (*name).to_string()).collect();
        Ok(Sample { name: end_of(label), names, draws, text: text.to_string() })
    }

    /// Draws of every parameter that the catalogue varies, as a Latin hypercube.
    pub fn of_catalogue(entries: &[Entry], n: usize, seed: u64) -> Sample {
        let factor = |entry: &Entry| {
            let spread = Spread::of_catalogue(entry)?;
            Some(Factor { name: entry.name.clone(), acts: Acts::Parameter, spread })
        };
        let factors: Vec<Factor> = entries.iter().filter_map(factor).collect();
        let design = Design { method: Method::LatinHypercube, points: n, seed };
        // A Latin hypercube can always be drawn.
        let shares = sampling::shares(&design, &factors).ok().flatten();
        let draw = |point: usize| -> Vec<f64> {
            let row = shares.as_ref().map_or(&[][..], |shares| shares.row(point));
            let value = |(factor, share): (&Factor, &f64)| match factor.spread.at(*share) {
                Value::Number(value) => value,
                Value::Word(_) => f64::NAN,
            };
            factors.iter().zip(row).map(value).collect()
        };
        let names: Vec<String> = factors.iter().map(|factor| factor.name.clone()).collect();
        Sample::new(names, (0..n).map(draw).collect())
    }

    /// A sample of named parameters, with its text.
    pub fn new(names: Vec<String>, draws: Vec<Vec<f64>>) -> Sample {
        let mut text = format!("draw,{}\n", names.join(","));
        for (at, draw) in draws.iter().enumerate() {
            let cells: Vec<String> = draw.iter().map(|value| csv::number(*value)).collect();
            text += &format!("{},{}\n", at + 1, cells.join(","));
        }
        Sample { name: String::new(), names, draws, text }
    }

    /// The same draws with those of other parameters beside them, draw by draw; the shorter of the two begins anew.
    pub fn beside(&self, other: &Sample) -> Sample {
        let n = self.len().max(other.len());
        let names = self.names.iter().chain(&other.names).cloned().collect();
        let row = |sample: &Sample, at: usize| sample.draws[at % sample.len()].clone();
        Sample::new(names, (0..n).map(|at| [row(self, at), row(other, at)].concat()).collect())
    }

    /// Whether it has values of a parameter.
    pub fn has(&self, parameter: &str) -> bool {
        self.names.iter().any(|name| name == parameter)
    }

    /// The first draws, or all if there are fewer.
    pub fn first(&self, n: usize) -> Sample {
        Sample::new(self.names.clone(), self.draws.iter().take(n).cloned().collect())
    }

    /// Number of draws.
    pub fn len(&self) -> usize {
        self.draws.len()
    }

    /// Never: a sample without draws is refused.
    pub fn is_empty(&self) -> bool {
        self.draws.is_empty()
    }

    /// Values of a numbered draw, from 0; after the last the first comes again.
    pub fn draw(&self, number: u64) -> BTreeMap<String, f64> {
        let at = number % self.draws.len() as u64;
        self.names.iter().cloned().zip(self.draws[at as usize].iter().copied()).collect()
    }

    /// Values of the draw that a seed takes.
    pub fn of_seed(&self, seed: u64) -> BTreeMap<String, f64> {
        // Seed 0 takes the last draw: the rule read modulo n.
        self.draw(seed + self.draws.len() as u64 - 1)
    }

    /// The draws with these numbers, as [`Sample::draw`] counts them, in this order.
    pub fn picked(&self, numbers: &[u64]) -> Sample {
        let draw = |number: &u64| self.draws[(*number % self.draws.len() as u64) as usize].clone();
        Sample::new(self.names.clone(), numbers.iter().map(draw).collect())
    }

    /// Hash of its text.
    pub fn hash(&self) -> String {
        hash_text(&blake3::hash(self.text.as_bytes()))
    }

    /// What a manifest says of it beside its hash.
    pub fn record(&self) -> SampleRecord {
        SampleRecord { name: self.name.clone(), draws: self.len(), parameters: self.names.clone() }
    }

    /// Uncertain parameters of the catalogue that neither it nor these settings give a value: they stay at their defaults.
    pub fn n_left_at_defaults(&self, entries: &[Entry], settings: &BTreeMap<String, f64>) -> usize {
        let varies = |entry: &&Entry| Spread::of_catalogue(entry).is_some();
        let is_left = |entry: &&Entry| !self.has(&entry.name) && !settings.contains_key(&entry.name);
        entries.iter().filter(varies).filter(is_left).count()
    }
}

/// Folder and file at the end of a path, for the name of a sample: most samples are called the same, and where a path begins is nobody's concern.
pub fn end_of(path: &str) -> String {
    let mut parts: Vec<&str> = path.rsplit('/').filter(|part| !["", "."].contains(part)).take(2).collect();
    parts.reverse();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "trafficking.risk_decay_per_week";

    fn read(text: &str) -> Result<Sample, String> {
        Sample::read("posterior.csv", text, &Catalogue::compiled_in())
            .map_err(|diagnostic| diagnostic.to_string())
    }

    #[test]
    fn a_sample_is_called_by_the_end_of_its_path() {
        for (path, name) in [
            ("/home/a/output/fit/posterior.csv", "fit/posterior.csv"),
            ("./posterior.csv", "posterior.csv"),
            ("posterior.csv", "posterior.csv"),
        ] {
            assert_eq!(end_of(path), name);
        }
    }

    #[test]
    fn seeds_take_draws_in_turn() {
        let sample = read(&format!("draw,{NAME}\n7,0.05\n3,0.1\n\n")).unwrap();
        assert_eq!(sample.len(), 2);
        for (seed, value) in [(1, 0.05), (2, 0.1), (3, 0.05), (4, 0.1), (0, 0.1)] {
            assert_eq!(sample.of_seed(seed), BTreeMap::from([(NAME.to_string(), value)]), "{seed}");
        }
        let numbers = [3, 0, 5];
        let picked = sample.picked(&numbers);
        for (row, number) in (0..).zip(numbers) {
            assert_eq!(picked.draw(row), sample.draw(number), "{number}");
        }
    }

    #[test]
    fn draws_from_the_catalogue_read_back_and_fill_every_slice() {
        let catalogue = Catalogue::compiled_in();
        let sample = Sample::of_catalogue(&catalogue.entries, 10, 1);
        assert_eq!(read(&sample.text).unwrap(), Sample { name: FILE.to_string(), ..sample.clone() });
        assert_eq!(sample.n_left_at_defaults(&catalogue.entries, &BTreeMap::new()), 0);
        let one = read(&format!("draw,{NAME}\n1,0.05\n")).unwrap();
        let left = |settings: &[(&str, f64)]| {
            let settings = settings.iter().map(|(name, value)| ((*name).to_string(), *value)).collect();
            one.n_left_at_defaults(&catalogue.entries, &settings)
        };
        let varied = sample.record().parameters.len();
        assert_eq!((left(&[]), left(&[("violence.excitation_share", 0.25)])), (varied - 1, varied - 2));
        assert_eq!(sample.first(4).len(), 4);
        assert_eq!(sample.first(4).of_seed(3), sample.of_seed(3));
        let mut values: Vec<f64> = (1..=10).map(|seed| sample.of_seed(seed)[NAME]).collect();
        values.sort_by(f64::total_cmp);
        let entry = catalogue.entry(NAME).unwrap();
        let spread = Spread::of_catalogue(entry).unwrap();
        for (slice, value) in values.into_iter().enumerate() {
            let [low, high] = [slice, slice + 1].map(|at| match spread.at(at as f64 / 10.0) {
                Value::Number(bound) => bound,
                Value::Word(word) => panic!("{word}"),
            });
            assert!((low..=high).contains(&value), "{value} is not in {low} to {high}");
        }
    }

    #[test]
    fn errors_have_a_place() {
        for (text, place, code) in [
            ("".to_string(), "1:1", "missing-key"),
            (format!("draw,{NAME}\n"), "1:1", "missing-key"),
            (format!("{NAME},draw\n"), "1:1", "missing-key"),
            ("draw,trafficking.risk_decay_per_wek\n1,0.1\n".to_string(), "1:6", "unknown-name"),
            (format!("draw,{NAME},{NAME}\n1,0.1,0.1\n"), "1:38", "duplicate"),
            (format!("draw,{NAME}\n1,0.1\n2,much\n"), "3:3", "wrong-type"),
            (format!("draw,{NAME}\n1,0.1\n2,5\n"), "3:3", "out-of-range"),
            (format!("draw,{NAME}\n1,0.1\n2\n"), "3:1", "syntax"),
        ] {
            let message = read(&text).unwrap_err();
            assert!(message.starts_with(&format!("posterior.csv:{place}: error[{code}]")), "{message}");
        }
    }
}
