//! How an error in a file is described and printed.
//!
//! The first line of a printed diagnostic is a contract: scripts parse `FILE:LINE:COLUMN: error[CODE]: MESSAGE`.

use std::fmt;
use std::ops::Range;

use serde::{Serialize, Serializer};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The file cannot be used.
    Error,
    /// The file can be used, but probably does not say what was meant.
    Warning,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)?) => {
        /// What kind of error it is; the words are stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code { $($(#[$doc])* $variant),+ }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[$(Code::$variant),+];
            /// The word between brackets.
            pub const fn word(self) -> &'static str {
                match self { $(Code::$variant => $word),+ }
            }
        }
    };
}

codes! {
    /// Not TOML.
    Syntax = "syntax",
    /// A key that means nothing where it stands.
    UnknownKey = "unknown-key",
    /// Text where a number belongs, or the like.
    WrongType = "wrong-type",
    /// A number or size outside its bounds.
    OutOfRange = "out-of-range",
    /// A name of nothing that exists.
    UnknownName = "unknown-name",
    /// Not a calendar day.
    BadDate = "bad-date",
    /// A day outside the horizon of the model.
    OutsideHorizon = "outside-horizon",
    /// A known quantity in another unit.
    BadUnit = "bad-unit",
    /// Two statements that exclude each other.
    Conflict = "conflict",
    /// Something required is absent.
    MissingKey = "missing-key",
    /// The same thing stated twice.
    Duplicate = "duplicate",
    /// Not UTF-8.
    Encoding = "encoding",
    /// A file that cannot be read.
    Unreadable = "unreadable",
    /// A scenario that is its own base, directly or through others.
    BaseCycle = "base-cycle",
    /// Too many bases on bases.
    TooDeep = "too-deep",
    /// The name in the file is not the file's name.
    /// The name in the file is not the file's name.
    NameMismatch = "name-mismatch",
    /// A place to which no route leads.
    Unreachable = "unreachable",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// One error or warning with its place.
///
/// Serialized, it has exactly the fields of `check --format json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// File as the user named it.
    pub file: String,
    /// Line from 1.
    pub line: usize,
    /// Column from 1, in characters.
    pub column: usize,
    /// Error or warning.
    pub severity: Severity,
    /// Kind.
    pub code: Code,
    /// What is wrong, in one line.
    pub message: String,
    /// What would have been right.
    pub expected: Option<String>,
    /// The valid name that was probably meant.
    pub nearest: Option<String>,
    /// The line of the file, or a part of it if it is very long.
    #[serde(skip)]
    pub source_line: String,
    /// Characters of `source_line` before the caret.
    #[serde(skip)]
    pub caret_offset: usize,
    /// Number of carets.
    #[serde(skip)]
    pub caret_length: usize,
}

impl Diagnostic {
    /// An error of the whole file: it stands at 1:1 and shows no line.
    pub fn whole_file(file: &str, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            file: file.to_string(),
            line: 1,
            column: 1,
            severity: Severity::Error,
            code,
            message: message.into(),
            expected: None,
            nearest: None,
            source_line: String::new(),
            caret_offset: 0,
            caret_length: 1,
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let message = one_line(&self.message);
        write!(f, "{}:{}:{}: {severity}[{}]: {message}", self.file, self.line, self.column, self.code)?;
        if !self.source_line.trim().is_empty() {
            // Tabs are kept in the line of the caret, so that both lines stay aligned at any tab width.
            let before: String = self.source_line.chars().take(self.caret_offset).map(keep_tab).collect();
            write!(f, "\n    {}\n    {before}{}", self.source_line, "^".repeat(self.caret_length.max(1)))?;
        }
        if let Some(expected) = &self.expected {
            write!(f, "\nexpected: {}", one_line(expected))?;
        }
        if let Some(nearest) = &self.nearest {
            write!(f, "\nnearest: {}", one_line(nearest))?;
        }
        Ok(())
    }
}

