//! Contract: numbers of the model stand in the catalogue of parameters, with a source, and not in the code.
//!
//! Method: numeric literals in submodels and mechanics are counted, without constants, comments and tests; 0, 1, 2,
//! one half and conversions of units are free. What is left is printed and may not grow.

use crate::sources;

/// Literals that are left. This number may only fall.
const ALLOWANCE: usize = 157;

/// Numbers that need no source: nothing, all, half, pairs, percent, thousands; weeks, months and days; bits.
const FREE: [f64; 13] = [0.0, 1.0, 2.0, 0.5, 100.0, 1000.0, 52.0, 52.18, 12.0, 7.0, 65_535.0, 65_536.0, 32.0];

/// Numeric literals of a code, with their positions.
fn literals(code: &str) -> Vec<(usize, String)> {
    let bytes = code.as_bytes();
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !word(bytes[at]) {
            at += 1;
            continue;
        }
        let start = at;
        let is_number = bytes[at].is_ascii_digit();
        while at < bytes.len() && word(bytes[at]) {
            at += 1;
            let fraction = is_number && bytes.get(at) == Some(&b'.');
            if fraction && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) && !code[start..at].contains('.')
            {
                at += 1;
            }
            let exponent =
                is_number && matches!(bytes[at - 1], b'e' | b'E') && !code[start..at].starts_with("0x");
            if exponent && matches!(bytes.get(at), Some(b'-' | b'+')) {
                at += 1;
            }
        }
        // A field of a tuple: one dot, and a name or a bracket before it.
        let of_tuple = start >= 2
            && bytes[start - 1] == b'.'
            && (word(bytes[start - 2]) || matches!(bytes[start - 2], b')' | b']'));
        if is_number && !of_tuple {
            found.push((start, code[start..at].to_string()));
        }
    }
    found
}

/// Value of a literal, without separators and type.
fn value(literal: &str) -> f64 {
    let plain: String = literal.chars().filter(|c| *c != '_').collect();
    if let Some(digits) = plain.strip_prefix("0x") {
        return u64::from_str_radix(digits, 16).map_or(f64::NAN, |n| n as f64);
    }
    let types = ["f64", "f32", "u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "isize"];
    let number = types.iter().find_map(|name| plain.strip_suffix(name)).unwrap_or(&plain);
    number.parse().unwrap_or(f64::NAN)
}

/// Blanks `const` items, up to their semicolon.
fn without_constants(code: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for line in code.split_inclusive('\n') {
        let begins = line.trim_start().trim_start_matches("pub ").trim_start_matches("pub(super) ");
        inside |= begins.starts_with("const ") && !begins.starts_with("const fn");
        if inside {
            out.extend(line.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            inside = !line.trim_end().ends_with(';');
        } else {
            out.push_str(line);
        }
    }
    out
}

#[test]
fn literals_are_told_from_tuple_fields_and_ranges() {
    let code = "a.0 + 3.25 * b[4] - x1 + (0..8) + 1e-9 + 0.3_f64 + f(y).5 + 0x9e37_u16 + z.max(6)";
    let found: Vec<String> = literals(code).into_iter().map(|(_, text)| text).collect();
    assert_eq!(found, ["3.25", "4", "0", "8", "1e-9", "0.3_f64", "0x9e37_u16", "6"]);
    assert_eq!((value("0.3_f64"), value("65_536")), (0.3, 65_536.0));
}

#[test]
fn numbers_stand_in_the_catalogue() {
    let mut left = Vec::new();
    for source in sources::all().iter().filter(|s| s.top() == "submodels" || s.top() == "mechanics") {
        for (at, literal) in literals(&without_constants(&source.code)) {
            if !FREE.contains(&value(&literal)) {
                left.push(format!("src/{}:{}: {literal}", source.path, source.line(at)));
            }
        }
    }
    println!("{} literals, {ALLOWANCE} allowed:\n{}", left.len(), left.join("\n"));
    assert!(left.len() <= ALLOWANCE, "{} literals, {ALLOWANCE} allowed; the output names them", left.len());
}
