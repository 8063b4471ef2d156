//! Tables of experiments, read back: comparisons, validation, claims, sensitivity and calibration.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::experiments::comparison::differences::stands_out;
use crate::report::FigureError;
use crate::report::page::assumed::UsedSample;
use crate::report::rows::Rows;
use crate::report::tables::{short, text_of};

/// A folder with tables of an experiment.
pub struct Findings {
    /// The folder.
    pub dir: PathBuf,
    /// What the experiment is called: the name of its folder.
    pub name: String,
    /// Version of the program that wrote the tables, as far as a manifest says so.
    pub version: String,
    /// The sample that gave runs their parameters, if there was one.
    pub sample: Option<UsedSample>,
    /// Parameters set on the command line, with their values.
    pub settings: BTreeMap<String, f64>,
    hashes: BTreeMap<String, String>,
    scenarios: [Option<ScenarioText>; 2],
    messages: RefCell<Vec<String>>,
}

/// What the manifest of a comparison says about one of its scenarios.
#[derive(Clone, Debug, Default)]
pub struct ScenarioText {
    /// Its title, or its name.
    pub title: String,
    /// The question that it asks, or "".
    pub question: String,
}

/// One row of `differences.csv`.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Region.
    pub region: String,
    /// Year, or `horizon`.
    pub period: String,
    /// Indicator.
    pub indicator: String,
    /// Mean of the base.
    pub base_mean: f64,
    /// Mean of the other scenario.
    pub other_mean: f64,
    /// Other minus base, mean over pairs.
    pub difference: f64,
    /// 5 % end of its interval.
    pub low90: f64,
    /// 95 % end of its interval.
    pub high90: f64,
    /// Pairs of runs.
    pub pairs: f64,
    /// False discovery rate at which it would just be named; NaN where nothing varies.
    pub discovery_rate: f64,
}

impl Difference {
    /// True if it is told from no difference, by the rule of `compare`.
    pub fn is_clear(&self) -> bool {
        stands_out(self.discovery_rate)
    }
}

/// One row of `winners.csv`.
#[derive(Clone, Debug)]
pub struct Winner {
    /// Kind: region, community, actor.
    pub who_kind: String,
    /// Who.
    pub who: String,
    /// Indicator.
    pub indicator: String,
    /// Other minus base.
    pub difference: f64,
    /// 5 % end of its interval.
    pub low90: f64,
    /// 95 % end of its interval.
    pub high90: f64,
    /// gain, loss or undecided.
    pub verdict: String,
}

/// One row of `causes.csv`.
#[derive(Clone, Debug)]
pub struct Cause {
    /// Indicator.
    pub indicator: String,
    /// Kind of cause.
    pub kind: String,
    /// Name of the cause.
    pub name: String,
    /// Share of the difference.
    pub share: f64,
    /// 5 % end of its interval.
    pub low90: f64,
    /// 95 % end of its interval.
    pub high90: f64,
}

/// One row of `patterns.csv`.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// Id.
    pub pattern: String,
    /// What is documented.
    pub statement: String,
    /// Lower end of the documented range; NaN if it is open.
    pub documented_low: f64,
    /// Upper end of the documented range; NaN if it is open.
    pub documented_high: f64,
    /// Median over seeds.
    pub median: f64,
    /// 5 % quantile.
    pub p05: f64,
    /// 95 % quantile.
    pub p95: f64,
    /// Verdict.
    pub verdict: String,
    /// Source of the documented figure.
    pub source: String,
}

/// One row of `claims.csv`.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Number of the claim.
    pub claim: String,
    /// What the claim expects: up, down or same.
    pub direction: String,
    /// Column of `indicators.csv`, or the weeks until it reaches something.
    pub indicator: String,
    /// Area.
    pub region: String,
    /// Scenario that does what the claim speaks of.
    pub other: String,
    /// Share of draws in which it holds.
    pub share_of_draws: f64,
    /// Verdict.
    pub verdict: String,
}

/// One row of `sensitivity.csv`.
#[derive(Clone, Debug)]
pub struct Sensitivity {
    /// Outcome.
    pub outcome: String,
    /// Parameter.
    pub parameter: String,
    /// mu_star, sigma, first or total.
    pub index: String,
    /// Value.
    pub value: f64,
    /// 5 % end of its interval.
    pub low90: f64,
    /// 95 % end of its interval.
    pub high90: f64,
}

