//! A program's run, step by step, from a snapshot whose lines are `NUMBER: INSTRUCTION  ->  CHANGES`.
//!
//! The snapshot is what the reference solution observed, and the lab compares its end with the kernel's result.

use crate::course::{Course, Lab};
use crate::expand::escape_html;
use crate::finding::Fault;
use crate::snapshot;

/// The panel of one check's snapshot.
///
/// # Errors
/// If there is no such snapshot, or no step in it.
pub fn steps(course: &Course, lab: &Lab, check: &str) -> Result<String, Fault> {
    let text = snapshot::text(course, lab, check, None)?;
    let mut rows = String::new();
    let mut rest = Vec::new();
    for line in text.lines() {
        match step(line) {
            Some((at, instruction, changes)) => {
                rows += &format!(
                    "<tr><td>{at}</td><td><code>{}</code></td><td>{}</td></tr>\n",
                    escape_html(instruction),
                    escape_html(&changes.replace(", ", "; "))
                );
            }
            None => rest.push(escape_html(line)),
        }
    }
    if rows.is_empty() {
        return Err(Fault {
            what: format!("the snapshot `{check}` of `{}` has no steps", lab.id),
            why: "none of its lines is `NUMBER: INSTRUCTION  ->  CHANGES`".to_owned(),
            hint: "name the check that observes a program's steps".to_owned(),
        });
    }
    Ok(format!(
        "\n\n<figure class=\"steps-panel\" aria-label=\"A program's run, step by step\">\n\
         <div class=\"stepper\" data-names=\"registers and stack\"><table><thead><tr><th scope=\"col\">No.</th>\
         <th scope=\"col\">Instruction</th><th scope=\"col\">What it changes</th></tr></thead><tbody>\n{rows}</tbody></table></div>\n\
         <p>{}</p>\n<figcaption>The run of the lab's own program. Step with the buttons, or with the arrow keys.</figcaption>\n\
         </figure>\n\n",
        rest.join("<br>")
    ))
}

/// `5: r1 = 10  ->  r1 = 10` in three.
fn step(line: &str) -> Option<(u32, &str, &str)> {
    let (at, rest) = line.trim().split_once(": ")?;
    let (instruction, changes) = rest.split_once("  ->  ").unwrap_or((rest, ""));
    Some((at.parse().ok()?, instruction, changes))
}

#[cfg(test)]
mod tests {
    use super::step;

    #[test]
    fn a_step_has_a_number() {
        assert_eq!(step("5: r1 = 10  ->  r1 = 10"), Some((5, "r1 = 10", "r1 = 10")));
        assert_eq!(step("16: if r5 >= r2 goto pc+15"), Some((16, "if r5 >= r2 goto pc+15", "")));
        assert_eq!(step("the end: r0 is 9"), None);
    }
}
