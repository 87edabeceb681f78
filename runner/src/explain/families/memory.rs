//! Reads and writes outside of the memory that a pointer may reach.

use super::{Family, Only, says};

pub(super) const FAMILIES: &[Family] = &[
    Family {
        id: "null-check",
        patterns: &[
            says(
                "R{reg} invalid mem access 'map_value_or_null'",
                "R{reg} is the result of a map lookup. It may be null, and it is used before that is checked.",
            ),
            says(
                "R{reg} invalid mem access 'ringbuf_mem_or_null'",
                "R{reg} is the result of a ring buffer reservation. It may be null, because the buffer may be full, and it is used before that is checked.",
            ),
            says(
                "R{reg} invalid mem access 'alloc_mem_or_null'",
                "R{reg} is the result of a ring buffer reservation. It may be null, because the buffer may be full, and it is used before that is checked.",
            ),
            says(
                "R{reg} invalid mem access 'mem_or_null'",
                "R{reg} is a pointer that may be null, and it is used before that is checked.",
            ),
            says(
                "R{reg} invalid mem access '{type}_or_null",
                "R{reg} is a pointer that may be null, and it is used before that is checked.",
            ),
        ],
        rule: "A pointer that may be null must be compared with null on every path before it is used.",
        fix: "Take the value out with `if let Some(value) = …` or `let Some(value) = … else { return 0 };`. Do not use `unwrap_unchecked`, and do not turn the result into a pointer first.",
        read: "lab-03-syscount.md",
    },
    Family {
        id: "packet-bounds",
        patterns: &[
            says(
                "invalid access to packet, off={off} size={size}, R{reg}(",
                "The program reads or writes {size} bytes at offset {off} of the packet, but it has not shown that the packet is that long.",
            ),
            says(
                "R{reg} offset is outside of the packet",
                "R{reg} points into the packet, to a place that may lie behind its end.",
            ),
        ],
        rule: "Bytes of a packet may be used only after a comparison with the packet's end on the same path: `data + offset + size <= data_end`.",
        fix: "Compare first: `if ctx.data() + OFFSET + SIZE > ctx.data_end() { return … }`, with the same offset that is read then. After a helper that changes the packet, compare again.",
        read: "glossary.md#xdp",
    },
    Family {
        id: "unbounded-access",
        patterns: &[says(
            "R{reg} unbounded memory access, make sure to bounds check any such access",
            "The pointer in R{reg} was moved by a number that has no upper limit.",
        )],
        rule: "The verifier must know the largest value of an index before it is used with a pointer.",
        fix: "Compare the index first: `if index < LENGTH { … }`, on an unsigned type and on the same variable that is used then. Or cut it off: `index & (LENGTH - 1)`, if the length is a power of two.",
        read: "glossary.md#verifier",
    },
    Family {
        id: "negative-index",
        patterns: &[says(
            "R{reg} min value is negative, either use unsigned index or do a if (index >=0) check.",
            "The pointer in R{reg} was moved by a number that may be negative.",
        )],
        rule: "A place in memory must not lie before the beginning of the value, so the verifier must know that an index is at least 0.",
        fix: "Use an unsigned type (`u32`, `usize`) for the index, or check `index >= 0` before you use it.",
        read: "glossary.md#verifier",
    },
    Family {
        id: "map-value-bounds",
        patterns: &[
            says(
                "invalid access to map value, value_size={value} off={off} size={size}",
                "The program uses {size} bytes at offset {off} of a map value, but the value has only {value} bytes.",
            ),
            says(
                "invalid access to memory, mem_size={value} off={off} size={size}",
                "The program uses {size} bytes at offset {off} of a piece of memory that has only {value} bytes.",
            ),
            says(
                "invalid access to map key, key_size={value} off={off} size={size}",
                "The program uses {size} bytes at offset {off} of a map key, but the key has only {value} bytes.",
            ),
            says(
                "R{reg} max value is outside of the allowed memory range",
                "The pointer in R{reg} may point behind the end of its memory: the largest possible index is too large.",
            ),
            says(
                "R{reg} min value is outside of the allowed memory range",
                "The pointer in R{reg} points outside of its memory.",
            ),
        ],
        rule: "Every byte that is read or written must lie inside the value: offset + size must be at most the value's size, for the smallest and for the largest possible offset.",
        fix: "Look at the index or the offset: `<` where `<=` stands, a type that is larger than the map's value, or `add(1)` on a pointer to one value. A length for a helper must not be larger than the buffer.",
        read: "lab-01-hello.md",
    },
    Family {
        id: "stack-index",
        patterns: &[
            says(
                "invalid variable-offset {way} to stack R{reg}",
                "R{reg} points into an array on the stack. Its index is not known exactly, and it may lie outside of the array.",
            ),
            says(
                "invalid variable-offset {way} from stack R{reg}",
                "R{reg} points into an array on the stack. Its index is not known exactly, and it may lie outside of the array.",
            ),
            says(
                "variable stack access var_off",
                "An array on the stack is used with an index that is not known exactly.",
            ),
            says(
                "R{reg} variable-offset stack access prohibited",
                "R{reg} points into an array on the stack, with an index that is not known exactly.",
            ),
            says(
                "invalid unbounded variable-offset {way} stack R{reg}",
                "R{reg} points into the stack, with an index that has no limit.",
            ),
        ],
        rule: "An index into an array on the stack must stay inside the array for every value it can have.",
        fix: "Compare the index with the array's length before you use it, or keep the array in a map value (a `PerCpuArray` with one entry).",
        read: "glossary.md#stack",
    },
    Family {
        id: "stack-uninitialised",
        patterns: &[
            says(
                "invalid indirect read from stack R{reg} off {off}+{bytes} size {size}",
                "A helper is given {size} bytes of the stack at offset {off}, and byte {bytes} of them was never written.",
            ),
            says(
                "invalid indirect read from stack off {off}+{bytes} size {size}",
                "A helper is given {size} bytes of the stack at offset {off}, and byte {bytes} of them was never written.",
            ),
            says(
                "invalid read from stack off {off}+{bytes} size {size}",
                "The program reads {size} bytes of the stack at offset {off}, and byte {bytes} of them was never written.",
            ),
            says(
                "invalid read from stack R{reg} off={off} size={size}",
                "The program reads {size} bytes of the stack at offset {off}, and they were never written.",
            )
            .only(Only::InsideStack),
        ],
        rule: "Memory on the stack must be written before it is read, also by a helper. Gaps between the fields of a structure count.",
        fix: "Give the variable a value where it is made: `let mut event = Event { … }` with all fields. Give a structure no gaps: order its fields by size, or add a field for the gap. Newer kernels let programs with all rights read such bytes.",
        read: "glossary.md#stack",
    },
    Family {
        id: "stack-bounds",
        patterns: &[
            says(
                "invalid {way} stack R{reg} off={off} size={size}",
                "The program uses {size} bytes of the stack at offset {off}. The stack reaches from -512 to 0, and these bytes lie outside.",
            ),
            says(
                "invalid {way} stack R{reg} off={off} access_size={size}",
                "A helper is to use {size} bytes of the stack at offset {off}. The stack reaches from -512 to 0, and these bytes lie outside.",
            ),
            says(
                "invalid stack type R{reg} off={off} access_size={size}",
                "A helper is to use {size} bytes of the stack at offset {off}. The stack reaches from -512 to 0, and these bytes lie outside.",
            ),
            says(
                "invalid stack off={off} size={size}",
                "The program uses {size} bytes of the stack at offset {off}. The stack reaches from -512 to 0, and these bytes lie outside.",
            ),
        ],
        rule: "A program has 512 bytes of stack, below R10. Nothing outside of them may be touched.",
        fix: "Check that the length given to a helper is the length of the variable, best with `size_of_val`. Move large variables into a map value (a `PerCpuArray` with one entry).",
        read: "glossary.md#stack",
    },
    Family {
        id: "misaligned",
        patterns: &[
            says(
                "misaligned stack access off {where} size {size}",
                "{size} bytes of the stack are used together, at an address that is no multiple of {size}.",
            ),
            says(
                "misaligned {what} access off {where} size {size}",
                "{size} bytes are used together (in a {what}), at an address that is no multiple of {size}.",
            ),
            says(
                "misaligned access off {where} size {size}",
                "{size} bytes are used together, at an address that is no multiple of {size}.",
            ),
        ],
        rule: "A number of n bytes on the stack or in the context must lie at a multiple of n.",
        fix: "Do not cast a pointer to bytes into a pointer to a larger type. Use `ptr::read_unaligned`, or a structure without `#[repr(packed)]`.",
        read: "glossary.md#stack",
    },
    Family {
        id: "read-only-map",
        patterns: &[
            says(
                "write into map forbidden, value_size={value} off={off} size={size}",
                "The program writes into memory that it may only read: a global of `.rodata`, or a map that programs may not write.",
            ),
            says(
                "R{reg} cannot write into {what}",
                "R{reg} points to memory that the program may only read ({what}), and the program writes there.",
            ),
            says(
                "R{reg} cannot write into rdonly",
                "R{reg} points to memory that the program may only read, and the program writes there.",
            ),
        ],
        rule: "Globals without `mut` and maps with the flag `BPF_F_RDONLY_PROG` are read-only for programs.",
        fix: "A `Global` that the loader sets is a constant for the program. Keep what changes in a map.",
        read: "glossary.md#global-variable",
    },
    Family {
        id: "packet-write",
        patterns: &[says(
            "cannot write into packet",
            "The program writes into the packet, and programs of this type may only read it.",
        )],
        rule: "Only some types of programs may change a packet directly: XDP and TC classifiers, for example. Socket filters and cgroup programs may not.",
        fix: "Do it in an XDP or TC program, or leave the packet as it is.",
        read: "glossary.md#program-type",
    },
    Family {
        id: "kernel-struct-bounds",
        patterns: &[
            says(
                "access beyond struct {what} at off {off} size {size}",
                "The program reads {size} bytes at offset {off} of the kernel's `struct {what}`, which is not that long.",
            ),
            says(
                "cannot access ptr member {what}",
                "The program reads a part of a pointer in one of the kernel's structures ({what}).",
            ),
            says(
                "access beyond the end of member",
                "The program reads behind the end of a field in one of the kernel's structures.",
            ),
        ],
        rule: "In programs with typed arguments (fentry, LSM, BTF tracepoints) the verifier knows the kernel's structures from BTF. A read must hit a field of this kernel's structure.",
        fix: "Offsets differ from kernel to kernel. Take them from the BTF of the kernel that runs, not from a header of another one.",
        read: "glossary.md#btf",
    },
    Family {
        id: "kernel-struct-write",
        patterns: &[says(
            "only read is supported",
            "The program writes into one of the kernel's own structures.",
        )],
        rule: "Typed pointers into the kernel are read-only for programs.",
        fix: "Change the kernel's state only by helpers that are made for it. Keep your own data in a map.",
        read: "glossary.md#btf",
    },
    Family {
        id: "scalar-dereference",
        patterns: &[
            says(
                "R{reg} invalid mem access 'inv'",
                "R{reg} is only a number for the verifier, and the program uses it as a pointer.",
            ),
            says(
                "R{reg} invalid mem access 'scalar'",
                "R{reg} is only a number for the verifier, and the program uses it as a pointer.",
            ),
            says(
                "R{reg} invalid mem access '{type}'",
                "R{reg} is a `{type}`, and memory cannot be read or written through it.",
            ),
        ],
        rule: "Only pointers that the verifier has followed from their source may be used: to a map value, the stack, the context, a packet. An address that a helper returned as a number is not one of them. A pointer into a packet or a record is lost when the packet is changed or the record is handed in.",
        fix: "Read kernel memory with `bpf_probe_read_kernel`, user memory with `bpf_probe_read_user`. Do not use a record after `submit`. After a helper that changes a packet, take `ctx.data()` again and compare again.",
        read: "glossary.md#helper",
    },
    Family {
        id: "uninitialised-register",
        patterns: &[says("R{reg} !read_ok", "R{reg} is read, but nothing was put into it on this path.")],
        rule: "A register must be written before it is read. After a call of a helper, R1 to R5 are empty. At the end, R0 must hold the return value.",
        fix: "From Rust this happens with `asm!`, or after undefined behaviour such as `unwrap_unchecked` on nothing or `unreachable_unchecked`: the compiler then leaves the value out.",
        read: "glossary.md#register",
    },
];
