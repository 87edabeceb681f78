//! Lab 04, the guest program: shows packets to the learner's program, one by one and on a wire.
//!
//! It knows what it put into each packet and into the lists. It does not know what is right.

mod cases;
mod guard;
mod live;
mod packet;
mod rewrite;
mod roles;
mod sender;

use std::process::ExitCode;

use kit::Lab;

use crate::{cases::Case, guard::Guard, roles::Roles};

fn main() -> ExitCode {
    kit::lab(|lab| {
        // A per-CPU counter is read from all CPUs, but the program runs on one.
        kit::stay_on(0)?;
        let roles = Roles::draw(lab.seed());
        let mut object = lab.object().open()?;
        let mut guard = Guard::open(&mut object, &roles)?;

        judged(lab, &guard, "senders", cases::senders(&roles))?;
        off_the_list_and_on(lab, &mut guard, &roles)?;
        judged(lab, &guard, "ports", cases::ports(&roles))?;
        rewrite::check(lab, &guard, &roles)?;
        counters(lab, &guard, &roles)?;
        live::check(lab, &mut object, &mut guard, &roles)
    })
}

// ANCHOR: judged
/// Lets the kernel run the program once on each packet, in an order that the seed gives.
fn judged(lab: &mut Lab, guard: &Guard, check: &str, mut cases: Vec<Case>) -> anyhow::Result<()> {
    lab.seed().shuffle(&mut cases);
    lab.check(check);
    for Case { what, packet } in cases {
        let action = guard.run(&packet)?.action;
        lab.observe(format!("{what}: {action}"));
    }
    Ok(())
}
// ANCHOR_END: judged

/// The lists are data: they change, and the loaded program stays as it is.
fn off_the_list_and_on(lab: &mut Lab, guard: &mut Guard, roles: &Roles) -> anyhow::Result<()> {
    let [_, sender] = roles.blocked;
    let packet = packet::udp(sender, roles.open, b"data");
    guard.unblock(sender)?;
    lab.observe(format!("{sender}, taken off the list: {}", guard.run(&packet)?.action));
    guard.block(sender)?;
    lab.observe(format!("{sender}, on the list again: {}", guard.run(&packet)?.action));
    Ok(())
}

/// Which actions are counted, for packets whose judgement ends at different places.
fn counters(lab: &mut Lab, guard: &Guard, roles: &Roles) -> anyhow::Result<()> {
    let mut cases = cases::ways_out(roles);
    lab.seed().shuffle(&mut cases);
    lab.check("counters");
    for Case { what, packet } in cases {
        let times = lab.seed().number(100, 20..=300) as u32;
        let before = guard.counts()?;
        guard.run_often(&packet, times)?;
        let counted = guard::difference(before, guard.counts()?);
        lab.observe(format!("{times} times {what}: {counted}"));
    }
    Ok(())
}
