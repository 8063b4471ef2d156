//! Contract: fighters come home unless they are accommodated; a far cell with money takes a name; large groups split the more
//! the more they lose, the less they pay and the more their leaders are paid; friends under pressure merge; what moves from
//! one group to another is neither made nor lost.

use harmattan::base::ids::GroupId;
use harmattan::entities::armed_groups::ArmedGroup;
use harmattan::entities::vocabulary::{GroupKind, Posture, Stance};
use harmattan::mechanics::recruits::{Exit, discharge};

use super::Testbed;

/// A testbed in which no group is born, splits or merges by itself.
fn quiet(mut testbed: Testbed) -> Testbed {
    let params = &mut testbed.prepared.parameters.group_dynamics;
    (params.birth_per_week, params.split_per_week, params.merge_per_week) = (0.0, 0.0, 0.0);
    testbed
}

fn fighters(testbed: &Testbed) -> u32 {
    testbed.world.groups.iter().map(ArmedGroup::fighters).sum()
}

#[test]
fn fighters_come_home_unless_they_are_accommodated() {
    let come = |accommodated: f64| {
        let set = format!("returning-fighters = {{ persons = 100, accommodated_share = {accommodated:?} }}");
        let mut testbed = quiet(Testbed::under(&set));
        let separatists = testbed.group(GroupKind::Separatist);
        let (before, quality) = (fighters(&testbed), testbed.world.groups[separatists].weapons_quality);
        for week in 0..26 {
            testbed.step("group-dynamics", week);
        }
        let group = &testbed.world.groups[separatists];
        assert_eq!(group.weapons_quality > quality + 0.1, accommodated < 1.0, "{}", group.weapons_quality);
        fighters(&testbed) - before
    };
    assert_eq!([come(0.0), come(0.4), come(1.0)], [100, 60, 0]);
}

/// Groups after a year in which a band of separatists stands in Bamako, far from the others.
fn far_cell(people: u32, traffic: f64) -> Testbed {
    let mut testbed = quiet(Testbed::new());
    testbed.prepared.parameters.group_dynamics.birth_per_week = 0.1;
    let (bamako, separatists) = (testbed.place("Bamako"), testbed.group(GroupKind::Separatist));
    testbed.world.bands.form(separatists, 7, bamako, 0, Posture::Guerrilla);
    testbed.gather(separatists, bamako, people);
    let purse = testbed.world.groups[separatists].actor;
    testbed.endow(purse, 1e6);
    for week in 0..52 {
        testbed.world.routes.traffic.fill(traffic);
        testbed.step("group-dynamics", week);
    }
    testbed
}

#[test]
fn a_far_cell_with_men_and_money_takes_a_name() {
    let before = Testbed::new().world.groups.len();
    for (people, traffic) in [(30, 0.0), (10, 500.0)] {
        let n = far_cell(people, traffic).world.groups.len();
        assert_eq!(n, before, "{people} men on a road with {traffic} loads");
    }
    let born = far_cell(30, 500.0);
    let separatists = born.group(GroupKind::Separatist);
    let children: Vec<GroupId> =
        born.world.groups.ids().filter(|g| born.world.groups[*g].parent == Some(separatists)).collect();
    let [child] = children[..] else { panic!("{} children", children.len()) };
    let (parent, child) = (&born.world.groups[separatists], &born.world.groups[child]);
    assert_eq!((parent.fighters(), child.fighters()), (90, 30));
    let money = |group: &ArmedGroup| born.world.ledger.balance(group.actor).eur();
    assert!((money(child) / (money(child) + money(parent)) - 0.25).abs() < 1e-6, "{}", money(child));
    assert!(child.capability.level() < parent.capability.level());
}

/// Of two hundred groups, those that split in a week after something was set.
fn splits(change: impl Fn(&mut Testbed, GroupId)) -> usize {
    let mut testbed = quiet(Testbed::new());
    testbed.prepared.parameters.group_dynamics.split_per_week = 2.0;
    let (gao, jihadists) = (testbed.place("Gao"), testbed.group(GroupKind::Jihadist));
    let mut n = 0;
    for seed in 1..=200 {
        testbed.restart();
        testbed.gather(jihadists, gao, 60);
        let group = &mut testbed.world.groups[jihadists];
        (group.cohesion, group.pay_met) = (1.0, 1.0);
        change(&mut testbed, jihadists);
        let before = (testbed.world.groups.len(), fighters(&testbed));
        testbed.step_of_seed("group-dynamics", 0, seed);
        assert_eq!(fighters(&testbed), before.1);
        n += testbed.world.groups.len() - before.0;
    }
    n
}

