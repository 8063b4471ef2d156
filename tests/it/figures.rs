//! Figures: drawn from the tables of a made-up ensemble of plausible shape; honest with thin or empty tables,
//! and clear about missing, foreign and damaged ones.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use harmattan::base::dates::{Date, Week, month_start};
use harmattan::base::maths::{exp, logistic};
use harmattan::report::figures::{FIGURES, FINDINGS_FIGURES};
use harmattan::report::raster::Rasterizer;
use harmattan::report::theme::Style;
use harmattan::report::{FigureError, Wanted, draw_folder};
use tempfile::TempDir;

/// What the made-up ensemble looks like.
pub struct Ensemble {
    pub seeds: u64,
    pub periods: u32,
    /// Every number is multiplied by this.
    pub level: f64,
    pub regions: &'static [&'static str],
    pub every: &'static str,
}

pub const FULL: Ensemble = Ensemble {
    seeds: 12,
    periods: 108,
    level: 1.0,
    regions: &["Gao", "Mopti", "Mali", "North", "Centre"],
    every: "month",
};

/// Rising from 0 to 1 around a month.
fn rise(month: f64, middle: f64, width: f64) -> f64 {
    logistic((month - middle) / width)
}

/// A number in [0, 1) that depends on its arguments only.
fn noise(a: u64, b: u64, c: u64) -> f64 {
    let mut x = a.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ b.wrapping_mul(0xBF58_476D_1CE4_E5B9) ^ (c << 17);
    for _ in 0..3 {
        x ^= x >> 29;
        x = x.wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^= x >> 32;
    }
    (x >> 11) as f64 / (1u64 << 53) as f64
}

/// What one run says in a period that begins `m` months after January 2012: a path, a factor of the run, and noise.
fn value(region: &str, indicator: &str, period: u32, m: f64, seed: u64) -> f64 {
    let north = if region == "North" { 1.0 } else { 0.0 };
    let run = 0.6 + 0.8 * noise(seed, 7, 1);
    let noise_now = 0.65 + 0.7 * noise(seed, u64::from(period), indicator.len() as u64);
    let bump = |middle: f64, width: f64| exp(-((m - middle) / width) * ((m - middle) / width));
    let war = bump(2.0, 2.0) + 1.8 * bump(13.5, 1.6);
    let share = |low: f64, x: f64| (low + (1.0 - low) * x).clamp(0.0, 1.0) * (0.93 + 0.07 * run);
    match indicator {
        "deaths" => (180.0 * war + 15.0 + 260.0 * rise(m, 78.0, 12.0)) * run * noise_now,
        "state_presence" => match region {
            "North" => share(0.08, 0.5 * rise(3.0, m, 0.6) + 0.28 * run * rise(m, 24.0, 8.0)),
            "Centre" => share(0.2, 0.75 - 0.55 * run * rise(m, 60.0, 14.0)),
            _ => share(0.3, 0.72 - 0.2 * rise(m, 40.0, 20.0)),
        },
        "illicit_income_eur" => {
            3.1e6 * (1.0 + 0.5 * rise(m, 30.0, 15.0)) * run * noise_now * (0.5 + 0.5 * north)
        }
        "state_spending_eur" => {
            4.2e6 * (0.25 + 0.75 * rise(3.0, m, 1.0) + 0.4 * rise(m, 40.0, 10.0)) * (0.8 + 0.3 * run)
        }
        "idps" => 1e5 * (2.6 * rise(m, 6.0, 3.0) - 2.2 * rise(m, 22.0, 5.0) + 2.3 * rise(m, 92.0, 7.0)) * run,
        "refugees" => 1.45e5 * (rise(m, 4.0, 2.5) - 0.1 * rise(m, 40.0, 20.0)) * (0.8 + 0.3 * run),
        _ => m * run,
    }
}

/// Quantile of type 7.
fn quantile(sorted: &[f64], p: f64) -> f64 {
    let at = p * (sorted.len() - 1) as f64;
    let low = sorted[at.floor() as usize];
    low + (sorted[at.ceil() as usize] - low) * at.fract()
}

impl Ensemble {
    fn date(&self, period: u32) -> Date {
        if self.every == "week" { Week(period).monday() } else { month_start(period) }
    }

