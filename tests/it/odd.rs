//! Contract: the generated parts of `docs/ODD.md` say what code and data say.
//!
//! Method: each part is made anew from the schedule, the headers of the source files, the catalogue of parameters and
//! the data files, and compared with what stands between its markers. With `UPDATE=1` the file is rewritten, and the
//! test fails all the same: an update is to be looked at, and must not stay switched on.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use harmattan::scenario::library;
use harmattan::scenario::parameters::{Catalogue, Entry};
use harmattan::schedule::SUBMODELS;

const DOCUMENT: &str = "docs/ODD.md";
/// Words for how well a number is known, in the order of the tables.
const STATUSES: [&str; 4] = ["documented", "literature", "calibrated", "assumed"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_generated_parts_of_the_odd_are_up_to_date() {
    let path = root().join(DOCUMENT);
    let before = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{DOCUMENT}: {error}"));
    let mut after = before.clone();
    for (name, text) in [
        ("schedule", schedule()),
        ("effects", effects()),
        ("input-data", input_data()),
        ("parameter-counts", parameter_counts()),
        ("submodels", submodels()),
    ] {
        after = with_part(&after, name, &text);
    }
    if before == after {
        return;
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &after).unwrap();
        panic!("{DOCUMENT} has been rewritten; look at the difference, then test again without UPDATE");
    }
    let differs = before.lines().zip(after.lines()).position(|(a, b)| a != b);
    let line = differs.map_or(before.lines().count().min(after.lines().count()), |at| at) + 1;
    panic!("{DOCUMENT} is stale from line {line} on; UPDATE=1 rewrites it");
}

/// The document with what stands between the markers of a part replaced.
fn with_part(document: &str, name: &str, text: &str) -> String {
    let (begin, end) = (format!("<!-- generated: {name} -->\n"), format!("<!-- end: {name} -->"));
    let from = document.find(&begin).unwrap_or_else(|| panic!("{DOCUMENT} lacks {begin}")) + begin.len();
    let upto = from + document[from..].find(&end).unwrap_or_else(|| panic!("{DOCUMENT} lacks {end}"));
    format!("{}\n{}\n\n{}", &document[..from], text.trim_end(), &document[upto..])
}

/// Section 3: what acts in a week, in order.
fn schedule() -> String {
    let mut out = String::from("| # | submodel | in one sentence | writes |\n| --- | --- | --- | --- |\n");
    for (at, name) in SUBMODELS.iter().enumerate() {
        let header = Header::of(&root().join("src/submodels").join(format!("{}.rs", snake(name))));
        let writes = header.field("Writes");
        let _ = writeln!(out, "| {} | {name} | {} | {} |", at + 1, cell(&header.summary()), cell(&writes));
    }
    out
}

/// Every effect on an attitude: level, cause, sign, how long it lasts, the parameter that is its size.
const EFFECTS: [(&str, &str, &str, &str, &str); 29] = [
    (
        "trust in the government",
        "services delivered by the state",
        "+",
        "passing",
        "perception.trust_of_services",
    ),
    ("", "dialogue", "+", "passing", "perception.trust_of_dialogue"),
    ("", "legitimacy above (below) one half", "+ (-)", "passing", "perception.trust_of_legitimacy"),
    ("", "captured officials", "-", "passing", "perception.trust_lost_to_capture"),
    ("", "leakage", "-", "passing", "perception.trust_lost_to_leakage"),
    ("", "supply cut at the border", "-", "passing", "perception.trust_lost_to_cut_supply"),
    ("", "hostile rule", "-", "passing", "perception.trust_lost_to_rule"),
    ("trust in the security forces", "protection", "+", "passing", "perception.forces_of_protection"),
    ("", "harm by the state", "-", "passing", "perception.forces_lost_to_harm"),
    ("", "violence near", "-", "passing", "perception.forces_lost_to_violence"),
    ("", "abuse of one's community", "-", "lasting", "violence.grievance_per_abuse"),
    ("grievance", "harm by the state", "+", "passing", "perception.grievance_of_harm"),
    ("", "services below what is expected", "+", "passing", "perception.grievance_of_shortfall"),
    ("", "services below what is needed", "+", "passing", "perception.grievance_of_unmet"),
    ("", "supply cut at the border", "+", "passing", "perception.grievance_of_cut_supply"),
    ("", "herders shut out from land and water", "+", "passing", "perception.grievance_of_exclusion"),
    ("", "dear food", "+", "passing", "perception.grievance_of_prices"),
    ("", "control of trades that people find legitimate", "+", "passing", "perception.grievance_of_control"),
    ("", "dialogue", "-", "passing", "perception.grievance_eased_by_dialogue"),
    ("", "elders who say what is searched for", "-", "passing", "perception.grievance_eased_by_communities"),
    ("", "abuse, by soldiers or by a strike that missed", "+", "lasting", "violence.grievance_per_abuse"),
    ("", "communal attack", "+", "lasting", "violence.grievance_per_attack"),
    (
        "fear",
        "violence near, less where people are used to it",
        "+",
        "passing",
        "perception.fear_of_violence",
    ),
    ("", "a raid or strike that missed", "+", "passing", "violence.fear_per_raid"),
    ("", "banditry", "+", "passing", "crime_and_arms.fear_of_banditry"),
    ("", "protection", "-", "passing", "perception.fear_eased_by_protection"),
    ("trust in the mission", "protection by it", "+", "passing", "perception.mission_trust_of_protection"),
    (
        "",
        "its siding with a state that is distrusted",
        "-",
        "passing",
        "perception.mission_trust_lost_to_siding",
    ),
    ("", "a strike of foreign troops that missed", "-", "passing", "violence.grievance_per_abuse"),
];

