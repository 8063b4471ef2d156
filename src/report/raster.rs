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
        let colours: Vec<u8> =
            pixels.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect();
        let failed = |error: png::EncodingError| fault(error.to_string());
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, pixels.width(), pixels.height());
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Balanced);
        for (keyword, element) in [("Title", "title"), ("Description", "desc")] {
            if let Some(text) = element_text(svg, element) {
                encoder.add_itxt_chunk(keyword.to_string(), text).map_err(failed)?;
            }
        }
        encoder.add_text_chunk("Software".to_string(), "Harmattan".to_string()).map_err(failed)?;
        let mut writer = encoder.write_header().map_err(failed)?;
        writer.write_image_data(&colours).map_err(failed)?;
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
    fn what_is_no_svg_is_an_error() {
        assert!(Rasterizer::new().png("<svg", 100).is_err());
    }
}
