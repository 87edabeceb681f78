//! Functions of the program's own, and callbacks.

use super::{Family, Only, says};

pub(super) const FAMILIES: &[Family] = &[
    Family {
        id: "recursion",
        patterns: &[
            says(
                "recursive call from {what} to {function}()",
                "The function `{function}` calls itself, directly or through others.",
            ),
            says(
                "back-edge from insn {insn} to {to}",
                "The program goes back from instruction {insn} to instruction {to}, where it was before: a function that calls itself, or, before 5.3, any loop.",
            ),
            says(
                "the call stack of {frames} frames is too deep",
                "A function calls itself: after {frames} calls within each other the verifier gave up.",
            )
            .only(Only::CallBack),
        ],
        rule: "Functions may not call themselves. Up to eight calls may be open at the same time.",
        fix: "Write a loop with a fixed end instead: `for step in 0..16 { … }`.",
        read: "glossary.md#verifier",
    },
    Family {
        id: "call-depth",
        patterns: &[says(
            "the call stack of {frames} frames is too deep",
            "Functions call functions, {frames} deep.",
        )],
        rule: "Up to eight calls may be open at the same time, the program itself counted.",
        fix: "Mark small functions with `#[inline(always)]`, so that no call is left.",
        read: "glossary.md#stack",
    },
    Family {
        id: "combined-stack",
        patterns: &[
            says(
                "combined stack size of {calls} calls is {bytes}. Too large",
                "{calls} functions that call each other need {bytes} bytes of stack together. There are 512.",
            ),
            says(
                "stack size of subprog {number} is {bytes}. Too large",
                "One function needs {bytes} bytes of stack. There are 512.",
            ),
            says(
                "tail_calls are not allowed when call stack of previous frames is {bytes} bytes. Too large",
                "The functions before a tail call need {bytes} bytes of stack. 256 are allowed.",
            ),
        ],
        rule: "All functions that are open at the same time share 512 bytes of stack.",
        fix: "Move large variables into a map value (a `PerCpuArray` with one entry). Do not pass large structures by value.",
        read: "glossary.md#stack",
    },
    Family {
        id: "callback-unsupported",
        patterns: &[
            says(
                "number of funcs in func_info doesn't match number of subprogs",
                "The program hands a function to a helper (a callback), and this kernel does not know callbacks yet.",
            ),
            says(
                "callbacks are not allowed in non-JITed programs",
                "The program hands a function to a helper (a callback), and the JIT compiler is off.",
            ),
        ],
        rule: "Callbacks need kernel 5.13 or later and the JIT compiler; `bpf_loop` needs 5.17.",
        fix: "Use a `for` loop with a fixed end; or look which of your kernels have what is missing.",
        read: "glossary.md#helper",
    },
    Family {
        id: "global-function",
        patterns: &[
            says(
                "Caller passes invalid args into func#{number}",
                "A function of the program (number {number}) is called with arguments that do not fit its types.",
            ),
            says(
                "Arg#{number} type {what} in {function}() is not supported yet",
                "The function `{function}` of the program is checked on its own, and this kernel does not know how to check its argument {number} ({what}).",
            ),
            says(
                "func#{number} {what}",
                "A function of the program (number {number}) cannot be checked on its own: {what}.",
            ),
        ],
        rule: "A function that others may see is checked on its own, only by the types of its arguments.",
        fix: "Do not export the function: no `#[no_mangle]`, no `pub extern \"C\"`. It is then checked together with its callers.",
        read: "glossary.md#btf",
    },
];
