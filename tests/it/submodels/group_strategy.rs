//! Contract: groups go over to the offensive when the balance allows it and hide from strikes; treasuries tax whom they reach and
//! pay as far as they last; garrisons that are surrounded, outnumbered and out of heart leave.

use harmattan::base::ids::{GroupId, PlaceId};
use harmattan::entities::places::Ruler;
use harmattan::entities::vocabulary::{Community, GroupKind, Posture, Purpose, Stance};
use harmattan::entities::world::FIND;

use super::Testbed;

/// Half a year of strategy alone, with something set before every week.
fn half_year(mut testbed: Testbed, change: impl Fn(&mut Testbed)) -> Testbed {
    for week in 0..26 {
        testbed.begin_week();
        change(&mut testbed);
        testbed.step("group-strategy", week);
    }
    testbed
}

fn region(testbed: &Testbed, place: PlaceId) -> usize {
    testbed.world.places.region[place].unwrap()
}

/// Weeks of half a year in which separatists with so many more men are on the offensive around Kidal.
fn offensive(men: u32, soldiers: u32, change: impl Fn(&mut Testbed, GroupId)) -> (u32, f64) {
    let mut testbed = Testbed::new();
    let (kidal, separatists) = (testbed.place("Kidal"), testbed.group(GroupKind::Separatist));
    let kidal_region = region(&testbed, kidal);
    testbed.gather(separatists, kidal, men);
    let mut weeks = 0;
    for week in 0..26 {
        for unit in &mut testbed.world.state_forces.units {
            (unit.place, unit.troops, unit.readiness) = (unit.home, soldiers, 1.0);
        }
        testbed.world.state_forces.morale = 0.7;
        change(&mut testbed, separatists);
        testbed.begin_week();
        testbed.step("group-strategy", week);
        weeks += u32::from(testbed.world.groups[separatists].offensive[kidal_region]);
    }
    (weeks, testbed.world.groups[separatists].demand)
}

#[test]
fn an_offensive_needs_the_balance_and_demands_follow_it() {
    let (strong, even, weak) =
        (offensive(2_000, 40, |_, _| {}), offensive(300, 200, |_, _| {}), offensive(0, 2_000, |_, _| {}));
    assert!(strong.0 > 15 && weak.0 == 0, "{} and {} weeks", strong.0, weak.0);
    assert!(even.0 < strong.0, "{} and {} weeks", even.0, strong.0);
    assert!(
        strong.1 > even.1 + 0.05 && even.1 > weak.1 + 0.05,
        "demands {}, {}, {}",
        strong.1,
        even.1,
        weak.1
    );
}

#[test]
fn who_asks_for_all_attacks_sooner_as_far_as_demand_weighs() {
    let weeks = |demand: f64, weight: f64| {
        let of = |soldiers: u32| {
            let change = |testbed: &mut Testbed, group: GroupId| {
                testbed.world.groups[group].demand = demand;
                testbed.prepared.parameters.group_strategy.offensive_of_demand = weight;
            };
            offensive(300, soldiers, change).0
        };
        // Balances from hopeless to tempting.
        (20..200).step_by(10).map(of).sum::<u32>()
    };
    assert!(weeks(1.0, 0.8) > weeks(0.0, 0.8), "{} and {}", weeks(1.0, 0.8), weeks(0.0, 0.8));
    assert_eq!(weeks(1.0, 0.0), weeks(0.0, 0.0));
}

#[test]
fn who_talks_or_is_paid_by_the_state_keeps_quiet() {
    let talking = offensive(2_000, 40, |testbed, group| testbed.world.groups[group].stance = Stance::Talking);
    let paid = offensive(2_000, 40, |testbed, group| testbed.world.groups[group].patronage_eur = 1e12);
    assert_eq!((talking.0, paid.0), (0, 0));
}

