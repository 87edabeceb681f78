//! The model as JSON, one document.

use std::io::{self, Write};

use super::Report;

/// Writes the report with a newline at its end.
///
/// # Errors
/// What the stream says.
pub fn render(report: &Report, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    writeln!(out)
}
