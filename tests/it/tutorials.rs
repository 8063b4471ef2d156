//! Contract: what the tutorials tell a reader to type works as it stands. Blocks marked `sh` are run line by line in one
//! empty folder; blocks marked `toml file=NAME` or `csv file=NAME` are written to that file first.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// Blocks of a text: what stands after the fence, and the lines within.
fn blocks(text: &str) -> Vec<(String, Vec<String>)> {
    let mut blocks: Vec<(String, Vec<String>)> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        match line.strip_prefix("```") {
            Some(_) if open => open = false,
            Some(mark) => {
                open = true;
                blocks.push((mark.trim().to_string(), Vec::new()));
            }
            None if open => blocks.last_mut().unwrap().1.push(line.to_string()),
            None => {}
        }
    }
    assert!(!open, "a block does not end");
    blocks
}

fn follow(tutorial: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(tutorial);
    let text = fs::read_to_string(&path).unwrap();
    let folder = TempDir::new().unwrap();
    let mut commands = 0;
    for (mark, lines) in blocks(&text) {
        if let Some((_, name)) = mark.split_once(" file=") {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, lines.join("\n") + "\n").unwrap();
            continue;
        }
        if mark != "sh" {
            continue;
        }
        for line in lines {
            let words: Vec<&str> = line.split_whitespace().collect();
            let (program, arguments) =
                words.split_first().unwrap_or_else(|| panic!("{tutorial}: empty line"));
            let program = match *program {
                "harmattan" => env!("CARGO_BIN_EXE_harmattan"),
                // What every Unix has.
                known @ ("sh" | "cmp") => known,
                other => panic!("{tutorial}: a reader may not have `{other}`"),
            };
            let output = Command::new(program).args(arguments).current_dir(folder.path()).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{tutorial}: {line}\n{}\n{said}", output.status);
            commands += 1;
        }
    }
    assert!(commands >= 5, "{tutorial}: only {commands} commands");
}

#[test]
fn an_hour_for_students_works_as_it_stands() {
    follow("tutorials/students.md");
}

#[test]
fn the_page_on_data_of_ones_own_works_as_it_stands() {
    follow("own-data.md");
}

#[test]
fn the_way_of_researchers_works_as_it_stands() {
    follow("tutorials/researchers.md");
}
