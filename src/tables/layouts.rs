//! The layouts of the run tables (names of files and columns are a contract with users).

use crate::tables::CellType::{Integer, Money, Number, Text as Words};
use crate::tables::ColumnKind::{End, Key, Mean, Sum, Text};
use crate::tables::indicators::{INDICATORS, N_INDICATORS};
use crate::tables::{ColumnSpec, TableSpec, column};

const SEED: ColumnSpec = column("seed", "", Key, Integer, "Seed of the run.");
const DATE: ColumnSpec = column("date", "date", Key, Words, "First day of the month, or Monday of the week.");

const INDICATOR_COLUMNS: [ColumnSpec; N_INDICATORS + 3] = {
    let region = column("region", "", Key, Words, "Region of 2012, Mali, North, Centre or abroad.");
    let mut columns = [region; N_INDICATORS + 3];
    columns[0] = SEED;
    columns[1] = DATE;
    let mut i = 0;
    while i < N_INDICATORS {
        let spec = INDICATORS[i];
        columns[i + 3] = column(spec.name, spec.unit, spec.kind, Number, spec.description);
        i += 1;
    }
    columns
};

/// `indicators`: seed x period x region.
pub const INDICATORS_TABLE: TableSpec =
    TableSpec { name: "indicators", row: "seed x period x region", columns: &INDICATOR_COLUMNS };

/// `events`: one violent event.
pub const EVENTS_TABLE: TableSpec = TableSpec {
    name: "events",
    row: "one violent event",
    columns: &[
        SEED,
        column("id", "", Key, Words, "Seed, week and number within the week."),
        column("date_start", "date", Key, Words, "Day of the event."),
        column("type_of_violence", "", Text, Integer, "UCDP: 1 state-based, 2 non-state, 3 one-sided."),
        column("side_a", "", Text, Words, "Attacker."),
        column("side_b", "", Text, Words, "Target."),
        column("adm_1", "", Text, Words, "Region of 2012; abroad the country's ISO3 code."),
        column("adm_2", "", Text, Words, "Cercle of 2012; abroad the border zone."),
        column("latitude", "degrees", Text, Number, "Latitude of the place."),
        column("longitude", "degrees", Text, Number, "Longitude of the place."),
        column("deaths_a", "persons", Sum, Integer, "Deaths of side a."),
        column("deaths_b", "persons", Sum, Integer, "Deaths of side b."),
        column("deaths_civilians", "persons", Sum, Integer, "Civilian deaths."),
        column("best", "persons", Sum, Integer, "All deaths."),
        column("kind", "", Text, Words, "Kind of event."),
        column("date_end", "date", Text, Words, "Last day of the event."),
        column("deaths_unknown", "persons", Sum, Integer, "Deaths of unknown side."),
        column("low", "persons", Sum, Integer, "Lowest estimate that a press count would give."),
        column("high", "persons", Sum, Integer, "Highest estimate that a press count would give."),
        column("reported", "", Text, Integer, "1 if the event is seen and precisely located, else 0."),
    ],
};

/// `groups`: seed x period x armed group.
pub const GROUPS_TABLE: TableSpec = TableSpec {
    name: "groups",
    row: "seed x period x armed group",
    columns: &[
        SEED,
        DATE,
        column("group", "", Key, Words, "Id of the group."),
        column("kind", "", Text, Words, "separatist, jihadist, loyalist-militia or self-defence."),
        column("fighters", "persons", End, Integer, "Fighters in bands."),
        column("treasury_eur", "EUR", End, Money, "Money held."),
        column("bands", "bands", End, Integer, "Bands."),
        column("places_controlled", "places", End, Integer, "Places controlled."),
        column("stance", "", Text, Words, "fighting, talking, signatory, allied or dormant."),
        column("born", "date", Text, Words, "Monday of the week in which it took its name."),
        column("parent", "", Text, Words, "Group it came from."),
        column("ended", "date", Text, Words, "Monday of the week in which it ended, if it has."),
        column("attacks", "attacks", Sum, Integer, "Attacks it made."),
        column("deaths_caused", "persons", Sum, Integer, "Deaths in its attacks."),
        column("support_share", "share", Mean, Number, "Mean support among persons of Mali."),
        column("capability", "share", Mean, Number, "Technique, networks and caches."),
        column("binding_brake", "", Text, Words, "What limits its growth most."),
        column("dormant", "persons", End, Integer, "Former members at home who could rejoin."),
        column(
            "region",
            "",
            Text,
            Words,
            "Region where most of its fighters stand, or abroad; empty without any.",
        ),
    ],
};

