//! The initramfs: the agent as `/init`, the kernel's kept modules and the order to load them in.
//!
//! It holds nothing of a lab: labs are handed over after the restore, so one checkpoint serves all.

use std::{fs, path::Path};

use crate::{
    cpio::{Entry, archive},
    error::VmError,
    kernel::Kernel,
};

/// The archive for a kernel and an agent.
///
/// # Errors
/// [`VmError::Io`] for a module or an agent that cannot be read.
pub fn build(kernel: &Kernel, agent: &Path) -> Result<Vec<u8>, VmError> {
    let mut entries: Vec<Entry> = ["dev", "proc", "sys", "tmp", "run", "modules"]
        .map(|path| Entry::Folder { path: path.into() })
        .into();
    // The kernel opens this for the agent's standard streams before devtmpfs is mounted.
    entries.push(Entry::Device { path: "dev/console".into(), number: (5, 1) });
    entries.push(Entry::File { path: "init".into(), mode: 0o755, contents: read(agent)? });
    let order = load_order(&dependencies(&kernel.modules)?);
    for name in &order {
        let contents = read(&kernel.modules.join(name))?;
        entries.push(Entry::File { path: format!("modules/{name}"), mode: 0o644, contents });
    }
    let listing = order.iter().map(|name| format!("{name}\n")).collect::<String>();
    entries.push(Entry::File { path: "modules/order".into(), mode: 0o644, contents: listing.into_bytes() });
    Ok(archive(&entries))
}

fn read(path: &Path) -> Result<Vec<u8>, VmError> {
    fs::read(path).map_err(VmError::io(format!("read `{}`", path.display())))
}

/// The kept `modules.dep`; empty for a kernel without modules.
fn dependencies(modules: &Path) -> Result<String, VmError> {
    let file = modules.join("modules.dep");
    if !file.exists() {
        return Ok(String::new());
    }
    fs::read_to_string(&file).map_err(VmError::io(format!("read `{}`", file.display())))
}

/// File names in an order in which every module comes after the ones that it needs.
fn load_order(dependencies: &str) -> Vec<String> {
    let lines: Vec<(&str, Vec<&str>)> = dependencies
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(module, needs)| (module.trim(), needs.split_whitespace().collect()))
        .collect();
    let mut order: Vec<String> = Vec::new();
    // Each round adds the modules whose needs are met; a cycle would add nothing and end the loop.
    loop {
        let before = order.len();
        for (module, needs) in &lines {
            let ready = needs.iter().all(|need| order.iter().any(|loaded| loaded == need));
            if ready && !order.iter().any(|loaded| loaded == module) {
                order.push((*module).to_owned());
            }
        }
        if order.len() == before {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_come_after_what_they_need() {
        let text =
            "virtio_console.ko: virtio.ko virtio_ring.ko\nvirtio.ko: virtio_ring.ko\nvirtio_ring.ko:\n";
        assert_eq!(load_order(text), ["virtio_ring.ko", "virtio.ko", "virtio_console.ko"]);
    }

    #[test]
    fn no_modules_is_fine() {
        assert!(load_order("").is_empty());
    }
}
