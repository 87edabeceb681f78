//! The exact commands that a person would type instead of letting set-up do it. They are not run here.

use vm::apt::{ExtraSource, system};

use super::{Facts, Plan, Rights, packages};

/// The commands that install system packages, as root.
pub(super) fn for_packages(facts: &Facts, names: &[String]) -> Vec<String> {
    let source = packages::extra_source(facts, names);
    apt(source.as_ref(), names).iter().map(|words| shell(words)).collect()
}

/// The commands that do the same as a plan: packages with the user's rights, then the rest, which
/// needs none and lies in the cache.
pub(super) fn for_plan(facts: &Facts, plan: &Plan) -> Vec<String> {
    let mut commands = Vec::new();
    let names = plan.packages();
    if !names.is_empty() {
        // sudo clears the environment: without this a package may ask questions that nobody is there to answer.
        let prefix = match facts.rights {
            Rights::Sudo => "sudo env DEBIAN_FRONTEND=noninteractive ",
            _ => "",
        };
        commands.extend(for_packages(facts, &names).iter().map(|command| format!("{prefix}{command}")));
    }
    let own = plan.steps().len() > usize::from(!names.is_empty());
    if own {
        commands.push("cargo runner doctor --fix --yes".to_owned());
    }
    commands
}

fn apt(source: Option<&ExtraSource>, names: &[String]) -> [Vec<String>; 2] {
    [system::update_arguments(source), system::install_arguments(names, source)]
}

/// Words as a shell would take them apart again.
fn shell(words: &[String]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=/.:+,@%".contains(c);
    let quoted = words.iter().map(|word| {
        if !word.is_empty() && word.chars().all(plain) {
            word.clone()
        } else {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_the_shell() {
        let words = ["apt-get", "-o", "Dir=/a b/c", "it's", "x=y"].map(ToOwned::to_owned);
        assert_eq!(shell(&words), r"apt-get -o 'Dir=/a b/c' 'it'\''s' x=y");
    }
}
