//! What a check prints, as chapters show it: excerpts in `labs/LAB/recorded/`, held to what it prints today.
//!
//! A file is called like the side that it is about: `exercise.txt`, `solution.txt`, `MUTANT.txt` for a report, and
//! `MUTANT-6.1.log` for a verifier's log. Only what stands between anchors is compared, or all of it if there are none.

use std::{fs, path::Path, time::Instant};

use anyhow::Result;

use crate::{
    catalog::{Lab, Side},
    commands::{Session, report_of},
    plan::Job,
    report::{Paint, terminal},
    run::Observed,
};

/// The folder of a lab with what was printed.
const FOLDER: &str = "recorded";

/// The log that a run leaves.
const LOG: &str = "verifier.log";

/// An excerpt that is not what is printed today.
#[derive(Debug, PartialEq, Eq)]
struct Outdated {
    block: String,
}

/// A file with an excerpt that is not what is printed today.
pub(super) struct File {
    /// The lab's name.
    pub(super) lab: String,
    /// Whose output it is.
    pub(super) side: Side,
    name: String,
    block: String,
}

impl File {
    /// What to tell about it.
    pub(super) fn told(&self) -> String {
        let Self { lab, side, name, block } = self;
        format!(
            "`labs/{lab}/{FOLDER}/{name}` is not what the {side} prints today: this is not in it\n{block}"
        )
    }
}

