//! What things cost, as the tables of `docs/performance.md`: `cargo bench --bench performance` prints them.
//!
//! `-- NAME...` measures those sections only, `-- --quick` takes a look with small runs, `-- --write` puts the tables
//! between their marks in the page. Nothing here asserts a time: machines differ, and a test that fails on a slow
//! one teaches nothing. What is compared is measured in turns within one process, and the ratios are medians of
//! rounds, for a machine that is busy or hot slows all of it alike.

mod cost;
mod machine;
mod measure;
mod memory;
mod peers;
mod primitives;
mod runs;

use std::path::Path;
use std::process::ExitCode;

use harmattan::export::atomic;

/// How much is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Everything, with five rounds.
    Full,
    /// A look: three rounds of small runs.
    Quick,
}

impl Extent {
    /// Rounds of a comparison.
    pub fn rounds(self) -> usize {
        self.of(5, 3)
    }
    /// One of two values.
    pub fn of<T>(self, full: T, quick: T) -> T {
        if self == Extent::Full { full } else { quick }
    }
}

/// A section: its name, and what makes its text.
type Section = (&'static str, fn(Extent) -> String);

/// In the order of measurement. The machine comes first because it says how busy it was before; the scales next
/// because memory that others freed would count as theirs.
const SECTIONS: [Section; 9] = [
    ("machine", machine::section),
    ("scales", runs::scales),
    ("submodels", runs::submodels),
    ("persons", memory::section),
    ("draws", primitives::draws),
    ("choice", primitives::choice),
    ("threads", runs::threads),
    ("growth", cost::section),
    ("peers", peers::section),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    // These two ask for no measurement.
    if arguments.iter().any(|argument| argument == "--test" || argument == "--list") {
        return ExitCode::SUCCESS;
    }
    let (options, wanted): (Vec<&str>, Vec<&str>) =
        arguments.iter().map(String::as_str).partition(|argument| argument.starts_with("--"));
    let known = |name: &&str| SECTIONS.iter().any(|(section, _)| section == name);
    let wrong = options.iter().find(|option| !["--quick", "--write"].contains(option));
    if let Some(wrong) = wrong.or_else(|| wanted.iter().find(|name| !known(name))) {
        let names = SECTIONS.map(|(name, _)| name).join(" ");
        eprintln!("{wrong}: expected --quick, --write, or sections among: {names}");
        return ExitCode::from(2);
    }
    let extent = if options.contains(&"--quick") { Extent::Quick } else { Extent::Full };
    for (name, section) in SECTIONS {
        // Tables without the machine they come from are worth nothing.
        if !wanted.is_empty() && !wanted.contains(&name) && name != "machine" {
            continue;
        }
        let text = section(extent);
        println!("## {name}\n\n{text}");
        if options.contains(&"--write")
            && let Err(why) = write(name, &text)
        {
            eprintln!("{why}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// Puts the text of a section between its marks in the page.
fn write(name: &str, text: &str) -> Result<(), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/performance.md");
    let page = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let (begin, end) = (format!("<!-- measured: {name} -->\n"), "<!-- end -->");
    let missing =
        || format!("{}: there is no `{}` with a `{end}` after it", path.display(), begin.trim_end());
    let from = page.find(&begin).ok_or_else(missing)? + begin.len();
    let to = from + page[from..].find(end).ok_or_else(missing)?;
    let page = format!("{}\n{text}\n{}", &page[..from], &page[to..]);
    atomic::write(&path, page.as_bytes()).map_err(|error| error.to_string())
}
