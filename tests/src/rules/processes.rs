//! Which file starts which other program: there is one door to each.
//!
//! Tests are not looked at: they may start what they like.

use super::sources::{code, is_test};
use crate::{Finding, Rule, Tree};

/// All rules of this file.
pub const ALL: &[Rule] = &[STARTED, NAMED];

/// Who starts programs.
pub const STARTED: Rule = Rule {
    holds: "only the files in the table `STARTERS` of this rule start programs",
    mend: "call the module that starts this program already: `runner::build` for cargo, `vm` for QEMU, `vm::apt` for apt; \
           for another program, add the file to `STARTERS` in `tests/src/rules/processes.rs` with the reason; \
           take files out that start none any more",
    find: |tree| {
        let mut findings = Vec::new();
        for (path, text) in product(tree) {
            if STARTERS.iter().any(|(starter, _)| *starter == path) {
                continue;
            }
            for (number, line) in code(text) {
                if let Some(way) = WAYS.iter().find(|way| line.contains(**way)) {
                    findings.push(Finding::line(path, number, format!("starts a program: `{way}`")));
                }
            }
        }
        let idle = |path: &str| {
            tree.text(path)
                .is_some_and(|text| !code(text).any(|(_, line)| WAYS.iter().any(|way| line.contains(way))))
        };
        let idle = STARTERS.iter().filter(|(path, _)| idle(path));
        findings.extend(idle.map(|(path, _)| Finding::file(*path, "is in the table and starts none")));
        findings
    },
};

/// Who knows the names of the three programs with one door each.
pub const NAMED: Rule = Rule {
    holds: "cargo, apt and QEMU are named as programs only where they are started or looked for",
    mend: "call the module that starts the program, or let it tell you what you need; exceptions stand with their \
           reason in `DOORS` in `tests/src/rules/processes.rs`",
    find: |tree| {
        let mut findings = Vec::new();
        for (path, text) in product(tree) {
            for (number, line) in code(text) {
                let words = line.split('"').skip(1).step_by(2);
                for word in words {
                    let door = DOORS.iter().find(|door| door.programs.contains(&word));
                    let Some(door) = door else { continue };
                    if !door.folders.iter().any(|(folder, _)| path.starts_with(folder)) {
                        findings.push(Finding::line(path, number, format!("names the program `{word}`")));
                    }
                }
            }
        }
        findings
    },
};

/// How a program is started in Rust, by the standard library or by `duct`.
const WAYS: &[&str] = &["Command::new(", "duct::cmd", "use duct", "fork("];

/// Every file of the product that starts programs: its path, and which, and why there.
const STARTERS: &[(&str, &str)] = &[
    ("labs/kit/src/worker.rs", "forks the processes of an exact workload"),
    (
        "labs/load/src/apart.rs",
        "in the guest: forks, so that one program cannot keep the others from their answers",
    ),
    ("labs/lab-02-bpfls/src/crosscheck.rs", "in the guest: bpftool, for the authors' cross-check"),
    (
        "runner/data/errors/labs/lab-91-errors/src/case.rs",
        "in the guest: each recorded mistake in a process of its own",
    ),
    (
        "runner/data/errors/labs/lab-91-errors/src/loading.rs",
        "in the guest: a process that gives up its rights",
    ),
    ("runner/src/build/cargo.rs", "cargo, for everything of the course"),
    ("runner/src/build/cargo_install.rs", "cargo, for tools that are no part of the course"),
    ("runner/src/dev/bench/command.rs", "the runner itself, from command to exit, to measure it"),
    ("runner/src/dev/bench/watching.rs", "the runner's `watch`, to measure it while it runs"),
    ("runner/src/dev/listed.rs", "llvm-objdump, which lab 05's listing is compared with"),
    ("runner/src/setup/bpf_linker.rs", "bpf-linker --version: does it fit?"),
    (
        "runner/src/setup/packages.rs",
        "sudo -v: asks for the password before progress bars cover the terminal",
    ),
    ("runner/src/setup/probe.rs", "qemu-system-x86_64 --version: is it new enough?"),
    ("runner/src/run/tools.rs", "ldd: which libraries a tool for the guest needs"),
    ("runner/src/setup/rust_src.rs", "dpkg-deb and tar: unpack one package into the cache"),
    ("runner/src/setup/toolchain.rs", "rustc -vV and rustup: the toolchain"),
    ("runner/src/watch/check.rs", "this program itself: a check that can be ended"),
    ("runner/src/watch/mod.rs", "this program itself: what another command says"),
    ("vm/agent/src/launcher.rs", "in the guest: the one program"),
    ("vm/agent/src/warm_up.rs", "in the guest: itself, before the checkpoint"),
    ("vm/src/apt/command.rs", "apt, all of it"),
    ("vm/src/guest.rs", "QEMU"),
];

/// The names of a program, and the places that may know them, with the reason.
struct Door {
    programs: &'static [&'static str],
    folders: &'static [(&'static str, &'static str)],
}

const DOORS: &[Door] = &[
    Door { programs: &["cargo"], folders: &[("runner/src/build/", "runs it")] },
    Door {
        programs: &["apt-get", "apt-cache", "apt-config", "apt-mark"],
        folders: &[
            ("vm/src/apt/", "runs it"),
            ("runner/src/setup/probe.rs", "looks whether it is on PATH, and runs nothing"),
        ],
    },
    Door {
        programs: &["qemu-system-x86_64"],
        folders: &[
            ("vm/src/guest.rs", "runs it"),
            ("runner/src/setup/probe.rs", "looks for it and asks its version"),
        ],
    },
];

/// The Rust files of the product: no tests, no examples.
fn product(tree: &Tree) -> impl Iterator<Item = (&str, &str)> {
    tree.ending(".rs").filter(|(path, _)| !is_test(path))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::{rule::bites, sample::good};

    const NEW: &str = "runner/src/new.rs";

    #[rstest]
    #[case::std(&STARTED, NEW, "//! x\nlet c = Command::new(path);\n", "runner/src/new.rs:2: starts a program: `Command::new(`")]
    #[case::duct(&STARTED, NEW, "//! x\nuse duct::cmd;\n", "runner/src/new.rs:2: starts a program: `duct::cmd`")]
    #[case::idle(&STARTED, "vm/src/guest.rs", "//! x\n// Command::new(\n", "vm/src/guest.rs: is in the table and starts none")]
    #[case::cargo(&NAMED, NEW, "//! x\nrun(\"cargo\");\n", "runner/src/new.rs:2: names the program `cargo`")]
    #[case::apt(&NAMED, "vm/src/guest.rs", "//! x\nrun(\"apt-get\");\n", "vm/src/guest.rs:2: names the program `apt-get`")]
    #[case::qemu(
        &NAMED,
        "vm/src/apt/command.rs",
        "//! x\nrun(\"qemu-system-x86_64\");\n",
        "vm/src/apt/command.rs:2: names the program `qemu-system-x86_64`"
    )]
    fn breaking(#[case] rule: &Rule, #[case] path: &str, #[case] text: &str, #[case] expected: &str) {
        bites(rule, &good().with(path, text), expected);
    }

    #[rstest]
    #[case::test_module("//! x\n#[cfg(test)]\nmod tests {\n    use duct::cmd;\n}\n")]
    #[case::comment("//! x\n// use duct::cmd would start \"cargo\".\n")]
    #[case::message("//! x\nlet hint = \"start cargo again\";\n")]
    fn allowed(#[case] text: &str) {
        let tree = good().with(NEW, text);
        assert_eq!((STARTED.check(&tree), NAMED.check(&tree)), (Ok(()), Ok(())));
    }
}