/// `flows`: seed x period x commodity x route.
pub const FLOWS_TABLE: TableSpec = TableSpec {
    name: "flows",
    row: "seed x period x commodity x route",
    columns: &[
        SEED,
        DATE,
        column("commodity", "", Key, Words, "Commodity."),
        column("from", "", Key, Words, "Place where the leg begins."),
        column("to", "", Key, Words, "Place where the leg ends."),
        column("loads", "loads", Sum, Integer, "Consignments that entered the leg."),
        column("value_eur", "EUR", Sum, Money, "Their value at origin."),
        column("seized_loads", "loads", Sum, Integer, "Consignments seized on the leg."),
        column("tolls_eur", "EUR", Sum, Money, "Tolls paid on the leg."),
    ],
};

/// `ledger`: seed x period x payer x payee x purpose.
pub const LEDGER_TABLE: TableSpec = TableSpec {
    name: "ledger",
    row: "seed x period x payer x payee x purpose",
    columns: &[
        SEED,
        DATE,
        column("payer", "", Key, Words, "Actor who pays."),
        column("payee", "", Key, Words, "Actor who is paid."),
        column("purpose", "", Key, Words, "What for."),
        column("amount_eur", "EUR", Sum, Money, "Amount."),
    ],
};

/// `places`: seed x period x place.
pub const PLACES_TABLE: TableSpec = TableSpec {
    name: "places",
    row: "seed x period x place",
    columns: &[
        SEED,
        DATE,
        column("place", "", Key, Words, "Place."),
        column("controller", "", Text, Words, "mali, a mission's or group's id; empty: nobody."),
        column(
            "state_presence",
            "share",
            Mean,
            Number,
            "Mean of posts filled and state cover at protecting density.",
        ),
        column("group_presence", "share", Mean, Number, "Cover of all armed groups at contesting density."),
        column("mission_presence", "share", Mean, Number, "Cover of missions at protecting density."),
        column("population", "persons", End, Integer, "Persons at home."),
        column("idps", "persons", End, Integer, "Displaced persons staying here."),
        column("fear", "share", Mean, Number, "Mean fear; empty without people."),
        column("grievance", "share", Mean, Number, "Mean grievance; empty without people."),
        column(
            "trust_in_state",
            "share",
            Mean,
            Number,
            "Mean trust in the government; empty without people.",
        ),
        column("food_price_index", "index", Mean, Number, "Food price against January 2012."),
        column("private_weapons", "weapons", End, Integer, "Weapons in private hands."),
        column("attacks", "attacks", Sum, Integer, "Attacks."),
        column("deaths", "persons", Sum, Integer, "Deaths."),
        column("officials_at_post", "share", Mean, Number, "Share of posts filled; empty without posts."),
        column("mission_troops", "persons", End, Integer, "Mission and strike-force troops based here."),
        column("state_troops", "persons", End, Integer, "Malian soldiers based here."),
        column("fighters", "persons", End, Integer, "Fighters of armed groups here."),
    ],
};

/// `communities`: seed x period x community x region; without regions where nobody of the community lives.
pub const COMMUNITIES_TABLE: TableSpec = TableSpec {
    name: "communities",
    row: "seed x period x community x region",
    columns: &[
        SEED,
        DATE,
        column("community", "", Key, Words, "Community."),
        column("region", "", Key, Words, "Region of 2012 where its homes are; Mali: all of them."),
        column(
            "persons",
            "persons",
            End,
            Integer,
            "Persons at home, displaced, refugees, fighters and dormant members, by home.",
        ),
        column(
            "trust_in_state",
            "share",
            Mean,
            Number,
            "Mean trust in the government; empty with nobody at home.",
        ),
        column("grievance", "share", Mean, Number, "Mean grievance; empty with nobody at home."),
        column("fear", "share", Mean, Number, "Mean fear; empty with nobody at home."),
        column("service_coverage", "share", Mean, Number, "Mean coverage of five services by any provider."),
        column("income_eur", "EUR", Sum, Money, "Legal income and trafficking wages of those at home."),
        column("displaced", "persons", End, Integer, "Persons displaced inside Mali or abroad, by home."),
        column("civilian_deaths", "persons", Sum, Integer, "Civilians killed in violent events, by home."),
        column(
            "illicit_livelihood_share",
            "share",
            Mean,
            Number,
            "Share of persons who live from trafficking labour.",
        ),
        column(
            "trust_in_security_forces",
            "share",
            Mean,
            Number,
            "Mean trust in the security forces; empty with nobody at home.",
        ),
        column(
            "trust_in_mission",
            "share",
            Mean,
            Number,
            "Mean trust in peace operations: half without any record.",
        ),
    ],
};

