//! Several labs by what a person types: names, beginnings, and ranges such as `1-3` or `lab-01..lab-03`.

use super::{Catalog, CatalogError, Lab};

impl Catalog {
    /// The labs that these words mean, each once, in the order in which they were named.
    ///
    /// # Errors
    /// As [`Catalog::find`], and [`CatalogError::BackwardRange`].
    pub fn select(&self, words: &[String]) -> Result<Vec<&Lab>, CatalogError> {
        let mut labs: Vec<&Lab> = Vec::new();
        for word in words {
            let meant = match ends(word) {
                Some((first, last)) => self.between(word, first, last)?,
                None => vec![self.find(word)?],
            };
            for lab in meant {
                if !labs.contains(&lab) {
                    labs.push(lab);
                }
            }
        }
        Ok(labs)
    }

    /// The labs from one to another, both included.
    fn between(&self, word: &str, first: &str, last: &str) -> Result<Vec<&Lab>, CatalogError> {
        let (first, last) = (self.find(first)?, self.find(last)?);
        if first.name > last.name {
            return Err(CatalogError::BackwardRange {
                range: word.to_owned(),
                first: first.id.clone(),
                last: last.id.clone(),
            });
        }
        let inside = |lab: &&Lab| (first.name.as_str()..=last.name.as_str()).contains(&lab.name.as_str());
        Ok(self.labs().iter().filter(inside).collect())
    }
}

/// The two ends of a range. A `-` alone joins only numbers: names have some of their own.
fn ends(word: &str) -> Option<(&str, &str)> {
    if let Some((first, last)) = word.split_once("..") {
        return Some((first, last.trim_start_matches(['.', '='])));
    }
    let numbers = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    word.split_once('-').filter(|(first, last)| numbers(first) && numbers(last))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::samples::{Course, MANIFEST};

    fn selected(words: &[&str]) -> String {
        let course = Course::new().lab("lab-02-maps", MANIFEST).lab("lab-10-net", MANIFEST);
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        match course.catalog().select(&words) {
            Ok(labs) => labs.iter().map(|lab| lab.id.as_str()).collect::<Vec<_>>().join(" "),
            Err(error) => error.to_string().lines().next().unwrap_or_default().to_owned(),
        }
    }

    #[rstest]
    #[case::one(&["2"], "lab-02")]
    #[case::numbers(&["1-2"], "lab-01 lab-02")]
    #[case::numbers_over_a_gap(&["2-10"], "lab-02 lab-10")]
    #[case::ids(&["lab-01..lab-02"], "lab-01 lab-02")]
    #[case::names(&["lab-01-hello..=maps"], "lab-01 lab-02")]
    #[case::each_once(&["10", "1-10"], "lab-10 lab-01 lab-02")]
    #[case::one_name_is_no_range(&["lab-02-maps"], "lab-02")]
    #[case::backward(&["2-1"], "`2-1` runs backward: `lab-02` comes after `lab-01`")]
    #[case::unknown(&["1-7"], "there is no lab `7`: the labs are `lab-01-hello`, `lab-02-maps`, `lab-10-net`")]
    #[case::open(&["1.."], "there is no lab ``: the labs are `lab-01-hello`, `lab-02-maps`, `lab-10-net`")]
    fn what_words_mean(#[case] words: &[&str], #[case] expected: &str) {
        assert_eq!(selected(words), expected);
    }
}
