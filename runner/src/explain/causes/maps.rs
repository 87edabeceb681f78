//! Maps that the kernel does not create.

use super::{Entry, Says, Stage::Open, says};

const AYA: Says = says("…failed to create map `{map}`");
const LIBBPF: Says = says("…map '{map}': failed to create: ");

pub(super) const CAUSES: &[Entry] = &[
    Entry {
        id: "map-definition",
        stage: Open,
        says: &[AYA.with(22), LIBBPF.with(22)],
        words: "The kernel refuses the definition of the map `{map}` and does not say why. It is one of these: 0 entries; a key or a value of a size that the type does not allow; flags that the type needs or does not know; a type that this kernel does not have yet; a name with other characters than letters, digits, `_` and `.`.",
        fix: "Go through its declaration. An array's key has 4 bytes; the value of a stack trace map is a multiple of 8 bytes, 1016 at most; an LPM trie needs the flag `BPF_F_NO_PREALLOC`; Bloom filters came with 5.16.",
        read: "glossary.md#map",
    },
    Entry {
        id: "map-too-large",
        stage: Open,
        says: &[AYA.with(7), LIBBPF.with(7)],
        words: "The map `{map}` is larger than its type allows: one value (32 KiB in a per-CPU map), one key (512 bytes in a hash map of 5.10), or all entries together.",
        fix: "Give it fewer entries, or a smaller type of value or key.",
        read: "glossary.md#map",
    },
    Entry {
        id: "map-memory",
        stage: Open,
        says: &[AYA.with(12), LIBBPF.with(12)],
        words: "The kernel has not enough memory for the map `{map}`. Most types take the memory for all entries when they are created.",
        fix: "Give it fewer entries: entries × (key + value) must fit into the machine's memory.",
        read: "glossary.md#map",
    },
    Entry {
        id: "map-permission",
        stage: Open,
        says: &[AYA.with(1), LIBBPF.with(1)],
        words: "The map `{map}` may not be created. Either the loader lacks the rights, or, before 5.11, the limit on locked memory is too low and may not be raised.",
        fix: "Run the loader as root. If you are root in a container on an old kernel, raise the limit outside: `ulimit -l unlimited`.",
        read: "glossary.md#map",
    },
    Entry {
        id: "map-flags",
        stage: Open,
        says: &[AYA.with(524), LIBBPF.with(524)],
        words: "A map of this type does not support a flag in its declaration. An LRU hash map, for example, always takes its memory at once, so it refuses `BPF_F_NO_PREALLOC`.",
        fix: "Take the flag out of the declaration of `{map}`: `with_max_entries(N, 0)`.",
        read: "glossary.md#map",
    },
    Entry {
        id: "map-not-in-aya",
        stage: Open,
        says: &[says("…type of {map} ({type}) is unsupported; see `EbpfLoader")],
        words: "The kernel has created the map `{map}`, but Aya 0.14 has no type for `{type}`.",
        fix: "Use another type of map. If only programs use it and the loader does not, `EbpfLoader::allow_unsupported_maps` lets it pass.",
        read: "glossary.md#map",
    },
    Entry {
        id: "map-without-inner",
        stage: Open,
        says: &[says("…map `{map}` is a map-of-maps but has no inner map definition")],
        words: "The map `{map}` holds maps, and its declaration does not say what those are like.",
        fix: "Declare it with `#[btf_map]` and the type of the inner map.",
        read: "glossary.md#map",
    },
];
