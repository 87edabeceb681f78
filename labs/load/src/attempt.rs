//! One program, from the opened object to the record.

use aya::{
    Btf, Ebpf, VerifierLogLevel,
    programs::{ProgramError, ProgramInfo},
};
use channel::{Cost, Record, Study, Wanted};
use kit::{Refusal, chain, without_kernel_btf};

use crate::{
    by_type::{self, Untried},
    study,
};

/// How the verifier is asked first: a program near the limits would take minutes with the whole log.
pub(crate) const FIRST: VerifierLogLevel = VerifierLogLevel::STATS;

/// How it is asked about a program that was refused.
const WITH_THE_LOG: VerifierLogLevel = VerifierLogLevel::DEBUG.union(VerifierLogLevel::STATS);

/// Bytes of one instruction.
const INSTRUCTION: u32 = 8;

/// What is needed to load one program.
pub(crate) struct Attempt<'a> {
    /// The object.
    pub(crate) bytes: &'a [u8],
    /// The kernel's own BTF.
    pub(crate) btf: Option<&'a Btf>,
    /// The program.
    pub(crate) wanted: &'a Wanted,
    /// Whether more is wanted of it than that it is accepted.
    pub(crate) study: bool,
}

/// Opens an object: its maps are made.
///
/// # Errors
/// What the loader says, on one line.
pub(crate) fn open(bytes: &[u8], btf: Option<&Btf>, level: VerifierLogLevel) -> Result<Ebpf, String> {
    // `EbpfLoader::new` would read the kernel's BTF once more.
    let mut loader = without_kernel_btf();
    loader.btf(btf).verifier_log_level(level).allow_unsupported_maps();
    loader.load(bytes).map_err(|error| chain(&error))
}

impl Attempt<'_> {
    /// Loads the program and says what became of it. `opened` is the object, if it was opened before.
    pub(crate) fn make(&self, opened: Option<&mut Ebpf>) -> Record {
        let loaded = match opened {
            Some(ebpf) => self.load(ebpf),
            None => match open(self.bytes, self.btf, FIRST) {
                Ok(mut ebpf) => self.load(&mut ebpf),
                Err(error) => return self.undecided(error),
            },
        };
        match loaded {
            Ok((info, study)) => {
                Record::Loaded { program: self.wanted.name.clone(), cost: cost(&info), study }
            }
            Err(Untried::Type(why)) => self.undecided(why),
            Err(Untried::Refused(error)) => self.refused(&error),
        }
    }

    fn load(&self, ebpf: &mut Ebpf) -> Result<(ProgramInfo, Option<Box<Study>>), Untried> {
        let Some(program) = ebpf.program_mut(&self.wanted.name) else {
            return Err(Untried::Type("the loader finds no program of this name".to_owned()));
        };
        by_type::load(program, &self.wanted.kind, self.btf)?;
        let study = self.study.then(|| Box::new(study::of(program, self.bytes, &self.wanted.name)));
        let info = program
            .info()
            .map_err(|error| Untried::Type(format!("it was accepted, and then: {}", chain(&error))))?;
        Ok((info, study))
    }

    /// The program was refused: it is loaded once more with the whole log, if that is safe.
    fn refused(&self, error: &ProgramError) -> Record {
        let program = self.wanted.name.clone();
        let Some(mut refusal) = Refusal::of(error) else {
            return Record::Rejected { program, error: chain(error), log: String::new() };
        };
        if refusal.may_be_repeated() {
            let again = open(self.bytes, self.btf, WITH_THE_LOG).map(|mut ebpf| self.load(&mut ebpf));
            if let Ok(Err(Untried::Refused(error))) = again {
                refusal = Refusal::of(&error).unwrap_or(refusal);
            }
        }
        Record::Rejected { program, error: refusal.error, log: refusal.log }
    }

    fn undecided(&self, why: String) -> Record {
        Record::Undecided { program: self.wanted.name.clone(), why }
    }
}

fn cost(info: &ProgramInfo) -> Cost {
    Cost {
        translated: info.size_translated().unwrap_or_default() / INSTRUCTION,
        verified: info.verified_instruction_count(),
        jited: info.size_jitted(),
    }
}
