//! A machine in a folder: programs that only say their versions, a home, a cache.
//!
//! With it the runner sees the same machine everywhere, and cannot change the one that the tests run on.

use std::{
    fs,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
};

use rustix::thread::{CapabilitySet, remove_capability_from_bounding_set};
use tempfile::TempDir;

/// A machine. Its folder is removed with it.
pub(crate) struct Machine {
    folder: TempDir,
}

/// What one run of the runner left.
pub(crate) struct Finished {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The programs on `PATH`, each as a shell script. `ROOT` stands for the machine's folder.
const PROGRAMS: &[(&str, &str)] = &[
    (
        "rustc",
        "case \"$1\" in
-vV) echo 'rustc 1.95.0'; echo 'release: 1.95.0'; echo 'LLVM version: 22.1.2';;
*) echo 'ROOT/sysroot';;
esac",
    ),
    ("rustup", "exit 99"),
    ("cc", "exit 99"),
    ("apt-get", "exit 99"),
    ("sudo", "exit 99"),
    ("bpftool", "exit 99"),
    ("bpf-linker", "echo 'bpf-linker 0.13.0'; echo 'LLVM version 22.1.2'"),
    ("qemu-system-x86_64", "echo 'QEMU emulator version 10.0.2'"),
    // The one thing that it ever builds.
    (
        "cargo",
        "echo '{\"reason\":\"compiler-artifact\",\"package_id\":\"path+file:///vm/agent#vm-agent@0.1.0\",\"executable\":\"ROOT/agent\"}'",
    ),
];

/// Files of the toolchain and of the machine that are looked for and never read.
const FILES: &[&str] = &[
    "sysroot/bin/rustc",
    "sysroot/bin/cargo-clippy",
    "sysroot/bin/rustfmt",
    "sysroot/lib/rustlib/src/rust/library/Cargo.lock",
    "agent",
    "archive.gpg",
];

impl Machine {
    /// A machine that has every tool, and nothing in its cache.
    pub(crate) fn new() -> Self {
        let machine = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        for (name, script) in PROGRAMS {
            let script = script.replace("ROOT", &machine.path().display().to_string());
            machine.write(&format!("bin/{name}"), &format!("#!/bin/sh\n{script}\n"));
            let executable = fs::Permissions::from_mode(0o755);
            fs::set_permissions(machine.path().join("bin").join(name), executable).expect("an executable");
        }
        for file in FILES {
            machine.write(file, "");
        }
        // With a mirror and a keyring of its own it does not matter which distribution the tests run on.
        let keyring = machine.path().join("archive.gpg");
        machine
            .configured(&format!("mirror = 'http://mirror.test/debian'\nkeyring = '{}'\n", keyring.display()))
    }

    /// The same machine without a program.
    pub(crate) fn without(self, program: &str) -> Self {
        fs::remove_file(self.path().join("bin").join(program)).expect("a program to remove");
        self
    }

    /// The same machine with this configuration file.
    pub(crate) fn configured(self, text: &str) -> Self {
        self.write("config.toml", text);
        self
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub(crate) fn path(&self) -> PathBuf {
        fs::canonicalize(self.folder.path()).unwrap_or_else(|_| Path::new("/").to_owned())
    }

    /// Runs the runner on this machine, without a terminal, and waits for its end.
    pub(crate) fn run(&self, folder: &Path, arguments: &[&str]) -> Finished {
        finish(self.command(folder, arguments).stdout_capture())
    }

    /// The same with so little memory to address, in KiB.
    pub(crate) fn run_within(&self, kib: u32, folder: &Path, arguments: &[&str]) -> Finished {
        let words = ["-c", "ulimit -v $0; exec \"$@\"", &kib.to_string(), env!("CARGO_BIN_EXE_runner")];
        let command = duct::cmd("/bin/sh", words.iter().chain(arguments));
        finish(self.on(command, folder).stdout_capture())
    }

    /// The same as a user whom a folder's permissions stop: they do not stop root.
    pub(crate) fn run_as_a_user(&self, folder: &Path, arguments: &[&str]) -> Finished {
        /// The capabilities that let root pass (capabilities(7)).
        const PASSING: [CapabilitySet; 3] =
            [CapabilitySet::DAC_OVERRIDE, CapabilitySet::DAC_READ_SEARCH, CapabilitySet::FOWNER];
        let command = self.command(folder, arguments).before_spawn(|command| {
            // SAFETY: between fork and exec only system calls are made. Who is not root has nothing to give up.
            unsafe {
                command.pre_exec(|| {
                    for one in PASSING {
                        let _ = remove_capability_from_bounding_set(one);
                    }
                    Ok(())
                });
            }
            Ok(())
        });
        finish(command.stdout_capture())
    }

    /// The same with its data going to a file, which is left out of what is returned.
    pub(crate) fn run_to(&self, folder: &Path, arguments: &[&str], stdout: fs::File) -> Finished {
        finish(self.command(folder, arguments).stdout_file(stdout))
    }

    fn command(&self, folder: &Path, arguments: &[&str]) -> duct::Expression {
        self.on(duct::cmd(env!("CARGO_BIN_EXE_runner"), arguments), folder)
    }

    fn on(&self, command: duct::Expression, folder: &Path) -> duct::Expression {
        let place = |name: &str| self.path().join(name).into_os_string();
        let environment = [
            ("PATH", place("bin")),
            ("HOME", place("home")),
            ("EBPF_WORKBOOK_CACHE", place("cache")),
            ("EBPF_WORKBOOK_CONFIG", place("config.toml")),
        ];
        command.dir(folder).full_env(environment).stdin_null()
    }
}

fn finish(command: duct::Expression) -> Finished {
    let output = command.stderr_capture().unchecked().run().expect("the runner runs");
    let text = |bytes| String::from_utf8(bytes).expect("all that the runner prints is UTF-8");
    Finished {
        code: output.status.code().expect("the runner ends by itself"),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}
