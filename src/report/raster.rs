//! SVG to PNG by resvg, with the DejaVu Sans fonts that are compiled in: no font of the machine is read, so
//! the picture is the same everywhere. Without a font resvg drops text silently; a test looks for ink.

use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Source;
use resvg::usvg::{Options, Tree};

use crate::report::FigureError;
use crate::report::theme::FONT;

/// Draws SVG texts as pixels; holds the fonts, so one serves many figures.
pub struct Rasterizer {
    options: Options<'static>,
}

impl Default for Rasterizer {
    fn default() -> Rasterizer {
        Rasterizer::new()
    }
}

impl Rasterizer {
    /// Loads the compiled-in fonts.
    pub fn new() -> Rasterizer {
        let mut options = Options { font_family: FONT.to_string(), ..Options::default() };
        let fonts = options.fontdb_mut();
        fonts.load_font_source(Source::Binary(Arc::new(dejavu::sans::regular())));
        fonts.load_font_source(Source::Binary(Arc::new(dejavu::sans::bold())));
        Rasterizer { options }
    }

    /// A PNG file of this width, the height following from the drawing; title and description of the SVG stand in its
    /// text chunks.
    ///
    /// # Errors
    ///
    /// [`FigureError::Drawing`] if the text is no SVG or the picture is too large for memory.
    pub fn png(&self, svg: &str, width_px: u32) -> Result<Vec<u8>, FigureError> {
        let pixels = self.pixels(svg, width_px)?;
        // The ground is opaque, so that colours need no opacity.
        let colours: Vec<Colour> =
            pixels.pixels().iter().map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect();
        let (palette, indices) = indexed(&colours);
        let failed = |error: png::EncodingError| fault(error.to_string());
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, pixels.width(), pixels.height());
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_palette(palette);
        encoder.set_depth(png::BitDepth::Eight);
        // Even areas compress best as they are.
        encoder.set_compression(png::Compression::Balanced);
        encoder.set_filter(png::Filter::NoFilter);
        for (keyword, element) in [("Title", "title"), ("Description", "desc")] {
            if let Some(text) = element_text(svg, element) {
                encoder.add_itxt_chunk(keyword.to_string(), text).map_err(failed)?;
            }
        }
        encoder.add_text_chunk("Software".to_string(), "Harmattan".to_string()).map_err(failed)?;
        let mut writer = encoder.write_header().map_err(failed)?;
        writer.write_image_data(&indices).map_err(failed)?;
        writer.finish().map_err(failed)?;
        Ok(file)
    }

    fn pixels(&self, svg: &str, width_px: u32) -> Result<Pixmap, FigureError> {
        let tree = Tree::from_str(svg, &self.options).map_err(|error| fault(error.to_string()))?;
        let size = tree.size();
        let scale = width_px as f32 / size.width();
        // Rounded down, lest the last row be half outside the drawing.
        let height_px = ((size.height() * scale) as u32).max(1);
        let mut pixels = Pixmap::new(width_px, height_px)
            .ok_or_else(|| fault(format!("no room for {width_px} x {height_px} pixels")))?;
        resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
        Ok(pixels)
    }
}

/// Red, green and blue.
type Colour = [u8; 3];

/// Most colours of a file.
const MOST_COLOURS: usize = 256;
/// Colours that agree in this many first bits of each part are near enough to be one.
const BITS: u32 = 5;

/// The most frequent colours, and for every pixel the number of the nearest of them: figures have few colours, and
/// the many shades at the edges of letters and lines need not be exact.
fn indexed(colours: &[Colour]) -> (Vec<u8>, Vec<u8>) {
    let key = |colour: &Colour| {
        colour.iter().fold(0, |key, part| (key << BITS) | usize::from(part >> (u8::BITS - BITS)))
    };
    // Per bin: pixels, the colour that most of them have (Boyer and Moore), and its lead.
    let mut bins: Vec<(u32, Colour, u32)> = vec![(0, [0; 3], 0); 1 << (3 * BITS)];
    for colour in colours {
        let bin = &mut bins[key(colour)];
        bin.0 += 1;
        if bin.2 == 0 {
            bin.1 = *colour;
        }
        bin.2 = if bin.1 == *colour { bin.2 + 1 } else { bin.2 - 1 };
    }
    let mut used: Vec<usize> = (0..bins.len()).filter(|at| bins[*at].0 > 0).collect();
    used.sort_by(|a, b| bins[*b].0.cmp(&bins[*a].0).then(a.cmp(b)));
    let palette: Vec<Colour> = used.iter().take(MOST_COLOURS).map(|at| bins[*at].1).collect();
    let distance = |a: &Colour, b: &Colour| -> u32 {
        a.iter().zip(b).map(|(x, y)| u32::from(x.abs_diff(*y)) * u32::from(x.abs_diff(*y))).sum()
    };
    let mut nearest = vec![0_u8; bins.len()];
    for at in used {
        let of = |i: &usize| distance(&palette[*i], &bins[at].1);
        nearest[at] = (0..palette.len()).min_by_key(of).unwrap_or(0) as u8;
    }
    (palette.concat(), colours.iter().map(|colour| nearest[key(colour)]).collect())
}

