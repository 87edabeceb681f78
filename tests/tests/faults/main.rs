//! Everything that can break, broken on purpose: each fault ends in a named verdict or error before its
//! deadline, and nothing of ours is left running.
//!
//! The faults were outages of other harnesses of this kind. A truncated or missing package is tested
//! where packages are read, in `vm::store`; wrong use of the command line in `runner/tests`.

mod accelerator;
mod agent;
mod bench;
mod checkpoints;
mod compiler;
mod damage;
mod floods;
mod in_guest;
mod interrupted;
mod judged;
mod live;
mod objects;
mod pipe;
mod qemu;
mod runners;
mod shell;
mod stage;
mod stub;
mod theatre;
