//! Entries that contradict each other.

use std::fmt;

use serde::Serialize;

use super::{Case, Entry, Glossary};

/// Two entries that cannot both hold; the earlier one is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// Number of the entry that is used, from 1.
    pub first: usize,
    /// Number of the entry that is not.
    pub second: usize,
    /// The term.
    pub source: String,
    /// What the two want.
    pub wanted: (String, String),
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (one, other) = &self.wanted;
        write!(
            f,
            "entries {} and {}: '{}' is '{one}' and '{other}'; the first is used",
            self.first, self.second, self.source
        )
    }
}

impl Glossary {
    /// All pairs of entries for the same term and a common pair of languages that want different things.
    pub fn conflicts(&self) -> Vec<Conflict> {
        let mut conflicts = Vec::new();
        for (j, second) in self.entries.iter().enumerate() {
            for (i, first) in self.entries[..j].iter().enumerate() {
                let waiting = first.wanted().is_empty() || second.wanted().is_empty();
                if !waiting
                    && same_term(first, second)
                    && meet(first, second)
                    && first.wanted() != second.wanted()
                {
                    conflicts.push(Conflict {
                        first: i + 1,
                        second: j + 1,
                        source: second.source.clone(),
                        wanted: (first.wanted().to_owned(), second.wanted().to_owned()),
                    });
                }
            }
        }
        conflicts
    }
}

fn same_term(a: &Entry, b: &Entry) -> bool {
    let exact = a.case == Case::Match && b.case == Case::Match;
    if exact { a.source == b.source } else { a.source.to_lowercase() == b.source.to_lowercase() }
}

/// Whether the two are for the same languages. What is said for one language goes before what is said for all: no
/// contradiction.
fn meet(a: &Entry, b: &Entry) -> bool {
    let tag = |t: &Option<String>| t.as_deref().map(str::to_lowercase);
    tag(&a.from) == tag(&b.from) && tag(&a.to) == tag(&b.to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contradictions_are_found_and_other_languages_are_none() {
        let csv = "source,target,to\nlead,cable,es\nLead,plomo,es\nlead,piombo,it\nlead,,\n";
        let conflicts = Glossary::from_csv(csv).unwrap().conflicts();
        assert_eq!(conflicts.len(), 1);
        assert_eq!(
            conflicts[0].to_string(),
            "entries 1 and 2: 'Lead' is 'cable' and 'plomo'; the first is used"
        );
    }
}
