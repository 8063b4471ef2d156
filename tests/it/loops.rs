//! Contract: the feedback loops of the model are closed link by link; with one link cut, what happens at one end does not
//! reach the other.
//!
//! Method: on the testbed one end of a chain is held at a shock every week, and the submodels of the chain act with the same
//! draws with and without it. The far end must move in the stated direction; with the parameter of one link set to zero
//! it must not move at all. The table of the documentation is printed from the same constant.

mod chains;

use std::fmt::Write as _;

use harmattan::base::parallel::map_in_order;
use harmattan::entities::vocabulary::{Commodity, GroupKind};

use crate::submodels::Testbed;
use chains::{CHAINS, Chain};

/// The far end of a chain, summed over seeds.
fn far_end(chain: &Chain, shocked: bool, cut: bool) -> f64 {
    let mut testbed = Testbed::with(
        "[[lever]]\nname = \"troops\"\nfrom.date = 2012-01-02\nset.mission-size = { mission = \"minusma\", troops_persons = 800 }",
    );
    // The testbed's group stands at the most that its supporters can give; here it has room.
    testbed.prepared.parameters.livelihoods.most_members_share *= 10.0;
    (chain.begin)(&mut testbed);
    if cut {
        (chain.cut)(&mut testbed.prepared.parameters);
    }
    let (gao, jihadists) = (testbed.place("Gao"), testbed.group(GroupKind::Jihadist));
    testbed.step("calendar", 0);
    for cell in testbed.world.cells.iter_mut() {
        cell.support.fill(0.0);
        (cell.support[0], cell.support[jihadists.0 as usize + 1]) = (0.6, 0.4);
    }
    let begun = testbed.world.clone();
    let mut end = |seed| {
        testbed.world = begun.clone();
        for week in 0..chain.weeks {
            // Trade that passes and a group that taxes it, with and without the shock.
            testbed.world.places.jobs_by_commodity[gao] = [50.0; Commodity::COUNT];
            testbed.world.places.trafficking_jobs[gao] = 400.0;
            testbed.world.places.trafficking_carriers[gao] = 400.0;
            testbed.world.places.trafficking_wages[gao] = 40_000.0;
            testbed.world.presence.group_force[(gao, jihadists)] = 50.0;
            testbed.world.routes.traffic.fill(0.0);
            if shocked {
                (chain.shock)(&mut testbed);
            }
            testbed.begin_week();
            for step in chain.steps {
                testbed.step_of_seed(step, week, seed);
            }
        }
        (chain.far_end)(&testbed)
    };
    (1..=16).map(&mut end).sum()
}

#[test]
fn every_chain_carries_and_a_cut_link_stops_it() {
    let sides = [(true, false), (false, false), (true, true), (false, true)];
    let jobs: Vec<_> = CHAINS.iter().flat_map(|chain| sides.map(|side| (chain, side))).collect();
    let ends = map_in_order(&jobs, 0, |(chain, (shocked, cut))| far_end(chain, *shocked, *cut));
    let mut failures = String::new();
    for (chain, ends) in CHAINS.iter().zip(ends.chunks(4)) {
        let (moved, left) = (ends[0] - ends[1], ends[2] - ends[3]);
        println!("{} -> {}: {moved}", chain.cause, chain.effect);
        if moved * chain.sign <= 0.0 || left != 0.0 {
            let _ =
                writeln!(failures, "{} -> {}: {moved}, with the link cut {left}", chain.cause, chain.effect);
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn the_documentation_holds_the_table() {
    let mut table = String::from(
        "| cause | effect | sign | within weeks | the link that is cut |\n| --- | --- | --- | --- | --- |\n",
    );
    for chain in &CHAINS {
        let sign = if chain.sign > 0.0 { "+" } else { "-" };
        let _ = writeln!(
            table,
            "| {} | {} | {sign} | {} | {} |",
            chain.cause, chain.effect, chain.weeks, chain.link
        );
    }
    let path = crate::sources::root().join("docs/ODD.md");
    let document = std::fs::read_to_string(&path).unwrap();
    let (begin, end) = ("<!-- generated: chains -->\n", "<!-- end: chains -->");
    let from = document.find(begin).expect("the place of the table") + begin.len();
    let upto = from + document[from..].find(end).expect("the end of the table");
    let after = format!("{}\n{table}\n{}", &document[..from], &document[upto..]);
    if document == after {
        return;
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &after).unwrap();
        panic!("docs/ODD.md has been rewritten; look at the difference, then test again without UPDATE");
    }
    panic!("the table of chains in docs/ODD.md is stale; UPDATE=1 rewrites it");
}
