//! Contract: groups come to talks when mediators are at work and the offer, pressure and a credible government outweigh demands;
//! an accord needs a quorum that gains by it; people hear of it, and a campaign is heard while it runs.

use harmattan::base::ids::GroupId;
use harmattan::entities::vocabulary::{GroupKind, Stance};

use super::Testbed;

const TALKS: &str = "accord = { offer_share = 0.8, crime_conditionality = 0.0 }\n\
    [[lever]]\nname = \"talks\"\nfrom.date = 2012-01-02\nset.mediation = { mediator = \"BFA\", weight_share = 1.0 }";
const OFFER_ALONE: &str = "accord = { offer_share = 0.8, crime_conditionality = 0.0 }";
const MEDIATION_ALONE: &str = "mediation = { mediator = \"BFA\", weight_share = 1.0 }";

/// Thirty peace processes of two years.
#[derive(Debug, PartialEq)]
struct Processes {
    /// Weeks before talks, summed.
    silent: u32,
    /// Weeks without an accord, summed.
    unsigned: u32,
}

const NEVER: u32 = 30 * 104;

fn processes(levers: &str, change: impl Fn(&mut Testbed, GroupId)) -> Processes {
    let mut testbed = Testbed::under(levers);
    let started = testbed.world.clone();
    let separatists = testbed.group(GroupKind::Separatist);
    let mut sums = Processes { silent: 0, unsigned: 0 };
    for seed in 1..=30 {
        testbed.world = started.clone();
        for week in 0..104 {
            testbed.begin_week();
            let group = &mut testbed.world.groups[separatists];
            (group.demand, group.unpaid_weeks) = (0.8, 0.0);
            testbed.world.state.legitimacy = 0.6;
            testbed.world.presence.strike_cover.fill(0.2);
            change(&mut testbed, separatists);
            testbed.step_of_seed("peace-process", week, seed);
            let (stance, accord) =
                (testbed.world.groups[separatists].stance, testbed.world.state.weeks_since_accord.is_some());
            assert_eq!(stance == Stance::Signatory, accord);
            sums.silent += u32::from(stance == Stance::Fighting);
            sums.unsigned += u32::from(!accord);
        }
    }
    sums
}

#[test]
fn talks_need_a_mediator_and_an_accord_an_offer() {
    let both = processes(TALKS, |_, _| {});
    assert!(both.silent < NEVER / 2 && both.unsigned < NEVER / 2, "{both:?}");
    assert_eq!(processes(OFFER_ALONE, |_, _| {}), Processes { silent: NEVER, unsigned: NEVER });
    let no_offer = processes(MEDIATION_ALONE, |_, _| {});
    assert!(no_offer.unsigned == NEVER && no_offer.silent > both.silent, "{no_offer:?}");
}

#[test]
fn demands_hold_back_and_pressure_and_a_credible_government_bring_to_terms() {
    let plain = processes(TALKS, |_, _| {});
    let modest = processes(TALKS, |testbed, group| testbed.world.groups[group].demand = 0.4);
    let pressed = processes(TALKS, |testbed, _| testbed.world.presence.strike_cover.fill(0.9));
    let broke = processes(TALKS, |testbed, group| testbed.world.groups[group].unpaid_weeks = 52.0);
    let discredited = processes(TALKS, |testbed, _| testbed.world.state.legitimacy = 0.0);
    for (what, sums) in [("modest", &modest), ("pressed", &pressed), ("broke", &broke)] {
        assert!(
            sums.unsigned < plain.unsigned && sums.silent < plain.silent,
            "{what}: {sums:?}, else {plain:?}"
        );
    }
    assert!(discredited.unsigned > plain.unsigned, "{discredited:?}, else {plain:?}");
}

#[test]
fn a_rival_undoes_the_work_of_a_mediator() {
    let with = |rivalry: f64| {
        processes(TALKS, |testbed, _| {
            let governments = &mut testbed.world.governments;
            let (one, other) = (governments.of("BFA").unwrap(), governments.of("DZA").unwrap());
            governments.rivalry[(one, other)] = rivalry;
            governments.rivalry[(other, one)] = rivalry;
        })
    };
    let (alone, rivalled) = (with(0.0), with(1.0));
    assert!(
        alone.silent < rivalled.silent && alone.unsigned < rivalled.unsigned,
        "{alone:?} and {rivalled:?}"
    );
}

