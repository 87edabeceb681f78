//! The learner's program and its maps, as the guest program uses them.

use std::{fmt, net::Ipv4Addr, os::fd::AsFd};

use aya::{
    maps::{HashMap, MapData, PerCpuArray},
    programs::Xdp,
};
use kit::{Object, raw};

use crate::roles::Roles;

/// The names of `enum xdp_action` in `include/uapi/linux/bpf.h`, in its order.
const ACTIONS: [&str; 5] = ["aborted", "drop", "pass", "tx", "redirect"];

/// The loaded program with its lists and counters.
pub(crate) struct Guard {
    program: raw::Program,
    blocked: HashMap<MapData, [u8; 4], u8>,
    counts: PerCpuArray<MapData, u64>,
}

/// What came of one packet.
pub(crate) struct Judged {
    pub(crate) action: Action,
    /// The packet as the program left it.
    pub(crate) packet: Vec<u8>,
}

/// A returned number, by its name.
pub(crate) struct Action(u32);

/// How many packets got each action, summed over all CPUs.
pub(crate) type Counts = [u64; 5];

impl Guard {
    /// Fills the lists and loads the program. It is not attached. From now on the program keeps the lists of ports.
    pub(crate) fn open(object: &mut Object, roles: &Roles) -> anyhow::Result<Self> {
        let blocked = object.map("BLOCKED")?;
        let mut closed: HashMap<_, [u8; 2], u8> = object.map("CLOSED")?;
        let mut moved: HashMap<_, [u8; 2], [u8; 2]> = object.map("MOVED")?;
        let counts = object.map("COUNTS")?;
        let [old, new] = roles.moved.map(u16::to_be_bytes);
        closed.insert(roles.closed.to_be_bytes(), 1, 0)?;
        moved.insert(old, new, 0)?;
        let program = object.load("guard", Xdp::load)?;
        let program = raw::Program::from_fd(program.fd()?.as_fd())?;
        let mut guard = Self { program, blocked, counts };
        for sender in roles.blocked {
            guard.block(sender)?;
        }
        Ok(guard)
    }

    pub(crate) fn block(&mut self, sender: Ipv4Addr) -> anyhow::Result<()> {
        Ok(self.blocked.insert(sender.octets(), 1, 0)?)
    }

    pub(crate) fn unblock(&mut self, sender: Ipv4Addr) -> anyhow::Result<()> {
        Ok(self.blocked.remove(&sender.octets())?)
    }

    /// `BPF_PROG_TEST_RUN`: the kernel runs the program on this packet, which comes from nowhere and goes nowhere.
    pub(crate) fn run(&self, packet: &[u8]) -> anyhow::Result<Judged> {
        let ran = self.program.run(packet)?;
        Ok(Judged { action: Action(ran.value), packet: ran.packet })
    }

    /// The same many times. The packet is not made anew in between.
    pub(crate) fn run_often(&self, packet: &[u8], times: u32) -> anyhow::Result<()> {
        self.program.run_often(packet, times)?;
        Ok(())
    }

    pub(crate) fn counts(&self) -> anyhow::Result<Counts> {
        let mut counts = Counts::default();
        for (action, count) in (0..).zip(&mut counts) {
            *count = self.counts.get(&action, 0)?.iter().sum();
        }
        Ok(counts)
    }
}

/// What was counted in between: `drop +100`.
pub(crate) fn difference(before: Counts, after: Counts) -> String {
    let counted: Vec<_> = (ACTIONS.iter().zip(before).zip(after))
        .filter(|((_, before), after)| before != after)
        .map(|((name, before), after)| format!("{name} +{}", after.wrapping_sub(before)))
        .collect();
    if counted.is_empty() { "nothing counted".to_owned() } else { counted.join(", ") }
}

impl fmt::Display for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match ACTIONS.get(self.0 as usize) {
            Some(name) => formatter.write_str(name),
            None => write!(formatter, "{}, which is no action", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_counted_is_told() {
        assert_eq!(difference([0, 1, 2, 0, 0], [0, 4, 2, 1, 0]), "drop +3, tx +1");
        assert_eq!(difference([7; 5], [7; 5]), "nothing counted");
    }

    #[test]
    fn a_number_without_a_name_is_told_as_a_number() {
        assert_eq!(Action(1).to_string(), "drop");
        assert_eq!(Action(77).to_string(), "77, which is no action");
    }
}
