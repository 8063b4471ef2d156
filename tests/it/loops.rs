//! Contract: the feedback loops of the model are closed link by link; with one link cut, what happens at one end does not
//! reach the other.
//!
//! Method: on the testbed one end of a chain is held at a shock every week, and the submodels of the chain act with the same
//! draws with and without it. The far end must move in the stated direction; with the parameter of one link set to zero
//! it must not move at all. The table of the documentation is printed from the same constant.

use std::fmt::Write as _;

use harmattan::base::ids::GroupId;
use harmattan::entities::cells::FEAR;
use harmattan::entities::vocabulary::{Commodity, GroupKind};
use harmattan::entities::world::FIND;
use harmattan::submodels::Parameters;

use crate::submodels::Testbed;

/// One chain of causes.
struct Chain {
    cause: &'static str,
    effect: &'static str,
    /// 1 if the effect rises with the cause, -1 if it falls.
    sign: f64,
    weeks: u32,
    steps: &'static [&'static str],
    shock: fn(&mut Testbed),
    far_end: fn(&Testbed) -> f64,
    link: &'static str,
    cut: fn(&mut Parameters),
}

/// Every chain that is tested.
const CHAINS: [Chain; 9] = [
    Chain {
        cause: "salaries unpaid",
        effect: "fighters (posts, services, support, recruits)",
        sign: 1.0,
        weeks: 52,
        steps: &["officials", "services", "perception", "livelihoods"],
        shock: |testbed| testbed.world.state.salaries_met = 0.0,
        far_end: fighters,
        link: "services of the state",
        cut: |p| {
            let s = &mut p.services;
            for share in [
                &mut s.state_health_share,
                &mut s.state_school_share,
                &mut s.state_justice_share,
                &mut s.state_water_share,
                // Who stays at an empty post is more often captured: another way to the same end.
                &mut p.perception.trust_lost_to_capture,
            ] {
                *share = 0.0;
            }
        },
    },
    Chain {
        cause: "traffic past a post",
        effect: "search (bribes, capture)",
        sign: -1.0,
        weeks: 52,
        steps: &["officials", "interdiction"],
        shock: |testbed| testbed.world.routes.traffic.fill(200.0),
        far_end: |testbed| testbed.world.routes.search_harmful.iter().sum(),
        link: "capture of officials",
        cut: |p| {
            p.officials.capture_base_per_week = 0.0;
            // Those in their pay from the start neither stay longer nor leave sooner.
            p.officials.unpaid_defection_per_week = 0.0;
        },
    },
    Chain {
        cause: "fear",
        effect: "banditry (weapons bought)",
        sign: 1.0,
        weeks: 52,
        steps: &["crime-and-arms"],
        shock: |testbed| testbed.world.cells.iter_mut().for_each(|cell| cell.mean[FEAR] = 0.9),
        far_end: |testbed| testbed.world.places.banditry.iter().sum(),
        link: "purchases of weapons",
        cut: |p| p.crime_and_arms.purchases_per_person_week = 0.0,
    },
    Chain {
        cause: "deaths in Gao",
        effect: "tension next door (herds, grass, contest)",
        sign: 1.0,
        weeks: 52,
        steps: &["perception"],
        shock: |testbed| {
            let gao = testbed.place("Gao");
            testbed.world.places.recent_deaths[gao] = 40.0;
        },
        far_end: |testbed| {
            let gao = testbed.place("Gao");
            let near = testbed.world.places.neighbours[gao].iter();
            near.flat_map(|(place, _)| &testbed.world.places.tension[*place]).map(|pair| pair.level).sum()
        },
        link: "grazing",
        cut: |p| p.perception.grazing_per_week = 0.0,
    },
    Chain {
        cause: "elders not heeded",
        effect: "tension (disputes unsettled)",
        sign: 1.0,
        weeks: 26,
        steps: &["perception"],
        shock: |testbed| testbed.world.cells.iter_mut().for_each(|cell| cell.customary_authority = 0.0),
        far_end: |testbed| {
            let pairs = testbed.world.places.ids().flat_map(|place| &testbed.world.places.tension[place]);
            pairs.map(|pair| pair.level).sum()
        },
        link: "settlement of disputes",
        cut: |p| p.perception.tension_eased_by_custom_per_week = 0.0,
    },
    Chain {
        cause: "harm by those who tax a trade",
        effect: "people ready for it (legitimacy)",
        sign: -1.0,
        weeks: 40,
        steps: &["livelihoods"],
        shock: |testbed| {
            let group = testbed.world.groups.ids().next().unwrap();
            testbed.world.cells.iter_mut().for_each(|cell| cell.harm[group.0 as usize + 1] = 5.0);
        },
        far_end: |testbed| testbed.world.cells.iter().map(|cell| cell.ready_share).sum(),
        link: "legitimacy lost to harm",
        cut: |p| p.livelihoods.legitimacy_lost_to_harm_share = 0.0,
    },
    Chain {
        cause: "fighters unpaid",
        effect: "fighters (leaving, recruits)",
        sign: -1.0,
        weeks: 26,
        steps: &["livelihoods"],
        shock: |testbed| {
            for group in testbed.world.groups.iter_mut() {
                (group.pay_met, group.unpaid_weeks) = (0.0, 20.0);
            }
        },
        far_end: fighters,
        link: "pay in leaving and recruitment",
        cut: |p| {
            p.livelihoods.unpaid_leave_factor = 1.0;
            p.livelihoods.unpaid_appeal = 1.0;
        },
    },
    Chain {
        cause: "gifts of networks",
        effect: "cooperation with soldiers (silence)",
        sign: -1.0,
        weeks: 26,
        steps: &["perception"],
        shock: |testbed| {
            testbed.world.cells.iter_mut().for_each(|cell| cell.gifts_eur = f64::from(cell.at_home))
        },
        far_end: |testbed| testbed.world.places.cooperation.iter().sum(),
        link: "silence",
        cut: |p| p.perception.silence_of_gifts_share = 0.0,
    },
    Chain {
        cause: "deaths of peacekeepers",
        effect: "protection by missions (self-protection)",
        sign: -1.0,
        weeks: 8,
        steps: &["peace-operations"],
        shock: |testbed| {
            for mission in testbed.world.missions.iter_mut() {
                mission.recent_deaths = 50.0;
            }
        },
        far_end: |testbed| testbed.world.presence.mission_cover.iter().map(|cover| cover[FIND]).sum(),
        link: "fear of losses",
        cut: |p| p.peace_operations.fear_share = 0.0,
    },
];

