//! Contract: the centre ignites for reasons. Of four ingredients (fighters who went home, land and water, tension between
//! communities, forces that stay where violence was) the table says which ones the model makes matter, and how much of the
//! violence outside the north is left without each and without all.
//!
//! Method: history to the end of 2016 without one of them, without all, and as it is, over the same seeds; attacks outside the
//! north in 2015 and 2016, and their share, are those of all seeds together.

use harmattan::simulation::{Outcome, Prepared};

use crate::laboratory::{options, over, prepare, runs, scenario};

const SEEDS: std::ops::RangeInclusive<u64> = 1..=72;
const YEARS: (&str, &str) = ("2015-01-01", "2016-12-31");

/// An ingredient, how it is taken out, and what should then be left of attacks outside the north and of their share at most
/// [factor].
struct Ingredient {
    name: &'static str,
    without: fn(&mut Prepared),
    attacks_left: f64,
    share_left: f64,
    /// False where the model does not do it; the test fails when it begins to.
    holds: bool,
}

const INGREDIENTS: [Ingredient; 4] = [
    Ingredient {
        name: "fighters who went home",
        without: |prepared| {
            prepared.parameters.livelihoods.rejoin_per_week = 0.0;
            prepared.parameters.livelihoods.dormant_weight = 0.0;
        },
        attacks_left: 0.7,
        share_left: 1.1,
        holds: true,
    },
    Ingredient {
        name: "land and water",
        without: |prepared| {
            prepared.parameters.perception.support_of_access = 0.0;
            prepared.parameters.perception.grievance_of_exclusion = 0.0;
            prepared.parameters.perception.tension_of_contest_per_week = 0.0;
        },
        attacks_left: 0.95,
        share_left: 0.98,
        holds: true,
    },
    Ingredient {
        // Self-defence groups, which live from it, hold jihadists down as much as they fight.
        name: "tension",
        without: |prepared| {
            prepared.parameters.violence.communal_tempo_per_week = 0.0;
            prepared.parameters.violence.tension_per_denunciation = 0.0;
            prepared.parameters.livelihoods.mobilised_per_week = 0.0;
            prepared.parameters.perception.support_of_fear = 0.0;
        },
        attacks_left: 0.98,
        share_left: 0.98,
        holds: false,
    },
    Ingredient {
        // They move violence and do not make more of it: of 288 seeds together as many attacks are left.
        name: "forces that stay where violence was",
        without: |prepared| {
            prepared.parameters.state_forces.violence_weight = 0.0;
            prepared.parameters.state_forces.north_weight = 1.0;
        },
        attacks_left: 1.15,
        share_left: 0.9,
        holds: true,
    },
];
/// The same without all four.
const LEFT_WITHOUT_ALL: (f64, f64) = (0.6, 0.85);

/// Attacks outside the north, and their share of all.
fn outside(outcomes: &[Outcome]) -> (f64, f64) {
    let sum = |area: &str| outcomes.iter().map(|run| over(run, area, "attacks", YEARS)).sum::<f64>();
    let (all, north) = (sum("Mali"), sum("North"));
    (all - north, (all - north) / all)
}

#[test]
fn the_centre_ignites_for_reasons() {
    let whole = || prepare(scenario("history"), options(1000, "2016-12-31"));
    let (mut variants, mut none) = (vec![whole()], whole());
    for ingredient in &INGREDIENTS {
        variants.push(whole());
        (ingredient.without)(variants.last_mut().unwrap());
        (ingredient.without)(&mut none);
    }
    variants.push(none);
    let seeds: Vec<u64> = SEEDS.collect();
    let measured: Vec<(f64, f64)> = runs(&variants, &seeds).iter().map(|runs| outside(runs)).collect();
    let (attacks, share) = measured[0];
    println!("history: {attacks} attacks outside the north, share {share:.2}");
    assert!(share > 0.2, "hardly anything happens outside the north: {share}");
    let all = ("all four", LEFT_WITHOUT_ALL, true);
    let expected = INGREDIENTS.iter().map(|i| (i.name, (i.attacks_left, i.share_left), i.holds)).chain([all]);
    for ((name, (attacks_left, share_left), holds), (n, part)) in expected.zip(&measured[1..]) {
        let (n, part) = (n / attacks, part / share);
        println!("without {name}: {n:.2} of the attacks, {part:.2} of the share");
        let fell = n <= attacks_left && part <= share_left;
        assert_eq!(fell, holds, "without {name}: {n:.2} of the attacks and {part:.2} of the share are left");
    }
}
