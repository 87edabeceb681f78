//! Finds `{{#name arguments}}` in a text.
//!
//! It does not know which names exist, and it does not expand anything.

use std::ops::Range;

/// One `{{#name arguments}}` or `{{/name}}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive<'t> {
    /// The bytes of the text that it takes, with the backslash before it if it is escaped.
    pub range: Range<usize>,
    /// How it begins.
    pub form: Form,
    /// The word after `#` or `/`.
    pub name: &'t str,
    /// What follows the name, without blanks around.
    pub arguments: &'t str,
}

/// How a directive is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `{{#name …}}`
    Open,
    /// `{{/name}}`
    Close,
    /// `\{{#name …}}`: to be shown as it stands, without the backslash.
    Escaped,
    /// `{{#name …` without `}}` on the same line.
    Unfinished,
}

/// Every directive of `text`, in order.
pub fn find_all(text: &str) -> Vec<Directive<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find("{{").map(|at| from + at) {
        let Some(directive) = parse(text, at) else {
            from = at + 2;
            continue;
        };
        from = directive.range.end;
        found.push(directive);
    }
    found
}

/// The directive whose `{{` stands at byte `at`; `None` if what follows is not one.
fn parse(text: &str, at: usize) -> Option<Directive<'_>> {
    let line_end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    let line = &text[at..line_end];
    let inner = line[2..].trim_start();
    let form = match inner.chars().next()? {
        '#' => Form::Open,
        '/' => Form::Close,
        _ => return None,
    };
    let escaped = text[..at].ends_with('\\');
    let start = if escaped { at - 1 } else { at };
    let (body, end, form) = match line.find("}}") {
        Some(close) => (inner[1..].split("}}").next()?, at + close + 2, form),
        None => (&inner[1..], line_end, Form::Unfinished),
    };
    let (name, arguments) = body.trim().split_once(char::is_whitespace).unwrap_or((body.trim(), ""));
    let form = if escaped { Form::Escaped } else { form };
    Some(Directive { range: start..end, form, name, arguments: arguments.trim() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(Form, &str, &str, &str)]) {
        let found = find_all(text);
        let found: Vec<_> =
            found.iter().map(|d| (d.form, d.name, d.arguments, &text[d.range.clone()])).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_name_and_its_arguments() {
        check("a {{#lab lab-01}} b", &[(Form::Open, "lab", "lab-01", "{{#lab lab-01}}")]);
        check("{{# labs }}", &[(Form::Open, "labs", "", "{{# labs }}")]);
        check("{{ #include a.rs:b }}", &[(Form::Open, "include", "a.rs:b", "{{ #include a.rs:b }}")]);
    }

    #[test]
    fn an_opening_and_a_closing_one() {
        let expected = [(Form::Open, "note", "", "{{#note}}"), (Form::Close, "note", "", "{{/note}}")];
        check("{{#note}}\nx {y} {{z}}\n{{/note}}\n", &expected);
    }

    #[test]
    fn an_escaped_one_takes_its_backslash() {
        check(r"see \{{#lab lab-01}}.", &[(Form::Escaped, "lab", "lab-01", r"\{{#lab lab-01}}")]);
    }

    #[test]
    fn one_that_does_not_end_on_its_line() {
        check("{{#lab lab-01\n}}", &[(Form::Unfinished, "lab", "lab-01", "{{#lab lab-01")]);
    }

    #[test]
    fn other_braces_are_none() {
        check("{{ x }} {#id} {{", &[]);
    }
}
