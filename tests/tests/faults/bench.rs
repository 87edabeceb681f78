//! What all faults need, made once: QEMU, the agent, the fault program, kernels.
//!
//! It takes what set-up has put into the cache and installs nothing.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use runner::{
    build::{self, Alone, Toolchain, cargo},
    commands::{Ready, Session},
    run::{Boot, LOADER},
    setup::{self, Audience, Consent, Needs, Network, Talk},
};
use vm::{Host, Kernel};

/// The package in `tests/guest`.
const FAULT_PROGRAM: &str = "fault-program";

/// Everything that is made once.
pub(crate) struct Bench {
    /// Starts guests; its checkpoints are the user's own.
    pub(crate) host: Host,
    /// The kernels of the matrix, oldest first.
    pub(crate) kernels: Vec<Kernel>,
    /// The fault program.
    pub(crate) program: Arc<[u8]>,
    /// The program that loads objects for `runner explain`.
    pub(crate) loader: Arc<[u8]>,
}

/// The bench, made by whoever asks first.
///
/// # Panics
/// If this machine lacks something; the message says what and how to get it.
pub(crate) fn bench() -> &'static Bench {
    static BENCH: OnceLock<Bench> = OnceLock::new();
    BENCH.get_or_init(|| make().unwrap_or_else(|error| panic!("the faults cannot be tested here: {error:#}")))
}

fn make() -> Result<Bench, Box<dyn std::error::Error>> {
    let session = Session::open()?;
    let needs = Needs {
        series: session.catalog.kernels().to_vec(),
        modules: session.modules(),
        audience: Audience::Visitor,
    };
    let (paths, config) = (&session.paths, &session.config);
    let tools = setup::ensure(&needs, paths, config, Consent::Never, Network::Allowed, &Talk::on_stderr())?;
    let toolchain = Toolchain {
        bpf_linker: tools.bpf_linker.clone(),
        rust_src: tools.rust_src.clone(),
        network: cargo::Network::Allowed,
    };
    let Alone { program, agent } = build::build_program(&paths.course, FAULT_PROGRAM, &toolchain, &|_| {})?;
    let loader = build::build_program(&paths.course, LOADER, &toolchain, &|_| {})?.program;
    let kernels = tools.kernels.clone();
    let by_name: BTreeMap<String, Kernel> =
        kernels.iter().map(|kernel| (kernel.series.clone(), kernel.clone())).collect();
    let ready = Ready { tools, toolchain, kernels: by_name };
    let host = session.guests(&ready, agent, Boot::Restore)?.host;
    Ok(Bench { host, kernels, program, loader })
}

impl Bench {
    /// The kernel of a series.
    ///
    /// # Panics
    /// If the matrix has none.
    pub(crate) fn kernel(&self, series: &str) -> &Kernel {
        self.kernels.iter().find(|kernel| kernel.series == series).expect("a series of the matrix")
    }
}
