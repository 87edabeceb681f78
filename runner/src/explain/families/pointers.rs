//! Arithmetic with pointers.

use super::{Family, says};

pub(super) const FAMILIES: &[Family] = &[
    Family {
        id: "pointer-or-null-arithmetic",
        patterns: &[says(
            "R{reg} pointer arithmetic on {type}_or_null prohibited, null-check it first",
            "R{reg} is a pointer that may be null, and the program moves it before that is checked.",
        )],
        rule: "A pointer that may be null must be compared with null before anything is added to it.",
        fix: "Take the value out with `if let Some(value) = …` first, then calculate.",
        read: "lab-03-syscount.md",
    },
    Family {
        id: "pointer-operator",
        patterns: &[
            says(
                "R{reg} pointer arithmetic with {operator} operator prohibited",
                "R{reg} is a pointer, and the program calculates `{operator}` with it.",
            ),
            says(
                "R{reg} bitwise operator {operator} on pointer prohibited",
                "R{reg} is a pointer, and the program calculates `{operator}` with it.",
            ),
        ],
        rule: "Only addition and subtraction are allowed on pointers. After anything else the verifier could not know where they point.",
        fix: "Calculate with the index or the offset, as a number, and add it to the pointer last.",
        read: "glossary.md#verifier",
    },
    Family {
        id: "pointer-32-bit",
        patterns: &[
            says(
                "R{reg} 32-bit pointer arithmetic prohibited",
                "R{reg} is a pointer, and the program calculates with its lower half only.",
            ),
            says(
                "R{reg} partial copy of pointer",
                "R{reg} is a pointer, and the program copies only a part of it.",
            ),
        ],
        rule: "A pointer has 64 bits. With half of it, it is no pointer any more.",
        fix: "Do not cast pointers to `u32`. Use `usize` or `u64` for numbers that are added to pointers.",
        read: "glossary.md#register",
    },
    Family {
        id: "pointer-unbounded-offset",
        patterns: &[
            says(
                "math between {type} pointer and register with unbounded min value is not allowed",
                "A number is added to a pointer ({type}), and the number has no lower limit: it may be very far below zero.",
            ),
            says(
                "math between {type} pointer and {what} is not allowed",
                "{what} is added to a pointer ({type}), and that is too far.",
            ),
            says(
                "value {what} makes {type} pointer be out of bounds",
                "A number ({what}) is added to a pointer ({type}), and that is too far.",
            ),
            says(
                "{type} pointer offset {off} is not allowed",
                "The pointer ({type}) was moved by {off}, which is too far.",
            ),
            says(
                "R{reg} has {what} with mixed signed bounds",
                "R{reg} is a number that may be negative, and it is added to a pointer.",
            ),
        ],
        rule: "Before a number is added to a pointer, the verifier must know its smallest and its largest value.",
        fix: "Use an unsigned type for the number, and compare it with a limit before it is added: `if offset < LENGTH { … }`.",
        read: "glossary.md#verifier",
    },
    Family {
        id: "pointer-subtraction",
        patterns: &[
            says(
                "R{reg} tried to subtract pointer from scalar",
                "A pointer is subtracted from the number in R{reg}.",
            ),
            says(
                "R{reg} subtraction from stack pointer prohibited",
                "Something is subtracted from R{reg}, which points to the stack.",
            ),
            says("R{reg} tried to add from different", "Two pointers are added in R{reg}."),
            says("R{reg} pointer += pointer prohibited", "Two pointers are added in R{reg}."),
        ],
        rule: "A number minus a pointer is not allowed, nor is the sum of two pointers. The difference of two packet pointers is.",
        fix: "Keep offsets as numbers, and add them to one pointer.",
        read: "glossary.md#verifier",
    },
    Family {
        id: "pointer-arithmetic",
        patterns: &[says(
            "R{reg} pointer arithmetic on {type} prohibited",
            "R{reg} is a `{type}`, and pointers of this kind may not be moved.",
        )],
        rule: "The end of a packet, maps and some other pointers are only there to be compared or passed on.",
        fix: "Calculate with the beginning of the packet instead, and compare the result with `ctx.data_end()`.",
        read: "glossary.md#xdp",
    },
    Family {
        id: "frame-pointer",
        patterns: &[says(
            "frame pointer is read only",
            "The program writes to R10, which holds the address of the stack.",
        )],
        rule: "R10 may only be read.",
        fix: "From Rust this happens only with `asm!`: copy R10 to another register first.",
        read: "glossary.md#register",
    },
    Family {
        id: "mixed-pointers",
        patterns: &[says(
            "same insn cannot be used with different pointers",
            "One instruction reads through one kind of pointer on one path and through another kind on another path.",
        )],
        rule: "Some kinds of pointers, the context for example, need instructions of their own. An instruction that is shared by two paths can serve one kind only.",
        fix: "Read the value on each path by itself, before the paths come together: put the read into both branches of the `if`.",
        read: "glossary.md#verifier",
    },
    Family {
        id: "pointer-leak",
        patterns: &[
            says(
                "R{reg} leaks addr into {what}",
                "A pointer in R{reg} is stored in {what}, from where user space could read it.",
            ),
            says(
                "R{reg} pointer comparison prohibited",
                "R{reg} is a pointer, and it is compared with something else.",
            ),
            says(
                "attempt to corrupt spilled pointer on stack",
                "A pointer that was saved on the stack is partly overwritten.",
            ),
        ],
        rule: "Programs without all rights must not tell addresses of the kernel.",
        fix: "Store a number instead of the pointer, or load the program as root.",
        read: "glossary.md#verifier",
    },
];
