//! Who gains and who loses: each judged from where it stands.

use std::collections::BTreeSet;

use super::differences::{Difference, compared};
use super::reduction::{HORIZON, PartyKey, PartyKind};
use super::{FALSE_DISCOVERIES, Pairs};
use crate::experiments::statistics::{Bootstrap, Estimate, false_discovery_rates};
use crate::tables::indicators::{ABROAD, AREAS, Better, INDICATORS, Indicator, REGIONS};

/// What people of a region feel of a policy.
const OF_REGIONS: [Indicator; 11] = [
    Indicator::CivilianDeaths,
    Indicator::TrustInState,
    Indicator::Grievance,
    Indicator::Fear,
    Indicator::ServiceCoverage,
    Indicator::FoodPriceIndex,
    Indicator::Banditry,
    Indicator::Idps,
    Indicator::Refugees,
    Indicator::PopulationUnderGroups,
    Indicator::IllicitLivelihoodShare,
];

/// What counts for the other parties, and which way is theirs.
const OF_PARTIES: [(PartyKind, &str, Better); 14] = [
    (PartyKind::Community, "trust_in_state", Better::Higher),
    (PartyKind::Community, "grievance", Better::Lower),
    (PartyKind::Community, "fear", Better::Lower),
    (PartyKind::Community, "service_coverage", Better::Higher),
    (PartyKind::Community, "income_eur", Better::Higher),
    (PartyKind::Community, "displaced", Better::Lower),
    (PartyKind::Community, "civilian_deaths", Better::Lower),
    (PartyKind::Actor, "income_eur", Better::Higher),
    (PartyKind::Actor, "personnel", Better::Higher),
    (PartyKind::Actor, "deaths", Better::Lower),
    (PartyKind::Actor, "area_km2", Better::Higher),
    (PartyKind::Neighbour, "attacks", Better::Lower),
    (PartyKind::Neighbour, "deaths", Better::Lower),
    (PartyKind::Neighbour, "idps", Better::Lower),
];

/// Whether someone is better off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Better off.
    Gain,
    /// Worse off.
    Loss,
    /// Not known with these seeds.
    Undecided,
}

impl Verdict {
    /// The word used in files.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Gain => "gain",
            Verdict::Loss => "loss",
            Verdict::Undecided => "undecided",
        }
    }
}

/// One number of one party.
#[derive(Clone, Debug, PartialEq)]
pub struct Winner {
    /// `community`, `region`, `actor` or `neighbour`.
    pub who_kind: &'static str,
    /// Name.
    pub who: String,
    /// What of it.
    pub indicator: String,
    /// Other minus base.
    pub estimate: Estimate,
    /// Chance of a difference so large where there is none.
    pub chance: f64,
    /// Judged among all rows at a false discovery rate of 10 %.
    pub verdict: Verdict,
    better: Better,
}

/// Everyone whose lot is recorded: communities, regions, actors, neighbours.
pub fn all(pairs: &Pairs, differences: &[Difference], bootstrap: &mut Bootstrap) -> Vec<Winner> {
    let mut winners = parties(pairs, PartyKind::Community, bootstrap);
    let of_horizon = |area: usize, indicator: Indicator| {
        let is_it =
            |d: &&Difference| d.period == HORIZON && d.area == area && d.indicator == indicator as usize;
        differences.iter().find(is_it)
    };
    let areas = (0..REGIONS.len()).map(|area| ("region", area)).chain([("neighbour", ABROAD)]);
    let mut of_areas = Vec::new();
    for (who_kind, area) in areas {
        for indicator in OF_REGIONS {
            // Refugees abroad are those who stay there; other numbers of that row are those of the border zones.
            let Some(found) = of_horizon(area, indicator).filter(|found| found.estimate.n > 0) else {
                continue;
            };
            let spec = &INDICATORS[indicator as usize];
            of_areas.push(Winner {
                who_kind,
                who: AREAS[area].to_string(),
                indicator: spec.name.to_string(),
                estimate: found.estimate,
                chance: found.chance,
                verdict: Verdict::Undecided,
                better: spec.better,
            });
        }
    }
    let abroad = of_areas.iter().position(|winner| winner.who_kind == "neighbour").unwrap_or(of_areas.len());
    let of_abroad = of_areas.split_off(abroad);
    winners.extend(of_areas);
    winners.extend(parties(pairs, PartyKind::Actor, bootstrap));
    winners.extend(of_abroad);
    winners.extend(parties(pairs, PartyKind::Neighbour, bootstrap));
    judge(&mut winners);
    winners
}