/// Section 4: what moves which attitude, and how far.
fn effects() -> String {
    let catalogue = Catalogue::compiled_in();
    let mut out = String::from(
        "| level | cause | sign | lasts | size | source |\n| --- | --- | --- | --- | ---: | --- |\n",
    );
    for (level, cause, sign, lasts, parameter) in EFFECTS {
        let entry = catalogue.entries.iter().find(|entry| entry.name == parameter);
        let entry = entry.unwrap_or_else(|| panic!("no parameter {parameter}"));
        let size = format!("{} (`{}`)", entry.value, entry.key);
        let _ = writeln!(out, "| {level} | {cause} | {sign} | {lasts} | {size} | {} |", entry.source);
    }
    out
}

/// Series that are read by `value_of`: what they are of stands after the last dash.
const SERIES_BY_WORD: [&str; 4] = ["volume", "price", "border-effort", "sanctuary"];

#[test]
fn every_dated_input_is_read() {
    let texts = library::theatre_texts("mali").expect("the theatre of the baseline");
    let (_, inputs) = texts.iter().find(|(file, _)| *file == "inputs.toml").expect("inputs.toml");
    let table: toml::Table = toml::from_str(inputs).unwrap();
    let mut sources = Vec::new();
    for folder in ["src/submodels", "src/entities"] {
        crate::sources::walk(&root().join(folder), &mut sources);
    }
    let code: String = sources.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
    let is_read = |id: &str| match SERIES_BY_WORD.iter().find(|what| id.starts_with(&format!("{what}-"))) {
        Some(what) => code.contains(&format!("value_of(\"{what}\", ")),
        None => code.contains(&format!("\"{id}\"")),
    };
    for entry in ["series", "season"].iter().flat_map(|kind| table[*kind].as_array().unwrap()) {
        let id = entry["id"].as_str().unwrap();
        assert!(is_read(id), "nothing reads {id} of inputs.toml");
    }
}

#[test]
fn the_table_of_effects_has_every_size() {
    let prefixes =
        ["trust_of_", "trust_lost_", "forces_", "grievance_", "fear_of_", "fear_eased_", "fear_per_"];
    let sizes = |entry: &&Entry| {
        let key = entry.key.trim_start_matches("mission_");
        // Caps and memories are no sizes.
        prefixes.iter().any(|prefix| key.starts_with(prefix)) && entry.unit == "1"
    };
    for entry in Catalogue::compiled_in().entries.iter().filter(sizes) {
        assert!(
            EFFECTS.iter().any(|effect| effect.4 == entry.name),
            "{} is in no row of EFFECTS",
            entry.name
        );
    }
}

