//! Contract: growth has brakes. With the net growth of groups at either end of its prior the default horizon neither ends
//! in an explosion of fighters nor without any in more than a fifth of the seeds.

use std::collections::BTreeMap;

use crate::laboratory::{context, options, prepare_with, runs, scenario, series};

const SEEDS: [u64; 6] = [1, 2, 3, 4, 5, 6];
const MOST_FIGHTERS: f64 = 10_000.0;
const GROWTH: &str = "livelihoods.contact_recruits_per_week";

#[test]
fn growth_at_either_end_neither_explodes_nor_dies_out() {
    let [low, high] = context().catalogue.entry(GROWTH).unwrap().range;
    let prepared = [low, high].map(|value| {
        let growth = BTreeMap::from([(GROWTH.to_string(), value)]);
        prepare_with(scenario("history"), &growth, options(500, "2020-12-28"))
    });
    for (end, outcomes) in ["lowest", "highest"].into_iter().zip(runs(&prepared, &SEEDS)) {
        let fighters: Vec<Vec<(String, f64)>> =
            outcomes.iter().map(|run| series(run, "Mali + abroad", "fighters")).collect();
        let most = fighters.iter().flatten().map(|(_, n)| *n).fold(0.0, f64::max);
        let dead = fighters.iter().filter(|months| months.last().unwrap().1 == 0.0).count();
        println!("{end} growth: at most {most} fighters, {dead} of {} runs end without any", SEEDS.len());
        assert!(most <= MOST_FIGHTERS, "{end} growth: {most} fighters");
        assert!(5 * dead <= SEEDS.len(), "{end} growth: {dead} of {} runs end without fighters", SEEDS.len());
    }
}
