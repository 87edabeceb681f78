//! Expected lines against observed lines: what is good, bad, missing or extra.
//!
//! It says what differs and how near it came. It does not print.

use serde::{Deserialize, Serialize};
use similar::{Algorithm, ChangeTag, DiffOp, TextDiff, capture_diff_slices};

/// From which similarity on (0 to 1) two lines count as one line that went wrong.
const NEAR: f32 = 0.65;

/// Blocks with more pairs of lines than this are paired in order: pairing by similarity is quadratic.
const MOST_PAIRS: usize = 4_096;

/// Longer lines, in bytes, are only equal or not: what a hostile program writes must not cost time.
const LONGEST: usize = 500;

/// So many lines more than expected are compared; what comes after is only counted.
const MOST_EXTRA: usize = 200;

/// One line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DiffLine {
    /// Expected and observed.
    Good {
        /// The line.
        text: String,
    },
    /// Something like it was expected.
    Bad {
        /// The expected line.
        expected: String,
        /// The line that came nearest.
        observed: String,
        /// Which characters of `expected` the observed line lacks: start and end, in characters.
        lacks: Vec<(usize, usize)>,
        /// Which characters of `observed` were not expected.
        wrong: Vec<(usize, usize)>,
    },
    /// Expected, and nothing like it was observed here.
    Missing {
        /// The line.
        text: String,
        /// Whether the same line was observed at another place.
        elsewhere: bool,
    },
    /// Observed, and nothing like it was expected here.
    Extra {
        /// The line.
        text: String,
        /// Whether the same line was expected at another place.
        elsewhere: bool,
    },
    /// So many more lines were observed than could be compared.
    More {
        /// How many.
        count: usize,
    },
}

/// Compares two lists of normalised lines. All lines are `Good` exactly if the lists are equal.
#[must_use]
pub fn compare(expected: &[String], observed: &[String]) -> Vec<DiffLine> {
    let (within, beyond) = observed.split_at(observed.len().min(expected.len() + MOST_EXTRA));
    let mut lines = compare_all(expected, within);
    if !beyond.is_empty() {
        lines.push(DiffLine::More { count: beyond.len() });
    }
    lines
}

fn compare_all(expected: &[String], observed: &[String]) -> Vec<DiffLine> {
    let missing =
        |text: &String| DiffLine::Missing { text: text.clone(), elsewhere: observed.contains(text) };
    let extra = |text: &String| DiffLine::Extra { text: text.clone(), elsewhere: expected.contains(text) };
    let mut lines = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, expected, observed) {
        let (old, new) = (&expected[op.old_range()], &observed[op.new_range()]);
        if matches!(op, DiffOp::Equal { .. }) {
            lines.extend(old.iter().map(|text| DiffLine::Good { text: text.clone() }));
            continue;
        }
        let mut seen = 0;
        for (text, pair) in old.iter().zip(pairs(old, new)) {
            let Some(pair) = pair else {
                lines.push(missing(text));
                continue;
            };
            lines.extend(new[seen..pair].iter().map(extra));
            lines.push(bad(text, &new[pair]));
            seen = pair + 1;
        }
        lines.extend(new[seen..].iter().map(extra));
    }
    lines
}

/// For each expected line the observed line that is meant to be it, in ascending order: the pairing
/// with the largest sum of similarities.
fn pairs(expected: &[String], observed: &[String]) -> Vec<Option<usize>> {
    let (rows, columns) = (expected.len(), observed.len());
    if rows * columns > MOST_PAIRS {
        return (0..rows)
            .map(|row| (row < columns && likeness(&expected[row], &observed[row]) > 0.0).then_some(row))
            .collect();
    }
    let like: Vec<Vec<f32>> =
        expected.iter().map(|old| observed.iter().map(|new| likeness(old, new)).collect()).collect();
    // best[i][j]: what pairs among expected[i..] and observed[j..] can reach.
    let mut best = vec![vec![0.0_f32; columns + 1]; rows + 1];
    for i in (0..rows).rev() {
        for j in (0..columns).rev() {
            best[i][j] = best[i + 1][j].max(best[i][j + 1]).max(like[i][j] + best[i + 1][j + 1]);
        }
    }
    let (mut result, mut i, mut j) = (vec![None; rows], 0, 0);
    while i < rows && j < columns {
        if like[i][j] > 0.0 && best[i][j] == like[i][j] + best[i + 1][j + 1] {
            result[i] = Some(j);
            (i, j) = (i + 1, j + 1);
        } else if best[i][j] == best[i + 1][j] {
            i += 1;
        } else {
            j += 1;
        }
    }
    result
}

/// How alike two lines are, from [`NEAR`] to 1; 0 if they are not near, or too long to tell quickly.
fn likeness(one: &str, other: &str) -> f32 {
    if one.len().max(other.len()) > LONGEST {
        return 0.0;
    }
    let ratio = TextDiff::from_chars(one, other).ratio();
    if ratio >= NEAR { ratio } else { 0.0 }
}

fn bad(expected: &str, observed: &str) -> DiffLine {
    let (mut lacks, mut wrong) = (Vec::new(), Vec::new());
    let (mut old, mut new) = (0, 0);
    for change in TextDiff::from_words(expected, observed).iter_all_changes() {
        let length = change.value().chars().count();
        match change.tag() {
            ChangeTag::Equal => (old, new) = (old + length, new + length),
            ChangeTag::Delete => mark(&mut lacks, &mut old, length),
            ChangeTag::Insert => mark(&mut wrong, &mut new, length),
        }
    }
    DiffLine::Bad { expected: expected.to_owned(), observed: observed.to_owned(), lacks, wrong }
}

