//! Governments, officials, the army, missions, inputs.

use crate::base::dates::Week;
use crate::base::draws::{hash, join};
use crate::base::ids::{Column, GovernmentId, Id as _, Matrix, PlaceId};
use crate::base::quantities::Money;
use crate::entities::governments::{Framework, Government, Governments};
use crate::entities::inputs::{Inputs, Series};
use crate::entities::ledger::Ledger;
use crate::entities::missions::{Mission, Missions};
use crate::entities::officials::{Officials, Post};
use crate::entities::places::Places;
use crate::entities::state_forces::{StateForces, Unit};
use crate::entities::theatre::{Theatre, date_of};
use crate::entities::vocabulary::{Purpose, Rank};
use crate::entities::world::{State, World};
use crate::submodels::Beginning;

fn week_of(datetime: &toml::value::Datetime) -> Week {
    date_of(datetime).map_or(Week(0), |date| date.week())
}

/// Governments and their relations.
pub fn governments(theatre: &Theatre, ledger: &mut Ledger) -> Governments {
    let list: Column<GovernmentId, Government> = Column::from_vec(
        theatre
            .governments
            .iter()
            .map(|row| Government {
                id: row.id.clone(),
                actor: if row.id == "MLI" {
                    ledger.standing.mali
                } else {
                    ledger.open(&format!("government-{}", row.id.to_lowercase()), "government")
                },
                has_borders: row.border_effort > 0.0,
                border_effort: row.border_effort,
                border_captured: row.border_unit_captured_share,
                own_border_captured: row.border_unit_captured_share,
                sanctuary: row.sanctuary_quality,
                pays_ransoms: row.ransom_policy == "pays",
                ransom_eur: row.ransom_eur_per_hostage,
                mediation_weight: row.mediation_weight,
                resents_ransoms: row.resents_ransoms,
                resents_intervention: row.resents_intervention,
            })
            .collect(),
    );
    let of = |id: &str| list.ids().find(|g| list[*g].id == id);
    let n = list.len();
    let mali = of("MLI").expect("a theatre has Mali's government");
    let mut baseline = Matrix::filled(n, n, 0.0);
    let mut rivalry = Matrix::filled(n, n, 0.0);
    for row in &theatre.cooperation {
        if let (Some(a), Some(b)) = (of(&row.a), of(&row.b)) {
            for pair in [(a, b), (b, a)] {
                baseline[pair] = row.value;
                rivalry[pair] = row.rivalry;
            }
        }
    }
    let frameworks = theatre
        .frameworks
        .iter()
        .map(|row| Framework {
            id: row.id.clone(),
            members: row.members.iter().filter_map(|m| of(m)).collect(),
            candidates: row.candidates.iter().filter_map(|m| of(m)).collect(),
            formal: row.formal,
            operational: row.operational,
            vetoed_by: row.vetoed_by.iter().filter_map(|m| of(m)).collect(),
            from: week_of(&row.from),
        })
        .collect();
    let neighbours = NEIGHBOURS.iter().filter_map(|id| of(id)).collect();
    Governments { cooperation: baseline.clone(), baseline, rivalry, frameworks, neighbours, mali, list }
}

/// Mali's neighbours and those whose cooperation with it is reported.
const NEIGHBOURS: [&str; 5] = ["DZA", "LBY", "NER", "MRT", "BFA"];

/// Officials at post in January 2012.
pub fn officials(theatre: &Theatre, places: &mut Places) -> Officials {
    let rows = theatre.posts.iter().filter_map(|row| {
        let place = PlaceId::from_index(theatre.place(&row.place)?);
        let capital = places
            .ids()
            .find(|p| places.is_regional_capital[*p] && places.region[*p] == places.region[place])
            .unwrap_or(place);
        let at_post = theatre.places[place.index()].officials_at_post_share * f64::from(row.posts);
        Some(Post {
            place,
            rank: row.rank,
            key: join(hash(&row.place), hash(row.rank.word())),
            posts: row.posts,
            persons_per_post: row.persons_per_post,
            at_post: (at_post + 0.5) as u32,
            captured: 0,
            hours_from_capital: places.travel_hours[(capital, place)]
                * if matches!(row.rank, Rank::Subprefect | Rank::Mayor | Rank::Teacher | Rank::Health) {
                    1.5
                } else {
                    1.0
                },
        })
    });
    let officials: Officials = Column::from_vec(rows.collect());
    for id in officials.ids() {
        places.posts[officials[id].place].push(id);
    }
    officials
}

