//! From the text of a scenario to a [`Scenario`], or to every error in it.
//!
//! Bases are merged under the file: levers of the base come first and keep their order, a lever of the same
//! name replaces the base's in its place, removed ones are left out, new ones follow.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;
use toml::de::DeTable;

use crate::entities::policy::{Lever, Start};
use crate::entities::theatre::Theatre;
use crate::scenario::diagnostic::{Code, Diagnostic, Lines};
use crate::scenario::file::{self, File};
use crate::scenario::levers::{Resolver, check_name};
use crate::scenario::parameters::{Catalogue, Units};
use crate::scenario::show::{self, Origins};
use crate::scenario::tree::{Problem, Problems, SHOWN_PROBLEMS, clip};
use crate::scenario::{Scenario, library};

/// What a scenario file is checked against.
#[derive(Clone, Debug)]
pub struct Context {
    /// Parameters.
    pub catalogue: Catalogue,
    /// Theatres that a scenario may name.
    pub theatres: Vec<Theatre>,
    /// Keys of the known sources.
    pub sources: BTreeSet<String>,
    /// The closed list of units.
    pub units: Units,
}

impl Context {
    /// Everything that is compiled into the program.
    pub fn compiled_in() -> Result<Context, String> {
        Ok(Context {
            catalogue: Catalogue::compiled_in(),
            theatres: library::theatre_names().map(library::theatre).collect::<Result<_, _>>()?,
            sources: library::source_keys(),
            units: Units::compiled_in(),
        })
    }
}

/// Looks up the text of a base: a name of the library, or a path relative to the folder of the checked file.
pub type ResolveBase<'r> = &'r dyn Fn(&str) -> Result<Vec<u8>, String>;

/// Largest file that is read [bytes]; a scenario is a page of text.
pub const MOST_BYTES: usize = 1 << 20;

/// Most bases that may stand on each other.
const DEEPEST: usize = 4;

/// The name under which a file's own lines appear in `show`.
const THIS_FILE: &str = "this file";

/// Theatre where neither file nor base says anything.
const DEFAULT_THEATRE: &str = "mali";

/// Checks a scenario file.
///
/// `name` is what diagnostics call the file; if it ends in `.toml`, the scenario must bear the file's name.
/// `resolve_base` is asked for the texts of bases. The error holds every diagnostic of the file, then those
/// of its bases.
pub fn check(
    name: &str,
    text: &[u8],
    resolve_base: ResolveBase,
    context: &Context,
) -> Result<Scenario, Vec<Diagnostic>> {
    check_with_origins(name, text, resolve_base, context).map(|(scenario, _)| scenario)
}

/// Like [`check`], and says where each part of the scenario comes from.
pub fn check_with_origins(
    name: &str,
    text: &[u8],
    resolve_base: ResolveBase,
    context: &Context,
) -> Result<(Scenario, Origins), Vec<Diagnostic>> {
    let (folder, key) = name.rfind('/').map_or(("", name), |at| name.split_at(at + 1));
    let mut checker = Checker {
        context,
        resolve_base,
        folder,
        chain: Vec::new(),
        diagnostics: Vec::new(),
        texts: BTreeMap::new(),
    };
    match checker.file(name, key, text) {
        Some(draft) if checker.diagnostics.is_empty() => {
            let Some(theatre) = context.theatres.iter().find(|t| t.name == draft.theatre) else {
                return Err(vec![Diagnostic::whole_file(name, Code::UnknownName, "there is no theatre")]);
            };
            let text = checker.texts.remove(key).unwrap_or_default();
            Ok(draft.finish(text, checker.texts, theatre))
        }
        _ => Err(checker.diagnostics),
    }
}

/// A scenario on its way: each part with the name of the file that states it.
struct Draft {
    name: String,
    title: String,
    question: String,
    source: Option<String>,
    theatre: String,
    theatre_origin: String,
    parameters: BTreeMap<String, (f64, String)>,
    levers: Vec<(Lever, String)>,
    removed: Vec<(String, String)>,
}

