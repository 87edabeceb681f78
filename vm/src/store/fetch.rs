//! Fetching a kernel: index, download, check, unpack aside, rename.
//!
//! Nothing becomes visible before it is complete. Two runners at once: the second waits, then finds it there.

use std::fs;
use std::path::{Path, PathBuf};

use super::keep;
use super::lockfile::{Entry, LockFile, PackageRecord};
use super::{Series, Source, Step, Store, StoreError};
use crate::apt::{Apt, AptError, Candidate, Mirrors, Names};
use crate::children::interrupted;
use crate::deb::Deb;
use crate::error::VmError;
use crate::lock::Lock;
use crate::modules::{self, canonical};
use crate::{Kernel, payload};

/// A release with all the packages that hold it.
struct Offer {
    release: String,
    packages: Vec<Candidate>,
}

impl Store {
    /// The kernel of a series with some modules (beside those that every guest needs): from the cache, or fetched.
    ///
    /// # Errors
    /// Any of [`StoreError`]; nothing half-done is left that a later fetch would trust.
    pub fn fetch(
        &self,
        series: &str,
        modules: &[&str],
        progress: &mut dyn FnMut(Step<'_>),
    ) -> Result<Kernel, StoreError> {
        let series = self.find(series)?;
        if let Some(kernel) = self.installed(&series.name, modules)? {
            return Ok(kernel);
        }
        let known = LockFile::read(&self.kernels()).kernels.remove(&series.name);
        let Some(mirrors) = self.mirrors(series)? else {
            let modules = known.map(|entry| self.lacking(&entry, modules)).unwrap_or_default();
            return Err(StoreError::Offline {
                series: series.name.clone(),
                cache: self.cache.clone(),
                modules,
            });
        };
        progress(Step::Locking);
        let _lock = self.lock(&series.name)?;
        if let Some(kernel) = self.installed(&series.name, modules)? {
            return Ok(kernel);
        }
        let mut wanted: Vec<String> =
            modules::BASE.iter().chain(modules).map(|name| canonical(name)).collect();
        wanted.extend(known.iter().flat_map(|entry| entry.wanted.clone()));
        wanted.sort();
        wanted.dedup();
        let kernels = self.kernels();
        let downloads = kernels.join(format!("{}packages", work_prefix(series)));
        fs::create_dir_all(&downloads).map_err(StoreError::io("create", &downloads))?;
        let (offer, packages) = self.download(series, &mirrors, known.as_ref(), &downloads, progress)?;
        stop_if_interrupted()?;
        progress(Step::Unpacking { release: &offer.release });
        let entry = self.unpack(series, &offer, &packages, wanted)?;
        self.record(&series.name, entry)?;
        self.sweep(series)?;
        self.installed(&series.name, modules)?.ok_or_else(|| StoreError::Damaged {
            series: series.name.clone(),
            path: kernels,
            why: "it vanished while it was being fetched".to_owned(),
        })
    }

    fn mirrors(&self, series: &Series) -> Result<Option<Mirrors>, StoreError> {
        match &self.source {
            Source::Offline => Ok(None),
            Source::Fixed(mirrors) => Ok(Some(mirrors.clone())),
            Source::System(overrides) => Mirrors::with_overrides(overrides.clone())
                .map(Some)
                .map_err(|source| StoreError::of_apt(&series.name, source)),
        }
    }

    /// One runner at a time works on a series, or on the lock file (`name` is `list` then).
    pub(super) fn lock(&self, name: &str) -> Result<Lock, StoreError> {
        let path = self.lock_path(name);
        for folder in [path.parent().unwrap_or(&path), &self.kernels()] {
            fs::create_dir_all(folder).map_err(StoreError::io("create", folder))?;
        }
        Ok(Lock::acquire(&path)?)
    }

    /// Downloads the newest release of a series whose files are all there; first from the small suites.
    fn download(
        &self,
        series: &Series,
        mirrors: &Mirrors,
        known: Option<&Entry>,
        into: &Path,
        progress: &mut dyn FnMut(Step<'_>),
    ) -> Result<(Offer, Vec<PathBuf>), StoreError> {
        let mut seen = Vec::new();
        for suites in [&series.suites, &series.fallback_suites] {
            if suites.is_empty() {
                continue;
            }
            progress(Step::Indexes { suites });
            let names: Vec<&str> = suites.iter().map(String::as_str).collect();
            let apt = Apt::open(&self.apt_root(), mirrors, &names)
                .map_err(|source| StoreError::of_apt(&series.name, source))?;
            match apt.update() {
                // A suite that has moved to an archive: the others may do.
                Err(AptError::Gone { why, .. }) => {
                    seen.push(why);
                    continue;
                }
                result => result.map_err(|source| StoreError::of_apt(&series.name, source))?,
            }
            let offers =
                offers(&apt, series, known).map_err(|source| StoreError::of_apt(&series.name, source))?;
            if offers.is_empty() {
                seen.push(format!("no package matches in `{}`", names.join("`, `")));
            }
            for offer in offers {
                match download_all(&apt, &offer, into, progress) {
                    Ok(files) => return Ok((offer, files)),
                    Err(AptError::Gone { what, .. }) => {
                        progress(Step::Gone { what: &what });
                        seen.push(format!("{what} is gone"));
                    }
                    Err(other) => return Err(StoreError::of_apt(&series.name, other)),
                }
            }
        }
        Err(StoreError::NoCandidate { series: series.name.clone(), why: seen.join("; ") })
    }

    /// Unpacks into a folder aside and renames it.
    fn unpack(
        &self,
        series: &Series,
        offer: &Offer,
        packages: &[PathBuf],
        wanted: Vec<String>,
    ) -> Result<Entry, StoreError> {
        let kernels = self.kernels();
        let package_records = records(offer, packages)?;
        let opened = packages.iter().map(|path| Deb::open(path, &kernels)).collect::<Result<Vec<_>, _>>()?;
        let aside = self.work_folder(series)?;
        let names: Vec<&str> = wanted.iter().map(String::as_str).collect();
        let modules =
            keep::modules(&offer.release, opened.as_slice(), &names, &aside.path().join("modules"))?;
        let elf = image_of(offer, &opened, &packages[0])?;
        let vmlinux = keep::image(&elf, &aside.path().join("vmlinux"))?;
        let target = kernels.join(&offer.release);
        // Renaming the old one away is quicker than deleting it: nobody finds half of it.
        let old = self.work_folder(series)?;
        if target.exists() {
            fs::rename(&target, old.path().join("old")).map_err(StoreError::io("rename", &target))?;
        }
        fs::rename(aside.path(), &target).map_err(StoreError::io("rename a folder to", &target))?;
        let folder = offer.release.clone();
        Ok(Entry {
            release: offer.release.clone(),
            folder,
            packages: package_records,
            vmlinux,
            modules,
            wanted,
        })
    }

    /// A folder that vanishes with the value, beside the kernels, so that renaming is enough in the end.
    fn work_folder(&self, series: &Series) -> Result<tempfile::TempDir, StoreError> {
        let kernels = self.kernels();
        let folder = tempfile::Builder::new().prefix(&work_prefix(series)).tempdir_in(&kernels);
        folder.map_err(StoreError::io("create a folder in", &kernels))
    }

    /// Deletes what this fetch, and fetches that were interrupted, have left. Packages stay until a fetch succeeds.
    fn sweep(&self, series: &Series) -> Result<(), StoreError> {
        let kernels = self.kernels();
        for entry in fs::read_dir(&kernels).map_err(StoreError::io("read", &kernels))? {
            let entry = entry.map_err(StoreError::io("read", &kernels))?;
            if entry.file_name().to_string_lossy().starts_with(&work_prefix(series)) {
                fs::remove_dir_all(entry.path()).map_err(StoreError::io("delete", &entry.path()))?;
            }
        }
        Ok(())
    }

    /// Enters a kernel into the lock file. A release that it replaces stays until `gc`: a guest may be using it.
    fn record(&self, series: &str, entry: Entry) -> Result<(), StoreError> {
        let _lock = self.lock("list")?;
        let kernels = self.kernels();
        let mut file = LockFile::read(&kernels);
        file.kernels.insert(series.to_owned(), entry);
        file.write(&kernels)
    }
}

/// How the names of unfinished work on a series begin.
fn work_prefix(series: &Series) -> String {
    format!("tmp-{}-", series.name)
}

fn stop_if_interrupted() -> Result<(), StoreError> {
    match interrupted() {
        true => Err(VmError::Interrupted.into()),
        false => Ok(()),
    }
}

/// The releases that the indexes offer, the one that is in the cache first (it only lacks modules), then newest first.
fn offers(apt: &Apt, series: &Series, known: Option<&Entry>) -> Result<Vec<Offer>, AptError> {
    let mut found = apt.candidates(Names::Matching(&series.pattern()))?;
    found.sort_by_key(|candidate| {
        known.is_none_or(|entry| series.release_of(&candidate.package).as_ref() != Some(&entry.release))
    });
    let mut offers = Vec::new();
    for first in found {
        let Some(release) = series.release_of(&first.package) else { continue };
        let mut packages = Vec::new();
        for name in series.packages_of(&release).into_iter().skip(1) {
            let others = apt.candidates(Names::Exactly(&name))?;
            packages.extend(others.into_iter().find(|other| other.version == first.version));
        }
        packages.insert(0, first);
        if packages.len() == series.packages.len() {
            offers.push(Offer { release, packages });
        }
    }
    Ok(offers)
}

fn download_all(
    apt: &Apt,
    offer: &Offer,
    into: &Path,
    progress: &mut dyn FnMut(Step<'_>),
) -> Result<Vec<PathBuf>, AptError> {
    let one = |candidate: &Candidate| {
        apt.download(candidate, into, &mut |done, total| {
            progress(Step::Downloading { package: &candidate.package, done, total });
        })
    };
    offer.packages.iter().map(one).collect()
}

fn records(offer: &Offer, packages: &[PathBuf]) -> Result<Vec<PackageRecord>, StoreError> {
    let one = |(candidate, path): (&Candidate, &PathBuf)| {
        let file = keep::record_of(path)?;
        Ok(PackageRecord { name: candidate.package.clone(), version: candidate.version.clone(), file })
    };
    offer.packages.iter().zip(packages).map(one).collect()
}

/// The uncompressed kernel: `boot/vmlinuz-RELEASE`, or `usr/lib/modules/RELEASE/vmlinuz` from 6.19 on.
fn image_of(offer: &Offer, opened: &[Deb], first: &Path) -> Result<Vec<u8>, StoreError> {
    let places =
        [format!("boot/vmlinuz-{}", offer.release), format!("usr/lib/modules/{}/vmlinuz", offer.release)];
    let found = opened
        .iter()
        .find_map(|package| places.iter().find(|path| package.contains(path)).zip(Some(package)));
    let image = match found {
        Some((path, package)) => package.read(path)?,
        None => opened[0].read(&places[0])?,
    };
    payload::vmlinux(&image).map_err(|source| StoreError::Image { path: first.to_path_buf(), source })
}
