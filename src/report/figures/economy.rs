//! Who pays whom: the ledger as bands between kinds of payers and payees.

use plotters::element::{Polygon, Rectangle};
use plotters::style::text_anchor::HPos;
use plotters::style::{Color, RGBColor};

use crate::report::FigureError;
use crate::report::captions::sheet;
use crate::report::payments::{self, Party};
use crate::report::sheet::{Area, Lettering, fault, units, write};
use crate::report::tables::Tables;
use crate::report::theme::{Theme, number, text_width};

/// Height of the bands (pt).
const PICTURE_PT: f64 = 190.0;
/// Room between neighbours of a side (pt).
const GAP_PT: f64 = 5.0;
/// Width of the bar of a party (pt).
const BAR_PT: f64 = 7.0;
/// Steps of the curve of a band.
const STEPS: u32 = 24;

/// The illicit and war economy as bands from payers to payees.
///
/// # Errors
///
/// Those of the tables and of the drawing.
pub fn who_pays_whom(theme: &Theme, tables: &mut Tables) -> Result<String, FigureError> {
    let payments = payments::read(tables)?;
    let total: f64 = payments.between.values().sum();
    let largest = payments.between.iter().max_by(|a, b| a.1.total_cmp(b.1));
    let words = largest.map_or(String::new(), |((payer, payee), sum)| {
        format!(
            "Most goes from {} to {}: {} million EUR a year.",
            payer.label(),
            payee.label(),
            millions(*sum)
        )
    });
    let title = "Who pays whom in the illicit and war economy".to_string();
    let mut sheet = sheet(&tables.manifest, title, "ledger.csv, groups.csv", words);
    let over = if tables.manifest.seeds.len() == 1 { "" } else { ", mean over runs" };
    sheet.notes.push(format!(
        "Payers left, payees right{over}; {} in all. What neither illicit markets nor networks nor armed groups pay or get \
         (wages, services, taxes, aid, missions) and payments within a kind are not shown. Others: the licit economy, and \
         fighters from abroad.",
        millions(total)
    ));
    let flows: Vec<Flow> = payments
        .between
        .iter()
        .map(|((payer, payee), sum)| Flow { payer: *payer, payee: *payee, sum: *sum })
        .collect();
    let unit_pt = theme.label_pt * 2.0;
    let (width, height) = (theme.picture_width_pt(), PICTURE_PT + theme.label_pt);
    sheet.svg(theme, unit_pt + height, &mut |area| {
        let how = Lettering { size_pt: theme.label_pt, colour: theme.muted, bold: false, anchor: HPos::Left };
        write(area, "million EUR a year", (0.0, unit_pt / 2.0), how)?;
        let below = area.clone().shrink((0, units(unit_pt)), (units(width) as u32, units(height) as u32));
        draw(&below, theme, &flows, total)
    })
}

struct Flow {
    payer: Party,
    payee: Party,
    sum: f64,
}

fn millions(eur: f64) -> String {
    let value = eur / 1e6;
    number(value, if value < 10.0 { 1 } else { 0 })
}

fn colour(party: Party, theme: &Theme) -> RGBColor {
    match party {
        Party::IllicitMarkets => theme.ink,
        Party::Networks => theme.purple,
        Party::Jihadists => theme.red,
        Party::Separatists => theme.yellow,
        Party::Militias => theme.green,
        Party::Officials | Party::States => theme.blue,
        Party::Residents => theme.pale_green,
        Party::Others => theme.grey,
    }
}

/// One side: each party with its upper edge and height (pt).
fn side(flows: &[Flow], of: impl Fn(&Flow) -> Party, scale: f64) -> Vec<(Party, f64, f64)> {
    let sum = |party: Party| flows.iter().filter(|flow| of(flow) == party).map(|flow| flow.sum).sum::<f64>();
    let mut top = 0.0;
    let mut found = Vec::new();
    for (party, sum) in Party::ALL.map(|party| (party, sum(party))) {
        if sum > 0.0 {
            found.push((party, top, sum * scale));
            // Names of thin bars need a line of their own.
            top += (sum * scale).max(5.0) + GAP_PT;
        }
    }
    found
}

