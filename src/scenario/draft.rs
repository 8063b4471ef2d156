//! A scenario on its way: the statements of a file on top of those of its base.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;

use crate::entities::policy::Lever;
use crate::entities::theatre::Theatre;
use crate::scenario::Scenario;
use crate::scenario::diagnostic::Code;
use crate::scenario::file::File;
use crate::scenario::show::{self, Origins};
use crate::scenario::tree::{Problems, clip};

/// The name under which a file's own lines appear in `show`.
pub(super) const THIS_FILE: &str = "this file";

/// A scenario on its way: each part with the name of the file that states it.
pub(super) struct Draft {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) question: String,
    pub(super) source: Option<String>,
    pub(super) theatre: String,
    pub(super) theatre_origin: String,
    pub(super) parameters: BTreeMap<String, (f64, String)>,
    pub(super) levers: Vec<(Lever, String)>,
    pub(super) removed: Vec<(String, String)>,
}

impl Draft {
    /// A draft of a file's header.
    pub(super) fn new(file: &File, theatre: String, theatre_origin: String) -> Draft {
        let name = file.name.as_ref().map(|name| name.get_ref().clone()).unwrap_or_default();
        Draft {
            title: file.title.clone().filter(|title| !title.is_empty()).unwrap_or_else(|| name.clone()),
            name,
            question: file.question.clone().unwrap_or_default(),
            source: file.source.as_ref().map(|source| source.get_ref().clone()),
            theatre,
            theatre_origin,
            parameters: BTreeMap::new(),
            levers: Vec::new(),
            removed: Vec::new(),
        }
    }

    /// The origin of a part of this draft as a file on top of it calls it.
    pub(super) fn origin(&self, origin: &str) -> String {
        if origin == THIS_FILE { self.name.clone() } else { origin.to_string() }
    }

    /// Takes over what the base states.
    pub(super) fn stand_on(&mut self, base: Draft) {
        let named = |origin: &str| base.origin(origin);
        self.parameters = base
            .parameters
            .iter()
            .map(|(name, (value, from))| (name.clone(), (*value, named(from))))
            .collect();
        self.levers = base.levers.iter().map(|(lever, from)| (lever.clone(), named(from))).collect();
        self.removed = base.removed.iter().map(|(name, from)| (name.clone(), named(from))).collect();
    }

    /// Sets the parameters that a file gives.
    pub(super) fn set_parameters(&mut self, file: &File, problems: &mut Problems) {
        let mut seen = BTreeSet::new();
        for parameter in &file.parameters {
            let name = parameter.name.get_ref();
            if !seen.insert(name) {
                let message = format!("`{}` is given twice", clip(name));
                problems.add(parameter.name.span(), Code::Duplicate, message);
            }
            self.parameters.insert(name.clone(), (parameter.value, THIS_FILE.to_string()));
        }
    }

    /// Adds a lever of this file, in the place of a lever of its name if there is one.
    pub(super) fn add(&mut self, lever: Lever) {
        let own = (lever, THIS_FILE.to_string());
        match self.levers.iter_mut().find(|(known, _)| known.name == own.0.name) {
            Some(known) => *known = own,
            None => self.levers.push(own),
        }
    }

    /// Takes the levers out that `remove` names.
    pub(super) fn remove_levers(&mut self, file: &File, problems: &mut Problems) {
        let mut seen = BTreeSet::new();
        for name in &file.remove {
            let word = name.get_ref();
            if !seen.insert(word) {
                problems.add(name.span(), Code::Duplicate, format!("`{}` is removed twice", clip(word)));
            } else if let Some(at) = self.levers.iter().position(|(lever, _)| lever.name == *word) {
                self.levers.remove(at);
                self.removed.push((word.clone(), THIS_FILE.to_string()));
            } else if file.base.is_none() {
                problems
                    .add(name.span(), Code::UnknownName, "there is no base to remove anything from")
                    .expected("base = \"history\", or no `remove`");
            } else {
                let message = format!("the base has no lever `{}` to remove", clip(word));
                let known: Vec<String> = self.levers.iter().map(|(lever, _)| lever.name.clone()).collect();
                let known = known.iter().map(String::as_str);
                problems.unknown(name.span(), Code::UnknownName, message, word, known);
            }
        }
    }

    /// Notes levers of this file that act on the same thing from the same week as another.
    pub(super) fn note_conflicts(&self, file: &File, problems: &mut Problems) {
        // Levers are compared only within one kind and week: a long file has few of each.
        let mut by_start: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (at, (lever, _)) in self.levers.iter().enumerate() {
            by_start.entry((lever.kind, lever.start.earliest())).or_default().push(at);
        }
        let entry_of: BTreeMap<&str, _> = file
            .levers
            .iter()
            .filter_map(|entry| Some((entry.name.as_ref()?.get_ref().as_str(), entry)))
            .collect();
        for group in by_start.values() {
            for (n, at) in group.iter().enumerate() {
                let (lever, origin) = &self.levers[*at];
                let earlier = group[..n].iter().map(|other| &self.levers[*other]).find(|(other, from)| {
                    (origin == THIS_FILE || from == THIS_FILE)
                        && lever.start == other.start
                        && lever.same_key(other)
                        && overlap(lever, other)
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

    /// The finished scenario, with its canonical text.
    pub(super) fn finish(
        self,
        text: String,
        base_texts: BTreeMap<String, String>,
        theatre: &Theatre,
    ) -> (Scenario, Origins) {
        // Bases are known by their names; only two files of one name keep their paths.
        let mut named = BTreeMap::new();
        for (key, text) in base_texts {
            let stem = key.rsplit('/').next().unwrap_or(&key).trim_end_matches(".toml").to_string();
            let name = if named.contains_key(&stem) { key } else { stem };
            named.insert(name, text);
        }
        let held: BTreeSet<String> = self.levers.iter().map(|(lever, _)| lever.name.clone()).collect();
        let origins = Origins {
            theatre: self.theatre_origin,
            parameters: self
                .parameters
                .iter()
                .map(|(name, (_, from))| (name.clone(), from.clone()))
                .collect(),
            levers: self.levers.iter().map(|(lever, from)| (lever.name.clone(), from.clone())).collect(),
            removed: self.removed.into_iter().filter(|(name, _)| !held.contains(name)).collect(),
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
            base_texts: named,
            canonical: String::new(),
        };
        scenario.canonical = show::canonical(&scenario, theatre);
        (scenario, origins)
    }
}

fn overlap(a: &Lever, b: &Lever) -> bool {
    a.places.is_empty() || b.places.is_empty() || a.places.iter().any(|place| b.covers(*place))
}