impl Draft {
    fn finish(
        self,
        text: String,
        base_texts: BTreeMap<String, String>,
        theatre: &Theatre,
    ) -> (Scenario, Origins) {
        let origins = Origins {
            theatre: self.theatre_origin,
            parameters: self
                .parameters
                .iter()
                .map(|(name, (_, from))| (name.clone(), from.clone()))
                .collect(),
            levers: self.levers.iter().map(|(lever, from)| (lever.name.clone(), from.clone())).collect(),
            removed: self.removed,
        };
        let mut scenario = Scenario {
            name: self.name,
            title: self.title,
            question: self.question,
            source: self.source,
            theatre: self.theatre,
            parameters: self.parameters.into_iter().map(|(name, (value, _))| (name, value)).collect(),
            levers: self.levers.into_iter().map(|(lever, _)| lever).collect(),
            text,
            base_texts,
            canonical: String::new(),
        };
        scenario.canonical = show::canonical(&scenario, theatre);
        (scenario, origins)
    }
}

struct Checker<'c> {
    context: &'c Context,
    resolve_base: ResolveBase<'c>,
    /// Folder of the checked file, as the user wrote it, with its slash.
    folder: &'c str,
    /// Keys of the files that are being read, the checked one first.
    chain: Vec<String>,
    diagnostics: Vec<Diagnostic>,
    /// Texts by key.
    texts: BTreeMap<String, String>,
}

