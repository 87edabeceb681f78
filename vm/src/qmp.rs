//! A small client for QEMU's control socket (QMP): one command, one answer. Of the events only one counts:
//! why the machine was shut down. Protocol: QEMU's docs/interop/qmp-spec.

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
    shutdown: Option<Shutdown>,
}

/// Why the machine was shut down: the event `SHUTDOWN` (QEMU's qapi/run-state.json). Only QEMU writes it;
/// nothing that runs in the guest can forge it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shutdown {
    /// Who wanted it.
    pub wish: Wish,
    /// QEMU's word for it (`ShutdownCause`): `guest-reset`, `guest-shutdown`, `host-signal`, `host-qmp-quit`.
    pub reason: String,
}

/// Who wanted the machine to be shut down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Something in the guest: ACPI, a reset port, a triple fault.
    Guests,
    /// The host: a signal, a command.
    Hosts,
}

impl Shutdown {
    fn from_event(line: &Value) -> Option<Self> {
        let data = line.get("data").filter(|_| line["event"] == "SHUTDOWN")?;
        let wish = if data["guest"].as_bool()? { Wish::Guests } else { Wish::Hosts };
        Some(Self { wish, reason: data["reason"].as_str().unwrap_or("no reason given").to_owned() })
    }
}

impl Qmp {
    /// Waits for the greeting and enters command mode.
    ///
    /// # Errors
    /// [`VmError::Timeout`] at the deadline, [`VmError::Io`] when QEMU goes away.
    pub fn open(stream: UnixStream, deadline: &Deadline) -> Result<Self, VmError> {
        let mut qmp = Self { stream: BufReader::new(stream), shutdown: None };
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

    /// Why the machine was shut down; `None` if QEMU did not say so before it went away, or says nothing
    /// until the deadline. To be called when QEMU has ended.
    pub fn shutdown(&mut self, deadline: &Deadline) -> Option<Shutdown> {
        while self.shutdown.is_none() && self.read(deadline).is_ok() {}
        self.shutdown.clone()
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
        let line: Value = serde_json::from_slice(&line).map_err(|error| VmError::Refused {
            command: "(any)".to_owned(),
            why: format!("it sent a line that is not JSON: {error}"),
        })?;
        self.shutdown = Shutdown::from_event(&line).or(self.shutdown.take());
        Ok(line)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// What a QEMU says that greets, answers one command, says these lines, and goes away.
    fn last_words(lines: &str) -> Option<Shutdown> {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let deadline = Deadline::after(Duration::from_secs(60), "QEMU");
        theirs.write_all(format!("{{\"QMP\": {{}}}}\n{{\"return\": {{}}}}\n{lines}").as_bytes()).unwrap();
        // Until the command was sent: a stream that is closed takes none.
        let mut qmp = Qmp::open(ours, &deadline).unwrap();
        drop(theirs);
        qmp.shutdown(&deadline)
    }

    #[test]
    fn the_reason_of_a_shutdown_is_found_among_other_events() {
        let reset = r#"{"timestamp": {"seconds": 1, "microseconds": 2}, "event": "SHUTDOWN", "data": {"guest": true, "reason": "guest-reset"}}"#;
        let lines = format!("{{\"event\": \"RESUME\"}}\n{reset}\n{{\"event\": \"STOP\"}}\n");
        assert_eq!(last_words(&lines), Some(Shutdown { wish: Wish::Guests, reason: "guest-reset".into() }));
        let signal = reset.replace("true", "false").replace("guest-reset", "host-signal") + "\n";
        assert_eq!(last_words(&signal), Some(Shutdown { wish: Wish::Hosts, reason: "host-signal".into() }));
    }

    #[test]
    fn a_qemu_that_only_goes_away_gives_no_reason() {
        assert_eq!(last_words(""), None);
        assert_eq!(last_words("{\"event\": \"RESUME\"}\n"), None);
        assert_eq!(last_words("{\"event\": \"SHUTDOWN\", \"data\": {}}\n{\"event\": \"SHUT"), None);
    }
}
