//! Contract: interruptions, torn journals, failed runs and thread counts change no byte of the final files.
//!
//! Method: an invented model is stopped, torn and resumed in every way; the folder is compared with one that was
//! left alone.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use harmattan::experiments::ExperimentError;
use harmattan::experiments::ensemble::{self, Event};
use harmattan::experiments::finish;
use harmattan::experiments::folder::{self, Existing, Standing};
use harmattan::experiments::journal::{Journal, StoredRun};
use harmattan::experiments::lock::Lock;
use harmattan::experiments::run_id::RunId;
use harmattan::experiments::verification;
use harmattan::export::Format;
use harmattan::export::manifest::Status;

use crate::runs::{complete, files, model, run_invented, study};

const SEEDS: [u64; 7] = [1, 2, 3, 5, 8, 9, 12];

#[test]
fn thread_counts_change_no_byte() {
    let folder = tempfile::tempdir().unwrap();
    let run = |threads: usize| {
        let out = folder.path().join(threads.to_string());
        complete(study(&out, &SEEDS, Format::Both), threads);
        files(&out.join("history"))
    };
    let one = run(1);
    assert!(one.contains_key("indicators.parquet") && !one.contains_key("runs.journal"));
    assert!(!one.contains_key("harmattan.lock"));
    assert_eq!(one, run(2));
    assert_eq!(one, run(3));
}

#[test]
fn a_stopped_ensemble_is_resumed_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    complete(study(&folder.path().join("a"), &SEEDS, Format::Csv), 2);
    let expected = files(&folder.path().join("a/history"));

    let out = folder.path().join("b");
    for stop_after in [1, 2, 100] {
        let (stop, done) = (AtomicBool::new(false), AtomicUsize::new(0));
        let mut open =
            [ensemble::open(study(&out, &SEEDS, Format::Csv), Existing::Complete).unwrap().unwrap()];
        let observe = |event: Event| {
            if let Event::Done { .. } = event
                && done.fetch_add(1, Ordering::SeqCst) + 1 == stop_after
            {
                stop.store(true, Ordering::SeqCst);
            }
        };
        run_invented(&mut open, 1, &stop, &observe, &model);
        if finish::n_missing(&open[0]) > 0 {
            drop(open);
            // A half-written file of a killed process, and the torn end of its journal.
            std::fs::write(out.join("history/.harmattan-abc.tmp"), "half").unwrap();
            let journal = out.join("history/runs.journal");
            let mut bytes = std::fs::read(&journal).unwrap();
            bytes.extend_from_slice(&[7; 50]);
            std::fs::write(&journal, bytes).unwrap();
            let again = study(&out, &SEEDS, Format::Csv);
            assert_eq!(folder::inspect(&again, Existing::Resume).unwrap(), Standing::Partial);
        } else {
            assert_eq!((open[0].kept, open[0].cut_bytes), (3, 50));
            finish::finish(&mut open[0]).unwrap();
        }
    }
    assert_eq!(files(&out.join("history")), expected);
    let again = study(&out, &SEEDS, Format::Csv);
    assert_eq!(folder::inspect(&again, Existing::Complete).unwrap(), Standing::Complete);
    assert!(ensemble::open(again, Existing::Resume).unwrap().is_none());
}

