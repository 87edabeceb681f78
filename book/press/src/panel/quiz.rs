//! A chapter's questions, from `labs/LAB/quiz.toml`. That the answers are right, `runner dev check` proves on real kernels.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::course::{Course, Lab};
use crate::expand::{escape_html, marked};
use crate::finding::Fault;

/// The questions of a lab.
#[derive(Debug, Deserialize)]
pub struct Quiz {
    /// In the order in which they are asked.
    pub question: Vec<Question>,
}

/// One question, as far as the book shows it.
#[derive(Debug, Deserialize)]
pub struct Question {
    ask: String,
    choices: Vec<String>,
    right: usize,
    why: String,
    program: Option<String>,
}

/// The questions as a form; each answer is folded away for readers without a script.
///
/// # Errors
/// If there are none, or a program that they name.
pub fn quiz(course: &Course, lab: &Lab) -> Result<String, Fault> {
    let file = Path::new("labs").join(&lab.folder).join("quiz.toml");
    let text = fs::read_to_string(course.root.join(&file)).map_err(|error| Fault {
        what: format!("`{}` has no quiz", lab.id),
        why: format!("`{}`: {error}", file.display()),
        hint: "write it: CONTRIBUTING.md says how".to_owned(),
    })?;
    let quiz: Quiz = toml::from_str(&text).map_err(|error| Fault {
        what: format!("`{}` does not say what the book has to show", file.display()),
        why: error.message().trim().replace('\n', " "),
        hint: "mend that key: CONTRIBUTING.md says what a question holds".to_owned(),
    })?;
    let mut out = format!("\n\n<section class=\"quiz\" aria-label=\"Questions about {}\">\n", lab.id);
    for (at, question) in quiz.question.iter().enumerate() {
        out += &one(course, lab, at + 1, question)?;
    }
    Ok(out + "</section>\n\n")
}

fn one(course: &Course, lab: &Lab, number: usize, question: &Question) -> Result<String, Fault> {
    let id = format!("quiz-{}-{number}", lab.id);
    let mut out = format!(
        "<fieldset class=\"question\" data-right=\"{}\">\n<legend>{number}. {}</legend>\n",
        question.right,
        marked(&question.ask)
    );
    if let Some(program) = &question.program {
        let code = listing(course, lab, program)?;
        out += &format!(
            "<pre tabindex=\"0\"><code class=\"language-rust\">{}</code></pre>\n",
            escape_html(&code)
        );
    }
    for (at, choice) in question.choices.iter().enumerate() {
        let value = at + 1;
        out += &format!(
            "<p class=\"choice\"><input type=\"radio\" name=\"{id}\" id=\"{id}-{value}\" value=\"{value}\">\
             <label for=\"{id}-{value}\">{}</label></p>\n",
            marked(choice)
        );
    }
    let right = question.choices.get(question.right.wrapping_sub(1)).map_or("", String::as_str);
    out += &format!(
        "<details><summary>The answer</summary><p>{}. {}</p></details>\n</fieldset>\n",
        marked(right.trim_end_matches('.')),
        marked(&question.why)
    );
    Ok(out)
}

/// The code of a question's program: what stands between its anchors, without blank lines at the ends.
fn listing(course: &Course, lab: &Lab, program: &str) -> Result<String, Fault> {
    let file = Path::new("labs-ebpf/quiz/src").join(format!("{}.rs", lab.id.replace('-', "_")));
    let text = fs::read_to_string(course.root.join(&file)).unwrap_or_default();
    let begin = format!("// ANCHOR: {program}\n");
    let end = format!("// ANCHOR_END: {program}");
    let code = text.split_once(&begin).and_then(|(_, rest)| rest.split_once(&end)).map(|(code, _)| code);
    let code = code.ok_or_else(|| Fault {
        what: format!("the quiz of `{}` shows `{program}`, which is not there", lab.id),
        why: format!("`{}` has no anchor of this name", file.display()),
        hint: format!("put `// ANCHOR: {program}` and `// ANCHOR_END: {program}` around it"),
    })?;
    // How it becomes a program is the same for all, and not the question.
    let shown = code.lines().filter(|line| !line.starts_with("#[unsafe("));
    Ok(shown.collect::<Vec<_>>().join("\n").trim_matches('\n').to_owned())
}
