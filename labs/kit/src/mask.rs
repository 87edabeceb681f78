//! Marks for values that legitimately vary: process ids, kernel ids, addresses, releases.
//!
//! The host replaces them by placeholders; see `runner`'s normalising. Nothing is replaced here, so
//! that the evidence of a run keeps the true values.

use std::fmt::Display;

/// Marks a value that varies from run to run: `mask("pid", 123)` gives `<pid=123>`.
///
/// The judge turns it into `<pid#1>`; the same value of the same kind gets the same number. The kind
/// is lower case letters and underscores. A `>` in the value would end the mark, so it becomes `)`.
#[must_use]
pub fn mask(kind: &str, value: impl Display) -> String {
    format!("<{kind}={}>", value.to_string().replace('>', ")"))
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn a_mark_ends_where_it_should() {
        assert_eq!(mask("pid", 123), "<pid=123>");
        assert_eq!(mask("name", "a>b"), "<name=a)b>");
    }
}
