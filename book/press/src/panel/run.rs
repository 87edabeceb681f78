//! A program's run, instruction by instruction: registers, stack and maps, forwards and back. It ends as in the kernels,
//! or there is no panel.

use std::collections::BTreeSet;

use super::recordings;
use crate::course::{Course, Lab};
use crate::expand::escape_html;
use crate::finding::Fault;
use crate::see::recording::Recording;
use crate::trace::{Step, Trace, trace};

/// The panel of one program.
///
/// # Errors
/// If there is no recording of a run, or the run does not end as the kernel's did.
pub fn run(course: &Course, lab: &Lab, subject: &str) -> Result<String, Fault> {
    let all = recordings(course, lab, subject)?;
    let mut shown: Option<(Trace, &Recording, u32)> = None;
    let mut kernels = Vec::new();
    for (kernel, recording) in &all {
        let Some(run) = &recording.run else { continue };
        let traced = trace(run, &run.program(&recording.bytecode)).map_err(|why| Fault {
            what: format!("`{subject}` of `{}` cannot be stepped through as Linux {kernel} ran it", lab.id),
            why,
            hint: "show a program whose run is the same each time, or teach `book/press/src/trace/` the rest"
                .to_owned(),
        })?;
        if shown.as_ref().is_some_and(|(first, ..)| *first != traced) {
            return Err(Fault {
                what: format!(
                    "`{subject}` of `{}` takes another way on Linux {kernel} than on older kernels",
                    lab.id
                ),
                why: "the panel shows one run for all kernels".to_owned(),
                hint: "show a program that does the same on all kernels".to_owned(),
            });
        }
        kernels.push(kernel.as_str());
        shown = Some((traced, recording, run.returned));
    }
    let (traced, recording, returned) = shown.ok_or_else(|| Fault {
        what: format!("no kernel has run `{subject}` of `{}`", lab.id),
        why: "`BPF_PROG_TEST_RUN` is not for its type, or the recordings are older than this panel"
            .to_owned(),
        hint: format!("record it anew: `cargo runner dev see {} {subject}`", lab.id),
    })?;
    Ok(figure(subject, &traced, recording, returned, &kernels))
}

fn figure(subject: &str, traced: &Trace, recording: &Recording, returned: u32, kernels: &[&str]) -> String {
    let name = escape_html(subject);
    let mut rows = String::new();
    let mut line = None;
    for step in &traced.steps {
        let found = recording.bytecode.iter().find(|row| row.at == step.at);
        let text = found.map_or("", |row| row.text.as_str());
        let own = found.and_then(|row| row.line);
        let source = recording.source.iter().find(|(number, _)| Some(*number) == own && own != line);
        line = own;
        rows += &row(step, text, source);
    }
    format!(
        "\n\n<figure class=\"steps-panel run-panel\" aria-label=\"A run of {name}, step by step\">\n\
         <div class=\"stepper\"><table><thead><tr><th scope=\"col\">No.</th>\
         <th scope=\"col\">Instruction</th><th scope=\"col\">What it changes</th></tr></thead><tbody>\n{rows}</tbody></table>\n\
         {}</div>\n\
         <p>{}</p>\n<figcaption>A run of <code>{name}</code> on a packet of 64 zero bytes. Step with the buttons, or with \
         the arrow keys. Bytes are in the order of memory; <code>..</code> is one that nobody has written.</figcaption>\n\
         </figure>\n\n",
        cells(traced),
        end(traced, returned, kernels),
    )
}

fn row(step: &Step, text: &str, source: Option<&(u32, String)>) -> String {
    let source =
        source.map(|(number, text)| format!(" data-source=\"line {number}: {}\"", escape_html(text.trim())));
    let changes: Vec<String> =
        step.changes.iter().map(|(name, text)| escape_html(&format!("{name} = {text}"))).collect();
    let (number, instruction) = match step.count {
        1 => (step.at.to_string(), format!("<code>{}</code>", escape_html(text))),
        count => ("…".to_owned(), format!("<em>{count} instructions, together</em>")),
    };
    format!(
        "<tr{}><td>{number}</td><td>{instruction}</td><td>{}</td></tr>\n",
        source.unwrap_or_default(),
        changes.join("; ")
    )
}

/// A cell for everything that ever changes, in groups: the script fills them, one step at a time.
fn cells(traced: &Trace) -> String {
    let changed = traced.steps.iter().flat_map(|step| &step.changes).map(|(name, _)| name.as_str());
    let memory: BTreeSet<&str> = changed.filter(|name| !is_register(name)).collect();
    let registers: Vec<String> = (0..=10).map(|number| format!("r{number}")).collect();
    let (mut stack, other): (Vec<&str>, Vec<&str>) =
        memory.into_iter().partition(|name| name.contains("fp-"));
    stack.sort_by_key(|name| depth(name));
    let groups = [
        ("Registers", registers.iter().map(String::as_str).collect()),
        ("Stack", stack),
        ("Maps and packet", other),
    ];
    let mut out = String::from("<div class=\"machine\">\n");
    for (title, names) in groups {
        if names.is_empty() {
            continue;
        }
        out += &format!("<div class=\"cells\"><p>{title}</p>\n");
        for name in names {
            let first = match name {
                "r1" => " data-first=\"context\"",
                "r10" => " data-first=\"fp-0\"",
                _ => "",
            };
            let name = escape_html(name);
            out += &format!("<div data-name=\"{name}\"{first}><code>{name}</code><code></code></div>\n");
        }
        out += "</div>\n";
    }
    out + "</div>\n"
}

/// The frame of a slot, and how far it is from the frame's end.
fn depth(name: &str) -> (&str, u32) {
    let (frame, offset) = name.split_once("fp-").unwrap_or((name, ""));
    (frame, offset.parse().unwrap_or(0))
}

fn is_register(name: &str) -> bool {
    name.strip_prefix('r').is_some_and(|number| number.parse::<u8>().is_ok())
}

fn end(traced: &Trace, returned: u32, kernels: &[&str]) -> String {
    let kernels = match kernels {
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
        [] => String::new(),
    };
    format!(
        "The run takes {} instructions and ends with R0 = {returned}: Linux {kernels} returned the same.",
        traced.count
    )
}