#[test]
fn a_journal_torn_at_any_byte_keeps_its_whole_records() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("runs.journal");
    let id = |i: u8| RunId([i; 32]);
    let ends: Vec<u64> = {
        let (mut journal, _) = Journal::open(folder.path()).unwrap();
        let mut ends = vec![std::fs::metadata(&path).unwrap().len()];
        for i in 1..=3 {
            journal
                .append(id(i), &StoredRun::failed(u64::from(i), "x".repeat(i as usize)).payload(), true)
                .unwrap();
            ends.push(std::fs::metadata(&path).unwrap().len());
        }
        ends
    };
    let whole = std::fs::read(&path).unwrap();
    for length in 0..=whole.len() {
        std::fs::write(&path, &whole[..length]).unwrap();
        let (mut journal, _) = Journal::open(folder.path()).unwrap();
        let kept = (1..=3).filter(|i| journal.has(id(*i))).count();
        assert_eq!(kept, ends[1..].iter().filter(|end| **end <= length as u64).count(), "{length}");
        assert!(kept == 0 || journal.read(id(1), 1).unwrap().unwrap().error.is_some());
    }
    // A damaged byte within a record cuts it and what follows.
    let mut damaged = whole.clone();
    damaged[ends[1] as usize + 45] ^= 1;
    std::fs::write(&path, &damaged).unwrap();
    let (journal, cut) = Journal::open(folder.path()).unwrap();
    assert!(journal.has(id(1)) && !journal.has(id(2)) && !journal.has(id(3)));
    assert_eq!(cut, ends[3] - ends[1]);
    // Another build of the program.
    let mut foreign = whole;
    foreign[25] ^= 1;
    std::fs::write(&path, &foreign).unwrap();
    assert!(matches!(Journal::open(folder.path()), Err(ExperimentError::OtherProgram { .. })));
}

#[test]
fn a_run_that_panics_is_recorded_and_tried_again_and_the_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    complete(study(&folder.path().join("a"), &SEEDS, Format::Csv), 2);
    let expected = files(&folder.path().join("a/history"));

    let out = folder.path().join("b");
    let mut open = [ensemble::open(study(&out, &SEEDS, Format::Csv), Existing::Complete).unwrap().unwrap()];
    let failures = AtomicUsize::new(0);
    let observe = |event: Event| {
        if let Event::Failed { seed, message, .. } = event {
            assert_eq!(seed, 5);
            assert!(message.contains("money vanished in week 3"), "{message}");
            failures.fetch_add(1, Ordering::SeqCst);
        }
    };
    run_invented(&mut open, 2, &AtomicBool::new(false), &observe, &|prepared, seed, moment| {
        assert!(seed != 5, "money vanished in week {}", 3);
        model(prepared, seed, moment)
    });
    assert_eq!(failures.load(Ordering::SeqCst), 1);
    let finished = finish::finish(&mut open[0]).unwrap();
    assert_eq!(finished.failed.len(), 1);
    assert_eq!(finished.manifest.runs[3].status, Status::Failed);
    assert_eq!(finished.manifest.runs[4].status, Status::Done);
    drop(open);

    let mut open = [ensemble::open(study(&out, &SEEDS, Format::Csv), Existing::Complete).unwrap().unwrap()];
    assert_eq!(open[0].kept, SEEDS.len() - 1);
    run_invented(&mut open, 2, &AtomicBool::new(false), &|_| {}, &model);
    finish::finish(&mut open[0]).unwrap();
    drop(open);
    assert_eq!(files(&out.join("history")), expected);
}

#[test]
fn other_inputs_are_refused_by_name_and_replaced_only_on_request() {
    let folder = tempfile::tempdir().unwrap();
    complete(study(folder.path(), &[1, 2], Format::Both), 1);
    let before = files(&folder.path().join("history"));
    let refused = ensemble::open(study(folder.path(), &[1, 2, 3], Format::Csv), Existing::Complete);
    let Err(error) = refused else { panic!("accepted") };
    assert!(error.to_string().contains("options.seeds was \"1..2\", now it is \"1..3\""), "{error}");
    assert_eq!(files(&folder.path().join("history")), before);

    let mut open = [ensemble::open(study(folder.path(), &[1, 2, 3], Format::Csv), Existing::Overwrite)
        .unwrap()
        .unwrap()];
    run_invented(&mut open, 1, &AtomicBool::new(false), &|_| {}, &model);
    finish::finish(&mut open[0]).unwrap();
    drop(open);
    let after = files(&folder.path().join("history"));
    assert!(!after.contains_key("indicators.parquet"));
    let fresh = tempfile::tempdir().unwrap();
    complete(study(fresh.path(), &[1, 2, 3], Format::Csv), 1);
    assert_eq!(after, files(&fresh.path().join("history")));
}

