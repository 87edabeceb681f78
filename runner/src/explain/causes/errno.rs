//! The system's number of an error, from the ways in which loaders write it.

/// The numbers that causes speak of: number, name, and glibc's text. They are the same on all architectures
/// that Aya supports (`include/uapi/asm-generic/errno-base.h` and `errno.h` of the kernel).
const KNOWN: [(i32, &str, &str); 17] = [
    (1, "EPERM", "Operation not permitted"),
    (2, "ENOENT", "No such file or directory"),
    (3, "ESRCH", "No such process"),
    (7, "E2BIG", "Argument list too long"),
    (9, "EBADF", "Bad file descriptor"),
    (12, "ENOMEM", "Cannot allocate memory"),
    (13, "EACCES", "Permission denied"),
    (16, "EBUSY", "Device or resource busy"),
    (17, "EEXIST", "File exists"),
    (19, "ENODEV", "No such device"),
    (22, "EINVAL", "Invalid argument"),
    (28, "ENOSPC", "No space left on device"),
    (84, "EILSEQ", "Invalid or incomplete multibyte or wide character"),
    (88, "ENOTSOCK", "Socket operation on non-socket"),
    (95, "EOPNOTSUPP", "Operation not supported"),
    (99, "EADDRNOTAVAIL", "Cannot assign requested address"),
    // The kernel's own; it should never have reached a program, and does.
    (524, "ENOTSUPP", "Unknown error 524"),
];

/// The number in a line: `(os error 22)`, `Os { code: 22`, `Invalid argument`, `-EINVAL`, `(-22)`, `: -22`.
pub(super) fn in_line(line: &str) -> Option<i32> {
    for begin in ["(os error ", "Os { code: "] {
        if let Some(number) = line.rsplit_once(begin).and_then(|(_, rest)| leading(rest)) {
            return Some(number);
        }
    }
    let word =
        |(_, name, text): &&(i32, &str, &str)| line.contains(text) || line.contains(&format!("-{name}"));
    if let Some((number, ..)) = KNOWN.iter().find(word) {
        return Some(*number);
    }
    let (_, end) = line.trim_end_matches(['.', ')']).rsplit_once(['(', ' '])?;
    end.strip_prefix('-').and_then(leading)
}

fn leading(text: &str) -> Option<i32> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text[..digits].parse().ok()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::in_line;

    #[rstest]
    #[case::rust("`bpf_link_create` failed: Invalid argument (os error 22)", Some(22))]
    #[case::debug("io_error: Os { code: 7, kind: ArgumentListTooLong, message: \"…\" }", Some(7))]
    #[case::libbpf("libbpf: map 'X': failed to create: -E2BIG", Some(7))]
    #[case::old_libbpf("libbpf: map 'X': failed to create: Invalid argument(-22)", Some(22))]
    #[case::number("libbpf: failed to find kernel BTF type ID of 'vfs_raed': -3", Some(3))]
    #[case::bpftool("Error: bpf obj get (/sys/fs/bpf/x): No such file or directory", Some(2))]
    #[case::none("the moon is full", None)]
    #[case::no_error("R1=-22 and more", None)]
    fn numbers(#[case] line: &str, #[case] number: Option<i32>) {
        assert_eq!(in_line(line), number);
    }
}
