//! Puts what `lab-91-errors` said on all kernels into one file for each mistake.
//!
//! `rustc --edition 2024 collect.rs && ./collect target/labs/lab-91-errors runner/data/errors/recorded`
//! It keeps the lines that people write: `cause`, `cause_on`, `without_hook`, `note`.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::Path,
};

const KERNELS: [&str; 5] = ["5.10", "6.1", "6.12", "6.18", "7.3"];

/// One outcome, the same on some kernels: stage, hook or log, error.
type Outcome = (String, String, String);

/// What was done, and the outcomes in the order of the kernels.
type Mistake = (String, Vec<(Outcome, Vec<&'static str>)>);

fn main() {
    let folders: Vec<String> = env::args().skip(1).collect();
    let [evidence, results] = &folders[..] else { panic!("give two folders: evidence, results") };
    let mut mistakes: BTreeMap<String, Mistake> = BTreeMap::new();
    let mut broken = BTreeSet::new();
    for kernel in KERNELS {
        let file = Path::new(evidence).join(kernel).join("diagnostics.txt");
        let text = String::from_utf8_lossy(&fs::read(&file).expect("a diagnostics file")).into_owned();
        for line in text.lines().filter_map(|line| line.strip_prefix("@@@\t")) {
            let [name, did, outcome @ ..] = &line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("{line}")
            };
            let [stage, hook, error] = outcome else { panic!("{line}") };
            if *stage == "broken" {
                eprintln!("{name} did not end on {kernel}: left as it is");
                broken.insert(name.to_string());
            }
            let outcome = (stage.to_string(), hook.replace("\\n", "\n"), error.replace("\\n", "\n"));
            let (_, outcomes) = mistakes.entry(name.to_string()).or_insert((did.to_string(), Vec::new()));
            match outcomes.iter_mut().find(|(known, _)| *known == outcome) {
                Some((_, kernels)) => kernels.push(kernel),
                None => outcomes.push((outcome, vec![kernel])),
            }
        }
    }
    mistakes.retain(|name, _| !broken.contains(name));
    for (name, mistake) in mistakes {
        let path = Path::new(results).join(format!("{name}.toml"));
        let old = fs::read_to_string(&path).unwrap_or_default();
        // A second run, with other modules, has only some of the mistakes to make.
        if old.is_empty() || mistake.1.iter().any(|((stage, ..), _)| stage != "accepted") {
            fs::write(&path, render(&mistake, &old)).expect("the results folder");
        }
    }
}

fn render((did, outcomes): &Mistake, old: &str) -> String {
    let kept = |key: &str| old.lines().find(|line| line.starts_with(key)).map(|line| format!("{line}\n"));
    let mut text = format!("did = {}\n", literal(did));
    text += &kept("cause = ").unwrap_or_else(|| "cause = \"\"\n".into());
    text.extend(kept("cause_on = "));
    text.extend(kept("without_hook = "));
    text.extend(kept("note = "));
    for ((stage, hook, error), kernels) in outcomes {
        let kernels: Vec<String> = kernels.iter().map(|kernel| format!("\"{kernel}\"")).collect();
        text += &format!("\n[[text]]\nkernels = [{}]\nstage = \"{stage}\"\n", kernels.join(", "));
        match stage.as_str() {
            "accepted" => continue,
            "attach" => text += &format!("hook = {}\n", literal(hook)),
            "log" => text += &format!("log = {}\n", literal(hook)),
            _ => {}
        }
        text += &format!("error = {}\n", literal(error));
    }
    text
}

/// TOML's literal strings: nothing in them is escaped.
fn literal(text: &str) -> String {
    assert!(!text.contains("'''"), "{text}");
    if text.contains(['\n', '\'']) { format!("'''\n{text}'''") } else { format!("'{text}'") }
}
