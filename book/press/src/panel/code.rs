//! Source, bytecode, translated code and machine code, side by side, a tab for each kernel.

use super::{recordings, slug, tabs};
use crate::course::{Course, Lab};
use crate::expand::escape_html;
use crate::finding::Fault;
use crate::see::recording::{Recording, Row};

/// Which processor a listing is for: BPF counts instructions, x86-64 bytes.
#[derive(Clone, Copy)]
enum Code {
    Bpf,
    Machine,
}

/// The panel of one program.
///
/// # Errors
/// If there is no recording of it.
pub fn code(course: &Course, lab: &Lab, subject: &str) -> Result<String, Fault> {
    let all = recordings(course, lab, subject)?;
    let panes: Vec<(String, String)> =
        all.iter().map(|(kernel, recording)| (kernel.clone(), pane(kernel, recording))).collect();
    let name = escape_html(subject);
    let id = format!("code-{}-{}", lab.id, slug(subject));
    Ok(format!(
        "\n\n<figure class=\"code-panel\" aria-label=\"The program {name}, from source to machine code\">\n{}\
         <figcaption>The program <code>{name}</code>, from source to machine code. Point at a row, or choose one with \
         the arrow keys: the rows of the same line are marked in all tables.</figcaption>\n</figure>\n\n",
        tabs(&id, "Kernel", &panes),
    ))
}

fn pane(kernel: &str, recording: &Recording) -> String {
    let mut out =
        format!("<p class=\"release\">Linux {kernel}, release {}</p>\n", escape_html(&recording.release));
    if let Some(why) = &recording.refused {
        out += &format!("<p class=\"refused\">The verifier refuses it: {}</p>\n", escape_html(why));
    }
    out += "<div class=\"code-grid\">\n";
    out += &source(recording);
    out += &table("Bytecode", "What the compiler made of it.", &recording.bytecode, Code::Bpf);
    if recording.refused.is_none() {
        out += &table("Translated", "What the verifier made of that.", &recording.translated, Code::Bpf);
        out += &table(
            "Machine code",
            "What the JIT compiler made of that, for x86-64.",
            &recording.machine,
            Code::Machine,
        );
    }
    out + "</div>\n"
}

fn source(recording: &Recording) -> String {
    let mut out = begin("Source", "The lines that have code.", &["Line", "Text"]);
    for (line, text) in &recording.source {
        out += &format!(
            "<tr data-line=\"{line}\"><td>{line}</td><td><code>{}</code></td></tr>\n",
            escape_html(text)
        );
    }
    out + "</tbody></table></div>\n"
}

fn table(title: &str, what: &str, rows: &[Row], code: Code) -> String {
    let place = match code {
        Code::Bpf => "No.",
        Code::Machine => "Offset",
    };
    let mut out = begin(title, what, &[place, "Bytes", "Text"]);
    for row in rows {
        let line = row.line.map(|line| format!(" data-line=\"{line}\"")).unwrap_or_default();
        let at = match code {
            Code::Bpf => row.at.to_string(),
            Code::Machine => format!("{:#x}", row.at),
        };
        out += &format!(
            "<tr{line}><td>{at}</td><td><code>{}</code></td><td><code>{}</code></td></tr>\n",
            row.bytes,
            escape_html(&row.text)
        );
    }
    out + "</tbody></table></div>\n"
}

fn begin(title: &str, what: &str, columns: &[&str]) -> String {
    let heads: String = columns.iter().map(|column| format!("<th scope=\"col\">{column}</th>")).collect();
    format!(
        "<div class=\"code-pane\" tabindex=\"0\" role=\"region\" aria-label=\"{title}\"><table><caption>{title} <span>{what}</span></caption>\
         <thead><tr>{heads}</tr></thead><tbody>\n"
    )
}
