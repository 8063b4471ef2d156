//! From bytes to text, and from problems to diagnostics in the order of the text.

use std::collections::BTreeSet;

use crate::scenario::diagnostic::{Code, Diagnostic, Lines};
use crate::scenario::tree::{Problem, Problems, SHOWN_PROBLEMS};

/// Largest file that is read [bytes]; scenarios and plans are pages of text.
const MOST_BYTES: usize = 1 << 20;

/// Turns problems into diagnostics in the order of the text.
pub(crate) fn describe(label: &str, mut found: Vec<Problem>, lines: &Lines) -> Vec<Diagnostic> {
    found.sort_by_key(|problem| (problem.span.start, problem.span.end));
    let further = found.len().saturating_sub(SHOWN_PROBLEMS);
    found.truncate(SHOWN_PROBLEMS + usize::from(further > 0));
    let mut diagnostics: Vec<Diagnostic> = found
        .into_iter()
        .map(|problem| Diagnostic {
            expected: problem.expected,
            nearest: problem.nearest,
            ..lines.diagnostic(label, problem.span, problem.code, problem.message)
        })
        .collect();
    if let Some(last) = diagnostics.last_mut().filter(|_| further > 1) {
        last.message = format!("{} (and {} further errors)", last.message, further - 1);
    }
    diagnostics
}

/// The text of a file, without a byte order mark; `expected` is said where there is none.
pub(crate) fn decode<'b>(label: &str, bytes: &'b [u8], expected: &str) -> Result<&'b str, Box<Diagnostic>> {
    if bytes.len() > MOST_BYTES {
        let message = format!("the file has {} bytes", bytes.len());
        let mut diagnostic = Diagnostic::whole_file(label, Code::OutOfRange, message);
        diagnostic.expected = Some(format!("at most {MOST_BYTES} bytes"));
        return Err(Box::new(diagnostic));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            if text.trim().is_empty() {
                let mut diagnostic = Diagnostic::whole_file(label, Code::MissingKey, "the file is empty");
                diagnostic.expected = Some(expected.to_string());
                return Err(Box::new(diagnostic));
            }
            Ok(text)
        }
        Err(error) => {
            let at = error.valid_up_to();
            let rest = &bytes[at..];
            let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            let upto = String::from_utf8_lossy(&bytes[..at + end]);
            let message = format!("byte {} (0x{:02x}) is not UTF-8", at + 1, bytes[at]);
            let mut diagnostic = Lines::new(&upto).diagnostic(label, at..at + 1, Code::Encoding, message);
            diagnostic.expected = Some("a text file in UTF-8".to_string());
            Err(Box::new(diagnostic))
        }
    }
}

/// What the TOML parser found wrong.
pub(crate) struct Syntax {
    pub(crate) problems: Problems,
    broken_lines: BTreeSet<usize>,
    /// True if parts of the file may have been skipped.
    skipped: bool,
}

impl Syntax {
    pub(crate) fn of(errors: &[toml::de::Error], text: &str, lines: &Lines) -> Syntax {
        let mut syntax =
            Syntax { problems: Problems::default(), broken_lines: BTreeSet::new(), skipped: false };
        let mut reported = BTreeSet::new();
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            syntax.broken_lines.insert(lines.line(span.start));
            syntax.broken_lines.insert(lines.line(span.end.min(text.len())));
            // One unclosed bracket is reported once, however many stand in each other.
            if reported.insert(span.start) {
                let code = syntax_code(error.message(), text.get(span.clone()).unwrap_or_default());
                syntax.skipped |= code == Code::Syntax;
                let (message, expected) = syntax_words(error.message());
                syntax.problems.add(span, code, message).expected = expected;
            }
        }
        syntax
    }

    /// True for problems that stay beside these: what cannot be read is not missing, and a broken line says
    /// nothing more.
    pub(crate) fn leaves(&self, problem: &Problem, lines: &Lines) -> bool {
        let missing = self.skipped && problem.code == Code::MissingKey;
        !missing && !self.broken_lines.contains(&lines.line(problem.span.start))
    }
}

/// The code of an error of the TOML parser.
fn syntax_code(message: &str, written: &str) -> Code {
    let mut start = written.bytes();
    let dated = start.by_ref().take(4).filter(u8::is_ascii_digit).count() == 4 && start.next() == Some(b'-');
    match message {
        "duplicate key" => Code::Duplicate,
        _ if dated => Code::BadDate,
        _ => Code::Syntax,
    }
}

/// The parser's message, apart from what it expected.
fn syntax_words(message: &str) -> (String, Option<String>) {
    if message.contains("recursion limit") || message.contains("cannot recurse") {
        return ("tables or lists stand too deep in each other".to_string(), None);
    }
    match message.split_once(", expected ") {
        Some((message, expected)) => (message.to_string(), Some(expected.to_string())),
        None => (message.to_string(), None),
    }
}
