//! The protocol between the host and the agent: length-prefixed frames over one virtio-serial port.
//!
//! A frame is a little-endian `u32` length followed by that many bytes of postcard. Files do not go
//! this way: see [`Request::PutFile`]. The types here are all that the two sides share. They know
//! nothing of labs or eBPF.

mod frame;
mod message;

pub use frame::{FrameError, read_frame, write_frame};
pub use message::{Event, Exit, Program, Request, Shell, Size, Stream};

/// The version of the protocol. Both sides refuse another one: a checkpoint made by an older
/// runner must be rebuilt, never misread.
pub const VERSION: u16 = 4;

/// The name of the virtio-serial port, as `/sys/class/virtio-ports/*/name` shows it in the guest.
pub const PORT_NAME: &str = "workbook.agent";

/// The largest payload of one frame, in bytes. Larger lengths mean a broken or hostile stream.
pub const MAX_FRAME: usize = 1 << 20;

/// How many bytes of a shell's input may be under way. The agent keeps them in the guest's memory until the
/// shell reads them.
pub const INPUT_WINDOW: usize = 64 << 10;

/// How much memory the device has through which files reach the guest, in bytes: a power of two. All files
/// of one run lie there.
pub const SHELF_SIZE: usize = 128 << 20;
