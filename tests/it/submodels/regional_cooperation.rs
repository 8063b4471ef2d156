//! Contract: governments draw together in frameworks that work and are not blocked, apart by rivalry, complicity and donors who leave
//! them out; sanctuary abroad is what effort and cooperation leave of it.

use harmattan::entities::world::World;

use super::Testbed;

/// Two years of regional cooperation alone under a lever, with something set before every week.
fn after(set: &str, change: impl Fn(&mut World)) -> World {
    let mut testbed = if set.is_empty() { Testbed::new() } else { Testbed::under(set) };
    for week in 0..104 {
        (testbed.world.state.complicity, testbed.world.state.recognition) = (0.0, 1.0);
        change(&mut testbed.world);
        testbed.step("regional-cooperation", week);
    }
    testbed.world
}

fn between(world: &World, a: &str, b: &str) -> f64 {
    let governments = &world.governments;
    governments.cooperation[(governments.of(a).unwrap(), governments.of(b).unwrap())]
}

fn framework(membership: &str, operation: f64, veto_left: f64) -> String {
    format!(
        "regional-framework = {{ framework = \"neighbours\", membership = \"{membership}\", \
         operation_share = {operation:?}, veto_left_share = {veto_left:?} }}"
    )
}

#[test]
fn a_framework_that_works_draws_its_members_together_and_nobody_else() {
    let of = |operation: f64| after(&framework("founders", operation, 1.0), |_| {});
    let (idle, half, works) = (of(0.0), of(0.5), of(1.0));
    for (a, b) in [("MLI", "DZA"), ("MLI", "NER"), ("NER", "MRT")] {
        let [idle, half, works] = [&idle, &half, &works].map(|world| between(world, a, b));
        assert!(idle < half - 0.02 && half < works - 0.02, "{a} and {b}: {idle}, {half}, {works}");
    }
    assert_eq!(between(&idle, "MLI", "BFA"), between(&works, "MLI", "BFA"));
    assert_eq!(between(&works, "DZA", "MLI"), between(&works, "MLI", "DZA"));
}

#[test]
fn a_rival_outside_blocks_a_framework_until_it_joins_or_gives_way() {
    let with = |membership: &str, veto_left: f64| {
        let world = after(&framework(membership, 1.0, veto_left), |world| {
            let rival = world.governments.of("BFA").unwrap();
            let framework = &mut world.governments.frameworks[0];
            (framework.vetoed_by, framework.candidates) = (vec![rival], vec![rival]);
        });
        between(&world, "MLI", "NER")
    };
    let free = between(&after(&framework("founders", 1.0, 1.0), |_| {}), "MLI", "NER");
    assert!(with("founders", 1.0) < with("founders", 0.5), "{}", with("founders", 1.0));
    assert!(with("founders", 0.5) < free - 0.02, "{} and {free}", with("founders", 0.5));
    assert_eq!((with("wider", 1.0), with("founders", 0.0)), (free, free));
}

#[test]
fn rivalry_and_a_complicit_or_unrecognised_government_keep_neighbours_away() {
    let plain = after("", |_| {});
    let rival = after("", |world| {
        let governments = &mut world.governments;
        let (one, other) = (governments.of("MLI").unwrap(), governments.of("NER").unwrap());
        governments.rivalry[(one, other)] = 0.9;
        governments.rivalry[(other, one)] = 0.9;
    });
    let complicit = after("", |world| world.state.complicity = 0.9);
    let shunned = after("", |world| world.state.recognition = 0.1);
    for (what, world) in [("rivalry", &rival), ("complicity", &complicit), ("recognition", &shunned)] {
        let (with, without) = (between(world, "MLI", "NER"), between(&plain, "MLI", "NER"));
        assert!(with < without - 0.02, "{what}: {with}, without {without}");
        assert_eq!(between(world, "NER", "MRT"), between(&plain, "NER", "MRT"), "{what}");
    }
}

