//! The memory that a program sees: pieces, each with a name and an address of its own.
//!
//! The addresses are not the kernel's: nobody could know these. They are shown by name: `fp-8`, `packet+14`.

/// Where the first piece lies. No number that a program calculates with is likely to be in this range.
const FIRST: u64 = 0x5000_0000_0000_0000;

/// Addresses of one piece.
const SPAN: u64 = 1 << 32;

/// Bytes that are shown together.
const SLOT: usize = 8;

/// How the places in a piece are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    /// `packet+14`, from its beginning.
    Up,
    /// `fp-8`, from its end.
    Down,
    /// `COUNTS[1]`, by elements of so many bytes.
    Elements(usize),
}

/// A piece of memory. A byte that nobody has written is `None`.
#[derive(Debug)]
struct Piece {
    name: String,
    naming: Naming,
    bytes: Vec<Option<u8>>,
}

/// All pieces.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pieces: Vec<Piece>,
    touched: Vec<u64>,
}

impl Memory {
    /// Adds a piece and returns the address of its first byte.
    pub(super) fn add(&mut self, name: &str, naming: Naming, bytes: Vec<Option<u8>>) -> u64 {
        self.pieces.push(Piece { name: name.to_owned(), naming, bytes });
        FIRST + SPAN * (self.pieces.len() as u64 - 1)
    }

    /// So many bytes, as a number.
    ///
    /// # Errors
    /// What is wrong with the place.
    pub(super) fn load(&self, address: u64, size: usize) -> Result<u64, String> {
        let bytes = self.bytes(address, size)?;
        let mut number = [0; 8];
        for (into, byte) in number.iter_mut().zip(bytes) {
            *into = byte;
        }
        Ok(u64::from_le_bytes(number))
    }

    /// So many bytes.
    ///
    /// # Errors
    /// What is wrong with the place.
    pub(super) fn bytes(&self, address: u64, size: usize) -> Result<Vec<u8>, String> {
        let (piece, at) = self.find(address, size)?;
        let bytes: Option<Vec<u8>> = self.pieces[piece].bytes[at..at + size].iter().copied().collect();
        bytes.ok_or_else(|| format!("nobody has written all {size} bytes of {}", self.text(address)))
    }

    /// Writes bytes.
    ///
    /// # Errors
    /// What is wrong with the place.
    pub(super) fn store(&mut self, address: u64, bytes: &[u8]) -> Result<(), String> {
        let (piece, at) = self.find(address, bytes.len())?;
        for (into, byte) in self.pieces[piece].bytes[at..].iter_mut().zip(bytes) {
            *into = Some(*byte);
        }
        let slots = at / SLOT..(at + bytes.len()).div_ceil(SLOT);
        self.touched.extend(slots.map(|slot| FIRST + SPAN * piece as u64 + (slot * SLOT) as u64));
        Ok(())
    }

    /// Name and content of all slots that were written since the last time, in order.
    pub(super) fn changes(&mut self) -> Vec<(String, String)> {
        let mut slots = std::mem::take(&mut self.touched);
        slots.sort_unstable();
        slots.dedup();
        slots.into_iter().map(|slot| (self.text(slot), self.slot(slot))).collect()
    }

    /// A number as a reader wants it: the name of a place, or the number.
    pub(super) fn text(&self, value: u64) -> String {
        if let Some((piece, at)) = self.place(value) {
            return piece.place(at);
        }
        match value as i64 {
            0..0x1_0000_0000 => value.to_string(),
            signed @ -0x1_0000_0000..0 => signed.to_string(),
            _ => format!("{value:#x}"),
        }
    }

    /// The piece of an address, and the offset in it; its end belongs to it.
    fn place(&self, address: u64) -> Option<(&Piece, usize)> {
        let offset = address.checked_sub(FIRST)?;
        let piece = self.pieces.get((offset / SPAN) as usize)?;
        let at = (offset % SPAN) as usize;
        (at <= piece.bytes.len()).then_some((piece, at))
    }

    fn find(&self, address: u64, size: usize) -> Result<(usize, usize), String> {
        let outside = || format!("{} is no place for {size} bytes", self.text(address));
        let (piece, at) = self.place(address).ok_or_else(outside)?;
        if at + size > piece.bytes.len() {
            return Err(outside());
        }
        Ok((((address - FIRST) / SPAN) as usize, at))
    }

    /// What a slot holds: an address by its name, all else as bytes in the order of memory, `..` for unwritten ones.
    fn slot(&self, address: u64) -> String {
        let Some((piece, at)) = self.place(address) else { return String::new() };
        let bytes = &piece.bytes[at..piece.bytes.len().min(at + SLOT)];
        let whole: Option<Vec<u8>> = bytes.iter().copied().collect();
        let number = whole.and_then(|bytes| Some(u64::from_le_bytes(bytes.try_into().ok()?)));
        if let Some((piece, at)) = number.and_then(|number| self.place(number)) {
            return piece.place(at);
        }
        let shown = |byte: &Option<u8>| byte.map_or_else(|| "..".to_owned(), |byte| format!("{byte:02x}"));
        bytes.iter().map(shown).collect::<Vec<_>>().join(" ")
    }
}

impl Piece {
    fn place(&self, at: usize) -> String {
        let name = &self.name;
        let (name, offset) = match self.naming {
            Naming::Down => return format!("{name}-{}", self.bytes.len() - at),
            Naming::Up => (name.clone(), at),
            Naming::Elements(size) => (format!("{name}[{}]", at / size), at % size),
        };
        if offset == 0 { name } else { format!("{name}+{offset}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_have_names() {
        let mut memory = Memory::default();
        let stack = memory.add("fp", Naming::Down, vec![None; 16]);
        let array = memory.add("COUNTS", Naming::Elements(8), vec![Some(0); 16]);
        assert_eq!(memory.text(stack + 16), "fp-0");
        assert_eq!(memory.text(array + 12), "COUNTS[1]+4");
        assert_eq!(
            [7, -20_i64 as u64, 1 << 40].map(|value| memory.text(value)),
            ["7", "-20", "0x10000000000"]
        );
    }

    #[test]
    fn what_is_written_is_read_and_named_once() {
        let mut memory = Memory::default();
        let stack = memory.add("fp", Naming::Down, vec![None; 16]);
        memory.store(stack + 8, &64_u32.to_le_bytes()).unwrap();
        assert_eq!(memory.load(stack + 8, 4), Ok(64));
        assert_eq!(memory.changes(), [("fp-8".to_owned(), "40 00 00 00 .. .. .. ..".to_owned())]);
        assert_eq!(memory.changes(), []);
        memory.store(stack, &(stack + 8).to_le_bytes()).unwrap();
        assert_eq!(memory.changes(), [("fp-16".to_owned(), "fp-8".to_owned())]);
    }

    #[test]
    fn wrong_places_are_refused() {
        let mut memory = Memory::default();
        let stack = memory.add("fp", Naming::Down, vec![None; 16]);
        assert_eq!(memory.load(stack + 8, 8), Err("nobody has written all 8 bytes of fp-8".to_owned()));
        assert_eq!(memory.store(stack + 12, &[0; 8]), Err("fp-4 is no place for 8 bytes".to_owned()));
        assert_eq!(memory.load(0, 1), Err("0 is no place for 1 bytes".to_owned()));
    }
}
