//! What may be done with the pages of machine code: tried with code of the lab's own.

use kit::Lab;

use crate::{
    compare::LIMIT,
    job::{End, REGISTERS, Ran, Run},
    made::{Compiler, Wrong},
};

/// Reports what the exercise's `install` allows, and what comes of code that obeys and of code that does not.
pub(crate) fn look(lab: &mut Lab, compiler: &Compiler<'_>, number: u8) -> anyhow::Result<()> {
    let codes = [returns(number), writes(number)];
    let runs = codes.map(|code| Run { look: true, ..Run::once(code, [0; REGISTERS]) });
    let answers = compiler.run(&runs, LIMIT)?;
    lab.check("pages");
    let names = [format!("code that returns {number}"), "code that writes over itself".to_owned()];
    for (at, (name, answer)) in names.iter().zip(answers).enumerate() {
        match answer {
            Some(Ok(ran)) => {
                if at == 0 {
                    lab.observe(format!("allowed: {}", ran.allowed.join(", then ")));
                    lab.observe(format!("in /proc/self/maps: {}", ran.maps));
                }
                lab.observe(format!("{name}: {}", end(&ran)));
            }
            Some(Err(Wrong { why, .. })) => lab.observe(format!("{name}: {why}")),
            None => lab.observe(format!("{name}: not asked any more")),
        }
    }
    Ok(())
}

/// How it ended. Where the pages lie is chance, so no address is told.
fn end(ran: &Ran) -> String {
    match &ran.end {
        End::Returned(registers) => format!("returned {}", registers[0]),
        End::Stopped(fault) => match fault.at {
            Some(at) => format!("stopped by the processor at byte {at:#04x}"),
            None => "stopped by the processor, outside of its pages".to_owned(),
        },
        End::NoPages(why) => why.clone(),
        End::NotCalled => "not called".to_owned(),
    }
}

// ANCHOR: codes
/// `mov eax, NUMBER; ret`.
fn returns(number: u8) -> Vec<u8> {
    vec![0xb8, number, 0, 0, 0, 0xc3]
}

/// The same, but before it `lea r11, [rip + 5]; mov byte ptr [r11], 0`: that is the number itself, in the code.
fn writes(number: u8) -> Vec<u8> {
    let write = [0x4c, 0x8d, 0x1d, 5, 0, 0, 0, 0x41, 0xc6, 0x03, 0];
    [write.to_vec(), returns(number)].concat()
}
// ANCHOR_END: codes
