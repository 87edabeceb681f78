//! The keyboard, one key at a time. Without a terminal there is none.

use std::{
    io::{self, IsTerminal, Read},
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc::Sender},
    thread,
};

use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

use super::model::Input;

/// A terminal that hands over each key at once. Dropping it gives it back as it was.
pub struct Keyboard {
    before: Termios,
    listener: Listener,
}

/// Who gets the keys: the watch that is going on.
type Listener = Arc<Mutex<Option<Sender<Input>>>>;

impl Keyboard {
    /// Takes the terminal's lines apart into keys; Ctrl-C stays what it is. `None` if standard input is no terminal.
    #[must_use]
    pub fn open() -> Option<Self> {
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
        let listener = Listener::default();
        let heard = listener.clone();
        // It ends with the process: a read cannot be called off.
        thread::spawn(move || {
            let mut key = [0];
            while let Ok(1) = io::stdin().lock().read(&mut key) {
                // A key that is pressed between two watches is for nobody.
                if let Some(inputs) = lock(&heard).as_ref() {
                    let _ = inputs.send(Input::Key(char::from(key[0])));
                }
            }
        });
        Some(Self { before, listener })
    }

    /// From now on, keys are these inputs.
    pub(super) fn listen(&self, inputs: Sender<Input>) {
        *lock(&self.listener) = Some(inputs);
    }
}

fn lock(listener: &Listener) -> MutexGuard<'_, Option<Sender<Input>>> {
    listener.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        // Nothing can be done about a terminal that is gone.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.before);
    }
}