fn parties(pairs: &Pairs, kind: PartyKind, bootstrap: &mut Bootstrap) -> Vec<Winner> {
    let who: BTreeSet<&str> = pairs
        .base
        .iter()
        .chain(&pairs.other)
        .flat_map(|run| run.parties.keys().filter(|key| key.kind == kind).map(|key| key.who.as_str()))
        .collect();
    let mut winners = Vec::new();
    for who in who {
        for (_, measure, better) in OF_PARTIES.iter().filter(|(of, _, _)| *of == kind) {
            let key = PartyKey { kind, who: who.to_string(), measure: (*measure).to_string() };
            // An actor or zone without a row has nothing; a share of nobody is unknown.
            let is_share = INDICATORS.iter().any(|spec| spec.name == *measure && spec.unit == "share");
            let missing = if is_share { f64::NAN } else { 0.0 };
            let (base, other) = pairs.values(|run| run.parties.get(&key).copied().unwrap_or(missing));
            let (estimate, chance) = compared(&base, &other, pairs.paired, bootstrap);
            let is_empty = base.iter().chain(&other).all(|value| value.is_nan() || *value == 0.0);
            if !is_empty {
                let who_kind = match kind {
                    PartyKind::Community => "community",
                    PartyKind::Actor => "actor",
                    PartyKind::Neighbour => "neighbour",
                };
                let (who, indicator) = (who.to_string(), (*measure).to_string());
                let verdict = Verdict::Undecided;
                winners.push(Winner { who_kind, who, indicator, estimate, chance, verdict, better: *better });
            }
        }
    }
    winners
}

fn judge(winners: &mut [Winner]) {
    let varying: Vec<usize> = (0..winners.len())
        .filter(|at| winners[*at].estimate.n > 1)
        .filter(|at| winners[*at].estimate.low != 0.0 || winners[*at].estimate.high != 0.0)
        .collect();
    let chances: Vec<f64> = varying.iter().map(|at| winners[*at].chance).collect();
    for (at, rate) in varying.into_iter().zip(false_discovery_rates(&chances)) {
        let winner = &mut winners[at];
        let is_up = winner.estimate.mean > 0.0;
        winner.verdict = match winner.better {
            _ if rate > FALSE_DISCOVERIES || winner.estimate.mean == 0.0 => Verdict::Undecided,
            Better::Higher if is_up => Verdict::Gain,
            Better::Lower if !is_up => Verdict::Gain,
            Better::Neither => Verdict::Undecided,
            _ => Verdict::Loss,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn winner(mean: f64, chance: f64, better: Better) -> Winner {
        let estimate = Estimate { mean, low: mean - 1.0, high: mean + 1.0, n: 10 };
        let (who_kind, who, indicator) = ("region", "Gao".to_string(), "fear".to_string());
        Winner { who_kind, who, indicator, estimate, chance, verdict: Verdict::Undecided, better }
    }

    #[test]
    fn a_verdict_follows_the_direction_that_is_better_and_what_stands_out_among_all() {
        for (mean, better, verdict) in [
            (5.0, Better::Higher, Verdict::Gain),
            (-5.0, Better::Higher, Verdict::Loss),
            (5.0, Better::Lower, Verdict::Loss),
            (-5.0, Better::Lower, Verdict::Gain),
            (5.0, Better::Neither, Verdict::Undecided),
        ] {
            let mut alone = [winner(mean, 0.04, better)];
            judge(&mut alone);
            assert_eq!(alone[0].verdict, verdict);
            // Among twenty of which nothing is known otherwise, one chance in 25 is nothing to speak of.
            let mut among: Vec<Winner> = (0..20).map(|_| winner(mean, 0.8, better)).collect();
            among[3].chance = 0.04;
            judge(&mut among);
            assert!(among.iter().all(|winner| winner.verdict == Verdict::Undecided));
        }
    }
}