impl Checker<'_> {
    /// Reads one file and its bases; none if anything in it is wrong.
    fn file(&mut self, label: &str, key: &str, bytes: &[u8]) -> Option<Draft> {
        let text = match decode(label, bytes) {
            Ok(text) => text,
            Err(diagnostic) => {
                self.diagnostics.insert(0, diagnostic);
                return None;
            }
        };
        self.chain.push(key.to_string());
        self.texts.insert(key.to_string(), text.to_string());
        let lines = Lines::new(text);
        let mut problems = Problems::default();
        let (root, errors) = DeTable::parse_recoverable(text);
        let mut broken_lines = BTreeSet::new();
        for error in &errors {
            let span = error.span().unwrap_or(0..0);
            broken_lines.insert(lines.line(span.start));
            broken_lines.insert(lines.line(span.end.min(text.len())));
            let written = text.get(span.clone()).unwrap_or_default();
            problems.add(span, syntax_code(error.message(), written), error.message());
        }
        let n_syntax = problems.found.len();
        let file = file::read(root.get_ref(), &mut problems);
        self.header(label, &file, &mut problems);
        let base = file.base.as_ref().map(|base| self.base(key, base, &mut problems));
        let draft = self.merge(&file, base, &lines, &mut problems);
        self.chain.pop();

        let mut found = problems.found;
        if n_syntax > 0 {
            // What cannot be read is not missing, and a broken line says nothing more.
            let syntax: Vec<Problem> = found.drain(..n_syntax).collect();
            found.retain(|p| p.code != Code::MissingKey && !broken_lines.contains(&lines.line(p.span.start)));
            found.extend(syntax);
        }
        let clean = found.is_empty();
        self.diagnostics.splice(0..0, describe(label, found, &lines));
        draft.filter(|_| clean)
    }

    fn header(&self, label: &str, file: &File, problems: &mut Problems) {
        if let Some(name) = &file.name {
            check_name("the name of a scenario", name, problems);
            let file_name = label.rsplit('/').next().unwrap_or(label);
            if let Some(stem) = file_name.strip_suffix(".toml") {
                if stem != name.get_ref() {
                    let message =
                        format!("the scenario is called `{}`, its file `{stem}`", clip(name.get_ref()));
                    problems
                        .add(name.span(), Code::NameMismatch, message)
                        .expected(format!("name = \"{stem}\", or a file {}.toml", clip(name.get_ref())));
                }
            }
        }
        if let Some(source) = &file.source {
            if !self.context.sources.contains(source.get_ref()) {
                let message = format!("there is no source `{}` in data/sources.toml", clip(source.get_ref()));
                let known = self.context.sources.iter().map(String::as_str);
                problems.unknown(source.span(), Code::UnknownName, message, source.get_ref(), known);
            }
        }
        if let Some(theatre) = &file.theatre {
            if self.theatre(theatre.get_ref()).is_none() {
                let message = format!("there is no theatre `{}`", clip(theatre.get_ref()));
                let known = self.context.theatres.iter().map(|theatre| theatre.name.as_str());
                problems.unknown(theatre.span(), Code::UnknownName, message, theatre.get_ref(), known);
            }
        }
        for parameter in &file.parameters {
            let name = parameter.name.get_ref();
            if let Err(refusal) = self.context.catalogue.check_override(name, parameter.value) {
                let about_value = refusal.code == Code::OutOfRange;
                let span = if about_value { parameter.value_span.clone() } else { parameter.name.span() };
                let problem = problems.add(span, refusal.code, refusal.message);
                problem.expected = refusal.expected;
                problem.nearest = refusal.nearest;
            }
        }
    }

    fn theatre(&self, name: &str) -> Option<&Theatre> {
        self.context.theatres.iter().find(|theatre| theatre.name == name)
    }

    /// Reads the base that a file names.
    fn base(&mut self, key: &str, base: &Spanned<String>, problems: &mut Problems) -> Option<Draft> {
        let written = base.get_ref();
        let base_key = base_key(key, written);
        if self.chain.contains(&base_key) {
            let mut way: Vec<String> = self.chain.iter().map(|key| clip(key)).collect();
            way.push(clip(&base_key));
            let message = format!("the scenario is its own base: {}", way.join(" -> "));
            problems.add(base.span(), Code::BaseCycle, message).expected("a base that does not lead back");
            return None;
        }
        if self.chain.len() > DEEPEST {
            let message = format!("more than {DEEPEST} bases stand on each other");
            problems
                .add(base.span(), Code::TooDeep, message)
                .expected(format!("a chain of at most {DEEPEST} bases"));
            return None;
        }
        match (self.resolve_base)(&base_key) {
            Ok(bytes) => {
                let label = if is_path(&base_key) && !base_key.starts_with('/') {
                    format!("{}{base_key}", self.folder)
                } else {
                    base_key.clone()
                };
                self.file(&label, &base_key, &bytes)
            }
            Err(reason) => {
                let message = format!("the base `{}` cannot be read: {reason}", clip(written));
                let names = library::names();
                let problem = problems.unknown(base.span(), Code::Unreadable, message, written, names);
                problem.expected(
                    "a scenario of the library (`harmattan list scenarios`) or a path to a .toml file",
                );
                None
            }
        }
    }

    /// Puts the file's statements on top of its base. `base` is none without base, and holds none if the
    /// base is broken: then nothing is said about names that it may have held.
    fn merge(
        &self,
        file: &File,
        base: Option<Option<Draft>>,
        lines: &Lines,
        problems: &mut Problems,
    ) -> Option<Draft> {
        let base_is_known = !matches!(base, Some(None));
        let base_name = base.as_ref().and_then(Option::as_ref).map(|base| base.name.clone());
        let base = base.flatten();
        let (theatre_name, theatre_origin) = self.theatre_of(file, base.as_ref(), problems);
        let own = self.own_levers(file, &theatre_name, lines, problems);

        let mut draft = Draft {
            name: file.name.as_ref().map(|name| name.get_ref().clone()).unwrap_or_default(),
            title: file.title.clone().unwrap_or_default(),
            question: file.question.clone().unwrap_or_default(),
            source: file.source.as_ref().map(|source| source.get_ref().clone()),
            theatre: theatre_name,
            theatre_origin,
            parameters: BTreeMap::new(),
            levers: Vec::new(),
            removed: Vec::new(),
        };
        if draft.title.is_empty() {
            draft.title.clone_from(&draft.name);
        }
        if let Some(base) = base {
            let from = base_name.unwrap_or_default();
            let origin = |origin: String| if origin == THIS_FILE { from.clone() } else { origin };
            draft.parameters =
                base.parameters.into_iter().map(|(name, (value, at))| (name, (value, origin(at)))).collect();
            draft.levers = base.levers.into_iter().map(|(lever, at)| (lever, origin(at))).collect();
            draft.removed = base.removed.into_iter().map(|(name, at)| (name, origin(at))).collect();
            draft.theatre_origin = origin(draft.theatre_origin);
        }
        let mut seen = BTreeSet::new();
        for parameter in &file.parameters {
            let name = parameter.name.get_ref();
            if !seen.insert(name) {
                let message = format!("`{}` is given twice", clip(name));
                problems.add(parameter.name.span(), Code::Duplicate, message);
            }
            draft.parameters.insert(name.clone(), (parameter.value, THIS_FILE.to_string()));
        }
        if base_is_known {
            remove(file, &mut draft, problems);
        }
        let whole = own.iter().all(Option::is_some);
        for lever in own.into_iter().flatten() {
            let own = (lever, THIS_FILE.to_string());
            match draft.levers.iter_mut().find(|(known, _)| known.name == own.0.name) {
                Some(known) => *known = own,
                None => draft.levers.push(own),
            }
        }
        conflicts(file, &draft, problems);
        (whole && base_is_known).then_some(draft)
    }

    /// Name of the theatre and where it was said.
    fn theatre_of(&self, file: &File, base: Option<&Draft>, problems: &mut Problems) -> (String, String) {
        let own = file.theatre.as_ref().filter(|theatre| self.theatre(theatre.get_ref()).is_some());
        if let (Some(own), Some(base)) = (own, base) {
            if *own.get_ref() != base.theatre {
                let message = format!(
                    "the theatre is `{}`, but the base `{}` plays in `{}`",
                    own.get_ref(),
                    base.name,
                    base.theatre
                );
                problems.add(own.span(), Code::Conflict, message).expected(format!("`{}`", base.theatre));
            }
        }
        match (own, base) {
            (Some(own), _) => (own.get_ref().clone(), THIS_FILE.to_string()),
            (None, Some(base)) => (base.theatre.clone(), base.theatre_origin.clone()),
            (None, None) => (DEFAULT_THEATRE.to_string(), THIS_FILE.to_string()),
        }
    }

    fn own_levers(
        &self,
        file: &File,
        theatre: &str,
        lines: &Lines,
        problems: &mut Problems,
    ) -> Vec<Option<Lever>> {
        let Some(theatre) = self.theatre(theatre) else {
            return vec![None; file.levers.len()];
        };
        let resolver = Resolver { theatre, units: &self.context.units };
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        let mut levers = Vec::new();
        for entry in &file.levers {
            if let Some(name) = &entry.name {
                let at = name.span().start;
                let before = *first.entry(name.get_ref()).or_insert(at);
                if before != at {
                    let message = format!("the lever `{}` stands twice", clip(name.get_ref()));
                    let line = lines.line(before) + 1;
                    problems
                        .add(name.span(), Code::Duplicate, message)
                        .expected(format!("a name not used in the file before (line {line})"));
                }
            }
            levers.push(resolver.lever(entry, problems));
        }
        levers
    }
}