#[test]
fn an_offensive_ends_when_the_balance_is_lost() {
    let mut testbed = Testbed::new();
    let (kidal, separatists) = (testbed.place("Kidal"), testbed.group(GroupKind::Separatist));
    let kidal_region = region(&testbed, kidal);
    let after = |testbed: &mut Testbed, soldiers: u32| {
        testbed.restart();
        testbed.world.groups[separatists].offensive[kidal_region] = true;
        for unit in &mut testbed.world.state_forces.units {
            (unit.troops, unit.readiness) = (soldiers, 1.0);
        }
        testbed.step("group-strategy", 0);
        testbed.world.groups[separatists].offensive[kidal_region]
    };
    assert!(after(&mut testbed, 10));
    assert!(!after(&mut testbed, 5_000));
}

/// Assaults on the garrison of Gao that jihadists on the offensive plan in half a year.
fn assaults(soldiers: u32) -> usize {
    let mut testbed = Testbed::new();
    let (gao, jihadists) = (testbed.place("Gao"), testbed.group(GroupKind::Jihadist));
    let gao_region = region(&testbed, gao);
    testbed.gather(jihadists, gao, 300);
    let mut n = 0;
    for week in 0..26 {
        testbed.world.groups[jihadists].offensive[gao_region] = true;
        testbed.world.places.controller[gao] = Ruler::State;
        for unit in &mut testbed.world.state_forces.units {
            unit.place = gao;
            unit.troops = soldiers;
        }
        testbed.world.state_forces.morale = 0.7;
        // Nobody leaves without a fight.
        testbed.prepared.parameters.group_strategy.abandonment_tempo_per_week = 0.0;
        testbed.begin_week();
        testbed.step("group-strategy", week);
        n += testbed.world.this_week.assaults.iter().filter(|assault| assault.place == gao).count();
    }
    n
}

#[test]
fn nobody_attacks_a_garrison_without_odds() {
    let (weak, strong) = (assaults(10), assaults(1_000));
    assert!(weak > 5, "{weak} assaults");
    assert_eq!(strong, 0);
}

/// Of the bands of jihadists in Gao, the share that holds openly over half a year.
fn holding(strikes: f64, army: f64) -> f64 {
    let (mut open, mut all) = (0, 0);
    let mut testbed = Testbed::new();
    let (gao, jihadists) = (testbed.place("Gao"), testbed.group(GroupKind::Jihadist));
    for seed in 1..=10 {
        testbed.restart();
        testbed.gather(jihadists, gao, 600);
        testbed.world.places.controller[gao] = Ruler::Group(jihadists);
        testbed.world.presence.strike_cover.fill(strikes);
        testbed.world.presence.state_cover.iter_mut().for_each(|cover| cover[FIND] = army);
        testbed.step_of_seed("group-strategy", 0, seed);
        for band in testbed.world.bands.list.iter().filter(|band| band.group == jihadists) {
            all += 1;
            open += u32::from(band.posture == Posture::Hold);
        }
    }
    f64::from(open) / f64::from(all)
}

#[test]
fn bands_hide_from_strikes_and_from_the_army() {
    let (free, struck, searched) = (holding(0.0, 0.0), holding(0.5, 0.0), holding(0.0, 0.8));
    assert!(struck < free - 0.2 && searched < free - 0.1, "{free}, {struck}, {searched}");
}

#[test]
fn under_strikes_fighters_go_home_and_the_less_the_more_they_hold_together() {
    let gao = Testbed::new().place("Gao");
    let home = |strikes: f64, cohesion: f64| {
        let mut testbed = Testbed::new();
        let jihadists = testbed.group(GroupKind::Jihadist);
        testbed.gather(jihadists, gao, 300);
        let after = half_year(testbed, |testbed| {
            testbed.world.presence.strike_cover.fill(strikes);
            testbed.world.groups[jihadists].cohesion = cohesion;
        });
        let group = &after.world.groups[jihadists];
        group.all_dormant() + group.away()
    };
    let calm = home(0.0, 0.5);
    assert!(home(0.6, 0.5) > calm + 20, "{} and {calm}", home(0.6, 0.5));
    assert!(home(0.6, 1.0) < home(0.6, 0.0), "{} and {}", home(0.6, 1.0), home(0.6, 0.0));
}