    fn month(&self, period: u32) -> f64 {
        f64::from(period) * if self.every == "week" { 12.0 / 52.18 } else { 1.0 }
    }

    /// Writes the tables into a folder of their own.
    pub fn write(&self) -> TempDir {
        let dir = tempfile::tempdir().unwrap();
        self.write_to(dir.path());
        dir
    }

    pub fn write_to(&self, dir: &Path) {
        fs::write(dir.join("manifest.json"), self.manifest()).unwrap();
        fs::write(dir.join("summary.csv"), self.summary()).unwrap();
        fs::write(dir.join("groups.csv"), self.groups()).unwrap();
        fs::write(dir.join("places.csv"), self.places()).unwrap();
        fs::write(dir.join("timeline.csv"), self.timeline()).unwrap();
        fs::write(dir.join("indicators.csv"), self.indicators()).unwrap();
        fs::write(dir.join("events.csv"), self.events()).unwrap();
        fs::write(dir.join("flows.csv"), self.flows()).unwrap();
        fs::write(dir.join("ledger.csv"), self.ledger()).unwrap();
    }

    fn manifest(&self) -> String {
        let runs: Vec<String> =
            (1..=self.seeds).map(|seed| format!("{{\"seed\": {seed}, \"status\": \"done\"}}")).collect();
        let text = "format = 1\\nname = \\\"history\\\"\\ntitle = \\\"Mali 2012-2020, as it happened\\\"\\n\
                    [[lever]]\\nname = \\\"serval\\\"\\nset.strike-force = { actor = \\\"france\\\" }\\n\
                    [[lever]]\\nname = \\\"minusma-start\\\"\\nset.mission-size = { mission = \\\"minusma\\\" }\\n";
        format!(
            "{{\"format\": 1, \"program\": \"harmattan\", \"version\": \"0.1.0\", \"scenario\": {{\"name\": \
             \"history\", \"hash\": \"blake3:9f86d081884c7d65\", \"text\": \"{text}\"}}, \"options\": {{\"every\": \
             \"{}\"}}, \"runs\": [{}]}}",
            self.every,
            runs.join(", ")
        )
    }

    fn summary(&self) -> String {
        let indicators =
            ["deaths", "state_presence", "illicit_income_eur", "state_spending_eur", "idps", "refugees"];
        let mut text = "date,region,indicator,mean,p05,p25,p50,p75,p95\n".to_string();
        for period in 0..self.periods {
            for region in self.regions {
                for indicator in indicators {
                    let mut values: Vec<f64> = (1..=self.seeds)
                        .map(|seed| self.level * value(region, indicator, period, self.month(period), seed))
                        .collect();
                    values.sort_by(f64::total_cmp);
                    let mean = values.iter().sum::<f64>() / values.len() as f64;
                    write!(text, "{},{region},{indicator},{mean}", self.date(period)).unwrap();
                    for p in [0.05, 0.25, 0.5, 0.75, 0.95] {
                        write!(text, ",{}", quantile(&values, p)).unwrap();
                    }
                    text.push('\n');
                }
            }
        }
        text
    }

    fn groups(&self) -> String {
        let mut text = "seed,date,group,kind,fighters,born,parent,ended\n".to_string();
        for seed in 1..=self.seeds {
            let run = 0.8 + 0.4 * noise(seed, 3, 3);
            for period in 0..self.periods {
                let m = self.month(period);
                let date = self.date(period);
                let rows = [
                    ("mnla", "separatist", 2600.0 - 1200.0 * rise(m, 8.0, 3.0)),
                    ("aqim", "jihadist", 900.0 + 1500.0 * rise(m, 6.0, 2.0) - 1600.0 * rise(m, 14.0, 2.0)),
                    ("katiba", "jihadist", 1900.0 * rise(m, 60.0, 14.0)),
                    ("gatia", "loyalist-militia", 900.0 * rise(m, 32.0, 3.0)),
                    ("dan-na", "self-defence", 1100.0 * rise(m, 74.0, 8.0)),
                ];
                for (group, kind, fighters) in rows {
                    let parent = if group == "katiba" { "aqim" } else { "" };
                    let fighters = (self.level * fighters * run) as u64;
                    writeln!(text, "{seed},{date},{group},{kind},{fighters},2012-01-02,{parent},").unwrap();
                }
            }
        }
        text
    }

