//! Figures of armed groups and of what they do: fighters by kind, the family tree, events by kind.

use std::collections::BTreeMap;

use plotters::element::{PathElement, Polygon};
use plotters::style::text_anchor::HPos;
use plotters::style::{Color, RGBColor};

use crate::base::dates::Date;
use crate::entities::vocabulary::GroupKind;
use crate::report::FigureError;
use crate::report::axes::{TimeAxis, ValueAxis};
use crate::report::captions::{dated_note, sheet, zero_note};
use crate::report::charts::{Layer, Panel, draw_columns, draw_stack, gutter_pt, marks_pt, years_pt};
use crate::report::events::{self, ByClass, CLASSES};
use crate::report::figures::time::CHART_PT;
use crate::report::groups::nine_in_ten;
use crate::report::lineage::{self, Branch};
use crate::report::sheet::{Area, Key, Lettering, Mark, fault, units, write};
use crate::report::tables::Tables;
use crate::report::theme::{Theme, number, text_width};
use crate::report::words::party_name;
use crate::tables::ColumnKind;

/// Most groups that the tree shows.
const MOST_BRANCHES: usize = 36;
/// Width of the ribbon of the largest group (pt).
const WIDEST_PT: f64 = 15.0;
/// Room left of the tree for half of the first year (pt).
const LEFT_PT: f64 = 10.0;
/// Width of the thinnest ribbon that can be seen (pt).
const THINNEST_PT: f64 = 0.5;

