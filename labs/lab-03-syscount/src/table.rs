//! The table as the talk showed it: `@[name]: count`, ascending by count.
//!
//! It only formats. Where the counts come from, and whether they are right, is not its business.

use std::collections::BTreeMap;

/// The output on the talk's slide: 51 names, 124,877 system calls.
pub(crate) const TALK: &str = include_str!("../talk.txt");

/// Names and counts in bpftrace's print order: ascending by count, equal counts by name.
pub(crate) fn in_print_order(counts: &BTreeMap<String, u64>) -> Vec<(&str, u64)> {
    let mut rows: Vec<_> = counts.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    rows.sort_by_key(|&(_, count)| count); // stable: equal counts stay in the order of their names
    rows
}

/// One row.
pub(crate) fn row(name: &str, count: u64) -> String {
    format!("@[{name}]: {count}")
}

/// Names and counts of a printed table, in its order. A name may hold anything but a line break, even `]: `.
pub(crate) fn rows(table: &str) -> impl Iterator<Item = (&str, u64)> {
    table.lines().filter_map(|line| {
        let (name, count) = line.strip_prefix("@[")?.rsplit_once("]: ")?;
        Some((name, count.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_talks_table_comes_out_as_it_went_in() {
        let counts: BTreeMap<_, _> = rows(TALK).map(|(name, count)| (name.to_owned(), count)).collect();
        assert_eq!(counts.len(), 51);
        assert_eq!(counts.values().sum::<u64>(), 124_877);
        let printed: Vec<_> =
            in_print_order(&counts).into_iter().map(|(name, count)| row(name, count)).collect();
        assert_eq!(printed, TALK.lines().collect::<Vec<_>>());
    }

    #[test]
    fn a_name_may_hold_blanks_and_brackets() {
        assert_eq!(
            rows("@[rs:main Q:Reg]: 33\n@[a]: b]: 7").collect::<Vec<_>>(),
            [("rs:main Q:Reg", 33), ("a]: b", 7)]
        );
    }
}