#[test]
fn groups_split_the_more_the_more_they_lose_and_the_less_they_hold_together() {
    let united = splits(|_, _| {});
    assert!(united > 0 && united < 150, "{united}");
    let losing = splits(|testbed, group| testbed.world.groups[group].recent_losses = 120.0);
    let loose = splits(|testbed, group| testbed.world.groups[group].cohesion = 0.0);
    let greedy = splits(|testbed, group| testbed.world.groups[group].pay_met = 0.0);
    let poor = splits(|testbed, group| {
        testbed.world.groups[group].pay_met = 0.0;
        let purse = testbed.world.groups[group].actor;
        let all = testbed.world.ledger.balance(purse).eur();
        testbed.endow(purse, -all);
    });
    let bought = splits(|testbed, group| testbed.world.groups[group].favour = 0.9);
    let left_out = splits(|testbed, group| testbed.world.groups[group].stance = Stance::Signatory);
    for (what, n) in
        [("losing", losing), ("loose", loose), ("greedy", greedy), ("bought", bought), ("left out", left_out)]
    {
        assert!(n > united + 5, "{what}: {n}, united {united}");
    }
    assert!(greedy > poor, "paid leaders {greedy}, nobody paid {poor}");
    let served = splits(|testbed, group| {
        testbed.world.groups[group].stance = Stance::Signatory;
        testbed.world.state.implementation = 1.0;
    });
    assert_eq!(served, united);
    let strict = splits(|testbed, group| {
        testbed.world.groups[group].stance = Stance::Signatory;
        (testbed.world.state.implementation, testbed.world.state.crime_terms) = (1.0, 1.0);
    });
    assert!(strict > united + 5, "those whom terms take from the trade {strict}, united {united}");
}

#[test]
fn small_groups_and_those_of_one_home_do_not_split() {
    let small = splits(|testbed, group| {
        let gao = testbed.place("Gao");
        discharge(&mut testbed.world, group, gao, 60, Exit::Home, 0.5);
        assert!(testbed.world.groups[group].fighters() < 80);
    });
    assert_eq!(small, 0);
    let one_home = splits(|testbed, group| {
        // Men from outside have no home whose community could leave with them.
        let people = testbed.world.groups[group].members.all();
        testbed.world.groups[group].members.clear();
        testbed.world.people.foreign_gone += u64::from(people);
        let mali = testbed.world.governments.mali;
        testbed.world.groups[group].add_foreigners(mali, people, 0);
        testbed.world.people.arrived += u64::from(people);
    });
    assert_eq!(one_home, 0);
}

/// Of two hundred pairs of groups of one kind, those that are one after a week.
fn mergers(relation: f64, losses: f64, kind: GroupKind) -> usize {
    let mut testbed = quiet(Testbed::new());
    testbed.prepared.parameters.group_dynamics.merge_per_week = 0.5;
    let (jihadists, separatists) = (testbed.group(GroupKind::Jihadist), testbed.group(GroupKind::Separatist));
    let mut n = 0;
    for seed in 1..=200 {
        testbed.restart();
        let before = (fighters(&testbed), testbed.world.count_arms());
        let groups = &mut testbed.world.groups;
        groups[separatists].kind = kind;
        for (one, other) in [(jihadists, separatists), (separatists, jihadists)] {
            groups[one].relations[other.0 as usize] = relation;
            groups[one].recent_losses = losses;
        }
        let purses = [groups[jihadists].actor, groups[separatists].actor];
        let money = |testbed: &Testbed| purses.map(|purse| testbed.world.ledger.balance(purse).eur());
        let held: f64 = money(&testbed).iter().sum();
        testbed.step_of_seed("group-dynamics", 0, seed);
        let groups = &testbed.world.groups;
        assert_eq!((fighters(&testbed), testbed.world.count_arms()), before);
        if !groups[jihadists].alive() {
            n += 1;
            // The larger takes all.
            assert_eq!(groups[separatists].fighters(), before.0);
            assert_eq!(money(&testbed), [0.0, held]);
        }
    }
    n
}

#[test]
fn friends_of_one_kind_merge_under_pressure() {
    let (calm, pressed) = (mergers(0.9, 0.0, GroupKind::Jihadist), mergers(0.9, 90.0, GroupKind::Jihadist));
    assert!(calm > 0 && pressed > calm + 20, "{calm} and {pressed}");
    assert_eq!(mergers(0.3, 90.0, GroupKind::Jihadist), 0);
    assert_eq!(mergers(0.9, 90.0, GroupKind::Separatist), 0);
}

