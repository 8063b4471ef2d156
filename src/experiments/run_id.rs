//! The identity of a run: the hash of everything that determines its results, never a counter.

use std::collections::BTreeMap;

use crate::simulation::RunOptions;

/// Raised with every "Results change" of the changelog, so that runs of before are not taken for runs of now.
pub const RESULTS_VERSION: u32 = 1;

/// Identity of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunId(pub [u8; 32]);

impl RunId {
    /// The identity of one seed of a scenario.
    pub fn of(
        model_hash: &str,
        canonical: &str,
        parameters: &BTreeMap<String, f64>,
        options: &RunOptions,
        seed: u64,
    ) -> RunId {
        let mut hasher = blake3::Hasher::new();
        // Every part is preceded by its length: no two different inputs give the same bytes.
        let mut part = |bytes: &[u8]| {
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        };
        part(&RESULTS_VERSION.to_le_bytes());
        part(model_hash.as_bytes());
        part(canonical.as_bytes());
        for (name, value) in parameters {
            part(name.as_bytes());
            part(&value.to_bits().to_le_bytes());
        }
        part(&seed.to_le_bytes());
        part(&options.scale.to_le_bytes());
        part(options.until.monday().to_string().as_bytes());
        for position in &options.without {
            part(crate::schedule::SUBMODELS[*position].as_bytes());
        }
        RunId(*hasher.finalize().as_bytes())
    }

    /// As it stands in files.
    pub fn text(&self) -> String {
        crate::export::manifest::hash_text(&blake3::Hash::from_bytes(self.0))
    }
}
