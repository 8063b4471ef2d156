//! Contract: groups grow from members and dormant comrades, never out of nothing; cover and missing support hold
//! recruitment back; whoever joins has left home.

use harmattan::base::ids::GroupId;
use harmattan::entities::vocabulary::GroupKind;

use super::Testbed;

/// Members of a group after a year of recruitment alone, with support and cover set from outside.
fn grown(change: impl Fn(&mut Testbed, GroupId)) -> (u32, u32) {
    let mut testbed = Testbed::new();
    let mut ids = testbed.world.groups.ids();
    let group = ids.find(|g| testbed.world.groups[*g].kind == GroupKind::Jihadist).unwrap();
    let before = testbed.world.groups[group].fighters();
    for week in 0..26 {
        change(&mut testbed, group);
        testbed.step("livelihoods", week);
    }
    (before, testbed.world.groups[group].fighters())
}

#[test]
fn no_members_and_no_dormant_comrades_no_recruits() {
    let mut testbed = Testbed::new();
    let world = &mut testbed.world;
    world.bands.list.clear();
    for group in world.groups.iter_mut() {
        // Everyone goes abroad for good: the balance knows them still.
        world.people.foreign_gone += u64::from(group.fighters() + group.all_dormant());
        group.members.clear();
        group.dormant.fill(0);
        group.foreigners.clear();
    }
    for cell in world.cells.iter_mut() {
        cell.support.fill(0.0);
        cell.support[1] = 1.0;
    }
    for week in 0..52 {
        testbed.step("livelihoods", week);
    }
    assert!(testbed.world.groups.iter().all(|group| group.fighters() == 0 && group.all_dormant() == 0));
    assert!(testbed.world.bands.list.is_empty());
}

fn support(testbed: &mut Testbed, group: GroupId, share: f32) {
    for cell in testbed.world.cells.iter_mut() {
        cell.support.fill(0.0);
        cell.support[0] = 1.0 - share;
        cell.support[group.0 as usize + 1] = share;
    }
}

fn cover(testbed: &mut Testbed, cover: f64) {
    for place in testbed.world.places.ids() {
        testbed.world.presence.state_cover[place] = [cover; 3];
    }
}

#[test]
fn support_makes_a_group_grow_and_cover_holds_it_back() {
    let of = |share: f32, covered: f64| {
        grown(move |testbed, group| {
            support(testbed, group, share);
            cover(testbed, covered);
            testbed.world.groups[group].pay_met = 1.0;
        })
        .1
    };
    let (hated, liked, watched) = (of(0.0, 0.0), of(0.8, 0.0), of(0.8, 1.0));
    assert!(liked > hated && liked > watched, "{hated}, {liked}, {watched}");
}

#[test]
fn the_fewer_supporters_are_left_the_fewer_join() {
    let recruits = |factor: f64| {
        let mut testbed = Testbed::new();
        let group = testbed.group(GroupKind::Jihadist);
        testbed.prepared.parameters.livelihoods.most_members_share *= factor;
        for week in 0..26 {
            support(&mut testbed, group, 0.8);
            cover(&mut testbed, 0.0);
            testbed.world.groups[group].pay_met = 1.0;
            testbed.step("livelihoods", week);
        }
        testbed.world.groups[group].recruits
    };
    let (many, few, none) = (recruits(10.0), recruits(1.0), recruits(0.0));
    assert!(many > few && none == 0, "{many}, {few}, {none}");
}

#[test]
fn whoever_joins_has_left_home() {
    let mut testbed = Testbed::new();
    let group = testbed.world.groups.ids().next().unwrap();
    let at_home = |testbed: &Testbed| testbed.world.cells.iter().map(|cell| cell.at_home).sum::<u32>();
    let armed = |testbed: &Testbed| {
        testbed
            .world
            .groups
            .iter()
            .map(|group| group.fighters() + group.all_dormant() + group.away())
            .sum::<u32>()
    };
    let dead = |testbed: &Testbed| testbed.world.cells.iter().map(|cell| cell.dead).sum::<u32>();
    let gone = |testbed: &Testbed| testbed.world.people.foreign_gone as u32;
    let before = at_home(&testbed) + armed(&testbed);
    let home_before = at_home(&testbed);
    for week in 0..26 {
        support(&mut testbed, group, 0.9);
        cover(&mut testbed, 0.0);
        testbed.step("livelihoods", week);
    }
    assert_ne!(at_home(&testbed), home_before);
    assert_eq!(at_home(&testbed) + armed(&testbed) + dead(&testbed) + gone(&testbed), before);
}
