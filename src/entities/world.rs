//! The world: all state of a run, one field per kind of entity.

use crate::base::ids::{CellId, Column, GroupId, Matrix, PlaceId};
use crate::entities::armed_groups::ArmedGroups;
use crate::entities::bands::Bands;
use crate::entities::cells::{Cell, Cells, MAX_GROUPS};
use crate::entities::governments::Governments;
use crate::entities::inputs::Inputs;
use crate::entities::ledger::Ledger;
use crate::entities::missions::{Convoy, Missions};
use crate::entities::officials::{Officials, Post, captured_share};
use crate::entities::persons::Persons;
use crate::entities::places::{Places, Ruler};
use crate::entities::policy::Policy;
use crate::entities::routes::{Market, Relation, Routes};
use crate::entities::state_forces::StateForces;
use crate::entities::theatre::CommodityEntry;
use crate::entities::this_week::ThisWeek;
use crate::entities::trafficking_networks::{Consignment, Networks};
use crate::entities::vocabulary::{Commodity, Rank};
use crate::tables::record::Record;
use crate::tables::trace::Trace;

/// Usable force and the cover it gives, by place; refreshed when forces have moved.
#[derive(Clone, Debug)]
pub struct Presence {
    /// Force that gives two thirds of cover at contesting density [persons].
    pub need: Column<PlaceId, f64>,
    /// Usable force of the army within reach [persons].
    pub state_force: Column<PlaceId, f64>,
    /// Usable force of strike forces within reach [persons].
    pub strike_force: Column<PlaceId, f64>,
    /// Usable force of each group within reach [persons].
    pub group_force: Matrix<PlaceId, GroupId, f64>,
    /// Cover of the army at contesting, finding and protecting density [0, 1].
    pub state_cover: Column<PlaceId, [f64; 3]>,
    /// Cover of peace operations at the three densities [0, 1].
    pub mission_cover: Column<PlaceId, [f64; 3]>,
    /// Cover of peace operations that stand by officials and the army, at protecting density [0, 1].
    pub mission_support: Column<PlaceId, f64>,
    /// Cover of peace operations that fight, at finding density [0, 1].
    pub mission_fight: Column<PlaceId, f64>,
    /// Reach of a mission's police task force on organised crime [0, 1].
    pub task_force: Column<PlaceId, f64>,
    /// Cover of strike forces at finding density [0, 1].
    pub strike_cover: Column<PlaceId, f64>,
    /// Cover of all groups together at contesting density [0, 1].
    pub group_cover: Column<PlaceId, f64>,
    /// Share of posts filled in the cercle [0, 1].
    pub civil: Column<PlaceId, f64>,
    /// Mean support of each ruler among people at home: the state, then groups by id [0, 1].
    pub support: Column<PlaceId, [f32; MAX_GROUPS + 1]>,
    /// The same for posts in its towns and for posts in its countryside [0, 1].
    pub civil_by: Column<PlaceId, [f64; 2]>,
    /// Cover of the army at protecting density in town and in the countryside; the mean over people is that of the place [0, 1].
    pub state_reach: Column<PlaceId, [f64; 2]>,
    /// Cover of all groups in town and in the countryside, which they hold first where they do not rule [0, 1].
    pub group_reach: Column<PlaceId, [f64; 2]>,
}

/// Position of towns in what is split between town and countryside.
pub const TOWN: usize = 0;
/// Position of the countryside.
pub const COUNTRYSIDE: usize = 1;

/// Position of the density that contests control.
pub const CONTEST: usize = 0;
/// Position of the density that finds hiders.
pub const FIND: usize = 1;
/// Position of the density that protects people.
pub const PROTECT: usize = 2;

/// State of the Malian government.
#[derive(Clone, Debug)]
pub struct State {
    /// Revenue that commitments are sized by [EUR a week].
    pub usual_revenue_eur: f64,
    /// Legitimacy [0, 1].
    pub legitimacy: f64,
    /// Complicity of the leadership with networks and groups [0, 1].
    pub complicity: f64,
    /// Share of spending that leaks [0, 1].
    pub leakage: f64,
    /// Oversight of officials and contracts [0, 1].
    pub oversight: f64,
    /// Aid that donors spend on services themselves [EUR a week].
    pub earmarked_services_eur: f64,
    /// Share of salaries paid on time this week [0, 1].
    pub salaries_met: f64,
    /// Share of the services budget that is met [0, 1].
    pub services_met: f64,
    /// Recognition of the government by its partners [0, 1].
    pub recognition: f64,
    /// How the country took the last coup, half-life set by parameter: 1 welcomed by all, -1 rejected by all.
    pub welcome: f64,
    /// Weeks since the last coup, if any.
    pub weeks_since_coup: Option<u32>,
    /// Grievance histogram of Bamako: persons in 32 bins.
    pub bamako_grievance: [u64; 32],
    /// Protest, half-life 8 weeks [share].
    pub protest: f64,
    /// Army losses felt in politics, half-life 26 weeks [persons].
    pub losses_felt: f64,
    /// Places lost, felt in politics, half-life 26 weeks [places].
    pub defeats_felt: f64,
    /// Dispute of the last election, half-life 26 weeks [0, 1].
    pub disputed: f64,
    /// Weeks since an accord was signed.
    pub weeks_since_accord: Option<u32>,
    /// Share of the accord that is implemented [0, 1].
    pub implementation: f64,
    /// How far the signed accord makes leaders leave trafficking [0, 1].
    pub crime_terms: f64,
    /// Share of judges at post, national [0, 1].
    pub judges_at_post: f64,
}

