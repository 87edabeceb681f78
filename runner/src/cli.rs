//! The command line as types. What the words mean is decided in `commands`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// The eBPF workbook: build a lab, run it on real kernels, see what they said.
#[derive(Debug, Parser)]
#[command(
    name = "runner",
    bin_name = "cargo runner",
    version,
    max_term_width = 100,
    disable_help_subcommand = true
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// One line per event, for a screen reader: no colours, nothing redrawn
    #[arg(
        long,
        global = true,
        env = "EBPF_WORKBOOK_PLAIN",
        hide_env_values = true,
        action = clap::ArgAction::SetTrue,
        value_parser = clap::builder::FalseyValueParser::new()
    )]
    pub plain: bool,
}

/// All commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a workspace of your own: exercises, chapters and what is needed to build them
    Init {
        /// A folder that is not there yet, or is empty
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Bring a newer course into the workspace; what you edited is kept
    Update,
    /// List the labs, and what has passed where
    List(ListArguments),
    /// Say which lab is next, and where everything of it is
    Next,
    /// Build labs, run them on real kernels and say what differs
    Check(CheckArguments),
    /// Show a hint; there are three, and each says what the next gives away
    Hint(HintArguments),
    /// Begin a lab anew; your file is kept beside it
    Reset {
        /// A lab
        lab: String,
    },
    /// Compare your exercise with the reference solution, once it has passed
    Diff {
        /// A lab
        lab: String,
    },
    /// Take your progress to another machine
    #[command(subcommand)]
    Progress(ProgressCommand),
    /// Check a lab whenever its exercise is saved
    Watch(WatchArguments),
    /// Run a lab's program in a guest and show what it says, as it says it
    Run(RunArguments),
    /// A shell in a guest, with the lab's program and object at hand
    Shell(ShellArguments),
    /// Say in plain words what a verifier log means, or what kernels do with an object
    Explain(ExplainArguments),
    /// List, fetch and tidy kernels
    #[command(subcommand)]
    Kernels(KernelsCommand),
    /// Say what this machine lacks, and mend it
    Doctor(DoctorArguments),
    /// Build, serve or test the book
    #[command(subcommand)]
    Book(BookCommand),
    /// For authors: check everything, add a lab, accept snapshots, measure
    #[command(subcommand)]
    Dev(DevCommand),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write a page for each command into a folder
    Man {
        /// The folder
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
}

/// `runner list`.
#[derive(Debug, Args)]
pub struct ListArguments {
    /// Only labs that have not passed on any kernel
    #[arg(long, conflicts_with = "done")]
    pub todo: bool,
    /// Only labs that have passed
    #[arg(long)]
    pub done: bool,
    /// Only parts of the course with this in their title
    #[arg(long, value_name = "TEXT")]
    pub part: Option<String>,
}

/// `runner hint`.
#[derive(Debug, Args)]
pub struct HintArguments {
    /// A lab (default: the next one)
    pub lab: Option<String>,
    /// 1, 2 or 3 (default: the one after the last that you read)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=3))]
    pub level: Option<u8>,
}

/// `runner progress …`.
#[derive(Debug, Subcommand)]
pub enum ProgressCommand {
    /// Write it to a file, or print it
    Export {
        /// The file
        file: Option<PathBuf>,
    },
    /// Take over what a file has and this workspace lacks; nothing is lost
    Import {
        /// The file; `-` is standard input
        file: PathBuf,
    },
}

/// How set-up may act. The same for every command that needs tools.
#[derive(Debug, Clone, Args)]
pub struct SetupArguments {
    /// Install what is missing without asking
    #[arg(long, short)]
    pub yes: bool,
    /// Use only what is in the cache
    #[arg(long)]
    pub offline: bool,
}

/// `runner check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Labs: `lab-03`, `3`, a beginning of a name, a range such as `1-3`; several are fine
    #[arg(required_unless_present = "all", value_name = "LAB")]
    pub labs: Vec<String>,
    /// All labs
    #[arg(long, conflicts_with = "labs")]
    pub all: bool,
    /// A kernel: `6.1`, `newest`, `all`, or the path of an image (repeatable; default: all)
    #[arg(long = "kernel", short, value_name = "KERNEL")]
    pub kernels: Vec<String>,
    /// The modules of a kernel given by path: its `lib/modules/RELEASE` folder
    #[arg(long, value_name = "DIR")]
    pub modules: Option<PathBuf>,
    /// Vary the workload: 0 is what the snapshots show, others are judged by the reference solution
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    pub seed: u64,
    /// Check the reference solution instead of the exercise
    #[arg(long, conflicts_with = "mutant")]
    pub solution: bool,
    /// Check this wrong solution instead of the exercise
    #[arg(long, value_name = "NAME")]
    pub mutant: Option<String>,
    /// Check this file instead of the exercise, without touching the exercise
    #[arg(long, value_name = "FILE", conflicts_with_all = ["solution", "mutant", "all"])]
    pub submission: Option<PathBuf>,
    /// Boot every guest instead of restoring a checkpoint
    #[arg(long)]
    pub cold: bool,
    /// How to print the report
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    pub format: Format,
    /// Set-up.
    #[command(flatten)]
    pub setup: SetupArguments,
}

/// `runner watch`.
#[derive(Debug, Args)]
pub struct WatchArguments {
    /// The lab: `lab-03`, `3`; without it, the next one
    #[arg(value_name = "LAB")]
    pub lab: Option<String>,
    /// A kernel: `6.1`, `newest`, `all` (repeatable; default: all)
    #[arg(long = "kernel", short, value_name = "KERNEL")]
    pub kernels: Vec<String>,
    /// How often to look at the file, in milliseconds; more on a slow network folder
    #[arg(long, value_name = "MS", default_value_t = 25, value_parser = clap::value_parser!(u64).range(5..=10_000))]
    pub poll: u64,
    /// Set-up.
    #[command(flatten)]
    pub setup: SetupArguments,
}

