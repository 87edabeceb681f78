//! The first check: does the exercise's program call the helper that it was asked for?

use kit::{Exercise, Lab, raw};

use crate::{
    ask,
    job::{Answer, Question},
    kernel::{KPROBE, called},
};

/// Helpers without arguments, which a kprobe may call on every kernel: numbers of `enum bpf_func_id`.
const SIMPLE: [u32; 8] = [5, 7, 8, 14, 15, 35, 42, 125];

/// How many are asked for.
const ASKED: usize = 5;

/// What the verifier reads in each program.
pub(crate) fn check(lab: &mut Lab, exercise: &Exercise) -> anyhow::Result<()> {
    let mut helpers = SIMPLE;
    lab.seed().shuffle(&mut helpers);
    let helpers = &helpers[..ASKED];
    lab.check("calls");
    let programs = match ask(exercise, &Question::Calls(helpers.to_vec()))? {
        Ok(Answer::Calls(programs)) => programs,
        Ok(_) => Vec::new(),
        Err(why) => {
            lab.observe(why);
            return Ok(());
        }
    };
    for (helper, program) in helpers.iter().zip(programs) {
        let log = raw::log_of(KPROBE, &program).unwrap_or_default();
        let calls = match called(&log)[..] {
            [] => "nothing".to_owned(),
            ref calls => calls.join(", "),
        };
        let loads = match raw::Program::load_as(KPROBE, "calls", c"GPL", &program) {
            Ok(_) => "loads",
            Err(_) => "is refused",
        };
        lab.observe(format!("helper {helper}: the program calls {calls}, and {loads}"));
    }
    Ok(())
}
