//! What every guest-side lab program uses: open the learner's object, load and attach its programs,
//! drive an exact workload, report observations.
//!
//! Nothing here decides whether a lab passes: the host compares the observations with a snapshot.
//! A lab's `main` is one call of [`lab`]:
//!
//! ```no_run
//! use aya::{maps::Array, programs::TracePoint};
//!
//! fn main() -> std::process::ExitCode {
//!     kit::lab(|lab| {
//!         let name = lab.seed().name("w-alpha");
//!         let calls = lab.seed().number(137, 50..=500);
//!         let mut worker = kit::Worker::start(&name, kit::getppid)?;
//!
//!         let mut object = lab.object().global("WORKER", worker.pid()).open()?;
//!         let counter: Array<_, u64> = object.map("CALLS")?;
//!         let mut program = object.load("count_calls", TracePoint::load)?;
//!         program.attach_to("tracepoint syscalls/sys_enter_getppid", |program| {
//!             program.attach("syscalls", "sys_enter_getppid")
//!         })?;
//!
//!         worker.run(calls)?;
//!         lab.check("count");
//!         lab.observe(format!("counted: {}", counter.get(&0, 0)?));
//!         Ok(())
//!     })
//! }
//! ```
//!
//! That is a lab whose exercise is an eBPF program. Where the exercise is code of user space, it runs in
//! a process of its own: see [`confined`] and [`lab_with_exercise`].
//!
//! The eBPF object lies at `/lab/object.o`; the seed comes in `LAB_SEED`; records leave through file
//! descriptor 3, one JSON line each (`labs/channel`). To try a guest program by hand on a machine
//! where you are root: `LAB_SEED=0 ./lab-01-hello 3>&1`.

pub mod confined;
mod failure;
mod lab;
pub mod machine_code;
mod mask;
mod object;
mod patience;
pub mod raw;
mod seed;
mod verifier;
pub mod veth;
mod worker;

pub use confined::{Exercise, NoAnswer, Rights, Session, Why, here, lab_with_exercise};
pub use failure::{Failure, chain};
pub use lab::{Lab, lab};
pub use mask::mask;
pub use object::{Loaded, Object, Opener, without_kernel_btf};
pub use seed::Seed;
pub use verifier::Refusal;
pub use worker::{Worker, getppid, stay_on};