/// Separatists in Gao, of three hundred in Kidal, after a quarter with something set every week; summed over seeds.
fn in_gao(change: impl Fn(&mut Testbed, PlaceId, GroupId)) -> u32 {
    let mut n = 0;
    let mut testbed = Testbed::new();
    let (gao, kidal) = (testbed.place("Gao"), testbed.place("Kidal"));
    let separatists = testbed.group(GroupKind::Separatist);
    for seed in 1..=10 {
        testbed.restart();
        testbed.gather(separatists, kidal, 300);
        for week in 0..12 {
            testbed.world.routes.traffic.fill(0.0);
            testbed.world.presence.mission_cover.fill([0.0; 3]);
            testbed.world.presence.support[gao].fill(0.0);
            testbed.world.groups[separatists].communities.fill(0.0);
            change(&mut testbed, gao, separatists);
            testbed.step_of_seed("group-strategy", week, seed);
        }
        n += testbed.world.bands.fighters_at(separatists, gao);
    }
    n
}

#[test]
fn bands_move_to_supporters_and_kin_and_keep_away_from_missions_and_rivals() {
    let plain = in_gao(|_, _, _| {});
    let supported = in_gao(|testbed, gao, group| {
        testbed.world.presence.support[gao][group.0 as usize + 1] = 0.9;
    });
    let kin = in_gao(|testbed, _, group| {
        testbed.world.groups[group].communities[Community::Songhai as usize] = 1.0;
    });
    assert!(supported > plain + 100 && kin > plain + 100, "{plain}, {supported} to supporters, {kin} to kin");
    let mission = in_gao(|testbed, gao, _| testbed.world.presence.mission_cover[gao][FIND] = 1.0);
    let rival = in_gao(|testbed, gao, group| {
        let jihadists = testbed.group(GroupKind::Jihadist);
        testbed.world.presence.group_force[(gao, jihadists)] = 1_000.0;
        testbed.world.groups[group].relations[jihadists.0 as usize] = -1.0;
    });
    assert!(mission < plain && rival < plain, "{plain}, {mission} beside a mission, {rival} beside rivals");
}

#[test]
fn a_ruled_place_keeps_its_guards() {
    let left = |guards: f64| {
        let mut testbed = Testbed::new();
        testbed.prepared.parameters.group_strategy.guards_share = guards;
        let (gao, separatists) = (testbed.place("Gao"), testbed.group(GroupKind::Separatist));
        let mut n = 0;
        for seed in 1..=10 {
            testbed.restart();
            testbed.gather(separatists, gao, 200);
            for week in 0..12 {
                testbed.world.places.controller[gao] = Ruler::Group(separatists);
                testbed.step_of_seed("group-strategy", week, seed);
            }
            n += testbed.world.bands.fighters_at(separatists, gao);
        }
        n
    };
    assert!(left(1.0) > left(0.0) + 100, "{} with guards, {} without", left(1.0), left(0.0));
}

#[test]
fn allies_fight_side_by_side_and_foreign_troops_defend() {
    let with = |relation: f64, peacekeepers: u32| {
        offensive(100, 200, move |testbed, group| {
            let (kidal, jihadists) = (testbed.place("Kidal"), testbed.group(GroupKind::Jihadist));
            testbed.world.groups[group].relations[jihadists.0 as usize] = relation;
            let missing = 2_000_u32.saturating_sub(testbed.world.groups[jihadists].fighters());
            testbed.gather(jihadists, kidal, missing);
            let mission =
                testbed.world.missions.ids().find(|m| !testbed.world.missions[*m].is_strike_force).unwrap();
            testbed.world.missions[mission].troops[kidal] = peacekeepers;
        })
    };
    let (alone, together, defended) = (with(0.0, 0), with(0.9, 0), with(0.9, 20_000));
    assert!(together.0 > alone.0 && together.1 > alone.1 + 0.05, "{alone:?} alone, {together:?} with allies");
    assert!(defended.0 < together.0 && defended.1 < together.1, "{defended:?} against peacekeepers");
}