/// Counts that close the balance of persons.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct People {
    /// Persons of January 2012 at home, armed or dormant [persons].
    pub initial: u64,
    /// Malians and foreigners who came from abroad to fight [persons].
    pub arrived: u64,
    /// Foreign fighters who died or went home [persons].
    pub foreign_gone: u64,
}

/// Counts that close the balance of weapons.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arms {
    /// Weapons of January 2012 [weapons].
    pub initial: u64,
    /// Weapons that came from abroad [weapons].
    pub arrived: u64,
    /// Weapons lost, broken, seized or taken out of the theatre [weapons].
    pub gone: u64,
}

/// All state of a run.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "one field per kind of entity, described where it is defined")]
pub struct World {
    pub places: Places,
    pub routes: Routes,
    pub relations: Vec<Relation>,
    pub commodities: Vec<CommodityEntry>,
    pub markets: [Market; Commodity::COUNT],
    pub cells: Cells,
    pub persons: Persons,
    pub officials: Officials,
    pub groups: ArmedGroups,
    pub bands: Bands,
    pub networks: Networks,
    pub consignments: Vec<Consignment>,
    pub state: State,
    pub state_forces: StateForces,
    pub missions: Missions,
    pub convoys: Vec<Convoy>,
    pub governments: Governments,
    pub ledger: Ledger,
    pub policy: Policy,
    pub inputs: Inputs,
    pub presence: Presence,
    pub people: People,
    pub arms: Arms,
    pub this_week: ThisWeek,
    pub record: Option<Record>,
    pub trace: Trace,
    /// Persons per agent.
    pub scale: u32,
}

impl World {
    /// Rows of posts of a cercle seat.
    pub fn posts_at(&self, seat: PlaceId) -> impl Iterator<Item = &Post> + '_ {
        self.places.posts[seat].iter().map(|post| &self.officials[*post])
    }

    /// Share of posts filled among some ranks of a cercle; none without such posts.
    pub fn share_at_post(&self, seat: PlaceId, ranks: &[Rank]) -> Option<f64> {
        let (mut at_post, mut posts) = (0, 0);
        for post in self.posts_at(seat).filter(|post| ranks.contains(&post.rank)) {
            at_post += post.at_post;
            posts += post.posts;
        }
        (posts > 0).then(|| f64::from(at_post) / f64::from(posts))
    }

    /// Share of officials at post in a cercle who serve traffickers, among ranks whose word decides what is searched [0, 1].
    pub fn captured_at(&self, seat: PlaceId) -> f64 {
        captured_share(self.posts_at(seat).filter(|post| post.rank.searches()))
    }

    /// Ids of groups that exist.
    pub fn living_groups(&self) -> impl Iterator<Item = GroupId> + '_ {
        self.groups.ids().filter(|g| self.groups[*g].alive())
    }

    /// A cell in traces: its place and its community.
    pub fn cell_name(&self, cell: CellId) -> String {
        let Cell { place, community, .. } = &self.cells[cell];
        format!("{}/{}", self.places.id[*place], community.word())
    }

    /// Id of a controller in tables.
    pub fn ruler_id(&self, ruler: Ruler) -> &str {
        match ruler {
            Ruler::Nobody => "",
            Ruler::State => "mali",
            Ruler::Group(group) => &self.groups[group].id,
        }
    }

    /// Persons in every state; equal to those of January 2012 plus arrivals in a world that balances.
    pub fn count_people(&self) -> u64 {
        let cells: u64 = self
            .cells
            .iter()
            .map(|c| u64::from(c.at_home + c.displaced_inside() + c.refugees() + c.dead))
            .sum();
        let armed: u64 =
            self.groups.iter().map(|g| u64::from(g.fighters() + g.all_dormant() + g.away())).sum();
        cells + armed + self.people.foreign_gone
    }

    /// Weapons in every hand.
    pub fn count_arms(&self) -> u64 {
        let private: u64 = self.places.private_weapons.iter().map(|w| u64::from(*w)).sum();
        let groups: u64 = self.groups.iter().map(|g| u64::from(g.arms)).sum();
        private + groups + u64::from(self.state_forces.arms)
    }
}
