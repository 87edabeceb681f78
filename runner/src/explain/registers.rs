//! What the verifier knows of each register, from the states in its log.
//!
//! Newer kernels write the state behind each instruction, 5.10 only at branches: what an instruction changed
//! since then is not known there, except for what is plain from the instruction itself.

/// States found so far, while the log is read backwards.
#[derive(Debug, Default)]
pub(super) struct Known<'a> {
    states: [Option<Option<&'a str>>; 11],
}

impl<'a> Known<'a> {
    /// An instruction: `state` is what is known after it, `text` may change a register without saying so.
    pub(super) fn instruction(&mut self, text: &'a str, state: &'a str) {
        self.state(state);
        for register in written(text) {
            let slot = &mut self.states[register];
            if slot.is_none() {
                *slot = Some(from_instruction(text, register));
            }
        }
    }

    /// A list of states.
    pub(super) fn state(&mut self, text: &'a str) {
        for (register, value) in parse(text) {
            let slot = &mut self.states[register];
            if slot.is_none() {
                *slot = Some(Some(value));
            }
        }
    }

    /// What is known, by number.
    pub(super) fn into_vec(self) -> Vec<(u8, &'a str)> {
        (0..).zip(self.states).filter_map(|(number, state)| Some((number, state??))).collect()
    }
}

/// The registers and values of `R0_w=scalar(umax=4) R10=fp0 fp-8=mmmm????`.
pub(super) fn parse(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('R') {
        let begins_word = at == 0 || rest.as_bytes()[at - 1] == b' ';
        let word = &rest[at + 1..];
        rest = word;
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        // `=` stands close by (`R10_rw=`) or not at all: looking further would cost a line's length for each `R`.
        let Some(equals) = word.bytes().take(digits + 5).position(|byte| byte == b'=') else { continue };
        let Ok(register) = word[..digits].parse::<usize>() else { continue };
        if !begins_word || register > 10 {
            continue;
        }
        let value = &word[equals + 1..];
        let end = end_of_value(value);
        found.push((register, &value[..end]));
        rest = &value[end..];
    }
    found
}

/// Up to the blank outside of all brackets.
fn end_of_value(value: &str) -> usize {
    let mut depth = 0i32;
    for (at, byte) in value.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b' ' if depth <= 0 => return at,
            _ => {}
        }
    }
    value.len()
}

/// The registers that an instruction changes.
fn written(text: &str) -> Vec<usize> {
    let Some((_, operation)) = text.split_once(") ") else { return Vec::new() };
    if operation.starts_with("call ") {
        return (0..6).collect();
    }
    let Some(rest) = operation.strip_prefix(['r', 'w']) else { return Vec::new() };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let changes = rest[digits..].trim_start().split(' ').next().is_some_and(|sign| sign.ends_with('='));
    match rest[..digits].parse() {
        Ok(register) if changes && register <= 10 => vec![register],
        _ => Vec::new(),
    }
}

/// What an instruction without a state (5.10) makes of a register, where it is plain.
fn from_instruction(text: &str, register: usize) -> Option<&str> {
    let (_, operation) = text.split_once(") ")?;
    if register == 0 && operation.starts_with("call bpf_map_lookup_elem") {
        return Some("map_value_or_null");
    }
    let (_, value) = operation.split_once(" = ")?;
    value.parse::<i64>().is_ok().then_some(value)
}

/// The registers that a text names: `R0`, `R10`.
#[must_use]
pub fn named_in(text: &str) -> Vec<u8> {
    let mut found = Vec::new();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        if let Some(number) = word.strip_prefix('R').and_then(|digits| digits.parse().ok())
            && number <= 10
            && !found.contains(&number)
        {
            found.push(number);
        }
    }
    found
}

/// The registers through which an instruction reaches memory: `(79) r1 = *(u64 *)(r0 +0)` gives 0.
#[must_use]
pub fn addressed_by(instruction: &str) -> Vec<u8> {
    let pieces = instruction.split("*)(r").skip(1);
    let digits = pieces.map(|piece| piece.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default());
    digits.filter_map(|digits| digits.parse().ok()).filter(|number| *number <= 10).collect()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn states_are_found_in_any_line() {
        let all = "R0_w=scalar(umax=4, x=(0; 1)) R10=fp0 fp-8=mmmm R11=1 xR1=2 R2_rw=inv";
        assert_eq!(parse(all), [(0, "scalar(umax=4, x=(0; 1))"), (10, "fp0"), (2, "inv")]);
        assert_eq!(parse("R R= Rx=1 R3=é"), [(3, "é")]);
    }

    #[test]
    fn a_line_of_nothing_but_registers_costs_its_length_once() {
        assert_eq!(parse(&"R".repeat(1 << 20)), []);
        assert_eq!(parse(&"R1".repeat(1 << 20)), []);
    }
}
