//! Which kernel modules must be loaded, in which order, so that the wanted ones are there.
//!
//! Pure functions over names, the text `modules.builtin` and the bytes of modules. Packages hold no
//! `modules.dep` (depmod writes it when they are installed), so the dependencies are read from the modules
//! themselves, as depmod does. It loads nothing, and it does not follow soft dependencies.
//! Source of the formats: depmod(8), modules.dep(5), modinfo(8).

use std::collections::BTreeSet;
use std::io;

use object::{Object, ObjectSection};

use crate::payload;

/// What every guest needs: the port of the agent. Built in from 6.12 on, modules before.
pub const BASE: [&str; 2] = ["virtio_pci", "virtio_console"];

/// Why the wanted modules cannot be had.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ModuleError {
    /// No module and nothing built in has that name.
    #[error("it has no module `{name}`{needed_by}: it is neither built in nor in its package{near}\nhint: correct `modules` in the lab's manifest, or raise its `min_kernel`", needed_by = needed_by(.for_module), near = near_text(.near))]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// The module that needs it, if it was not asked for by name.
        for_module: Option<String>,
        /// Names that look similar.
        near: Vec<String>,
    },
    /// A module's file cannot be read.
    #[error("the module `{name}` is damaged: {why}\nhint: fetch the kernel again")]
    Damaged {
        /// The module.
        name: String,
        /// What the reader said.
        why: String,
    },
}

fn needed_by(module: &Option<String>) -> String {
    module.as_ref().map(|module| format!(", which `{module}` needs")).unwrap_or_default()
}

fn near_text(near: &[String]) -> String {
    match near {
        [] => String::new(),
        near => format!(
            "; similar names are {}",
            near.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")
        ),
    }
}

/// One module to load and what must be loaded before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// Its name; its file is the name and `.ko`.
    pub name: String,
    /// The modules that it needs itself, without those that are built in.
    pub needs: Vec<String>,
}

/// The wanted modules and all that they need, each after what it needs, without those that are built in.
///
/// `available` are the names of the modules that are not built in; `needs_of` tells what one of them needs and
/// is asked once for each that is taken.
///
/// # Errors
/// [`ModuleError::Unknown`] as an error of the caller's type, and what `needs_of` says.
pub fn load_order<E: From<ModuleError>>(
    wanted: &[&str],
    builtin: &BTreeSet<String>,
    available: &BTreeSet<String>,
    needs_of: &mut dyn FnMut(&str) -> Result<Vec<String>, E>,
) -> Result<Vec<Loaded>, E> {
    let mut search = Search { builtin, available, needs_of, seen: BTreeSet::new(), order: Vec::new() };
    for name in wanted {
        search.visit(&canonical(name), None)?;
    }
    Ok(search.order)
}

struct Search<'a, E> {
    builtin: &'a BTreeSet<String>,
    available: &'a BTreeSet<String>,
    needs_of: &'a mut dyn FnMut(&str) -> Result<Vec<String>, E>,
    seen: BTreeSet<String>,
    order: Vec<Loaded>,
}

impl<E: From<ModuleError>> Search<'_, E> {
    fn visit(&mut self, name: &str, for_module: Option<&str>) -> Result<(), E> {
        if self.builtin.contains(name) || !self.seen.insert(name.to_owned()) {
            return Ok(());
        }
        if !self.available.contains(name) {
            return Err(self.unknown(name, for_module).into());
        }
        let mut needs = (self.needs_of)(name)?;
        needs.retain(|need| !self.builtin.contains(need));
        for need in &needs {
            self.visit(need, Some(name))?;
        }
        self.order.push(Loaded { name: name.to_owned(), needs });
        Ok(())
    }

    fn unknown(&self, name: &str, for_module: Option<&str>) -> ModuleError {
        let known = self.available.union(self.builtin);
        let mut near: Vec<(f64, &String)> = known
            .map(|other| (strsim::jaro_winkler(name, other), other))
            .filter(|(similarity, _)| *similarity > 0.85)
            .collect();
        near.sort_by(|left, right| right.0.total_cmp(&left.0));
        let near = near.into_iter().take(3).map(|(_, other)| other.clone()).collect();
        ModuleError::Unknown { name: name.to_owned(), for_module: for_module.map(ToOwned::to_owned), near }
    }
}

/// The text of a `modules.dep` that names flat files, in load order.
pub fn dep_text(order: &[Loaded]) -> String {
    let line = |module: &Loaded| {
        let needs: String = module.needs.iter().map(|need| format!(" {need}.ko")).collect();
        format!("{}.ko:{needs}\n", module.name)
    };
    order.iter().map(line).collect()
}

/// The name of a module by which all spellings are equal: without folder and suffix, `-` written as `_`.
pub fn canonical(name: &str) -> String {
    let file = name.trim().rsplit('/').next().unwrap_or_default();
    let stem = file.split(".ko").next().unwrap_or(file);
    stem.replace('-', "_")
}

/// The names in the text of a `modules.builtin`.
pub fn builtin_names(text: &str) -> BTreeSet<String> {
    text.lines().filter(|line| !line.trim().is_empty()).map(canonical).collect()
}

