//! Contract: people get what staff, money and access deliver, whoever delivers it; they get used to more sooner than to less, and what is
//! taken away is resented where what never came is not; food is dear where little arrives.

use harmattan::entities::cells::GRIEVANCE;
use harmattan::entities::places::Ruler;
use harmattan::entities::vocabulary::Service;

use super::Testbed;

/// What a cell of Gao gets of a service after a week under a lever, with something set before.
fn delivered(set: &str, service: Service, change: impl Fn(&mut Testbed)) -> f64 {
    let mut testbed = if set.is_empty() { Testbed::new() } else { Testbed::under(set) };
    let gao = testbed.place("Gao");
    change(&mut testbed);
    testbed.step("services", 0);
    testbed.world.cells[testbed.world.places.cells[gao][0]].service[service as usize]
}

/// Officials at their posts, as a share of all.
fn posts(testbed: &mut Testbed, filled: u32) {
    testbed
        .world
        .officials
        .iter_mut()
        .for_each(|post| (post.at_post, post.captured) = (filled * post.posts, 0));
}

#[test]
fn staff_and_money_that_does_not_leak_deliver() {
    for service in [Service::Health, Service::Schooling] {
        let with = |filled: u32, met: f64, leakage: f64| {
            delivered("", service, move |testbed| {
                posts(testbed, filled);
                (testbed.world.state.services_met, testbed.world.state.leakage) = (met, leakage);
            })
        };
        let full = with(1, 1.0, 0.0);
        for (what, less) in
            [("no staff", with(0, 1.0, 0.0)), ("no money", with(1, 0.3, 0.0)), ("leakage", with(1, 1.0, 0.6))]
        {
            assert!(less < full - 0.05, "{service:?}, {what}: {less} of {full}");
        }
    }
    let judged = |filled: u32| delivered("", Service::Justice, move |testbed| posts(testbed, filled));
    assert!(judged(0) < judged(1) - 0.05);
}

#[test]
fn aid_workers_go_where_it_is_calm() {
    let health = |deaths: f64| {
        delivered("", Service::Health, move |testbed| {
            posts(testbed, 0);
            testbed.world.places.recent_deaths.fill(deaths);
        })
    };
    assert!(health(50.0) < 0.5 * health(0.0) && health(50.0) > 0.0, "{} and {}", health(50.0), health(0.0));
}

#[test]
fn groups_judge_where_they_rule_the_better_the_more_they_hold_together() {
    let justice = |ruled: bool, cohesion: f64| {
        delivered("", Service::Justice, move |testbed| {
            posts(testbed, 0);
            testbed.world.cells.iter_mut().for_each(|cell| cell.customary_authority = 0.0);
            let (gao, group) = (testbed.place("Gao"), testbed.world.groups.ids().next().unwrap());
            testbed.world.groups[group].cohesion = cohesion;
            testbed.world.presence.group_reach[gao] = if ruled { [0.8; 2] } else { [0.0; 2] };
            testbed.world.places.controller[gao] = if ruled { Ruler::Group(group) } else { Ruler::Nobody };
        })
    };
    assert!(justice(true, 0.9) > justice(true, 0.3) && justice(true, 0.3) > 0.0);
    assert_eq!(justice(false, 0.9), 0.0);
}

#[test]
fn officials_bring_water() {
    let water = |civil: f64| {
        delivered("", Service::Water, move |testbed| {
            posts(testbed, 1);
            (testbed.world.state.services_met, testbed.world.state.leakage) = (1.0, 0.0);
            testbed.world.presence.civil_by.fill([civil; 2]);
        })
    };
    assert!(water(0.0) < water(0.5) && water(0.5) < water(1.0));
}

#[test]
fn goods_come_from_inside_the_country_and_across_the_border() {
    let supply = |arrives: f64, dependence: f64| {
        delivered("", Service::Supply, move |testbed| {
            testbed.world.places.supply.fill(arrives);
            testbed.world.places.import_dependence.fill(dependence);
        })
    };
    assert!(supply(0.0, 0.8) < supply(0.5, 0.8) && supply(0.5, 0.8) < supply(1.0, 0.8));
    assert!(supply(0.0, 0.2) > supply(0.0, 0.8) && supply(0.0, 0.8) > 0.0);
    assert_eq!(supply(0.0, 0.0), supply(1.0, 0.0));
}

#[test]
fn aid_workers_reach_fewer_where_nobody_rules() {
    let health = |ruler: Ruler| {
        delivered("", Service::Health, move |testbed| {
            posts(testbed, 0);
            testbed.world.places.controller.fill(ruler);
        })
    };
    assert!(health(Ruler::Nobody) < health(Ruler::State) && health(Ruler::Nobody) > 0.0);
}

#[test]
fn elders_judge_where_they_are_heard() {
    let justice = |authority: f64| {
        delivered("", Service::Justice, move |testbed| {
            posts(testbed, 0);
            testbed.world.presence.group_reach.fill([0.0; 2]);
            testbed.world.cells.iter_mut().for_each(|cell| cell.customary_authority = authority);
        })
    };
    assert!(justice(0.0) < justice(0.5) && justice(0.5) < justice(1.0));
}

