//! Names of machine registers.

use iced_x86::Register;

/// The name of the whole register of which this one is a part: `eax` is the lower half of `rax`, `r8d` that of `r8`.
#[must_use]
pub fn whole(register: Register) -> String {
    let name = format!("{register:?}").to_lowercase();
    match name.strip_prefix('e') {
        Some(rest) => format!("r{rest}"),
        None if name.starts_with("r1") || name.starts_with("r8") || name.starts_with("r9") => {
            name.trim_end_matches('d').to_owned()
        }
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_named_like_the_whole() {
        let names = [Register::EAX, Register::RDI, Register::R8D, Register::R15, Register::RBP].map(whole);
        assert_eq!(names, ["rax", "rdi", "r8", "r15", "rbp"]);
    }
}
