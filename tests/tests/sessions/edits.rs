//! What learners write into lab-01, right and wrong: the solution with one thing changed.

use crate::workbook::solution;

/// The lab that all mistakes are made in.
pub(crate) const LAB: &str = "lab-01-hello";

/// The part of the solution that counts.
const COUNT: &str = "        unsafe { *calls += 1 };\n    }\n";

/// The solution with one text in the place of another.
#[track_caller]
fn changed(from: &str, to: &str) -> String {
    let solution = solution(LAB);
    assert!(solution.contains(from), "the solution of {LAB} has no `{from}`");
    solution.replace(from, to)
}

/// A word of Rust is missing.
pub(crate) fn does_not_compile() -> String {
    changed("*calls += 1 };", "*calls += 1; let")
}

/// The result of the lookup is followed without a look at null.
pub(crate) fn without_a_null_check() -> String {
    changed(
        "if let Some(calls) = CALLS.get_ptr_mut(0) {",
        "{\n        let calls = unsafe { CALLS.get_ptr_mut(0).unwrap_unchecked() };",
    )
}

/// A hash map where the loader looks for an array.
pub(crate) fn with_another_map() -> String {
    changed(
        "Array<u64> = Array::with_max_entries(1, 0)",
        "HashMap<u32, u64> = HashMap::with_max_entries(1, 0)",
    )
    .replace("maps::Array", "maps::HashMap")
    .replace("get_ptr_mut(0)", "get_ptr_mut(0u32)")
}

/// The function has no attribute: nothing can be attached.
pub(crate) fn without_the_attribute() -> String {
    changed("#[tracepoint(category = \"syscalls\", name = \"sys_enter_getppid\")]\n", "")
        .replace("macros::{map, tracepoint}", "macros::map")
}

/// A loop that ends when the kernel's clock says so.
pub(crate) fn with_a_loop_without_an_end() -> String {
    let endless = "    let (mut step, end) = (0, unsafe { aya_ebpf::helpers::bpf_ktime_get_ns() });\n    \
                   while step < end {\n        step += core::hint::black_box(1);\n    }\n";
    changed(COUNT, &format!("{COUNT}{endless}"))
}

/// A helper that only programs under the GPL may call. The licence stands in `main.rs`.
pub(crate) fn with_a_helper_for_gpl_programs() -> String {
    changed(COUNT, &format!("{COUNT}    unsafe {{ bpf_printk!(c\"called\") }};\n"))
        .replace("    Global,\n", "    Global, bpf_printk,\n")
}
