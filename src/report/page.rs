//! Reports: one self-contained page per scenario, comparison or run, that opens with the answer in plain words.
//!
//! Nothing is fetched from the network: style, scripts and figures stand in the page, and a policy in its head
//! forbids anything else. Without scripts the page is text and figures. Every text of a scenario file is escaped.

pub mod assumed;
pub mod comparison;
pub mod comparison_answer;
pub mod data;
pub mod map;
pub mod scenario;
pub mod scenario_answer;
pub mod story;

use std::fmt::Write as _;

use crate::report::FigureError;

/// Chart library uPlot 1.6.32 by Leon Sorokin, MIT licence.
const UPLOT_SCRIPT: &str = include_str!("assets/uplot.min.js");
const UPLOT_STYLE: &str = include_str!("assets/uplot.min.css");
const UPLOT_LICENCE: &str = include_str!("assets/uplot.LICENSE");
const PAGE_SCRIPT: &str = include_str!("assets/page.js");
const PAGE_STYLE: &str = include_str!("assets/page.css");
const OUTLINES_NOTE: &str =
    "Outlines of countries: Natural Earth, public domain. Letters of the figures: DejaVu.";

/// A text with everything that HTML could mistake for its own spelt out.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && c != '\n' && c != '\t' => {}
            c => out.push(c),
        }
    }
    out
}

/// A text escaped, with what stands between backticks as code.
fn marked(text: &str) -> String {
    let parts: Vec<String> = text.split('`').map(escaped).collect();
    if parts.len().is_multiple_of(2) {
        return parts.join("`");
    }
    let tagged = parts.iter().enumerate().map(|(i, part)| match i.is_multiple_of(2) {
        true => part.clone(),
        false => format!("<code>{part}</code>"),
    });
    tagged.collect()
}

/// A page under construction. Texts are escaped unless a method says otherwise.
#[derive(Debug, Default)]
pub struct Page {
    title: String,
    body: String,
    data: String,
}

impl Page {
    /// A page with its title, the question that it answers, if any, and the lines below.
    pub fn new(title: &str, question: &str, lines: &[String]) -> Page {
        let mut page = Page { title: title.to_string(), ..Page::default() };
        let _ = write!(page.body, "<header>\n<h1>{}</h1>\n", escaped(title));
        if !question.is_empty() {
            let _ = writeln!(page.body, "<p class=\"question\">{}</p>", escaped(question));
        }
        for line in lines.iter().filter(|line| !line.is_empty()) {
            let _ = writeln!(page.body, "<p class=\"byline\">{}</p>", escaped(line));
        }
        page.body.push_str("</header>\n");
        page
    }

    /// Opens a section with a heading; sections end by themselves.
    pub fn section(&mut self, id: &str, heading: &str) {
        if self.body.contains("<section") {
            self.body.push_str("</section>\n");
        }
        let _ = writeln!(self.body, "<section id=\"{}\">\n<h2>{}</h2>", escaped(id), escaped(heading));
    }

    /// A smaller heading.
    pub fn heading(&mut self, text: &str) {
        let _ = writeln!(self.body, "<h3>{}</h3>", escaped(text));
    }

    /// A paragraph.
    pub fn paragraph(&mut self, text: &str) {
        let _ = writeln!(self.body, "<p>{}</p>", marked(text));
    }

    /// A paragraph of a class of the style sheet.
    pub fn paragraph_of(&mut self, class: &str, text: &str) {
        let _ = writeln!(self.body, "<p class=\"{class}\">{}</p>", marked(text));
    }

    /// A list; nothing if it is empty.
    pub fn list(&mut self, items: &[String]) {
        if items.is_empty() {
            return;
        }
        self.body.push_str("<ul>\n");
        for item in items {
            let _ = writeln!(self.body, "<li>{}</li>", marked(item));
        }
        self.body.push_str("</ul>\n");
    }

    /// A table with a caption; columns after the first `n_words` hold numbers.
    pub fn table(&mut self, caption: &str, head: &[&str], rows: &[Vec<String>], n_words: usize) {
        let class = |column: usize| if column < n_words { "" } else { " class=\"number\"" };
        let _ = write!(
            self.body,
            "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"{0}\"><table>\n<caption>{0}</caption>\n\
             <thead><tr>",
            escaped(caption)
        );
        for (column, name) in head.iter().enumerate() {
            let _ = write!(self.body, "<th scope=\"col\"{}>{}</th>", class(column), escaped(name));
        }
        self.body.push_str("</tr></thead>\n<tbody>\n");
        for row in rows {
            self.body.push_str("<tr>");
            for (column, cell) in row.iter().enumerate() {
                let (open, close) = if column == 0 { ("th scope=\"row\"", "th") } else { ("td", "td") };
                let _ = write!(self.body, "<{open}{}>{}</{close}>", class(column), escaped(cell));
            }
            self.body.push_str("</tr>\n");
        }
        self.body.push_str("</tbody></table></div>\n");
    }