#[test]
fn a_budget_delivers_its_service_and_no_other() {
    let set = |eur: f64| {
        format!(
            "services-budget = {{ provider = \"ngo\", service = \"water\", eur_per_person_per_year = {eur:?} }}"
        )
    };
    let of = |eur: f64, service: Service| delivered(&set(eur), service, |testbed| posts(testbed, 0));
    assert!(of(0.0, Service::Water) < of(20.0, Service::Water));
    assert!(of(20.0, Service::Water) < of(100.0, Service::Water));
    assert_eq!(of(100.0, Service::Health), of(0.0, Service::Health));
}

/// Services that people of Gao expect after so many weeks, when they expected something and get nothing or much.
fn expected(first: f64, much: bool, weeks: u32) -> (f64, f64) {
    let set =
        "services-budget = { provider = \"ngo\", service = \"health\", eur_per_person_per_year = 100.0 }";
    let mut testbed = if much { Testbed::under(set) } else { Testbed::new() };
    let gao = testbed.place("Gao");
    let cell = testbed.world.places.cells[gao][0];
    testbed.world.cells[cell].service_expected = first;
    for week in 0..weeks {
        posts(&mut testbed, u32::from(much));
        testbed.step("services", week);
    }
    (testbed.world.cells[cell].service_expected, testbed.world.cells[cell].coverage())
}

#[test]
fn people_get_used_to_more_sooner_than_to_less() {
    let (rich, much) = expected(0.0, true, 26);
    let (poor, little) = expected(1.0, false, 26);
    // Half of the way in half a year upwards, and not yet a third of it downwards.
    assert!((0.4..0.65).contains(&(rich / much)), "{rich} of {much}");
    assert!((1.0 - poor) / (1.0 - little) < 0.35, "down to {poor} of {little}");
    let in_the_end = expected(1.0, false, 1_000);
    assert!((in_the_end.0 - in_the_end.1).abs() < 0.02, "{in_the_end:?}");
}

/// Grievance in Gao half a year after everybody was given so much to expect, with services gone.
fn grievance(expected: f64, of_shortfall: f64) -> f64 {
    let mut testbed = Testbed::new();
    testbed.prepared.parameters.perception.grievance_of_shortfall = of_shortfall;
    testbed.world.cells.iter_mut().for_each(|cell| cell.service_expected = expected);
    for week in 0..26 {
        posts(&mut testbed, 0);
        testbed.step("services", week);
        testbed.step("perception", week);
    }
    let gao = testbed.place("Gao");
    testbed.world.cells[testbed.world.places.cells[gao][0]].mean[GRIEVANCE]
}

#[test]
fn what_is_taken_away_is_resented_more_than_what_never_came() {
    let share = Testbed::new().prepared.parameters.perception.grievance_of_shortfall;
    let (had, never) = (grievance(0.8, share), grievance(0.0, share));
    assert!(had > never + 0.02, "{had} after losing them, {never} without ever having them");
    assert_eq!(grievance(0.8, 0.0), grievance(0.0, 0.0));
}

/// Price of food in Gao after a year, with so much supply and violence.
fn price(set: &str, supply: f64, deaths: f64) -> f64 {
    let mut testbed = if set.is_empty() { Testbed::new() } else { Testbed::under(set) };
    let gao = testbed.place("Gao");
    for week in 0..52 {
        testbed.world.places.supply.fill(supply);
        testbed.world.places.recent_deaths.fill(deaths);
        testbed.step("services", week);
    }
    testbed.world.places.food_price[gao]
}

#[test]
fn food_is_dear_where_little_arrives_and_people_die_and_food_aid_fills_the_gap() {
    let plain = price("", 1.0, 0.0);
    let (short, bloody) = (price("", 0.2, 0.0), price("", 1.0, 20.0));
    assert!(short > plain + 0.2 && bloody > plain + 0.05, "{plain}, {short}, {bloody}");
    assert!(price("", 0.5, 0.0) < short);
    let aid = price("food-aid = { filled_share = 0.5 }", 0.2, 0.0);
    assert!(aid < short - 0.1 && aid > plain, "{aid} of {short}");
    assert_eq!(price("food-aid = { filled_share = 1.0 }", 0.2, 0.0), plain);
}

#[test]
fn food_is_dearer_before_the_harvest() {
    let in_month = |week: u32| {
        let mut testbed = Testbed::new();
        testbed.world.inputs.week = harmattan::base::dates::Week(week);
        for _ in 0..26 {
            testbed.world.places.supply.fill(1.0);
            testbed.step("services", week);
        }
        testbed.world.places.food_price[testbed.place("Gao")]
    };
    // In August and in November.
    assert!(in_month(32) > in_month(46) + 0.05, "{} and {}", in_month(32), in_month(46));
}
