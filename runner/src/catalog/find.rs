//! Finding a lab by what a person types: `lab-01`, `lab-01-hello`, `01`, `1`, its topic, or any beginning.
//!
//! It does not guess: what fits two labs is an error that names both.

use super::{Catalog, CatalogError, Lab};

impl Catalog {
    /// The one lab that a name or a beginning of it means.
    ///
    /// # Errors
    /// [`CatalogError::UnknownLab`] and [`CatalogError::AmbiguousLab`] list the right names.
    pub fn find(&self, name: &str) -> Result<&Lab, CatalogError> {
        let name = name.trim_end_matches('/');
        let exact = |lab: &&Lab| lab.id == name || lab.name == name || number_fits(lab, name);
        if let Some(lab) = self.labs().iter().find(exact) {
            return Ok(lab);
        }
        let topic = |lab: &Lab| {
            lab.name.strip_prefix(&lab.id).is_some_and(|rest| rest.trim_start_matches('-') == name)
        };
        let fits = |lab: &&Lab| !name.is_empty() && (lab.name.starts_with(name) || topic(lab));
        let found: Vec<&Lab> = self.labs().iter().filter(fits).collect();
        match found.as_slice() {
            [lab] => Ok(lab),
            [] => Err(self.unknown_lab(name)),
            several => Err(CatalogError::AmbiguousLab {
                name: name.to_owned(),
                fitting: several.iter().map(|lab| lab.name.clone()).collect(),
            }),
        }
    }

    fn unknown_lab(&self, name: &str) -> CatalogError {
        let names: Vec<String> = self.labs().iter().map(|lab| lab.name.clone()).collect();
        CatalogError::UnknownLab { name: name.to_owned(), near: near(name, &names), known: names }
    }
}

/// `1`, `01` and `lab-1` mean `lab-01`.
fn number_fits(lab: &Lab, name: &str) -> bool {
    let number = |text: &str| text.parse::<u32>().ok();
    let of_lab = lab.id.strip_prefix("lab-").and_then(number);
    of_lab.is_some() && of_lab == number(name.strip_prefix("lab-").unwrap_or(name))
}

/// The known name most like a wrong one, if any is.
pub(super) fn near(wrong: &str, known: &[String]) -> Option<String> {
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    similar::get_close_matches(wrong, &known, 1, 0.6).first().map(|name| (*name).to_owned())
}
