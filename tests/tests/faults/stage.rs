//! The runner as a process, on a stage: a course of one lab, a cache, and programs in the place of cargo and
//! QEMU that hand over what is built already and can be told to hang.
//!
//! Kernels, tools, QEMU and the guest are the real ones.

use std::{
    fs,
    os::unix::{fs::symlink, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use tempfile::TempDir;
use tests::wait;

use crate::{
    bench::bench,
    judged, stub,
    theatre::{STAGE, paths, theatre},
};

/// Every process that the runner starts carries this variable with a value of its own.
const CACHE: &str = "EBPF_WORKBOOK_CACHE";

const MANIFEST: &str = r#"title = "A fault"
summary = "a program that misbehaves on purpose"
minutes = 1
timeout_s = TIMEOUT
exercise = "Passed"
hints = ["vague", "closer", "the line"]

[[check]]
name = "fault"
what = "the program went through to its end"
points = 1
"#;

/// An exercise that keeps rustc busy for ever.
pub(crate) const ENDLESS: &str = "#[allow(long_running_const_eval)]\nconst _: () = loop {};\n";

/// One stage. Its folder goes with it.
pub(crate) struct Stage {
    folder: TempDir,
}

impl Stage {
    /// A stage with a course, and a cache that has everything but checkpoints.
    pub(crate) fn without_checkpoints() -> Self {
        let stage = Self::with_an_empty_cache();
        stage.fill_the_cache();
        stage
    }

    /// A stage with everything.
    pub(crate) fn new() -> Self {
        let stage = Self::without_checkpoints();
        symlink(&theatre().checkpoints, stage.checkpoints()).expect("a link");
        stage
    }

    /// A stage with a course, and nothing in its cache.
    pub(crate) fn with_an_empty_cache() -> Self {
        let stage = Self { folder: stub::folder() };
        for folder in ["course/labs-ebpf", "cache/findings"] {
            fs::create_dir_all(stage.path(folder)).expect("a folder");
        }
        stage.write("course/Cargo.toml", "");
        stage.write("course/Cargo.lock", "");
        stage.write("course/labs-ebpf/Cargo.toml", "");
        stage.lab("lab-90-fault");
        let pinned = fs::read_to_string(paths().course.join("rust-toolchain.toml")).expect("it is there");
        stage.write("course/rust-toolchain.toml", &pinned);
        stage.program("pass", judged::LONG);
        stage.solution("pass");
        stage
    }

    /// Adds a lab, or makes it as it was. The solution's program is that of all labs but the first.
    pub(crate) fn lab(&self, name: &str) {
        let lab = |file: &str| format!("course/labs/{name}/{file}");
        self.write(&lab("lab.toml"), &MANIFEST.replace("TIMEOUT", &judged::LONG.as_secs().to_string()));
        self.write(&lab("src/exercise.rs"), "");
        self.write(&lab("src/solution.rs"), "");
        let snapshot = format!("---\nsource: labs/{name}/lab.toml\n---\nalive\n");
        self.write(&lab("snapshots/fault.snap"), &snapshot);
    }

    /// Puts kernels and tools into the cache, and what is known of this machine.
    pub(crate) fn fill_the_cache(&self) {
        for (from, to) in [(paths().kernels(), "cache/kernels"), (paths().tools(), "cache/tools")] {
            symlink(from, self.path(to)).expect("a link");
        }
        let finding = paths().findings().join("accelerator.json");
        fs::copy(finding, self.path("cache/findings/accelerator.json")).expect("the accelerator was found");
    }

    /// Makes this command of the fault program the lab's program; the lab's timeout is this.
    pub(crate) fn program(&self, words: &str, timeout: Duration) {
        let timeout = timeout.as_secs().to_string();
        self.write("course/labs/lab-90-fault/lab.toml", &MANIFEST.replace("TIMEOUT", &timeout));
        self.write_program("program", words, 0);
    }

    /// The same with so many bytes that mean nothing.
    pub(crate) fn large_program(&self, words: &str, bytes: usize) {
        self.write_program("program", words, bytes);
    }

    /// Makes this command the program of the reference solution, and of a second lab.
    pub(crate) fn solution(&self, words: &str) {
        self.write_program("solution", words, 0);
    }

    /// Adds the program that loads objects for `runner explain`.
    pub(crate) fn loader(&self) {
        self.write("course/labs/load/Cargo.toml", "");
        fs::write(self.path("loader"), &*bench().loader).expect("a program");
    }

    fn write_program(&self, file: &str, words: &str, padding: usize) {
        let parts = [&*bench().program, &vec![0; padding], b"\0fault-program: ", words.as_bytes()];
        fs::write(self.path(file), parts.concat()).expect("a program");
    }

    /// Has rustc crash over the first lab's exercise, as cargo tells it.
    pub(crate) fn rustc_crashes(&self) {
        let crash = include_str!("../../../runner/src/build/samples/rustc-crash.txt");
        self.write("rustc-crash", &crash.replace("lab-01-hello-ebpf", "lab-90-fault"));
    }

    /// Makes the course a real one, small, for the real cargo: its one exercise keeps rustc busy for ever.
    pub(crate) fn endless_compilation(&self) {
        self.real_course(&[("lab-90-fault", ENDLESS)]);
    }

    /// Makes the course a real one, small, for the real cargo, with these labs and their exercises. Cargo
    /// compiles one package at a time.
    pub(crate) fn real_course(&self, labs: &[(&str, &str)]) {
        let package = |name: &str| format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n");
        let workspace = "[workspace]\nresolver = \"3\"\nmembers = [\"agent\", \"labs/*\"]\n";
        self.write("course/Cargo.toml", &format!("{workspace}[profile.guest]\ninherits = \"release\"\n"));
        self.write("course/.cargo/config.toml", "[build]\njobs = 1\n");
        self.write("course/agent/Cargo.toml", &package("vm-agent"));
        self.write("course/agent/src/main.rs", "fn main() {}\n");
        fs::remove_file(self.path("course/Cargo.lock")).expect("cargo makes its own");
        for (name, exercise) in labs {
            self.lab(name);
            self.write(&format!("course/labs/{name}/Cargo.toml"), &package(name));
            self.write(&format!("course/labs/{name}/src/main.rs"), "mod exercise;\nfn main() {}\n");
            self.write(&format!("course/labs/{name}/src/exercise.rs"), exercise);
        }
    }

    /// Has the programs on the stage hang in `build`, `boot` or `restore`.
    pub(crate) fn hang_in(&self, phase: &str) {
        self.write(&format!("hang-in-{phase}"), "");
    }

    /// Has all programs work again.
    pub(crate) fn mend(&self) {
        for phase in ["build", "boot", "restore"] {
            let _ = fs::remove_file(self.path(&format!("hang-in-{phase}")));
        }
        self.program("pass", judged::LONG);
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn checkpoints(&self) -> PathBuf {
        self.path("cache/checkpoints")
    }

    /// A file of the evidence folder of the one job.
    pub(crate) fn evidence(&self, file: &str) -> PathBuf {
        self.path("course/target/labs/lab-90-fault/6.1").join(file)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// How often QEMU was started in this phase.
    pub(crate) fn starts(&self, phase: &str) -> Vec<i32> {
        let log = fs::read_to_string(self.path("qemu-log")).unwrap_or_default();
        let of_phase = log.lines().filter_map(|line| line.strip_prefix(phase));
        of_phase.filter_map(|pid| pid.trim().parse().ok()).collect()
    }

    /// The runner, about to check the one lab on kernel 6.1. Its words go to the files `stdout` and `stderr`.
    pub(crate) fn runner(&self, arguments: &[&str]) -> Command {
        self.runner_at("check", arguments)
    }

    /// The runner, about to do this with the one lab on kernel 6.1.
    pub(crate) fn runner_at(&self, word: &str, arguments: &[&str]) -> Command {
        self.runner_with(&[&[word, "lab-90", "--kernel", "6.1"], arguments].concat())
    }

    /// The runner, about to do this.
    pub(crate) fn runner_with(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&theatre().runner);
        command.args(words);
        self.furnish(&mut command);
        command
    }

    /// Starts the runner in a process group of its own.
    pub(crate) fn start(&self, mut command: Command) -> Child {
        command.process_group(0).spawn().expect("the runner starts")
    }

    /// The same under another program, which gets the runner's command line behind its own words.
    pub(crate) fn runner_under(&self, program: &str, words: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(words).arg(&theatre().runner).args(["check", "lab-90", "--kernel", "6.1"]);
        self.furnish(&mut command);
        command
    }

    fn furnish(&self, command: &mut Command) {
        let theatre = theatre();
        let path = std::env::var("PATH").unwrap_or_default();
        let file = |name: &str| fs::File::create(self.path(name)).expect("a file");
        command
            .current_dir(self.path("course"))
            .env("PATH", format!("{}:{path}", theatre.programs.display()))
            .env("CARGO", theatre.programs.join("cargo"))
            .env(CACHE, self.path("cache"))
            .env("EBPF_WORKBOOK_CONFIG", self.path("config.toml"))
            .env(STAGE, self.folder.path())
            .stdin(Stdio::null())
            .stdout(file("stdout"))
            .stderr(file("stderr"));
    }

    /// What the runner has written, both streams.
    pub(crate) fn said(&self) -> String {
        let read =
            |name: &str| fs::read(self.path(name)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        read("stdout").unwrap_or_default() + &read("stderr").unwrap_or_default()
    }

    /// Runs the runner to its end and returns its exit code.
    pub(crate) fn run(&self, arguments: &[&str]) -> i32 {
        let mut child = self.start(self.runner(arguments));
        self.end(&mut child)
    }

    /// Waits for the end of the runner and returns its exit code.
    #[track_caller]
    pub(crate) fn end(&self, child: &mut Child) -> i32 {
        /// Three attempts of a job, or a verifier that is given up, on a busy machine.
        const TIMEOUT: Duration = Duration::from_secs(420);
        let status = wait::until(TIMEOUT, "the runner's end", || child.try_wait().expect("a child of ours"));
        status.code().unwrap_or_else(|| panic!("the runner was ended: {status}\n{}", self.said()))
    }

    /// Waits until no process of this stage is left.
    ///
    /// # Panics
    /// After this time, with the processes.
    #[track_caller]
    pub(crate) fn is_left_within(&self, timeout: Duration) {
        let mut left = Vec::new();
        let deadline = vm::Deadline::after(timeout, "all processes to end");
        while deadline.left().is_some() {
            left = self.processes();
            if left.is_empty() {
                return;
            }
            std::thread::yield_now();
        }
        panic!("these processes were left running: {left:#?}");
    }

    /// The command lines of all processes that the runner has started here, and of itself.
    pub(crate) fn processes(&self) -> Vec<String> {
        let mark = format!("{CACHE}={}", self.path("cache").display());
        let ours = |folder: &Path| {
            let environment = fs::read(folder.join("environ")).unwrap_or_default();
            environment.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes())
        };
        let entries = fs::read_dir("/proc").expect("/proc").flatten().map(|entry| entry.path());
        let shown = |folder: PathBuf| {
            let line = fs::read(folder.join("cmdline")).unwrap_or_default();
            format!("{} {}", folder.display(), String::from_utf8_lossy(&line).replace('\0', " "))
        };
        entries.filter(|folder| ours(folder)).map(shown).collect()
    }
}
