//! The learner's object: opened, its maps taken, its programs loaded and attached.
//!
//! Everything that can go wrong on the way becomes a [`Failure`] that names what was asked for and
//! what is there. Detaching and reading maps is aya's, unchanged.

use std::{
    any::type_name,
    fs,
    ops::{Deref, DerefMut},
};

use aya::{
    Ebpf, EbpfLoader, Pod, VerifierLogLevel,
    maps::{Map, MapError},
    programs::{Program, ProgramError},
};
use channel::{Cost, OBJECT_PATH, Record};

use crate::{
    Failure,
    failure::chain,
    lab::Channel,
    patience::{Interruptible, Patience},
    verifier::Refusal,
};

/// Bytes of one instruction.
const INSTRUCTION: u32 = 8;

/// How the object is to be opened. [`Opener::open`] creates its maps; nothing is loaded yet.
pub struct Opener {
    loader: EbpfLoader<'static>,
    channel: Channel,
}

impl Opener {
    pub(crate) fn new(channel: Channel) -> Self {
        Self { loader: without_kernel_btf(), channel }
    }

    /// Lets the loader read the kernel's BTF, which takes 0.1–0.2 s in an emulated guest. Only an object
    /// with CO-RE relocations needs it; without it they are silently left undone.
    #[must_use]
    pub fn with_kernel_btf(mut self) -> Self {
        self.loader = EbpfLoader::new();
        self
    }

    /// Writes `value` into the object's global of this name. [`Opener::open`] fails if there is none.
    ///
    /// The value stays in memory until the program ends: aya keeps a reference to it, and a lab is short.
    #[must_use]
    pub fn global<T: Pod>(mut self, name: &'static str, value: T) -> Self {
        let value: &'static T = Box::leak(Box::new(value));
        self.loader.override_global(name, value, true);
        self
    }

    /// Creates the map of this name with another size than the object says.
    #[must_use]
    pub fn max_entries(mut self, map: &'static str, entries: u32) -> Self {
        self.loader.map_max_entries(map, entries);
        self
    }

    /// Reads the object, checks it, and creates its maps in the kernel.
    ///
    /// # Errors
    /// An "open failed" [`Failure`] with the cause: not an eBPF object, a missing global, a map that the kernel refuses.
    pub fn open(mut self) -> Result<Object, Failure> {
        self.loader.verifier_log_level(VerifierLogLevel::STATS);
        let bytes = fs::read(OBJECT_PATH).map_err(|error| Failure::open("the object", error.to_string()))?;
        let ebpf = open(&mut self.loader, &bytes)?;
        Ok(Object { loader: self.loader, channel: self.channel, bytes, ebpf })
    }
}

/// aya's loader without the kernel's BTF.
///
/// aya 0.14 reads and parses `/sys/kernel/btf/vmlinux` in `EbpfLoader::new`, whatever is set afterwards: most
/// of the time of a short lab. While no file can be opened, it does without. When
/// <https://github.com/aya-rs/aya/issues/1172> is solved, this function can go.
#[must_use]
pub fn without_kernel_btf() -> EbpfLoader<'static> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the structure outlives the call, which only fills it.
    let known = unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) } == 0;
    let set = |files: libc::rlim_t| {
        let limit = libc::rlimit { rlim_cur: files, ..limit };
        // SAFETY: the structure outlives the call. A lower limit closes nothing that is open.
        unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) };
    };
    if known {
        set(0);
    }
    let loader = EbpfLoader::new();
    if known {
        set(limit.rlim_cur);
    }
    loader
}

fn open(loader: &mut EbpfLoader<'static>, bytes: &[u8]) -> Result<Ebpf, Failure> {
    loader.load(bytes).map_err(|error| Failure::open("the object", chain(&error)))
}

/// An opened object: its maps exist, its programs can be loaded.
pub struct Object {
    loader: EbpfLoader<'static>,
    channel: Channel,
    bytes: Vec<u8>,
    ebpf: Ebpf,
}

