//! The verifier's way through a program, step by step, with what it learned in words.

use super::{recordings, slug, tabs};
use crate::course::{Course, Lab};
use crate::expand::escape_html;
use crate::finding::Fault;
use crate::see::recording::Recording;

/// The panel of one program.
///
/// # Errors
/// If there is no recording of it.
pub fn verifier(course: &Course, lab: &Lab, subject: &str) -> Result<String, Fault> {
    let all = recordings(course, lab, subject)?;
    let panes: Vec<(String, String)> =
        all.iter().map(|(kernel, recording)| (kernel.clone(), pane(kernel, recording))).collect();
    let name = escape_html(subject);
    let id = format!("verifier-{}-{}", lab.id, slug(subject));
    Ok(format!(
        "\n\n<figure class=\"steps-panel\" aria-label=\"The verifier's way through {name}\">\n{}\
         <figcaption>How the verifier walks through <code>{name}</code>, and what it knows of the registers after each \
         step. Step with the buttons, or with the arrow keys.</figcaption>\n</figure>\n\n",
        tabs(&id, "Kernel", &panes),
    ))
}

fn pane(kernel: &str, recording: &Recording) -> String {
    let mut out =
        format!("<p class=\"release\">Linux {kernel}, release {}</p>\n", escape_html(&recording.release));
    out += "<div class=\"stepper\" data-names=\"what is known\">\
            <table><thead><tr><th scope=\"col\">No.</th><th scope=\"col\">Instruction</th><th scope=\"col\">The verifier learns</th></tr></thead><tbody>\n";
    for step in &recording.verifier {
        let back = step
            .back_from
            .map(|jump| format!("<span class=\"back\">back to the other way of jump {jump}: </span>"));
        let learned: Vec<String> = step.learned.iter().map(|words| escape_html(words)).collect();
        out += &format!(
            "<tr{}><td>{}</td><td><code>{}</code></td><td>{}{}</td></tr>\n",
            if step.back_from.is_some() { " data-reset" } else { "" },
            step.at,
            escape_html(&step.text),
            back.unwrap_or_default(),
            learned.join("; ")
        );
    }
    out += "</tbody></table></div>\n";
    out += &match (&recording.refused, recording.left_out) {
        (Some(why), _) => {
            format!("<p class=\"refused\">Here it stops and refuses the program: {}</p>\n", escape_html(why))
        }
        (None, 0) => "<p>It has seen every way to the end, and accepts the program.</p>\n".to_owned(),
        (None, more) => format!("<p>It takes {more} more steps, and accepts the program.</p>\n"),
    };
    out
}