/// Colour and word of each kind of group, in the order of the legend.
fn kinds(theme: &Theme) -> [(GroupKind, RGBColor, &'static str); 4] {
    [
        (GroupKind::Jihadist, theme.red, "jihadist"),
        (GroupKind::Separatist, theme.yellow, "separatist"),
        (GroupKind::LoyalistMilitia, theme.green, "loyalist militia"),
        (GroupKind::SelfDefence, theme.pale_green, "self-defence"),
    ]
}

/// Fighters by kind of group, stacked.
///
/// # Errors
///
/// Those of the tables and of the drawing.
pub fn fighters(theme: &Theme, tables: &mut Tables) -> Result<String, FigureError> {
    let kinds = kinds(theme);
    let file = tables.dir.join("groups.csv");
    let groups = tables.groups()?;
    let dates = groups.dates();
    let layers: Vec<Layer> = kinds
        .iter()
        .map(|(kind, colour, _)| Layer { colour: *colour, values: groups.median_fighters(*kind) })
        .collect();
    let ranges = groups.range_of_all();
    let (Some(first), Some(last)) = (dates.first().copied(), dates.last().copied()) else {
        let what = "no rows, so there are no fighters to draw".to_string();
        return Err(FigureError::NoRows { file, what });
    };
    let time = TimeAxis { from: first.days() as f64, until: tables.manifest.every.end_of(last) as f64 };
    let markers = tables.markers("fighters", &time)?;
    let manifest = &tables.manifest;
    let total = |i: usize| layers.iter().map(|layer| layer.values[i]).sum::<f64>();
    let most = (0..dates.len()).map(total).fold(0.0, f64::max);
    let values = ValueAxis::up_to(ranges.iter().fold(most, |most, range| most.max(range.1)), true);
    let words = format!("The stack is highest with {} fighters.", number(most, 0));
    let mut sheet =
        sheet(manifest, "Fighters of armed groups by kind of group".to_string(), "groups.csv", words);
    sheet.keys = kinds.iter().map(|(_, colour, word)| Key::new(Mark::Box(*colour), word)).collect();
    sheet.keys.extend(range_key(theme, &ranges));
    sheet.notes.push(if manifest.seeds.len() == 1 {
        format!("At the end of each {}, without dormant members.", manifest.every.word())
    } else {
        format!(
            "At the end of each {}, without dormant members. Median over runs of each kind; the stack need not be the \
             median of the sum.",
            manifest.every.word()
        )
    });
    sheet.notes.extend(zero_note(most));
    sheet.notes.extend(dated_note(manifest, &markers));
    let positions: Vec<f64> =
        dates.iter().map(|date| manifest.every.position(*date, ColumnKind::End)).collect();
    let panel = Panel {
        heading: "",
        unit: "fighters",
        time,
        values: &values,
        markers: &markers,
        words: true,
        years: true,
        gutter_pt: gutter_pt(&values, theme),
    };
    let height = CHART_PT + marks_pt(&panel, theme, theme.picture_width_pt());
    sheet.svg(theme, height, &mut |area| draw_stack(area, theme, &panel, &positions, &layers, &ranges))
}

/// What the lines over a stack are.
fn range_key(theme: &Theme, ranges: &[(f64, f64)]) -> Option<Key> {
    (!ranges.is_empty()).then(|| Key::new(Mark::Line(theme.ink), "all kinds, 90 % of runs"))
}

/// Violent events by kind, stacked.
///
/// # Errors
///
/// Those of the tables and of the drawing.
pub fn event_kinds(theme: &Theme, tables: &mut Tables) -> Result<String, FigureError> {
    let file = tables.dir.join("events.csv");
    if tables.manifest.lacks("events") {
        let what = "events were not recorded".to_string();
        return Err(FigureError::NoRows { file, what });
    }
    let months = events::by_month(&tables.dir, &tables.manifest)?;
    let dates = || months.mean.keys().copied();
    let (Some(first), Some(last)) = (dates().next(), dates().next_back()) else {
        return Err(FigureError::NoRows { file, what: "no events".to_string() });
    };
    let first = tables.manifest.from.map_or(first, |from| from.min(first));
    let last = tables.manifest.until.map_or(last, |until| until.max(last));
    let long = last.days() - first.days() > 1_000;
    let (word, months_each) = if long { ("quarter", 3) } else { ("month", 1) };
    let number_of = |date: Date| (date.year * 12 + i32::from(date.month) - 1).div_euclid(months_each);
    let start_of = |n: i32| {
        let month = n * months_each;
        Date { year: month.div_euclid(12), month: month.rem_euclid(12) as u8 + 1, day: 1 }.days() as f64
    };
    let n_columns = (number_of(last) - number_of(first) + 1) as usize;
    let mut columns: Vec<ByClass> = vec![ByClass::default(); n_columns];
    let column_of = |date: Date| (number_of(date) - number_of(first)) as usize;
    for (date, counts) in &months.mean {
        let column = &mut columns[column_of(*date)];
        column.iter_mut().zip(counts).for_each(|(sum, n)| *sum += n);
    }
    let mut by_seed: Vec<BTreeMap<u64, u64>> = vec![BTreeMap::new(); n_columns];
    for (date, counts) in &months.by_seed {
        let column = &mut by_seed[column_of(*date)];
        counts.iter().for_each(|(seed, n)| *column.entry(*seed).or_default() += n);
    }
    let seeds = tables.manifest.seeds.clone();
    let range = |column: &BTreeMap<u64, u64>| {
        nine_in_ten(seeds.iter().map(|seed| column.get(seed).copied().unwrap_or(0) as f64).collect())
    };
    let ranges: Vec<(f64, f64)> =
        if seeds.len() < 2 { Vec::new() } else { by_seed.iter().map(range).collect() };
    let colours = [theme.red, theme.yellow, theme.purple, theme.ink, theme.blue, theme.green, theme.grey];
    let present = |class: &usize| columns.iter().any(|column| column[*class] > 0.0);
    let classes: Vec<usize> = (0..CLASSES.len()).filter(present).collect();
    let layers: Vec<Layer> = classes
        .iter()
        .map(|class| Layer {
            colour: colours[*class],
            values: columns.iter().map(|column| column[*class]).collect(),
        })
        .collect();
    let most = columns.iter().map(|column| column.iter().sum::<f64>()).fold(0.0, f64::max);
    let edges: Vec<f64> = (number_of(first)..=number_of(last) + 1).map(start_of).collect();
    let time = TimeAxis { from: edges[0], until: edges[edges.len() - 1] };
    let markers = tables.markers("event_kinds", &time)?;
    let one_seed = seeds.len() == 1;
    let words = format!("The columns are highest with {} events.", number(most, 1));
    let title = format!("Violent events in each {word} by kind");
    let mut sheet = sheet(&tables.manifest, title, "events.csv", words);
    sheet.keys =
        classes.iter().map(|class| Key::new(Mark::Box(colours[*class]), CLASSES[*class].0)).collect();
    sheet.keys.extend(range_key(theme, &ranges));
    let over = if one_seed { "" } else { ", mean over runs" };
    sheet.notes.push(format!("Lethal or not, reported or not{over}."));
    sheet.notes.extend(dated_note(&tables.manifest, &markers));
    let values = ValueAxis::up_to(ranges.iter().fold(most, |most, range| most.max(range.1)), false);
    let panel = Panel {
        heading: "",
        unit: &format!("events per {word}"),
        time,
        values: &values,
        markers: &markers,
        words: true,
        years: true,
        gutter_pt: gutter_pt(&values, theme),
    };
    let height = CHART_PT + marks_pt(&panel, theme, theme.picture_width_pt());
    sheet.svg(theme, height, &mut |area| draw_columns(area, theme, &panel, &edges, &layers, &ranges))
}

/// The family tree of the armed groups of the typical run.
///
/// # Errors
///
/// Those of the tables and of the drawing.
pub fn group_tree(theme: &Theme, tables: &mut Tables) -> Result<String, FigureError> {
    let seed = tables.typical_seed()?;
    let mut branches = lineage::read(&tables.dir, &tables.manifest, seed)?;
    let n_all = branches.len();
    let mut sizes: Vec<f64> = branches.iter().map(Branch::most).collect();
    sizes.sort_by(|a, b| b.total_cmp(a));
    if let Some(limit) = sizes.get(MOST_BRANCHES).copied() {
        branches.retain(|branch| branch.most() > limit);
    }
    let most = sizes.first().copied().unwrap_or(0.0);
    let manifest = &tables.manifest;
    let words = format!("{n_all} groups; the largest has {} fighters.", number(most, 0));
    let mut sheet =
        sheet(manifest, "Family tree of the armed groups".to_string(), "groups.csv, timeline.csv", words);
    sheet.keys = kinds(theme)
        .into_iter()
        .filter(|(kind, _, _)| branches.iter().any(|branch| branch.kind == *kind))
        .map(|(_, colour, word)| Key::new(Mark::Box(colour), word))
        .collect();
    let which = if manifest.seeds.len() == 1 {
        "The run".to_string()
    } else {
        format!("One run, seed {seed}, the one nearest to the medians")
    };
    sheet.notes.push(format!(
        "{which}. Width of a ribbon: fighters; beside the name their highest number, {} at most. A line from a ribbon: a group breaks away; a dashed line: it \
         merges into another.",
        number(most, 0)
    ));
    if branches.len() < n_all {
        sheet.notes.push(format!("{} small groups of {n_all} are not shown.", n_all - branches.len()));
    }
    let starts = branches.iter().filter_map(|branch| branch.fighters.first());
    let ends = branches.iter().filter_map(|branch| branch.fighters.last());
    let from = starts.map(|(date, _)| date.days()).min().unwrap_or(0) as f64;
    let until = ends.map(|(date, _)| manifest.every.end_of(*date)).max().unwrap_or(1) as f64;
    let widths: Vec<f64> = branches.iter().map(|branch| ribbon_pt(branch.most(), most)).collect();
    let rows: Vec<f64> = widths.iter().map(|width| (width + 3.0).max(theme.label_pt * 1.25)).collect();
    let height = rows.iter().sum::<f64>() + years_pt(theme) + 6.0;
    let label_pt = branches.iter().map(|b| text_width(&label(b), theme.label_pt, false)).fold(0.0, f64::max);
    let every = manifest.every;
    let tree = Tree {
        theme,
        branches: &branches,
        rows: &rows,
        most,
        time: TimeAxis { from, until },
        right: theme.picture_width_pt() - label_pt - 5.0,
        end_of: &|date| every.end_of(date) as f64,
    };
    sheet.svg(theme, height, &mut |area| tree.draw(area))
}

/// The name of a group and its largest size.
fn label(branch: &Branch) -> String {
    format!("{} {}", party_name(&branch.name), number(branch.most(), 0))
}

fn ribbon_pt(fighters: f64, most: f64) -> f64 {
    if most > 0.0 { (WIDEST_PT * fighters / most).max(THINNEST_PT) } else { THINNEST_PT }
}

/// What the tree is drawn from.
struct Tree<'t> {
    theme: &'t Theme,
    branches: &'t [Branch],
    /// Height of the row of each branch (pt).
    rows: &'t [f64],
    most: f64,
    time: TimeAxis,
    /// Right end of the time axis (pt); names stand right of it.
    right: f64,
    end_of: &'t dyn Fn(Date) -> f64,
}

