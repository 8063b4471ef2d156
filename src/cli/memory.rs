//! Memory: what runs will need is compared with what there is before any of it is taken.

use std::fs::read_to_string;

use super::messages::CliError;
use crate::entities::theatre::Theatre;
use crate::experiments::estimate::memory_mb;
use crate::simulation::RunOptions;

/// Refuses runs that need more memory than there is: `kept` worlds that runs begin in, and `at_once` runs.
pub fn refuse_too_much(
    theatre: &Theatre,
    options: &RunOptions,
    kept: usize,
    at_once: usize,
) -> Result<(), CliError> {
    refuse_beyond(memory_mb(theatre, options, kept, at_once), options.scale, at_once)
}

/// Refuses a need that is larger than what there is.
pub fn refuse_beyond(needed_mb: f64, scale: u32, at_once: usize) -> Result<(), CliError> {
    compare(needed_mb, available_mb(), scale, at_once)
}

fn compare(needed_mb: f64, available_mb: Option<f64>, scale: u32, at_once: usize) -> Result<(), CliError> {
    match available_mb {
        Some(available_mb) if needed_mb > available_mb => Err(CliError::BadInput(format!(
            "--scale {scale} with {at_once} runs at once needs about {needed_mb:.0} MB of memory, and \
             {available_mb:.0} MB can be had; nothing was started; a larger --scale or fewer --threads need less"
        ))),
        _ => Ok(()),
    }
}

/// Memory that this process may still take [MB]: what the machine has free, within the limits that a container, a
/// batch system or `ulimit -v` sets; none where the system does not say.
fn available_mb() -> Option<f64> {
    let bytes = |text: String| text.trim().parse::<f64>().ok();
    let machine = read_to_string("/proc/meminfo").ok().and_then(|text| in_line(&text, "MemAvailable:"));
    let group = |file: &str| read_to_string(format!("/sys/fs/cgroup/{file}")).ok().and_then(bytes);
    let group = group("memory.max").zip(group("memory.current")).map(|(most, taken)| most - taken);
    let limits = read_to_string("/proc/self/limits").ok();
    let process = limits.and_then(|text| in_line(&text, "Max address space"));
    [machine.map(|kib| kib * 1024.0), group, process].into_iter().flatten().reduce(f64::min).map(|b| b / 1e6)
}

/// The first number after a label.
fn in_line(text: &str, label: &str) -> Option<f64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(label))?;
    rest.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_there_is_is_refused_and_the_unknown_is_not() {
        let refusal = compare(5000.4, Some(4000.0), 1, 2).unwrap_err();
        assert!(
            matches!(&refusal, CliError::BadInput(text) if text.contains("5000 MB") && text.contains("4000 MB"))
        );
        assert!(compare(3999.0, Some(4000.0), 1, 2).is_ok());
        assert!(compare(1e9, None, 1, 2).is_ok());
    }

    #[test]
    fn numbers_are_read_from_the_lines_of_the_system() {
        let text = "MemTotal:       24000000 kB\nMemAvailable:   18000000 kB\n";
        assert_eq!(in_line(text, "MemAvailable:"), Some(18_000_000.0));
        assert_eq!(
            in_line("Max address space         unlimited            unlimited\n", "Max address space"),
            None
        );
    }
}