/// One lab on one kernel.
#[derive(Debug, Args)]
pub struct PlaceArguments {
    /// The lab: `lab-03`, `lab-03-syscount`, `3`
    #[arg(value_name = "LAB")]
    pub lab: String,
    /// The kernel: `6.1`, `newest`, or the path of an image
    #[arg(long, short, value_name = "KERNEL", default_value = "newest")]
    pub kernel: String,
    /// The modules of a kernel given by path: its `lib/modules/RELEASE` folder
    #[arg(long, value_name = "DIR")]
    pub modules: Option<PathBuf>,
    /// Set-up.
    #[command(flatten)]
    pub setup: SetupArguments,
}

/// `runner run`.
#[derive(Debug, Args)]
pub struct RunArguments {
    /// Where.
    #[command(flatten)]
    pub place: PlaceArguments,
    /// Vary the workload
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    pub seed: u64,
}

/// `runner shell`.
#[derive(Debug, Args)]
pub struct ShellArguments {
    /// Where.
    #[command(flatten)]
    pub place: PlaceArguments,
    /// Carry out this command instead, and end with its exit status
    #[arg(last = true, value_name = "COMMAND")]
    pub command: Vec<String>,
}

/// How to print a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Terminal,
    /// For machines: one JSON document.
    Json,
    /// For machines that do not wait: one JSON document a line, as things are decided.
    Events,
}

/// `runner explain`.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// A verifier log, what a loader printed, an eBPF object, from anywhere; or a name such as `null-check`
    pub file: PathBuf,
    /// The object that was refused (default: `object.o` beside the log): it knows the lines of source
    #[arg(long, value_name = "OBJECT")]
    pub object: Option<PathBuf>,
    /// One program: of a log, the one that was refused (default: the one that fits); of an object, the
    /// one to load (default: all)
    #[arg(long, value_name = "NAME")]
    pub program: Option<String>,
    /// For an object, a kernel to load it on: `6.1`, `newest`, `all`, or the path of an image
    /// (repeatable; default: the oldest and the newest)
    #[arg(long = "kernel", short, value_name = "KERNEL")]
    pub kernels: Vec<String>,
    /// The modules of a kernel given by path: its `lib/modules/RELEASE` folder
    #[arg(long, value_name = "DIR")]
    pub modules: Option<PathBuf>,
    /// Set-up.
    #[command(flatten)]
    pub setup: SetupArguments,
}

/// `runner kernels …`.
#[derive(Debug, Subcommand)]
pub enum KernelsCommand {
    /// Show the matrix and what is in the cache
    List,
    /// Fetch kernels (default: all of the matrix)
    Fetch {
        /// Series: `6.1`, `newest`
        series: Vec<String>,
        /// Use only what is in the cache
        #[arg(long)]
        offline: bool,
    },
    /// Delete what no lab needs: old releases, half downloads, stale checkpoints
    Gc,
}

/// `runner doctor`.
#[derive(Debug, Args)]
pub struct DoctorArguments {
    /// Mend every finding that can be mended
    #[arg(long)]
    pub fix: bool,
    /// Print the findings as JSON
    #[arg(long, conflicts_with = "fix")]
    pub json: bool,
    /// Set-up.
    #[command(flatten)]
    pub setup: SetupArguments,
}

/// `runner book …`.
#[derive(Debug, Subcommand)]
pub enum BookCommand {
    /// Build the book
    Build,
    /// Build it, serve it on this machine only, and build again on every change
    Serve {
        /// The port; 0 takes a free one
        #[arg(long, default_value_t = 3000)]
        port: u16,
    },
    /// Check links, listings, cards and snippets
    Test,
}

/// `runner dev …`.
#[derive(Debug, Subcommand)]
pub enum DevCommand {
    /// Everything that CI runs
    Check {
        /// Only these steps (repeatable)
        #[arg(long, value_name = "STEP")]
        only: Vec<String>,
        /// List the steps
        #[arg(long)]
        list: bool,
        /// Set-up.
        #[command(flatten)]
        setup: SetupArguments,
    },
    /// Write the files of a new lab
    New {
        /// Its name: `lab-NN-topic`
        name: String,
        /// The learner writes what runs in user space, not in the kernel
        #[arg(long)]
        user: bool,
    },
    /// Make what the solution observes on all kernels the expected observations
    Accept {
        /// Labs
        #[arg(required = true, value_name = "LAB")]
        labs: Vec<String>,
        /// Set-up.
        #[command(flatten)]
        setup: SetupArguments,
    },
    /// Record what every kernel makes of a lab's program: what the book's panels show
    See {
        /// The lab
        lab: String,
        /// The program in its object; without one, all that are recorded already
        program: Option<String>,
        /// Take the object of this mutant instead of the solution's
        #[arg(long, requires = "program")]
        mutant: Option<String>,
        /// Set-up.
        #[command(flatten)]
        setup: SetupArguments,
    },
    /// Measure: guests, checks, watch, small commands, explain, the matrix
    Bench {
        /// How often each thing is measured
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1000))]
        rounds: u32,
        /// Skip the whole matrix with and without checkpoints, which takes minutes
        #[arg(long)]
        quick: bool,
        /// How to print the figures
        #[arg(long, value_enum, default_value_t = Format::Terminal)]
        format: Format,
        /// Set-up.
        #[command(flatten)]
        setup: SetupArguments,
    },
    /// Fuzz what reads foreign bytes: error, log, manifest, object, progress or transcript
    Fuzz {
        /// Only this target
        target: Option<String>,
        /// How long each target runs
        #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
        seconds: u32,
    },
}
