//! Frames: one length, one payload. Nothing is buffered across calls.

use std::io::{self, Read, Write};

use serde::{Serialize, de::DeserializeOwned};

use crate::MAX_FRAME;

/// Why a frame could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The stream ended between two frames: the other side is gone.
    #[error("the stream ended")]
    Ended,
    /// The stream ended in the middle of a frame.
    #[error("the stream ended inside a frame, {missing} bytes short")]
    Truncated {
        /// How many bytes were still to come.
        missing: usize,
    },
    /// The length is beyond [`MAX_FRAME`].
    #[error("a frame of {length} bytes is larger than the limit of {MAX_FRAME}")]
    TooLarge {
        /// The length that was announced.
        length: usize,
    },
    /// The payload is not a message of this version of the protocol.
    #[error("a frame could not be decoded: {0}")]
    Malformed(#[from] postcard::Error),
    /// The system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Reads one frame and decodes it.
///
/// # Errors
/// See [`FrameError`]; [`FrameError::Ended`] is the orderly end of the stream.
pub fn read_frame<T: DeserializeOwned>(stream: &mut impl Read) -> Result<T, FrameError> {
    let mut prefix = [0; 4];
    match read_full(stream, &mut prefix)? {
        4 => {}
        0 => return Err(FrameError::Ended),
        got => return Err(FrameError::Truncated { missing: 4 - got }),
    }
    let length = u32::from_le_bytes(prefix) as usize;
    if length > MAX_FRAME {
        return Err(FrameError::TooLarge { length });
    }
    let mut payload = vec![0; length];
    let got = read_full(stream, &mut payload)?;
    if got < length {
        return Err(FrameError::Truncated { missing: length - got });
    }
    Ok(postcard::from_bytes(&payload)?)
}

/// Encodes one message and writes it as one frame, in a single write call where the system allows.
///
/// # Errors
/// [`FrameError::TooLarge`] before anything is written, or what the stream says.
pub fn write_frame<T: Serialize>(stream: &mut impl Write, message: &T) -> Result<(), FrameError> {
    let mut frame = postcard::to_extend(message, vec![0; 4])?;
    let length = frame.len() - 4;
    if length > MAX_FRAME {
        return Err(FrameError::TooLarge { length });
    }
    frame[..4].copy_from_slice(&(length as u32).to_le_bytes());
    stream.write_all(&frame)?;
    Ok(stream.flush()?)
}

/// Reads until the buffer is full or the stream ends; returns how many bytes came.
fn read_full(stream: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut got = 0;
    while got < buffer.len() {
        match stream.read(&mut buffer[got..]) {
            Ok(0) => break,
            Ok(count) => got += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(got)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Event, Request};

    #[test]
    fn what_is_written_is_read_back() {
        let mut stream = Vec::new();
        let sent = Request::PutFile { path: "/lab/object.o".into(), mode: 0o644, begin: 0, size: 9 };
        write_frame(&mut stream, &sent).unwrap();
        write_frame(&mut stream, &Request::Ping(1)).unwrap();
        let mut stream = stream.as_slice();
        assert_eq!(read_frame::<Request>(&mut stream).unwrap(), sent);
        assert_eq!(read_frame::<Request>(&mut stream).unwrap(), Request::Ping(1));
        assert!(matches!(read_frame::<Request>(&mut stream), Err(FrameError::Ended)));
    }

    #[test]
    fn half_a_frame_is_truncated_not_ended() {
        let mut stream = Vec::new();
        write_frame(&mut stream, &Event::KernelLog("x".repeat(100))).unwrap();
        for cut in [1, 3, 5, stream.len() - 1] {
            let error = read_frame::<Event>(&mut &stream[..cut]).unwrap_err();
            assert!(matches!(error, FrameError::Truncated { .. }), "cut at {cut}: {error}");
        }
    }

    #[test]
    fn an_absurd_length_is_refused_before_memory_is_taken() {
        let error = read_frame::<Event>(&mut [0xff; 8].as_slice()).unwrap_err();
        assert!(matches!(error, FrameError::TooLarge { length: 0xffff_ffff }));
    }

    #[test]
    fn rubbish_is_malformed() {
        let error = read_frame::<Event>(&mut [1, 0, 0, 0, 0xee].as_slice()).unwrap_err();
        assert!(matches!(error, FrameError::Malformed(_)));
    }
}