    fn places(&self) -> String {
        let mut reader = csv::Reader::from_reader(include_str!("../../data/mali/places.csv").as_bytes());
        let places: Vec<(String, String, f64)> = reader
            .records()
            .map(Result::unwrap)
            .filter(|row| &row[2] == "MLI")
            .map(|row| (row[0].to_string(), row[3].to_string(), row[7].parse().unwrap()))
            .collect();
        let mut text = "seed,date,place,controller,state_presence,deaths,idps\n".to_string();
        for seed in 1..=self.seeds {
            for period in 0..self.periods {
                for (at, (place, region, latitude)) in places.iter().enumerate() {
                    let fate = noise(seed, at as u64, 5);
                    let north = matches!(region.as_str(), "Kidal" | "Gao" | "Tombouctou");
                    let controller = match (north, region.as_str(), self.month(period) as u32) {
                        (true, "Kidal", 14..) => {
                            ["mnla", "mnla", "mnla", "", "minusma"][(fate * 5.0) as usize]
                        }
                        (true, _, 3..14) => ["aqim", "aqim", "mnla", "aqim"][(fate * 4.0) as usize],
                        (true, _, 14..60) if *latitude > 17.5 => {
                            ["", "", "mnla", "aqim"][(fate * 4.0) as usize]
                        }
                        (true, _, 14..) => ["mali", "mali", "gatia", "katiba"][(fate * 4.0) as usize],
                        (_, "Mopti", 60..) => ["mali", "katiba", "dan-na", "katiba"][(fate * 4.0) as usize],
                        _ => "mali",
                    };
                    let presence = if controller == "mali" { 0.7 * self.level } else { 0.0 };
                    let deaths = (self.level * 6.0 * fate) as u64;
                    let idps = (self.level * 3_000.0 * fate) as u64;
                    let date = self.date(period);
                    writeln!(text, "{seed},{date},{place},{controller},{presence},{deaths},{idps}").unwrap();
                }
            }
        }
        text
    }

    fn indicators(&self) -> String {
        let names = [
            "deaths",
            "civilian_deaths",
            "fighters",
            "state_presence",
            "population_under_groups",
            "illicit_income_eur",
            "idps",
            "refugees",
            "trust_in_state",
        ];
        let mut text = format!("seed,date,region,{}\n", names.join(","));
        for seed in 1..=self.seeds {
            for period in 0..self.periods {
                for region in self.regions {
                    write!(text, "{seed},{},{region}", self.date(period)).unwrap();
                    for name in names {
                        let value = self.level * value(region, name, period, self.month(period), seed);
                        write!(text, ",{value}").unwrap();
                    }
                    text.push('\n');
                }
            }
        }
        text
    }

    fn events(&self) -> String {
        let mut text =
            "seed,id,date_start,kind,side_a,side_b,adm_1,adm_2,latitude,longitude,best,deaths_civilians\n"
                .to_string();
        let kinds = ["raid", "ambush", "mine", "rocket", "strike", "abuse"];
        for seed in 1..=self.seeds {
            for period in 0..self.periods {
                let date = self.date(period);
                for (n, kind) in kinds.iter().enumerate().take((self.level * 6.0) as usize) {
                    let row = "aqim,mali,Gao,Gao,16.3,-0.1,3,1";
                    writeln!(text, "{seed},{seed}-{period}-{n},{date},{kind},{row}").unwrap();
                }
            }
        }
        text
    }

    fn flows(&self) -> String {
        let mut text = "seed,date,commodity,from,to,value_eur\n".to_string();
        for seed in 1..=self.seeds {
            for period in 0..self.periods {
                let date = self.date(period);
                let value = self.level * 1e6 * noise(seed, u64::from(period), 9);
                writeln!(text, "{seed},{date},cocaine,Gao,Kidal,{value:.2}").unwrap();
                writeln!(text, "{seed},{date},cigarettes,Mopti,Gao,{value:.2}").unwrap();
                writeln!(text, "{seed},{date},cigarettes,Gao,Tamanrasset,{value:.2}").unwrap();
            }
        }
        text
    }

