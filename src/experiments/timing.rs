//! `timing.json`: how long it took. The only file with a clock in it, covered by no hash.

use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::base::dates::Date;
use crate::export::{ExportError, atomic};
use crate::schedule::SUBMODELS;

/// Name of the file.
pub const FILE: &str = "timing.json";

/// Time spent in each submodel.
#[derive(Clone, Debug, Default)]
pub struct SubmodelTimes {
    spent: [Duration; SUBMODELS.len()],
}

impl SubmodelTimes {
    /// Counts one step of a submodel.
    pub fn count(&mut self, submodel: usize, time: Duration) {
        if let Some(spent) = self.spent.get_mut(submodel) {
            *spent += time;
        }
    }

    /// Adds the times of another run.
    pub fn add(&mut self, other: &SubmodelTimes) {
        for (spent, more) in self.spent.iter_mut().zip(&other.spent) {
            *spent += *more;
        }
    }

    /// True if anything was counted: sweeps take no times of submodels.
    pub fn any(&self) -> bool {
        self.spent.iter().any(|spent| !spent.is_zero())
    }

    /// Name and milliseconds of each submodel, in schedule order.
    pub fn milliseconds(&self) -> impl Iterator<Item = (&'static str, f64)> {
        SUBMODELS.into_iter().zip(self.spent.iter().map(|spent| spent.as_micros() as f64 / 1000.0))
    }
}

/// When a session began.
#[derive(Clone, Copy, Debug)]
pub struct Session {
    started: SystemTime,
    /// Measures the duration, whatever is done to the clock meanwhile.
    since: Instant,
    threads: usize,
}

impl Session {
    /// Begins now.
    pub fn begin(threads: usize) -> Session {
        Session { started: SystemTime::now(), since: Instant::now(), threads }
    }

    /// Time since the beginning.
    pub fn elapsed(&self) -> Duration {
        self.since.elapsed()
    }

    /// Writes `timing.json` of a folder for the session that ends now.
    pub fn write(&self, folder: &Path, runs: usize, times: &SubmodelTimes) -> Result<(), ExportError> {
        let submodels: serde_json::Map<String, serde_json::Value> = times
            .milliseconds()
            .filter(|_| times.any())
            .map(|(name, ms)| (name.to_string(), ms.into()))
            .collect();
        let value = serde_json::json!({
            "started": utc(self.started),
            "finished": utc(SystemTime::now()),
            "wall_s": self.elapsed().as_millis() as f64 / 1000.0,
            "threads": self.threads,
            "runs": runs,
            "cpu": cpu(),
            "peak_memory_mb": peak_memory_mb(),
            "submodels": submodels,
        });
        atomic::write(&folder.join(FILE), format!("{value:#}\n").as_bytes())
    }
}

/// An instant as `2025-01-31T12:00:00Z`.
fn utc(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let date = Date::from_days((seconds / 86_400) as i64);
    let of_day = seconds % 86_400;
    format!("{date}T{:02}:{:02}:{:02}Z", of_day / 3600, of_day / 60 % 60, of_day % 60)
}

fn cpu() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_string())
}

/// Most memory this process has held; none where the system does not say.
fn peak_memory_mb() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024)
}