/// Takes the levers out that `remove` names.
fn remove(file: &File, draft: &mut Draft, problems: &mut Problems) {
    let mut seen = BTreeSet::new();
    for name in &file.remove {
        let word = name.get_ref();
        if !seen.insert(word) {
            problems.add(name.span(), Code::Duplicate, format!("`{}` is removed twice", clip(word)));
        } else if let Some(at) = draft.levers.iter().position(|(lever, _)| lever.name == *word) {
            draft.levers.remove(at);
            draft.removed.push((word.clone(), THIS_FILE.to_string()));
        } else if file.base.is_none() {
            problems
                .add(name.span(), Code::UnknownName, "there is no base to remove anything from")
                .expected("base = \"history\", or no `remove`");
        } else {
            let message = format!("the base has no lever `{}` to remove", clip(word));
            let known: Vec<String> = draft.levers.iter().map(|(lever, _)| lever.name.clone()).collect();
            let known = known.iter().map(String::as_str);
            problems.unknown(name.span(), Code::UnknownName, message, word, known);
        }
    }
}

/// Notes levers of this file that act on the same thing from the same week as another.
fn conflicts(file: &File, draft: &Draft, problems: &mut Problems) {
    // Levers are compared only within one kind and week: a long file has few of each.
    let mut by_start: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (at, (lever, _)) in draft.levers.iter().enumerate() {
        if let Start::At(week) = lever.start {
            by_start.entry((lever.kind, week)).or_default().push(at);
        }
    }
    let entry_of: BTreeMap<&str, _> = file
        .levers
        .iter()
        .filter_map(|entry| Some((entry.name.as_ref()?.get_ref().as_str(), entry)))
        .collect();
    for group in by_start.values() {
        for (n, at) in group.iter().enumerate() {
            let (lever, origin) = &draft.levers[*at];
            let earlier = group[..n].iter().map(|other| &draft.levers[*other]).find(|(other, from)| {
                (origin == THIS_FILE || from == THIS_FILE) && lever.same_key(other) && overlap(lever, other)
            });
            let Some((other, _)) = earlier else { continue };
            let (own, foreign) = if origin == THIS_FILE { (lever, other) } else { (other, lever) };
            let Some(entry) = entry_of.get(own.name.as_str()) else { continue };
            let span = entry.from.as_ref().map_or(entry.span.clone(), Spanned::span);
            let message = format!(
                "the levers `{}` and `{}` set the same thing from the same week",
                own.name, foreign.name
            );
            problems.add(span, Code::Conflict, message).expected(
                "another date (the later start wins while it lasts), or the same name to replace it",
            );
        }
    }
}

