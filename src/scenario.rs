//! From text to a checked scenario.
//!
//! [`check::check`] turns the text of a file, and of its bases, into a [`Scenario`] or into every error in
//! it. Nothing here opens a file: texts are handed in, and the library is compiled in.

pub mod check;
pub mod diagnostic;
mod draft;
pub(crate) mod file;
pub(crate) mod levers;
pub mod library;
pub mod own_data;
pub mod parameters;
mod places;
#[cfg(feature = "cli")]
pub mod schema;
pub mod show;
pub(crate) mod text;
pub mod traced;
pub(crate) mod tree;

use std::collections::BTreeMap;

use crate::base::dates::Week;
use crate::entities::policy::Lever;

/// A scenario that passed every check: base and differences merged.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Name: [a-z0-9-].
    pub name: String,
    /// Title.
    pub title: String,
    /// The question it asks.
    pub question: String,
    /// Key of its source document, if any.
    pub source: Option<String>,
    /// Name of the theatre: `mali` or `testbed`.
    pub theatre: String,
    /// Parameters it changes, by `submodel.name`.
    pub parameters: BTreeMap<String, f64>,
    /// Levers, the base's first.
    pub levers: Vec<Lever>,
    /// Its own text.
    pub text: String,
    /// Texts of its bases by name.
    pub base_texts: BTreeMap<String, String>,
    /// The merged scenario in canonical form: what `show` prints, without origins.
    pub canonical: String,
}

impl Scenario {
    /// First week in which it may differ from another scenario of the same theatre with the same parameters, whatever
    /// happens before; none if it never does.
    pub fn parts_from(&self, other: &Scenario) -> Option<Week> {
        let common = |levers: &[Lever], others: &[Lever]| -> Vec<String> {
            levers.iter().filter(|lever| others.contains(lever)).map(|lever| lever.name.clone()).collect()
        };
        // Of levers that begin in the same week the later in the file wins.
        if common(&self.levers, &other.levers) != common(&other.levers, &self.levers) {
            return Some(Week(0));
        }
        let own = self.levers.iter().filter(|lever| !other.levers.contains(lever));
        let others = other.levers.iter().filter(|lever| !self.levers.contains(lever));
        own.chain(others).map(|lever| lever.start.earliest()).min()
    }
}
