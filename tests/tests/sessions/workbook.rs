//! A learner's workspace, written anew by `runner init` for each test. What was compiled in it stays: the first
//! build takes a minute.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

use runner::{paths::Paths, workspace::without_marks};

/// One workspace, one test at a time.
static TURN: Mutex<()> = Mutex::new(());

/// The learner's workspace.
pub(crate) struct Workbook {
    folder: PathBuf,
    _turn: MutexGuard<'static, ()>,
}

impl Workbook {
    /// As `runner init` writes it.
    ///
    /// # Panics
    /// If it cannot be written.
    pub(crate) fn fresh() -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let ours = logs();
        let (folder, kept) = (ours.join("workbook"), ours.join("kept-target"));
        if folder.join("target").exists() {
            let _ = fs::remove_dir_all(&kept);
            fs::rename(folder.join("target"), &kept).expect("what was compiled can be kept");
        }
        let _ = fs::remove_dir_all(&folder);
        let workbook = Self { folder, _turn: turn };
        let init =
            workbook.runner(&["init", &workbook.folder.display().to_string()]).current_dir(&ours).output();
        let init = init.expect("the runner starts");
        assert!(init.status.success(), "{}", String::from_utf8_lossy(&init.stderr));
        if kept.exists() {
            fs::rename(&kept, workbook.folder.join("target")).expect("what was compiled comes back");
            // Evidence of another test's runs.
            let _ = fs::remove_dir_all(workbook.folder.join("target/labs"));
        }
        workbook
    }

    /// The runner with these words, in the workspace, without a terminal's colours.
    pub(crate) fn runner(&self, words: &[&str]) -> Command {
        let mut command = Command::new(runner());
        command.args(words).current_dir(&self.folder).env("NO_COLOR", "1").env("TERM", "xterm");
        command.env_remove("EBPF_WORKBOOK_PLAIN").stdin(Stdio::null());
        command
    }

    /// Runs it to its end: its exit code, standard output and standard error.
    pub(crate) fn run(&self, words: &[&str]) -> (i32, String, String) {
        let output = self.runner(words).output().expect("the runner starts");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
    }

    /// How many labs the course has.
    pub(crate) fn labs(&self) -> usize {
        let folders = fs::read_dir(self.folder.join("labs")).expect("the workspace has labs").flatten();
        folders.filter(|folder| folder.path().join("lab.toml").exists()).count()
    }

    /// The exercise of a lab.
    pub(crate) fn exercise(&self, lab: &str) -> PathBuf {
        let side = if lab == "lab-02-bpfls" { "labs" } else { "labs-ebpf" };
        self.folder.join(side).join(lab).join("src/exercise.rs")
    }

    /// Saves an exercise as most editors do: in place.
    pub(crate) fn save(&self, lab: &str, text: &str) {
        fs::write(self.exercise(lab), text).expect("the exercise can be written");
    }
}

/// The reference solution of a lab, from the repository: no workspace has it.
pub(crate) fn solution(lab: &str) -> String {
    let side = if lab == "lab-02-bpfls" { "labs" } else { "labs-ebpf" };
    let file = course().join(side).join(lab).join("src/solution.rs");
    without_marks(&fs::read_to_string(file).expect("each lab has a solution"))
}

/// Where the sessions' own files lie.
pub(crate) fn logs() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sessions");
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn course() -> PathBuf {
    Paths::discover().expect("the tests run in the course").course
}

/// The runner as a learner has it. Cargo has nothing to do if it was built before.
fn runner() -> &'static Path {
    static RUNNER: OnceLock<PathBuf> = OnceLock::new();
    RUNNER.get_or_init(|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let target = course().join("target");
        let words = ["build", "--release", "--quiet", "--package", "runner", "--target-dir"].map(Into::into);
        let words = words.into_iter().chain([target.clone().into_os_string()]);
        duct::cmd(cargo, words).dir(course()).run().expect("the runner builds");
        target.join("release/runner")
    })
}