    fn ledger(&self) -> String {
        let mut text = "seed,date,payer,payee,purpose,amount_eur\n".to_string();
        for seed in 1..=self.seeds {
            for period in 0..self.periods {
                let date = self.date(period);
                let rows = [
                    ("illicit-markets", "tilemsi-arabs", "network-margin", 900_000.0),
                    ("tilemsi-arabs", "aqim", "toll", 120_000.0),
                    ("aqim", "people-gao", "fighter-pay", 80_000.0),
                    ("government-fra", "aqim", "ransom", 200_000.0),
                    ("mali", "economy", "services", 9_000_000.0),
                ];
                for (payer, payee, purpose, eur) in rows {
                    writeln!(text, "{seed},{date},{payer},{payee},{purpose},{:.2}", self.level * eur)
                        .unwrap();
                }
            }
        }
        text
    }

    fn timeline(&self) -> String {
        let mut text = "seed,date,kind,actor,place,text\n".to_string();
        for seed in 1..=self.seeds {
            let rows = [
                (format!("2012-03-{:02}", 12 + seed % 15), "coup", "mali"),
                ("2013-01-07".to_string(), "lever-started", "serval"),
                ("2013-07-01".to_string(), "lever-started", "minusma-start"),
                ("2015-01-05".to_string(), "lever-started", "serval"),
                ("2014-05-19".to_string(), "place-changed-hands", "mnla"),
                (format!("2020-08-{:02}", 3 + seed % 20), "coup", "mali"),
            ];
            for (date, kind, actor) in rows {
                writeln!(text, "{seed},{date},{kind},{actor},,").unwrap();
            }
        }
        text
    }
}

fn draw(dir: &Path, only: Option<&str>) -> (Result<Vec<PathBuf>, FigureError>, Vec<String>) {
    let mut said = Vec::new();
    let wanted = Wanted { only, ..Wanted::default() };
    let result = draw_folder(dir, &wanted, &mut |line| said.push(line.to_string()));
    (result, said)
}

fn svg(dir: &Path, figure: &str) -> String {
    fs::read_to_string(dir.join("plots").join(format!("{figure}.svg"))).unwrap()
}

#[test]
fn every_figure_is_drawn_as_svg_and_png_with_the_same_bytes_each_time() {
    let dir = FULL.write();
    let (files, said) = draw(dir.path(), None);
    let files = files.unwrap();
    assert_eq!(said, Vec::<String>::new());
    assert_eq!(files.len(), 2 * FIGURES.len());
    let read = || -> BTreeMap<PathBuf, Vec<u8>> {
        files.iter().map(|file| (file.clone(), fs::read(file).unwrap())).collect()
    };
    let first = read();
    assert!(first.values().all(|bytes| bytes.len() > 2_000));
    draw(dir.path(), None).0.unwrap();
    assert_eq!(first, read());
    assert_eq!(fs::read_dir(dir.path().join("plots")).unwrap().count(), files.len(), "no temporary files");
}

/// Writes one figure from one changed table and returns the error, as text.
fn error_with(table: &str, change: impl Fn(String) -> Option<String>, only: Option<&str>) -> String {
    let ensemble = Ensemble { seeds: 3, periods: 14, ..FULL };
    let dir = ensemble.write();
    let file = dir.path().join(table);
    match change(fs::read_to_string(&file).unwrap()) {
        Some(text) => fs::write(&file, text).unwrap(),
        None => fs::remove_file(&file).unwrap(),
    }
    let error = draw(dir.path(), only).0.unwrap_err().to_string();
    assert!(error.contains(file.to_str().unwrap()), "{error} does not name {table}");
    error
}