/// The army by garrison.
pub fn army(theatre: &Theatre, places: &Places, parameters: &Beginning) -> StateForces {
    let p = &parameters.initialization;
    let units: Vec<Unit> = theatre
        .garrisons
        .iter()
        .filter(|row| row.soldiers > 0)
        .filter_map(|row| {
            let place = PlaceId::from_index(theatre.place(&row.place)?);
            Some(Unit {
                home: place,
                place,
                key: join(places.key[place], hash("unit")),
                establishment: row.soldiers,
                troops: row.soldiers,
                readiness: p.army_readiness,
                abusiveness: parameters.abusiveness,
            })
        })
        .collect();
    let soldiers: u32 = units.iter().map(|u| u.troops).sum();
    StateForces {
        units,
        morale: p.army_morale,
        operations_funded: 1.0,
        paid_by_aid: 0.0,
        unpaid_weeks: 0.0,
        killed: 0,
        arms: (f64::from(soldiers) * p.soldier_weapons) as u32,
        reserve: 0,
    }
}

/// Missions, none of them deployed.
pub fn missions(theatre: &Theatre, places: &Places, ledger: &mut Ledger) -> Missions {
    let n = places.len();
    Column::from_vec(
        theatre
            .missions
            .iter()
            .map(|row| Mission {
                id: row.id.clone(),
                key: hash(&row.id),
                is_strike_force: row.kind == "strike-force",
                actor: ledger.open(&row.id, "mission"),
                authorised: 0.0,
                troops: Column::filled(n, 0),
                basing: row
                    .bases
                    .iter()
                    .map(|basing| {
                        let mut shares = Column::filled(n, 0.0);
                        for (place, share) in &basing.shares {
                            if let Some(at) = theatre.place(place) {
                                shares[PlaceId::from_index(at)] = *share;
                            }
                        }
                        (week_of(&basing.from), shares)
                    })
                    .collect(),
                own_training: row.training,
                own_air_lift: row.air_lift,
                own_mandate: row.mandate,
                mandate: row.mandate,
                task_force_persons: 0.0,
                training: row.training,
                air_lift: row.air_lift,
                strike_cover_bonus: row.strike_cover_bonus,
                cost_eur_per_person_year: row.cost_eur_per_person_year,
                cost_factor: 1.0,
                cross_border: 0.0,
                recent_deaths: 0.0,
                self_protection: 0.5,
            })
            .collect(),
    )
}

/// Dated inputs.
pub fn inputs(theatre: &Theatre) -> Inputs {
    Inputs {
        series: theatre
            .series
            .iter()
            .map(|row| Series {
                id: row.id.clone(),
                steps: row.points.iter().map(|p| (week_of(&p.from), p.value)).collect(),
            })
            .collect(),
        seasons: theatre.seasons.iter().map(|row| (row.id.clone(), row.months)).collect(),
        scandals: theatre
            .scandals
            .iter()
            .map(|row| (week_of(&row.date), row.leakage_share, row.legitimacy, row.weeks))
            .collect(),
        elections: theatre
            .elections
            .iter()
            .map(|row| (week_of(&row.date), row.kind == "presidential", row.disputed))
            .collect(),
        week: Week(0),
    }
}

/// The government in January 2012.
pub fn state(parameters: &Beginning) -> State {
    let p = &parameters.initialization;
    State {
        usual_revenue_eur: 0.0,
        legitimacy: p.legitimacy,
        complicity: p.complicity,
        leakage: parameters.public_finance.leakage_share,
        oversight: 0.0,
        earmarked_services_eur: 0.0,
        salaries_met: 1.0,
        services_met: 1.0,
        recognition: 1.0,
        welcome: 0.0,
        weeks_since_coup: None,
        bamako_grievance: [0; 32],
        protest: 0.0,
        losses_felt: 0.0,
        defeats_felt: 0.0,
        disputed: 0.0,
        weeks_since_accord: None,
        implementation: 0.0,
        crime_terms: 0.0,
        judges_at_post: 0.8,
    }
}

/// Officials whom networks have in their pay around their bases in January 2012.
pub fn capture(world: &mut World, theatre: &Theatre) {
    for row in &theatre.networks {
        let Some(base) = theatre.place(&row.base) else { continue };
        let seat = world.places.cercle[PlaceId::from_index(base)];
        for post in world.officials.iter_mut().filter(|post| post.place == seat && post.rank.searches()) {
            let bought = (f64::from(post.at_post) * row.captured_officials_share + 0.5) as u32;
            post.captured = post.captured.max(bought.min(post.at_post));
        }
    }
}

/// Gives the treasury its opening balance.
pub fn open_treasury(world: &mut World, parameters: &Beginning) {
    let standing = world.ledger.standing.clone();
    let size = world.state_forces_scale();
    let sum = Money::from_eur(parameters.initialization.treasury_eur * size);
    world.ledger.pay(standing.economy, standing.mali, Purpose::TransitTaxes, sum);
    world.ledger.clear_flows();
    world.ledger.clear_incomes();
}
