//! Contract: `--trace` tells why agents chose, changes nothing else, and refuses what nobody could be traced by.
//!
//! Method: one run is made with and without a trace of every submodel that has one; probabilities are computed again
//! from the terms.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use harmattan::base::maths::exp;
use harmattan::scenario::traced;
use harmattan::simulation::{Outcome, Prepared};
use harmattan::tables::Cells;
use harmattan::tables::layouts::DECISIONS_TABLE;
use harmattan::tables::trace::{TRACEABLE, Traced};

use crate::laboratory::{context, options, prepare, rows, run, scenario};

const UNTIL: &str = "2012-06-25";

fn prepared() -> Prepared {
    prepare(scenario("history"), options(1000, UNTIL))
}

fn of(texts: &[&str]) -> Vec<Traced> {
    let theatre = &context().theatres[0];
    texts.iter().map(|text| traced::read(text, theatre).unwrap()).collect()
}

/// One option of one decision, put together from its rows.
#[derive(Clone, Debug)]
struct Option {
    date: String,
    submodel: String,
    agent: String,
    name: String,
    chosen: f64,
    probability: f64,
    terms: Vec<(String, f64)>,
}

fn read(outcome: &Outcome) -> Vec<Option> {
    let table = outcome.tables.iter().find(|table| table.name == "decisions").unwrap();
    let at = |name: &str| DECISIONS_TABLE.columns.iter().position(|column| column.name == name).unwrap();
    let word = |name: &str, row: usize| match &table.columns[at(name)] {
        Cells::Text { dictionary, rows } => dictionary[rows[row] as usize].clone(),
        other => panic!("{other:?}"),
    };
    let number = |name: &str, row: usize| match &table.columns[at(name)] {
        Cells::Number(values) => values[row],
        other => panic!("{other:?}"),
    };
    let mut options: Vec<Option> = Vec::new();
    for row in 0..table.n_rows() {
        let term = (word("term", row), number("value", row));
        let key = ["date", "submodel", "agent", "option"].map(|name| word(name, row));
        let last = options.last_mut().filter(|last| {
            [&last.date, &last.submodel, &last.agent, &last.name] == [&key[0], &key[1], &key[2], &key[3]]
                && last.terms.iter().all(|(name, _)| *name != term.0)
        });
        match last {
            Some(last) => last.terms.push(term),
            None => {
                let [date, submodel, agent, name] = key;
                let (chosen, probability) = (number("chosen", row), number("probability", row));
                options.push(Option { date, submodel, agent, name, chosen, probability, terms: vec![term] });
            }
        }
    }
    options
}

fn traced_run() -> &'static (Outcome, Vec<Option>) {
    static RUN: OnceLock<(Outcome, Vec<Option>)> = OnceLock::new();
    RUN.get_or_init(|| {
        let outcome = run(&prepared().with_trace(of(&TRACEABLE)), 1);
        let options = read(&outcome);
        (outcome, options)
    })
}

#[test]
fn a_trace_changes_nothing() {
    let plain = run(&prepared(), 1);
    let (traced, _) = traced_run();
    assert_eq!(traced.state_hash, plain.state_hash);
    assert_eq!(traced.tables.len(), plain.tables.len() + 1);
    for (a, b) in plain.tables.iter().zip(&traced.tables) {
        assert!(a.name == b.name && rows(a) == rows(b), "{}", a.name);
    }
}

#[test]
fn every_submodel_that_chooses_is_in_the_trace() {
    let found: BTreeSet<&str> = traced_run().1.iter().map(|option| option.submodel.as_str()).collect();
    assert_eq!(found, TRACEABLE.into_iter().collect());
}

