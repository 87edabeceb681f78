//! What a line of `watch` says, as far as a clock needs it. Pure.

/// What a line says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// A job is decided.
    Verdict,
    /// The check is through.
    Summary {
        /// How many jobs passed.
        passed: usize,
        /// How many there are.
        all: usize,
    },
    /// The check ended without a report.
    Undecided,
    /// Nothing of interest.
    Else,
}

impl Said {
    /// Reads one line about the lab of this name.
    pub(super) fn of(line: &str, lab: &str) -> Self {
        let words: Vec<&str> = line.split_whitespace().collect();
        let begins_as_number = |word: &str| word.starts_with(|letter: char| letter.is_ascii_digit());
        match words.as_slice() {
            // `lab-01-hello  5.10  passed  0.61 s`
            [first, kernel, _, ..] if *first == lab && begins_as_number(kernel) => Self::Verdict,
            // `4 of 5 passed, differs: 1, in 2.2 s`
            [passed, "of", all, "passed,", ..] => match (passed.parse(), all.parse()) {
                (Ok(passed), Ok(all)) => Self::Summary { passed, all },
                _ => Self::Else,
            },
            [.., "nothing", "could", "be", "decided"] => Self::Undecided,
            _ => Self::Else,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::report::{JobReport, Paint, Report, terminal};

    const LAB: &str = "lab-01-hello";

    #[test]
    fn reads_what_the_report_writes() {
        let job: JobReport = serde_json::from_value(json!({
            "lab": LAB, "title": "Hello", "kernel": "5.10", "release": "5.10.0", "side": "exercise", "seed": 0,
            "verdict": { "kind": "Passed" }, "evidence": null,
            "times": { "build_ms": 1, "start_ms": 2, "handover_ms": 3, "run_ms": 4, "judge_ms": 5 },
        }))
        .expect("a job");
        let jobs = vec![job];
        let line = terminal::job_line(&jobs[0], terminal::Widths::of(&jobs), Paint::Plain);
        assert_eq!(Said::of(&line, LAB), Said::Verdict, "{line}");
        let report = Report { schema: 1, runner: String::new(), started_unix_s: 0, took_ms: 2_200, jobs };
        let line = terminal::summary(&report);
        assert_eq!(Said::of(&line, LAB), Said::Summary { passed: 1, all: 1 }, "{line}");
    }

    #[test]
    fn other_lines_are_of_no_interest() {
        for line in ["", "── lab-01-hello: saved, checking …", "lab-01-hello passed", "compiled in 0.31 s"]
        {
            assert_eq!(Said::of(line, LAB), Said::Else, "{line}");
        }
        let failed = "3 of 5 passed, differs: 2, in 4.2 s";
        assert_eq!(Said::of(failed, LAB), Said::Summary { passed: 3, all: 5 });
        assert_eq!(Said::of("lab-01-hello: nothing could be decided", LAB), Said::Undecided);
    }
}
