//! `submit`: the missing shards of a sweep as a job array of Slurm, or as a plain script for any other queue.
//!
//! Files are the truth: which shards are missing is judged by [`status`], never by asking the queue. The merge comes
//! after the array however its tasks end, and checks completeness itself. Nothing that a user names reaches a shell
//! unquoted.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::run::counted;
use super::sweep::{cost, planned, refuse_too_many, sized, warn_of_equal_points};
use crate::cli::arguments::{Engine, SubmitArguments, SweepArguments};
use crate::cli::messages::{CliError, Talk};
use crate::cli::output;
use crate::cli::progress::duration;
use crate::experiments::estimate::{self, Estimate};
use crate::experiments::sweep::manifest::sweep_id;
use crate::experiments::sweep::status::{State, Submission, status};
use crate::experiments::sweep::{SUBMISSION, Shard, Sweep, beside};
use crate::export::atomic;
use crate::export::manifest::seeds_text;

/// Writes the scripts of the missing shards, and submits them.
pub fn submit(arguments: &SubmitArguments, talk: Talk) -> Result<(), CliError> {
    refuse_what_shards_decide(&arguments.sweep)?;
    let sweep = planned(&arguments.sweep)?;
    refuse_too_many(&sweep, &arguments.sweep)?;
    warn_of_equal_points(&sweep, talk);
    let runs = sweep.plan.n_runs().unwrap_or(0);
    let shards = usize::from(arguments.shards);
    if shards > runs {
        return Err(CliError::BadInput(format!("--shards {shards}: the sweep has only {runs} runs")));
    }
    let plan_folder = absolute(&sweep.plan_folder)?;
    // A part of another plan would only be found by the merge.
    let first = Sweep { shard: Some(Shard { index: 1, of: shards }), ..sweep };
    beside::refuse_others(&first)?;
    let sweep = Sweep { shard: None, ..first };
    let submission = Submission {
        name: sweep.plan.name.clone(),
        sweep: sweep_id(&sweep),
        runs,
        shards,
        engine: arguments.engine.word().to_string(),
    };
    let missing =
        if plan_folder.is_dir() { missing(&plan_folder, &submission)? } else { (1..=shards).collect() };
    if missing.is_empty() {
        talk.say(&format!("{}: every shard of {shards} is there", submission.name));
    }
    let job = Job::of(arguments, &sweep, &plan_folder, &submission)?;
    if arguments.sweep.dry_run {
        return job.dry_run(&missing, arguments, &sweep);
    }
    atomic::create_folder(&plan_folder)?;
    submission.write(&plan_folder)?;
    match arguments.engine {
        Engine::Script => {
            let path = plan_folder.join(SUBMISSION).join("shards.sh");
            atomic::write(&path, job.plain_script(&missing).as_bytes())?;
            talk.say(&format!("missing shards: {}; the script says how to run them", ranges(&missing)));
            output::print(&format!("{}\n", path.display()))
        }
        Engine::Slurm => job.slurm(&missing, arguments, talk),
    }
}

/// Each shard is told which it is, and completes what is there: what contradicts that is refused, not forgotten.
fn refuse_what_shards_decide(arguments: &SweepArguments) -> Result<(), CliError> {
    let reason = match arguments {
        SweepArguments { shard: Some(_), .. } => {
            "--shard: submit writes every shard that is missing; --shards N says how many there are"
        }
        SweepArguments { overwrite: true, .. } => {
            "--overwrite: submit runs only what is missing; remove the folder of the plan, or take another --out"
        }
        SweepArguments { resume: true, .. } => {
            "--resume: shards go on where they stopped in any case; leave it out"
        }
        _ => return Ok(()),
    };
    Err(CliError::BadInput(reason.to_string()))
}

