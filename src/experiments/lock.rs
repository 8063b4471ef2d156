//! `harmattan.lock`: one process at a time in a folder.
//!
//! The file names process and host, and is held by an advisory lock of the system as well, which ends with its
//! process however that ends. A file left by a process that no longer lives is taken over.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::ExperimentError;
use crate::export::{ExportError, atomic};

/// Name of the file.
pub const FILE: &str = "harmattan.lock";

/// A held lock; released when dropped.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    _file: File,
    /// What the file said before, if it was left by a process that no longer lives.
    pub taken_over: Option<String>,
}

#[derive(Clone, Debug)]
struct Holder {
    process: String,
    host: String,
    /// When the process started, in the system's ticks: tells it from a later one with the same id.
    started: Option<String>,
    /// Job of a queue that it ran for, if any.
    job: Option<String>,
}

impl Lock {
    /// Takes the lock of a folder that exists.
    pub fn take(folder: &Path) -> Result<Lock, ExperimentError> {
        let path = folder.join(FILE);
        loop {
            let mut file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(&path)
                .map_err(ExportError::file("write", &path))?;
            let mut text = String::new();
            let _ = (&mut file).take(4096).read_to_string(&mut text);
            let holder = Holder::read(&text);
            let in_use = |holder: Option<Holder>| {
                let unknown = || "unknown".to_string();
                ExperimentError::Locked {
                    folder: folder.to_path_buf(),
                    process: holder.as_ref().map_or_else(unknown, |h| h.process.clone()),
                    host: holder.as_ref().map_or_else(unknown, |h| h.host.clone()),
                }
            };
            // Where the file system knows no locks the content of the file must do.
            if let Err(std::fs::TryLockError::WouldBlock) = file.try_lock() {
                return Err(in_use(holder));
            }
            if !atomic::still_there(&file, &path) {
                // The former holder removed the file between our opening and locking it.
                continue;
            }
            if let Some(holder) = holder.as_ref()
                && holder.may_live()
            {
                return Err(in_use(Some(holder.clone())));
            }
            let write = |file: &mut File| {
                file.set_len(0)?;
                file.seek(SeekFrom::Start(0))?;
                file.write_all(Holder::this().text().as_bytes())?;
                file.sync_all()
            };
            write(&mut file).map_err(ExportError::file("write", &path))?;
            let taken_over = holder.map(|h| format!("process {} on {}", h.process, h.host));
            return Ok(Lock { path, _file: file, taken_over });
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while still held, so that nobody can lock a file that is about to vanish unnoticed.
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Holder {
    fn this() -> Holder {
        let process = std::process::id().to_string();
        let started = start_of(&process);
        Holder { process, host: host(), started, job: job() }
    }

    fn read(text: &str) -> Option<Holder> {
        let mut words = text.split_whitespace().map(str::to_string);
        let process = words.next().filter(|word| word.parse::<u64>().is_ok())?;
        let (host, started) = (words.next().unwrap_or_else(host), words.next());
        // A dash holds the place of what the system did not show.
        let known = |word: Option<String>| word.filter(|word| word != "-");
        Some(Holder { process, host, started: known(started), job: known(words.next()) })
    }

    fn text(&self) -> String {
        let or_dash = |word: &Option<String>| word.clone().unwrap_or_else(|| "-".to_string());
        format!("{}\n{}\n{}\n{}\n", self.process, self.host, or_dash(&self.started), or_dash(&self.job))
    }

    /// False only if the process certainly no longer lives.
    fn may_live(&self) -> bool {
        if self.host != host() {
            // A queue that starts a task anew after its node was lost has given up the first start of it.
            return self.job.is_none() || self.job != job();
        }
        if self.process == std::process::id().to_string() || !Path::new("/proc/self/stat").exists() {
            // Without a process table the system's lock, which we hold, decides.
            return false;
        }
        match (&self.started, start_of(&self.process)) {
            (_, None) => false,
            (Some(before), Some(now)) => *before == now,
            (None, Some(_)) => true,
        }
    }
}

/// The task of a Slurm job that this process runs for: the same after it was requeued, never two at a time.
fn job() -> Option<String> {
    let read = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    match (read("SLURM_ARRAY_JOB_ID"), read("SLURM_ARRAY_TASK_ID")) {
        (Some(job), Some(task)) => Some(format!("slurm-{job}-{task}")),
        _ => read("SLURM_JOB_ID").map(|job| format!("slurm-{job}")),
    }
}

fn host() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .or_else(|_| std::env::var("HOSTNAME"))
        .ok()
        .and_then(|name| name.split_whitespace().next().map(str::to_string))
        .unwrap_or_else(|| "localhost".to_string())
}

/// Start of a living process in ticks since the system's start (field 22 of its `stat`).
fn start_of(process: &str) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The second field, the program's name, may hold spaces and ends with the last parenthesis.
    let after_name = stat.rsplit_once(')')?.1;
    let state = after_name.split_whitespace().next()?;
    // A zombie has ended.
    if state == "Z" { None } else { after_name.split_whitespace().nth(19).map(str::to_string) }
}
