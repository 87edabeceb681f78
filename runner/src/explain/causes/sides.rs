//! Names and types on which the object and its loader do not agree.

use super::{Entry, Stage::Open, says};

pub(super) const CAUSES: &[Entry] = &[
    Entry {
        id: "no-global",
        stage: Open,
        says: &[says("…symbol with name {name} not found in the symbols table")],
        words: "The loader sets the global `{name}`, and the object has none of this name.",
        fix: "Declare it with this spelling, keep its name with `#[unsafe(no_mangle)]`, and read it in a program: `static {name}: Global<u32> = Global::new(0);`.",
        read: "glossary.md#global-variable",
    },
    Entry {
        id: "global-size",
        stage: Open,
        says: &[says("…symbol {name} has size `{size}`, but provided data is of size `{value}`")],
        words: "The global `{name}` has {size} bytes in the object, and the loader writes {value} bytes.",
        fix: "Give both sides the same type: `u32` has 4 bytes, `u64` has 8.",
        read: "glossary.md#global-variable",
    },
    Entry {
        id: "no-such-name",
        stage: Open,
        says: &[says("…the object holds no {what} of this name"), says("…the object holds no {what} at all")],
        words: "The object was opened, but it has no {what} of the name that the loader asks for.",
        fix: "A program has the name of its function, which must be `pub` and have the attribute of its type. A map has the name of the `static` below `#[map]`. Capital letters count.",
        read: "glossary.md#object",
    },
    Entry {
        id: "program-type",
        stage: Open,
        says: &[says("…it is of the type {type}, the lab needs another: see the attribute")],
        words: "The attribute above the program makes it a program of the type {type}, and the loader wants another type.",
        fix: "Write the attribute of the type that the lab loads it as. The context in the function's argument changes with it.",
        read: "glossary.md#program-type",
    },
    Entry {
        id: "map-type",
        stage: Open,
        says: &[says("…it is of the type {type}, the lab needs a map of another type")],
        words: "The object declares the map with the type {type}, and the loader wants another type.",
        fix: "Change the type in the map's declaration, `static NAME: TYPE = …`, to the one that the lab needs.",
        read: "glossary.md#map",
    },
    Entry {
        id: "map-type-number",
        stage: Open,
        says: &[says("…map error: invalid map type {number}")],
        words: "The object declares a map of the type {number}, and Aya 0.14 knows no type of this number.",
        fix: "Declare the map with one of Aya's types: `HashMap`, `Array`, `RingBuf` and others.",
        read: "glossary.md#map",
    },
    Entry {
        id: "other-map-type",
        stage: Open,
        says: &[says("…invalid map type {number}")],
        words: "The loader takes the map as another type than the object declares. There it has the number {number} of the kernel's `enum bpf_map_type`.",
        fix: "Take it as the type that stands in its declaration. The most frequent numbers: 1 is a hash map, 2 an array, 27 a ring buffer.",
        read: "glossary.md#map",
    },
    Entry {
        id: "map-value-size",
        stage: Open,
        says: &[says("…invalid value size {size}, expected {bytes}")],
        words: "One value of the map has {bytes} bytes in the object, and the loader's type for it has {size}.",
        fix: "Give both sides the same type: `Array<u64>` in the object goes with `Array<_, u64>` in the loader.",
        read: "glossary.md#map",
    },
    Entry {
        id: "map-key-size",
        stage: Open,
        says: &[says("…invalid key size {size}, expected {bytes}")],
        words: "One key of the map has {bytes} bytes in the object, and the loader's type for it has {size}.",
        fix: "Give both sides the same type: `HashMap<u32, u64>` in the object goes with `HashMap<_, u32, u64>` in the loader.",
        read: "glossary.md#map",
    },
];
