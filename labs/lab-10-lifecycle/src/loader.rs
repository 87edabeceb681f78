//! What every loader does first: open the object, load a program of it. Given to the exercise.
//!
//! It keeps nothing: what it returns belongs to the caller.

use std::any::Any;

use anyhow::Context;
use aya::{Ebpf, programs::RawTracePoint};

// ANCHOR: loader
/// The tracepoint to attach to: the entry of every system call.
pub(crate) const EVENT: &str = "sys_enter";

/// Whatever has to stay alive. Dropping it drops what is in it.
pub(crate) type Held = Box<dyn Any>;

/// Opens the lab's object: its maps exist, nothing is loaded yet.
pub(crate) fn open() -> anyhow::Result<Ebpf> {
    kit::without_kernel_btf().load_file("/lab/object.o").context("cannot open the object")
}

/// Loads one program of the object. The object keeps it.
pub(crate) fn load<'o>(object: &'o mut Ebpf, name: &str) -> anyhow::Result<&'o mut RawTracePoint> {
    let program = object.program_mut(name).with_context(|| format!("no program is called `{name}`"))?;
    let program: &mut RawTracePoint = program.try_into()?;
    program.load()?;
    Ok(program)
}
// ANCHOR_END: loader
