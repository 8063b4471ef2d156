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

    /// A PNG file of this width, the height following from the drawing.
    ///
    /// # Errors
    ///
    /// [`FigureError::Drawing`] if the text is no SVG or the picture is too large for memory.
    pub fn png(&self, svg: &str, width_px: u32) -> Result<Vec<u8>, FigureError> {
        self.pixels(svg, width_px)?.encode_png().map_err(|error| fault(error.to_string()))
    }

    fn pixels(&self, svg: &str, width_px: u32) -> Result<Pixmap, FigureError> {
        let tree = Tree::from_str(svg, &self.options).map_err(|error| fault(error.to_string()))?;
        let size = tree.size();
        let scale = width_px as f32 / size.width();
        let height_px = (size.height() * scale).ceil() as u32;
        let mut pixels = Pixmap::new(width_px, height_px)
            .ok_or_else(|| fault(format!("no room for {width_px} x {height_px} pixels")))?;
        resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
        Ok(pixels)
    }
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
    fn what_is_no_svg_is_an_error() {
        assert!(Rasterizer::new().png("<svg", 100).is_err());
    }
}
