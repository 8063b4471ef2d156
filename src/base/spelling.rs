//! The nearest valid name, for messages.

/// The candidate that a misspelt name most probably means, or none if nothing is near.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = fold(name);
    candidates
        .into_iter()
        .map(|candidate| (distance(&wanted, &fold(candidate)), candidate))
        .filter(|(d, candidate)| *d <= 1 + candidate.chars().count().max(wanted.len()) / 3)
        .min_by_key(|(d, candidate)| (*d, candidate.len()))
        .map(|(_, candidate)| candidate)
}

/// Kebab-case to snake_case; names are written in kebab-case by users and in snake_case in tables.
pub fn snake(name: &str) -> String {
    name.replace('-', "_")
}

/// A text as an id: lower-case letters and digits, other runs as one hyphen.
pub fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_string()
}

fn fold(name: &str) -> Vec<char> {
    name.chars()
        .take(80)
        .flat_map(char::to_lowercase)
        .map(|c| if c == '_' || c == ' ' { '-' } else { c })
        .collect()
}

/// Damerau-Levenshtein distance (neighbours swapped count once).
fn distance(a: &[char], b: &[char]) -> usize {
    let width = b.len() + 1;
    let mut d = vec![0; (a.len() + 1) * width];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            d[i * width + j] = if i == 0 || j == 0 {
                i + j
            } else {
                let same = usize::from(a[i - 1] != b[j - 1]);
                let mut best = (d[(i - 1) * width + j - 1] + same)
                    .min(d[(i - 1) * width + j] + 1)
                    .min(d[i * width + j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    best = best.min(d[(i - 2) * width + j - 2] + 1);
                }
                best
            };
        }
    }
    d[a.len() * width + b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_nonsense_finds_none() {
        let names = ["border-control", "strike-force", "services-budget"];
        assert_eq!(nearest("boarder-control", names), Some("border-control"));
        assert_eq!(nearest("Strike_Froce", names), Some("strike-force"));
        assert_eq!(nearest("zzzz", names), None);
        // A short name that is as unlike does not stand in the way of a long one that is like enough.
        assert_eq!(
            nearest("Tin Zaouaten", ["Tin-Essako", "Tin Zaouaten (Mali)"]),
            Some("Tin Zaouaten (Mali)")
        );
    }
}
