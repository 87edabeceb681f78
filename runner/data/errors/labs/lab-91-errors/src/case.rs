//! A mistake, and what it leads to.

use std::{
    fs::File,
    io::{Read, Write},
    os::fd::FromRawFd,
    panic::{AssertUnwindSafe, catch_unwind},
};

use channel::Record;
use kit::{Failure, Lab};

/// One mistake.
pub(crate) struct Case {
    /// The name of its file.
    pub(crate) name: &'static str,
    /// What was done, in words.
    pub(crate) did: &'static str,
    /// Does it. `Ok` means that nothing went wrong.
    pub(crate) run: fn(&Lab) -> anyhow::Result<()>,
}

/// How long one may take, in seconds.
const PATIENCE: u32 = 300;

/// Makes the mistake in a child process, and returns one line: `@@@`, then, with tabs between, name, what
/// was done, stage, hook, error. Lines of the error are separated by `\n`, written so.
pub(crate) fn record(case: &Case, lab: &Lab) -> String {
    let mut ends = [0; 2];
    // SAFETY: the array holds two descriptors.
    assert_eq!(unsafe { libc::pipe(ends.as_mut_ptr()) }, 0);
    // SAFETY: this program has one thread; the child ends in `_exit`.
    let child = unsafe { libc::fork() };
    if child == 0 {
        // SAFETY: the child's own descriptor, and its own alarm.
        let mut out = unsafe {
            libc::alarm(PATIENCE);
            File::from_raw_fd(ends[1])
        };
        let said = catch_unwind(AssertUnwindSafe(|| said(case, lab)));
        let _ = out.write_all(said.unwrap_or_else(|_| "broken\t\t".to_owned()).as_bytes());
        // SAFETY: ends the child only.
        unsafe { libc::_exit(0) };
    }
    let mut said = String::new();
    // SAFETY: the parent's own ends: one is closed, the other read to its end; the child is waited for.
    unsafe {
        libc::close(ends[1]);
        let _ = File::from_raw_fd(ends[0]).read_to_string(&mut said);
        libc::waitpid(child, std::ptr::null_mut(), 0);
    }
    if said.is_empty() {
        said = "broken\t\t".into();
    }
    format!("@@@\t{}\t{}\t{said}", case.name, case.did)
}

/// `stage\thook\terror`.
fn said(case: &Case, lab: &Lab) -> String {
    let Err(error) = (case.run)(lab) else { return "accepted\t\t".into() };
    let (stage, hook, text) = match error.downcast_ref::<Failure>().map(Failure::record) {
        Some(Record::OpenFailed { error, .. }) => ("open", String::new(), error.clone()),
        Some(Record::Rejected { error, log, .. }) if log.is_empty() => ("load", String::new(), error.clone()),
        Some(Record::Rejected { error, log, .. }) => ("log", log.clone(), error.clone()),
        Some(Record::AttachFailed { hook, error, .. }) => ("attach", hook.clone(), error.clone()),
        _ => ("use", String::new(), format!("{error:#}")),
    };
    let line = |text: String| shortened(&text).replace('\n', "\\n").replace('\t', " ");
    format!("{stage}\t{}\t{}", line(hook), line(text))
}

/// Some errors carry a log: of a long one both ends are kept.
fn shortened(text: &str) -> String {
    if text.len() <= 1500 {
        return text.to_owned();
    }
    let (head, tail) = (text.floor_char_boundary(300), text.ceil_char_boundary(text.len() - 900));
    format!("{}\n[{} bytes left out here]\n{}", &text[..head], tail - head, &text[tail..])
}
