//! One look for all figures: colours that colour-blind readers can tell apart (after Okabe and Ito), DejaVu
//! Sans, sizes in points for a figure half a page wide (9 cm), and how numbers are written.

use plotters::style::RGBColor;

/// The compiled-in font.
pub const FONT: &str = "DejaVu Sans";
/// What the SVG asks for; Verdana has nearly the same widths where a browser lacks DejaVu.
pub const FONT_FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";
/// Units of the SVG canvas per point: plotters writes whole numbers, so the canvas is much finer than the eye.
pub const UNITS_PER_PT: f64 = 20.0;
/// Empty edge of a figure (pt).
pub const MARGIN_PT: f64 = 5.0;

/// Where the figure will be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Half a page of print, white ground.
    Paper,
    /// A projector: larger letters, white ground.
    Slides,
    /// A dark screen.
    Dark,
}

impl Style {
    /// The style of a word of the command line.
    pub fn of(word: &str) -> Option<Style> {
        match word {
            "paper" => Some(Style::Paper),
            "slides" => Some(Style::Slides),
            "dark" => Some(Style::Dark),
            _ => None,
        }
    }
}

/// Colours, sizes and widths of a style.
#[derive(Clone, Debug)]
pub struct Theme {
    /// Ground.
    pub paper: RGBColor,
    /// Text and outlines.
    pub ink: RGBColor,
    /// Secondary text.
    pub muted: RGBColor,
    /// Grid lines.
    pub grid: RGBColor,
    /// Land of other countries on maps.
    pub land: RGBColor,
    /// First series: the state.
    pub blue: RGBColor,
    /// Second series: violence, illicit trade, jihadists.
    pub red: RGBColor,
    /// Separatists.
    pub yellow: RGBColor,
    /// Militias.
    pub green: RGBColor,
    /// A lighter green, where two kinds of militia stand side by side.
    pub pale_green: RGBColor,
    /// Missions.
    pub purple: RGBColor,
    /// Nobody.
    pub grey: RGBColor,
    /// Opacity of the band of 90 % of runs.
    pub wide_band: f64,
    /// Opacity of the band of 50 % of runs, on top of the other.
    pub narrow_band: f64,
    /// Width of a figure (pt).
    pub width_pt: f64,
    /// Width at which the SVG shows itself (mm).
    pub width_mm: f64,
    /// Width of the PNG (pixels).
    pub png_width_px: u32,
    /// Title (pt).
    pub title_pt: f64,
    /// Scenario, legend, panel headings (pt).
    pub legend_pt: f64,
    /// Ticks and marks (pt).
    pub label_pt: f64,
    /// Notes and source (pt).
    pub note_pt: f64,
}

impl Theme {
    /// The theme of a style.
    pub fn of(style: Style) -> Theme {
        let paper = Theme {
            paper: RGBColor(255, 255, 255),
            ink: RGBColor(25, 25, 25),
            muted: RGBColor(95, 95, 95),
            grid: RGBColor(222, 222, 222),
            land: RGBColor(233, 233, 233),
            blue: RGBColor(0, 114, 178),
            red: RGBColor(196, 62, 0),
            yellow: RGBColor(240, 200, 20),
            green: RGBColor(0, 145, 105),
            pale_green: RGBColor(130, 205, 180),
            purple: RGBColor(190, 95, 160),
            grey: RGBColor(150, 150, 150),
            wide_band: 0.18,
            narrow_band: 0.32,
            width_pt: 255.0,
            width_mm: 90.0,
            png_width_px: 1600,
            title_pt: 8.5,
            legend_pt: 6.8,
            label_pt: 6.5,
            note_pt: 5.3,
        };
        match style {
            Style::Paper => paper,
            Style::Slides => Theme {
                width_pt: 320.0,
                width_mm: 240.0,
                png_width_px: 1920,
                title_pt: 13.0,
                legend_pt: 9.5,
                label_pt: 9.0,
                note_pt: 6.5,
                ..paper
            },
            Style::Dark => Theme {
                paper: RGBColor(24, 26, 31),
                ink: RGBColor(235, 235, 235),
                muted: RGBColor(170, 170, 170),
                grid: RGBColor(60, 63, 70),
                land: RGBColor(44, 47, 54),
                blue: RGBColor(86, 180, 233),
                red: RGBColor(240, 110, 50),
                wide_band: 0.25,
                narrow_band: 0.35,
                ..paper
            },
        }
    }

