//! What a chapter's panels are in plain Markdown: the book shows recordings and stepped runs, an editor cannot.

use serde::Deserialize;

use super::embedded;

/// The questions of a lab, as far as a reader of plain text needs them.
#[derive(Deserialize)]
struct Quiz {
    question: Vec<Question>,
}

#[derive(Deserialize)]
struct Question {
    ask: String,
    choices: Vec<String>,
    right: usize,
    why: String,
    program: Option<String>,
}

/// What stands in the place of a panel that only the book has. `rest` is `LAB PROGRAM`.
pub(super) fn only_in_the_book(name: &str, rest: &str) -> Option<Vec<String>> {
    let (_, program) = rest.split_once(' ')?;
    let what = match name {
        "code" => format!("`{program}` from source to machine code, side by side, as each kernel has it"),
        "verifier" => format!("the verifier's way through `{program}`, step by step, on each kernel"),
        "run" => format!("a run of `{program}`, forwards and back, with registers, stack and maps"),
        _ => return None,
    };
    Some(vec![format!("(A panel in the book: {what}.)")])
}

/// `LAB`: its questions; the answers stand behind the last one.
pub(super) fn quiz(lab: &str) -> Option<Vec<String>> {
    let file = embedded::FILES
        .iter()
        .find(|(path, _)| path.starts_with(&format!("labs/{lab}-")) && path.ends_with("/quiz.toml"))?;
    let quiz: Quiz = toml::from_str(std::str::from_utf8(file.1).ok()?).ok()?;
    let programs = embedded::text(&format!("labs-ebpf/quiz/src/{}.rs", lab.replace('-', "_")));
    let (mut lines, mut answers) = (Vec::new(), Vec::new());
    for (at, question) in quiz.question.iter().enumerate() {
        lines.extend([format!("**{}.** {}", at + 1, question.ask), String::new()]);
        if let Some(program) = &question.program {
            lines.push("```rust".into());
            lines.extend(listing(programs, program)?);
            lines.extend(["```".into(), String::new()]);
        }
        let letters = ('a'..).zip(&question.choices);
        lines.extend(letters.map(|(letter, choice)| format!("- {letter}) {choice}")));
        lines.push(String::new());
        let right = ('a'..).nth(question.right.checked_sub(1)?)?;
        answers.extend([format!("**{}.** {right}) {}", at + 1, question.why), String::new()]);
    }
    lines.extend(["<details><summary>The answers</summary>".into(), String::new()]);
    lines.extend(answers);
    lines.push("</details>".into());
    Some(lines)
}

/// The lines of a question's program, without how it becomes a program.
fn listing(programs: &str, name: &str) -> Option<Vec<String>> {
    let (_, rest) = programs.split_once(&format!("// ANCHOR: {name}\n"))?;
    let (code, _) = rest.split_once(&format!("// ANCHOR_END: {name}"))?;
    Some(code.lines().filter(|line| !line.starts_with("#[unsafe(")).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quiz_is_questions_and_folded_answers() {
        let lines = quiz("lab-04").expect("lab-04 has a quiz").join("\n");
        insta::assert_snapshot!("quiz", lines);
    }

    #[test]
    fn every_quiz_of_the_course_can_be_shown() {
        let files = embedded::FILES.iter().filter(|(path, _)| path.ends_with("/quiz.toml"));
        for (path, _) in files {
            assert!(path.split('/').nth(1).and_then(|lab| quiz(&lab[..6])).is_some(), "{path}");
        }
    }
}