#[test]
fn what_is_left_of_a_group_joins_its_friends_and_only_those() {
    let ended = |kind: GroupKind| {
        let mut testbed = quiet(Testbed::new());
        let (gao, kidal) = (testbed.place("Gao"), testbed.place("Kidal"));
        let (jihadists, separatists) =
            (testbed.group(GroupKind::Jihadist), testbed.group(GroupKind::Separatist));
        discharge(&mut testbed.world, jihadists, gao, 18, Exit::Killed, 0.5);
        discharge(&mut testbed.world, jihadists, kidal, 37, Exit::Killed, 0.5);
        let group = &mut testbed.world.groups[jihadists];
        testbed.world.people.foreign_gone += u64::from(group.all_dormant());
        group.dormant.fill(0);
        testbed.world.groups[separatists].kind = kind;
        let before = fighters(&testbed);
        testbed.step("group-dynamics", 0);
        assert_eq!(fighters(&testbed), before);
        !testbed.world.groups[jihadists].alive()
    };
    assert!(ended(GroupKind::Jihadist));
    assert!(!ended(GroupKind::Separatist));
}

#[test]
fn cohesion_wears_out_with_losses_and_without_pay_and_mends() {
    let cohesion = |losses: f64, pay_met: f64| {
        let mut testbed = quiet(Testbed::new());
        let jihadists = testbed.group(GroupKind::Jihadist);
        testbed.world.groups[jihadists].cohesion = 0.5;
        for week in 0..52 {
            let group = &mut testbed.world.groups[jihadists];
            (group.recent_losses, group.pay_met) = (losses, pay_met);
            testbed.step("group-dynamics", week);
        }
        testbed.world.groups[jihadists].cohesion
    };
    let mended = cohesion(0.0, 1.0);
    assert!(mended > 0.8, "{mended}");
    assert!(cohesion(30.0, 1.0) < mended - 0.1 && cohesion(0.0, 0.0) < mended - 0.1);
    assert!(cohesion(60.0, 0.0) < cohesion(30.0, 1.0));
}

/// Relation of the two groups after a year with something set every week.
fn relation(change: impl Fn(&mut Testbed, GroupId, GroupId)) -> f64 {
    let mut testbed = quiet(Testbed::new());
    let (jihadists, separatists) = (testbed.group(GroupKind::Jihadist), testbed.group(GroupKind::Separatist));
    for week in 0..52 {
        testbed.begin_week();
        testbed.world.presence.group_force.fill(0.0);
        testbed.world.presence.state_cover.fill([0.0; 3]);
        change(&mut testbed, jihadists, separatists);
        testbed.step("group-dynamics", week);
    }
    testbed.world.groups[jihadists].relations[separatists.0 as usize]
}

#[test]
fn common_enemies_and_kin_bring_groups_together_and_shared_roads_and_favours_apart() {
    let plain = relation(|_, _, _| {});
    let enemy = relation(|testbed, _, _| testbed.world.presence.state_cover.fill([0.8; 3]));
    let kin = relation(|testbed, jihadists, separatists| {
        testbed.world.groups[jihadists].communities = testbed.world.groups[separatists].communities;
    });
    assert!(enemy > plain + 0.05 && kin > plain + 0.05, "{plain}, {enemy} with an enemy, {kin} as kin");
    let road = relation(|testbed, jihadists, separatists| {
        let gao = testbed.place("Gao");
        for group in [jihadists, separatists] {
            testbed.world.presence.group_force[(gao, group)] = 50.0;
        }
    });
    let seated = |terms: f64| {
        relation(move |testbed, jihadists, separatists| {
            let gao = testbed.place("Gao");
            for group in [jihadists, separatists] {
                testbed.world.presence.group_force[(gao, group)] = 50.0;
            }
            testbed.world.groups[separatists].stance = Stance::Signatory;
            testbed.world.state.crime_terms = terms;
        })
    };
    assert!(seated(0.0) < road - 0.05, "{road}, and {} where an accord seats one of them", seated(0.0));
    assert!((seated(1.0) - plain).abs() < 1e-9, "{plain}, and {} under terms on crime", seated(1.0));
    let trade = relation(|testbed, jihadists, separatists| {
        let pair = (jihadists.min(separatists), jihadists.max(separatists));
        testbed.world.this_week.trade_rivalry.push((pair.0, pair.1, 1.0));
    });
    let favour =
        relation(|testbed, _, separatists| testbed.world.groups[separatists].patronage_eur = 50_000.0);
    for (what, apart) in [("a road", road), ("trade", trade), ("a favour", favour)] {
        assert!(apart < plain - 0.05, "{what}: {apart}, plain {plain}");
    }
}
