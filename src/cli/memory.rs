//! Memory: what runs will need is compared with what there is before any of it is taken.

use std::fs::read_to_string;
use std::path::Path;

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
    let machine = read_to_string("/proc/meminfo").ok().and_then(|text| in_line(&text, "MemAvailable:"));
    let groups = read_to_string("/proc/self/cgroup").unwrap_or_default();
    let group = left_in_groups(Path::new("/sys/fs/cgroup"), &groups);
    let limits = read_to_string("/proc/self/limits").ok();
    let process = limits.and_then(|text| in_line(&text, "Max address space"));
    [machine.map(|kib| kib * 1024.0), group, process].into_iter().flatten().reduce(f64::min).map(|b| b / 1e6)
}

/// Bytes that the control groups of this process, given as in `/proc/self/cgroup`, and those above them leave. What
/// they hold of files that can be read again counts as free. Both versions of control groups are understood.
fn left_in_groups(root: &Path, groups: &str) -> Option<f64> {
    let of_line = |line: &str| {
        let mut fields = line.splitn(3, ':').skip(1);
        let (base, most, taken) = match fields.next()? {
            "" => (root.to_path_buf(), "memory.max", "memory.current"),
            "memory" => (root.join("memory"), "memory.limit_in_bytes", "memory.usage_in_bytes"),
            _ => return None,
        };
        let own = fields.next()?.trim_matches('/');
        let left = |group: &Path| {
            let text = |file: &str| read_to_string(base.join(group).join(file)).ok();
            let bytes = |file: &str| text(file)?.trim().parse::<f64>().ok();
            let files = text("memory.stat").and_then(|stat| in_line(&stat, "inactive_file "));
            Some(bytes(most)? - bytes(taken)? + files.unwrap_or(0.0))
        };
        // A container may not see the path that it is told; what it does see stands at the root.
        Path::new(own).ancestors().filter_map(left).reduce(f64::min)
    };
    groups.lines().filter_map(of_line).reduce(f64::min)
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
    fn the_tightest_group_counts() {
        let root = tempfile::tempdir().unwrap();
        let put = |file: &str, text: &str| {
            let path = root.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        let left = |groups: &str| left_in_groups(root.path(), groups);
        assert_eq!(left("0::/job/step\n"), None, "without a limit nothing is known");
        put("job/memory.max", "1000\n");
        put("job/memory.current", "700\n");
        put("job/step/memory.max", "max\n");
        put("job/step/memory.current", "600\n");
        assert_eq!(left("0::/job/step\n"), Some(300.0));
        put("job/memory.stat", "anon 500\ninactive_file 150\n");
        assert_eq!(left("0::/job/step\n"), Some(450.0));
        put("memory/memory.limit_in_bytes", "400\n");
        put("memory/memory.usage_in_bytes", "100\n");
        assert_eq!(left("4:memory:/not/seen/here\n3:cpuset:/\n0::/job\n"), Some(300.0));
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
