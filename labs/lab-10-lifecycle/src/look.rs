//! What the kernel holds: programs, links, files in bpffs. Its own words for it, one line a kind.
//!
//! It asks by ids and keeps nothing open.

use std::{collections::BTreeMap, path::Path};

use aya::{
    maps::MapInfo,
    programs::{ProgramInfo, links::LinkInfo, loaded_links, loaded_programs},
};
use kit::{mask, raw::Pinned};

use crate::folder::Folder;

/// What is loaded at one moment, apart from what was there before the lab.
pub(crate) struct Sight {
    /// Programs, in the order of their names.
    pub(crate) programs: Vec<ProgramInfo>,
    links: Vec<LinkInfo>,
}

/// What was there before the lab, and what its programs are.
pub(crate) struct Known {
    /// The numbers of programs that are not the exercise's.
    pub(crate) before: Vec<u32>,
    /// The kernel's checksums over the instructions of the lab's programs, by their names.
    pub(crate) tags: BTreeMap<String, u64>,
}

impl Sight {
    /// Looks.
    ///
    /// # Errors
    /// What the kernel says.
    pub(crate) fn take(known: &Known) -> anyhow::Result<Self> {
        let ours = |id: u32| !known.before.contains(&id);
        let programs = loaded_programs().collect::<Result<Vec<_>, _>>()?;
        let links = loaded_links().collect::<Result<Vec<_>, _>>()?;
        let mut programs: Vec<_> = programs.into_iter().filter(|program| ours(program.id())).collect();
        programs.sort_by_key(|program| (program.name().to_owned(), program.id()));
        Ok(Self { programs, links: links.into_iter().filter(|link| ours(link.program_id())).collect() })
    }

    /// The programs' names. One that has a name of ours and other instructions is told apart.
    pub(crate) fn programs(&self, known: &Known) -> String {
        list(self.programs.iter().map(|program| {
            let name = name(program);
            match known.tags.get(&name) {
                Some(tag) if *tag == program.tag() => name,
                _ => format!("{name}, which is not of the lab's object"),
            }
        }))
    }

    /// The links, and which program each one attaches.
    pub(crate) fn links(&self) -> String {
        list(self.links.iter().map(|link| {
            let program = self.programs.iter().find(|program| program.id() == link.program_id());
            format!("{} of {}", mask("link", link.id()), program.map_or("?".to_owned(), name))
        }))
    }

    /// The files of bpffs, and what each one is.
    ///
    /// # Errors
    /// What the kernel says.
    pub(crate) fn files(folder: &Folder) -> anyhow::Result<String> {
        let files = folder.new_files()?.into_iter().filter(|path| !path.is_dir());
        let files = files.map(|path| Ok(format!("{} is {}", file_name(&path), pinned(&path)?)));
        Ok(list(files.collect::<anyhow::Result<Vec<_>>>()?.into_iter()))
    }
}

fn pinned(path: &Path) -> anyhow::Result<String> {
    Ok(match Pinned::at(path)? {
        Pinned::Link(id) => mask("link", id),
        Pinned::Map(id) => format!("the map {}", MapInfo::from_id(id)?.name_as_str().unwrap_or("?")),
        Pinned::Program(_) => "a program".to_owned(),
    })
}

fn name(program: &ProgramInfo) -> String {
    String::from_utf8_lossy(program.name()).into_owned()
}

/// A file in the exercise's folder by its name alone, any other one by its path.
fn file_name(path: &Path) -> String {
    let shown = path.strip_prefix("/sys/fs/bpf/lab").unwrap_or(path);
    shown.display().to_string()
}

fn list(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    if items.is_empty() { "none".to_owned() } else { items.join(", ") }
}
