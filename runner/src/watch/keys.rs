//! The keyboard, one key at a time. Without a terminal there is none.

use std::{
    io::{self, IsTerminal, Read},
    sync::mpsc::Sender,
    thread,
};

use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

use super::model::Input;

/// A terminal that hands over each key at once. Dropping it gives it back as it was.
pub(super) struct Keyboard {
    before: Termios,
}

impl Keyboard {
    /// Takes the terminal's lines apart into keys; Ctrl-C stays what it is. `None` if standard input is no terminal.
    pub(super) fn open(inputs: Sender<Input>) -> Option<Self> {
        let input = io::stdin();
        if !input.is_terminal() {
            return None;
        }
        let before = tcgetattr(&input).ok()?;
        let mut keys = before.clone();
        keys.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
        keys.special_codes[SpecialCodeIndex::VMIN] = 1;
        keys.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(&input, OptionalActions::Now, &keys).ok()?;
        // It ends with the process: a read cannot be called off.
        thread::spawn(move || {
            let mut key = [0];
            while let Ok(1) = io::stdin().lock().read(&mut key) {
                if inputs.send(Input::Key(char::from(key[0]))).is_err() {
                    return;
                }
            }
        });
        Some(Self { before })
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        // Nothing can be done about a terminal that is gone.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.before);
    }
}