#[test]
fn terms_on_crime_cost_consent_where_roads_pay() {
    let terms = |crime: f64, tolls: f64| {
        let levers =
            TALKS.replace("crime_conditionality = 0.0", &format!("crime_conditionality = {crime:?}"));
        processes(&levers, |testbed, group| testbed.world.groups[group].last_toll_eur = tolls)
    };
    let (loose, strict) = (terms(0.0, 1e6), terms(1.0, 1e6));
    assert!(loose.unsigned < strict.unsigned, "{loose:?} and {strict:?}");
    assert_eq!(terms(1.0, 0.0), terms(0.0, 0.0));
}

#[test]
fn an_accord_needs_a_quorum() {
    let signed_by = |others: u32, kind: GroupKind| {
        let mut testbed = Testbed::under(TALKS);
        let (separatists, jihadists) =
            (testbed.group(GroupKind::Separatist), testbed.group(GroupKind::Jihadist));
        let gao = testbed.place("Gao");
        testbed.gather(jihadists, gao, others);
        testbed.world.groups[jihadists].kind = kind;
        // Others who will not talk.
        testbed.world.groups[jihadists].stance = Stance::Dormant;
        for week in 0..156 {
            testbed.world.groups[separatists].demand = 0.3;
            testbed.step("peace-process", week);
        }
        testbed.world.state.weeks_since_accord.is_some()
    };
    assert!(signed_by(0, GroupKind::Separatist));
    assert!(!signed_by(400, GroupKind::Separatist));
    assert!(signed_by(400, GroupKind::Jihadist));
}

#[test]
fn talks_lapse_without_a_mediator() {
    let mut testbed = Testbed::new();
    let separatists = testbed.group(GroupKind::Separatist);
    testbed.prepared.parameters.peace_process.talks_lapse_per_week = 0.5;
    testbed.world.groups[separatists].stance = Stance::Talking;
    testbed.world.groups[separatists].demand = 1.0;
    for week in 0..52 {
        testbed.step("peace-process", week);
    }
    assert_eq!(testbed.world.groups[separatists].stance, Stance::Fighting);
}

/// Share of people who know an accord of week 0 after so many weeks, with a campaign from one week to another.
fn aware(weeks: u32, campaign: Option<(u32, u32)>) -> f64 {
    let lever = campaign.map_or(String::new(), |(from, until)| {
        let date = |week: u32| harmattan::base::dates::Week(week).monday().to_string();
        format!(
            "[[lever]]\nname = \"campaign\"\nfrom.date = {}\nuntil.date = {}\n\
             set.awareness-campaign = {{ reach_share = 0.8 }}",
            date(from),
            date(until)
        )
    });
    let mut testbed = Testbed::with(&lever);
    testbed.world.state.weeks_since_accord = Some(0);
    for week in 0..weeks {
        testbed.step("calendar", week);
        testbed.step("peace-process", week);
    }
    testbed.world.cells.iter().map(|cell| cell.aware).sum::<f64>() / testbed.world.cells.len() as f64
}

#[test]
fn few_hear_of_an_accord_and_a_campaign_is_heard_while_it_runs() {
    let params = Testbed::new().prepared.parameters.peace_process;
    let (soon, late) = (aware(100, None), aware(400, None));
    assert!(soon > params.news_share && soon < params.first_news_share && late < soon, "{soon} and {late}");
    let (told, after) = (aware(52, Some((1, 52))), aware(250, Some((1, 52))));
    assert!(told > aware(52, None) + 0.3, "{told} and {}", aware(52, None));
    assert!((after - aware(250, None)).abs() < 0.02, "{after} and {}", aware(250, None));
    let mut none = Testbed::new();
    none.step("peace-process", 0);
    assert!(none.world.cells.iter().all(|cell| cell.aware == 0.0));
}
