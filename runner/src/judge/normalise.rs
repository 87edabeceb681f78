//! What legitimately varies, replaced by placeholders, so that runs can be compared.
//!
//! It does not know what a pid or an address looks like: the guest program marks them.

use std::{collections::HashMap, sync::LazyLock};

use regex::{Captures, Regex};

/// Either a marked value `<kind=value>` or a text that already looks like a placeholder `<kind#1>`.
static MARK: LazyLock<Regex> = LazyLock::new(|| {
    #[allow(clippy::unwrap_used, reason = "the pattern is constant and a test compiles it")]
    Regex::new("<([a-z_]+)(?:=([^>]+)|#([0-9]+))>").unwrap()
});

/// The normal form of one check's observations.
///
/// Marked values `<kind=value>` become `<kind#1>`, `<kind#2>` … in order of first appearance in the
/// check; equal kind and value get the same number. A text that already looks like a placeholder
/// gets a backslash (`<kind\#1>`): nobody can write the answer by hand. Control characters are made
/// visible, blanks at the end of a line and empty lines at the end are dropped, as insta's file
/// format does not keep them.
#[must_use]
pub fn normalise(lines: &[String]) -> Vec<String> {
    let mut numbers: HashMap<(String, String), usize> = HashMap::new();
    let mut per_kind: HashMap<String, usize> = HashMap::new();
    let mut replace = |captures: &Captures| {
        let kind = &captures[1];
        let Some(value) = captures.get(2) else {
            return format!("<{kind}\\#{}>", &captures[3]);
        };
        let number = numbers.entry((kind.to_owned(), value.as_str().to_owned())).or_insert_with(|| {
            let last = per_kind.entry(kind.to_owned()).or_default();
            *last += 1;
            *last
        });
        format!("<{kind}#{number}>")
    };
    let mut normal: Vec<String> =
        lines.iter().map(|line| visible(MARK.replace_all(line, &mut replace).trim_end())).collect();
    while normal.last().is_some_and(String::is_empty) {
        normal.pop();
    }
    normal
}

/// A line as a person wants to read it: `<release=6.1.0>` is only `6.1.0`. For display, never for comparing.
#[must_use]
pub fn unmarked(line: &str) -> String {
    let value = |captures: &Captures| {
        captures.get(2).map_or(captures[0].to_owned(), |value| value.as_str().to_owned())
    };
    visible(&MARK.replace_all(line, value))
}

/// A line with its control characters made visible (`\n`, `\u{1b}`), so that it stays one line and
/// cannot move a terminal's cursor. Everything else is unchanged.
#[must_use]
pub fn visible(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    for character in line.chars() {
        if character.is_control() { shown.extend(character.escape_default()) } else { shown.push(character) }
    }
    shown
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn normal(lines: &[&str]) -> Vec<String> {
        normalise(&lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>())
    }

    #[rstest]
    #[case::first_appearance(&["<pid=9> <pid=3> <pid=9>"], &["<pid#1> <pid#2> <pid#1>"])]
    #[case::across_lines(&["<pid=9>", "<pid=3>", "<pid=9>"], &["<pid#1>", "<pid#2>", "<pid#1>"])]
    #[case::each_kind_counts(&["<pid=9> <map_id=9>"], &["<pid#1> <map_id#1>"])]
    #[case::same_value_of_another_kind(&["<a=1> <a=2> <b=2>"], &["<a#1> <a#2> <b#1>"])]
    #[case::blanks_in_value(&["<what=a b\\>!>"], &["<what#1>!>"])]
    #[case::by_hand(&["<pid#1> <pid=7>"], &["<pid\\#1> <pid#1>"])]
    #[case::no_value(&["<pid=>"], &["<pid=>"])]
    #[case::no_kind(&["<Pid=1> <=2> a<b c>d"], &["<Pid=1> <=2> a<b c>d"])]
    #[case::line_break(&["a\nb\u{1b}[31m\0"], &["a\\nb\\u{1b}[31m\\u{0}"])]
    #[case::line_break_in_value(&["<x=a\nb>"], &["<x#1>"])]
    #[case::blanks_at_the_end(&["  a  ", "b\t", "\u{a0}"], &["  a", "b"])]
    #[case::empty_lines(&["", "a", "", ""], &["", "a"])]
    #[case::other_scripts(&["计数: 7 é"], &["计数: 7 é"])]
    fn lines(#[case] raw: &[&str], #[case] expected: &[&str]) {
        assert_eq!(normal(raw), expected);
    }

    /// Many lists of lines made of marks, text and control characters (a fixed linear congruence).
    fn many(mut each: impl FnMut(Vec<String>)) {
        let pieces =
            ["<pid=1>", "<pid=2>", "<id=1>", "<pid#1>", "x", " ", "<", ">", "\n", "é", "=", "<a=", "\u{7}"];
        let mut state = 1_u32;
        for _ in 0..3_000 {
            let mut lines = vec![String::new(); 3];
            for index in 0..15 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                lines[index / 5].push_str(pieces[(state >> 16) as usize % pieces.len()]);
            }
            each(lines);
        }
    }

    #[test]
    fn other_values_of_the_same_shape_are_the_same() {
        many(|lines| {
            let other = |line: &String| line.replace("=1>", "=seven>").replace("=2>", "=<1>");
            let others: Vec<String> = lines.iter().map(other).collect();
            assert_eq!(normalise(&lines), normalise(&others), "{lines:?}");
        });
    }

    #[test]
    fn a_normal_line_is_one_printable_line() {
        many(|lines| {
            let normal = normalise(&lines);
            let whole = |line: &String| !line.contains(char::is_control) && line.trim_end() == line;
            assert!(normal.len() <= 3 && normal.iter().all(whole), "{lines:?}");
        });
    }

    #[test]
    fn placeholders_stand_only_where_marks_stood() {
        let placeholder = Regex::new("<[a-z_]+#[0-9]+>").unwrap();
        let mark = Regex::new("<[a-z_]+=[^>]+>").unwrap();
        many(|lines| {
            let marks: usize = lines.iter().map(|line| mark.find_iter(line).count()).sum();
            let placeholders: usize =
                normalise(&lines).iter().map(|line| placeholder.find_iter(line).count()).sum();
            assert_eq!(marks, placeholders, "{lines:?}");
        });
    }
}
