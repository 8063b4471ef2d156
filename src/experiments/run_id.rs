//! The identity of a run: the hash of everything that determines its results, never a counter.

use std::collections::BTreeMap;

use crate::simulation::RunOptions;

/// Raised with every "Results change" of the changelog, so that runs of before are not taken for runs of now.
pub const RESULTS_VERSION: u32 = 6;

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
        RunIds::of(model_hash, canonical, &ParameterBytes::of(parameters).bytes).of_seed(options, seed)
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
    /// What the seeds share; `parameters` as [`ParameterBytes`] lays them out.
    pub fn of(model_hash: &str, canonical: &str, parameters: &[u8]) -> RunIds {
        let mut shared = blake3::Hasher::new();
        part(&mut shared, &RESULTS_VERSION.to_le_bytes());
        part(&mut shared, model_hash.as_bytes());
        part(&mut shared, canonical.as_bytes());
        shared.update(parameters);
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

/// All parameters as they enter identities, laid out once: where only some have other values, only these are put in.
pub struct ParameterBytes {
    bytes: Vec<u8>,
    /// Where the value of each stands.
    at: BTreeMap<String, usize>,
}

impl ParameterBytes {
    /// Lays out every parameter by name.
    pub fn of(parameters: &BTreeMap<String, f64>) -> ParameterBytes {
        let (mut bytes, mut at) = (Vec::new(), BTreeMap::new());
        for (name, value) in parameters {
            for part in [name.as_bytes(), &value.to_bits().to_le_bytes()] {
                bytes.extend((part.len() as u64).to_le_bytes());
                bytes.extend(part);
            }
            at.insert(name.clone(), bytes.len() - VALUE);
        }
        ParameterBytes { bytes, at }
    }

    /// The same with other values of those that are among them.
    pub fn with(&self, values: &BTreeMap<String, f64>) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        for (name, value) in values {
            if let Some(at) = self.at.get(name) {
                bytes[*at..*at + VALUE].copy_from_slice(&value.to_bits().to_le_bytes());
            }
        }
        bytes
    }
}

/// Bytes of a value.
const VALUE: usize = size_of::<f64>();

/// Every part is preceded by its length: no two different inputs give the same bytes.
fn part(hasher: &mut blake3::Hasher, bytes: &[u8]) {
    hasher.update(&(bytes.len() as u64).to_le_bytes());
    hasher.update(bytes);
}
