//! What a register holds, in words, from the state that the verifier writes.

/// `map_value_or_null(id=1,ks=4,vs=8)` in words. A kind that is not known here is named as it is.
pub(super) fn of_state(state: &str) -> String {
    let (kind, detail) = state.split_once('(').unwrap_or((state, ""));
    let detail = detail.strip_suffix(')').unwrap_or(detail);
    if let Some(number) = constant(state) {
        return format!("the number {number}");
    }
    if let Some(offset) = kind.strip_prefix("fp") {
        return on_stack(offset);
    }
    let size = field(detail, "vs").map(|bytes| format!(" of {bytes} bytes")).unwrap_or_default();
    match kind {
        "ctx" => "the context".to_owned(),
        "scalar" | "inv" | "invP" => number(detail),
        "map_ptr" => "a map".to_owned(),
        "map_value" => format!("a pointer into a map value{size}, not null"),
        "map_value_or_null" => "the result of a map lookup, which may be null".to_owned(),
        "pkt" => "a pointer into the packet".to_owned(),
        "pkt_end" => "the end of the packet".to_owned(),
        "pkt_meta" => "the metadata in front of the packet".to_owned(),
        "mem_or_null" | "ringbuf_mem_or_null" | "alloc_mem_or_null" => {
            "a piece of memory, or null if there was none".to_owned()
        }
        "mem" | "ringbuf_mem" | "alloc_mem" => "a piece of memory, not null".to_owned(),
        _ => match kind.split_once("ptr_") {
            Some((_, what)) if what.ends_with("or_null_") || kind.contains("or_null") => {
                "a typed pointer into the kernel, which may be null".to_owned()
            }
            Some((_, what)) => format!("a pointer to the kernel's `struct {what}`"),
            None => format!("a `{kind}`"),
        },
    }
}

fn on_stack(offset: &str) -> String {
    match offset.parse::<i64>() {
        Ok(0) => "the address of the stack".to_owned(),
        Ok(offset) => format!("a pointer to the stack, at offset {offset}"),
        Err(_) => "a pointer to the stack".to_owned(),
    }
}

/// `7`, `inv7`, `scalar(7)`.
fn constant(state: &str) -> Option<&str> {
    let text = state.strip_prefix("invP").or_else(|| state.strip_prefix("inv")).unwrap_or(state);
    let text = text.strip_prefix('P').unwrap_or(text);
    (text.parse::<i64>().is_ok()
        || text.strip_prefix("0x").is_some_and(|hex| u64::from_str_radix(hex, 16).is_ok()))
    .then_some(text)
}

/// A number with what is known of its range.
fn number(detail: &str) -> String {
    let value = |name| field(detail, name).and_then(parse);
    let (smallest, largest) = (value("umin").or(value("umin_value")), value("umax").or(value("umax_value")));
    let signed_smallest = value("smin").or(value("smin_value"));
    match (smallest, largest) {
        (None, None) => "a number of which nothing is known".to_owned(),
        (low, Some(high)) if signed_smallest.is_none_or(|low| low >= 0) => {
            format!("a number from {} to {high}", low.or(signed_smallest).unwrap_or_default())
        }
        (Some(low), None) => format!("a number, at least {low}"),
        _ => "a number that may be negative".to_owned(),
    }
}

fn parse(text: &str) -> Option<i128> {
    text.strip_prefix("0x").map_or_else(|| text.parse().ok(), |hex| i128::from_str_radix(hex, 16).ok())
}

/// The value of a field, also of one that shares it: `smin=umin=1`.
fn field<'a>(detail: &'a str, name: &str) -> Option<&'a str> {
    detail.split(',').find_map(|part| {
        let (names, value) = part.rsplit_once('=')?;
        names.split('=').any(|one| one == name).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::of_state;

    #[rstest]
    #[case::null(
        "map_value_or_null(id=1,off=0,ks=4,vs=8,imm=0)",
        "the result of a map lookup, which may be null"
    )]
    #[case::value("map_value(map=COUNTS,ks=4,vs=8)", "a pointer into a map value of 8 bytes, not null")]
    #[case::unknown("scalar()", "a number of which nothing is known")]
    #[case::old("inv(id=0,umax_value=4,var_off=(0x0; 0x7))", "a number from 0 to 4")]
    #[case::shared("scalar(smin=umin=1,smax=umax=0xff)", "a number from 1 to 255")]
    #[case::constant("inv7", "the number 7")]
    #[case::stack("fp-8", "a pointer to the stack, at offset -8")]
    #[case::kernel("trusted_ptr_file(off=0,imm=0)", "a pointer to the kernel's `struct file`")]
    #[case::other("sock_common_or_null(id=2)", "a `sock_common_or_null`")]
    fn states_in_words(#[case] state: &str, #[case] words: &str) {
        assert_eq!(of_state(state), words);
    }
}
