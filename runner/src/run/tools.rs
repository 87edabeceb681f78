//! What a person finds in a guest beside the lab: a shell with its small programs, and bpftool.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::Tool;

/// Where the guest's shell lies.
pub const BUSYBOX: &str = "/bin/busybox";

/// Links busybox's programs, goes where the lab lies, and becomes the command.
const START: &str = "/bin/busybox --install -s /bin; cd /lab; exec \"$@\"";

/// Where the host may have bpftool.
const BPFTOOL: [&str; 3] = ["/usr/sbin/bpftool", "/usr/bin/bpftool", "/usr/local/sbin/bpftool"];

/// The command that prepares the guest and then becomes this one; without one, a shell.
#[must_use]
pub fn start(command: &[String]) -> Vec<String> {
    let first = [BUSYBOX, "sh", "-c", START, "sh"].map(str::to_owned);
    let shell = ["/bin/sh".to_owned()];
    first.into_iter().chain(if command.is_empty() { shell.to_vec() } else { command.to_vec() }).collect()
}

/// busybox, for the guest's `/bin`.
///
/// # Errors
/// When it cannot be read.
pub fn busybox(program: &Path) -> Result<Tool> {
    let contents = fs::read(program).with_context(|| {
        format!("cannot read `{}`\nhint: delete it, and it is fetched again", program.display())
    })?;
    Ok(Tool { path: BUSYBOX.to_owned(), contents: contents.into() })
}

/// The host's bpftool with its libraries and its loader, each where the loader looks for it. Nothing if the host has
/// none that can be handed over.
#[must_use]
pub fn bpftool() -> Vec<Tool> {
    let Some(program) = BPFTOOL.iter().map(PathBuf::from).find(|path| path.exists()) else {
        return Vec::new();
    };
    // Without it the shell is of use as well.
    let needed = libraries_of(&program).unwrap_or_default().into_iter().map(PathBuf::from);
    let place = Path::new("/bin/bpftool");
    let tool = |from: &Path, path: &Path| -> io::Result<Tool> {
        Ok(Tool { path: path.display().to_string(), contents: fs::read(from)?.into() })
    };
    let all: io::Result<Vec<Tool>> =
        std::iter::once(tool(&program, place)).chain(needed.map(|path| tool(&path, &path))).collect();
    all.unwrap_or_default()
}

/// The libraries and the loader that a program of the host needs.
///
/// # Errors
/// When `ldd` cannot be asked.
pub fn libraries_of(program: &Path) -> io::Result<Vec<String>> {
    Ok(libraries(&duct::cmd!("ldd", program).stderr_null().read()?))
}

/// The paths in a listing of `ldd`: `libelf.so.1 => /lib/libelf.so.1 (0x…)`, `/lib64/ld-linux-x86-64.so.2 (0x…)`.
fn libraries(listing: &str) -> Vec<String> {
    let path = |line: &str| line.split_whitespace().find(|word| word.starts_with('/')).map(str::to_owned);
    listing.lines().filter_map(path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_command_there_is_a_shell() {
        assert_eq!(start(&[]).last().map(String::as_str), Some("/bin/sh"));
        let command = ["stty", "size"].map(str::to_owned);
        assert!(start(&command).ends_with(&command));
    }

    #[test]
    fn the_loader_is_a_library_too_and_the_virtual_one_is_none() {
        let listing =
            "\tlinux-vdso.so.1 (0x7)\n\tlibz.so.1 => /lib/x/libz.so.1 (0x7)\n\t/lib64/ld.so.2 (0x7)\n";
        assert_eq!(libraries(listing), ["/lib/x/libz.so.1", "/lib64/ld.so.2"]);
        assert!(libraries("\tnot a dynamic executable\n").is_empty());
    }
}
