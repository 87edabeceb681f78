//! What root in the guest can do to the agent: none of it is a pass, and none of it holds the host up.

use rstest::rstest;
use runner::judge::VerdictKind::{self, *};

use crate::judged::assert_ends;

#[rstest]
#[case::every_signal("init signals", Passed, "")]
#[case::stopped_by_a_debugger("init traced", TimedOut, "")]
#[case::let_go_by_a_debugger_that_wants_it_dead("init dies-with-tracer", Crashed, "never said")]
#[case::overwritten("init overwritten", KernelPanicked, "Attempted to kill init")]
#[case::frozen("init frozen", TimedOut, "")]
#[case::starved("init starved", Crashed, "wrote too much")]
#[case::second_open_of_the_port("port second-open", Passed, "")]
#[case::rubbish_frames("port rubbish", Infrastructure, "larger than the limit")]
#[case::half_a_frame("port half-a-frame silent", TimedOut, "")]
#[case::half_a_frame_then_power_off("port half-a-frame power-off", Crashed, "Power down")]
#[case::forged_end("port forged-done", Crashed, "never said that it went through")]
#[case::forged_answer("port forged-pong", Infrastructure, "in the middle of a run")]
#[case::reading_in_its_place("port stolen", TimedOut, "")]
fn is_attacked(#[case] words: &str, #[case] kind: VerdictKind, #[case] text: &str) {
    assert_ends("6.1", words, kind, text);
}
