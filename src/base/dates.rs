//! The calendar: weeks from Monday 2 January 2012, and dates.

use serde::{Deserialize, Serialize};

/// Weeks since the week of 2 January 2012.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Week(pub u32);

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Date {
    /// Year.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, from 1.
    pub day: u8,
}

/// First day of every run.
pub const FIRST_DAY: Date = Date { year: 2012, month: 1, day: 2 };
/// Monday of the last week of a default run.
pub const DEFAULT_UNTIL: Date = Date { year: 2020, month: 12, day: 28 };
/// Last Monday to which a run may be extended.
pub const HORIZON: Date = Date { year: 2022, month: 12, day: 26 };

const DAYS_BEFORE_FIRST: i64 = FIRST_DAY.days();

impl Date {
    /// Days since 1 January 1970 (proleptic Gregorian).
    pub const fn days(self) -> i64 {
        // The year begins in March, so that the leap day is its last.
        let y = if self.month <= 2 { self.year as i64 - 1 } else { self.year as i64 };
        let era = y.div_euclid(400);
        let year_of_era = y - era * 400;
        let month_from_march = (self.month as i64 + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + self.day as i64 - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
    }

    /// The date of a number of days since 1 January 1970.
    pub fn from_days(days: i64) -> Date {
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let day_of_era = z - era * 146_097;
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u8;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 } as u8;
        let year = (year_of_era + era * 400 + i64::from(month <= 2)) as i32;
        Date { year, month, day }
    }

    /// Reads `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Date> {
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || year.len() != 4 || month.len() != 2 || day.len() != 2 {
            return None;
        }
        let date = Date { year: year.parse().ok()?, month: month.parse().ok()?, day: day.parse().ok()? };
        date.is_valid().then_some(date)
    }

    /// True for a day that exists.
    pub fn is_valid(self) -> bool {
        (1..=12).contains(&self.month) && self.day >= 1 && Date::from_days(self.days()) == self
    }

    /// The week that contains this day; days before the horizon fall into week 0.
    pub fn week(self) -> Week {
        Week((self.days() - DAYS_BEFORE_FIRST).max(0).div_euclid(7) as u32)
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Week {
    /// Monday of the week.
    pub fn monday(self) -> Date {
        Date::from_days(DAYS_BEFORE_FIRST + 7 * i64::from(self.0))
    }
    /// Months since January 2012 of the week's Monday.
    pub fn month(self) -> u32 {
        let date = self.monday();
        ((date.year - FIRST_DAY.year) * 12 + i32::from(date.month) - 1) as u32
    }
}

/// First day of the month that lies `month` months after January 2012.
pub fn month_start(month: u32) -> Date {
    Date { year: FIRST_DAY.year + (month / 12) as i32, month: (month % 12) as u8 + 1, day: 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_inverse_over_the_horizon() {
        for days in FIRST_DAY.days()..HORIZON.days() {
            assert_eq!(Date::from_days(days).days(), days);
        }
        assert_eq!(Date { year: 1970, month: 1, day: 1 }.days(), 0);
    }

    #[test]
    fn weeks_begin_on_mondays_and_the_default_run_has_470() {
        assert_eq!(Week(0).monday(), FIRST_DAY);
        assert_eq!(Week(469).monday(), DEFAULT_UNTIL);
        assert_eq!(Date::parse("2014-07-01").unwrap().week().monday(), Date::parse("2014-06-30").unwrap());
        assert_eq!(Week(469).month(), 107);
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        assert_eq!(Date::parse("2013-02-29"), None);
        assert_eq!(Date::parse("2013-13-01"), None);
        assert_eq!(Date::parse("13-01-01"), None);
        assert!(Date::parse("2016-02-29").is_some());
    }
}