#[test]
fn weapons_wear_down_to_what_is_to_be_had() {
    let quality = |weeks: u32| {
        let mut testbed = Testbed::new();
        let jihadists = testbed.group(GroupKind::Jihadist);
        testbed.world.groups[jihadists].weapons_quality = 2.0;
        for week in 0..weeks {
            // No money for new ones.
            let purse = testbed.world.groups[jihadists].actor;
            let held = testbed.world.ledger.balance(purse).eur();
            testbed.endow(purse, -held);
            testbed.step("group-strategy", week);
        }
        testbed.world.groups[jihadists].weapons_quality
    };
    let local = Testbed::new().prepared.parameters.group_strategy.local_weapons_quality;
    assert!(quality(26) < 1.9 && quality(104) < quality(26) && quality(104) > local);
}

#[test]
fn who_waits_in_a_camp_for_nothing_and_is_not_paid_breaks_out() {
    let in_camp = |implementation: f64, money: f64| {
        let mut testbed = Testbed::new();
        let separatists = testbed.group(GroupKind::Separatist);
        let purse = testbed.world.groups[separatists].actor;
        let held = testbed.world.ledger.balance(purse).eur();
        testbed.endow(purse, money - held);
        testbed.world.groups[separatists].stance = Stance::Signatory;
        for band in testbed.world.bands.list.iter_mut().filter(|band| band.group == separatists) {
            band.posture = Posture::Cantoned;
        }
        for week in 0..200 {
            testbed.world.state.implementation = implementation;
            testbed.world.presence.group_cover.fill(0.0);
            testbed.step("group-strategy", week);
        }
        let bands = testbed.world.bands.list.iter().filter(|band| band.posture == Posture::Cantoned);
        bands.map(|band| band.fighters).sum::<u32>()
    };
    assert_eq!(in_camp(0.0, 0.0), 0);
    assert!(in_camp(0.0, 1e8) > 0 && in_camp(1.0, 0.0) > 0);
}

/// The jihadists after a week that they began with so many weeks of pay.
fn paid(weeks_of_pay: f64) -> (f64, f64) {
    let mut testbed = Testbed::new();
    let jihadists = testbed.group(GroupKind::Jihadist);
    let group = &testbed.world.groups[jihadists];
    let (purse, wages) = (group.actor, f64::from(group.fighters()) * group.pay_eur);
    let held = testbed.world.ledger.balance(purse).eur();
    testbed.endow(purse, weeks_of_pay * wages - held);
    // Nobody to tax.
    testbed.world.presence.group_force.fill(0.0);
    testbed.world.places.controller.fill(Ruler::State);
    testbed.begin_week();
    testbed.step("group-strategy", 0);
    let group = &testbed.world.groups[jihadists];
    (group.pay_met, group.unpaid_weeks)
}

#[test]
fn treasuries_pay_as_far_as_they_last() {
    assert_eq!(paid(2.0), (1.0, 0.0));
    let (met, unpaid) = paid(0.5);
    assert!((met - 0.5).abs() < 1e-3 && unpaid == 1.0, "{met} met, {unpaid} weeks unpaid");
    assert_eq!(paid(0.0), (0.0, 1.0));
}

