//! What all stages have in common, made once: the runner, the programs in the place of cargo and QEMU,
//! and checkpoints that nobody damages.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use runner::paths::Paths;
use vm::{Host, Machine, Qemu};

use crate::{bench::bench, stub};

/// The folder of the stage, for the programs on it.
pub(crate) const STAGE: &str = "FAULTS_STAGE";

/// Hands over the agent and the stage's program.
const CARGO: &str = r#"
if [ -e "$FAULTS_STAGE/hang-in-build" ]; then touch "$FAULTS_STAGE/reached-build"; sleep 600 & wait; fi
made() { echo "{\"reason\":\"compiler-artifact\",\"package_id\":\"path+file:///course/$1#0.1.0\",\"executable\":\"$2\"}"; }
made vm-agent AGENT
case $PWD in
*/course/solution) made lab-90-fault "$FAULTS_STAGE/solution" ;;
*) if [ -e "$FAULTS_STAGE/rustc-crash" ]; then cat "$FAULTS_STAGE/rustc-crash"
   else made lab-90-fault "$FAULTS_STAGE/program"; fi ;;
esac
if [ -e "$FAULTS_STAGE/loader" ]; then made load "$FAULTS_STAGE/loader"; fi
made lab-91-fault "$FAULTS_STAGE/solution"
"#;

/// Writes down that it was started, and becomes the real one.
const QEMU: &str = r#"
[ "$1" = --version ] && exec 'QEMU' --version
[ -z "$FAULTS_STAGE" ] && exec 'QEMU' "$@"
case "$*" in *-incoming*) phase=restore;; *) phase=boot;; esac
echo "$phase $$" >> "$FAULTS_STAGE/qemu-log"
[ -e "$FAULTS_STAGE/hang-in-$phase" ] && exec sleep 600
exec 'QEMU' "$@"
"#;

/// What all stages have in common, made once.
pub(crate) struct Theatre {
    /// The runner as a learner has it.
    pub(crate) runner: PathBuf,
    /// The folder of the programs; always the same path, because it is part of a checkpoint's key.
    pub(crate) programs: PathBuf,
    /// Checkpoints that nobody damages.
    pub(crate) checkpoints: PathBuf,
}

/// Where things lie on this machine.
pub(crate) fn paths() -> &'static Paths {
    static PATHS: OnceLock<Paths> = OnceLock::new();
    PATHS.get_or_init(|| Paths::discover().expect("the tests run in the course"))
}

/// The theatre, made by whoever asks first.
pub(crate) fn theatre() -> &'static Theatre {
    static THEATRE: OnceLock<Theatre> = OnceLock::new();
    THEATRE.get_or_init(|| {
        let ours = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults");
        let (programs, checkpoints) = (ours.join("bin"), ours.join("checkpoints"));
        fs::create_dir_all(&programs).expect("a folder");
        let qemu = bench().host.qemu.path.display().to_string();
        stub::script(&programs, "cargo", &CARGO.replace("AGENT", &bench().host.agent.display().to_string()));
        let path =
            stub::script(&programs, "qemu-system-x86_64", &QEMU.replace("'QEMU'", &format!("'{qemu}'")));
        let host = Host {
            qemu: Qemu { path, ..bench().host.qemu.clone() },
            checkpoints: checkpoints.clone(),
            ..bench().host.clone()
        };
        let kept = host.checkpoint(bench().kernel("6.1"), &Machine::default()).expect("a checkpoint").folder;
        // What another agent left behind.
        for entry in fs::read_dir(&checkpoints).expect("a folder").flatten() {
            if entry.path().join("facts.json").exists() && entry.path() != kept {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        Theatre { runner: build_runner(), programs, checkpoints }
    })
}

/// The runner as a learner has it. Cargo has nothing to do if it was built before.
fn build_runner() -> PathBuf {
    let target = paths().course.join("target");
    let words = ["build", "--release", "--quiet", "--package", "runner", "--target-dir"].map(Into::into);
    let words = words.into_iter().chain([target.clone().into_os_string()]);
    duct::cmd(cargo(), words).dir(&paths().course).run().expect("the runner builds");
    target.join("release/runner")
}

/// The real cargo.
pub(crate) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}
