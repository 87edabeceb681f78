//! The order of Debian version numbers, so that a list of candidates needs no process per comparison.
//!
//! It does not check that a version is well formed.
//! Source: Debian Policy, section 5.6.12, "Version"; the tests compare with `dpkg --compare-versions`.

use std::cmp::Ordering;

/// Compares two versions `[epoch:]upstream[-revision]`.
pub fn compare(left: &str, right: &str) -> Ordering {
    let (left_epoch, left_upstream, left_revision) = parts(left);
    let (right_epoch, right_upstream, right_revision) = parts(right);
    left_epoch
        .cmp(&right_epoch)
        .then_with(|| compare_part(left_upstream, right_upstream))
        .then_with(|| compare_part(left_revision, right_revision))
}

fn parts(version: &str) -> (u64, &str, &str) {
    let (epoch, rest) = version.split_once(':').unwrap_or(("0", version));
    let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, ""));
    (epoch.parse().unwrap_or(0), upstream, revision)
}

/// Alternates between a prefix without digits and a number, as the policy describes.
fn compare_part(mut left: &str, mut right: &str) -> Ordering {
    while !left.is_empty() || !right.is_empty() {
        let (left_text, left_rest) = split(left, |c| !c.is_ascii_digit());
        let (right_text, right_rest) = split(right, |c| !c.is_ascii_digit());
        let (left_number, left_tail) = split(left_rest, |c| c.is_ascii_digit());
        let (right_number, right_tail) = split(right_rest, |c| c.is_ascii_digit());
        let order =
            compare_text(left_text, right_text).then_with(|| compare_number(left_number, right_number));
        if order.is_ne() {
            return order;
        }
        (left, right) = (left_tail, right_tail);
    }
    Ordering::Equal
}

fn split(text: &str, wanted: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !wanted(c)).unwrap_or(text.len()))
}

/// `~` sorts before the end, the end before letters, letters before everything else.
fn compare_text(left: &str, right: &str) -> Ordering {
    let weight = |byte: Option<u8>| match byte {
        Some(b'~') => -1,
        None => 0,
        Some(byte) if byte.is_ascii_alphabetic() => i32::from(byte),
        Some(byte) => i32::from(byte) + 256,
    };
    (0..left.len().max(right.len()))
        .map(|at| weight(left.as_bytes().get(at).copied()).cmp(&weight(right.as_bytes().get(at).copied())))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn compare_number(left: &str, right: &str) -> Ordering {
    let (left, right) = (left.trim_start_matches('0'), right.trim_start_matches('0'));
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Versions from old to new; every pair is compared.
    const ASCENDING: [&str; 12] = [
        "1.0~rc1-1",
        "1.0-1",
        "1.0-1+b1",
        "1.0+dfsg-1",
        "5.10.251-5",
        "5.10.257-1",
        "6.12.115-1",
        "6.12.115-2",
        "6.12.117-1~deb12u1",
        "6.12.117-1",
        "7.3.4-1~bpo13+1",
        "1:0.1",
    ];

    #[test]
    fn orders_as_dpkg_does() {
        for (i, left) in ASCENDING.iter().enumerate() {
            for (j, right) in ASCENDING.iter().enumerate() {
                assert_eq!(compare(left, right), i.cmp(&j), "{left} against {right}");
                let said = duct::cmd!("dpkg", "--compare-versions", left, "lt", right).unchecked().run();
                assert_eq!(said.expect("dpkg runs").status.success(), i < j, "dpkg: {left} lt {right}");
            }
        }
    }
}
