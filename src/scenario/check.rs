//! From the text of a scenario to a [`Scenario`], or to every error in it.
//!
//! Bases are merged under the file: levers of the base come first and keep their order, a lever of the same
//! name replaces the base's in its place, removed ones are left out, new ones follow.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;
use toml::de::DeTable;

use crate::entities::policy::Lever;
use crate::entities::theatre::Theatre;
use crate::scenario::diagnostic::{Code, Diagnostic, Lines};
use crate::scenario::draft::{Draft, THIS_FILE};
use crate::scenario::file::{self, File};
use crate::scenario::levers::{Resolver, check_name};
use crate::scenario::parameters::{Catalogue, Units};
use crate::scenario::show::Origins;
use crate::scenario::text::{Syntax, decode, describe};
use crate::scenario::tree::{Problems, clip};
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

    /// A theatre by its name.
    pub fn theatre(&self, name: &str) -> Option<&Theatre> {
        self.theatres.iter().find(|theatre| theatre.name == name)
    }
}

/// Looks up the text of a base: a name of the library, or a path relative to the folder of the checked file.
pub type ResolveBase<'r> = &'r dyn Fn(&str) -> Result<Vec<u8>, String>;

/// Most bases that may stand on each other.
const DEEPEST: usize = 4;

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
            let Some(theatre) = context.theatre(&draft.theatre) else {
                return Err(vec![Diagnostic::whole_file(name, Code::UnknownName, "there is no theatre")]);
            };
            let text = checker.texts.remove(key).unwrap_or_default();
            Ok(draft.finish(text, checker.texts, theatre))
        }
        _ => Err(checker.diagnostics),
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
        let text = match decode(label, bytes, "a scenario: format = 1, name = \"...\", levers") {
            Ok(text) => text,
            Err(diagnostic) => {
                self.diagnostics.insert(0, *diagnostic);
                return None;
            }
        };
        self.chain.push(key.to_string());
        self.texts.insert(key.to_string(), text.to_string());
        let lines = Lines::new(text);
        let (root, errors) = DeTable::parse_recoverable(text);
        let syntax = Syntax::of(&errors, text, &lines);
        let mut problems = Problems::default();
        let file = file::read(root.get_ref(), &mut problems);
        self.header(label, &file, &mut problems);
        let base = file.base.as_ref().map(|base| self.base(key, base, &mut problems));
        let draft = self.merge(&file, base, &lines, &mut problems);
        self.chain.pop();

        let mut found = problems.found;
        found.retain(|problem| syntax.leaves(problem, &lines));
        found.extend(syntax.problems.found);
        let clean = found.is_empty();
        self.diagnostics.splice(0..0, describe(label, found, &lines));
        draft.filter(|_| clean)
    }

    fn header(&self, label: &str, file: &File, problems: &mut Problems) {
        if let Some(name) = &file.name {
            let file_name = label.rsplit('/').next().unwrap_or(label);
            let stem = file_name.strip_suffix(".toml");
            if !check_name("the name of a scenario", name, problems) {
                // A name that cannot be is not compared.
            } else if let Some(stem) = stem.filter(|stem| stem != name.get_ref()) {
                let message = format!("the scenario is called `{}`, its file `{stem}`", name.get_ref());
                problems
                    .add(name.span(), Code::NameMismatch, message)
                    .expected(format!("name = \"{stem}\", or a file {}.toml", name.get_ref()));
            }
        }
        if let Some(source) = &file.source
            && !self.context.sources.contains(source.get_ref())
        {
            let message = format!("there is no source `{}` in data/sources.toml", clip(source.get_ref()));
            let known = self.context.sources.iter().map(String::as_str);
            problems.unknown(source.span(), Code::UnknownName, message, source.get_ref(), known);
        }
        if let Some(theatre) = &file.theatre
            && self.context.theatre(theatre.get_ref()).is_none()
        {
            let message = format!("there is no theatre `{}`", clip(theatre.get_ref()));
            let known = self.context.theatres.iter().map(|theatre| theatre.name.as_str());
            problems.unknown(theatre.span(), Code::UnknownName, message, theatre.get_ref(), known);
        }
        for parameter in &file.parameters {
            let name = parameter.name.get_ref();
            if problems.full() {
                break;
            }
            if let Err(refusal) = self.context.catalogue.check_override(name, parameter.value) {
                let about_value = refusal.code == Code::OutOfRange;
                let span = if about_value { parameter.value_span.clone() } else { parameter.name.span() };
                let problem = problems.add(span, refusal.code, refusal.message);
                problem.expected = refusal.expected;
                problem.nearest = refusal.nearest;
            }
        }
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
        let base = base.flatten();
        let (theatre, theatre_origin) = self.theatre_of(file, base.as_ref(), problems);
        let own = self.own_levers(file, &theatre, lines, problems);
        let whole = own.iter().all(Option::is_some);

        let mut draft = Draft::new(file, theatre, theatre_origin);
        if let Some(base) = base {
            draft.stand_on(base);
        }
        draft.set_parameters(file, problems);
        if base_is_known {
            draft.remove_levers(file, problems);
        }
        own.into_iter().flatten().for_each(|lever| draft.add(lever));
        draft.note_conflicts(file, problems);
        (whole && base_is_known).then_some(draft)
    }

    /// Name of the theatre and where it was said.
    fn theatre_of(&self, file: &File, base: Option<&Draft>, problems: &mut Problems) -> (String, String) {
        let own = file.theatre.as_ref().filter(|theatre| self.context.theatre(theatre.get_ref()).is_some());
        if let (Some(own), Some(base)) = (own, base)
            && *own.get_ref() != base.theatre
        {
            let message = format!(
                "the theatre is `{}`, but the base `{}` plays in `{}`",
                own.get_ref(),
                base.name,
                base.theatre
            );
            problems.add(own.span(), Code::Conflict, message).expected(format!("`{}`", base.theatre));
        }
        match (own, base) {
            (Some(own), _) => (own.get_ref().clone(), THIS_FILE.to_string()),
            (None, Some(base)) => (base.theatre.clone(), base.origin(&base.theatre_origin)),
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
        let Some(theatre) = self.context.theatre(theatre) else {
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
