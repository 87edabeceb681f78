//! A manifest's sentences in lines that fit a terminal. Code stays as it is.

use crate::report::text::wrap;

/// Prose in lines of at most `width` characters; a longer word has a line of its own. What is indented or has
/// several lines is code, and stays as it is.
pub(super) fn lines(text: &str, width: usize) -> Vec<String> {
    if text.trim_end().contains('\n') {
        return text.trim_end().lines().map(str::to_owned).collect();
    }
    wrap(text, width, 0)
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn prose_is_broken_and_code_is_not() {
        assert_eq!(lines("one two three", 7), ["one two", "three"]);
        assert_eq!(lines("averyverylongword two", 7), ["averyverylongword", "two"]);
        assert_eq!(lines("if x {\n    y\n}\n", 4), ["if x {", "    y", "}"]);
    }
}
