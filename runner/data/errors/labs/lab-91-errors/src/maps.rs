//! Maps that cannot be created. The definition: type, key size, value size, entries, flags.

use kit::Lab;

use crate::{
    case::Case,
    guest::{become_nobody, good, lay, lock_at_most, switch},
    patch,
};

const HASH: u32 = 1;
const ARRAY: u32 = 2;
const PERCPU_ARRAY: u32 = 6;
const STACK_TRACE: u32 = 7;
const LRU_HASH: u32 = 9;
const LPM_TRIE: u32 = 11;
const ARRAY_OF_MAPS: u32 = 12;
const RING_BUFFER: u32 = 27;
const BLOOM_FILTER: u32 = 30;
const USER_RING_BUFFER: u32 = 31;

fn create(lab: &Lab, definition: [u32; 5]) -> anyhow::Result<()> {
    lay(&patch::subject(definition));
    lab.object().open()?;
    Ok(())
}

fn good_without_btf() -> Vec<u8> {
    patch::text(good(), ".BTF\0", ".XTF\0")
}

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "map-no-entries",
        did: "created a hash map with 0 entries",
        run: |lab| create(lab, [HASH, 4, 8, 0, 0]),
    },
    Case {
        name: "map-array-key",
        did: "created an array with keys of 8 bytes",
        run: |lab| create(lab, [ARRAY, 8, 8, 8, 0]),
    },
    Case {
        name: "map-key-empty",
        did: "created a hash map with keys of 0 bytes",
        run: |lab| create(lab, [HASH, 0, 8, 8, 0]),
    },
    Case {
        name: "map-value-empty",
        did: "created a hash map with values of 0 bytes",
        run: |lab| create(lab, [HASH, 4, 0, 8, 0]),
    },
    Case {
        name: "map-ring-empty",
        did: "created a ring buffer of 0 bytes",
        run: |lab| create(lab, [RING_BUFFER, 0, 0, 0, 0]),
    },
    Case {
        name: "map-ring-odd",
        did: "created a ring buffer of 5000 bytes",
        run: |lab| create(lab, [RING_BUFFER, 0, 0, 5000, 0]),
    },
    Case {
        name: "map-stack-trace-value",
        did: "created a stack trace map with values of 12 bytes",
        run: |lab| create(lab, [STACK_TRACE, 4, 12, 8, 0]),
    },
    Case {
        name: "map-stack-trace-long",
        did: "created a stack trace map with values for 200 addresses",
        run: |lab| create(lab, [STACK_TRACE, 4, 1600, 8, 0]),
    },
    Case {
        name: "map-trie-flags",
        did: "created an LPM trie without BPF_F_NO_PREALLOC",
        run: |lab| create(lab, [LPM_TRIE, 8, 8, 8, 0]),
    },
    Case {
        name: "map-flags",
        did: "created an array with a flag that only hash maps have (BPF_F_NO_PREALLOC)",
        run: |lab| create(lab, [ARRAY, 4, 8, 8, 1]),
    },
    Case {
        name: "map-key-large",
        did: "created a hash map with keys of 1024 bytes",
        run: |lab| create(lab, [HASH, 1024, 8, 8, 0]),
    },
    Case {
        name: "map-value-large",
        did: "created a hash map with values of 2 GiB",
        run: |lab| create(lab, [HASH, 4, 0x8000_0000, 1, 0]),
    },
    Case {
        name: "map-percpu-value",
        did: "created a per-CPU array with values of 40,000 bytes",
        run: |lab| create(lab, [PERCPU_ARRAY, 4, 40_000, 1, 0]),
    },
    Case {
        name: "map-total-large",
        did: "created a hash map with 4,294,967,295 entries",
        run: |lab| create(lab, [HASH, 4, 8, u32::MAX, 0]),
    },
    Case {
        name: "map-array-large",
        did: "created an array with 400,000,000 entries of 8 bytes in a guest of 512 MiB",
        run: |lab| create(lab, [ARRAY, 4, 8, 400_000_000, 0]),
    },
    Case {
        name: "map-type-new",
        did: "created a Bloom filter, which came with 5.16",
        run: |lab| create(lab, [BLOOM_FILTER, 0, 8, 8, 0]),
    },
    Case {
        name: "map-type-unknown",
        did: "created a map of the type 99",
        run: |lab| create(lab, [99, 4, 8, 8, 0]),
    },
    Case {
        name: "map-type-not-in-aya",
        did: "created a map of a type that Aya has no type for: a user ring buffer, which came with 6.1",
        run: |lab| create(lab, [USER_RING_BUFFER, 0, 0, 4096, 0]),
    },
    Case {
        name: "map-inner-missing",
        did: "created an array of maps without an inner map",
        run: |lab| create(lab, [ARRAY_OF_MAPS, 4, 4, 8, 0]),
    },
    Case {
        name: "map-lru-no-prealloc",
        did: "created an LRU hash map with BPF_F_NO_PREALLOC",
        run: |lab| create(lab, [LRU_HASH, 4, 8, 8, 1]),
    },
    Case {
        name: "map-name",
        did: "created a map called `SUB-ECT`",
        run: |lab| {
            lay(&patch::symbol(good_without_btf(), "SUBJECT\0", "SUB-ECT\0"));
            lab.object().open()?;
            Ok(())
        },
    },
    Case {
        name: "map-name-btf",
        did: "created a map called `SUB-ECT` in an object whose BTF is needed",
        run: |lab| {
            lay(&patch::text(good(), "SUBJECT\0", "SUB-ECT\0"));
            lab.object().open()?;
            Ok(())
        },
    },
    Case {
        name: "map-lock-limit",
        did: "created a map of 4 MB with RLIMIT_MEMLOCK at 64 KiB and no right to raise it",
        run: |lab| {
            lay(&patch::subject([HASH, 4, 8, 100_000, 0]));
            lock_at_most(65_536);
            lab.object().open()?;
            Ok(())
        },
    },
    Case {
        name: "map-nobody",
        did: "created a map as a user without rights (kernel.unprivileged_bpf_disabled=2)",
        run: |lab| {
            lay(&good());
            switch("kernel/unprivileged_bpf_disabled", "2");
            become_nobody();
            lab.object().open()?;
            Ok(())
        },
    },
];
