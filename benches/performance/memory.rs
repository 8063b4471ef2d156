//! The person passes beside what the memory bus allows: bytes copied, bytes read and written in place, and the least
//! that any pass over persons does, all in turns with the runs themselves.

use std::hint::black_box;

use harmattan::base::dates::Week;
use harmattan::base::draws::{Draws, Stream};

use crate::Extent;
use crate::measure::{in_turns, table, timed};
use crate::runs::{Timed, prepared};

const STREAM: Stream = Stream::named("bench");
/// Persons of one block of draws, as in the passes.
const BLOCK: usize = 1024;
/// Columns of two bytes each that make the 16 bytes of a person.
const COLUMNS: usize = 8;

/// Passes at several scales, with the ratios to the probes.
pub fn section(extent: Extent) -> String {
    let scales: &[(u32, u32)] = extent.of(&[(50, 469), (10, 155), (1, 51)], &[(200, 51), (50, 51)]);
    let mut rows = Vec::new();
    let mut copied = String::new();
    for &(scale, last_week) in scales {
        let (fine, coarse) = (prepared("history", scale, last_week), prepared("history", 1000, last_week));
        let agents = fine.initial().persons.len();
        let passes = (20_000_000 / agents).max(1);
        let columns = vec![vec![1_u16; agents]; COLUMNS];
        let mut other = columns.clone();
        let mut second = [columns.clone(), columns.clone()];
        let each = (passes * agents) as f64;
        let rounds = in_turns(
            extent.rounds(),
            vec![
                Box::new(|| timed(|| (0..passes).for_each(|_| copy(&columns, &mut other)))),
                Box::new({
                    let (columns, mut other) = (columns.clone(), columns.clone());
                    let [from, to] = &mut second;
                    move || {
                        timed(|| {
                            std::thread::scope(|scope| {
                                scope.spawn(|| (0..passes).for_each(|_| copy(from, to)));
                                (0..passes).for_each(|_| copy(&columns, &mut other));
                            });
                        })
                    }
                }),
                Box::new({
                    let mut columns = columns.clone();
                    move || timed(|| (0..passes).for_each(|_| in_place(&mut columns)))
                }),
                Box::new({
                    let mut columns = columns.clone();
                    move || timed(|| (0..passes).for_each(|pass| probe(&mut columns, pass as u32)))
                }),
                Box::new(|| Timed::run(&fine, 1).persons()),
                Box::new(|| Timed::run(&coarse, 1).persons()),
            ],
        );
        let gb_s = |subject: usize, threads: f64| {
            threads * each * (2 * COLUMNS * 2) as f64 / rounds.median(subject) / 1e9
        };
        let ns = |subject: usize| rounds.median(subject) * 1e9 / each;
        let weeks = f64::from(last_week) + 1.0;
        let person_weeks = weeks * (agents - coarse.initial().persons.len()) as f64;
        let pass_ns = (rounds.median(4) - rounds.median(5)) * 1e9 / person_weeks;
        rows.push(vec![
            format!("{scale}"),
            format!("{agents}"),
            format!("{:.2}", ns(2)),
            format!("{:.2}", ns(3)),
            format!("{pass_ns:.2}"),
            format!("{:.1}", pass_ns / ns(2)),
            format!("{:.1}", pass_ns / ns(3)),
        ]);
        copied = format!(
            "The machine copied {:.1} GB/s on one thread and {:.1} GB/s on two (bytes read and bytes written), and \
             {:.1} GB/s were read and written in place.\n",
            gb_s(0, 1.0),
            gb_s(1, 2.0),
            gb_s(2, 1.0)
        );
    }
    let head = [
        "scale",
        "person agents",
        "in place [ns a person]",
        "probe [ns a person]",
        "person passes [ns a person-week]",
        "times in place",
        "times the probe",
    ];
    format!("{}\n{copied}", table(&head, &rows))
}

/// Copies the columns.
fn copy(from: &[Vec<u16>], to: &mut [Vec<u16>]) {
    for (from, to) in from.iter().zip(to) {
        to.copy_from_slice(black_box(from));
    }
}

/// Reads and writes the columns in place.
fn in_place(columns: &mut [Vec<u16>]) {
    for column in columns {
        for value in black_box(column) {
            *value = value.wrapping_add(1);
        }
    }
}

/// Reads and writes the columns, with a draw of 16 bits for each person.
fn probe(columns: &mut [Vec<u16>], pass: u32) {
    let mut rows = Draws::new(1).rows(STREAM, Week(pass));
    let mut draws = [0; BLOCK];
    for at in (0..columns[0].len()).step_by(BLOCK) {
        rows.start(at as u64);
        rows.fill_halves(&mut draws);
        for column in columns.iter_mut() {
            let end = (at + BLOCK).min(column.len());
            for (value, draw) in column[at..end].iter_mut().zip(&draws) {
                *value = value.wrapping_add(*draw);
            }
        }
    }
    black_box(columns);
}
