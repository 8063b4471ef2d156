//! Contract: a coup against a government that few trust is welcomed, against another it is not; partners withhold
//! recognition, and aid and neighbours' cooperation with it; an election and the end of a freeze bring it back; signatories back
//! a welcome transition.

use harmattan::base::dates::Week;
use harmattan::entities::vocabulary::{GroupKind, Stance};
use harmattan::entities::world::World;

use super::Testbed;

const COUP: &str = "[[lever]]\nname = \"coup\"\nfrom.date = 2012-01-02\nuntil.weeks = 1\nset.coup = {}\n";

/// Politics of half a year from a legitimacy on.
fn after(lines: &str, legitimacy: f64, weight: f64, change: impl Fn(&mut World)) -> World {
    let mut testbed = Testbed::with(lines);
    testbed.prepared.parameters.national_politics.legitimacy_of_welcome = weight;
    testbed.prepared.parameters.national_politics.coup_base_per_year = 0.0;
    testbed.world.state.legitimacy = legitimacy;
    change(&mut testbed.world);
    for week in 0..26 {
        testbed.begin_week();
        testbed.step("calendar", week);
        testbed.step("national-politics", week);
        testbed.step("regional-cooperation", week);
    }
    testbed.world
}

#[test]
fn a_coup_is_welcomed_where_legitimacy_was_low() {
    let gained = |legitimacy| {
        let of = |weight| after(COUP, legitimacy, weight, |_| {}).state.legitimacy;
        of(0.2) - of(0.0)
    };
    assert!(gained(0.2) > 0.01, "{}", gained(0.2));
    assert!(gained(0.8) < -0.01, "{}", gained(0.8));
    assert!(after("", 0.2, 0.2, |_| {}).state.welcome == 0.0);
}

#[test]
fn recognition_falls_with_a_coup_and_returns_with_an_election() {
    let freeze = format!(
        "{COUP}[[lever]]\nname = \"freeze\"\nfrom.date = 2012-01-02\nset.aid-freeze = {{ frozen_share = 0.8 }}\n"
    );
    let quiet = after("", 0.5, 0.0, |_| {});
    let coup = after(COUP, 0.5, 0.0, |_| {});
    let frozen = after(&freeze, 0.5, 0.0, |_| {});
    let elected = after(COUP, 0.5, 0.0, |world| world.inputs.elections.push((Week(20), true, 0.0)));
    let of = |world: &World| world.state.recognition;
    assert!(of(&quiet) == 1.0 && of(&coup) < 0.9, "{} and {}", of(&quiet), of(&coup));
    assert!(of(&frozen) < of(&coup) && of(&coup) < of(&elected));
    let cooperation = |world: &World| {
        let governments = &world.governments;
        governments.list.ids().map(|g| governments.cooperation[(governments.mali, g)]).sum::<f64>()
    };
    assert!(cooperation(&frozen) < cooperation(&coup) && cooperation(&coup) < cooperation(&quiet));
}

#[test]
fn aid_follows_recognition_unless_partners_decide_otherwise() {
    let aid = |recognition: f64, lines: &str| {
        let mut testbed = Testbed::with(lines);
        testbed.world.state.recognition = recognition;
        testbed.step("calendar", 0);
        testbed.step("public-finance", 0);
        let ledger = &testbed.world.ledger;
        let flows = ledger.flows().into_iter().filter(|flow| flow.0 == ledger.standing.donors);
        flows.map(|flow| flow.3.eur()).sum::<f64>()
    };
    let kept =
        "[[lever]]\nname = \"kept\"\nfrom.date = 2012-01-02\nset.aid-freeze = { frozen_share = 0.0 }\n";
    assert!(aid(0.2, "") < 0.9 * aid(1.0, ""));
    assert_eq!(aid(0.2, kept), aid(1.0, ""));
}

#[test]
fn oversight_and_convictions_leave_less_complicity() {
    let complicity =
        |oversight: f64| after("", 0.5, 0.0, |world| world.state.oversight = oversight).state.complicity;
    assert!(complicity(0.8) < complicity(0.0) - 0.005, "{} and {}", complicity(0.8), complicity(0.0));
    let court = "[[lever]]\nname = \"court\"\nfrom.date = 2012-01-02\nset.specialised-justice = { sanction_share = 0.8 }\n";
    assert!(after(court, 0.5, 0.0, |_| {}).state.complicity < complicity(0.0) - 0.005);
}

#[test]
fn an_accord_is_carried_out_as_far_as_signatories_and_people_stand_by_it() {
    let implemented = |welcome: f64, aware: f64, signed: bool| {
        let mut testbed = Testbed::new();
        testbed.world.state.weeks_since_accord = Some(1);
        for group in testbed.world.groups.iter_mut() {
            group.kind = GroupKind::Separatist;
            group.stance = if signed { Stance::Signatory } else { Stance::Fighting };
        }
        for week in 0..26 {
            testbed.world.state.welcome = welcome;
            testbed.world.cells.iter_mut().for_each(|cell| cell.aware = aware);
            testbed.step("peace-process", week);
        }
        testbed.world.state.implementation
    };
    let plain = implemented(0.0, 0.0, true);
    assert!(implemented(0.8, 0.0, true) > plain + 0.01);
    assert!(implemented(-0.8, 0.0, true) == plain);
    assert!(implemented(0.0, 1.0, true) > plain + 0.01);
    assert!(implemented(0.0, 0.0, false) < 0.5 * plain);
}

#[test]
fn a_specialised_court_is_for_those_at_the_top() {
    let captured = |lines: &str| {
        let mut testbed = Testbed::with(lines);
        for week in 0..104 {
            testbed.world.routes.traffic.fill(500.0);
            testbed.step("calendar", week);
            testbed.step("officials", week);
        }
        let posts = testbed.world.officials.iter();
        posts.fold([0, 0], |mut sum, post| {
            sum[usize::from(!post.rank.at_top())] += post.captured;
            sum
        })
    };
    let court = "[[lever]]\nname = \"court\"\nfrom.date = 2012-01-02\nset.specialised-justice = { sanction_share = 0.8 }\n";
    let ([top, rest], [top_tried, rest_tried]) = (captured(""), captured(court));
    assert!(top_tried < top, "{top_tried} of {top} at the top are captured");
    assert_eq!(rest_tried, rest);
}

#[test]
fn a_strike_force_costs_the_will_of_those_who_want_no_outsiders() {
    let cooperation = |troops: u32| {
        let mut testbed = Testbed::new();
        let gao = testbed.place("Gao");
        let strike =
            testbed.world.missions.ids().find(|m| testbed.world.missions[*m].is_strike_force).unwrap();
        testbed.world.missions[strike].troops[gao] = troops;
        testbed.world.governments.baseline.fill(0.8);
        for week in 0..52 {
            testbed.step("regional-cooperation", week);
        }
        let governments = &testbed.world.governments;
        ["DZA", "NER"].map(|code| governments.cooperation[(governments.mali, governments.of(code).unwrap())])
    };
    let ([algeria, niger], [algeria_left, niger_left]) = (cooperation(0), cooperation(1000));
    assert!(algeria_left < algeria - 0.01, "{algeria_left} and {algeria}");
    assert_eq!(niger_left, niger);
}
