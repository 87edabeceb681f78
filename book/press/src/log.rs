//! Catches what mdBook only logs.
//!
//! mdBook reports many faults (a missing include, unbalanced HTML) as log lines and goes on, so a caller that
//! does not listen never learns of them.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::Level;
use tracing_subscriber::fmt::MakeWriter;

/// Runs `work` and returns its answer with every warning and error that was logged meanwhile on this thread.
pub fn caught<T>(work: impl FnOnce() -> T) -> (T, Vec<String>) {
    let sink = Sink::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::WARN)
        .with_ansi(false)
        .with_target(false)
        .with_level(false)
        .without_time()
        .with_writer(sink.clone())
        .finish();
    let answer = tracing::subscriber::with_default(subscriber, work);
    (answer, sink.entries())
}

/// A writer that keeps what is written: one `write` is one entry.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<String>>>);

impl Sink {
    fn entries(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let entry = String::from_utf8_lossy(bytes).trim().to_owned();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Sink {
    type Writer = Sink;

    fn make_writer(&'a self) -> Sink {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_and_errors_are_kept_in_order() {
        let (answer, entries) = caught(|| {
            tracing::warn!("first");
            tracing::info!("not this");
            tracing::error!("second");
            7
        });
        assert_eq!((answer, entries), (7, vec!["first".to_owned(), "second".to_owned()]));
    }
}
