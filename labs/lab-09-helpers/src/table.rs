//! Who may call what on this kernel: a part of the table, as the exercise reads the kernel's answers.

use kit::{Exercise, Lab};

use crate::{
    ask,
    job::{Answer, Question, Verdict},
    kernel::{GPL, TYPES, outcome},
};

/// Helpers of all ages: number in `enum bpf_func_id`, and name.
const HELPERS: [(u32, &str); 14] = [
    (1, "map_lookup_elem"),
    (5, "ktime_get_ns"),
    (6, "trace_printk"),
    (14, "get_current_pid_tgid"),
    (16, "get_current_comm"),
    (23, "redirect"),
    (26, "skb_load_bytes"),
    (27, "get_stackid"),
    (44, "xdp_adjust_head"),
    (67, "get_stack"),
    (113, "probe_read_kernel"),
    (130, "ringbuf_output"),
    (181, "loop"),
    (211, "cgrp_storage_delete"),
];

/// One line for each helper: the types that may call it.
pub(crate) fn check(lab: &mut Lab, exercise: &Exercise) -> anyhow::Result<()> {
    let outcomes =
        HELPERS.iter().flat_map(|(helper, _)| TYPES.iter().map(|(_, kind)| outcome(*kind, GPL, *helper)));
    let question = Question::Verdicts(outcomes.collect());
    lab.check("table");
    let said = match ask(exercise, &question)? {
        Ok(Answer::Verdicts(said)) => said,
        Ok(_) => Vec::new(),
        Err(why) => {
            lab.observe(why);
            return Ok(());
        }
    };
    for ((number, name), row) in HELPERS.iter().zip(said.chunks(TYPES.len())) {
        let who = TYPES.iter().zip(row).filter(|(_, verdict)| **verdict == Verdict::Allowed);
        let who: Vec<&str> = who.map(|((name, _), _)| *name).collect();
        let who = match who[..] {
            [] if row.contains(&Verdict::Unknown) => "unknown to this kernel".to_owned(),
            [] => "none of these types".to_owned(),
            ref all if all.len() == TYPES.len() => "all of these types".to_owned(),
            ref some => some.join(", "),
        };
        lab.observe(format!("{number} {name}: {who}"));
    }
    Ok(())
}