/// `actors`: seed x period x actor; without actors of whom everything is zero.
pub const ACTORS_TABLE: TableSpec = TableSpec {
    name: "actors",
    row: "seed x period x actor",
    columns: &[
        SEED,
        DATE,
        column("actor", "", Key, Words, "Account holder of the ledger."),
        column("kind", "", Text, Words, "Kind of actor."),
        column("income_eur", "EUR", Sum, Money, "What it was paid."),
        column("spending_eur", "EUR", Sum, Money, "What it paid."),
        column(
            "personnel",
            "persons",
            End,
            Integer,
            "Soldiers, mission troops, fighters, or officials at post.",
        ),
        column(
            "deaths",
            "persons",
            Sum,
            Integer,
            "Its dead: soldiers, mission troops, fighters, civilians of the region.",
        ),
        column("area_km2", "km2", End, Number, "Area nearest to the places that it controls."),
    ],
};

/// `timeline`: one notable change.
pub const TIMELINE_TABLE: TableSpec = TableSpec {
    name: "timeline",
    row: "one notable change",
    columns: &[
        SEED,
        DATE,
        column(
            "kind",
            "",
            Text,
            Words,
            "lever-started, lever-ended, place-changed-hands, group-born, group-split, group-merged, group-ended, \
             coup, accord, base-opened or base-closed.",
        ),
        column("actor", "", Text, Words, "Who."),
        column("place", "", Text, Words, "Where."),
        column("text", "", Text, Words, "In words."),
    ],
};

/// `decisions`: one term of one option of one traced decision; only in runs with a trace.
pub const DECISIONS_TABLE: TableSpec = TableSpec {
    name: "decisions",
    row: "one term of one option of one traced decision",
    columns: &[
        SEED,
        column("date", "date", Key, Words, "Monday of the week."),
        column("submodel", "", Key, Words, "Submodel in which the decision falls."),
        column(
            "agent",
            "",
            Key,
            Words,
            "Who decides: the id of a network, group/band, place/community or place/rank.",
        ),
        column("option", "", Key, Words, "What could be done."),
        column(
            "chosen",
            "",
            Text,
            Number,
            "How many did: 1 or 0 for one agent, persons or loads where many decide; empty where shares drift.",
        ),
        column("probability", "share", Text, Number, "Probability of the option."),
        column(
            "term",
            "",
            Key,
            Words,
            "Term of the utility, or of the log of a hazard; reference: the option without terms.",
        ),
        column("value", "", Text, Number, "Its value; the terms of an option add up to its utility."),
    ],
};

/// All tables of a run, in the order in which a run returns them.
pub const RUN_TABLES: [&TableSpec; 9] = [
    &INDICATORS_TABLE,
    &EVENTS_TABLE,
    &GROUPS_TABLE,
    &FLOWS_TABLE,
    &LEDGER_TABLE,
    &PLACES_TABLE,
    &COMMUNITIES_TABLE,
    &ACTORS_TABLE,
    &TIMELINE_TABLE,
];

/// Layout of `summary.csv`, made from many runs.
pub const SUMMARY_TABLE: TableSpec = TableSpec {
    name: "summary",
    row: "period x region x indicator over seeds",
    columns: &[
        DATE,
        column("region", "", Key, Words, "Region of 2012, Mali, North, Centre or abroad."),
        column("indicator", "", Key, Words, "Column of indicators.csv."),
        column("mean", "as indicator", Mean, Number, "Mean over seeds."),
        column("p05", "as indicator", Mean, Number, "5 % quantile over seeds (type 7)."),
        column("p25", "as indicator", Mean, Number, "25 % quantile."),
        column("p50", "as indicator", Mean, Number, "Median."),
        column("p75", "as indicator", Mean, Number, "75 % quantile."),
        column("p95", "as indicator", Mean, Number, "95 % quantile."),
    ],
};