/// A module's bytes, decompressed if they are compressed (`.ko.xz`, `.ko.gz`, `.ko.zst`).
///
/// # Errors
/// [`ModuleError::Damaged`].
pub fn decompressed(name: &str, bytes: Vec<u8>) -> Result<Vec<u8>, ModuleError> {
    match payload::unpack(&bytes) {
        None => Ok(bytes),
        Some((_, Ok(unpacked))) => Ok(unpacked),
        Some((_, Err(error))) => Err(damaged(name, &error)),
    }
}

/// The modules that a module names as its dependencies, from its section `.modinfo`.
///
/// # Errors
/// [`ModuleError::Damaged`] if it is not an ELF file with that section.
pub fn depends(name: &str, module: &[u8]) -> Result<Vec<String>, ModuleError> {
    let elf = object::File::parse(module).map_err(|error| damaged(name, &error))?;
    let section = elf
        .section_by_name(".modinfo")
        .ok_or_else(|| damaged(name, &io::Error::other("it has no section `.modinfo`")))?;
    let info = section.data().map_err(|error| damaged(name, &error))?;
    let value = info.split(|byte| *byte == 0).find_map(|entry| entry.strip_prefix(b"depends="));
    let text = String::from_utf8_lossy(value.unwrap_or_default()).into_owned();
    Ok(text.split(',').filter(|need| !need.is_empty()).map(canonical).collect())
}

fn damaged(name: &str, error: &dyn std::fmt::Display) -> ModuleError {
    ModuleError::Damaged { name: name.to_owned(), why: error.to_string() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rstest::rstest;

    use super::*;
    use crate::testing;

    /// The modules of 6.1, roughly: name and needs.
    const MODULES: [(&str, &[&str]); 6] = [
        ("virtio_pci", &["virtio_ring", "virtio_pci_modern_dev", "virtio"]),
        ("virtio_console", &["virtio", "virtio_ring"]),
        ("virtio", &["virtio_ring"]),
        ("virtio_ring", &[]),
        ("virtio_pci_modern_dev", &["pci_core"]),
        ("broken", &["vanished"]),
    ];

    fn order(wanted: &[&str]) -> Result<Vec<Loaded>, ModuleError> {
        let modules: BTreeMap<&str, &[&str]> = MODULES.into();
        let available = modules.keys().map(ToString::to_string).collect();
        let builtin = BTreeSet::from(["pci_core".to_owned(), "tcp_cubic".to_owned()]);
        load_order(wanted, &builtin, &available, &mut |name| {
            Ok(modules[name].iter().map(ToString::to_string).collect())
        })
    }

    #[rstest]
    #[case::chain(&["virtio-console"], "virtio_ring virtio virtio_console")]
    #[case::each_once(&["virtio_console", "virtio_pci"], "virtio_ring virtio virtio_console virtio_pci_modern_dev virtio_pci")]
    #[case::built_in(&["tcp_cubic"], "")]
    #[case::nothing(&[], "")]
    fn needed_modules_come_first(#[case] wanted: &[&str], #[case] expected: &str) {
        let names: Vec<String> =
            order(wanted).expect("order").into_iter().map(|module| module.name).collect();
        assert_eq!(names.join(" "), expected);
    }

    #[test]
    fn the_dependencies_leave_out_what_is_built_in() {
        let text = dep_text(&order(&["virtio_pci"]).expect("order"));
        assert_eq!(
            text,
            "virtio_ring.ko:\nvirtio_pci_modern_dev.ko:\nvirtio.ko: virtio_ring.ko\n\
             virtio_pci.ko: virtio_ring.ko virtio_pci_modern_dev.ko virtio.ko\n"
        );
    }

    #[test]
    fn an_unknown_name_comes_with_similar_ones() {
        let error = order(&["virtio_consol"]).expect_err("unknown").to_string();
        assert!(error.starts_with("it has no module `virtio_consol`: it is neither"), "{error}");
        assert!(error.contains("similar names are `virtio_console`"), "{error}");
        let error = order(&["broken"]).expect_err("unknown").to_string();
        assert!(error.starts_with("it has no module `vanished`, which `broken` needs: "), "{error}");
    }

    #[rstest]
    #[case::path("kernel/drivers/net/veth.ko.xz", "veth")]
    #[case::dash("crc32c-intel.ko", "crc32c_intel")]
    #[case::bare("loop", "loop")]
    fn all_spellings_are_one_name(#[case] spelling: &str, #[case] name: &str) {
        assert_eq!(canonical(spelling), name);
    }

    #[test]
    fn a_module_says_what_it_needs() {
        assert_eq!(depends("a", &testing::module("b,c-d")).expect("needs"), ["b", "c_d"]);
        assert!(depends("a", &testing::module("")).expect("needs").is_empty());
        let error = depends("a", b"\x7fELF").expect_err("cut off").to_string();
        assert!(error.starts_with("the module `a` is damaged: "), "{error}");
    }

    #[test]
    fn compressed_modules_are_unpacked() {
        let module = testing::module("b");
        assert_eq!(decompressed("a", module.clone()).expect("plain"), module);
        let packed = testing::gzip(&module);
        assert_eq!(decompressed("a", packed.clone()).expect("gzip"), module);
        let error = decompressed("a", packed[..packed.len() / 2].to_vec()).expect_err("cut off").to_string();
        assert!(error.starts_with("the module `a` is damaged: "), "{error}");
    }
}