/// One row of `regret.csv`.
#[derive(Clone, Debug)]
pub struct Regret {
    /// Outcome.
    pub outcome: String,
    /// Policy.
    pub scenario: String,
    /// Mean regret.
    pub regret: f64,
    /// 5 % end of its interval.
    pub low90: f64,
    /// 95 % end of its interval.
    pub high90: f64,
    /// Regret that nine of ten states stay below.
    pub regret_p90: f64,
    /// Share of states in which the outcome clears the bar; NaN without one.
    pub satisficing: f64,
    /// best, not best, too close to call (after a colon why), or unknown.
    pub verdict: String,
}

/// One row of `scores.csv`.
#[derive(Clone, Debug)]
pub struct Score {
    /// Series.
    pub series: String,
    /// Region or host.
    pub region: String,
    /// model, last-year or population-share.
    pub method: String,
    /// Share of observations within the central 90 %.
    pub coverage90: f64,
    /// Continuous ranked probability score.
    pub crps: f64,
    /// Predicted over observed.
    pub level_ratio: f64,
    /// Observations scored.
    pub n: u64,
}

/// One row of `boxes.csv`.
#[derive(Clone, Debug)]
pub struct BoxLimit {
    /// Outcome.
    pub outcome: String,
    /// Which of its values are of interest.
    pub interest: String,
    /// Number of the box.
    pub number: u64,
    /// Share of all cases of interest in the box.
    pub coverage: f64,
    /// Share of the cases in the box that are of interest.
    pub density: f64,
    /// Parameter.
    pub parameter: String,
    /// Lower limit; NaN if there is none.
    pub low: f64,
    /// Upper limit; NaN if there is none.
    pub high: f64,
    /// Share of half samples in which the parameter is limited again; NaN if not known.
    pub reproduced: f64,
}

impl Findings {
    /// Opens a folder.
    ///
    /// # Errors
    ///
    /// A folder that is not there.
    pub fn open(dir: &Path) -> Result<Findings, FigureError> {
        if !dir.is_dir() {
            return Err(FigureError::Missing { file: dir.to_path_buf() });
        }
        let full = dir.canonicalize().unwrap_or_else(|_| dir.to_path_buf());
        let name = full.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let manifest = std::fs::read_to_string(dir.join("manifest.json")).unwrap_or_default();
        let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap_or_default();
        let tables = manifest.get("tables").and_then(serde_json::Value::as_object);
        let hash_of = |(file, table): (&String, &serde_json::Value)| {
            let hash = table.get("hash").and_then(serde_json::Value::as_str)?;
            Some((file.clone(), short(hash)))
        };
        let scenario = |which: &str| {
            let found = manifest.get("inputs")?.get(which)?;
            let word = |key: &str| found.get(key).and_then(serde_json::Value::as_str).unwrap_or_default();
            let of = |key: &str| text_of(word("text"), key);
            Some(ScenarioText {
                title: of("title").unwrap_or_else(|| word("name").to_string()),
                question: of("question").unwrap_or_default(),
            })
        };
        let scenarios = [scenario("base"), scenario("other")];
        let version = manifest.get("version").and_then(serde_json::Value::as_str);
        let given = |part: &str, key: &str| manifest.get(part)?.get(key).cloned();
        let settings = given("inputs", "settings").and_then(|found| serde_json::from_value(found).ok());
        let record = given("outcome", "sample").and_then(|found| serde_json::from_value(found).ok());
        let hash = given("inputs", "posterior");
        Ok(Findings {
            sample: UsedSample::of(hash.as_ref().and_then(serde_json::Value::as_str), record),
            settings: settings.unwrap_or_default(),
            dir: dir.to_path_buf(),
            name,
            version: version.unwrap_or(env!("CARGO_PKG_VERSION")).to_string(),
            hashes: tables.into_iter().flatten().filter_map(hash_of).collect(),
            scenarios,
            messages: RefCell::default(),
        })
    }

    /// True if the folder holds this table.
    pub fn has(&self, table: &str) -> bool {
        self.dir.join(format!("{table}.csv")).is_file()
    }

    /// Short hash of a table's rows, as the manifest states it, or "".
    pub fn hash_of(&self, file: &str) -> &str {
        self.hashes.get(file).map_or("", String::as_str)
    }

    /// Base and other scenario of a comparison, as far as the manifest states them.
    pub fn scenario_texts(&self) -> &[Option<ScenarioText>; 2] {
        &self.scenarios
    }