#[test]
fn rulers_tax_more_than_those_who_hide_and_those_who_are_not_there_nothing() {
    let taxed = |ruler: bool, force: f64| {
        let mut testbed = Testbed::new();
        let (gao, jihadists) = (testbed.place("Gao"), testbed.group(GroupKind::Jihadist));
        testbed.world.places.controller.fill(Ruler::State);
        if ruler {
            testbed.world.places.controller[gao] = Ruler::Group(jihadists);
        }
        testbed.world.presence.group_force.fill(0.0);
        testbed.world.presence.group_force[(gao, jihadists)] = force;
        testbed.world.presence.group_cover.fill(0.0);
        testbed.world.presence.group_cover[gao] = if force > 0.0 { 0.5 } else { 0.0 };
        testbed.begin_week();
        testbed.step("group-strategy", 0);
        testbed.paid(Purpose::LocalTax)
    };
    let (rules, hides, absent) = (taxed(true, 50.0), taxed(false, 50.0), taxed(false, 0.0));
    assert!(rules > 2.0 * hides && hides > 0.0, "{rules} and {hides} EUR");
    assert_eq!(absent, 0.0);
}

#[test]
fn a_surplus_buys_arms_and_keeps_poor_friends_alive() {
    let spent = |treasury: f64, relation: f64| {
        let mut testbed = Testbed::new();
        let (jihadists, separatists) =
            (testbed.group(GroupKind::Jihadist), testbed.group(GroupKind::Separatist));
        testbed.world.groups[separatists].kind = GroupKind::Jihadist;
        testbed.world.groups[jihadists].relations[separatists.0 as usize] = relation;
        let purse = testbed.world.groups[jihadists].actor;
        testbed.endow(purse, treasury);
        testbed.begin_week();
        testbed.step("group-strategy", 0);
        (testbed.paid(Purpose::Arms), testbed.paid(Purpose::AlliedGroups))
    };
    let (poor, rich, alone) = (spent(0.0, 0.8), spent(5e6, 0.8), spent(5e6, 0.0));
    assert!(rich.0 > poor.0 + 10_000.0, "{} and {} EUR for arms", rich.0, poor.0);
    assert!(rich.1 > poor.1 + 1_000.0, "{} and {} EUR for friends", rich.1, poor.1);
    assert_eq!(alone.1, 0.0);
}

/// Of forty garrisons of Kidal, those that leave within a quarter.
fn abandoned(morale: f64, surrounded: bool, soldiers: u32) -> usize {
    let mut testbed = Testbed::new();
    let (gao, kidal) = (testbed.place("Gao"), testbed.place("Kidal"));
    let jihadists = testbed.group(GroupKind::Jihadist);
    let mut n = 0;
    for seed in 1..=40 {
        testbed.restart();
        testbed.gather(jihadists, kidal, 200);
        for unit in &mut testbed.world.state_forces.units {
            unit.troops = soldiers;
        }
        for week in 0..13 {
            testbed.begin_week();
            testbed.world.state_forces.morale = morale;
            testbed.world.places.controller[kidal] = Ruler::State;
            testbed.world.places.controller[gao] =
                if surrounded { Ruler::Group(jihadists) } else { Ruler::State };
            testbed.step_of_seed("group-strategy", week, seed);
            if testbed.world.this_week.garrisons_lost.contains(&kidal) {
                assert_eq!(testbed.world.state_forces.troops_at(kidal), 0);
                assert!(matches!(testbed.world.places.controller[kidal], Ruler::Group(_)));
                n += 1;
                break;
            }
        }
    }
    n
}

#[test]
fn garrisons_leave_when_they_are_surrounded_outnumbered_and_out_of_heart() {
    let all = abandoned(0.2, true, 40);
    assert!(all > 30, "{all} of 40");
    let (brave, open, strong) =
        (abandoned(0.8, true, 40), abandoned(0.2, false, 40), abandoned(0.2, true, 2_000));
    assert!(brave < all / 2, "{brave} in good heart");
    assert_eq!(open, 0);
    assert!(strong < all / 2, "{strong} against few");
}