fn fighters(testbed: &Testbed) -> f64 {
    testbed.world.groups.iter().map(|group| f64::from(group.fighters() + group.all_dormant())).sum()
}

/// The far end of a chain, summed over seeds.
fn far_end(chain: &Chain, shocked: bool, cut: bool) -> f64 {
    let end = |seed| {
        let mut testbed = Testbed::with(
            "[[lever]]\nname = \"troops\"\nfrom.date = 2012-01-02\nset.mission-size = { mission = \"minusma\", troops_persons = 800 }",
        );
        // The testbed's group stands at the most that its supporters can give; here it has room.
        testbed.prepared.parameters.livelihoods.most_members_share *= 10.0;
        if cut {
            (chain.cut)(&mut testbed.prepared.parameters);
        }
        let gao = testbed.place("Gao");
        let jihadists: GroupId = testbed
            .world
            .groups
            .ids()
            .find(|g| testbed.world.groups[*g].kind == GroupKind::Jihadist)
            .unwrap();
        testbed.step("calendar", 0);
        for cell in testbed.world.cells.iter_mut() {
            cell.support.fill(0.0);
            (cell.support[0], cell.support[jihadists.0 as usize + 1]) = (0.6, 0.4);
        }
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
    (1..=16).map(end).sum()
}

#[test]
fn every_chain_carries_and_a_cut_link_stops_it() {
    let mut failures = String::new();
    for chain in &CHAINS {
        let moved = far_end(chain, true, false) - far_end(chain, false, false);
        let left = far_end(chain, true, true) - far_end(chain, false, true);
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