#[test]
fn donors_who_work_through_some_draw_these_together_and_others_back() {
    let channel = |weight: f64| {
        after(&format!("donor-channel = {{ framework = \"neighbours\", weight_share = {weight:?} }}"), |_| {})
    };
    let (without, with) = (channel(0.0), channel(1.0));
    assert!(between(&with, "MLI", "NER") > between(&without, "MLI", "NER") + 0.02);
    assert!(between(&with, "MLI", "BFA") < between(&without, "MLI", "BFA") - 0.02);
}

#[test]
fn a_quarrel_is_forgotten_within_years() {
    let mut testbed = Testbed::new();
    let governments = &mut testbed.world.governments;
    let (mali, niger) = (governments.mali, governments.of("NER").unwrap());
    governments.shift(mali, niger, -0.4);
    let quarrelled = between(&testbed.world, "MLI", "NER");
    for week in 0..520 {
        (testbed.world.state.complicity, testbed.world.state.recognition) = (0.0, 1.0);
        testbed.step("regional-cooperation", week);
    }
    let plain = after("", |_| {});
    assert!(quarrelled < between(&plain, "MLI", "NER") - 0.2);
    assert!((between(&testbed.world, "MLI", "NER") - between(&plain, "MLI", "NER")).abs() < 0.05);
}

fn sanctuary(world: &World, code: &str) -> f64 {
    world.governments.list[world.governments.of(code).unwrap()].sanctuary
}

#[test]
fn sanctuary_is_what_effort_and_cooperation_leave() {
    let of = |effort: f64, complicity: f64| {
        let mut testbed = Testbed::new();
        testbed.input("border-effort-niger", effort);
        for week in 0..104 {
            testbed.world.state.complicity = complicity;
            testbed.step("regional-cooperation", week);
        }
        sanctuary(&testbed.world, "NER")
    };
    assert!(of(0.9, 0.0) < of(0.2, 0.0) - 0.05, "{} and {}", of(0.9, 0.0), of(0.2, 0.0));
    assert!(of(0.9, 0.0) < of(0.9, 1.0) - 0.01, "{} and {}", of(0.9, 0.0), of(0.9, 1.0));
    assert_eq!(of(0.0, 0.0), of(0.0, 1.0));
}

#[test]
fn a_shock_opens_or_closes_the_land_where_it_happens() {
    let shock = |share: f64| {
        after(
            &format!(
                "regional-shock = {{ country = \"LBY\", arms_outflow_factor = 1.0, sanctuary_share = {share:?} }}"
            ),
            |_| {},
        )
    };
    let (closed, open) = (shock(0.1), shock(0.9));
    assert!(sanctuary(&closed, "LBY") < sanctuary(&open, "LBY") - 0.5);
    assert_eq!(sanctuary(&closed, "NER"), sanctuary(&open, "NER"));
}

#[test]
fn a_lever_sets_how_many_border_units_are_captured_and_where() {
    let captured = |share: f64, code: &str| {
        let set = format!("border-unit-capture = {{ government = \"NER\", captured_share = {share:?} }}");
        let world = after(&set, |_| {});
        world.governments.list[world.governments.of(code).unwrap()].border_captured
    };
    assert_eq!((captured(0.9, "NER"), captured(0.1, "NER")), (0.9, 0.1));
    assert_eq!(captured(0.9, "DZA"), captured(0.1, "DZA"));
}

#[test]
fn a_strike_force_from_outside_costs_the_cooperation_of_those_who_resent_it() {
    let with = |resented: bool, troops: u32| {
        let world = after("", |world| {
            let strike = world.missions.ids().find(|m| world.missions[*m].is_strike_force).unwrap();
            world.missions[strike].troops.iter_mut().for_each(|here| *here = troops);
            let niger = world.governments.of("NER").unwrap();
            world.governments.list[niger].resents_intervention = resented;
        });
        ["NER", "BFA"].map(|other| between(&world, "MLI", other))
    };
    let (angry, calm, nobody) = (with(true, 100), with(false, 100), with(true, 0));
    assert!(angry[0] < calm[0] - 0.05, "{angry:?} and {calm:?}");
    assert_eq!(angry[1], calm[1]);
    assert_eq!(nobody, calm);
}
