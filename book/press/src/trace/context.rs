//! What R1 points to at the beginning: a structure of the program's type, about a packet of 64 zero bytes.
//!
//! The fields are those of `struct __sk_buff` and `struct xdp_md` in `include/uapi/linux/bpf.h`.

use super::memory::{Memory, Naming};

/// Bytes of the packet: as many as `labs/load` takes.
const PACKET: u64 = 64;

/// Bytes of the head of a frame. The kernel takes it off before a socket's filter: `eth_type_trans`.
const HEAD: u64 = 14;

/// Bytes of the longest context.
const CONTEXT: usize = 192;

/// The context of a run.
#[derive(Debug)]
pub(super) struct Context {
    /// Where it is.
    pub(super) address: u64,
    /// Offset and value of each field that is known.
    fields: Vec<(u64, u64)>,
}

impl Context {
    /// The context of a program of this type (`enum bpf_prog_type`).
    ///
    /// # Errors
    /// If the kernel does not run programs of this type by itself, or nobody has described their context yet.
    pub(super) fn new(kind: u32, memory: &mut Memory) -> Result<Self, String> {
        let packet = memory.add("packet", Naming::Up, vec![Some(0); PACKET as usize]);
        // Nothing is read from this piece: it gives the address its name.
        let address = memory.add("context", Naming::Up, vec![None; CONTEXT]);
        let end = packet + PACKET;
        let fields = match kind {
            1 => vec![(0, PACKET - HEAD)],
            3 => vec![(0, PACKET), (76, packet), (80, end)],
            6 => vec![(0, packet), (4, end), (8, packet)],
            _ => {
                return Err(format!("programs of type {kind} have a context that the stepper does not know"));
            }
        };
        Ok(Self { address, fields })
    }

    /// The value at an address, if it lies in the context: fields are read as a whole.
    pub(super) fn field(&self, address: u64, size: usize) -> Option<Result<u64, String>> {
        let offset = address.checked_sub(self.address).filter(|offset| *offset < CONTEXT as u64)?;
        let field = self.fields.iter().find(|(at, _)| *at == offset && size == 4);
        let unknown = || format!("the stepper does not know {size} bytes at offset {offset} of the context");
        Some(field.map(|(_, value)| *value).ok_or_else(unknown))
    }
}
