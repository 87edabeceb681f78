//! The marks between which the book takes its listings. A learner's file has none: they are no code.

/// A source file without the lines that are marks for the book.
#[must_use]
pub fn without_marks(text: &str) -> String {
    text.split_inclusive('\n').filter(|line| !is_mark(line)).collect()
}

/// `// ANCHOR: name`, or its end.
#[must_use]
pub fn is_mark(line: &str) -> bool {
    let comment = line.trim().strip_prefix("// ANCHOR");
    comment.is_some_and(|rest| rest.starts_with(": ") || rest.starts_with("_END: "))
}

#[cfg(test)]
mod tests {
    use super::without_marks;

    #[test]
    fn only_marks_are_left_out() {
        let text = "a\n    // ANCHOR: x\n// ANCHOR is a word\nb // ANCHOR: y\n// ANCHOR_END: x\nc";
        assert_eq!(without_marks(text), "a\n// ANCHOR is a word\nb // ANCHOR: y\nc");
    }
}