/// The text of the first element of this name, without its escapes.
fn element_text(svg: &str, element: &str) -> Option<String> {
    let (_, rest) = svg.split_once(&format!("<{element}>"))?;
    let (text, _) = rest.split_once(&format!("</{element}>"))?;
    Some(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
}

fn fault(reason: String) -> FigureError {
    FigureError::Drawing { figure: String::new(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::theme::{FONT_FAMILY, text_width};

    fn svg(text: &str, weight: &str) -> String {
        format!(
            "<svg width=\"400\" height=\"40\" viewBox=\"0 0 400 40\" xmlns=\"http://www.w3.org/2000/svg\">\
             <rect width=\"400\" height=\"40\" fill=\"#FFFFFF\"/>\
             <text x=\"0\" y=\"30\" font-size=\"20\" font-weight=\"{weight}\" font-family=\"{FONT_FAMILY}\">{text}</text></svg>"
        )
    }

    /// Last column with a pixel that is not white, plus one.
    fn ink(text: &str, weight: &str) -> u32 {
        let pixels = Rasterizer::new().pixels(&svg(text, weight), 400).unwrap();
        let dark =
            |x: u32| (0..pixels.height()).any(|y| pixels.pixel(x, y).is_some_and(|pixel| pixel.red() < 128));
        (0..400).rev().find(|x| dark(*x)).map_or(0, |x| x + 1)
    }

    #[test]
    fn a_label_has_ink_in_both_weights() {
        assert_eq!(ink("", "normal"), 0);
        assert!(ink("Mali", "normal") > 30);
        assert!(ink("Mali", "bold") > ink("Mali", "normal"));
    }

    #[test]
    fn measured_widths_are_those_of_the_compiled_in_font() {
        for text in ["State presence in the North", "1,234 million EUR", "WAVE 2012-2020"] {
            for (weight, bold) in [("normal", false), ("bold", true)] {
                let (drawn, measured) = (f64::from(ink(text, weight)), text_width(text, 20.0, bold));
                assert!(
                    (drawn - measured).abs() < 6.0,
                    "{text} {weight}: {drawn} drawn, {measured} measured"
                );
            }
        }
    }

    #[test]
    fn pictures_say_what_they_show() {
        let text = svg("x", "normal").replace("<rect", "<title>A &lt; B</title><desc>run 7</desc><rect");
        let file = Rasterizer::new().png(&text, 60).unwrap();
        let holds = |words: &str| file.windows(words.len()).any(|part| part == words.as_bytes());
        assert!(holds("A < B") && holds("run 7"));
    }

    #[test]
    fn frequent_colours_are_kept_and_rare_ones_go_to_the_nearest() {
        let mut colours = vec![[250, 250, 250]; 10];
        colours.extend((0..=255).map(|x| [x, 0, 0]));
        colours.extend((0..=255).map(|x| [0, x, 8 * (x / 8)]));
        let (palette, indices) = indexed(&colours);
        assert!(palette.len() <= 3 * MOST_COLOURS && indices.len() == colours.len());
        let drawn = |at: usize| &palette[3 * usize::from(indices[at])..][..3];
        assert_eq!(drawn(0), [250, 250, 250]);
        let far = |at: usize| drawn(at).iter().zip(colours[at]).map(|(a, b)| a.abs_diff(b)).max();
        assert!((0..colours.len()).all(|at| far(at) < Some(9)));
    }

    #[test]
    fn what_is_no_svg_is_an_error() {
        assert!(Rasterizer::new().png("<svg", 100).is_err());
    }
}