/// Numbers of the shards that are not finished.
fn missing(plan_folder: &Path, submission: &Submission) -> Result<Vec<usize>, CliError> {
    let status = status(plan_folder)?;
    let finished = |index: usize| {
        status.parts.iter().any(|part| {
            part.state == State::Finished
                && part.shard.is_some_and(|shard| shard.of == submission.shards && shard.index == index)
        })
    };
    // Shards of another plan in the same folder have another hash in their manifest.
    let own = crate::experiments::sweep::parts::find(plan_folder)?;
    let is_own = |index: usize| {
        own.iter().any(|part| {
            part.manifest.sweep == submission.sweep
                && part
                    .manifest
                    .shard
                    .is_some_and(|shard| shard.of == submission.shards && shard.index == index)
        })
    };
    Ok((1..=submission.shards).filter(|index| !(is_own(*index) && finished(*index))).collect())
}

/// What the scripts are written from; every text is quoted where it is used.
struct Job {
    program: String,
    shard_arguments: Vec<String>,
    merge_arguments: Vec<String>,
    shards: usize,
    name: String,
    folder: PathBuf,
}

impl Job {
    fn of(
        arguments: &SubmitArguments,
        sweep: &Sweep,
        plan_folder: &Path,
        submission: &Submission,
    ) -> Result<Job, CliError> {
        let program = std::env::current_exe()
            .map_err(|error| CliError::Unfinished(format!("the program's own path is not known: {error}")))?;
        let SweepArguments { plan, data, out, seeds, scale, until, posterior, .. } = &arguments.sweep;
        let out = text(&absolute(out)?)?;
        let mut shard = vec!["sweep".to_string(), text(&absolute(Path::new(plan))?)?];
        shard.extend(["--out".to_string(), out.clone(), "--threads".to_string(), arguments.cpus.to_string()]);
        // A plan that is edited after it was submitted must not be mixed with itself.
        shard.extend(["--expect-sweep".to_string(), submission.sweep.clone()]);
        shard.extend(["--quiet".to_string(), "--yes".to_string()]);
        if let Some(data) = &data.data {
            shard.extend(["--data".to_string(), text(&absolute(data)?)?]);
        }
        if seeds.is_some() {
            shard.extend(["--seeds".to_string(), seeds_text(&sweep.plan.seeds)]);
        }
        if let Some(scale) = scale {
            shard.extend(["--scale".to_string(), scale.to_string()]);
        }
        if let Some(until) = until {
            shard.extend(["--until".to_string(), until.monday().to_string()]);
        }
        if let Some(posterior) = posterior {
            shard.extend(["--posterior".to_string(), text(&absolute(posterior)?)?]);
        }
        let format = text(Path::new(arguments.sweep.format.word()))?;
        let merge = ["merge", &text(plan_folder)?, "--out", &out, "--format", &format].map(str::to_string);
        Ok(Job {
            program: text(&program)?,
            shard_arguments: shard,
            merge_arguments: merge.to_vec(),
            shards: submission.shards,
            name: submission.name.clone(),
            folder: plan_folder.join(SUBMISSION),
        })
    }

    fn command(&self, arguments: &[String]) -> String {
        let words: Vec<String> =
            std::iter::once(&self.program).chain(arguments).map(|word| quoted(word)).collect();
        words.join(" ")
    }

    fn plain_script(&self, missing: &[usize]) -> String {
        let listed: Vec<String> = missing.iter().map(usize::to_string).collect();
        let listed = listed.join(" ");
        format!(
            "#!/bin/sh\n\
             # The {shards} shards of a sweep, for any queue; written by `harmattan submit`.\n\
             #\n\
             #   sh shards.sh              every shard that was missing, one after another, then the merge\n\
             #   sh shards.sh 3            shard 3 alone: the line for a queue of your own\n\
             #   sh shards.sh merge        the merge, when the shards are there\n\
             #   parallel -j 8 sh shards.sh ::: {listed}; sh shards.sh merge\n\
             #\n\
             # A shard that is there already costs nothing; one that was stopped goes on where it stopped.\n\
             case \"${{1:-all}}\" in\n\
             all)\n\
             \x20   for shard in {listed}; do sh \"$0\" \"$shard\"; done\n\
             \x20   exec sh \"$0\" merge ;;\n\
             merge)\n\
             \x20   exec {merge} ;;\n\
             *)\n\
             \x20   exec {sweep} --shard \"$1/{shards}\" ;;\n\
             esac\n",
            shards = self.shards,
            merge = self.command(&self.merge_arguments),
            sweep = self.command(&self.shard_arguments),
        )
    }