#[test]
fn missing_foreign_and_damaged_tables_are_named() {
    assert!(error_with("manifest.json", |_| None, None).contains("not found"));
    assert!(error_with("manifest.json", |_| Some("{}".into()), None).contains("not a manifest"));
    let undone = |text: String| Some(text.replace("done", "failed"));
    assert!(error_with("manifest.json", undone, None).contains("no run"));
    assert!(error_with("summary.csv", |_| None, None).contains("not found"));
    assert!(error_with("summary.csv", |_| Some("a,b\n1,2\n".into()), None).contains("no column `date`"));
    assert!(error_with("summary.csv", |_| Some(String::new()), None).contains("no column"));
    let nan = |text: String| {
        Some(text.replacen("2012-03-01,Mali,deaths,", "2012-03-01,Mali,deaths,1,NaN,2,3,4,5\n#", 1))
    };
    let error = error_with("summary.csv", nan, Some("deaths_per_month"));
    assert!(error.contains("summary.csv:74: p05: `NaN`, expected a number"), "{error}");
    let torn = |text: String| Some(text[..text.len() - 70].to_string());
    assert!(error_with("summary.csv", torn, None).contains("summary.csv:"));
    let dir = FULL.write();
    let file = dir.path().join("manifest.json");
    let counted = "\"tables\": {\"summary.csv\": {\"rows\": 5}}, \"runs\"";
    fs::write(&file, fs::read_to_string(&file).unwrap().replace("\"runs\"", counted)).unwrap();
    assert!(
        draw(dir.path(), None).0.unwrap_err().to_string().contains("3240 rows, but manifest.json says 5")
    );
    let twice = |text: String| Some(format!("{text}2012-01-01,Mali,deaths,1,1,1,1,1,1\n"));
    assert!(error_with("summary.csv", twice, None).contains("a second row"));
    assert!(error_with("groups.csv", |_| None, Some("map_of_control")).contains("not found"));
    let kind = |text: String| Some(text.replace("jihadist", "jihadi"));
    assert!(
        error_with("groups.csv", kind, Some("fighters")).contains("`jihadi`, expected one of separatist")
    );
    let other_seed = |text: String| Some(text.replace("\n3,2012-02-01", "\n4,2012-02-01"));
    assert!(error_with("places.csv", other_seed, None).contains("holds seed 4"));
    let header_only = |text: String| text.lines().next().map(|header| format!("{header}\n"));
    assert!(error_with("places.csv", header_only, Some("map_of_control")).contains("no rows"));
    assert!(error_with("timeline.csv", |_| Some("x\n".into()), None).contains("no column `seed`"));
}

#[test]
fn tables_in_parquet_only_and_unknown_figures_say_what_to_do() {
    let dir = Ensemble { seeds: 2, periods: 2, ..FULL }.write();
    fs::rename(dir.path().join("summary.csv"), dir.path().join("summary.parquet")).unwrap();
    let error = draw(dir.path(), None).0.unwrap_err().to_string();
    assert!(error.contains("only summary.parquet") && error.contains("--format csv"), "{error}");
    let error = draw(dir.path(), Some("death_per_month")).0.unwrap_err().to_string();
    assert!(error.contains("nearest: deaths_per_month"), "{error}");
}

#[test]
fn figures_that_do_not_need_a_missing_table_are_drawn() {
    let dir = Ensemble { seeds: 3, periods: 14, ..FULL }.write();
    fs::remove_file(dir.path().join("groups.csv")).unwrap();
    fs::remove_file(dir.path().join("timeline.csv")).unwrap();
    let (result, said) = draw(dir.path(), None);
    assert!(matches!(result, Err(FigureError::Missing { .. })));
    assert!(dir.path().join("plots/displacement.png").is_file());
    assert!(!dir.path().join("plots/fighters.svg").exists());
    assert!(said.iter().any(|line| line.contains("no dated marks")), "{said:?}");
    assert!(said.iter().filter(|line| line.contains("groups.csv")).count() >= 3, "{said:?}");
}

#[test]
fn one_seed_has_a_line_and_no_interval() {
    let dir = Ensemble { seeds: 1, ..FULL }.write();
    draw(dir.path(), None).0.unwrap();
    for figure in ["deaths_per_month", "state_presence", "illicit_income", "displacement"] {
        let text = svg(dir.path(), figure);
        assert!(text.contains("One seed: no interval."), "{figure}");
        assert!(!text.contains("<polygon"), "{figure} has a band");
        assert!(text.contains("<polyline"), "{figure} has no line");
    }
    assert!(!svg(dir.path(), "map_of_control").contains("agree"));
}

#[test]
fn all_zero_series_are_drawn_at_zero_and_say_so() {
    let dir = Ensemble { seeds: 3, level: 0.0, ..FULL }.write();
    draw(dir.path(), None).0.unwrap();
    for figure in ["deaths_per_month", "state_presence", "illicit_income", "displacement", "fighters"] {
        assert!(svg(dir.path(), figure).contains("Every value is zero."), "{figure}");
    }
}