    /// Preformatted text behind a summary.
    pub fn folded_text(&mut self, summary: &str, text: &str) {
        let (summary, text) = (escaped(summary), escaped(text));
        let _ = writeln!(self.body, "<details><summary>{summary}</summary><pre>{text}</pre></details>");
    }

    /// HTML that this program made.
    pub fn raw(&mut self, html: &str) {
        self.body.push_str(html);
        self.body.push('\n');
    }

    /// A figure of this program, as SVG.
    pub fn figure(&mut self, name: &str, svg: &str) {
        let _ = writeln!(self.body, "<figure id=\"figure-{}\">{svg}</figure>", escaped(name));
    }

    /// A figure, or the reason why there is none.
    ///
    /// # Errors
    ///
    /// Those that concern more than this figure.
    pub fn figure_if(&mut self, name: &str, svg: Result<String, FigureError>) -> Result<(), FigureError> {
        match svg {
            Ok(svg) => self.figure(name, &svg),
            Err(error) if error.leaves_a_gap() => {
                self.paragraph_of("missing", &format!("No figure `{name}`: {}", error.without_folder()));
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Data for the script, by id.
    pub fn data(&mut self, id: &str, data: &serde_json::Value) {
        // A `<` could end the element that holds the data.
        let text = data.to_string().replace('<', "\\u003c");
        let _ =
            writeln!(self.data, "<script type=\"application/json\" id=\"{}\">{text}</script>", escaped(id));
    }

    /// The whole page.
    pub fn finish(mut self) -> String {
        if self.body.contains("<section") {
            self.body.push_str("</section>\n");
        }
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
             content=\"width=device-width, initial-scale=1\">\n<meta http-equiv=\"Content-Security-Policy\" \
             content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n\
             <meta name=\"generator\" content=\"Harmattan {version}\">\n<title>{title}</title>\n<style>\n{UPLOT_STYLE}\n\
             {PAGE_STYLE}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#answer\">To the answer</a>\n<main>\n{body}\
             </main>\n<footer>\n<p>Made by Harmattan {version} from the tables beside this page. {OUTLINES_NOTE} Charts: \
             uPlot.</p>\n<details><summary>Licence of uPlot</summary><pre>{licence}</pre></details>\n</footer>\n{data}\
             <script>{UPLOT_SCRIPT}</script>\n<script>{PAGE_SCRIPT}</script>\n</body>\n</html>\n",
            version = env!("CARGO_PKG_VERSION"),
            title = escaped(&self.title),
            body = self.body,
            licence = escaped(UPLOT_LICENCE),
            data = self.data,
        )
    }
}

/// What every report says at its end.
pub fn limits(page: &mut Page) {
    page.section("limits", "What the model cannot say, and what it must not be used for");
    page.list(&[
        "It does not tell the future. It shows what follows from a set of assumptions, many of them estimates.".to_string(),
        "An interval here covers chance between runs, and not whether the assumptions are right: reality may lie outside \
         every band."
            .to_string(),
        "Places are cercles and posts, not villages; communities are coarse labels for averages; groups and networks are \
         roles, not persons."
            .to_string(),
        "After 2020 the inputs keep their last value.".to_string(),
        "A calm that comes from groups ruling unopposed is no peace: read people under groups beside people killed."
            .to_string(),
        "Do not use it to choose targets, to predict what a person, a family, a village or a community will do, to judge \
         real people by the group they are put in here, or as the sole reason for a decision that affects anyone."
            .to_string(),
        "A scenario that looks good in the model is a reason to ask people who live there, and who know what the model does \
         not."
            .to_string(),
    ]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_become_markup() {
        let hostile = "</script><script>alert('x')</script>\"&\u{0}";
        let mut page = Page::new(hostile, hostile, &[hostile.to_string()]);
        page.section("a\"b", hostile);
        page.paragraph(hostile);
        page.list(&[hostile.to_string()]);
        page.table(hostile, &[hostile], &[vec![hostile.to_string()]], 1);
        page.folded_text(hostile, hostile);
        page.paragraph(&format!("`{hostile}` and `{hostile}"));
        page.data("d", &serde_json::json!({ "x": hostile }));
        let html = page.finish();
        assert!(!html.contains("alert('x')</script>") && !html.contains("<script>alert"));
        assert!(html.contains("&lt;/script&gt;") && html.contains("\\u003c/script>"));
        assert_eq!(html.matches("<script").count(), html.matches("</script>").count());
    }

    #[test]
    fn what_stands_between_backticks_is_code() {
        assert_eq!(marked("`a <b>` c"), "<code>a &lt;b&gt;</code> c");
        assert_eq!(marked("an odd ` stays"), "an odd ` stays");
    }

    #[test]
    fn compiled_in_scripts_end_no_element() {
        for text in [UPLOT_SCRIPT, PAGE_SCRIPT] {
            assert!(!text.contains("</script"));
        }
        assert!(!PAGE_STYLE.contains("</style") && !UPLOT_STYLE.contains("</style"));
        assert!(!PAGE_STYLE.contains("url(") && !PAGE_SCRIPT.contains("http"));
    }
}
