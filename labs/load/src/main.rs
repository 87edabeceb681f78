//! Loads each program of the object at hand, whatever it is, and says what this kernel did with it.
//!
//! It attaches nothing and judges nothing. The object may be broken or hostile: each program is loaded in a process of
//! its own, with a time limit, so that the others get their answer, too. It is no lab; `runner explain` uses it.

mod alone;
mod apart;
mod attempt;
mod by_type;
mod loaded;
mod study;

use std::{
    fs::{self, File},
    io::Write,
    os::fd::FromRawFd,
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use aya::{Btf, Ebpf};
use channel::{CHANNEL_FD, OBJECT_PATH, Record, TASK_PATH, Task, Wanted};

use crate::{apart::Ended, attempt::Attempt};

fn main() -> ExitCode {
    // SAFETY: the agent opens descriptor 3 for this program alone, and nothing else here owns it.
    let mut channel = unsafe { File::from_raw_fd(CHANNEL_FD) };
    match answer(&mut channel) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the object cannot be tried: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Tries all programs of the task and writes a record for each.
fn answer(channel: &mut File) -> Result<()> {
    let begin = Instant::now();
    let read = |path: &str| fs::read(path).with_context(|| format!("cannot read `{path}`"));
    let task: Task = serde_json::from_slice(&read(TASK_PATH)?).context("the task is not as it should be")?;
    let bytes = read(OBJECT_PATH)?;
    let btf = Btf::from_sys_fs().ok();
    let opened = catch_unwind(AssertUnwindSafe(|| attempt::open(&bytes, btf.as_ref(), attempt::FIRST)));
    let mut whole = opened.unwrap_or_else(|_| Err("the loader crashed over it".to_owned()));
    if let Err(error) = &whole {
        write(channel, &Record::OpenFailed { what: "the object".to_owned(), error: error.clone() })?;
    }
    for wanted in &task.programs {
        let left = Duration::from_millis(task.all_ms).saturating_sub(begin.elapsed());
        let limit = Duration::from_millis(task.each_ms).min(left);
        let record = if left.is_zero() {
            undecided(wanted, "there was no time left for it".to_owned())
        } else {
            let (btf, study) = (btf.as_ref(), task.study);
            match &mut whole {
                Ok(ebpf) => one(&Attempt { bytes: &bytes, btf, wanted, study }, Some(ebpf), limit)?,
                // Another program may be what the loader cannot bear.
                Err(_) => {
                    let bytes = alone::only(&bytes, &task.sections, wanted.section);
                    one(&Attempt { bytes: &bytes, btf, wanted, study }, None, limit)?
                }
            }
        };
        write(channel, &record)?;
    }
    write(channel, &Record::End)
}

/// Tries one program in a process of its own.
fn one(attempt: &Attempt<'_>, opened: Option<&mut Ebpf>, limit: Duration) -> Result<Record> {
    let job = || attempt.make(opened).to_line().into_bytes();
    Ok(match apart::apart(limit, job).context("cannot make a process")? {
        Ended::Said(bytes) => {
            Record::from_line(String::from_utf8_lossy(&bytes).trim_end()).unwrap_or_else(|error| {
                undecided(attempt.wanted, format!("the loader said nothing of use: {error}"))
            })
        }
        Ended::TooLate => {
            let seconds = limit.as_secs_f64();
            undecided(attempt.wanted, format!("the kernel was not done with it after {seconds:.0} s"))
        }
        Ended::Crashed(status) => undecided(attempt.wanted, format!("the loader crashed over it ({status})")),
    })
}

fn undecided(wanted: &Wanted, why: String) -> Record {
    Record::Undecided { program: wanted.name.clone(), why }
}

fn write(channel: &mut File, record: &Record) -> Result<()> {
    channel.write_all(record.to_line().as_bytes()).context("nobody listens any more")
}
