//! The virtio-serial port: one blocking reader, one blocking writer, nothing else touches it.

use std::{
    fs::{self, File, OpenOptions},
    sync::mpsc::{SyncSender, sync_channel},
    thread,
};

use wire::{Event, PORT_NAME, Request, read_frame, write_frame};

/// How many events may wait for the writer before senders block. Small: the guest has little memory.
const QUEUE: usize = 64;

/// Where requests come from.
pub(crate) struct Requests(File);

/// Where events go. Cloned into every thread that has something to say.
#[derive(Clone)]
pub(crate) struct Events(SyncSender<Event>);

impl Requests {
    /// Waits for the next request. An error means that the host is gone or speaks another version.
    pub(crate) fn next(&mut self) -> Result<Request, String> {
        read_frame(&mut self.0).map_err(|error| format!("cannot read a request: {error}"))
    }
}

impl Events {
    /// Queues an event; blocks while the queue is full.
    pub(crate) fn send(&self, event: Event) {
        // The writer only ends together with the agent.
        let _ = self.0.send(event);
    }
}

/// Opens the port by its name and starts the writer.
pub(crate) fn open() -> Result<(Requests, Events), String> {
    let device = find()?;
    let port = OpenOptions::new()
        .read(true)
        .write(true)
        .open(&device)
        .map_err(|error| format!("cannot open {device}: {error}"))?;
    let mut outgoing = port.try_clone().map_err(|error| format!("cannot share {device}: {error}"))?;
    let (sender, queue) = sync_channel::<Event>(QUEUE);
    thread::spawn(move || {
        for event in queue {
            if let Err(error) = write_frame(&mut outgoing, &event) {
                eprintln!("vm-agent: cannot write an event: {error}");
                crate::system::power_off();
            }
        }
    });
    Ok((Requests(port), Events(sender)))
}

/// Finds the device whose port carries our name.
fn find() -> Result<String, String> {
    let folder = "/sys/class/virtio-ports";
    let entries = fs::read_dir(folder).map_err(|error| format!("cannot list {folder}: {error}"))?;
    for entry in entries.flatten() {
        let name = fs::read_to_string(entry.path().join("name")).unwrap_or_default();
        if name.trim() == PORT_NAME {
            return Ok(format!("/dev/{}", entry.file_name().to_string_lossy()));
        }
    }
    Err(format!("no virtio port is named {PORT_NAME}"))
}