/// Marks the next `length` characters; what touches the last range makes it longer.
fn mark(ranges: &mut Vec<(usize, usize)>, at: &mut usize, length: usize) {
    match ranges.last_mut() {
        Some((_, end)) if end == at => *end += length,
        _ => ranges.push((*at, *at + length)),
    }
    *at += length;
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn list(text: &str) -> Vec<String> {
        text.split_terminator('|').map(str::to_owned).collect()
    }

    fn shown(lines: &[DiffLine]) -> String {
        let show = |line: &DiffLine| match line {
            DiffLine::Good { text } => format!("={text}"),
            DiffLine::Bad { expected, observed, .. } => format!("{expected}~{observed}"),
            DiffLine::Missing { text, elsewhere } => {
                format!("-{text}{}", if *elsewhere { "@" } else { "" })
            }
            DiffLine::Extra { text, elsewhere } => {
                format!("+{text}{}", if *elsewhere { "@" } else { "" })
            }
            DiffLine::More { count } => format!("+{count} more"),
        };
        lines.iter().map(show).collect::<Vec<_>>().join("|")
    }

    #[rstest]
    #[case::equal("a|b", "a|b", "=a|=b")]
    #[case::nothing("", "", "")]
    #[case::none_observed("a|b", "", "-a|-b")]
    #[case::none_expected("", "a", "+a")]
    #[case::near("count: 7", "count: 0", "count: 7~count: 0")]
    #[case::far("count: 7", "xyz", "-count: 7|+xyz")]
    #[case::nearest_of_several("aaaa: 1|bbbb: 2|cccc: 3", "bbbb: 5", "-aaaa: 1|bbbb: 2~bbbb: 5|-cccc: 3")]
    #[case::nearest_among_extras("bbbb: 2", "aaaa: 1|bbbb: 5|cccc: 3", "+aaaa: 1|bbbb: 2~bbbb: 5|+cccc: 3")]
    #[case::nearest_of_similar(
        "after attach: 7",
        "after detach: 0|after attach: 0",
        "+after detach: 0|after attach: 7~after attach: 0"
    )]
    #[case::moved("a|bb|ccc", "ccc|a|bb", "+ccc@|=a|=bb|-ccc@")]
    #[case::twice("a", "a|a", "=a|+a@")]
    fn forms(#[case] expected: &str, #[case] observed: &str, #[case] result: &str) {
        assert_eq!(shown(&compare(&list(expected), &list(observed))), result);
    }

    #[rstest]
    #[case::one_word("after attach: 7 calls", "after attach: 12 calls", &[(14, 15)], &[(14, 16)])]
    #[case::a_word_less("a b c", "a c", &[(2, 4)], &[])]
    #[case::a_blank_more("a b", "a  b", &[(1, 2)], &[(1, 3)])]
    #[case::other_scripts("计数 七", "计数 零", &[(3, 4)], &[(3, 4)])]
    fn marks_are_in_characters(
        #[case] expected: &str,
        #[case] observed: &str,
        #[case] lacking: &[(usize, usize)],
        #[case] unexpected: &[(usize, usize)],
    ) {
        let DiffLine::Bad { lacks, wrong, .. } = bad(expected, observed) else { panic!() };
        assert_eq!((lacks.as_slice(), wrong.as_slice()), (lacking, unexpected));
    }

    #[test]
    fn nothing_is_lost_and_all_good_means_equal() {
        let words = ["a: 1", "a: 2", "b: 1", "xyz", "xyz uvw", ""];
        let mut state = 3_u32;
        let mut draw = |below: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as usize % below
        };
        for _ in 0..3_000 {
            let mut lines = || (0..draw(6)).map(|_| words[draw(words.len())].to_owned()).collect::<Vec<_>>();
            let (expected, observed) = (lines(), lines());
            let result = compare(&expected, &observed);
            let (mut old, mut new) = (Vec::new(), Vec::new());
            for line in &result {
                match line.clone() {
                    DiffLine::Good { text } => (old.push(text.clone()), new.push(text)).0,
                    DiffLine::Bad { expected, observed, .. } => (old.push(expected), new.push(observed)).0,
                    DiffLine::Missing { text, .. } => old.push(text),
                    DiffLine::Extra { text, .. } => new.push(text),
                    DiffLine::More { .. } => panic!("six lines are not too many"),
                }
            }
            assert_eq!((&old, &new), (&expected, &observed));
            let good = result.iter().all(|line| matches!(line, DiffLine::Good { .. }));
            assert_eq!(good, expected == observed);
        }
    }

    #[test]
    fn a_flood_is_counted_not_compared() {
        let flood: Vec<String> = (0..1_000_000).map(|line| format!("line {line}")).collect();
        let result = compare(&list("a"), &flood);
        assert_eq!(result.last(), Some(&DiffLine::More { count: 1_000_000 - 201 }));
        let long = vec!["x".repeat(1 << 20)];
        assert_eq!(compare(&list("xxx"), &long).len(), 2);
    }
}