fn keep_tab(c: char) -> char {
    if c == '\t' { '\t' } else { ' ' }
}

/// Control characters are shown as a mark: a file must not be able to steer the reader's terminal.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Widest part of a source line that is shown [characters].
const SHOWN: usize = 100;

/// A text with the beginnings of its lines, to turn byte positions into lines and columns.
pub(crate) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// Finds the lines of a text.
    pub(crate) fn new(text: &'t str) -> Lines<'t> {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Lines { text, starts }
    }

    /// Line of a byte position, from 0.
    pub(crate) fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at).saturating_sub(1)
    }

    /// A diagnostic at a range of bytes; the empty range at the beginning stands for the whole file.
    pub(crate) fn diagnostic(
        &self,
        file: &str,
        span: Range<usize>,
        code: Code,
        message: String,
    ) -> Diagnostic {
        if span == (0..0) {
            return Diagnostic::whole_file(file, code, message);
        }
        let start = floor_boundary(self.text, span.start);
        let line = self.line(start);
        let from = self.starts[line];
        let upto = self.starts.get(line + 1).map_or(self.text.len(), |next| next - 1);
        let whole = self.text[from..upto].trim_end_matches('\r');
        let before = self.text[from..start].chars().count();
        let end = floor_boundary(self.text, span.end.clamp(start, upto.max(start)));
        let marked = self.text[start..end].trim_end_matches('\r').chars().count().max(1);
        let skipped = if before + marked <= SHOWN { 0 } else { before.saturating_sub(SHOWN / 4) };
        let shown: String = whole
            .chars()
            .skip(skipped)
            .take(SHOWN)
            .map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c })
            .collect();
        let caret_offset = before - skipped;
        Diagnostic {
            line: line + 1,
            column: before + 1,
            caret_length: marked.min(SHOWN.saturating_sub(caret_offset)).max(1),
            caret_offset,
            source_line: shown,
            ..Diagnostic::whole_file(file, code, message)
        }
    }
}

/// The last boundary of a character at or before a byte position.
fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_printed_form_is_a_contract() {
        let text = "format = 1\n\tné = \"x\"\n";
        let at = text.find("\"x\"").unwrap();
        let mut diagnostic =
            Lines::new(text).diagnostic("a/b.toml", at..at + 3, Code::UnknownName, "no \"x\"".to_string());
        diagnostic.expected = Some("y or z".to_string());
        diagnostic.nearest = Some("y".to_string());
        assert_eq!(
            diagnostic.to_string(),
            "a/b.toml:2:7: error[unknown-name]: no \"x\"\n    \tné = \"x\"\n    \t     ^^^\nexpected: y or z\nnearest: y"
        );
    }

    #[test]
    fn a_very_long_line_is_shown_in_part_and_the_caret_stays_under_its_word() {
        let text = format!("{}WORD{}", "a".repeat(100_000), "b".repeat(100_000));
        let d = Lines::new(&text).diagnostic("f", 100_000..100_004, Code::Syntax, String::new());
        assert_eq!((d.line, d.column, d.caret_length), (1, 100_001, 4));
        assert_eq!(d.source_line.chars().skip(d.caret_offset).take(4).collect::<String>(), "WORD");
        assert!(d.source_line.len() <= SHOWN);
    }

    #[test]
    fn positions_at_and_past_the_end_are_places_too() {
        let lines = Lines::new("ab\n");
        for at in 0..9 {
            let d = lines.diagnostic("f", at..at + 2, Code::Syntax, String::new());
            assert!(d.line >= 1 && d.line <= 2 && d.caret_length >= 1);
        }
    }

    #[test]
    fn code_words_are_distinct() {
        let words: std::collections::BTreeSet<_> = Code::ALL.iter().map(|code| code.word()).collect();
        assert_eq!(words.len(), Code::ALL.len());
        assert_eq!(words.len(), 17);
    }
}
