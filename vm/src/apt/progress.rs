//! Reads the progress lines that apt writes with `APT::Status-Fd`.
//!
//! It does not draw anything. Source of the format: apt's README.progress-reporting.

/// How far a download is, in percent: from `dlstatus:1:13.4254:Retrieving file 1 of 2`.
pub(super) fn download_percent(line: &str) -> Option<f64> {
    percent(line.strip_prefix("dlstatus:")?).map(|(percent, _)| percent)
}

/// How far an installation is, in percent, and what is being done:
/// from `pmstatus:qemu-system-x86:45.4545:Unpacking qemu-system-x86 (amd64)`.
pub(super) fn install_percent(line: &str) -> Option<(f64, &str)> {
    percent(line.strip_prefix("pmstatus:")?)
}

/// The rest of a line is `NAME:PERCENT:TEXT`; a name may carry an architecture (`libc6:amd64`).
fn percent(rest: &str) -> Option<(f64, &str)> {
    let mut from = 0;
    while let Some(colon) = rest[from..].find(':') {
        from += colon + 1;
        let (number, text) = rest[from..].split_once(':')?;
        if let Ok(percent) = number.parse::<f64>() {
            return Some((percent.clamp(0.0, 100.0), text));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::half("dlstatus:1:50.5000:Retrieving file 1 of 1", Some(50.5))]
    #[case::other("Get:1 something", None)]
    #[case::cut("dlstatus:1:5", None)]
    fn reads_downloads(#[case] line: &str, #[case] expected: Option<f64>) {
        assert_eq!(download_percent(line), expected);
    }

    #[rstest]
    #[case::plain("pmstatus:qemu:12.5:Unpacking qemu (amd64)", Some((12.5, "Unpacking qemu (amd64)")))]
    #[case::architecture("pmstatus:libc6:amd64:12.5:Unpacking", Some((12.5, "Unpacking")))]
    #[case::conf("pmconffile:/etc/x:1:a", None)]
    fn reads_installations(#[case] line: &str, #[case] expected: Option<(f64, &str)>) {
        assert_eq!(install_percent(line), expected);
    }
}
