//! The chains of causes that are tested.

use harmattan::base::ids::RouteId;
use harmattan::entities::cells::{FEAR, GRIEVANCE};
use harmattan::entities::places::Ruler;
use harmattan::entities::vocabulary::{GroupKind, Posture};
use harmattan::entities::world::FIND;
use harmattan::submodels::Parameters;

use crate::submodels::Testbed;
use crate::submodels::trafficking::add_detour;

/// One chain of causes.
pub struct Chain {
    pub cause: &'static str,
    pub effect: &'static str,
    /// 1 if the effect rises with the cause, -1 if it falls.
    pub sign: f64,
    pub weeks: u32,
    /// What is built before the first week, on both sides.
    pub begin: fn(&mut Testbed),
    pub steps: &'static [&'static str],
    pub shock: fn(&mut Testbed),
    pub far_end: fn(&Testbed) -> f64,
    pub link: &'static str,
    pub cut: fn(&mut Parameters),
}

/// Every chain that is tested.
pub const CHAINS: [Chain; 18] = [
    Chain {
        cause: "salaries unpaid",
        effect: "fighters (posts, services, support, recruits)",
        sign: 1.0,
        weeks: 52,
        begin: as_it_is,
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
        begin: as_it_is,
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
        begin: as_it_is,
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
        begin: as_it_is,
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
        begin: as_it_is,
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
        begin: as_it_is,
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
        begin: as_it_is,
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
        begin: as_it_is,
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
        begin: as_it_is,
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
    Chain {
        cause: "seizures on one road",
        effect: "loads on another (learned risk)",
        sign: 1.0,
        weeks: 12,
        begin: |testbed| {
            add_detour(testbed);
            // Both roads are known from the start: losses open no other.
            testbed.world.routes.search_harmful.fill(0.1);
            let trafficking = &mut testbed.prepared.parameters.trafficking;
            trafficking.paths_consolidated = trafficking.paths_expanded;
        },
        steps: &["trafficking"],
        shock: |testbed| {
            for consignment in testbed.world.consignments.iter_mut().filter(|c| c.path == 0) {
                (consignment.seized, consignment.seized_on) = (consignment.loads, Some(RouteId(1)));
            }
        },
        far_end: |testbed| {
            let around = testbed.world.consignments.iter().filter(|c| c.path == 1);
            around.map(|c| f64::from(c.loads)).sum()
        },
        link: "learning from seizures",
        cut: |p| p.trafficking.risk_learning_share = 0.0,
    },
    Chain {
        cause: "soldiers unpaid",
        effect: "soldiers who stand in the north (morale, garrisons abandoned)",
        sign: -1.0,
        weeks: 52,
        begin: |testbed| {
            let (gao, kidal) = (testbed.place("Gao"), testbed.place("Kidal"));
            let jihadists = testbed.group(GroupKind::Jihadist);
            testbed.world.places.controller[gao] = Ruler::Group(jihadists);
            testbed.gather(jihadists, gao, 300);
            testbed.gather(jihadists, kidal, 100);
            testbed.world.bands.list.iter_mut().for_each(|band| band.posture = Posture::Hold);
            testbed.world.state_forces.morale = 0.6;
            for unit in testbed.world.state_forces.units.iter_mut().filter(|unit| unit.place == gao) {
                (unit.troops, unit.establishment) = (0, 0);
            }
        },
        steps: &["state-forces", "group-strategy"],
        shock: |testbed| testbed.world.state_forces.unpaid_weeks = 52.0,
        far_end: |testbed| {
            let kidal = testbed.place("Kidal");
            f64::from(testbed.world.state_forces.troops_at(kidal))
        },
        link: "pay in morale",
        cut: |p| p.state_forces.unpaid_morale_loss = 0.0,
    },
    Chain {
        cause: "hostages held",
        effect: "fighters (ransoms, pay)",
        sign: 1.0,
        weeks: 40,
        begin: who_pays,
        steps: &["kidnapping", "group-strategy", "livelihoods"],
        shock: hold_hostages,
        far_end: fighters,
        link: "release for ransom",
        cut: |p| p.kidnapping.release_per_week = 0.0,
    },
    Chain {
        cause: "hostages held",
        effect: "cooperation with Algeria (ransoms)",
        sign: -1.0,
        weeks: 40,
        begin: who_pays,
        steps: &["kidnapping", "regional-cooperation"],
        shock: hold_hostages,
        far_end: |testbed| {
            let governments = &testbed.world.governments;
            governments.cooperation[(governments.mali, governments.of("DZA").unwrap())]
        },
        link: "anger at ransoms",
        cut: |p| p.kidnapping.cooperation_lost_per_ransom = 0.0,
    },
    Chain {
        cause: "people tell soldiers",
        effect: "fear (attacks on informers)",
        sign: 1.0,
        weeks: 40,
        begin: |testbed| {
            hidden_in_gao(testbed);
            // Raids, too, go by what people tell, and attackers who are expected lose more.
            let violence = &mut testbed.prepared.parameters.violence;
            (violence.raid_tempo_per_week, violence.exchange_of_intelligence) = (0.0, 0.0);
        },
        steps: &["violence", "perception"],
        shock: |testbed| testbed.world.places.cooperation.fill(0.9),
        far_end: |testbed| testbed.world.cells.iter().map(|cell| cell.mean[FEAR]).sum(),
        link: "attacks on informers",
        cut: |p| p.violence.informers_exposure = 0.0,
    },
    Chain {
        cause: "people tell soldiers",
        effect: "fighters (strikes on those who hide)",
        sign: -1.0,
        weeks: 26,
        begin: |testbed| {
            hidden_in_gao(testbed);
            let gao = testbed.place("Gao");
            for mission in testbed.world.missions.iter_mut().filter(|mission| mission.is_strike_force) {
                mission.troops[gao] = 200;
            }
            let violence = &mut testbed.prepared.parameters.violence;
            (violence.raid_tempo_per_week, violence.informers_exposure) = (0.0, 0.0);
            (violence.exchange_of_intelligence, violence.strike_on_target_share) = (0.0, 1.0);
        },
        steps: &["violence"],
        shock: |testbed| testbed.world.places.cooperation.fill(0.9),
        far_end: fighters,
        link: "detection through what people tell",
        cut: |p| p.violence.informed_share = 0.0,
    },
    Chain {
        cause: "abusive soldiers",
        effect: "support for groups (abuse, grievance)",
        sign: 1.0,
        weeks: 40,
        begin: |testbed| {
            hidden_in_gao(testbed);
            testbed.prepared.parameters.violence.raid_tempo_per_week = 0.5;
            testbed.world.state_forces.units.iter_mut().for_each(|unit| unit.abusiveness = 0.1);
        },
        steps: &["violence", "perception"],
        shock: |testbed| testbed.world.state_forces.units.iter_mut().for_each(|unit| unit.abusiveness = 0.9),
        far_end: |testbed| {
            let gao = testbed.place("Gao");
            let cells = testbed.world.places.cells[gao].iter();
            cells.map(|cell| 1.0 - testbed.world.cells[*cell].support_of_state()).sum()
        },
        link: "abuse",
        cut: |p| {
            p.violence.grievance_per_abuse = 0.0;
            p.violence.lethal_share_of_abuse = 0.0;
        },
    },
    Chain {
        cause: "tension in Gao",
        effect: "grievance there (communal attacks)",
        sign: 1.0,
        weeks: 40,
        begin: hidden_in_gao,
        steps: &["violence", "perception"],
        shock: |testbed| {
            let gao = testbed.place("Gao");
            testbed.world.places.tension[gao].iter_mut().for_each(|pair| pair.level = 0.9);
        },
        far_end: |testbed| {
            let gao = testbed.place("Gao");
            let cells = testbed.world.places.cells[gao].iter();
            cells.map(|cell| testbed.world.cells[*cell].mean[GRIEVANCE]).sum()
        },
        link: "communal attacks",
        cut: |p| p.violence.communal_tempo_per_week = 0.0,
    },
    Chain {
        cause: "trade that pays",
        effect: "fighters of its protectors (protection, pay)",
        sign: 1.0,
        weeks: 40,
        begin: |testbed| {
            penniless(testbed);
            let purses: Vec<_> = testbed.world.networks.iter().map(|network| network.actor).collect();
            purses.into_iter().for_each(|purse| testbed.endow(purse, 1e8));
        },
        steps: &["trafficking", "group-strategy", "livelihoods"],
        shock: |testbed| testbed.world.networks.iter_mut().for_each(|network| network.earned_eur = 100_000.0),
        far_end: fighters,
        link: "pay for protection",
        cut: |p| p.trafficking.protection_share = 0.0,
    },
];

fn as_it_is(_: &mut Testbed) {}

/// Fighters who depend on what comes in.
fn penniless(testbed: &mut Testbed) {
    let purses: Vec<_> = testbed.world.groups.iter().map(|group| group.actor).collect();
    for purse in purses {
        let held = testbed.world.ledger.balance(purse).eur();
        testbed.endow(purse, -held);
    }
}

/// Governments that pay for hostages, and groups that need it.
fn who_pays(testbed: &mut Testbed) {
    penniless(testbed);
    for government in testbed.world.governments.list.iter_mut() {
        (government.pays_ransoms, government.ransom_eur) = (government.id == "NER", 500_000.0);
    }
}

fn hold_hostages(testbed: &mut Testbed) {
    let jihadists = testbed.group(GroupKind::Jihadist);
    testbed.world.groups[jihadists].hostages = 50;
}

/// A hundred jihadists who hide in Gao.
fn hidden_in_gao(testbed: &mut Testbed) {
    let (gao, jihadists) = (testbed.place("Gao"), testbed.group(GroupKind::Jihadist));
    testbed.gather(jihadists, gao, 100);
    testbed.world.bands.list.iter_mut().for_each(|band| band.posture = Posture::Guerrilla);
}

fn fighters(testbed: &Testbed) -> f64 {
    testbed.world.groups.iter().map(|group| f64::from(group.fighters() + group.all_dormant())).sum()
}