    /// The same across a whole page, for long tables in words; letters keep their size.
    pub fn page_wide(&self) -> Theme {
        Theme { width_pt: self.width_pt * 2.0, width_mm: self.width_mm * 2.0, ..self.clone() }
    }

    /// Width between the edges (pt).
    pub fn picture_width_pt(&self) -> f64 {
        self.width_pt - 2.0 * MARGIN_PT
    }

    /// A colour laid over the ground with an opacity, as one opaque colour (no seams where areas touch).
    pub fn on_paper(&self, colour: RGBColor, opacity: f64) -> RGBColor {
        let share = opacity.clamp(0.0, 1.0);
        let mix =
            |over: u8, under: u8| (f64::from(over) * share + f64::from(under) * (1.0 - share)).round() as u8;
        RGBColor(mix(colour.0, self.paper.0), mix(colour.1, self.paper.1), mix(colour.2, self.paper.2))
    }
}

/// Whole numbers with a comma between thousands; `decimals` digits after the point.
pub fn number(value: f64, decimals: usize) -> String {
    let text = format!("{:.*}", decimals, value.abs());
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let is_zero = !text.contains(|c: char| ('1'..='9').contains(&c));
    let sign = if value < 0.0 && !is_zero { "-" } else { "" };
    format!("{sign}{grouped}{rest}")
}

/// Width of a text in DejaVu Sans, in the unit of `size`.
pub fn text_width(text: &str, size: f64, bold: bool) -> f64 {
    let widths = if bold { &BOLD_WIDTHS } else { &REGULAR_WIDTHS };
    let of = |c: char| {
        let at = (c as usize).wrapping_sub(32);
        widths.get(at).map_or(650.0, |width| f64::from(*width))
    };
    text.chars().map(of).sum::<f64>() * size / 1_000.0
}

/// Breaks a text at spaces into lines of at most this width; a longer word stands alone.
pub fn wrap(text: &str, size: f64, bold: bool, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if text_width(&format!("{line} {word}"), size, bold) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines
}

/// Advance widths of DejaVu Sans in thousandths of its size, from the space to the tilde.
#[rustfmt::skip]
const REGULAR_WIDTHS: [u16; 95] = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775,
    752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390,
    337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612,
    635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
];

/// Advance widths of DejaVu Sans Bold, as above.
#[rustfmt::skip]
const BOLD_WIDTHS: [u16; 95] = [
    348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696, 696,
    696, 696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683, 683, 821,
    837, 372, 372, 775, 637, 995, 837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457,
    365, 457, 838, 500, 500, 675, 716, 593, 716, 678, 435, 716, 712, 343, 343, 665, 343, 1042, 712, 687,
    716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712, 365, 712, 838,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(number(0.0, 0), "0");
        assert_eq!(number(999.4, 0), "999");
        assert_eq!(number(1_234_567.0, 0), "1,234,567");
        assert_eq!(number(-1_234.56, 1), "-1,234.6");
        assert_eq!(number(-0.01, 1), "0.0");
        assert_eq!(number(100_000.5, 2), "100,000.50");
    }

    #[test]
    fn lines_are_broken_at_spaces_only() {
        assert_eq!(wrap("a b c", 10.0, false, 1_000.0), ["a b c"]);
        assert_eq!(wrap("aaaa bbbb cccc", 10.0, false, 54.0), ["aaaa bbbb", "cccc"]);
        assert_eq!(wrap("unbreakable", 10.0, false, 5.0), ["unbreakable"]);
    }
}
