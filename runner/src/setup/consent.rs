//! Whether the user agrees to changes of this machine. It does not know what the changes are.

use std::io::{self, BufRead, IsTerminal, Write};

/// How the user's consent is had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// `--yes`.
    Given,
    /// There is a terminal to ask on.
    Ask,
    /// There is none: nothing is changed.
    Never,
}

impl Consent {
    /// What there is, unless `--yes` was given: a question if a person can read and answer it.
    #[must_use]
    pub fn of_the_terminal() -> Self {
        if io::stdin().is_terminal() && io::stderr().is_terminal() { Self::Ask } else { Self::Never }
    }
}

/// Asks on standard error and reads the answer from `input`. An empty answer is a yes, no answer
/// (the end of the input) a no.
///
/// # Errors
/// If the terminal cannot be read or written.
pub(super) fn ask(input: &mut dyn BufRead, output: &mut dyn Write) -> io::Result<bool> {
    write!(output, "go ahead? [Y/n] ")?;
    output.flush()?;
    let mut answer = String::new();
    let read = input.read_line(&mut answer)?;
    Ok(read > 0 && matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::enter("\n", true)]
    #[case::yes("Yes\n", true)]
    #[case::no("n\n", false)]
    #[case::something("what?\n", false)]
    #[case::end_of_input("", false)]
    fn reads_the_answer(#[case] typed: &str, #[case] expected: bool) {
        let mut asked = Vec::new();
        assert_eq!(ask(&mut typed.as_bytes(), &mut asked).unwrap(), expected);
        assert_eq!(asked, b"go ahead? [Y/n] ");
    }
}