impl Tree<'_> {
    fn draw(&self, area: &Area) -> Result<(), FigureError> {
        let theme = self.theme;
        let bottom = self.rows.iter().sum::<f64>() + 4.0;
        let line = |points: &[(f64, f64)], colour: RGBColor, pt: f64| {
            let points: Vec<(i32, i32)> = points.iter().map(|(x, y)| (units(*x), units(*y))).collect();
            area.draw(&PathElement::new(points, colour.stroke_width(units(pt) as u32))).map_err(fault)
        };
        let plain = Lettering { size_pt: theme.label_pt, colour: theme.ink, bold: false, anchor: HPos::Left };
        let mut free_from = 0.0;
        for tick in self.time.ticks(self.right, theme.label_pt) {
            let x = self.x(tick.at);
            line(&[(x, 0.0), (x, bottom)], theme.grid, 0.4)?;
            let half = text_width(&tick.label, theme.label_pt, false) / 2.0;
            let middle = x.max(half);
            if middle - half >= free_from {
                let how = Lettering { anchor: HPos::Center, ..plain };
                write(area, &tick.label, (middle, bottom + 2.0 + theme.label_pt * 0.65), how)?;
                free_from = middle + half + 2.0;
            }
        }
        line(&[(LEFT_PT, bottom), (self.right, bottom)], theme.ink, 0.6)?;
        // Lines of descent first, so that ribbons lie upon them.
        for (at, branch) in self.branches.iter().enumerate() {
            let parent = branch.parent.as_ref().and_then(|name| self.position(name));
            if let Some(parent) = parent {
                let x = self.x(branch.born.days() as f64);
                line(&[(x, self.y(parent)), (x, self.y(at))], theme.muted, 0.6)?;
            }
            let taken_in = branch.merged_into.as_ref().and_then(|name| self.position(name));
            if let (Some(into), Some(ended)) = (taken_in, branch.ended) {
                let x = self.x(ended.days() as f64);
                let (from, to) = (self.y(at), self.y(into));
                let n_dashes = ((to - from).abs() / 3.0).ceil().max(1.0);
                for dash in 0..n_dashes as u32 {
                    let start = from + (to - from) * f64::from(dash) / n_dashes;
                    line(&[(x, start), (x, start + (to - from) / n_dashes * 0.55)], theme.ink, 0.8)?;
                }
            }
        }
        for (at, branch) in self.branches.iter().enumerate() {
            let end = self.ribbon(area, at, branch)?;
            write(area, &label(branch), (end + 3.0, self.y(at)), plain)?;
        }
        Ok(())
    }

    /// Draws the ribbon of a branch and returns where it ends (pt).
    fn ribbon(&self, area: &Area, at: usize, branch: &Branch) -> Result<f64, FigureError> {
        let colour =
            kinds(self.theme).iter().find(|kind| kind.0 == branch.kind).map_or(self.theme.grey, |k| k.1);
        let start = (branch.born.days() as f64).max(self.time.from);
        let last_day = branch.ended.map(|ended| ended.days() as f64);
        let mut points: Vec<(f64, f64)> = Vec::new();
        for (date, fighters) in &branch.fighters {
            let day = (self.end_of)(*date);
            if last_day.is_some_and(|last| day > last) {
                break;
            }
            points.push((day, *fighters));
        }
        let first = points.first().map_or(0.0, |(_, fighters)| *fighters);
        points.insert(0, (start, first));
        if let Some(last) = last_day {
            let fighters = points.last().map_or(0.0, |(_, fighters)| *fighters);
            points.push((last.max(start), fighters));
        }
        let y = self.y(at);
        let edge = |side: f64| {
            points.iter().map(move |(day, fighters)| {
                (units(self.x(*day)), units(y + side * ribbon_pt(*fighters, self.most) / 2.0))
            })
        };
        let lower: Vec<(i32, i32)> = edge(1.0).collect();
        let outline: Vec<(i32, i32)> = edge(-1.0).chain(lower.into_iter().rev()).collect();
        area.draw(&Polygon::new(outline, colour.filled())).map_err(fault)?;
        let end = points.last().map_or(start, |(day, _)| *day);
        if branch.ended.is_some() {
            // A stop at the end, so that a group that ended is not taken for one that the table leaves.
            let x = units(self.x(end));
            let ends = vec![(x, units(y - 2.5)), (x, units(y + 2.5))];
            area.draw(&PathElement::new(ends, self.theme.ink.stroke_width(units(0.8) as u32)))
                .map_err(fault)?;
        }
        Ok(self.x(end))
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.branches.iter().position(|branch| branch.name == name)
    }

    fn x(&self, day: f64) -> f64 {
        LEFT_PT + (self.right - LEFT_PT) * self.time.place(day).clamp(0.0, 1.0)
    }

    /// Middle of the row of a branch (pt).
    fn y(&self, at: usize) -> f64 {
        2.0 + self.rows[..at].iter().sum::<f64>() + self.rows[at] / 2.0
    }
}