#[test]
fn one_region_only_draws_what_there_is() {
    let dir = Ensemble { seeds: 3, periods: 30, regions: &["Mali"], ..FULL }.write();
    let (result, said) = draw(dir.path(), None);
    assert_eq!(result.unwrap().len(), 2 * (FIGURES.len() - 3));
    assert!(said.iter().any(|line| line.starts_with("figure illicit_income is not drawn")), "{said:?}");
    let text = svg(dir.path(), "state_presence");
    assert!(text.contains("holds no values for North, Centre"));
    assert!(text.contains("<title>State presence: Mali</title>"));
    assert!(matches!(draw(dir.path(), Some("illicit_income")).0, Err(FigureError::NoRows { .. })));
}

#[test]
fn short_and_weekly_tables_have_axes_with_words() {
    for (periods, every, tick) in
        [(1, "month", "Jan 2012"), (5, "month", "Apr 2012"), (1, "week", "Jan 2012"), (120, "week", "2013")]
    {
        let dir = Ensemble { seeds: 4, periods, every, ..FULL }.write();
        draw(dir.path(), None).0.unwrap();
        let text = svg(dir.path(), "deaths_per_month");
        assert!(text.contains(tick) && text.contains(&format!("persons per {every}")), "{periods} {every}");
    }
    let dir = Ensemble { seeds: 2, periods: 6, ..FULL }.write();
    draw(dir.path(), Some("map_of_control")).0.unwrap();
    assert!(svg(dir.path(), "map_of_control").contains("Jun\n</text>"));
}

#[test]
fn labels_have_ink() {
    let dir = Ensemble { seeds: 3, periods: 30, ..FULL }.write();
    draw(dir.path(), None).0.unwrap();
    let rasterizer = Rasterizer::new();
    for figure in FIGURES {
        let text = svg(dir.path(), figure.name);
        let mut bare = text.clone();
        while let (Some(from), Some(to)) = (bare.find("<text"), bare.find("</text>")) {
            bare.replace_range(from..to + "</text>".len(), "");
        }
        assert_ne!(
            rasterizer.png(&text, 800).unwrap(),
            rasterizer.png(&bare, 800).unwrap(),
            "{}",
            figure.name
        );
    }
}

#[test]
fn texts_from_outside_cannot_break_the_drawing() {
    let dir = Ensemble { seeds: 2, periods: 3, ..FULL }.write();
    let file = dir.path().join("manifest.json");
    let text = fs::read_to_string(&file).unwrap();
    let title = "<b>War & peace</b> \\\\u0001 in a very long title that goes on and on over several lines of the sheet";
    fs::write(&file, text.replace("Mali 2012-2020, as it happened", title)).unwrap();
    draw(dir.path(), None).0.unwrap();
    assert!(svg(dir.path(), "fighters").contains("&lt;b&gt;War &amp; peace"));
}

