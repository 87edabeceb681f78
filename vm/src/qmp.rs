//! A small client for QEMU's control socket (QMP): one command, one answer; events are passed over.
//! Protocol: QEMU's docs/interop/qmp-spec.

use std::{
    io::{BufRead, BufReader, ErrorKind, Write},
    os::unix::net::UnixStream,
};

use serde_json::{Value, json};

use crate::{deadline::Deadline, error::VmError};

/// The longest line that QEMU may send, in bytes.
const LONGEST_LINE: usize = 1 << 20;

/// An open connection in command mode.
#[derive(Debug)]
pub struct Qmp {
    stream: BufReader<UnixStream>,
}

impl Qmp {
    /// Waits for the greeting and enters command mode.
    ///
    /// # Errors
    /// [`VmError::Timeout`] at the deadline, [`VmError::Io`] when QEMU goes away.
    pub fn open(stream: UnixStream, deadline: &Deadline) -> Result<Self, VmError> {
        let mut qmp = Self { stream: BufReader::new(stream) };
        qmp.read(deadline)?;
        qmp.execute("qmp_capabilities", json!({}), deadline)?;
        Ok(qmp)
    }

    /// Runs a command and returns its result.
    ///
    /// # Errors
    /// [`VmError::Refused`] with QEMU's own words; otherwise as [`Qmp::open`].
    pub fn execute(
        &mut self,
        command: &str,
        arguments: Value,
        deadline: &Deadline,
    ) -> Result<Value, VmError> {
        let line = format!("{}\n", json!({ "execute": command, "arguments": arguments }));
        let sent = self.stream.get_mut().write_all(line.as_bytes());
        sent.map_err(VmError::io(format!("send `{command}` to QEMU")))?;
        loop {
            let mut answer = self.read(deadline)?;
            if let Some(error) = answer.get("error") {
                let why = error["desc"].as_str().unwrap_or("no reason given").to_owned();
                return Err(VmError::Refused { command: command.to_owned(), why });
            }
            if let Some(result) = answer.get_mut("return") {
                return Ok(result.take());
            }
        }
    }

    /// Reads one line.
    fn read(&mut self, deadline: &Deadline) -> Result<Value, VmError> {
        let mut line = Vec::new();
        loop {
            let Some(left) = deadline.left() else {
                let awaited = format!("QEMU's answer ({})", deadline.awaited());
                return Err(VmError::Timeout { awaited, waited: deadline.timeout(), console: String::new() });
            };
            let timeout = self.stream.get_ref().set_read_timeout(Some(left));
            timeout.map_err(VmError::io("set a timeout on QEMU's control socket"))?;
            match self.stream.read_until(b'\n', &mut line) {
                Ok(0) => {
                    let gone = std::io::Error::from(ErrorKind::UnexpectedEof);
                    return Err(VmError::io("read from QEMU's control socket")(gone));
                }
                Ok(_) if line.ends_with(b"\n") || line.len() > LONGEST_LINE => break,
                Ok(_) => {}
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
                    ) => {}
                Err(error) => return Err(VmError::io("read from QEMU's control socket")(error)),
            }
        }
        serde_json::from_slice(&line).map_err(|error| VmError::Refused {
            command: "(any)".to_owned(),
            why: format!("it sent a line that is not JSON: {error}"),
        })
    }
}
