//! What an exercise may do beyond computing and printing.
//!
//! It names rights. That a process has no others is the cage's matter.

/// The rights of a confined process. Each lab asks for as few as it can.
#[derive(Debug, Clone, Copy)]
pub struct Rights {
    /// Capabilities, by their numbers in include/uapi/linux/capability.h.
    pub(super) capabilities: &'static [u32],
    /// The commands of bpf(2) that it may use, by their numbers in include/uapi/linux/bpf.h.
    pub(super) bpf_commands: &'static [u32],
}

impl Rights {
    /// None at all: what any user may do who has no name.
    pub const NONE: Self = Self { capabilities: &[], bpf_commands: &[] };

    /// To ask the kernel about all programs, maps and links, and to read maps: nothing that changes one,
    /// and nothing that makes a program run.
    ///
    /// Loading is in it, because aya finds out by loading what the kernel can do. A program that is
    /// attached nowhere never runs.
    pub const ASK_BPF: Self = Self { capabilities: &[CAP_SYS_ADMIN], bpf_commands: ASKING };

    /// To load programs, attach raw tracepoints, pin, and write into maps: what a loader does. More than asking, so a lab has
    /// to look at what is loaded, and at nothing that the exercise could have written.
    pub const LOAD_BPF: Self = Self { capabilities: &[CAP_SYS_ADMIN], bpf_commands: LOADING };

    /// To read the code of loaded programs. Whoever may not see kernel addresses gets no machine code:
    /// `bpf_dump_raw_ok` in include/linux/filter.h.
    pub const READ_CODE: Self = Self {
        capabilities: &[CAP_SYS_ADMIN, CAP_SYSLOG],
        bpf_commands: &[
            13, // BPF_PROG_GET_FD_BY_ID
            15, // BPF_OBJ_GET_INFO_BY_FD
        ],
    };
}

/// From 5.10 to 7.3 the kernel wants it for the commands that go through ids.
const CAP_SYS_ADMIN: u32 = 21;

/// The kernel wants it of those who see kernel addresses.
const CAP_SYSLOG: u32 = 34;

/// The commands of [`Rights::ASK_BPF`]. Left out are above all those that attach (`PROG_ATTACH`,
/// `RAW_TRACEPOINT_OPEN`, `LINK_CREATE`), run (`PROG_TEST_RUN`), change (`MAP_UPDATE_ELEM`, `LINK_UPDATE`,
/// `LINK_DETACH`) or keep (`OBJ_PIN`).
const ASKING: &[u32] = &[
    0,  // BPF_MAP_CREATE
    1,  // BPF_MAP_LOOKUP_ELEM
    4,  // BPF_MAP_GET_NEXT_KEY
    5,  // BPF_PROG_LOAD
    7,  // BPF_OBJ_GET
    11, // BPF_PROG_GET_NEXT_ID
    12, // BPF_MAP_GET_NEXT_ID
    13, // BPF_PROG_GET_FD_BY_ID
    14, // BPF_MAP_GET_FD_BY_ID
    15, // BPF_OBJ_GET_INFO_BY_FD
    16, // BPF_PROG_QUERY
    18, // BPF_BTF_LOAD
    19, // BPF_BTF_GET_FD_BY_ID
    20, // BPF_TASK_FD_QUERY
    23, // BPF_BTF_GET_NEXT_ID
    30, // BPF_LINK_GET_FD_BY_ID
    31, // BPF_LINK_GET_NEXT_ID
];

/// The commands of [`Rights::LOAD_BPF`]. Left out are those that attach elsewhere than to a raw tracepoint (`PROG_ATTACH`,
/// `LINK_CREATE`), and `PROG_TEST_RUN`.
const LOADING: &[u32] = &[
    0,  // BPF_MAP_CREATE
    1,  // BPF_MAP_LOOKUP_ELEM
    2,  // BPF_MAP_UPDATE_ELEM
    3,  // BPF_MAP_DELETE_ELEM
    4,  // BPF_MAP_GET_NEXT_KEY
    5,  // BPF_PROG_LOAD
    6,  // BPF_OBJ_PIN
    7,  // BPF_OBJ_GET
    11, // BPF_PROG_GET_NEXT_ID
    12, // BPF_MAP_GET_NEXT_ID
    13, // BPF_PROG_GET_FD_BY_ID
    14, // BPF_MAP_GET_FD_BY_ID
    15, // BPF_OBJ_GET_INFO_BY_FD
    17, // BPF_RAW_TRACEPOINT_OPEN
    18, // BPF_BTF_LOAD
    19, // BPF_BTF_GET_FD_BY_ID
    22, // BPF_MAP_FREEZE
    23, // BPF_BTF_GET_NEXT_ID
    29, // BPF_LINK_UPDATE
    30, // BPF_LINK_GET_FD_BY_ID
    31, // BPF_LINK_GET_NEXT_ID
    34, // BPF_LINK_DETACH
    35, // BPF_PROG_BIND_MAP
];
