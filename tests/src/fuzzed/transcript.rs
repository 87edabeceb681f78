//! What a hostile guest says: no line is lost, no limit is passed, and only what is equal is a pass.

use std::time::Duration;

use channel::Record;
use runner::{
    judge::{self, Expectation, ExpectedCheck, Verdict, VerdictKind},
    transcript::{MOST_CHECKS, MOST_MALFORMED, ObservedCheck, Transcript},
};
use vm::{Ending, RunRecord, Times};
use wire::Exit;

use super::{assert_printable, shown::is_shown};

/// The property.
///
/// # Panics
/// Where it does not hold.
pub fn holds(bytes: &[u8]) {
    let transcript = read(bytes);
    nothing_is_lost(&transcript, bytes);
    let verdict = judge::judge(&transcript, &Expectation { checks: Vec::new() });
    assert!(verdict.kind() != VerdictKind::Passed || transcript.checks.is_empty(), "an undeclared check");
    is_shown(verdict, Vec::new());
    match judge::observe(&transcript) {
        Ok(observed) => {
            assert!(transcript.ended && transcript.malformed_count == 0 && transcript.refusal.is_none());
            assert!(observed.iter().all(|check| check.lines.iter().all(|line| line.trim_end() == line)));
            observed.iter().for_each(|check| assert_printable(&check.lines));
            is_judged(&transcript, &observed);
        }
        Err(verdict) => assert_ne!(verdict.kind(), VerdictKind::Passed),
    }
    other_channels(bytes);
}

/// A run that wrote this to the observation channel and then ended as it should.
fn read(observations: &[u8]) -> Transcript {
    Transcript::from_record(RunRecord { observations: observations.to_vec(), ..run() })
}

fn run() -> RunRecord {
    RunRecord {
        release: "6.1.0".into(),
        observations: Vec::new(),
        diagnostics: Vec::new(),
        kernel_log: Vec::new(),
        console: String::new(),
        ending: Ending::Done(Exit::Code(0)),
        times: Times { start: Duration::ZERO, handover: Duration::ZERO, run: Duration::ZERO },
    }
}

/// Each line is an observation, a record of another kind, or kept as malformed; the limits hold.
fn nothing_is_lost(transcript: &Transcript, bytes: &[u8]) {
    let lines: Vec<_> = bytes.split_inclusive(|byte| *byte == b'\n').map(String::from_utf8_lossy).collect();
    let observed: usize = transcript.checks.iter().map(|check| check.lines.len()).sum();
    assert!(observed + transcript.malformed_count + usize::from(transcript.ended) <= lines.len());
    assert!(transcript.checks.len() <= MOST_CHECKS);
    assert_eq!(transcript.malformed.len(), transcript.malformed_count.min(MOST_MALFORMED));
    for bad in &transcript.malformed {
        assert_eq!(lines[bad.line - 1].trim_end_matches('\n'), bad.text);
        assert!(!bad.why.is_empty());
    }
    assert_eq!(transcript.observation_bytes, bytes.len());
    let records = transcript.checks.iter().flat_map(|check| {
        let name = Record::Check(check.name.clone());
        std::iter::once(name).chain(check.lines.iter().cloned().map(Record::Observe))
    });
    let text: String = records.chain([Record::End]).map(|record| record.to_line()).collect();
    let again = read(text.as_bytes());
    assert_eq!((&again.checks, again.malformed_count, again.ended), (&transcript.checks, 0, true));
}

/// It passes against itself, and against nothing else.
fn is_judged(transcript: &Transcript, observed: &[ObservedCheck]) {
    let expect = |change: fn(&mut ExpectedCheck)| {
        let expected = |check: &ObservedCheck| {
            let (name, what, lines) = (check.name.clone(), "it counts".to_owned(), check.lines.clone());
            ExpectedCheck { name, what, lines }
        };
        let mut checks: Vec<ExpectedCheck> = observed.iter().map(expected).collect();
        checks.iter_mut().for_each(change);
        judge::judge(transcript, &Expectation { checks })
    };
    assert_eq!(expect(|_| {}), Verdict::Passed);
    is_shown(Verdict::Passed, transcript.checks.clone());
    if !observed.is_empty() {
        for differs in
            [expect(|check| check.lines.push("one more".into())), expect(|check| check.name.push('x'))]
        {
            assert_eq!(differs.kind(), VerdictKind::Differs);
            is_shown(differs, Vec::new());
        }
    }
}

/// The same bytes as the program's output, the console, the kernel's log, and the words for how a run ended.
fn other_channels(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let expectation = Expectation { checks: Vec::new() };
    let kernel_log: Vec<String> = text.lines().map(str::to_owned).collect();
    let (what, awaited, how) = (text.clone(), text.clone(), text.clone());
    for (console, kernel_log, ending) in [
        (text, Vec::new(), Ending::KernelPanicked),
        (String::new(), Vec::new(), Ending::Broken { what }),
        (String::new(), Vec::new(), Ending::Silent { awaited, waited: Duration::ZERO }),
        (String::new(), Vec::new(), Ending::PoweredOff { how }),
        (String::new(), kernel_log, Ending::Done(Exit::Code(0))),
        (String::new(), Vec::new(), Ending::Done(Exit::Code(1))),
    ] {
        let record = RunRecord { console, kernel_log, ending, diagnostics: bytes.to_vec(), ..run() };
        let verdict = judge::judge(&Transcript::from_record(record), &expectation);
        assert_ne!(verdict.kind(), VerdictKind::Passed);
        is_shown(verdict, Vec::new());
    }
}
