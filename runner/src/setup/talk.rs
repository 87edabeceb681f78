//! What set-up says while it works: progress bars on a terminal, plain lines elsewhere.
//!
//! Everything goes to standard error; data is never written here.

use std::{
    io::{self, IsTerminal, Write},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::paths::spoken;

/// Where talk goes. Several threads may talk at once.
pub struct Talk(Manner);

enum Manner {
    Bars(MultiProgress),
    Lines(Mutex<Box<dyn Write + Send>>),
}

impl Talk {
    /// Bars if standard error is a terminal, else a line at the beginning and the end of each step.
    #[must_use]
    pub fn on_stderr() -> Self {
        if io::stderr().is_terminal() {
            Self(Manner::Bars(MultiProgress::new()))
        } else {
            Self::to(io::stderr())
        }
    }

    /// Plain lines to this writer.
    #[must_use]
    pub fn to(writer: impl Write + Send + 'static) -> Self {
        Self(Manner::Lines(Mutex::new(Box::new(writer))))
    }

    /// Says one line, or several.
    pub fn line(&self, text: &str) {
        let text = spoken(text);
        match &self.0 {
            // `MultiProgress::println` would fill lines up with blanks, which then are copied with them.
            Manner::Bars(bars) => bars.suspend(|| {
                // That the terminal is gone must not end the work.
                let _ = writeln!(io::stderr(), "{text}");
            }),
            Manner::Lines(writer) => {
                let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
                let _ = writeln!(writer, "{text}");
            }
        }
    }

    /// Begins to show the progress of something.
    #[must_use]
    pub fn bar(&self, what: &str) -> Bar<'_> {
        let bar = match &self.0 {
            Manner::Bars(bars) => {
                let bar = bars.add(ProgressBar::new(100));
                // The template is a constant, tested below.
                bar.set_style(style());
                bar.set_prefix(what.to_owned());
                bar.enable_steady_tick(Duration::from_millis(100));
                Some(bar)
            }
            Manner::Lines(_) => {
                self.line(&format!("{what} …"));
                None
            }
        };
        Bar { talk: self, bar, what: what.to_owned(), begun: Instant::now() }
    }
}

/// `!` cuts what is too long.
const TEMPLATE: &str = "{spinner} {prefix:28!} {bar:16} {percent:>3} % {elapsed:>4} {wide_msg}";

fn style() -> ProgressStyle {
    ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// The progress of one step.
pub struct Bar<'a> {
    talk: &'a Talk,
    bar: Option<ProgressBar>,
    what: String,
    begun: Instant,
}

impl Bar<'_> {
    /// Shows how far it is, in percent, and what is being done now.
    pub fn percent(&self, percent: f64, now: &str) {
        if let Some(bar) = &self.bar {
            bar.set_position(percent.clamp(0.0, 100.0) as u64);
            bar.set_message(now.to_owned());
        }
    }

    /// Says that it is done, and how long it took.
    pub fn done(self) {
        self.end("done");
    }

    /// Says that it failed. Why is the error's part.
    pub fn failed(self) {
        self.end("failed");
    }

    fn end(self, how: &str) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        self.talk.line(&format!("{}: {how} in {:.1} s", self.what, self.begun.elapsed().as_secs_f64()));
    }
}

#[cfg(test)]
pub(super) mod recorded {
    use std::sync::{Arc, Condvar};

    use super::*;

    /// What was said, for tests.
    #[derive(Clone, Default)]
    pub(in crate::setup) struct Heard(Arc<(Mutex<Vec<u8>>, Condvar)>);

    impl Heard {
        pub(in crate::setup) fn text(&self) -> String {
            String::from_utf8_lossy(&self.0.0.lock().unwrap()).into_owned()
        }

        /// Waits until exactly this was said.
        pub(in crate::setup) fn wait_for(&self, text: &str) {
            let said = self.0.0.lock().unwrap();
            let limit = Duration::from_secs(20);
            let (said, _) =
                self.0.1.wait_timeout_while(said, limit, |said| said.as_slice() != text.as_bytes()).unwrap();
            assert_eq!(String::from_utf8_lossy(&said), text);
        }
    }

    impl Write for Heard {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.0.lock().unwrap().extend_from_slice(bytes);
            self.0.1.notify_all();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Talk {
        pub(in crate::setup) fn recorded() -> (Self, Heard) {
            let heard = Heard::default();
            (Self::to(heard.clone()), heard)
        }
    }

    #[test]
    fn the_template_is_right() {
        assert!(ProgressStyle::with_template(TEMPLATE).is_ok());
    }

    #[test]
    fn lines_have_a_beginning_and_an_end() {
        let (talk, heard) = Talk::recorded();
        let bar = talk.bar("bpf-linker");
        bar.percent(50.0, "syn");
        bar.done();
        let text = heard.text();
        assert!(text.starts_with("bpf-linker …\nbpf-linker: done in ") && text.ends_with(" s\n"), "{text}");
    }
}