/// Compares all excerpts with what this run prints, as far as it is in it. Returns the files that differ.
///
/// # Errors
/// A report that cannot be written.
pub(super) fn outdated(session: &Session, seen: &[(&Job<'_>, &Observed)]) -> Result<Vec<File>> {
    let mut outdated = Vec::new();
    for lab in session.catalog.labs() {
        for file in files(&lab.folder) {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let Some((side, kernel)) = subject(lab, &name, session.catalog.kernels()) else { continue };
            let text = fs::read_to_string(&file)?;
            let about = |job: &Job<'_>| job.lab.name == lab.name && job.side == side && job.seed == 0;
            let jobs: Vec<_> = seen.iter().copied().filter(|(job, _)| about(job)).collect();
            if jobs.is_empty() {
                continue;
            }
            let printed = match kernel {
                Some(kernel) => log(session, &jobs, &kernel),
                None => report(session, &jobs, &text)?,
            };
            if let Err(Outdated { block }) = compare(&text, &printed) {
                outdated.push(File { lab: lab.name.clone(), side, name, block });
            }
        }
    }
    Ok(outdated)
}

fn files(lab: &Path) -> Vec<std::path::PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir(lab.join(FOLDER)).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    files
}

/// Whose output a file holds, and of which kernel's log. `None` if it is another command's.
fn subject(lab: &Lab, name: &str, kernels: &[String]) -> Option<(Side, Option<String>)> {
    let (stem, kind) = name.rsplit_once('.')?;
    let (stem, kernel) = match kind {
        "log" => {
            let (stem, kernel) = stem.rsplit_once('-')?;
            (stem, Some(kernels.iter().find(|name| *name == kernel)?.clone()))
        }
        _ => (stem, None),
    };
    let side = match stem {
        "exercise" => Side::Exercise,
        "solution" => Side::Solution,
        _ => Side::Mutant(lab.mutant(stem).ok()?.name.clone()),
    };
    Some((side, kernel))
}

fn log(session: &Session, jobs: &[(&Job<'_>, &Observed)], kernel: &str) -> String {
    let found = jobs.iter().find(|(job, _)| job.kernel_name() == kernel);
    let folder = found.and_then(|(_, observed)| observed.evidence.as_ref());
    let file = folder.map(|folder| session.paths.course.join(folder).join(LOG));
    file.and_then(|file| fs::read_to_string(file).ok()).unwrap_or_default()
}

/// What a check of the kernels that `text` begins with prints; if it names none, what each kernel's prints.
fn report(session: &Session, jobs: &[(&Job<'_>, &Observed)], text: &str) -> Result<String> {
    let of = |jobs: &[(&Job<'_>, &Observed)]| -> Result<String> {
        let report = report_of(session, jobs, Instant::now());
        let mut out = Vec::new();
        terminal::render(&report, Paint::Plain, &mut out)?;
        Ok(String::from_utf8_lossy(&out).into_owned())
    };
    let named: Vec<_> = jobs
        .iter()
        .copied()
        .filter(|(job, _)| verdicts(text).any(|kernel| kernel == job.kernel_name()))
        .collect();
    if named.is_empty() {
        let each: Result<Vec<String>> = jobs.iter().map(|job| of(&[*job])).collect();
        return Ok(each?.join("\n"));
    }
    of(&named)
}

/// The kernels of the lines `lab-06-interp  6.1  differs  2.53 s`.
fn verdicts(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| is_timed(line))
        .filter_map(|line| line.split("  ").find(|word| is_kernel(word.trim())))
        .map(str::trim)
}

fn is_kernel(word: &str) -> bool {
    word.split_once('.')
        .is_some_and(|(major, minor)| [major, minor].iter().all(|part| part.parse::<u32>().is_ok()))
}

/// A line that says how long something took.
fn is_timed(line: &str) -> bool {
    line.ends_with(" s") && (line.starts_with("lab-") || line.contains(", in "))
}

/// Looks for each excerpt in what is printed.
fn compare(recorded: &str, printed: &str) -> Result<(), Outdated> {
    let printed = letters(printed);
    // Where the time of a search for the shortest program runs out is another place each time.
    let is_by_the_clock = |block: &String| block.contains("was not done after");
    for block in blocks(recorded).into_iter().filter(|block| !is_by_the_clock(block)) {
        if !printed.contains(&letters(&block)) {
            return Err(Outdated { block });
        }
    }
    Ok(())
}

/// What stands between anchors; all of it if there are none.
fn blocks(text: &str) -> Vec<String> {
    if !text.contains("ANCHOR: ") {
        return vec![text.to_owned()];
    }
    let mut blocks = Vec::new();
    let mut inside = None;
    for line in text.lines() {
        match (&mut inside, line.contains("ANCHOR: "), line.contains("ANCHOR_END: ")) {
            (_, true, _) => inside = Some(String::new()),
            (Some(block), _, true) => {
                blocks.push(std::mem::take(block));
                inside = None;
            }
            (Some(block), ..) => *block += &format!("{line}\n"),
            _ => {}
        }
    }
    blocks
}

/// All that has to be the same. How lines are broken is no matter, nor are times, addresses, a kernel's release, and what only
/// points to a place in the line above.
fn letters(text: &str) -> String {
    let is_mark = |line: &str| line.chars().all(|letter| letter == '^' || letter.is_whitespace());
    let lines = text.lines().filter(|line| !is_mark(line) && !is_timed(line));
    lines.flat_map(str::split_whitespace).map(steady).collect()
}

/// A word, or what kind of word it is where each run has another one.
fn steady(word: &str) -> &str {
    if word.starts_with("0xffff8") {
        "ADDRESS"
    } else if word.ends_with("-amd64") {
        "RELEASE"
    } else {
        word
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = "lab-06-interp  6.1  differs  2.53 s\n\nlab-06-interp: differs on 6.1\n  check `a`: one\n    two\n      ^^^\n  hint: x y\n";

    #[test]
    fn how_lines_are_broken_is_no_matter() {
        assert_eq!(
            compare("ANCHOR: a\n check `a`:\n one two\nANCHOR_END: a\nanything else\n", PRINTED),
            Ok(())
        );
        assert_eq!(compare("lab-06-interp  6.1  differs  9.99 s\n", PRINTED), Ok(()));
        assert_eq!(compare("check `a`: o\nne\n", PRINTED), Ok(()));
    }

    #[test]
    fn addresses_and_releases_are_other_ones_each_time() {
        assert_eq!(letters("r1 = 0xffff8880059c4f28 ;"), letters("r1 = 0xffff88801ff55710 ;"));
        assert_eq!(letters("release: 6.1.0-56-cloud-amd64"), letters("release: 6.1.0-57-cloud-amd64"));
        assert_ne!(letters("r1 = 1"), letters("r1 = 2"));
    }

    #[test]
    fn what_depends_on_the_clock_is_not_compared() {
        let block = "ANCHOR: a\nthe exercise was not done after 0.3 s\nANCHOR_END: a\n";
        assert_eq!(compare(block, PRINTED), Ok(()));
        let other = format!("{block}ANCHOR: b\nhint: y x\nANCHOR_END: b\n");
        assert!(compare(&other, PRINTED).is_err());
    }

    #[test]
    fn what_is_not_printed_is_named() {
        let why = compare(
            "ANCHOR: a\ncheck `a`: one\nANCHOR_END: a\nANCHOR: b\nhint: y x\nANCHOR_END: b\n",
            PRINTED,
        );
        assert_eq!(why, Err(Outdated { block: "hint: y x\n".to_owned() }));
    }

    #[test]
    fn the_first_lines_name_the_kernels() {
        let text = "lab-04-guard (mutant x)  5.10  differs  2.35 s\nlab-04-guard (mutant x)  7.3   differs  1.00 s\n\n1.2\n";
        assert_eq!(verdicts(text).collect::<Vec<_>>(), ["5.10", "7.3"]);
    }
}
