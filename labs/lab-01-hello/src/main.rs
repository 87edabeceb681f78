//! Lab 01, the guest program: attaches the learner's program while a worker calls `getppid`.
//!
//! It reports what the counter says before, during and after. It does not know what is right.

use std::{process::ExitCode, thread};

use aya::{maps::Array, programs::TracePoint};
use kit::{Worker, getppid};

fn main() -> ExitCode {
    kit::lab(|lab| {
        let name = lab.seed().name("w-hello");
        let calls = lab.seed().number(100, 50..=500);
        let thread_calls = lab.seed().number(37, 10..=49);
        let other_calls = [lab.seed().number(20, 5..=250), lab.seed().number(30, 5..=250)];

        // ANCHOR: load
        let mut worker = Worker::start(&name, |times| {
            getppid(times);
            // A process may have several threads: these calls are the worker's, too.
            thread::spawn(move || getppid(thread_calls)).join().expect("the thread ends");
        })?;
        // Another process, of the same name.
        let mut bystander = Worker::start(&name, getppid)?;

        let mut object = lab.object().global("WORKER", worker.pid()).open()?;
        let counter: Array<_, u64> = object.map("CALLS")?;
        let mut program = object.load("count_calls", TracePoint::load)?;
        // ANCHOR_END: load

        // ANCHOR: steps
        worker.run(calls)?;
        lab.check("before");
        lab.observe(format!("before attach: {}", counter.get(&0, 0)?));

        let link = program.attach_to("tracepoint syscalls/sys_enter_getppid", |program| {
            program.attach("syscalls", "sys_enter_getppid")
        })?;
        bystander.run(other_calls[0])?;
        worker.run(calls)?;
        bystander.run(other_calls[1])?;
        lab.check("count");
        lab.observe(format!("after attach: {}", counter.get(&0, 0)?));

        program.detach(link)?;
        worker.run(calls)?;
        lab.check("detached");
        lab.observe(format!("after detach: {}", counter.get(&0, 0)?));
        // ANCHOR_END: steps
        Ok(())
    })
}
