//! The name of a lab to come: is it one, and is its number free?
//!
//! Ids never change, so a number is taken for ever. No file is touched here.

use std::fmt::{self, Display};

use crate::catalog::Catalog;

/// A name that fits: `lab-04-guard`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name(String);

/// Why a name cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NameError {
    /// Another form.
    #[error(
        "`{typed}` is no name for a lab: {why}\nhint: a lab is called `lab-NN-topic`, for example `{example}`"
    )]
    Form {
        /// What was typed.
        typed: String,
        /// Which part is wrong.
        why: &'static str,
        /// A name that can be used.
        example: String,
    },
    /// A number that another lab has.
    #[error(
        "the number of `{typed}` is taken: by `{owner}`\nhint: ids never change; take a free one, for example `{example}`"
    )]
    Taken {
        /// What was typed.
        typed: String,
        /// The lab that has the number.
        owner: String,
        /// A name that can be used.
        example: String,
    },
}

impl Name {
    /// Checks what was typed against the form and the labs that there are.
    ///
    /// # Errors
    /// [`NameError`], with a name that can be used.
    pub(super) fn parse(typed: &str, catalog: &Catalog) -> Result<Self, NameError> {
        let taken: Vec<&str> = catalog.labs().iter().map(|lab| lab.id.as_str()).collect();
        let topic = split(typed).map_or(typed, |(_, topic)| topic);
        let topic = if topic_fits(topic) && !topic.starts_with("lab") { topic } else { "topic" };
        let example = || format!("lab-{:02}-{topic}", next_free(&taken));
        if let Err(why) = form(typed) {
            return Err(NameError::Form { typed: typed.to_owned(), why, example: example() });
        }
        let name = Self(typed.to_owned());
        match catalog.labs().iter().find(|lab| lab.id == name.id()) {
            None => Ok(name),
            Some(lab) => {
                Err(NameError::Taken { typed: typed.to_owned(), owner: lab.name.clone(), example: example() })
            }
        }
    }

    /// `lab-04`.
    pub(super) fn id(&self) -> &str {
        &self.0[.."lab-NN".len()]
    }

    /// `04`.
    pub(super) fn number(&self) -> &str {
        &self.0["lab-".len().."lab-NN".len()]
    }
}

impl Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Number and topic.
fn split(typed: &str) -> Option<(&str, &str)> {
    typed.strip_prefix("lab-")?.split_once('-')
}

fn form(typed: &str) -> Result<(), &'static str> {
    let Some((number, topic)) = split(typed) else {
        return Err("it does not have the three parts `lab`, number and topic");
    };
    if number.len() != 2 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("its number does not have two digits");
    }
    if !topic_fits(topic) {
        return Err("its topic is not made of small letters, digits and single hyphens between them");
    }
    Ok(())
}

fn topic_fits(topic: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    topic.split('-').all(word)
}

/// The number after the highest one: a gap may be meant.
fn next_free(taken: &[&str]) -> u32 {
    let numbers = taken.iter().filter_map(|id| id.strip_prefix("lab-")?.parse::<u32>().ok());
    numbers.max().map_or(0, |highest| highest + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use std::fs;

    /// A catalog with `lab-00-tour` and `lab-07-verifier`.
    fn catalog() -> Catalog {
        let root = tempfile::tempdir().expect("a temporary folder");
        for lab in ["lab-00-tour", "lab-07-verifier"] {
            let source = root.path().join("labs").join(lab).join("src");
            fs::create_dir_all(&source).expect("the folder");
            fs::write(source.join("exercise.rs"), "").expect("the exercise");
            fs::write(source.join("solution.rs"), "").expect("the solution");
            let manifest = concat!(
                "title = \"t\"\nsummary = \"s\"\nminutes = 1\nexercise = \"Differs\"\nhints = [\"a\", \"b\", \"c\"]\n",
                "[[check]]\nname = \"c\"\nwhat = \"w\"\npoints = 1\n"
            );
            fs::write(root.path().join("labs").join(lab).join("lab.toml"), manifest).expect("the manifest");
        }
        Catalog::discover(root.path(), &["6.1".into()]).expect("a catalog")
    }

    #[rstest]
    #[case::no_number("guard")]
    #[case::no_topic("lab-08")]
    #[case::empty_topic("lab-08-")]
    #[case::one_digit("lab-8-guard")]
    #[case::letters_for_number("lab-xx-guard")]
    #[case::capital("lab-08-Guard")]
    #[case::two_hyphens("lab-08-a--b")]
    #[case::path("lab-08-../x")]
    #[case::taken("lab-07-guard")]
    #[case::itself("lab-07-verifier")]
    fn a_name_that_cannot_be_used_says_why(#[case] typed: &str) {
        let error = Name::parse(typed, &catalog()).expect_err("not usable");
        let case = typed.replace(['/', '.'], "_");
        insta::assert_snapshot!(format!("new_name_{case}"), error.to_string());
    }

    #[test]
    fn a_good_name_knows_its_parts() {
        let name = Name::parse("lab-08-tail-calls2", &catalog()).expect("usable");
        assert_eq!((name.id(), name.number()), ("lab-08", "08"));
        assert_eq!(name.to_string(), "lab-08-tail-calls2");
    }
}
