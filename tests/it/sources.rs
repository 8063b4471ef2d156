//! The program's own source files, for tests that read them: code without comments, texts and test modules.

use std::path::{Path, PathBuf};

/// One source file.
pub struct Source {
    /// Path under `src`, with `/`.
    pub path: String,
    /// Code up to the test module; comments and the insides of texts are blank.
    pub code: String,
    /// The same with texts.
    pub code_and_texts: String,
}

impl Source {
    /// The module at the top of the tree that the file belongs to.
    pub fn top(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap_or_default()
    }
    /// Line number of a byte position.
    pub fn line(&self, at: usize) -> usize {
        1 + self.code[..at].matches('\n').count()
    }
}

/// Folder of the package.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files under `src`, by path.
pub fn all() -> Vec<Source> {
    let mut found = Vec::new();
    walk(&root().join("src"), &mut found);
    let mut sources: Vec<Source> = found
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let path = path.strip_prefix(root().join("src")).unwrap().to_str().unwrap().replace('\\', "/");
            let (code, code_and_texts) = (blank(&text, true), blank(&text, false));
            let end = tests_begin(&code);
            let cut = |text: String| text.get(..end).unwrap_or_default().to_string();
            Source { path, code: cut(code), code_and_texts: cut(code_and_texts) }
        })
        .collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(sources.len() > 50, "only {} source files", sources.len());
    sources
}

pub fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// Where the tests of a file begin.
fn tests_begin(code: &str) -> usize {
    let tests = code.match_indices("#[cfg(test)]").find(|(at, attribute)| {
        let rest = code[at + attribute.len()..].trim_start();
        rest.starts_with("mod ") || rest.starts_with("pub mod ")
    });
    tests.map_or(code.len(), |(at, _)| at)
}

/// Replaces comments, and if asked the insides of texts, by blanks; lines and byte positions stay.
fn blank(text: &str, texts_too: bool) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut hide = |from: usize, upto: usize| {
        for byte in &mut out[from..upto] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    };
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"//") {
            let upto = at + rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
            hide(at, upto);
            at = upto;
        } else if rest.starts_with(b"/*") {
            let upto = at + find(rest, b"*/").map_or(rest.len(), |n| n + 2);
            hide(at, upto);
            at = upto;
        } else if let Some(hashes) = raw_text(bytes, at) {
            let close = format!("\"{}", "#".repeat(hashes));
            let from = at + 2 + hashes;
            let upto = from + find(&bytes[from..], close.as_bytes()).unwrap_or(bytes.len() - from);
            if texts_too {
                hide(from, upto);
            }
            at = upto + close.len();
        } else if rest[0] == b'"' {
            let mut upto = at + 1;
            while upto < bytes.len() && bytes[upto] != b'"' {
                upto += if bytes[upto] == b'\\' { 2 } else { 1 };
            }
            if texts_too {
                hide(at + 1, upto.min(bytes.len()));
            }
            at = upto + 1;
        } else if rest[0] == b'\'' {
            at = match character(rest) {
                Some(length) => {
                    hide(at + 1, at + length - 1);
                    at + length
                }
                None => at + 1,
            };
        } else {
            at += 1;
        }
    }
    String::from_utf8(out).unwrap()
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// Number of `#` of a raw text that begins here, if one does.
fn raw_text(bytes: &[u8], at: usize) -> Option<usize> {
    let inside_word = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
    if bytes[at] != b'r' || (inside_word && bytes[at - 1] != b'b') {
        return None;
    }
    let hashes = bytes[at + 1..].iter().take_while(|b| **b == b'#').count();
    (bytes.get(at + 1 + hashes) == Some(&b'"')).then_some(hashes)
}

/// Length of a character literal that begins here; none for a lifetime.
fn character(rest: &[u8]) -> Option<usize> {
    if rest.get(1) == Some(&b'\\') {
        return rest[2..].iter().skip(1).position(|b| *b == b'\'').map(|n| n + 4);
    }
    let end = rest.iter().skip(2).take(4).position(|b| *b == b'\'').map(|n| n + 3)?;
    // 'a, 'b> are lifetimes: a literal holds one character.
    (std::str::from_utf8(&rest[1..end - 1]).is_ok_and(|text| text.chars().count() == 1)).then_some(end)
}

#[test]
fn comments_and_texts_are_blanked_and_positions_stay() {
    let text = "a // b\n\"c // d\" 'e' '\\'' &'f g /* h\n*/ r#\"i\"j\"# k";
    let code = blank(text, true);
    assert_eq!(code.len(), text.len());
    assert_eq!(code, "a     \n\"      \" ' ' '  ' &'f g     \n   r#\"   \"# k");
    assert!(blank(text, false).contains("\"c // d\""));
}