/// Section 6: dated inputs one by one, the other data by file.
fn input_data() -> String {
    let files = library::theatre_texts("mali").expect("the theatre of the baseline");
    let mut out = String::from("Dated inputs (`data/mali/inputs.toml`):\n\n");
    out.push_str("| input | kind | unit | from | steps | status | source |\n| --- | --- | --- | --- | --- | --- | --- |\n");
    let mut by_file = String::from(
        "Everything else that a run begins with, by file: entries, and how many are documented or assumed (a row is \
         documented only if every figure in it is).\n\n",
    );
    by_file.push_str("| file | entries of | number | documented | literature | assumed | sources |\n");
    by_file.push_str("| --- | --- | --- | --- | --- | --- | --- |\n");
    for (file, text) in files {
        if file.ends_with(".csv") {
            let (number, counts) = csv_statuses(text);
            let _ = writeln!(by_file, "| `data/mali/{file}` | rows | {number} | {counts} | in each row |");
            continue;
        }
        let table: toml::Table = toml::from_str(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        for (kind, entries) in in_order(&table, text) {
            if *file == "inputs.toml" {
                entries.iter().for_each(|entry| input_row(&mut out, kind, entry));
            } else {
                let statuses = entries.iter().map(|entry| word(entry, "status"));
                let counts = counted(statuses);
                let sources: BTreeSet<String> = entries.iter().map(|entry| word(entry, "source")).collect();
                let sources: Vec<String> = sources.into_iter().filter(|source| !source.is_empty()).collect();
                let (number, sources) = (entries.len(), sources.join(", "));
                let _ =
                    writeln!(by_file, "| `data/mali/{file}` | {kind} | {number} | {counts} | {sources} |");
            }
        }
    }
    format!("{out}\n{by_file}")
}

/// The lists of tables of a file, in the order of the text.
fn in_order<'t>(table: &'t toml::Table, text: &str) -> Vec<(&'t str, Vec<&'t toml::Table>)> {
    let mut lists: Vec<(&str, Vec<&toml::Table>)> = table
        .iter()
        .filter_map(|(kind, value)| {
            let entries: Vec<&toml::Table> = value.as_array()?.iter().filter_map(|e| e.as_table()).collect();
            (!entries.is_empty()).then_some((kind.as_str(), entries))
        })
        .collect();
    lists.sort_by_key(|(kind, _)| text.find(&format!("[[{kind}]]")));
    lists
}

fn input_row(out: &mut String, kind: &str, entry: &toml::Table) {
    let points = entry.get("points").and_then(|points| points.as_array());
    let first = points.and_then(|points| points.first()).and_then(|point| point.as_table());
    let from = first.map_or_else(|| word(entry, "from"), |point| word(point, "from"));
    let from = if from.is_empty() { word(entry, "date") } else { from };
    let steps = points.map_or(String::new(), |points| points.len().to_string());
    let name = ["id", "name", "kind"].iter().map(|key| word(entry, key)).find(|name| !name.is_empty());
    let (unit, status, source) = (word(entry, "unit"), word(entry, "status"), word(entry, "source"));
    let name = name.unwrap_or_else(|| kind.to_string());
    let _ = writeln!(out, "| {name} | {kind} | {unit} | {from} | {steps} | {status} | {source} |");
}

fn word(entry: &toml::Table, key: &str) -> String {
    match entry.get(key) {
        Some(toml::Value::String(text)) => cell(text),
        Some(toml::Value::Datetime(date)) => date.to_string(),
        _ => String::new(),
    }
}

/// Rows of a CSV file, and its statuses counted: no status holds a comma, so the last field needs no parser.
fn csv_statuses(text: &str) -> (usize, String) {
    let rows: Vec<&str> = text.lines().skip(1).filter(|line| !line.is_empty()).collect();
    let last = |row: &&str| row.rsplit(',').next().unwrap_or_default().to_string();
    (rows.len(), counted(rows.iter().map(last)))
}

fn counted(statuses: impl Iterator<Item = String>) -> String {
    let mut counts = BTreeMap::new();
    statuses.for_each(|status| *counts.entry(status).or_insert(0) += 1);
    let count = |status: &str| counts.get(status).copied().unwrap_or(0).to_string();
    [count("documented"), count("literature"), count("assumed")].join(" | ")
}

/// How many numbers are known how well.
fn parameter_counts() -> String {
    let catalogue = Catalogue::compiled_in();
    let mut files: Vec<&str> = catalogue.entries.iter().map(|entry| entry.submodel.as_str()).collect();
    files.dedup();
    let mut out = format!(
        "| parameters of | all | {} |\n| --- | --- | --- | --- | --- | --- |\n",
        STATUSES.join(" | ")
    );
    let row = |name: &str, entries: &[&Entry]| {
        let count = |status: &&str| entries.iter().filter(|entry| entry.status.word() == *status).count();
        let counts: Vec<String> = STATUSES.iter().map(|status| count(status).to_string()).collect();
        format!("| {name} | {} | {} |\n", entries.len(), counts.join(" | "))
    };
    for file in files {
        let entries: Vec<&Entry> = catalogue.entries.iter().filter(|entry| entry.submodel == file).collect();
        out.push_str(&row(&file.replace('_', "-"), &entries));
    }
    out.push_str(&row("**all**", &catalogue.entries.iter().collect::<Vec<_>>()));
    out
}

