//! Looks at the Rust toolchain, and has rustup complete it.

use std::path::{Path, PathBuf};

use super::{SetupError, Talk, Toolchain, memo::Memo};

/// Components that authors need, each with the file that shows that it is there.
const FOR_AUTHORS: [(&str, &str); 2] = [("clippy", "bin/cargo-clippy"), ("rustfmt", "bin/rustfmt")];

/// Variables by which an outer cargo or rustup would choose a toolchain or flags for an inner one.
pub(crate) const INHERITED: [&str; 12] = [
    "RUSTUP_TOOLCHAIN",
    "RUSTC",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTDOC",
    "RUSTFLAGS",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_TARGET_DIR",
    "CARGO_BUILD_TARGET_DIR",
    "CARGO_BUILD_RUSTFLAGS",
    "RUST_RECURSION_COUNT",
];

/// The version that `rust-toolchain.toml` pins.
pub(super) fn pinned(course: &Path) -> Result<String, SetupError> {
    let file = course.join("rust-toolchain.toml");
    let problem = |why: String| {
        SetupError::Probe(format!(
            "cannot tell the pinned toolchain from `{}`: {why}\nhint: restore the file with `git checkout rust-toolchain.toml`",
            file.display()
        ))
    };
    let text = std::fs::read_to_string(&file).map_err(|error| problem(error.to_string()))?;
    let table: toml::Table = toml::from_str(&text).map_err(|error| problem(error.to_string()))?;
    let channel =
        table.get("toolchain").and_then(|table| table.get("channel")).and_then(|value| value.as_str());
    channel.map(ToOwned::to_owned).ok_or_else(|| problem("there is no `channel` in `[toolchain]`".to_owned()))
}

/// The toolchain that answers in the course's folder.
pub(super) fn probe(course: &Path, rustc: Option<PathBuf>, memo: &mut Memo) -> Option<Toolchain> {
    let rustc = rustc?;
    let pin = course.join("rust-toolchain.toml");
    let ask = || {
        let version = run(course, &rustc, "-vV")?;
        let sysroot = run(course, &rustc, "--print=sysroot")?;
        Some(format!("{}\nsysroot: {}", version.trim_end(), sysroot.trim_end()))
    };
    let found = parse(&rustc, &memo.answer("rustc", &[&rustc, &pin], ask)?)?;
    // A toolchain that was removed leaves rustup's proxy, and so the remembered answer, in place.
    if !found.sysroot.join("bin/rustc").exists() {
        return None;
    }
    let lacks = FOR_AUTHORS.iter().filter(|(_, file)| !found.sysroot.join(file).exists());
    Some(Toolchain { lacks: lacks.map(|(name, _)| (*name).to_owned()).collect(), ..found })
}

fn run(folder: &Path, program: &Path, argument: &str) -> Option<String> {
    let command = duct::cmd!(program, argument).dir(folder).stdin_null().stderr_null();
    INHERITED.iter().fold(command, |command, name| command.env_remove(name)).read().ok()
}

/// Reads `rustc -vV` with a line for the sysroot.
fn parse(rustc: &Path, text: &str) -> Option<Toolchain> {
    let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)).map(str::trim);
    Some(Toolchain {
        rustc: rustc.to_path_buf(),
        release: value("release:")?.to_owned(),
        llvm: value("LLVM version:")?.split('.').next()?.parse().ok()?,
        sysroot: value("sysroot:")?.into(),
        lacks: Vec::new(),
    })
}

/// Runs rustup with these arguments. The error is rustup's own last one.
pub(super) fn rustup(rustup: &Path, arguments: &[&str], talk: &Talk) -> Result<(), String> {
    let bar = talk.bar(&format!("rustup {}", arguments.join(" ")));
    let command = duct::cmd(rustup, arguments).stdin_null().stderr_to_stdout().stdout_capture().unchecked();
    let command = INHERITED.iter().fold(command, |command, name| command.env_remove(name));
    let output = command.run().map_err(|error| error.to_string())?;
    if output.status.success() {
        bar.done();
        return Ok(());
    }
    bar.failed();
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.lines().rfind(|line| line.starts_with("error")).or(text.lines().last());
    Err(last.map_or("it said nothing", |line| line.trim_start_matches("error: ")).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = "rustc 1.95.0 (59807616e 2026-04-14)\nhost: x86_64-unknown-linux-gnu\n\
                          release: 1.95.0\nLLVM version: 22.1.2\nsysroot: /r/toolchains/1.95.0";

    #[test]
    fn reads_what_rustc_says() {
        let found = parse(Path::new("/bin/rustc"), ANSWER).unwrap();
        assert_eq!((found.release.as_str(), found.llvm), ("1.95.0", 22));
        assert_eq!(found.sysroot, Path::new("/r/toolchains/1.95.0"));
        assert_eq!(parse(Path::new("/bin/rustc"), "rustc 1.95.0\n"), None);
    }

    #[test]
    fn the_pin_is_read() {
        let course = tempfile::tempdir().unwrap();
        std::fs::write(course.path().join("rust-toolchain.toml"), "[toolchain]\nchannel = \"1.95.0\"\n")
            .unwrap();
        assert_eq!(pinned(course.path()).unwrap(), "1.95.0");
        std::fs::write(course.path().join("rust-toolchain.toml"), "[toolchain]\n").unwrap();
        let error = pinned(course.path()).unwrap_err().to_string();
        assert!(error.contains("no `channel`") && error.contains("\nhint: "), "{error}");
    }
}
