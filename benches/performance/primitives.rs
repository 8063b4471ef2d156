//! What a draw and a choice cost.
//!
//! Numbers are made 64 words at a time. Rows are for whatever there is much of (persons, officials, rates by place); an
//! agent's slots pay for all 64, which is why a week may hold some hundreds of them and not more.

use std::hint::black_box;

use harmattan::base::dates::Week;
use harmattan::base::draws::{Draws, Stream};
use harmattan::base::maths::exp;
use harmattan::mechanics::choice::{choose, shares};

use crate::Extent;
use crate::measure::{Subject, in_turns, table, timed};

const STREAM: Stream = Stream::named("bench");
const BLOCK: usize = 1024;
/// Values that one measurement makes.
const VALUES: usize = 4 << 20;

/// Something that is done so many times, each yielding some values.
struct Primitive {
    name: &'static str,
    values: usize,
    run: Box<dyn FnMut(u64)>,
}

fn primitive(name: &'static str, values: usize, run: impl FnMut(u64) + 'static) -> Primitive {
    Primitive { name, values, run: Box::new(run) }
}

fn measured(extent: Extent, head: &str, primitives: Vec<Primitive>) -> String {
    let names: Vec<&str> = primitives.iter().map(|primitive| primitive.name).collect();
    let subjects = primitives.into_iter().map(|mut primitive| {
        let times = VALUES / primitive.values.max(16);
        let each = (times * primitive.values) as f64;
        let subject: Subject =
            Box::new(move || timed(|| (0..times as u64).for_each(&mut primitive.run)) * 1e9 / each);
        subject
    });
    let rounds = in_turns(extent.rounds(), subjects.collect());
    let row = |(at, name): (usize, &&str)| vec![name.to_string(), format!("{:.2}", rounds.median(at))];
    table(&[head, "ns"], &names.iter().enumerate().map(row).collect::<Vec<_>>())
}

/// Random draws.
pub fn draws(extent: Extent) -> String {
    let draws = Draws::new(1);
    let rows = || draws.rows(STREAM, Week(100));
    let (mut halves, mut wholes, mut short) = (rows(), rows(), rows());
    let (mut drawn, mut words, mut four) = ([0; BLOCK], [0; BLOCK], [0; 4]);
    let slots = draws.agent(STREAM, 1, Week(100));
    let same = slots.clone();
    let primitives = vec![
        primitive("16 bits of a person, in rows of 1,024", BLOCK, move |key| {
            halves.start(black_box(key));
            halves.fill_halves(&mut drawn);
            black_box(&drawn);
        }),
        primitive("32 bits of a person, in rows of 1,024", BLOCK, move |key| {
            wholes.start(black_box(key));
            wholes.fill_words(&mut words);
            black_box(&words);
        }),
        primitive("row of four words of one post", 1, move |key| {
            short.start(black_box(key));
            short.fill_words(&mut four);
            black_box(&four);
        }),
        primitive("64 slots of one agent", 1, move |agent| {
            black_box(draws.agent(STREAM, black_box(agent), Week(100)));
        }),
        primitive("Poisson count from a slot, mean 2", 1, move |slot| {
            black_box(slots.poisson(slot as usize % 64, black_box(2.0)));
        }),
        primitive("binomial count from a slot, 2,000 at 0.004", 1, move |slot| {
            black_box(same.binomial(slot as usize % 64, 2_000, black_box(0.004)));
        }),
    ];
    measured(extent, "draw", primitives)
}

/// Decisions: utilities to shares to one option, of as many options as there are livelihoods, ways, rulers.
pub fn choice(extent: Extent) -> String {
    let logit = |name, n_options: u32| {
        let given: Vec<f64> = (0..n_options).map(|i| f64::from(i) * 0.37 % 2.0 - 1.0).collect();
        let mut options = given.clone();
        primitive(name, 1, move |_| {
            options.copy_from_slice(black_box(&given));
            shares(&mut options);
            black_box(choose(black_box(0.6), &options));
        })
    };
    let primitives = vec![
        logit("logit over 3 options", 3),
        logit("logit over 8 options", 8),
        logit("logit over 65 options", 65),
        primitive("one `exp`", 1, |_| {
            black_box(exp(black_box(-0.7)));
        }),
    ];
    measured(extent, "decision", primitives)
}
