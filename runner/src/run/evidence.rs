//! The evidence folder of a job: everything that its run left, as files a person can open.
//!
//! Written anew by every run of the job. Nothing is ever read back from here.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    build::Built, catalog::Side, judge::Verdict, paths::Paths, plan::Job, report::comparison,
    transcript::Transcript,
};

/// Where a job's evidence goes.
#[derive(Debug, Clone)]
pub(super) struct Evidence {
    folder: PathBuf,
}

impl Evidence {
    /// Empties the folder of a job.
    pub(super) fn begin(paths: &Paths, job: &Job<'_>) -> io::Result<Self> {
        let kernel = job.kernel_name().replace('/', "_");
        let mut folder = paths.evidence(&job.lab.name, &kernel);
        match &job.side {
            Side::Exercise => {}
            Side::Mutant(name) => folder = folder.join(format!("mutant-{name}")),
            Side::Solution => folder = folder.join("solution"),
            // Not by its path: every file that is ever checked would leave a folder.
            Side::Submission(_) => folder = folder.join("submission"),
        }
        if job.seed != 0 {
            // Two jobs that differ in their seeds run at the same time.
            folder = folder.join(format!("seed-{}", job.seed));
        }
        fs::create_dir_all(&folder)?;
        for entry in fs::read_dir(&folder)?.flatten() {
            if entry.file_type()?.is_file() {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(Self { folder })
    }

    /// The folder, relative to the course where it lies inside.
    pub(super) fn shown(&self, course: &Path) -> PathBuf {
        self.folder.strip_prefix(course).unwrap_or(&self.folder).to_owned()
    }

    /// QEMU's command line, written before the run: it must be there if the run never ends.
    pub(super) fn command_line(&self, line: &str) {
        self.write("qemu.txt", format!("{line}\n"));
    }

    /// What went into the guest.
    pub(super) fn built(&self, built: &Built) {
        if let Some(object) = &built.object {
            self.write("object.o", object);
        }
    }

    /// What came out of it, and what was decided.
    pub(super) fn run(&self, observations: &[u8], transcript: &Transcript, verdict: &Verdict) {
        self.write("observations.jsonl", observations);
        self.write("diagnostics.txt", &transcript.diagnostics);
        self.write("kernel-log.txt", transcript.kernel_log.join("\n") + "\n");
        self.write("console.txt", &transcript.console);
        if let Verdict::Rejected { log, .. } = verdict {
            self.write("verifier.log", log);
        }
        for refused in &transcript.refused {
            // The name comes from the guest.
            let name =
                refused.program.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '_');
            self.write(&format!("refused-{}.log", name.take(64).collect::<String>()), &refused.log);
        }
        if let Verdict::Differs { checks } = verdict {
            self.write(comparison::FILE, comparison::whole(checks));
        }
        self.verdict(verdict);
    }

    /// What was decided, where that changes after the run.
    pub(super) fn verdict(&self, verdict: &Verdict) {
        let json = serde_json::to_string_pretty(verdict).unwrap_or_default();
        self.write("verdict.json", json + "\n");
    }

    /// Evidence that cannot be written (a full disk) must not change a verdict.
    fn write(&self, name: &str, contents: impl AsRef<[u8]>) {
        let _ = fs::write(self.folder.join(name), contents);
    }
}