/// Small tables of experiments in the documented layout.
pub const FINDINGS: [(&str, &str); 10] = [
    (
        "boxes",
        "outcome,interest,box,coverage,density,mass,parameter,low,high,quasi_p,reproduced\n\
         deaths,above 900,1,0.8,0.7,0.2,trafficking.risk_decay_per_week,0.1,,0.01,0.9\n\
         deaths,above 900,1,0.8,0.7,0.2,no.such,,3,0.01,0.9\n",
    ),
    (
        "differences",
        "region,period,indicator,base_mean,other_mean,difference,low90,high90,pairs,variance_ratio,discovery_rate\n\
         Mali,horizon,deaths,1000,800,-200,-300,-100,20,0.4,0.001\n\
         Mali,horizon,state_presence,0.5,0.49,-0.01,-0.02,0.01,20,0.3,0.5\n\
         North,horizon,deaths,400,420,20,5,35,20,0.4,0.04\n\
         Centre,horizon,deaths,0,10,10,5,15,20,0.4,0.04\n\
         Mali,2013,deaths,100,90,-10,-20,-1,20,0.4,0.2\n",
    ),
    (
        "winners",
        "who_kind,who,indicator,difference,low90,high90,verdict\n\
         region,Gao,deaths,-5,-9,-1,gain\n\
         region,Kidal,deaths,5,1,9,loss\n\
         community,tuareg,illicit_livelihood_share,0.01,-0.01,0.03,undecided\n",
    ),
    (
        "causes",
        "indicator,kind,name,share,low90,high90\n\
         deaths,lever,north-border,0.7,0.4,0.9\n\
         deaths,submodel,trafficking,0.2,-0.1,0.5\n",
    ),
    (
        "patterns",
        "pattern,statement,documented_low,documented_high,median,p05,p95,share_of_seeds,verdict,source\n\
         P1,The north falls within weeks,12,16,14,11,20,0.7,pass,lacher2013\n\
         P2,\"Refugees, at the peak\",150000,,90000,80000,99000,0,fail,data\n\
         P3,Unknown,1,1,,,,,fail,data\n",
    ),
    (
        "claims",
        "claim,source,base,other,indicator,region,period,direction,effect,low90,high90,share_of_draws,verdict,\
         deciding_parameter,verdict_at_low,verdict_at_high\n\
         Border control hurts traders,clingendael2015,a,b,deaths,Mali,horizon,up,1,0,2,0.8,supported,x.y,,\n",
    ),
    (
        "sensitivity",
        "outcome,parameter,index,value,low90,high90\n\
         deaths,violence.a,mu_star,120,90,150\ndeaths,violence.a,sigma,40,30,50\n\
         deaths,perception.b,mu_star,30,10,50\ndeaths,perception.b,sigma,90,30,99\n\
         presence,violence.a,mu_star,0,0,0\npresence,violence.a,sigma,0,0,0\n",
    ),
    (
        "regret",
        "outcome,scenario,mean,regret,low90,high90,regret_p90,regret_most,below_own,satisficing,probability_best,verdict\n\
         deaths,history,900,120,80,160,300,400,50,,0,not best\n\
         deaths,border-control-blunt,800,10,5,15,40,90,50,,1,best\n\
         presence,history,0.5,0,0,0,0,0,0,,0.5,too close to call\n\
         presence,border-control-blunt,0.5,0,0,0,0,0,0,,0.5,too close to call\n",
    ),
    (
        "scores",
        "series,region,method,coverage90,crps,level_ratio,rank_correlation,n\n\
         deaths,Gao,model,0.5,1.2,0.4,,12\ndeaths,Gao,last-year,0.6,1,0.9,,12\ndeaths,Gao,population-share,0.6,2,0.2,,12\n\
         deaths,Mali,model,0.5,2,0.4,0.8,108\ndeaths,Mali,last-year,0.6,2.5,0.9,0.9,108\n\
         deaths,Mali,population-share,0.6,4,2.5,-0.1,108\nrefugees,every host,model,0.1,900,1.4,1,8\n\
         refugees,every host,last-year,0.7,600,1,1,8\nrefugees,every host,population-share,,,,,0\n",
    ),
    ("posterior", "draw,trafficking.risk_decay_per_week\n1,0.05\n2,0.06\n3,0.06\n4,0.09\n"),
];

fn findings() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (table, text) in FINDINGS {
        fs::write(dir.path().join(format!("{table}.csv")), text).unwrap();
    }
    dir
}

#[test]
fn figures_of_experiments_are_drawn_from_the_tables_that_are_there() {
    let dir = findings();
    let (result, said) = draw(dir.path(), None);
    let files = result.unwrap();
    assert_eq!((files.len(), said), (2 * FINDINGS_FIGURES.len(), Vec::<String>::new()));
    let text = svg(dir.path(), "differences");
    assert!(text.contains("<title>What changes under") && text.contains("over 20 pairs"));
    for table in ["differences", "causes", "sensitivity"] {
        fs::remove_file(dir.path().join(format!("{table}.csv"))).unwrap();
    }
    assert_eq!(draw(dir.path(), None).0.unwrap().len(), 2 * (FINDINGS_FIGURES.len() - 4));
    let error = draw(dir.path(), Some("tornado")).0.unwrap_err().to_string();
    assert!(error.contains("sensitivity.csv") && error.contains("not found"), "{error}");
    let error = draw(dir.path(), Some("fighters")).0.unwrap_err().to_string();
    assert!(error.contains("holds no runs of a scenario"), "{error}");
    let scenario = Ensemble { seeds: 2, periods: 2, ..FULL }.write();
    let error = draw(scenario.path(), Some("tornado")).0.unwrap_err().to_string();
    assert!(error.contains("drawn from sensitivity.csv"), "{error}");
}

