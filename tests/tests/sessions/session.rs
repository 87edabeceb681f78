//! A runner on a terminal: what is typed, what is shown, how it ends.

use std::{cell::RefCell, fs, process::Child, time::Duration};

use tests::{terminal::Terminal, wait};

use crate::workbook::{Workbook, logs};

/// By then anything awaited has come, on a busy machine, the first build included.
const PATIENCE: Duration = Duration::from_secs(240);

/// By then a runner that is asked to end has ended.
const GONE: Duration = Duration::from_secs(10);

/// One runner on a terminal of 80 columns.
pub(crate) struct Session {
    name: &'static str,
    terminal: Terminal,
    runner: Child,
    shown: RefCell<String>,
}

impl Session {
    /// Types a command.
    pub(crate) fn begin(name: &'static str, workbook: &Workbook, words: &[&str]) -> Self {
        let terminal = Terminal::open();
        terminal.resize(40, 80);
        let runner = terminal.start(workbook.runner(words));
        Self { name, terminal, runner, shown: RefCell::default() }
    }

    /// Waits until a text is shown; returns all that was shown since the last wait.
    ///
    /// # Panics
    /// If it does not come.
    #[track_caller]
    pub(crate) fn until(&self, text: &str) -> String {
        let shown = self.terminal.read_until(PATIENCE, text).replace("\r\n", "\n");
        *self.shown.borrow_mut() += &shown;
        fs::write(logs().join(self.name).with_extension("log"), &*self.shown.borrow()).expect("a log");
        shown
    }

    /// Waits until the running check has reported.
    #[track_caller]
    pub(crate) fn report(&self) -> String {
        let mut shown = self.until(" passed, ");
        // `passed, in`, or `0 of 5 passed, differs: 5, in 2.1 s`.
        while !shown.contains(" s\n") || !shown.lines().any(is_summary) {
            shown += &self.until("\n");
        }
        shown
    }

    /// Presses keys.
    pub(crate) fn press(&self, keys: &str) {
        self.terminal.type_text(keys);
    }

    /// Presses Ctrl-C.
    pub(crate) fn ctrl_c(&self) {
        self.terminal.type_ctrl_c();
    }

    /// Makes the window another size.
    pub(crate) fn resize(&self, rows: u16, columns: u16) {
        self.terminal.resize(rows, columns);
    }

    /// Waits for the runner's end; returns its exit code. The terminal is as it was, and nothing of ours is left.
    #[track_caller]
    pub(crate) fn end(mut self) -> i32 {
        let runner = &mut self.runner;
        let status = wait::until(GONE, "the runner's end", || runner.try_wait().expect("a child of ours"));
        assert!(self.terminal.modes() == Terminal::open().modes(), "the terminal is not as it was");
        let group = format!("/proc/{}", self.runner.id());
        assert!(!std::path::Path::new(&group).exists(), "the runner is gone");
        let rest = self.terminal.read_to_end();
        *self.shown.borrow_mut() += &rest;
        fs::write(logs().join(self.name).with_extension("log"), &*self.shown.borrow()).expect("a log");
        status.code().unwrap_or(-1)
    }
}

/// `3 of 5 passed, rejected: 2, in 4.2 s`.
fn is_summary(line: &str) -> bool {
    line.contains(" of ") && line.contains(" passed, ") && line.contains(" in ") && line.ends_with(" s")
}

/// Every line fits 80 columns, but for what a kernel, a compiler or a source file says.
#[track_caller]
pub(crate) fn assert_fits(shown: &str) {
    let others = |line: &str| {
        line.contains(" | ")
            || line.contains("   = ")
            || line.contains("the kernel says: ")
            || line.contains("expected: ")
    };
    for line in shown.lines().filter(|line| !others(line)) {
        assert!(line.chars().count() <= 80, "{} columns: {line}", line.chars().count());
    }
}
