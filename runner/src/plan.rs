//! From what was asked to what will be done: lab × kernel × side, as a pure function.
//!
//! It builds nothing, boots nothing and looks at no file.

use std::path::{Path, PathBuf};

use crate::catalog::{KernelChoice, Lab, Side};

/// One lab on one kernel with one file standing as its exercise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job<'a> {
    /// The lab.
    pub lab: &'a Lab,
    /// The kernel.
    pub kernel: KernelChoice,
    /// Whose exercise.
    pub side: Side,
    /// The workload's seed; 0 is what the snapshots show.
    pub seed: u64,
    /// Why the job is not run, if it is not.
    pub skip: Option<String>,
}

impl Job<'_> {
    /// The kernel's name in reports: its series, or its path.
    #[must_use]
    pub fn kernel_name(&self) -> String {
        match &self.kernel {
            KernelChoice::Series(series) => series.clone(),
            KernelChoice::Image(path) => path.display().to_string(),
        }
    }
}

/// Which files stand as exercises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sides {
    /// The same side of every lab.
    Same(Side),
    /// All mutants of every lab.
    EveryMutant,
}

/// All jobs for these labs on these kernels, longest first: whoever starts the longest job last
/// waits for it alone. The newest kernel comes first and then the oldest: what these two say is most of
/// what there is to know.
#[must_use]
pub fn jobs<'a>(labs: &[&'a Lab], kernels: &[KernelChoice], sides: &Sides, seed: u64) -> Vec<Job<'a>> {
    let mut jobs = Vec::new();
    for lab in labs {
        for side in sides_of(lab, sides) {
            for kernel in kernels {
                let seed = seed_of(lab, &side).unwrap_or(seed);
                let mut job = Job { lab, kernel: kernel.clone(), side: side.clone(), seed, skip: None };
                job.skip = lab.skip_reason(&job.kernel_name());
                jobs.push(job);
            }
        }
    }
    let turn = |job: &Job<'_>| turn(age(&job.kernel, kernels), kernels.len());
    jobs.sort_by_key(|job| (std::cmp::Reverse(job.lab.manifest.timeout_s), turn(job)));
    jobs
}

fn sides_of(lab: &Lab, sides: &Sides) -> Vec<Side> {
    match sides {
        Sides::Same(side) => vec![side.clone()],
        Sides::EveryMutant => lab.mutants.iter().map(|mutant| Side::Mutant(mutant.name.clone())).collect(),
    }
}

/// The seed that a mutant's first line asks for: a hard-coded answer only fails with another seed.
fn seed_of(lab: &Lab, side: &Side) -> Option<u64> {
    let Side::Mutant(name) = side else { return None };
    lab.mutants.iter().find(|mutant| mutant.name == *name && mutant.seed != 0).map(|mutant| mutant.seed)
}

/// When a kernel's turn comes: the newest, the oldest, and then from the newer to the older ones, which are
/// smaller and quicker under emulation.
fn turn(age: usize, kernels: usize) -> usize {
    match age {
        age if age + 1 == kernels => 0,
        0 => 1,
        age => 1 + kernels - age,
    }
}

/// The kernel's place in the list, oldest first.
fn age(kernel: &KernelChoice, kernels: &[KernelChoice]) -> usize {
    kernels.iter().position(|known| known == kernel).unwrap_or_default()
}

/// The kernels of the matrix that a set of jobs boots, in order, each once.
#[must_use]
pub fn series(jobs: &[Job<'_>]) -> Vec<String> {
    let mut series: Vec<String> = Vec::new();
    for job in jobs.iter().filter(|job| job.skip.is_none()) {
        if let KernelChoice::Series(name) = &job.kernel
            && !series.contains(name)
        {
            series.push(name.clone());
        }
    }
    series
}

/// The kernels that a set of jobs boots by path, each once: they need no fetching.
#[must_use]
pub fn images<'a>(jobs: &'a [Job<'_>]) -> Vec<&'a Path> {
    let mut images: Vec<&PathBuf> = Vec::new();
    for job in jobs {
        if let KernelChoice::Image(path) = &job.kernel
            && !images.contains(&path)
        {
            images.push(path);
        }
    }
    images.into_iter().map(PathBuf::as_path).collect()
}