impl Object {
    /// Takes a map out of the object, as aya's type for it: `let counts: HashMap<_, u32, u64> = object.map("COUNTS")?`.
    ///
    /// Keep it until the programs that use it are loaded: dropping it closes the descriptor that they refer to
    /// (`fd 5 is not pointing to valid bpf_map`).
    ///
    /// # Errors
    /// An "open failed" [`Failure`] if there is no such map, or if it is of another type, or its keys or values are.
    pub fn map<M: TryFrom<Map, Error = MapError>>(&mut self, name: &str) -> Result<M, Failure> {
        let what = format!("map `{name}`");
        let Some(map) = self.ebpf.take_map(name) else {
            let there = self.ebpf.maps().map(|(name, _)| name).collect();
            return Err(Failure::open(what, absent("map", there)));
        };
        let found = map_type(&map);
        M::try_from(map)
            .map_err(|error| Failure::open(what, misfit(&found, short_name(type_name::<M>()), &error)))
    }

    /// Loads one program: `object.load("count_calls", TracePoint::load)?`. Its type is that of the function given.
    ///
    /// # Errors
    /// An "open failed" [`Failure`] if there is no such program or if it is of another type; a "rejected" one, with
    /// the verifier's whole log where that is safe, if the kernel refuses it.
    pub fn load<P>(
        &mut self,
        name: &str,
        load: impl Fn(&mut P) -> Result<(), ProgramError>,
    ) -> Result<Loaded<'_, P>, Failure>
    where
        for<'p> &'p mut P: TryFrom<&'p mut Program, Error = ProgramError>,
    {
        if let Some(Refusal { error, log }) = self.attempt(name, load)? {
            return Err(Failure::rejected(name, error, log));
        }
        Ok(Loaded { name: name.to_owned(), program: find(&mut self.ebpf, name)? })
    }

    /// Loads one program that may be refused: how it was refused, or `None` if the kernel accepts it.
    ///
    /// # Errors
    /// An "open failed" [`Failure`] if there is no such program or if it is of another type.
    pub fn attempt<P>(
        &mut self,
        name: &str,
        load: impl Fn(&mut P) -> Result<(), ProgramError>,
    ) -> Result<Option<Refusal>, Failure>
    where
        for<'p> &'p mut P: TryFrom<&'p mut Program, Error = ProgramError>,
    {
        // Once before, for a wrong name or type.
        find::<P>(&mut self.ebpf, name)?;
        let ebpf = &mut self.ebpf;
        let loaded = Patience::from_environment().load(|| match find(ebpf, name) {
            Ok(program) => load(program),
            Err(_) => Err(ProgramError::UnexpectedProgramType),
        });
        Ok(match loaded {
            Ok(()) => {
                self.tell_the_cost(name);
                None
            }
            Err(error) => Some(self.explain(name, &error, load)),
        })
    }

    /// A program that was loaded before.
    ///
    /// # Errors
    /// As [`Object::load`], except that nothing is loaded.
    pub fn loaded<P>(&mut self, name: &str) -> Result<Loaded<'_, P>, Failure>
    where
        for<'p> &'p mut P: TryFrom<&'p mut Program, Error = ProgramError>,
    {
        Ok(Loaded { name: name.to_owned(), program: find(&mut self.ebpf, name)? })
    }

    /// Closes the object, programs and links included, and gives back how it was opened, to open it
    /// again otherwise. Globals and map sizes that were set stay set.
    #[must_use]
    pub fn close(self) -> Opener {
        Opener { loader: self.loader, channel: self.channel }
    }

    /// Reports what the loaded program costs. A kernel that does not tell leaves the lab as it is.
    fn tell_the_cost(&self, name: &str) {
        let Some(Ok(info)) = self.ebpf.program(name).map(Program::info) else { return };
        let cost = Cost {
            translated: info.size_translated().unwrap_or_default() / INSTRUCTION,
            verified: info.verified_instruction_count(),
            jited: info.size_jitted(),
        };
        self.channel.write(&Record::Loaded { program: name.to_owned(), cost, study: None });
    }