    /// Keeps something that the user should hear.
    pub fn tell(&self, message: String) {
        self.messages.borrow_mut().push(message);
    }

    /// What the user should hear, once.
    pub fn take_messages(&self) -> Vec<String> {
        self.messages.take()
    }

    /// Reads every row of a table; an empty one is an error, for there is nothing to show.
    fn read<T>(
        &self,
        table: &str,
        columns: &[&str],
        row: impl Fn(&Rows) -> Result<T, FigureError>,
    ) -> Result<Vec<T>, FigureError> {
        let mut rows = Rows::open_alone(&self.dir, table, columns)?;
        let mut found = Vec::new();
        while rows.advance()? {
            found.push(row(&rows)?);
        }
        if found.is_empty() {
            let file = rows.file().to_path_buf();
            return Err(FigureError::NoRows { file, what: "no rows".to_string() });
        }
        Ok(found)
    }

    /// `differences.csv`.
    ///
    /// # Errors
    ///
    /// A missing, foreign, damaged or empty table, here and below.
    pub fn differences(&self) -> Result<Vec<Difference>, FigureError> {
        let columns = [
            "region",
            "period",
            "indicator",
            "base_mean",
            "other_mean",
            "difference",
            "low90",
            "high90",
            "pairs",
            "discovery_rate",
        ];
        self.read("differences", &columns, |rows| {
            Ok(Difference {
                region: word(rows, 0)?,
                period: word(rows, 1)?,
                indicator: word(rows, 2)?,
                base_mean: rows.number(3)?,
                other_mean: rows.number(4)?,
                difference: rows.number(5)?,
                low90: rows.number(6)?,
                high90: rows.number(7)?,
                pairs: rows.number(8)?,
                discovery_rate: rows.number(9)?,
            })
        })
    }

    /// `winners.csv`.
    ///
    /// # Errors
    ///
    /// As above.
    pub fn winners(&self) -> Result<Vec<Winner>, FigureError> {
        let columns = ["who_kind", "who", "indicator", "difference", "low90", "high90", "verdict"];
        self.read("winners", &columns, |rows| {
            let verdict = word(rows, 6)?;
            if !["gain", "loss", "undecided"].contains(&verdict.as_str()) {
                let reason = format!("verdict: `{verdict}`, expected gain, loss or undecided");
                return Err(rows.malformed(reason));
            }
            Ok(Winner {
                who_kind: word(rows, 0)?,
                who: word(rows, 1)?,
                indicator: word(rows, 2)?,
                difference: rows.number(3)?,
                low90: rows.number(4)?,
                high90: rows.number(5)?,
                verdict,
            })
        })
    }

    /// `causes.csv`.
    ///
    /// # Errors
    ///
    /// As above.
    pub fn causes(&self) -> Result<Vec<Cause>, FigureError> {
        let columns = ["indicator", "kind", "name", "share", "low90", "high90"];
        self.read("causes", &columns, |rows| {
            Ok(Cause {
                indicator: word(rows, 0)?,
                kind: word(rows, 1)?,
                name: word(rows, 2)?,
                share: rows.number(3)?,
                low90: rows.number(4)?,
                high90: rows.number(5)?,
            })
        })
    }

    /// `patterns.csv`.
    ///
    /// # Errors
    ///
    /// As above.
    pub fn patterns(&self) -> Result<Vec<Pattern>, FigureError> {
        let columns = [
            "pattern",
            "statement",
            "documented_low",
            "documented_high",
            "median",
            "p05",
            "p95",
            "verdict",
            "source",
        ];
        self.read("patterns", &columns, |rows| {
            Ok(Pattern {
                pattern: word(rows, 0)?,
                statement: word(rows, 1)?,
                documented_low: rows.number(2)?,
                documented_high: rows.number(3)?,
                median: rows.number(4)?,
                p05: rows.number(5)?,
                p95: rows.number(6)?,
                verdict: word(rows, 7)?,
                source: word(rows, 8)?,
            })
        })
    }

    /// `claims.csv`.
    ///
    /// # Errors
    ///
    /// As above.
    pub fn claims(&self) -> Result<Vec<Claim>, FigureError> {
        let columns = ["claim", "direction", "indicator", "region", "other", "share_of_draws", "verdict"];
        self.read("claims", &columns, |rows| {
            Ok(Claim {
                claim: word(rows, 0)?,
                direction: word(rows, 1)?,
                indicator: word(rows, 2)?,
                region: word(rows, 3)?,
                other: word(rows, 4)?,
                share_of_draws: rows.number(5)?,
                verdict: word(rows, 6)?,
            })
        })
    }

