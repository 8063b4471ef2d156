//! The identity of a run: the hash of everything that determines its results, never a counter.

use std::collections::BTreeMap;

use crate::simulation::RunOptions;

/// Raised with every "Results change" of the changelog, so that runs of before are not taken for runs of now.
pub const RESULTS_VERSION: u32 = 5;

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
        RunIds::of(model_hash, canonical, parameters).of_seed(options, seed)
    }

    /// As it stands in files.
    pub fn text(&self) -> String {
        crate::export::manifest::hash_text(&blake3::Hash::from_bytes(self.0))
    }
}

/// The identities of all seeds of a scenario with its parameters: what the seeds share is hashed once.
#[derive(Clone, Debug)]
pub struct RunIds {
    shared: blake3::Hasher,
}

impl RunIds {
    /// What the seeds share.
    pub fn of(model_hash: &str, canonical: &str, parameters: &BTreeMap<String, f64>) -> RunIds {
        let mut shared = blake3::Hasher::new();
        part(&mut shared, &RESULTS_VERSION.to_le_bytes());
        part(&mut shared, model_hash.as_bytes());
        part(&mut shared, canonical.as_bytes());
        for (name, value) in parameters {
            part(&mut shared, name.as_bytes());
            part(&mut shared, &value.to_bits().to_le_bytes());
        }
        RunIds { shared }
    }

    /// The identity of a seed.
    pub fn of_seed(&self, options: &RunOptions, seed: u64) -> RunId {
        let mut hasher = self.shared.clone();
        part(&mut hasher, &seed.to_le_bytes());
        part(&mut hasher, &options.scale.to_le_bytes());
        part(&mut hasher, options.until.monday().to_string().as_bytes());
        for position in &options.without {
            part(&mut hasher, crate::schedule::SUBMODELS[*position].as_bytes());
        }
        RunId(*hasher.finalize().as_bytes())
    }
}

/// Every part is preceded by its length: no two different inputs give the same bytes.
fn part(hasher: &mut blake3::Hasher, bytes: &[u8]) {
    hasher.update(&(bytes.len() as u64).to_le_bytes());
    hasher.update(bytes);
}