    /// Loads the refused program once more, with the whole log, if that is safe.
    fn explain<P>(
        &mut self,
        name: &str,
        error: &ProgramError,
        load: impl Fn(&mut P) -> Result<(), ProgramError>,
    ) -> Refusal
    where
        for<'p> &'p mut P: TryFrom<&'p mut Program, Error = ProgramError>,
    {
        let Some(mut refusal) = Refusal::of(error) else {
            return Refusal { error: chain(error), log: String::new() };
        };
        if refusal.may_be_repeated() && !error.is_interrupted() {
            self.loader.verifier_log_level(VerifierLogLevel::DEBUG | VerifierLogLevel::STATS);
            let again =
                open(&mut self.loader, &self.bytes).and_then(|mut ebpf| Ok(load(find(&mut ebpf, name)?)));
            if let Ok(Err(error)) = again {
                refusal = Refusal::of(&error).unwrap_or(refusal);
            }
        }
        refusal
    }
}

fn find<'e, P>(ebpf: &'e mut Ebpf, name: &str) -> Result<&'e mut P, Failure>
where
    &'e mut P: TryFrom<&'e mut Program, Error = ProgramError>,
{
    let what = format!("program `{name}`");
    if ebpf.program(name).is_none() {
        let there = ebpf.programs().map(|(name, _)| name).collect();
        return Err(Failure::open(what, absent("program", there)));
    }
    let program = ebpf.program_mut(name).expect("it was there a line ago");
    let found = program.prog_type();
    program.try_into().map_err(|_| {
        Failure::open(
            what,
            format!(
                "it is of the type {found:?}, the lab needs another: see the attribute above it; the lab loads it as `{}`",
                short_name(type_name::<P>())
            ),
        )
    })
}

/// `Array` of `aya::maps::array::array::Array<aya::maps::MapData, u64>`.
fn short_name(path: &'static str) -> &'static str {
    let path = path.split('<').next().unwrap_or(path);
    path.rsplit("::").next().unwrap_or(path)
}

/// Why a map is not what the lab needs: another type, or a key or value of another size.
fn misfit(found: &str, wanted: &str, error: &MapError) -> String {
    match error {
        MapError::InvalidMapType { .. } => {
            format!("it is of the type {found}, the lab needs a map of another type: `{wanted}`")
        }
        other => chain(other),
    }
}

/// The type of a map as aya calls it: `HashMap`. aya's own error gives the kernel's number for it.
fn map_type(map: &Map) -> String {
    let debug = format!("{map:?}");
    debug.split(['(', ' ']).next().unwrap_or_default().to_owned()
}

/// "There is no such thing; there are these."
fn absent(kind: &str, mut there: Vec<&str>) -> String {
    there.sort_unstable();
    match there.as_slice() {
        [] => format!("the object holds no {kind} at all"),
        names => format!("the object holds no {kind} of this name; it holds `{}`", names.join("`, `")),
    }
}

/// A loaded program. It is aya's program, with its name, so that a failed attachment can say which one.
pub struct Loaded<'o, P> {
    name: String,
    program: &'o mut P,
}

impl<P> Loaded<'_, P> {
    /// Attaches the program; `hook` is what the learner reads when it fails, for example `tracepoint
    /// syscalls/sys_enter_getppid`.
    ///
    /// # Errors
    /// An "attach failed" [`Failure`].
    pub fn attach_to<L>(
        &mut self,
        hook: &str,
        attach: impl FnOnce(&mut P) -> Result<L, ProgramError>,
    ) -> Result<L, Failure> {
        attach(self.program).map_err(|error| Failure::attach(&self.name, hook, chain(&error)))
    }
}

impl<P> Deref for Loaded<'_, P> {
    type Target = P;

    fn deref(&self) -> &P {
        self.program
    }
}

impl<P> DerefMut for Loaded<'_, P> {
    fn deref_mut(&mut self) -> &mut P {
        self.program
    }
}

#[cfg(test)]
mod tests {
    use super::absent;

    #[test]
    fn a_type_has_a_short_name() {
        let array = std::any::type_name::<aya::maps::Array<aya::maps::MapData, u64>>();
        assert_eq!(super::short_name(array), "Array");
        assert_eq!(super::short_name(std::any::type_name::<aya::programs::TracePoint>()), "TracePoint");
    }

    #[test]
    fn a_wrong_name_lists_the_right_ones() {
        assert_eq!(absent("map", vec!["B", "A"]), "the object holds no map of this name; it holds `A`, `B`");
        assert_eq!(absent("program", vec![]), "the object holds no program at all");
    }
}
