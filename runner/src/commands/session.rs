//! What every command that runs labs begins with: paths, configuration, catalog, and, once the
//! plan is known, tools and kernels.

use std::{
    collections::BTreeMap,
    num::NonZero,
    path::{Path, PathBuf},
    thread,
};

use anyhow::Result;
use vm::{Accelerator, Host, Kernel, accelerator, accelerator::Probe};

use crate::{
    build::{self, Toolchain},
    catalog::Catalog,
    cli::SetupArguments,
    config::Config,
    paths::{Kind, Paths},
    plan::{self, Job},
    run::{Boot, Guests, RunError},
    setup::{self, Audience, Consent, Needs, Network, Talk, Tools},
    usage::WrongUsage,
    workspace::reference,
};

/// What is known before anything is planned.
#[derive(Debug)]
pub struct Session {
    /// Where things lie.
    pub paths: Paths,
    /// The user's configuration.
    pub config: Config,
    /// All labs and kernels.
    pub catalog: Catalog,
}

/// What a plan needs to be carried out.
#[derive(Debug)]
pub struct Ready {
    /// QEMU, bpf-linker and so on.
    pub tools: Tools,
    /// What cargo needs.
    pub toolchain: Toolchain,
    /// Kernels by the name that jobs use.
    pub kernels: BTreeMap<String, Kernel>,
}

impl Session {
    /// Finds the course and reads it.
    ///
    /// # Errors
    /// When there is no course here, or a manifest is wrong.
    pub fn open() -> Result<Self> {
        let paths = Paths::discover()?;
        let config = Config::load(&paths.config)?;
        let catalog = match paths.kind() {
            Kind::Repository => Catalog::discover(&paths.course, &series_names())?,
            Kind::Workspace => {
                let reference = reference::folder(&paths.cache);
                Catalog::of_workspace(&paths.course, &reference, &series_names())?
            }
        };
        Ok(Self { paths, config, catalog })
    }

    /// Installs what the jobs need and finds their kernels.
    ///
    /// # Errors
    /// What set-up could not do, or that an image is no kernel.
    pub fn prepare(
        &self,
        jobs: &[Job<'_>],
        modules: Option<&PathBuf>,
        arguments: &SetupArguments,
        audience: Audience,
    ) -> Result<Ready> {
        self.prepare_kernels(plan::series(jobs), &plan::images(jobs), modules, arguments, audience)
    }

    /// The same for kernels alone: series by name, images by path.
    ///
    /// # Errors
    /// As [`Session::prepare`].
    pub fn prepare_kernels(
        &self,
        series: Vec<String>,
        images: &[&Path],
        modules: Option<&PathBuf>,
        arguments: &SetupArguments,
        audience: Audience,
    ) -> Result<Ready> {
        if self.paths.kind() == Kind::Workspace {
            // Seeds and controls need them, and which runs need a control is not known before.
            reference::unpack(&self.paths.cache)?;
        }
        let needs = Needs { series, modules: self.modules(), audience };
        let network = if arguments.offline { Network::Offline } else { Network::Allowed };
        // Before anything is installed: a mistyped path must not cost minutes.
        let mut imported = Vec::new();
        for image in images.iter().copied() {
            if !image.is_file() {
                return Err(no_image(image).into());
            }
            let wanted: Vec<&str> = needs.modules.iter().map(String::as_str).collect();
            let store = setup::store(&self.paths, &self.config, Network::Offline);
            let mut kernel = store.import(image, modules.map(PathBuf::as_path), &wanted)?;
            kernel.series = image.display().to_string();
            imported.push(kernel);
        }
        let tools = setup::ensure(
            &needs,
            &self.paths,
            &self.config,
            consent(arguments),
            network,
            &Talk::on_stderr(),
        )?;
        let mut kernels: BTreeMap<String, Kernel> =
            tools.kernels.iter().map(|kernel| (kernel.series.clone(), kernel.clone())).collect();
        kernels.extend(imported.into_iter().map(|kernel| (kernel.series.clone(), kernel)));
        let toolchain = Toolchain {
            bpf_linker: tools.bpf_linker.clone(),
            rust_src: tools.rust_src.clone(),
            network: match network {
                Network::Offline => build::cargo::Network::Forbidden,
                Network::Allowed => build::cargo::Network::Allowed,
            },
        };
        Ok(Ready { tools, toolchain, kernels })
    }

    /// All kernel modules that any lab needs: one checkpoint per kernel serves all labs.
    #[must_use]
    pub fn modules(&self) -> Vec<String> {
        let mut modules: Vec<String> =
            self.catalog.labs().iter().flat_map(|lab| lab.manifest.modules.clone()).collect();
        modules.sort();
        modules.dedup();
        modules
    }

    /// The guests' host: probes the accelerator once per boot of this machine and says what it found.
    ///
    /// # Errors
    /// When the finding cannot be written down.
    pub fn guests(&self, ready: &Ready, agent: PathBuf, boot: Boot) -> Result<Guests, RunError> {
        let qemu = ready.tools.qemu.clone();
        let checkpoints = self.paths.checkpoints();
        let mut host = Host { qemu, accelerator: Accelerator::Tcg, checkpoints, agent };
        if let Some(kernel) = ready.kernels.values().next() {
            let probe = accelerator::probe(&host, kernel, &self.paths.findings())?;
            host.accelerator = probe.finding().accelerator;
            if let Probe::New(finding) = probe {
                eprintln!("accelerator: {}", finding.why);
            }
        }
        Ok(Guests { host, boot, tools: Vec::new() })
    }
}

fn no_image(path: &Path) -> WrongUsage {
    let what = if path.is_dir() { "is a folder, not a kernel image" } else { "does not exist" };
    let path = path.display();
    WrongUsage::new(
        "no-kernel-image",
        format!(
            "`--kernel {path}`: `{path}` {what}\nhint: give the path of a bzImage or vmlinux for x86-64, or the name of a series, such as `6.1`"
        ),
    )
}

/// How the user agrees to changes of the machine.
pub(super) fn consent(arguments: &SetupArguments) -> Consent {
    if arguments.yes { Consent::Given } else { Consent::of_the_terminal() }
}

/// How many guests run at once: one per core.
#[must_use]
pub(crate) fn parallel() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// The series of the kernel list, oldest first.
#[must_use]
pub(super) fn series_names() -> Vec<String> {
    vm::store::series::all().iter().map(|series| series.name.clone()).collect()
}
