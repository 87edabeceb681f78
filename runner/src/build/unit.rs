//! What a run needs built, grouped into as few cargo invocations as possible.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use super::{
    BuildError, Toolchain, broken_off,
    cargo::{AGENT, Invocation, Kind},
    freshness,
    messages::{Messages, Notice},
    side_by_side::{self, Made},
    tree, watchdog,
};
use crate::catalog::{ExerciseSide, Lab, Side};

/// One lab with the side that stands as its exercise.
#[derive(Debug, Clone)]
pub struct Unit<'a> {
    /// The lab.
    pub lab: &'a Lab,
    /// The side.
    pub side: &'a Side,
}

/// What a guest gets for one unit.
#[derive(Debug, Clone)]
pub struct Built {
    /// The eBPF object, if the lab has one.
    pub object: Option<Arc<[u8]>>,
    /// The guest program.
    pub program: Arc<[u8]>,
    /// What rustc warned about in the package with the exercise, unchanged; empty if nothing.
    pub warnings: String,
}

/// What became of one unit.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Everything compiles.
    Built(Built),
    /// The file that stands as exercise does not compile, or the compiler comes to no end with it; rustc's
    /// text, unchanged.
    DoesNotCompile(String),
}

/// What became of each unit, and the agent.
#[derive(Debug)]
pub struct Each {
    /// In the order of the units. An error is what kept one unit from being built, beside its exercise.
    pub outcomes: Vec<Result<Outcome, BuildError>>,
    /// The agent's executable.
    pub agent: PathBuf,
}

/// All units built, and the agent.
#[derive(Debug)]
pub struct Finished {
    /// In the order of the units.
    pub outcomes: Vec<Outcome>,
    /// The agent's executable.
    pub agent: PathBuf,
}

/// A cargo invocation to come: in which tree, what, which packages.
type Wanted = BTreeMap<(Tree, Kind), BTreeSet<String>>;

/// What the invocations left.
type Results = BTreeMap<(Tree, Kind), Made>;

/// The name of a tree; `None` is the course itself.
type Tree = Option<String>;

