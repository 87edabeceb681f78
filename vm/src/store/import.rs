//! A kernel image that somebody else made, given by path.
//!
//! The image is not copied when it can be booted as it lies.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::files::Folder;
use super::lockfile::FileRecord;
use super::{Store, StoreError, keep};
use crate::{Kernel, modules, payload, sha256};

impl Store {
    /// A kernel from a bzImage or a vmlinux, with modules from `modules_dir` (a flat folder, or the tree
    /// `lib/modules/RELEASE` of an installed kernel). What must be unpacked or chosen is kept in the cache.
    ///
    /// Without `modules_dir` all wanted modules count as built in, since nothing else can be right.
    ///
    /// # Errors
    /// [`StoreError::Image`] for what is no kernel, [`StoreError::Module`] for modules that are not there.
    pub fn import(
        &self,
        image: &Path,
        modules_dir: Option<&Path>,
        modules: &[&str],
    ) -> Result<Kernel, StoreError> {
        let bytes = fs::read(image).map_err(StoreError::io("read", image))?;
        let wrong = |source| StoreError::Image { path: image.to_path_buf(), source };
        let elf = payload::vmlinux(&bytes).map_err(wrong)?;
        let release = payload::release(&elf).map_err(wrong)?;
        let sha256 = sha256::of_bytes(&elf);
        let kernels = self.kernels();
        let _lock = self.lock("import")?;
        let aside = tempfile::Builder::new().prefix("tmp-import-").tempdir_in(&kernels);
        let aside = aside.map_err(StoreError::io("create a folder in", &kernels))?;
        let vmlinux = match payload::is_elf(&bytes) {
            true => Some(image.canonicalize().map_err(StoreError::io("find", image))?),
            false => keep::image(&elf, &aside.path().join("vmlinux")).map(|_| None)?,
        };
        let wanted: Vec<&str> = modules::BASE.iter().chain(modules).copied().collect();
        let kept = aside.path().join("modules");
        let records = match modules_dir {
            Some(path) => keep::modules(&release, &Folder::open(path)?, &wanted, &kept)?,
            None => keep::modules(&release, &(), &[], &kept)?,
        };
        let folder = kernels.join(format!("import-{}", &name_of(&sha256, &records)[..16]));
        // Named by what is in it: if it is there, it is the same.
        if !folder.exists() {
            fs::rename(aside.path(), &folder).map_err(StoreError::io("rename a folder to", &folder))?;
        }
        let series = image.file_name().unwrap_or(image.as_os_str()).to_string_lossy().into_owned();
        let vmlinux = vmlinux.unwrap_or_else(|| folder.join("vmlinux"));
        Ok(Kernel { series, release, vmlinux, sha256, modules: folder.join("modules") })
    }
}

fn name_of(image: &str, modules: &BTreeMap<String, FileRecord>) -> String {
    let modules = modules.iter().map(|(name, file)| format!("{name} {}\n", file.sha256));
    sha256::of_bytes(format!("{image}\n{}", modules.collect::<String>()).as_bytes())
}
