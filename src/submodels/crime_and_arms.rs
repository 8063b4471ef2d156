//! # Crime and arms
//!
//! Weapons in private hands and banditry feed each other.
//!
//! - **Reads**: fear, protection, judges, income, arms on sale (arrivals of the week)
//! - **Writes**: places: private weapons, banditry; fear
//! - **Draws**: `crime_and_arms.weapons`, one row per place
//! - **Equation**: purchases ~ Poisson(people x rate x fear x (1 - protection) x means), means = 2 (1 - poverty); lost 0.1 % a week; banditry per
//!   thousand = b x sqrt(weapons per thousand) x poverty x (1 - protection) x (2 - judges)
//! - **Pattern**: P22
//! - **Sources**: roundtable2014 (arms, petty crime and self-protection); sizes assumed

use serde::Deserialize;

use crate::base::draws::Stream;
use crate::base::ids::Id as _;
use crate::base::maths::{binomial_quantile, poisson_quantile};
use crate::base::now::Now;
use crate::entities::cells::FEAR;
use crate::entities::policy::LeverKind;
use crate::entities::vocabulary::Rank;
use crate::entities::world::World;
use crate::mechanics::presence::protection;

/// Parameters; values, ranges and sources in `data/parameters/crime_and_arms.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Weapons that break or leave the country [1/week].
    pub weapons_lost_per_week: f64,
    /// Purchases at full fear without protection, of people with the income at which poverty counts half [1/person/week].
    pub purchases_per_person_week: f64,
    /// Weapons handed to vigilantes at full support [1/person/week].
    pub vigilante_arms_per_person_week: f64,
    /// Income at which poverty counts half [EUR].
    pub poverty_income_eur: f64,
    /// Incidents a week at one weapon per thousand, poor, unprotected, judged [1/1000/week].
    pub banditry_per_thousand_per_week: f64,
    /// Fear per incident a week and thousand people [1].
    pub fear_of_banditry: f64,
    /// Largest fear of banditry [1].
    pub most_fear_of_banditry: f64,
}

const WEAPONS: Stream = Stream::named("crime_and_arms.weapons");

/// Weapons change hands, bandits strike.
pub fn step(world: &mut World, params: &Params, now: &Now) {
    let mut draws = now.draws.series(WEAPONS, 0, now.week);
    for place in world.places.ids() {
        let cells = world.places.cells_of(place);
        let people: f64 = cells.clone().map(|c| f64::from(world.cells[c].at_home)).sum();
        let draw = 2 * place.index();
        let held = world.places.private_weapons[place];
        let lost = binomial_quantile(draws.share(draw + 1), held, params.weapons_lost_per_week);
        world.places.private_weapons[place] -= lost;
        world.arms.gone += u64::from(lost);
        if people <= 0.0 {
            continue;
        }
        let open = 1.0 - protection(world, place);
        let fear: f64 =
            cells.clone().map(|c| f64::from(world.cells[c].at_home) * world.cells[c].mean[FEAR]).sum::<f64>()
                / people;
        let armed =
            world.policy.at(LeverKind::VigilanteSupport, place).map_or(0.0, |l| l.number("intensity_share"));
        let poverty =
            params.poverty_income_eur / (params.poverty_income_eur + world.places.legal_income_eur[place]);
        // Twice what is not poverty: one at the income at which poverty counts half.
        let means = 2.0 * (1.0 - poverty);
        let wanted = people
            * (params.purchases_per_person_week * fear * open * means
                + params.vigilante_arms_per_person_week * armed);
        let bought = poisson_quantile(draws.share(draw), wanted);
        world.places.private_weapons[place] += bought;
        world.arms.arrived += u64::from(bought);
        let per_thousand = 1000.0 * f64::from(world.places.private_weapons[place]) / people;
        let judges = world.share_at_post(world.places.cercle[place], &[Rank::Judge]).unwrap_or(0.0);
        let rate =
            params.banditry_per_thousand_per_week * per_thousand.sqrt() * poverty * open * (2.0 - judges);
        world.places.banditry[place] = rate * people / 1000.0;
        for cell in cells {
            world.cells[cell].feel(FEAR, (params.fear_of_banditry * rate).min(params.most_fear_of_banditry));
        }
    }
}