/// Section 7: every submodel as its files describe it, with its parameters; then what several of them share.
fn submodels() -> String {
    let catalogue = Catalogue::compiled_in();
    let mut out = String::new();
    for (at, name) in SUBMODELS.iter().enumerate() {
        let stem = snake(name);
        describe(&mut out, &format!("7.{}", at + 1), &format!("src/submodels/{stem}.rs"));
        let folder = root().join("src/submodels").join(&stem);
        for part in rust_files(&folder) {
            describe_part(&mut out, &format!("src/submodels/{stem}/{part}"));
        }
        parameters(&mut out, &catalogue, &stem);
    }
    for (at, part) in rust_files(&root().join("src/mechanics")).iter().enumerate() {
        describe(&mut out, &format!("7.{}", SUBMODELS.len() + 1 + at), &format!("src/mechanics/{part}"));
        parameters(&mut out, &catalogue, part.trim_end_matches(".rs"));
    }
    let number = SUBMODELS.len() + 1 + rust_files(&root().join("src/mechanics")).len();
    let _ = writeln!(out, "### 7.{number} Initial state\n\nParameters of section 5.\n");
    parameters(&mut out, &catalogue, "initialization");
    for entry in &catalogue.entries {
        assert!(out.contains(&format!("| {} |", entry.key)), "no table tells {}", entry.name);
    }
    out
}

fn rust_files(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".rs")).collect();
    names.sort();
    names
}

fn describe(out: &mut String, number: &str, path: &str) {
    let header = Header::of(&root().join(path));
    let title = header.title.clone().unwrap_or_else(|| capitalized(stem_of(path)));
    let _ = writeln!(out, "### {number} {title}\n\n{}\n", header.body.trim());
}

fn describe_part(out: &mut String, path: &str) {
    let header = Header::of(&root().join(path));
    let title = header.title.clone().unwrap_or_else(|| capitalized(stem_of(path)));
    let _ = writeln!(out, "#### {title} (`{path}`)\n\n{}\n", header.body.trim());
}

fn parameters(out: &mut String, catalogue: &Catalogue, stem: &str) {
    let entries: Vec<&Entry> = catalogue.entries.iter().filter(|entry| entry.submodel == stem).collect();
    if entries.is_empty() {
        return;
    }
    out.push_str("| parameter | value | unit | range | status | source | meaning |\n");
    out.push_str("| --- | --- | --- | --- | --- | --- | --- |\n");
    for entry in entries {
        let [low, high] = entry.range;
        let (key, value, unit, status) = (&entry.key, entry.value, &entry.unit, entry.status.word());
        let (source, note) = (&entry.source, cell(&entry.note));
        let _ =
            writeln!(out, "| {key} | {value} | {unit} | {low} to {high} | {status} | {source} | {note} |");
    }
    out.push('\n');
}

/// The comment at the top of a source file.
struct Header {
    title: Option<String>,
    body: String,
}

impl Header {
    fn of(path: &PathBuf) -> Header {
        let text =
            std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let comment = text.lines().map_while(|line| line.strip_prefix("//!"));
        let lines: Vec<&str> = comment.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        let title = lines.first().and_then(|line| line.strip_prefix("# ")).map(str::to_string);
        let body = lines[usize::from(title.is_some())..].join("\n");
        Header { title, body }
    }

    /// The first paragraph, on one line.
    fn summary(&self) -> String {
        self.body.trim().split("\n\n").next().unwrap_or_default().replace('\n', " ")
    }

    /// What stands after a heading of the list, on one line.
    fn field(&self, name: &str) -> String {
        let Some((_, rest)) = self.body.split_once(&format!("- **{name}**: ")) else { return String::new() };
        rest.split("\n- **").next().unwrap_or_default().replace("\n  ", " ")
    }
}

fn snake(name: &str) -> String {
    name.replace('-', "_")
}

fn stem_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs")
}

fn capitalized(stem: &str) -> String {
    let words = stem.replace('_', " ");
    words[..1].to_uppercase() + &words[1..]
}

/// A text that breaks no table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
