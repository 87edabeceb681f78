//! The quizzes' answers, proved: what each question says of a program, every kernel must say, too.
//!
//! The questions stand in `labs/LAB/quiz.toml`, their programs in `labs-ebpf/quiz`.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use super::{check::Outcome, studied};
use crate::{
    build,
    catalog::Lab,
    commands::{Ready, Session},
    explain::{self, ObjectPrograms},
    loads::{Answer, KernelAnswers},
    report::Progress,
    snapshot,
};

/// The file of a lab's questions.
const FILE: &str = "quiz.toml";

/// The package that holds the programs.
const PACKAGE: &str = "quiz";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Quiz {
    question: Vec<Question>,
}

/// One question. What the book alone shows is not looked at here.
#[derive(Debug, Deserialize)]
struct Question {
    ask: String,
    choices: Vec<String>,
    right: usize,
    program: Option<String>,
    kernels: Option<BTreeMap<String, Claim>>,
    proof: Option<Proof>,
}

/// What a question says that a kernel says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Claim {
    /// It accepts the program, which comes to this.
    Returns(u32),
    /// It accepts the program; what it comes to cannot be asked for.
    Accepted(bool),
    /// It refuses the program for this cause.
    Refused(String),
}

/// A question about what a lab observes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Proof {
    check: String,
    text: String,
    kernel: Option<String>,
}

/// Reads all questions, loads their programs on every kernel, and says which answer is not true.
///
/// # Errors
/// A file that cannot be read, programs that do not compile.
pub(super) fn step(session: &Session, ready: &Ready) -> Result<Outcome> {
    let mut quizzes: Vec<(&Lab, Quiz)> = Vec::new();
    for lab in session.catalog.labs() {
        quizzes.extend(read(lab)?.map(|quiz| (lab, quiz)));
    }
    ensure!(!quizzes.is_empty(), "no lab has a `{FILE}`");
    let progress = Progress::on_stderr();
    let notice = |build::Notice::Busy(what)| progress.step(what);
    let object = build::build_object(&session.paths.course, PACKAGE, &ready.toolchain, &notice)?;
    progress.finish();
    let programs = explain::programs_of(&object)?;
    let asked: Vec<&str> = quizzes.iter().flat_map(|(_, quiz)| quiz.programs()).collect();
    let wanted: Vec<ObjectPrograms> =
        programs.iter().filter(|program| asked.contains(&program.name.as_str())).cloned().collect();
    let answers = studied::on_all(session, ready, &object, &wanted)?;
    let (mut count, mut wrong) = (0, Vec::new());
    for (lab, quiz) in &quizzes {
        for question in &quiz.question {
            count += 1;
            let found = question.wrong(lab, &answers);
            wrong.extend(found.into_iter().map(|why| format!("{}: \"{}\": {why}", lab.name, question.ask)));
        }
    }
    for one in &wrong {
        println!("{one}");
    }
    println!("quiz: {count} questions, {} answers wrong", wrong.len());
    Ok(if wrong.is_empty() { Outcome::Passed } else { Outcome::Failed })
}

fn read(lab: &Lab) -> Result<Option<Quiz>> {
    let file: PathBuf = lab.folder.join(FILE);
    if !file.exists() {
        return Ok(None);
    }
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let quiz: Quiz =
        toml::from_str(&text).with_context(|| format!("`{}` is not as it should be", file.display()))?;
    if !(2..=5).contains(&quiz.question.len()) {
        bail!("`{}` has {} questions; a chapter has two to five", file.display(), quiz.question.len());
    }
    Ok(Some(quiz))
}

impl Quiz {
    fn programs(&self) -> impl Iterator<Item = &str> {
        self.question.iter().filter_map(|question| question.program.as_deref())
    }
}

impl Question {
    /// What is not true of it.
    fn wrong(&self, lab: &Lab, answers: &[KernelAnswers]) -> Vec<String> {
        if !(1..=self.choices.len()).contains(&self.right) || !(2..=4).contains(&self.choices.len()) {
            return vec![format!("answer {} of {} is said to be right", self.right, self.choices.len())];
        }
        match (&self.program, &self.kernels, &self.proof) {
            (Some(program), Some(claims), None) => answers
                .iter()
                .filter_map(|one| {
                    let claim = claims.get(&one.kernel).or_else(|| claims.get("all"));
                    let found = said(&one.of(program));
                    let wanted = claim.map_or_else(|| "nothing".to_owned(), Claim::shown);
                    (!claim.is_some_and(|claim| claim.holds(&one.of(program)))).then(|| {
                        format!("`{program}` on {}: it says {wanted}, the kernel {found}", one.kernel)
                    })
                })
                .collect(),
            (None, None, Some(proof)) => proof.wrong(&lab.folder).into_iter().collect(),
            _ => vec!["it needs `program` with `kernels`, or `proof`".to_owned()],
        }
    }
}

impl Claim {
    fn holds(&self, answer: &Answer) -> bool {
        match (self, answer) {
            (Self::Returns(value), Answer::Accepted(_, Some(study))) => study.returned == Some(*value),
            (Self::Accepted(yes), Answer::Accepted(..)) => *yes,
            (Self::Refused(cause), Answer::Rejected { log, .. }) => {
                explain::explain(log, None).family.is_some_and(|family| family.id == cause)
            }
            _ => false,
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Returns(value) => format!("that it returns {value}"),
            Self::Accepted(_) => "that it is accepted".to_owned(),
            Self::Refused(cause) => format!("that it is refused, `{cause}`"),
        }
    }
}

/// What a kernel said, for the author of the question.
fn said(answer: &Answer) -> String {
    match answer {
        Answer::Accepted(_, Some(study)) => match study.returned {
            Some(value) => format!("that it returns {value}"),
            None => "that it is accepted, and does not run it".to_owned(),
        },
        Answer::Accepted(..) => "that it is accepted".to_owned(),
        Answer::Rejected { error, log } => match explain::explain(log, None).family {
            Some(family) => format!("that it is refused, `{}`", family.id),
            None => format!("that it is refused: {error}"),
        },
        Answer::Undecided { why } => format!("nothing: {why}"),
    }
}

impl Proof {
    fn wrong(&self, folder: &Path) -> Option<String> {
        let name = self
            .kernel
            .as_ref()
            .map_or_else(|| self.check.clone(), |kernel| format!("{}@{kernel}", self.check));
        let file = folder.join("snapshots").join(format!("{name}.snap"));
        match snapshot::lines_of(&file) {
            Ok(lines) if lines.iter().any(|line| line.contains(&self.text)) => None,
            Ok(_) => Some(format!("`{}` has no line with `{}`", file.display(), self.text)),
            Err(error) => Some(format!("`{}`: {error}", file.display())),
        }
    }
}
