//! Everything that reads files which somebody else may have written, each reader as a function of bytes. The tests and the
//! fuzz targets in `fuzz/` call the same functions: whatever the bytes are, none may panic, hang, or hold much more than
//! it was given.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::{Mutex, OnceLock, PoisonError};

use harmattan::experiments::journal::{StoredRun, whole_records};
use harmattan::experiments::plan::{self, Resolve};
use harmattan::experiments::posterior::Sample;
use harmattan::experiments::sampling::Points;
use harmattan::experiments::sweep::manifest::SweepManifest;
use harmattan::experiments::validation::observed::{ged, refugees};
use harmattan::export::manifest::{Manifest, seeds_text};
use harmattan::scenario::check::{Context, check};
use harmattan::scenario::diagnostic::{Code, Diagnostic};
use harmattan::scenario::parameters::{Catalogue, Units};
use harmattan::scenario::{Scenario, library};

/// The readers by name; each says whether it accepted what it read.
pub const READERS: [(&str, Reader); 6] = [
    ("scenario", scenario),
    ("plan", plan),
    ("parameters", parameters),
    ("ged", observed),
    ("manifest", manifest),
    ("journal", journal),
];

/// A reader.
pub type Reader = fn(&[u8]) -> bool;

fn context() -> &'static Context {
    static CONTEXT: OnceLock<Context> = OnceLock::new();
    CONTEXT.get_or_init(|| Context::compiled_in().expect("the compiled-in data are sound"))
}

/// Every refusal has a place, a code and words, and is short; false, for nothing was accepted.
fn refused(found: &[Diagnostic]) -> bool {
    assert!(!found.is_empty(), "refused without a reason");
    let mut length = 0;
    for diagnostic in found {
        assert!(diagnostic.line >= 1 && diagnostic.column >= 1, "{diagnostic}");
        let text = diagnostic.to_string();
        assert!(text.contains(": error["), "{text}");
        length += text.len();
    }
    assert!(length < 200_000, "{length} bytes of messages");
    false
}

/// A scenario file; one that is accepted is the same when its canonical text is read again.
pub fn scenario(bytes: &[u8]) -> bool {
    match check("fuzzed", bytes, &library::base, context()) {
        Err(found) => refused(&found),
        Ok(scenario) => {
            let again = check("again", scenario.canonical.as_bytes(), &library::base, context());
            let again = again.unwrap_or_else(|found| panic!("{}\n{}", scenario.canonical, found[0]));
            assert_eq!(again.canonical, scenario.canonical);
            true
        }
    }
}

/// A scenario of the library, checked once.
fn known(name: &str) -> Result<Scenario, Vec<Diagnostic>> {
    static KNOWN: Mutex<BTreeMap<String, Scenario>> = Mutex::new(BTreeMap::new());
    let Some(text) = library::text(name) else {
        return Err(vec![Diagnostic::whole_file(name, Code::UnknownName, "there is no such scenario")]);
    };
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if !known.contains_key(name) {
        known.insert(name.to_string(), check(name, text.as_bytes(), &library::base, context())?);
    }
    Ok(known[name].clone())
}

/// Points that a plan of the tests may have before they are drawn.
const DRAWN: usize = 2_000;

/// A plan, and after a zero byte the file of points that it may name.
pub fn plan(bytes: &[u8]) -> bool {
    let zero = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let (text, points) = (&bytes[..zero], bytes.get(zero + 1..).unwrap_or_default());
    plan::is_plan(text);
    let file = |_: &str| Ok(points.to_vec());
    match plan::check("fuzzed", text, Resolve { scenario: &known, file: &file }, context()) {
        Err(found) => refused(&found),
        Ok(plan) => {
            plan.n_runs();
            if let Some(points) = plan.n_points().filter(|points| points * plan.factors.len() <= DRAWN)
                && let Ok(drawn) = Points::of(&plan)
            {
                for at in 0..points {
                    assert_eq!(drawn.values(at).len(), plan.factors.len());
                }
            }
            true
        }
    }
}

/// Parameters: values by draw, and a file of the catalogue.
pub fn parameters(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let sample = match Sample::read("fuzzed", text, &context().catalogue) {
        Err(found) => refused(&[*found]),
        Ok(sample) => {
            for seed in [0, 1, u64::from(u32::MAX)] {
                context().catalogue.resolve(&sample.of_seed(seed)).expect("what was read can be used");
            }
            true
        }
    };
    let catalogue = Catalogue::parse(&[("fuzzed", text)]);
    if let Ok(catalogue) = &catalogue {
        catalogue.problems(&context().units, &context().sources);
    }
    let _ = Units::parse(text);
    sample || catalogue.is_ok()
}

/// Observed events and counts of refugees.
pub fn observed(bytes: &[u8]) -> bool {
    let theatre = &context().theatres[0];
    let events = match ged::read("fuzzed", bytes, theatre) {
        Err(found) => refused(&found),
        Ok(observed) => !observed.events.is_empty() && observed.years.0 <= observed.years.1,
    };
    let counts = match refugees::read("fuzzed", bytes, theatre) {
        Err(found) => refused(&found),
        Ok(counts) => {
            assert!(counts.iter().all(|count| count.refugees.is_finite()));
            true
        }
    };
    events || counts
}

/// Manifests of runs and of sweeps; what is accepted can be used and reads back from its own text.
pub fn manifest(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let run = Manifest::parse(text);
    if let Ok(manifest) = &run {
        manifest.options.run_options().expect("options that were accepted can be used");
        seeds_text(&manifest.options.seeds);
        assert_eq!(manifest.first_difference(manifest), None);
        assert_eq!(Manifest::parse(&manifest.text()).as_ref(), Ok(manifest));
    }
    let sweep = SweepManifest::parse(text);
    if let Ok(Some(manifest)) = &sweep {
        seeds_text(&manifest.options.seeds);
        let total = manifest.runs.total;
        assert!(manifest.shard.is_none_or(|shard| shard.range(total).len() <= total));
        assert_eq!(manifest.first_difference(manifest), None);
        assert_eq!(SweepManifest::parse(&manifest.text()).as_ref(), Ok(&Some(manifest.clone())));
    }
    run.is_ok() || sweep.is_ok_and(|sweep| sweep.is_some())
}

/// A journal without its head, and the payload of a record.
pub fn journal(bytes: &[u8]) -> bool {
    let length = bytes.len() as u64;
    let (records, end) = whole_records(Cursor::new(bytes), 0, length).expect("memory can be read");
    assert!(end <= length);
    for position in records.values() {
        let payload = position.payload_at..position.payload_at + position.length;
        assert!(payload.end <= end);
        StoredRun::read(&bytes[payload.start as usize..payload.end as usize]);
    }
    let run = StoredRun::read(bytes);
    if let Some(run) = &run {
        assert!(StoredRun::read(&run.payload()).is_some_and(|again| again.seed == run.seed));
    }
    run.is_some() || !records.is_empty()
}