/// Builds all units, as [`build_each`] does.
///
/// # Errors
/// When cargo cannot run, or something other than a standing exercise does not compile.
pub fn build(
    course: &Path,
    units: &[Unit<'_>],
    toolchain: &Toolchain,
    notice: &(dyn Fn(Notice) + Sync),
) -> Result<Finished, BuildError> {
    let Each { outcomes, agent } = build_each(course, units, toolchain, watchdog::SILENCE, notice)?;
    Ok(Finished { outcomes: outcomes.into_iter().collect::<Result<_, _>>()?, agent })
}

/// Builds all units: one invocation for the objects and one for the guest programs of each tree
/// that is needed. What is wrong with one unit does not keep the others from being built. `patience` is how
/// long the compiler may be silent. `notice` is called from several threads.
///
/// # Errors
/// When cargo cannot run, or the agent does not compile.
pub fn build_each(
    course: &Path,
    units: &[Unit<'_>],
    toolchain: &Toolchain,
    patience: Duration,
    notice: &(dyn Fn(Notice) + Sync),
) -> Result<Each, BuildError> {
    let _turn = take_turns(course)?;
    mind_the_sources(course, units)?;
    let mut trees = BTreeMap::from([(None, course.to_owned())]);
    let wanted = wanted(units);
    for name in wanted.keys().filter_map(|(tree, _)| tree.as_ref()) {
        if let Entry::Vacant(place) = trees.entry(Some(name.clone())) {
            place.insert(tree::prepare(course, name, &standing(units, name)?)?);
        }
    }
    let invocation = |((tree, kind), packages): (&(Tree, Kind), &BTreeSet<String>)| Invocation {
        tree: &trees[tree],
        target_folder: target_folder(course, *kind),
        kind: *kind,
        packages: packages.iter().cloned().collect(),
        patience,
    };
    let invocations: Vec<Invocation<'_>> = wanted.iter().map(invocation).collect();
    let made = side_by_side::run(&invocations, toolchain, notice)?;
    let results: Results = wanted.into_keys().zip(made).collect();
    let outcomes = units.iter().map(|unit| outcome(unit, &results, course)).collect();
    let messages = &results[&(None, Kind::Programs)].messages;
    let agent = messages.executables.get(AGENT).cloned().ok_or_else(|| failure(AGENT, messages, course))?;
    Ok(Each { outcomes, agent })
}

/// The learner's files are built where they lie, so their age is whatever their editor made of it.
fn mind_the_sources(course: &Path, units: &[Unit<'_>]) -> Result<(), BuildError> {
    let in_place = units.iter().filter(|unit| *unit.side == Side::Exercise);
    let folders = in_place.flat_map(|unit| [Some(&unit.lab.folder), unit.lab.ebpf_folder.as_ref()]);
    let folders: Vec<PathBuf> = folders.flatten().map(|folder| folder.join("src")).collect();
    freshness::mind(course, &folders)
        .map_err(|source| BuildError::Io { act: "see what the learner's files hold".to_owned(), source })
}

/// A guest program that belongs to no lab.
#[derive(Debug, Clone)]
pub struct Alone {
    /// It.
    pub program: Arc<[u8]>,
    /// The agent's executable.
    pub agent: PathBuf,
}

/// Builds one guest program that belongs to no lab, and the agent, in the same way and into the same folder as labs.
///
/// # Errors
/// When cargo cannot run, or one of them does not compile.
pub fn build_program(
    course: &Path,
    package: &str,
    toolchain: &Toolchain,
    notice: &(dyn Fn(Notice) + Sync),
) -> Result<Alone, BuildError> {
    let _turn = take_turns(course)?;
    let kind = Kind::Programs;
    let invocation = Invocation {
        tree: course,
        target_folder: target_folder(course, kind),
        kind,
        packages: vec![package.to_owned(), AGENT.to_owned()],
        patience: watchdog::SILENCE,
    };
    let mut made = side_by_side::run_one(&invocation, toolchain, notice)?;
    let failed = |what: &str, messages: &Messages| failure(what, messages, course);
    let agent = made.messages.executables.get(AGENT).cloned();
    let agent = agent.ok_or_else(|| failed(AGENT, &made.messages))?;
    let program = made.files.remove(package).ok_or_else(|| failed(package, &made.messages))?;
    Ok(Alone { program, agent })
}

/// Builds one object that belongs to no lab, in the same way and into the same folder as those of labs.
///
/// # Errors
/// When cargo cannot run, or it does not compile.
pub fn build_object(
    course: &Path,
    package: &str,
    toolchain: &Toolchain,
    notice: &(dyn Fn(Notice) + Sync),
) -> Result<Arc<[u8]>, BuildError> {
    let _turn = take_turns(course)?;
    let kind = Kind::Objects;
    let invocation = Invocation {
        tree: course,
        target_folder: target_folder(course, kind),
        kind,
        packages: vec![package.to_owned()],
        patience: watchdog::SILENCE,
    };
    let mut made = side_by_side::run_one(&invocation, toolchain, notice)?;
    made.files.remove(package).ok_or_else(|| failure(package, &made.messages, course))
}

/// Where cargo keeps what it makes of one kind, for all trees.
fn target_folder(course: &Path, kind: Kind) -> PathBuf {
    course.join("target").join(match kind {
        Kind::Objects => "ebpf",
        Kind::Programs => "guest",
    })
}

/// Two runners must not exchange the executables under each other's hands.
fn take_turns(course: &Path) -> Result<vm::lock::Lock, BuildError> {
    let folder = course.join("target/labs");
    fs::create_dir_all(&folder)
        .map_err(|source| BuildError::Io { act: format!("make `{}`", folder.display()), source })?;
    vm::lock::Lock::acquire(&folder.join("build.lock")).map_err(|error| match error {
        vm::VmError::Interrupted => BuildError::Interrupted,
        other => BuildError::Turn(other),
    })
}

/// Which tree the file that stands as exercise is built in. Each mutant of a lab has a tree of its own
/// number, so that the mutants of all labs need few trees.
fn tree_of(unit: &Unit<'_>) -> Tree {
    match unit.side {
        Side::Exercise => None,
        Side::Solution => Some("solution".into()),
        Side::Mutant(name) => {
            let number = unit.lab.mutants.iter().position(|mutant| mutant.name == *name).unwrap_or_default();
            Some(format!("mutant-{}", number + 1))
        }
        Side::Submission(_) => Some("submission".into()),
    }
}

/// The side with the exercise comes from the unit's tree, the other one from the course itself.
fn keys(unit: &Unit<'_>) -> [Option<(Tree, Kind)>; 2] {
    let tree = tree_of(unit);
    let (object_tree, program_tree) = match unit.lab.side {
        ExerciseSide::Ebpf => (tree, None),
        ExerciseSide::Guest => (None, tree),
    };
    let object = unit.lab.ebpf_folder.is_some().then_some((object_tree, Kind::Objects));
    [object, Some((program_tree, Kind::Programs))]
}

/// The side that holds the lab's exercise.
fn with_exercise(lab: &Lab) -> Kind {
    match lab.side {
        ExerciseSide::Ebpf => Kind::Objects,
        ExerciseSide::Guest => Kind::Programs,
    }
}

fn wanted(units: &[Unit<'_>]) -> Wanted {
    let mut wanted = Wanted::new();
    wanted.entry((None, Kind::Programs)).or_default().insert(AGENT.into());
    for unit in units {
        for key in keys(unit).into_iter().flatten() {
            let package = key.1.package(unit.lab);
            wanted.entry(key).or_default().insert(package);
        }
    }
    wanted
}

/// The labs of a tree with the files that stand as their exercises.
fn standing<'a>(units: &[Unit<'a>], tree: &str) -> Result<Vec<tree::Standing<'a>>, BuildError> {
    let of_tree = units.iter().filter(|unit| tree_of(unit).as_deref() == Some(tree));
    of_tree
        .map(|unit| {
            let source = unit.lab.source(unit.side);
            let act = || format!("find the {} of {}", unit.side, unit.lab.name);
            Ok((
                unit.lab,
                source
                    .map_err(|error| BuildError::Io { act: act(), source: std::io::Error::other(error) })?,
            ))
        })
        .collect()
}

fn outcome(unit: &Unit<'_>, results: &Results, course: &Path) -> Result<Outcome, BuildError> {
    let mut found = [None, None];
    for (slot, key) in found.iter_mut().zip(keys(unit)) {
        let Some(key) = key else { continue };
        let Made { messages, files } = &results[&key];
        let name = &key.1.package(unit.lab);
        if let Some(bytes) = files.get(name) {
            *slot = Some(bytes.clone());
            continue;
        }
        let said =
            messages.diagnostics.get(name).filter(|said| said.errors > 0).map(|said| said.text.clone());
        // A package is compiled when all that it depends on is there: if rustc crashes then, it is over this
        // package. Only that with the exercise is the learner's.
        let broken_off = || broken_off::text(messages, name).filter(|_| key.1 == with_exercise(unit.lab));
        return said
            .or_else(broken_off)
            .map(Outcome::DoesNotCompile)
            .ok_or_else(|| failure(name, messages, course));
    }
    let [object, program] = found;
    let warnings = keys(unit).into_iter().flatten().filter(|key| key.1 == with_exercise(unit.lab));
    let warnings = warnings
        .filter_map(|key| {
            Some(results[&key].messages.diagnostics.get(&key.1.package(unit.lab))?.text.clone())
        })
        .collect();
    match program {
        Some(program) => Ok(Outcome::Built(Built { object, program, warnings })),
        None => Err(BuildError::Failed {
            what: unit.lab.name.clone(),
            folder: course.to_owned(),
            text: "cargo made no executable".into(),
        }),
    }
}

/// The error for a package that was not made although rustc had nothing against it.
fn failure(what: &str, messages: &Messages, folder: &Path) -> BuildError {
    let culprits = messages.diagnostics.values().filter(|said| said.errors > 0);
    let text = culprits.map(|said| said.text.as_str()).collect::<String>() + &messages.talk;
    BuildError::Failed { what: what.to_owned(), folder: folder.to_owned(), text: text.trim_end().to_owned() }
}
