//! The program as a process: exit codes, and a served book that follows its sources.

#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking; clippy exempts only the `#[test]` functions themselves"
)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long anything may take.
const LIMIT: Duration = Duration::from_secs(30);

/// A small good course, without labs.
fn course() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "book/book.toml",
        "[book]\ntitle = \"T\"\n[preprocessor.workbook]\ncommand = \"none\"\nbefore = [\"links\"]\n",
    );
    write("book/src/SUMMARY.md", "# Summary\n\n[Start](README.md)\n");
    write("book/src/README.md", "# Start\n\nfirst text\n");
    write("vm/kernels.toml", "[[series]]\nname = \"6.1\"\n");
    root
}

fn press(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_book-press"));
    command.arg("--root").arg(root).args(arguments).stdin(Stdio::null());
    command
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

#[test]
fn a_good_book_is_built_where_it_is_asked_for() {
    let root = course();
    let out = root.path().join("site");
    let output = press(root.path(), &["build", "--out", out.to_str().unwrap()]).output().unwrap();
    assert_eq!(code(&output), 0, "{output:?}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("1 pages in {}\n", out.display()));
    assert!(fs::read_to_string(out.join("index.html")).unwrap().contains("first text"));
}

#[test]
fn a_wrong_book_is_code_1() {
    let root = course();
    fs::write(root.path().join("book/src/README.md"), "# Start\n\n{{#lab lab-01}}\n").unwrap();
    let output = press(root.path(), &["build"]).output().unwrap();
    assert_eq!(code(&output), 1, "{output:?}");
    insta::assert_snapshot!("wrong_book", String::from_utf8(output.stderr).unwrap());
}

#[test]
fn wrong_usage_is_code_2() {
    let output = press(Path::new("."), &["bild"]).output().unwrap();
    assert_eq!(code(&output), 2, "{output:?}");
}

#[test]
fn a_folder_without_a_course_is_code_3() {
    let empty = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_book-press"));
    let output = command.arg("test").current_dir(empty.path()).output().unwrap();
    assert_eq!(code(&output), 3, "{output:?}");
    let folder = fs::canonicalize(empty.path()).unwrap().display().to_string();
    let text = String::from_utf8(output.stderr).unwrap().replace(&folder, "[FOLDER]");
    insta::assert_snapshot!("no_course", text);
}

#[test]
fn mdbook_learns_which_renderers_are_supported() {
    let supports = |renderer| code(&press(Path::new("."), &["supports", renderer]).output().unwrap());
    assert_eq!((supports("html"), supports("epub")), (0, 1));
}

/// Ends the server with the test, also when the test fails.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The body at `path`.
fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

#[test]
fn a_served_book_follows_its_sources() {
    let root = course();
    let mut command = press(root.path(), &["serve", "--port", "0"]);
    let mut server = Server(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
    assert!(address.starts_with("127.0.0.1:"), "{line}");
    assert!(get(&address, "/").contains("first text"));

    fs::write(root.path().join("book/src/README.md"), "# Start\n\nsecond, longer text\n").unwrap();
    let start = Instant::now();
    while !get(&address, "/").contains("second, longer text") {
        assert!(start.elapsed() < LIMIT, "the edit is not served");
    }
    // A broken book does not take the place of the good one.
    fs::write(root.path().join("book/src/README.md"), "# Start\n\n[x](nowhere.md)\n").unwrap();
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(2) {
        assert!(get(&address, "/").contains("second, longer text"));
    }
}

#[test]
fn a_plain_mdbook_uses_the_program_as_a_command() {
    let root = course();
    let config = format!(
        "[book]\ntitle = \"T\"\n[preprocessor.workbook]\ncommand = '{}'\nbefore = [\"links\"]\n",
        env!("CARGO_BIN_EXE_book-press")
    );
    fs::write(root.path().join("book/book.toml"), config).unwrap();
    fs::write(root.path().join("book/src/README.md"), "# Start\n\nabout {{#course-time}}\n").unwrap();
    mdbook_driver::MDBook::load(root.path().join("book")).unwrap().build().unwrap();
    let html = fs::read_to_string(root.path().join("book/book/index.html")).unwrap();
    assert!(html.contains("about 0 minutes"), "{html}");
}
