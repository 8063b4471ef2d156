//! What a page says of its assumptions: the sample that its runs took their parameters from, what the calibration could not
//! settle, and how much of the catalogue is estimated.

use crate::experiments::calibration::asked;
use crate::export::manifest::SampleRecord;
use crate::report::page::Page;
use crate::report::tables::short;
use crate::scenario::parameters::{Catalogue, Status};

/// The sample that runs took their parameters from, as a manifest tells it.
#[derive(Clone, Debug)]
pub struct UsedSample {
    short_hash: String,
    /// None where the manifest holds the hash alone.
    record: Option<SampleRecord>,
}

impl UsedSample {
    /// From the hash and the record of a manifest; none without a hash.
    pub fn of(hash: Option<&str>, record: Option<SampleRecord>) -> Option<UsedSample> {
        Some(UsedSample { short_hash: short(hash?), record })
    }

    /// Name, hash and draws.
    pub fn words(&self) -> String {
        let hash = &self.short_hash;
        match &self.record {
            None => format!("the sample {hash}"),
            Some(SampleRecord { name, draws, .. }) => {
                let name = if name.is_empty() { String::new() } else { format!("{name} ") };
                format!("the sample {name}({hash}, {draws} draw{})", if *draws == 1 { "" } else { "s" })
            }
        }
    }

    /// The end of a byline.
    pub fn byline(sample: Option<&UsedSample>) -> String {
        sample.map_or(String::new(), |sample| format!(", parameters from {}", sample.words()))
    }

    /// Says which parameters each run took from it.
    pub fn tell(&self, page: &mut Page) {
        let words = self.words();
        let Some(SampleRecord { draws, parameters, .. }) = &self.record else {
            page.paragraph(&format!(
                "Each run takes parameters from {words}, which stands in posterior.csv."
            ));
            return;
        };
        let n = parameters.len();
        page.paragraph(&format!(
            "Each run takes its values of {n} parameter{} from {words}: seed s takes draw 1 + (s - 1) mod {draws}. What a \
             scenario or the command line sets wins.",
            if n == 1 { "" } else { "s" },
        ));
        page.folded_text("The parameters of the sample", &parameters.join("\n"));
    }
}

/// The parameters that the calibration was asked for and that the data did not settle, by name.
pub fn unsettled(page: &mut Page) {
    let asked = asked::all();
    let open: Vec<String> = asked
        .iter()
        .filter(|one| !one.is_settled())
        .map(|one| {
            let why = if one.told { "told, but hardly narrowed" } else { "not told" };
            format!("`{}`: {why}", one.parameter)
        })
        .collect();
    page.paragraph(&format!(
        "The calibration of the defaults was asked for {} parameters, and the data did not settle {} of them; what hangs on \
         these stays uncertain:",
        asked.len(),
        open.len()
    ));
    page.list(&open);
}

/// How many of the catalogue's numbers are estimates.
pub fn estimates() -> String {
    let catalogue = Catalogue::compiled_in();
    let n = catalogue.entries.len();
    let of = |status: Status| catalogue.entries.iter().filter(|entry| entry.status == status).count();
    let (assumed, calibrated) = (of(Status::Assumed), of(Status::Calibrated));
    format!(
        "{assumed} of the {n} parameters are estimates of the authors and {calibrated} are calibrated: an effect that hangs on \
         one of them is a hypothesis."
    )
}

/// Where every number is explained.
pub fn pointer(page: &mut Page) {
    page.paragraph("`harmattan params` lists every number with its unit, range, status and source.");
}