    /// Says what would be run and what it costs, and how it would be handed to the queue.
    fn dry_run(&self, missing: &[usize], arguments: &SubmitArguments, sweep: &Sweep) -> Result<(), CliError> {
        let all = sweep.plan.n_runs().unwrap_or(0);
        let runs_of = |index: usize| Shard { index, of: self.shards }.range(all).len();
        let runs: usize = missing.iter().map(|index| runs_of(*index)).sum();
        let largest = missing.iter().map(|index| runs_of(*index)).max().unwrap_or(0);
        let (cpus, at_once) =
            (usize::from(arguments.cpus), arguments.at_once.map_or(missing.len(), usize::from));
        let cores = (cpus * at_once.min(missing.len())).max(1);
        let one = estimate::sweep(sweep, largest, cpus);
        let memory_mb = one.memory_mb;
        let cost =
            cost(&Estimate { memory_mb, ..estimate::sweep(sweep, runs, cores) }, cores, &sweep.folder());
        let mut text = format!(
            "{}: {}, shards {} of {}, {}, into {}\n{cost}\neach    about {} and {memory_mb:.0} MB, {} on {}\n",
            self.name,
            sized(sweep),
            ranges(missing),
            self.shards,
            counted(runs, "run"),
            sweep.folder().display(),
            duration(one.seconds),
            counted(largest, "run"),
            counted(cpus, "core"),
        );
        if arguments.engine == Engine::Slurm {
            let array = self.array_words(missing, arguments)?;
            let merge = self.merge_words((!missing.is_empty()).then_some("JOB"), arguments)?;
            for words in array.iter().chain([&merge]) {
                let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
                text += &format!("sbatch {}\n", words.join(" "));
            }
        }
        output::print(&(text + "nothing was written or started\n"))
    }

    fn array_file(&self) -> PathBuf {
        self.folder.join("array.sh")
    }

    fn merge_file(&self) -> PathBuf {
        self.folder.join("merge.sh")
    }

    fn log(&self, name: &str) -> Result<String, CliError> {
        Ok(format!("--output={}/{name}", text(&self.folder)?.replace('%', "%%")))
    }

    /// What sbatch is given for the array; none if no shard is missing.
    fn array_words(
        &self,
        missing: &[usize],
        arguments: &SubmitArguments,
    ) -> Result<Option<Vec<String>>, CliError> {
        if missing.is_empty() {
            return Ok(None);
        }
        let at_once = arguments.at_once.map_or(String::new(), |most| format!("%{most}"));
        let mut words = vec![
            "--parsable".to_string(),
            format!("--array={}{at_once}", ranges(missing)),
            "--requeue".to_string(),
            "--open-mode=append".to_string(),
            "--signal=B:TERM@60".to_string(),
            "--ntasks=1".to_string(),
            format!("--cpus-per-task={}", arguments.cpus),
            format!("--job-name={}", self.name),
            self.log("shard-%a.log")?,
        ];
        words.extend(arguments.sbatch.iter().cloned());
        words.push(text(&self.array_file())?);
        Ok(Some(words))
    }