fn overlap(a: &Lever, b: &Lever) -> bool {
    a.places.is_empty() || b.places.is_empty() || a.places.iter().any(|place| b.covers(*place))
}

/// Turns problems into diagnostics in the order of the text.
fn describe(label: &str, mut found: Vec<Problem>, lines: &Lines) -> Vec<Diagnostic> {
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

/// The text of a file, without a byte order mark.
fn decode<'b>(label: &str, bytes: &'b [u8]) -> Result<&'b str, Diagnostic> {
    if bytes.len() > MOST_BYTES {
        let message = format!("the file has {} bytes", bytes.len());
        let mut diagnostic = Diagnostic::whole_file(label, Code::OutOfRange, message);
        diagnostic.expected = Some(format!("a scenario of at most {MOST_BYTES} bytes"));
        return Err(diagnostic);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            if text.trim().is_empty() {
                let mut diagnostic = Diagnostic::whole_file(label, Code::MissingKey, "the file is empty");
                diagnostic.expected = Some("a scenario: format = 1, name = \"...\", levers".to_string());
                return Err(diagnostic);
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
            Err(diagnostic)
        }
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

/// True if a base is a path and not a name of the library.
fn is_path(base: &str) -> bool {
    base.contains('/') || base.ends_with(".toml")
}

/// The base of a file in one spelling: relative to the folder of the checked file, without `.` and `..`.
fn base_key(key: &str, base: &str) -> String {
    if !is_path(base) {
        return base.to_string();
    }
    let folder =
        if base.starts_with('/') || !is_path(key) { "" } else { key.rfind('/').map_or("", |at| &key[..=at]) };
    let joined = format!("{folder}{base}");
    let mut parts: Vec<&str> = Vec::new();
    for part in joined.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let root = if joined.starts_with('/') { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}
