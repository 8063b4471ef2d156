//! The descent of the armed groups of one run: births, splits, mergers, ends and sizes, from `groups.csv` and
//! `timeline.csv`.

use std::collections::BTreeMap;
use std::path::Path;

use crate::base::dates::Date;
use crate::entities::vocabulary::GroupKind;
use crate::report::FigureError;
use crate::report::rows::Rows;
use crate::report::tables::Manifest;

/// One group from its birth to its end.
#[derive(Clone, Debug)]
pub struct Branch {
    /// Id.
    pub name: String,
    /// Kind.
    pub kind: GroupKind,
    /// Monday of the week in which it took its name.
    pub born: Date,
    /// Group it came from.
    pub parent: Option<String>,
    /// Monday of the week in which it ended.
    pub ended: Option<Date>,
    /// Group that took it in.
    pub merged_into: Option<String>,
    /// Fighters at the end of each period, in order.
    pub fighters: Vec<(Date, f64)>,
}

impl Branch {
    /// Most fighters at the end of a period.
    pub fn most(&self) -> f64 {
        self.fighters.iter().fold(0.0, |most, (_, n)| most.max(*n))
    }
}

/// Reads the groups of a run: children follow their parents, siblings in the order of birth.
///
/// # Errors
///
/// Missing, foreign or damaged tables, and a run without groups.
pub fn read(dir: &Path, manifest: &Manifest, seed: u64) -> Result<Vec<Branch>, FigureError> {
    let columns = ["seed", "date", "group", "kind", "fighters", "born", "parent", "ended"];
    let mut rows = Rows::open(dir, "groups", &columns, manifest)?;
    let mut branches: Vec<Branch> = Vec::new();
    let mut positions: BTreeMap<String, usize> = BTreeMap::new();
    while rows.advance()? {
        if rows.seed(0, manifest)? != seed {
            continue;
        }
        let name = rows.text(2)?;
        let at = match positions.get(name) {
            Some(at) => *at,
            None => {
                let word = rows.text(3)?;
                let kind = GroupKind::of(word)
                    .ok_or_else(|| rows.malformed(format!("kind: `{word}` is no kind of group")))?;
                let parent = Some(rows.text(6)?.to_string()).filter(|parent| !parent.is_empty());
                positions.insert(name.to_string(), branches.len());
                branches.push(Branch {
                    name: name.to_string(),
                    kind,
                    born: rows.date(5)?,
                    parent,
                    ended: None,
                    merged_into: None,
                    fighters: Vec::new(),
                });
                branches.len() - 1
            }
        };
        if !rows.text(7)?.is_empty() {
            branches[at].ended = Some(rows.date(7)?);
        }
        branches[at].fighters.push((rows.date(1)?, rows.number(4)?));
    }
    if branches.is_empty() {
        let what = format!("no groups in the run of seed {seed}");
        return Err(FigureError::NoRows { file: rows.file().to_path_buf(), what });
    }
    read_mergers(dir, manifest, seed, &positions, &mut branches)?;
    Ok(in_order_of_descent(branches))
}

/// Who merged into whom stands in the timeline only; without it, ends are seen and mergers are not.
fn read_mergers(
    dir: &Path,
    manifest: &Manifest,
    seed: u64,
    positions: &BTreeMap<String, usize>,
    branches: &mut [Branch],
) -> Result<(), FigureError> {
    let mut rows = match Rows::open(dir, "timeline", &["seed", "date", "kind", "actor", "text"], manifest) {
        Err(FigureError::Missing { .. } | FigureError::OnlyParquet { .. }) => return Ok(()),
        other => other?,
    };
    while rows.advance()? {
        if rows.seed(0, manifest)? != seed || rows.text(2)? != "group-merged" {
            continue;
        }
        let (actor, text) = (rows.text(3)?, rows.text(4)?);
        let Some(at) = positions.get(actor) else { continue };
        let into = text.rsplit_once(" merges into ").map(|(_, into)| into.trim());
        if let Some(into) = into.filter(|into| positions.contains_key(*into)) {
            branches[*at].merged_into = Some(into.to_string());
            let ended = branches[*at].ended.unwrap_or(rows.date(1)?);
            branches[*at].ended = Some(ended);
        }
    }
    Ok(())
}

fn in_order_of_descent(mut branches: Vec<Branch>) -> Vec<Branch> {
    branches.sort_by(|a, b| a.born.cmp(&b.born).then_with(|| a.kind.cmp(&b.kind)).then(a.name.cmp(&b.name)));
    let known: Vec<String> = branches.iter().map(|branch| branch.name.clone()).collect();
    let is_root =
        |branch: &Branch| !branch.parent.as_ref().is_some_and(|p| *p != branch.name && known.contains(p));
    let mut sorted = Vec::new();
    let roots: Vec<Branch> = branches.iter().filter(|branch| is_root(branch)).cloned().collect();
    for root in roots {
        add_with_children(root, &branches, &mut sorted);
    }
    // A circle of parents would lose its members: they follow as they are.
    let missing: Vec<Branch> =
        branches.into_iter().filter(|b| !sorted.iter().any(|s: &Branch| s.name == b.name)).collect();
    sorted.extend(missing);
    sorted
}

fn add_with_children(branch: Branch, all: &[Branch], sorted: &mut Vec<Branch>) {
    if sorted.iter().any(|known| known.name == branch.name) {
        return;
    }
    let name = branch.name.clone();
    sorted.push(branch);
    for child in all.iter().filter(|child| child.parent.as_ref() == Some(&name)) {
        add_with_children(child.clone(), all, sorted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn branch(name: &str, parent: Option<&str>, year: i32) -> Branch {
        Branch {
            name: name.to_string(),
            kind: GroupKind::Jihadist,
            born: Date { year, month: 1, day: 1 },
            parent: parent.map(str::to_string),
            ended: None,
            merged_into: None,
            fighters: Vec::new(),
        }
    }

    #[test]
    fn children_follow_their_parents_and_circles_lose_nobody() {
        let order = |branches: Vec<Branch>| -> Vec<String> {
            in_order_of_descent(branches).into_iter().map(|b| b.name).collect()
        };
        let family = vec![
            branch("c", Some("a"), 2014),
            branch("b", None, 2012),
            branch("a", None, 2012),
            branch("d", Some("c"), 2016),
            branch("e", Some("a"), 2013),
        ];
        assert_eq!(order(family), ["a", "e", "c", "d", "b"]);
        assert_eq!(order(vec![branch("x", Some("y"), 2012), branch("y", Some("x"), 2013)]), ["x", "y"]);
        assert_eq!(order(vec![branch("x", Some("gone"), 2012)]), ["x"]);
    }
}
