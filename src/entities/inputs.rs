//! Dated inputs from outside the system: step series, seasons, scandals, elections.

use crate::base::dates::Week;

/// One step series.
#[derive(Clone, Debug)]
pub struct Series {
    /// Id.
    pub id: String,
    /// Steps: from this week on, this value.
    pub steps: Vec<(Week, f64)>,
}

/// All inputs. Series and seasons are asked for by name and stand in every theatre: data of one's own replace them, and can
/// neither add nor take out any. The calendar moves `week`, so that without it they keep their first values.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Series.
    pub series: Vec<Series>,
    /// Seasons by month of the year.
    pub seasons: Vec<(String, [f64; 12])>,
    /// Scandals: week, leakage added, legitimacy lost, weeks that the leakage lasts.
    pub scandals: Vec<(Week, f64, f64, f64)>,
    /// Elections: week, presidential, how disputed [0, 1].
    pub elections: Vec<(Week, bool, f64)>,
    /// Week whose values hold.
    pub week: Week,
}

impl Inputs {
    /// Value of a series this week.
    pub fn value(&self, id: &str) -> f64 {
        let series = self.series.iter().find(|s| s.id == id);
        self.value_now(series.unwrap_or_else(|| panic!("inputs.toml has no series {id}")))
    }
    /// Value this week of the series of something, `what-of`; no text is made of it, for this is asked often.
    pub fn value_of(&self, what: &str, of: &str) -> f64 {
        let is = |id: &str| id.strip_prefix(what).and_then(|rest| rest.strip_prefix('-')) == Some(of);
        let series = self.series.iter().find(|s| is(&s.id));
        self.value_now(series.unwrap_or_else(|| panic!("inputs.toml has no series {what}-{of}")))
    }
    fn value_now(&self, series: &Series) -> f64 {
        let before = series.steps.iter().take_while(|(from, _)| *from <= self.week).last();
        before.or(series.steps.first()).map_or(0.0, |(_, value)| *value)
    }
    /// The same with every series at its present value for good and no scandal or election; seasons go on.
    pub fn frozen(&self) -> Inputs {
        let steps = |series: &Series| vec![(Week(0), self.value(&series.id))];
        let series = self.series.iter().map(|s| Series { id: s.id.clone(), steps: steps(s) }).collect();
        Inputs { series, seasons: self.seasons.clone(), week: self.week, ..Inputs::default() }
    }
    /// How much cheaper subsidised fuel and food are in a country than in Mali, January 2012 = 1; 1 without a series.
    pub fn subsidy_gap(&self, country: &str) -> f64 {
        match country {
            "DZA" => self.value("algeria-subsidy-gap"),
            "LBY" => self.value("libya-subsidy-gap"),
            _ => 1.0,
        }
    }
    /// Value of a season this week.
    pub fn season(&self, id: &str) -> f64 {
        let season = self.seasons.iter().find(|(name, _)| name == id);
        let month = self.week.monday().month as usize - 1;
        season.map_or_else(|| panic!("inputs.toml has no season {id}"), |(_, months)| months[month])
    }
}