#[test]
fn a_foreign_folder_is_never_touched() {
    let folder = tempfile::tempdir().unwrap();
    let history = folder.path().join("history");
    std::fs::create_dir(&history).unwrap();
    std::fs::write(history.join("thesis.txt"), "mine").unwrap();
    for existing in [Existing::Complete, Existing::Resume, Existing::Overwrite] {
        let refused = ensemble::open(study(folder.path(), &[1], Format::Csv), existing);
        assert!(matches!(refused, Err(ExperimentError::Foreign { .. })));
    }
    std::fs::write(history.join("manifest.json"), "{ \"program\": \"other\" }").unwrap();
    let refused = ensemble::open(study(folder.path(), &[1], Format::Csv), Existing::Overwrite);
    assert!(matches!(refused, Err(ExperimentError::Foreign { .. })));
    assert_eq!(files(&history).keys().collect::<Vec<_>>(), ["manifest.json", "thesis.txt"]);
}

#[test]
fn a_locked_folder_is_left_alone_and_a_stale_lock_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let held = Lock::take(folder.path()).unwrap();
    assert_eq!(held.taken_over, None);
    assert!(matches!(Lock::take(folder.path()), Err(ExperimentError::Locked { .. })));
    drop(held);
    assert!(files(folder.path()).is_empty());

    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let lock = |text: String| std::fs::write(folder.path().join("harmattan.lock"), text).unwrap();
    lock(format!("1\n{host}\n"));
    assert!(
        matches!(Lock::take(folder.path()), Err(ExperimentError::Locked { process, .. }) if process == "1")
    );
    lock("4194305\nanother-host\n".to_string());
    assert!(matches!(Lock::take(folder.path()), Err(ExperimentError::Locked { .. })));
    lock(format!("4194305\n{host}\n"));
    assert!(Lock::take(folder.path()).unwrap().taken_over.is_some());
    // The id lives again, but it is another process.
    lock(format!("1\n{host}\n999999999999\n"));
    assert!(Lock::take(folder.path()).unwrap().taken_over.is_some());
    lock(String::new());
    assert!(Lock::take(folder.path()).is_ok());
}

#[test]
fn results_lost_after_the_end_are_made_again() {
    let folder = tempfile::tempdir().unwrap();
    complete(study(folder.path(), &SEEDS, Format::Csv), 2);
    let expected = files(&folder.path().join("history"));
    std::fs::remove_file(folder.path().join("history/flows.csv")).unwrap();
    complete(study(folder.path(), &SEEDS, Format::Csv), 2);
    assert_eq!(files(&folder.path().join("history")), expected);
}

#[test]
fn verification_names_the_first_cell_that_differs() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (folder.path().join("a"), folder.path().join("b"));
    let stored = complete(study(&a, &[1, 2], Format::Both), 1).manifest;
    let again = complete(study(&b, &[1, 2], Format::Csv), 1).manifest;
    let compare = || {
        let found = verification::compare(&a.join("history"), &stored, &b.join("history"), &again).unwrap();
        found.map(|difference| difference.to_string())
    };
    assert_eq!(compare(), None);
    let path = a.join("history/groups.csv");
    let text = std::fs::read_to_string(&path).unwrap();
    let changed = text.replacen("2012-02-01", "2012-02-02", 1);
    assert_ne!(text, changed);
    std::fs::write(&path, changed).unwrap();
    let found = compare().unwrap();
    assert!(found.starts_with("groups.csv: row 3, column date: `2012-02-02` in the folder"), "{found}");
    std::fs::write(&path, text.replace('\n', "\r\n")).unwrap();
    assert!(compare().unwrap().starts_with("groups.csv"));
    std::fs::remove_file(&path).unwrap();
    assert_eq!(compare().unwrap(), "groups.csv: missing");
}
