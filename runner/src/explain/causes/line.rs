//! Errors as single lines: chains of causes joined, `Debug` output turned into words.
//!
//! It changes nothing else, and knows no cause.

/// How many lines of a text are looked at, from its end.
const LAST: usize = 2000;

/// What `Debug` writes, and what `Display` would have written. A `?` stands for the text in quotes.
const REWRITTEN: [(&str, &str); 4] = [
    ("SyscallError { call: ", "`?` failed"),
    ("CreateError { name: ", "failed to create map `?`"),
    ("UnknownBtfTypeName { type_name: ", "unknown BTF type `?`"),
    ("UnknownInterface { name: ", "unknown network interface ?"),
];

/// The lines of a text. What stands under `Caused by:` belongs to the line before.
pub(super) fn lines_of(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut inside_chain = false;
    let all: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    for line in &all[all.len().saturating_sub(LAST)..] {
        let cause = line.trim_start();
        if cause == "Caused by:" && !lines.is_empty() {
            inside_chain = true;
        } else if let (true, true, Some(last)) = (inside_chain, cause.len() < line.len(), lines.last_mut()) {
            // `    0: …`, or the text alone if there is only one.
            let numbered = cause.split_once(": ").filter(|(number, _)| number.parse::<u32>().is_ok());
            let cause = numbered.map_or(cause, |(_, rest)| rest);
            if !last.contains(cause) {
                *last = format!("{last}: {cause}");
            }
        } else {
            inside_chain = false;
            lines.push(rewritten(line));
        }
    }
    lines
}

fn rewritten(line: &str) -> String {
    let mut line = line.to_owned();
    for (begin, words) in REWRITTEN {
        let found = line.split_once(begin).and_then(|(before, rest)| {
            let (name, after) = rest.strip_prefix('"')?.split_once('"')?;
            Some(format!("{before}{}:{after}", words.replace('?', name)))
        });
        line = found.unwrap_or(line);
    }
    line.replace("LoadError { io_error: ", "the BPF_PROG_LOAD syscall returned ")
}

#[cfg(test)]
mod tests {
    use super::lines_of;

    #[test]
    fn a_chain_is_one_line() {
        let text = "loading …\nError: map error: failed to create map `X`\n\nCaused by:\n    0: failed to create map `X`\n    1: Invalid argument (os error 22)\nbye";
        let joined = "Error: map error: failed to create map `X`: Invalid argument (os error 22)";
        assert_eq!(lines_of(text), ["loading …", joined, "bye"]);
    }

    #[test]
    fn debug_output_is_turned_into_words() {
        let text = "Error: SyscallError(SyscallError { call: \"bpf_link_create\", io_error: Os { code: 22, kind: InvalidInput } })";
        assert_eq!(
            lines_of(text),
            [
                "Error: SyscallError(`bpf_link_create` failed:, io_error: Os { code: 22, kind: InvalidInput } })"
            ]
        );
    }
}
