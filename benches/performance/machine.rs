//! The machine, the day, the command.

use std::fs::read_to_string;
use std::time::{SystemTime, UNIX_EPOCH};

use harmattan::base::dates::Date;
use harmattan::base::parallel::available;

use crate::Extent;
use crate::measure::table;

/// A table of one row for each fact.
pub fn section(_: Extent) -> String {
    let file = |path: &str| read_to_string(path).unwrap_or_default();
    let after = |text: &str, label: &str| {
        let line = text.lines().find(|line| line.starts_with(label)).unwrap_or_default();
        line.split_once(':').map_or("not told".to_string(), |(_, value)| value.trim().to_string())
    };
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let command = format!("cargo bench --bench performance -- {}", arguments.join(" "));
    let facts = [
        ("processor", after(&file("/proc/cpuinfo"), "model name")),
        ("threads", available().to_string()),
        ("memory", after(&file("/proc/meminfo"), "MemTotal")),
        ("system", format!("{} {}", std::env::consts::OS, std::env::consts::ARCH)),
        ("harmattan", env!("CARGO_PKG_VERSION").to_string()),
        // Days since the epoch of the system count from 1970, as those of dates do.
        ("date", Date::from_days((seconds / 86_400) as i64).to_string()),
        ("load before", file("/proc/loadavg").split(' ').next().unwrap_or_default().to_string()),
        ("command", format!("`{}`", command.trim_end_matches([' ', '-']))),
    ];
    table(&["", ""], &facts.map(|(name, value)| vec![name.to_string(), value]))
}

/// Forgets the most memory this process has held.
pub fn forget_peak() {
    // Where the system cannot, the peak is that of all since the start: an upper bound.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// Most memory this process has held since [`forget_peak`] [MB]; nothing where the system does not say.
pub fn peak_mb() -> Option<f64> {
    let status = read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<f64>().ok()? * 1024.0 / 1e6)
}
