//! Contract: the text of tables and manifest, the same hash whatever the file format, atomic files.

use harmattan::export::manifest::{ChangedParameter, Manifest};
use harmattan::export::{Format, atomic, csv};
use harmattan::tables::layouts::{LEDGER_TABLE, SUMMARY_TABLE};
use harmattan::tables::{Cell, Table};

use crate::dice::Dice;
use crate::runs::{complete, files, study};

#[test]
fn rows_are_written_as_the_contract_says() {
    let mut table = Table::new(&LEDGER_TABLE);
    let money = |cents| Cell::Money(harmattan::base::quantities::Money(cents));
    let word = Cell::Text;
    table.push(&[Cell::Integer(-1), word("2012-01-01"), word("a,b"), word("\"x\""), word(""), money(-5)]);
    table.push(&[Cell::Integer(12), word("2012-01-01"), word("a\nb"), word("Segou"), word("y"), money(100)]);
    let text = String::from_utf8(csv::rows(&table)).unwrap();
    assert_eq!(text, "-1,2012-01-01,\"a,b\",\"\"\"x\"\"\",,-0.05\n12,2012-01-01,\"a\nb\",Segou,y,1.00\n");
    assert_eq!(csv::header(&LEDGER_TABLE), "seed,date,payer,payee,purpose,amount_eur\n");
}

#[test]
fn numbers_read_back_to_the_same_bits() {
    let mut table = Table::new(&SUMMARY_TABLE);
    let x = [0.1 + 0.2, 1e22, -1e-12, -0.0, f64::NAN, f64::NEG_INFINITY].map(Cell::Number);
    let row: Vec<Cell> = [Cell::Text("d"), Cell::Text("r"), Cell::Text("i")].into_iter().chain(x).collect();
    table.push(&row);
    let text = String::from_utf8(csv::rows(&table)).unwrap();
    assert_eq!(text, "d,r,i,0.30000000000000004,10000000000000000000000,-0.000000000001,0,,\n");
}

#[test]
fn hashes_are_those_of_the_csv_rows_and_the_same_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let seeds = [1, 2, 3, 7];
    let csv = complete(study(&folder.path().join("csv"), &seeds, Format::Csv), 1).manifest;
    let both = complete(study(&folder.path().join("both"), &seeds, Format::Both), 2).manifest;
    let parquet = complete(study(&folder.path().join("parquet"), &seeds, Format::Parquet), 2).manifest;
    assert_eq!(csv.tables, both.tables);
    assert_eq!(csv.tables, parquet.tables);
    for (name, record) in &csv.tables {
        let text = std::fs::read(folder.path().join("csv/history").join(name)).unwrap();
        let rows = &text[text.iter().position(|byte| *byte == b'\n').unwrap() + 1..];
        assert_eq!(record.hash, format!("blake3:{}", blake3::hash(rows).to_hex()), "{name}");
        assert_eq!(
            record.rows,
            ::csv::Reader::from_reader(&text[..]).byte_records().count() as u64,
            "{name}"
        );
        assert_eq!(text, std::fs::read(folder.path().join("both/history").join(name)).unwrap());
    }
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_files_hold_the_cells_of_the_csv_files() {
    let folder = tempfile::tempdir().unwrap();
    complete(study(folder.path(), &[1, 2, 3, 7], Format::Both), 2);
    for spec in harmattan::tables::layouts::RUN_TABLES.into_iter().chain([&SUMMARY_TABLE]) {
        let path = folder.path().join("history").join(spec.name);
        let mut text = csv::header(spec);
        harmattan::export::parquet::read_lines(&path.with_extension("parquet"), spec, &mut |fields| {
            text += &(fields.join(",") + "\n");
        })
        .unwrap();
        assert_eq!(text, std::fs::read_to_string(path.with_extension("csv")).unwrap(), "{}", spec.name);
    }
}

#[test]
fn the_manifest_is_sorted_reads_back_and_knows_its_inputs() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = complete(study(folder.path(), &[1, 2], Format::Csv), 1).manifest;
    let text = std::fs::read_to_string(folder.path().join("history/manifest.json")).unwrap();
    assert_eq!(text, manifest.text());
    assert_eq!(Manifest::read(&folder.path().join("history")).unwrap(), Some(manifest.clone()));
    let keys: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("  \""))
        .map(|line| line.trim_start_matches("  \"").split('"').next().unwrap())
        .collect();
    assert!(keys.is_sorted() && keys.contains(&"model_hash"), "{keys:?}");
    assert_eq!(manifest.levers_never_started.get("serval"), Some(&1));

    let mut other = manifest.clone();
    other.options.scale = 100;
    let difference = manifest.first_difference(&other).unwrap();
    assert_eq!((difference.what.as_str(), difference.before.as_str()), ("options.scale", "50"));
    other = manifest.clone();
    other.runs.clear();
    other.version = "9".to_string();
    assert_eq!(manifest.first_difference(&other), None);
}

#[test]
fn parameters_in_a_manifest_read_back_to_the_same_bits() {
    let folder = tempfile::tempdir().unwrap();
    let mut manifest = complete(study(folder.path(), &[1], Format::Csv), 1).manifest;
    let mut dice = Dice(1);
    for number in 0..2_000 {
        let digits = ((dice.below(1 << 30) as u64) << 30) | dice.below(1 << 30) as u64;
        let value = digits as f64 * dice.one_of(&[1e-24, 1e-19, 1e-18, 1e-15, 1e4]);
        let (unit, by) = ("1".to_string(), "command-line".to_string());
        let changed = ChangedParameter { value, default: -value, unit, by };
        manifest.parameters_changed.insert(format!("p{number}"), changed);
    }
    let again = Manifest::parse(&manifest.text()).unwrap();
    assert!(again == manifest, "the same command would find other parameters than its own");
}

#[test]
fn the_codebook_names_every_column_of_every_table() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = complete(study(folder.path(), &[1], Format::Csv), 1).manifest;
    let codebook = std::fs::read_to_string(folder.path().join("history/codebook.csv")).unwrap();
    for (file, record) in manifest.tables.iter().filter(|(file, _)| *file != "codebook.csv") {
        let table = file.trim_end_matches(".csv");
        for column in &record.columns {
            assert!(codebook.contains(&format!("\n{table},{column},")), "{table}.{column}");
        }
    }
}

#[test]
fn an_atomic_file_is_whole_or_absent() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    {
        let mut file = atomic::AtomicFile::create(&path).unwrap();
        file.write_all(b"half").unwrap();
    }
    assert!(files(folder.path()).is_empty());
    atomic::write(&path, b"whole").unwrap();
    atomic::write(&path, b"again").unwrap();
    assert_eq!(files(folder.path()).into_iter().collect::<Vec<_>>(), [("x.csv".into(), b"again".to_vec())]);
    assert!(atomic::write(&folder.path().join("no/x.csv"), b"").is_err());
}
