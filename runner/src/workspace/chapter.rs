//! A chapter as a learner reads it in an editor: plain Markdown, with the listings in it.
//!
//! It knows the few directives that chapters use, and shows one that it does not know as it is. The book with
//! its cards, drawings and boxes is the press's matter. What would give the solution away is left out.

use super::{embedded, panel};

/// A page that only the book has, and what a workspace's reader is told in its place.
const SET_UP: (&str, &str) =
    ("[set-up](index.md#how-to-start)", "set-up, which `cargo runner check` does by itself");

/// The chapter of a lab, from the course's own text.
pub(super) fn chapter(source: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in source.lines() {
        let line = without_id(line);
        let fenced = lines.last().is_some_and(|last| last.starts_with("```"));
        let shown = match directive(line) {
            // The chapter may have put a fence around it already.
            Some(("snapshot", rest)) if fenced => snapshot(rest).unwrap_or_else(|| vec![line.to_owned()]),
            Some((name, rest)) => expanded(name, rest).unwrap_or_else(|| vec![line.to_owned()]),
            None if ["<figure>", "</figure>"].contains(&line) => Vec::new(),
            None => vec![caption(line).replace(SET_UP.0, SET_UP.1).replace("cargo runner ", "runner ")],
        };
        lines.extend(shown);
    }
    lines.dedup_by(|line, before| line.is_empty() && before.is_empty());
    lines.join("\n") + "\n"
}

/// `## Goal {#goal}` is `## Goal`: only the book needs addresses.
fn without_id(line: &str) -> &str {
    if !line.starts_with('#') {
        return line;
    }
    line.split_once(" {#").map_or(line, |(heading, _)| heading)
}

fn caption(line: &str) -> String {
    let inner = line.strip_prefix("<figcaption>").and_then(|rest| rest.strip_suffix("</figcaption>"));
    inner.map_or_else(|| line.to_owned(), |inner| format!("(A drawing in the book: {inner})"))
}

/// A line that is one directive: its name and the rest.
fn directive(line: &str) -> Option<(&str, &str)> {
    if line == "{{/note}}" || line == "{{/tip}}" || line == "{{/warning}}" {
        return Some(("end", ""));
    }
    let inner = line.strip_prefix("{{#")?.strip_suffix("}}")?;
    Some(inner.split_once(' ').unwrap_or((inner, "")))
}

/// What a directive stands for; `None` if it is not known, or what it names is not there.
fn expanded(name: &str, rest: &str) -> Option<Vec<String>> {
    let one = |text: String| Some(vec![text]);
    match name {
        "end" | "lab" => Some(Vec::new()),
        "hints" => one(format!("Three hints, one at a time: `runner hint {rest}`")),
        "note" | "tip" | "warning" if !rest.is_empty() => one(format!("**{rest}**\n")),
        "note" => one("**Note**\n".into()),
        "tip" => one("**Tip**\n".into()),
        "warning" => one("**Warning**\n".into()),
        "include" => included(rest),
        "snapshot" => {
            Some(["```text".into()].into_iter().chain(snapshot(rest)?).chain(["```".into()]).collect())
        }
        "code" | "verifier" | "run" => panel::only_in_the_book(name, rest),
        "quiz" => panel::quiz(rest),
        _ => None,
    }
}

fn included(rest: &str) -> Option<Vec<String>> {
    let Some(path) = rest.strip_prefix("../../") else {
        return rest.starts_with("images/").then(Vec::new);
    };
    let (path, anchor) = path.split_once(':').map_or((path, None), |(path, anchor)| (path, Some(anchor)));
    if path.ends_with("/solution.rs") {
        let lab = path.split('/').nth(1)?.get(..6)?;
        return Some(vec![format!("// the reference solution: after a pass, `runner diff {lab}`")]);
    }
    let text = std::str::from_utf8(embedded::file(path)?).ok()?;
    Some(anchored(text, anchor))
}

/// The lines between an anchor's two marks, or all of them, without any marks.
fn anchored(text: &str, anchor: Option<&str>) -> Vec<String> {
    let marked = |line: &str, mark: &str| {
        anchor.is_some_and(|anchor| {
            line.split_once(mark).is_some_and(|(_, name)| name.split_whitespace().next() == Some(anchor))
        })
    };
    let mut inside = anchor.is_none();
    let mut kept = Vec::new();
    for line in text.lines() {
        if line.contains("ANCHOR: ") || line.contains("ANCHOR_END: ") {
            inside = (inside || marked(line, "ANCHOR: ")) && !marked(line, "ANCHOR_END: ");
        } else if inside {
            kept.push(line.to_owned());
        }
    }
    kept
}

/// `lab-03 count` or `lab-03 count 5.10`: the accepted observations.
fn snapshot(rest: &str) -> Option<Vec<String>> {
    let mut words = rest.split(' ');
    let (lab, check, kernel) = (words.next()?, words.next()?, words.next());
    let file = kernel.map_or_else(|| format!("{check}.snap"), |kernel| format!("{check}@{kernel}.snap"));
    let fits = |path: &str| {
        path.strip_prefix("labs/").is_some_and(|path| path.starts_with(&format!("{lab}-")))
            && path.ends_with(&format!("/snapshots/{file}"))
    };
    let (_, bytes) = embedded::FILES.iter().find(|(path, _)| fits(path))?;
    let text = std::str::from_utf8(bytes).ok()?;
    let observed = text.splitn(3, "---\n").nth(2)?;
    Some(observed.trim_end().lines().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_become_text() {
        let source = "# A {#a}\n\n{{#lab lab-01}}\n\n<figure>\n{{#include images/x.svg}}\n\
                      <figcaption>a way</figcaption>\n</figure>\n{{#note Mind}}\nx\n{{/note}}\n\
                      {{#include ../../labs-ebpf/lab-01-hello/src/solution.rs:program}}\n\
                      {{#hints lab-01}}\n{{#snapshot lab-01 count}}\n```text\n{{#snapshot lab-01 before}}\n```\n{{#unknown x}}\ntype `cargo runner next`\n";
        insta::assert_snapshot!("chapter", chapter(source));
    }

    #[test]
    fn anchors_bound_a_listing() {
        let text = "a\n// ANCHOR: x\nb\n// ANCHOR: y\nc\n// ANCHOR_END: y\n// ANCHOR_END: x\nd\n";
        assert_eq!(anchored(text, Some("x")), ["b", "c"]);
        assert_eq!(anchored(text, Some("y")), ["c"]);
        assert_eq!(anchored(text, None), ["a", "b", "c", "d"]);
    }

    #[test]
    fn no_chapter_of_the_course_keeps_a_directive() {
        for (path, bytes) in embedded::FILES {
            if !path.starts_with("book/src/lab-") {
                continue;
            }
            let text = chapter(std::str::from_utf8(bytes).expect("chapters are UTF-8"));
            assert!(!text.contains("{{#"), "`{path}` keeps a directive:\n{text}");
        }
    }
}