#[test]
fn damaged_and_empty_tables_of_experiments_are_named() {
    let wrong = |table: &str, text: &str| {
        let dir = findings();
        fs::write(dir.path().join(format!("{table}.csv")), text).unwrap();
        let figure = FINDINGS_FIGURES.iter().find(|figure| figure.table == table).unwrap();
        draw(dir.path(), Some(figure.name)).0.unwrap_err().to_string()
    };
    for (table, text) in FINDINGS {
        let header = text.lines().next().unwrap();
        let reasons: &[&str] = match table {
            "scores" => &["no observed series"],
            "boxes" => &["no box was found", "10 at least", "--at-least"],
            _ => &["no rows"],
        };
        let said = wrong(table, &format!("{header}\n"));
        assert!(reasons.iter().all(|reason| said.contains(reason)), "{table}: {said}");
        assert!(wrong(table, "a,b\n1,2\n").contains("has no column"), "{table}");
    }
    let winners = "who_kind,who,indicator,difference,low90,high90,verdict\nregion,Gao,deaths,1,1,1,maybe\n";
    assert!(wrong("winners", winners).contains("winners.csv:2: verdict: `maybe`"));
    assert!(wrong("posterior", "draw,no.parameter\n1,2\n").contains("no column is a parameter"));
    let zeros = "region,period,indicator,base_mean,other_mean,difference,low90,high90,pairs,discovery_rate\nMali,horizon,deaths,0,0,0,0,0,2,\n";
    assert!(wrong("differences", zeros).contains("no difference of an indicator"));
}

#[test]
fn events_that_were_not_recorded_are_no_fault() {
    let dir = Ensemble { seeds: 2, periods: 3, ..FULL }.write();
    fs::remove_file(dir.path().join("events.csv")).unwrap();
    let file = dir.path().join("manifest.json");
    let tables = "\"tables\": {\"summary.csv\": {\"rows\": 90}}, \"runs\"";
    fs::write(&file, fs::read_to_string(&file).unwrap().replace("\"runs\"", tables)).unwrap();
    let (result, said) = draw(dir.path(), None);
    assert_eq!(result.unwrap().len(), 2 * (FIGURES.len() - 1));
    assert!(said.iter().any(|line| line.contains("events were not recorded")), "{said:?}");
}

/// Draws odd cases into the folder that `HARMATTAN_KEEP_FIGURES` names, to be looked at.
#[test]
fn figures_to_look_at() {
    let Ok(keep) = std::env::var("HARMATTAN_KEEP_FIGURES") else { return };
    let cases = [
        ("paper", Style::Paper, FULL),
        ("slides", Style::Slides, FULL),
        ("dark", Style::Dark, FULL),
        ("one-seed", Style::Paper, Ensemble { seeds: 1, ..FULL }),
        ("zero", Style::Paper, Ensemble { level: 0.0, ..FULL }),
        ("weekly", Style::Paper, Ensemble { every: "week", periods: 470, ..FULL }),
        ("short", Style::Paper, Ensemble { periods: 7, ..FULL }),
        ("one-month", Style::Paper, Ensemble { periods: 1, ..FULL }),
        ("to-2022", Style::Paper, Ensemble { periods: 132, ..FULL }),
    ];
    for (name, style) in [("findings", Style::Paper), ("findings-dark", Style::Dark)] {
        let folder = Path::new(&keep).join(name);
        fs::create_dir_all(&folder).unwrap();
        for (table, text) in FINDINGS {
            fs::write(folder.join(format!("{table}.csv")), text).unwrap();
        }
        draw_folder(&folder, &Wanted { style, ..Wanted::default() }, &mut |line| println!("{line}")).unwrap();
    }
    for (name, style, ensemble) in cases {
        let folder = Path::new(&keep).join(name);
        fs::create_dir_all(&folder).unwrap();
        ensemble.write_to(&folder);
        let start = std::time::Instant::now();
        let wanted = Wanted { style, ..Wanted::default() };
        draw_folder(&folder, &wanted, &mut |line| println!("{name}: {line}")).unwrap();
        println!("{name}: {} ms", start.elapsed().as_millis());
    }
}
