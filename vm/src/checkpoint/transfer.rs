//! Moves a guest's state between QEMU and a file: QEMU calls both directions a migration.

use std::{path::Path, time::Duration};

use serde_json::json;

use super::Checkpoint;
use crate::{deadline::Deadline, error::VmError, guest::Guest, machine::Qemu};

impl Checkpoint {
    /// Loads the state into a QEMU that waits for it, and lets the guest run.
    pub(crate) fn load_into(
        &self,
        guest: &mut Guest,
        qemu: &Qemu,
        deadline: &Deadline,
    ) -> Result<(), VmError> {
        let uri = transfer_uri(qemu, &self.state(), Direction::FromFile);
        let mut load = || {
            ignore_shared(guest, deadline)?;
            guest.qmp.execute("migrate-incoming", json!({ "uri": uri }), deadline)?;
            wait_for_migration(guest, deadline)?;
            guest.qmp.execute("cont", json!({}), deadline).map(drop)
        };
        load().map_err(|error| guest.explain(error, deadline))
    }
}

/// Stops the guest and writes its devices' state; its memory is in its file already.
pub(super) fn save(guest: &mut Guest, qemu: &Qemu, state: &Path, deadline: &Deadline) -> Result<(), VmError> {
    let uri = transfer_uri(qemu, state, Direction::ToFile);
    let mut write = || {
        guest.qmp.execute("stop", json!({}), deadline)?;
        ignore_shared(guest, deadline)?;
        guest.qmp.execute("migrate", json!({ "uri": uri }), deadline)?;
        wait_for_migration(guest, deadline)?;
        guest.qmp.execute("quit", json!({}), deadline).map(drop)
    };
    write().map_err(|error| guest.explain(error, deadline))?;
    guest.wait_for_exit(Duration::from_secs(10));
    Ok(())
}

/// Memory that lies in a file is not copied into the state.
fn ignore_shared(guest: &mut Guest, deadline: &Deadline) -> Result<(), VmError> {
    let capabilities = json!({ "capabilities": [{ "capability": "x-ignore-shared", "state": true }] });
    guest.qmp.execute("migrate-set-capabilities", capabilities, deadline).map(drop)
}

/// Polls until the transfer is complete. QEMU offers events as well, but a lost one would hang.
fn wait_for_migration(guest: &mut Guest, deadline: &Deadline) -> Result<(), VmError> {
    let mut pause = Duration::from_millis(1);
    loop {
        let state = guest.qmp.execute("query-migrate", json!({}), deadline)?;
        match state["status"].as_str() {
            Some("completed") => return Ok(()),
            Some("failed" | "cancelled") => {
                let why = state["error-desc"].as_str().unwrap_or("it gave no reason").to_owned();
                return Err(VmError::Refused { command: "migrate".into(), why });
            }
            _ => {
                guest.wait_for_exit(pause);
            }
        }
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

#[derive(Clone, Copy)]
enum Direction {
    ToFile,
    FromFile,
}

/// Where QEMU writes the state to or reads it from.
fn transfer_uri(qemu: &Qemu, state: &Path, direction: Direction) -> String {
    let path = state.display().to_string();
    if qemu.migrates_to_files() {
        return format!("file:{path}");
    }
    let quoted = path.replace('\'', r"'\''");
    match direction {
        Direction::ToFile => format!("exec:cat > '{quoted}'"),
        Direction::FromFile => format!("exec:cat < '{quoted}'"),
    }
}