    /// What sbatch is given for the merge, after the job of the array.
    fn merge_words(&self, job: Option<&str>, arguments: &SubmitArguments) -> Result<Vec<String>, CliError> {
        let mut words =
            vec!["--parsable".to_string(), "--open-mode=append".to_string(), "--ntasks=1".to_string()];
        // However the tasks end: the merge tells by itself what is missing.
        words.extend(job.map(|job| format!("--dependency=afterany:{job}")));
        let name = format!("--job-name={}-merge", self.name);
        words.extend(["--requeue".to_string(), name, self.log("merge.log")?]);
        words.extend(arguments.sbatch.iter().cloned());
        words.push(text(&self.merge_file())?);
        Ok(words)
    }

    fn slurm(&self, missing: &[usize], arguments: &SubmitArguments, talk: Talk) -> Result<(), CliError> {
        // The program takes the place of the shell, so that a TERM before the time limit reaches it.
        let script = format!(
            "#!/bin/sh\n# One shard a task; written by `harmattan submit`.\nexec {} --shard \"$SLURM_ARRAY_TASK_ID/{}\"\n",
            self.command(&self.shard_arguments),
            self.shards
        );
        atomic::write(&self.array_file(), script.as_bytes())?;
        let script = format!(
            "#!/bin/sh\n# Joins the shards; written by `harmattan submit`.\nexec {}\n",
            self.command(&self.merge_arguments)
        );
        atomic::write(&self.merge_file(), script.as_bytes())?;

        let job = self.array_words(missing, arguments)?.map(|words| sbatch(&words)).transpose()?;
        let merge_job = sbatch(&self.merge_words(job.as_deref(), arguments)?)?;
        talk.say(&format!(
            "{}: shards {} of {} as job {}, the merge as job {merge_job}; `harmattan status` tells what is done",
            self.name,
            if missing.is_empty() { "none".to_string() } else { ranges(missing) },
            self.shards,
            job.as_deref().unwrap_or("none"),
        ));
        output::print(&format!("{}\n", job.unwrap_or(merge_job)))
    }
}

/// Submits, and returns the id of the job.
fn sbatch(words: &[String]) -> Result<String, CliError> {
    let answer = Command::new("sbatch").args(words).output().map_err(|error| {
        CliError::BadInput(format!("sbatch cannot be started: {error}; use --engine script without Slurm"))
    })?;
    let id = String::from_utf8_lossy(&answer.stdout);
    // With several clusters the name of the cluster follows the id.
    let id = id.trim().split(';').next().unwrap_or_default().to_string();
    if !answer.status.success() || id.is_empty() {
        let reason = String::from_utf8_lossy(&answer.stderr);
        return Err(CliError::Unfinished(format!("sbatch refused: {}", reason.trim())));
    }
    Ok(id)
}

/// Numbers as Slurm takes them: 1-3,7.
fn ranges(numbers: &[usize]) -> String {
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for number in numbers {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => parts.push((*number, *number)),
        }
    }
    let part = |(first, last): &(usize, usize)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    if parts.is_empty() { "none".to_string() } else { parts.iter().map(part).collect::<Vec<_>>().join(",") }
}

/// A word that any POSIX shell takes as it stands.
fn quoted(word: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./:=,%@+".contains(&b);
    if !word.is_empty() && word.bytes().all(plain) {
        word.to_string()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

fn absolute(path: &Path) -> Result<PathBuf, CliError> {
    std::path::absolute(path).map_err(|error| CliError::BadInput(format!("{}: {error}", path.display())))
}

fn text(path: &Path) -> Result<String, CliError> {
    path.to_str()
        .filter(|text| !text.contains('\n'))
        .map(str::to_string)
        .ok_or_else(|| CliError::BadInput(format!("{}: a path that a script cannot hold", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_reach_a_shell_as_they_are() {
        assert_eq!(quoted("--out"), "--out");
        assert_eq!(quoted("a b; rm -rf $HOME"), "'a b; rm -rf $HOME'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn numbers_are_told_as_ranges() {
        assert_eq!(ranges(&[1, 2, 3, 7, 9, 10]), "1-3,7,9-10");
        assert_eq!(ranges(&[4]), "4");
        assert_eq!(ranges(&[]), "none");
    }
}