/// Points per EUR at which the taller side fills the picture: thin bars take more room than their money.
fn scale(flows: &[Flow], total: f64) -> f64 {
    let bottom =
        |side: Vec<(Party, f64, f64)>| side.last().map_or(0.0, |(_, top, height)| top + height.max(5.0));
    let (mut low, mut high) = (0.0, PICTURE_PT / total);
    for _ in 0..STEPS {
        let middle = (low + high) / 2.0;
        let tallest = bottom(side(flows, |flow| flow.payer, middle)).max(bottom(side(
            flows,
            |flow| flow.payee,
            middle,
        )));
        if tallest > PICTURE_PT { high = middle } else { low = middle }
    }
    low
}

fn draw(area: &Area, theme: &Theme, flows: &[Flow], total: f64) -> Result<(), FigureError> {
    let scale = scale(flows, total);
    let label = Lettering { size_pt: theme.label_pt, colour: theme.ink, bold: false, anchor: HPos::Right };
    let text = |party: Party, sum: f64| format!("{}  {}", party.label(), millions(sum));
    let widest = Party::ALL
        .iter()
        .map(|party| text_width(&text(*party, total), theme.label_pt, false))
        .fold(0.0, f64::max);
    let width = theme.picture_width_pt();
    let (left, right) = (widest + 4.0, width - widest - 4.0);
    let payers = side(flows, |flow| flow.payer, scale);
    let payees = side(flows, |flow| flow.payee, scale);
    let mut payer_used = vec![0.0; payers.len()];
    let mut payee_used = vec![0.0; payees.len()];
    for flow in flows.iter().filter(|flow| flow.sum > 0.0) {
        let at = |side: &[(Party, f64, f64)], party: Party| side.iter().position(|entry| entry.0 == party);
        let (Some(from), Some(to)) = (at(&payers, flow.payer), at(&payees, flow.payee)) else { continue };
        let height = flow.sum * scale;
        let (a, b) = (payers[from].1 + payer_used[from], payees[to].1 + payee_used[to]);
        payer_used[from] += height;
        payee_used[to] += height;
        band(
            area,
            (left + BAR_PT, a),
            (right - BAR_PT, b),
            height,
            theme.on_paper(colour(flow.payer, theme), 0.45),
        )?;
    }
    for (parties, x, at_left) in [(&payers, left, true), (&payees, right - BAR_PT, false)] {
        for (party, top, height) in parties {
            let corners = [(units(x), units(*top)), (units(x + BAR_PT), units(top + height.max(0.6)))];
            area.draw(&Rectangle::new(corners, colour(*party, theme).filled())).map_err(fault)?;
            let anchor = if at_left { HPos::Right } else { HPos::Left };
            let edge = if at_left { x - 3.0 } else { x + BAR_PT + 3.0 };
            write(
                area,
                &text(*party, height / scale),
                (edge, top + height.max(5.0) / 2.0),
                Lettering { anchor, ..label },
            )?;
        }
    }
    Ok(())
}

/// A band that leaves and arrives level.
fn band(
    area: &Area,
    from: (f64, f64),
    to: (f64, f64),
    height: f64,
    colour: RGBColor,
) -> Result<(), FigureError> {
    let at = |step: u32| {
        let share = f64::from(step) / f64::from(STEPS);
        let smooth = share * share * (3.0 - 2.0 * share);
        (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * smooth)
    };
    let upper = (0..=STEPS).map(&at).map(|(x, y)| (units(x), units(y)));
    let lower = (0..=STEPS).rev().map(at).map(|(x, y)| (units(x), units(y + height.max(0.3))));
    let outline: Vec<(i32, i32)> = upper.chain(lower).collect();
    area.draw(&Polygon::new(outline, colour.filled())).map_err(fault)
}