/// Decisions of a submodel whose options begin with one of some words: options side by side whose probabilities
/// sum to one.
fn decisions(submodel: &str, words: &[&str]) -> Vec<Vec<Option>> {
    let mut decisions = Vec::new();
    let mut options: Vec<Option> = Vec::new();
    let wanted = |o: &&Option| o.submodel == submodel && words.iter().any(|word| o.name.starts_with(word));
    for option in traced_run().1.iter().filter(wanted) {
        options.push(option.clone());
        let sum: f64 = options.iter().map(|option| option.probability).sum();
        assert!(sum < 1.0 + 1e-9, "{options:?}");
        if sum > 1.0 - 1e-9 {
            decisions.push(std::mem::take(&mut options));
        }
    }
    assert!(options.is_empty(), "{options:?}");
    assert!(decisions.len() > 5, "{submodel}: {} decisions", decisions.len());
    decisions
}

#[test]
fn probabilities_follow_from_the_terms() {
    let kinds: [(&str, &[&str]); 5] = [
        ("trafficking", &[""]),
        ("group-strategy", &["hold", "guerrilla"]),
        ("group-strategy", &["move:"]),
        ("perception", &[""]),
        ("displacement", &["to:"]),
    ];
    for (submodel, words) in kinds {
        for decision in decisions(submodel, words) {
            let utility = |option: &Option| option.terms.iter().map(|(_, value)| value).sum::<f64>();
            let best = decision.iter().map(&utility).fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = decision.iter().map(|option| exp(utility(option) - best)).sum();
            for option in &decision {
                let expected = exp(utility(option) - best) / sum;
                assert!((option.probability - expected).abs() < 1e-9, "{submodel}: {option:?} {expected}");
            }
        }
    }
}

#[test]
fn a_band_takes_one_option_and_all_loads_take_a_path() {
    for words in [&["hold", "guerrilla"][..], &["move:"]] {
        for decision in decisions("group-strategy", words) {
            assert_eq!(decision.iter().map(|option| option.chosen).sum::<f64>(), 1.0);
        }
    }
    assert!(decisions("trafficking", &[""]).iter().all(|d| d.iter().map(|o| o.chosen).sum::<f64>() >= 1.0));
    // What is improbable is rarely chosen: the mean probability of what was done is above that of a blind pick.
    let moves = decisions("group-strategy", &["move:"]);
    let taken: Vec<&Option> = moves.iter().flatten().filter(|option| option.chosen == 1.0).collect();
    let mean = taken.iter().map(|option| option.probability).sum::<f64>() / taken.len() as f64;
    let blind = moves.iter().map(|options| 1.0 / options.len() as f64).sum::<f64>() / moves.len() as f64;
    assert!(mean > 1.5 * blind, "{mean} {blind}");
}

#[test]
fn one_agent_is_traced_alone() {
    let outcome = run(&prepared().with_trace(of(&["group-strategy:mnla", "officials:Gao/judge"])), 1);
    let one = read(&outcome);
    let expected: Vec<&Option> = traced_run()
        .1
        .iter()
        .filter(|o| o.submodel == "group-strategy" && o.agent.starts_with("mnla/") || o.agent == "Gao/judge")
        .collect();
    assert!(!one.is_empty());
    assert_eq!(format!("{one:?}"), format!("{expected:?}"));
}

#[test]
fn what_cannot_be_traced_is_refused_with_what_can() {
    let theatre = &context().theatres[0];
    for (text, part) in [
        ("traficking", "nearest: trafficking"),
        ("violence", "nobody in `violence` chooses"),
        ("trafficking:nobody-there", "knows no agent `nobody-there`"),
        ("group-strategy:aqin", "nearest: aqim"),
        ("officials:Gao/jugde", "nearest: Gao/judge"),
        ("livelihoods:", "knows no agent ``"),
        ("", "there is no submodel ``"),
    ] {
        let message = traced::read(text, theatre).unwrap_err();
        assert!(message.contains(part), "{text}: {message}");
    }
    // Bands by number, and groups that may be born.
    for text in ["group-strategy:aqim/3", "group-strategy:kidal-9", "displacement:Gao/songhai"] {
        assert_eq!(traced::read(text, theatre).unwrap().text(), text);
    }
}
