//! Contract: a press count sees a share of the deadly events, less of them in remote and frightened places, and never one that did not
//! happen.

use harmattan::base::dates::Week;
use harmattan::base::draws::{Draws, Stream};
use harmattan::entities::cells::FEAR;
use harmattan::entities::this_week::{Event, Side};
use harmattan::entities::vocabulary::EventKind;
use harmattan::submodels::observation::events::is_reported;
use harmattan::tables::Cells;

use super::Testbed;
use crate::laboratory::{TESTBED, column, options, prepare, run, scenario, series, table};

const TEST: Stream = Stream::named("test.observation");
const EVENTS: usize = 4_000;

/// Share of so many events in Gao that are reported, after something was set.
fn reported(deaths: u32, change: impl Fn(&mut Testbed)) -> f64 {
    let mut testbed = Testbed::new();
    let gao = testbed.place("Gao");
    testbed.world.cells.iter_mut().for_each(|cell| cell.mean[FEAR] = 0.0);
    testbed.world.places.population[gao] = 6_000.0;
    change(&mut testbed);
    let mut draws = Draws::new(1).series(TEST, 0, Week(0));
    let seen = (0..EVENTS).filter(|at| {
        let event = Event {
            place: gao,
            kind: EventKind::Battle,
            a: Side::State,
            b: Side::Civilians(None),
            deaths_a: 0,
            deaths_b: deaths,
            civilians: 0,
            chance: draws.share(*at),
        };
        is_reported(&testbed.world, &testbed.prepared.parameters.observation, &event)
    });
    seen.count() as f64 / EVENTS as f64
}

#[test]
fn a_share_of_deadly_events_is_seen_and_no_other() {
    let share = Testbed::new().prepared.parameters.observation.located_share;
    let seen = reported(3, |_| {});
    assert!((seen - share).abs() < 0.02, "{seen} of {share}");
    assert_eq!(reported(0, |_| {}), 0.0);
    let all = reported(3, |testbed| testbed.prepared.parameters.observation.located_share = 1.0);
    assert_eq!(all, 1.0);
}

#[test]
fn less_is_seen_in_remote_and_in_frightened_places() {
    let remote = |unseen: f64| {
        reported(3, move |testbed| {
            let gao = testbed.place("Gao");
            testbed.world.places.population[gao] = 500.0;
            testbed.prepared.parameters.observation.unseen_where_remote_share = unseen;
        })
    };
    let afraid = |silence: f64| {
        reported(3, move |testbed| {
            testbed.world.cells.iter_mut().for_each(|cell| cell.mean[FEAR] = 0.9);
            testbed.prepared.parameters.observation.silence_of_fear = silence;
        })
    };
    let open = reported(3, |_| {});
    assert!(remote(0.3) < open - 0.1 && afraid(0.3) < open - 0.1, "{open}");
    assert_eq!((remote(0.0), afraid(0.0)), (open, open));
}

#[test]
fn indicators_count_what_is_reported_and_events_what_happened() {
    let prepared = prepare(scenario(TESTBED), options(50, "2014-12-31"));
    let (mut deadly, mut reported) = (0, 0);
    for seed in 1..=8 {
        let outcome = run(&prepared, seed);
        let events = table(&outcome, "events");
        let integers = |name: &str| match column(events, name) {
            Cells::Integer(values) => values.clone(),
            other => panic!("{name} holds {other:?}"),
        };
        let (seen, deaths) = (integers("reported"), integers("best"));
        assert!(seen.iter().zip(&deaths).all(|(seen, deaths)| *seen == 0 || *deaths > 0));
        let here = seen.iter().filter(|seen| **seen == 1).count();
        let counted: f64 =
            series(&outcome, "Mali + abroad", "reported_lethal_events").iter().map(|row| row.1).sum();
        assert_eq!(counted, here as f64, "seed {seed}");
        reported += here;
        deadly += deaths.iter().filter(|deaths| **deaths > 0).count();
    }
    assert!(reported > 20 && reported < deadly, "{reported} of {deadly}");
}