    /// `sensitivity.csv`.
    ///
    /// # Errors
    ///
    /// As above.
    pub fn sensitivity(&self) -> Result<Vec<Sensitivity>, FigureError> {
        let columns = ["outcome", "parameter", "index", "value", "low90", "high90"];
        self.read("sensitivity", &columns, |rows| {
            Ok(Sensitivity {
                outcome: word(rows, 0)?,
                parameter: word(rows, 1)?,
                index: word(rows, 2)?,
                value: rows.number(3)?,
                low90: rows.number(4)?,
                high90: rows.number(5)?,
            })
        })
    }

    /// `regret.csv`.
    ///
    /// # Errors
    ///
    /// As above.
    pub fn regret(&self) -> Result<Vec<Regret>, FigureError> {
        let columns =
            ["outcome", "scenario", "regret", "low90", "high90", "regret_p90", "satisficing", "verdict"];
        self.read("regret", &columns, |rows| {
            Ok(Regret {
                outcome: word(rows, 0)?,
                scenario: word(rows, 1)?,
                regret: rows.number(2)?,
                low90: rows.number(3)?,
                high90: rows.number(4)?,
                regret_p90: rows.number(5)?,
                satisficing: rows.number(6)?,
                verdict: word(rows, 7)?,
            })
        })
    }

    /// `scores.csv`.
    ///
    /// # Errors
    ///
    /// As above.
    pub fn scores(&self) -> Result<Vec<Score>, FigureError> {
        let columns = ["series", "region", "method", "coverage90", "crps", "level_ratio", "n"];
        self.read("scores", &columns, |rows| {
            Ok(Score {
                series: word(rows, 0)?,
                region: word(rows, 1)?,
                method: word(rows, 2)?,
                coverage90: rows.number(3)?,
                crps: rows.number(4)?,
                level_ratio: rows.number(5)?,
                n: rows.whole(6)?,
            })
        })
    }

    /// `boxes.csv`.
    ///
    /// # Errors
    ///
    /// As above.
    pub fn boxes(&self) -> Result<Vec<BoxLimit>, FigureError> {
        let columns =
            ["outcome", "interest", "box", "coverage", "density", "parameter", "low", "high", "reproduced"];
        self.read("boxes", &columns, |rows| {
            Ok(BoxLimit {
                outcome: word(rows, 0)?,
                interest: word(rows, 1)?,
                number: rows.whole(2)?,
                coverage: rows.number(3)?,
                density: rows.number(4)?,
                parameter: word(rows, 5)?,
                low: rows.number(6)?,
                high: rows.number(7)?,
                reproduced: rows.number(8)?,
            })
        })
    }

    /// The lowest and the highest value that `runs.csv` holds of something that was varied; none without such a column.
    pub fn range_of_runs(&self, varied: &str) -> Option<[f64; 2]> {
        let mut rows = Rows::open_alone(&self.dir, "runs", &[varied]).ok()?;
        let mut range = [f64::INFINITY, f64::NEG_INFINITY];
        while rows.advance().ok()? {
            let value = rows.number(0).ok()?;
            range = [range[0].min(value), range[1].max(value)];
        }
        (range[0] <= range[1]).then_some(range)
    }

    /// The parameters of `posterior.csv` with their draws, in the order of its columns.
    ///
    /// # Errors
    ///
    /// As above.
    pub fn posterior(&self) -> Result<Vec<(String, Vec<f64>)>, FigureError> {
        let header = Rows::open_alone(&self.dir, "posterior", &["draw"])?.header();
        let names: Vec<&str> = header.iter().map(String::as_str).filter(|name| *name != "draw").collect();
        let draws = self.read("posterior", &names, |rows| {
            (0..names.len()).map(|i| rows.number(i)).collect::<Result<Vec<f64>, FigureError>>()
        })?;
        let of = |i: usize| draws.iter().map(|draw| draw[i]).filter(|value| value.is_finite()).collect();
        Ok(names.iter().enumerate().map(|(i, name)| ((*name).to_string(), of(i))).collect())
    }
}

fn word(rows: &Rows, column: usize) -> Result<String, FigureError> {
    rows.text(column).map(str::to_string)
}
