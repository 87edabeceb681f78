//! `serve`: the built book over HTTP on the loopback, built again when a file changes.
//!
//! It listens on 127.0.0.1 only, and it never replaces a good book by a broken one.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use tiny_http::{Header, Request, Response, Server};

use crate::finding;
use crate::press::{self, Failure};
use crate::watch;

/// How often files are looked at, and so the longest wait for anything.
const TICK: Duration = Duration::from_millis(400);
/// Answers with the number of the build, for the script below.
const VERSION: &str = "/__press/version";
/// Added to every page that is served (never to one that is built): loads the page again after a build.
const RELOAD: &str = "<script>(function () { let seen; setInterval(function () { fetch('/__press/version')\
    .then(function (r) { return r.text(); }).then(function (v) { if (seen !== undefined && v !== seen) location.reload(); \
    seen = v; }).catch(function () {}); }, 800); })();</script>";

/// Serves the book until the process is ended.
///
/// # Errors
/// If the port cannot be had. A wrong book is shown on stderr and waited on.
pub fn serve(root: &Path, port: u16) -> Result<()> {
    let server = Server::http(("127.0.0.1", port)).map_err(|error| {
        anyhow!("port {port} cannot be had\n  why: {error}\nhint: `--port 0` takes a free one")
    })?;
    let address = server.server_addr();
    let folder = served_folder(root);
    let mut version = 0_u64;
    let mut built = None;
    println!("http://{address}/");
    io::stdout().flush().context("standard output is closed")?;
    loop {
        let now = watch::state(root);
        if built != Some(now) {
            built = Some(now);
            version += u64::from(rebuild(root, &folder));
        }
        if let Some(request) = server.recv_timeout(TICK).context("the port is gone")? {
            let folder = folder.clone();
            // A reader that stalls holds up its own thread only.
            thread::spawn(move || answer(request, &folder, version));
        }
    }
}

/// Where the served book lies, apart from the one that `build` writes.
fn served_folder(root: &Path) -> PathBuf {
    root.join("target/book-serve")
}

/// Builds; `true` if there is a new book.
fn rebuild(root: &Path, folder: &Path) -> bool {
    match press::build(root, Some(folder)) {
        Ok(built) => {
            eprintln!("built {} pages", built.pages);
            true
        }
        Err(Failure::Findings(findings)) => {
            eprintln!("{}\n", finding::listing(&findings));
            false
        }
        Err(Failure::Other(error)) => {
            eprintln!("error: {error:#}\n");
            false
        }
    }
}

/// Answers one request. A reader that went away is no fault of ours, so its error is dropped.
fn answer(request: Request, folder: &Path, version: u64) {
    let path = request.url().split(['?', '#']).next().unwrap_or_default().to_owned();
    let _ = match page(&path, folder, version) {
        Some((body, kind)) => {
            let response = Response::from_data(body);
            match Header::from_bytes("Content-Type", kind) {
                Ok(header) => request.respond(response.with_header(header)),
                Err(()) => request.respond(response),
            }
        }
        None => request.respond(Response::from_string("not found").with_status_code(404)),
    };
}

/// What stands at `path`, and its type; `None` if nothing does.
fn page(path: &str, folder: &Path, version: u64) -> Option<(Vec<u8>, &'static str)> {
    if path == VERSION {
        return Some((version.to_string().into_bytes(), "text/plain"));
    }
    let relative = if path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    let parts: Vec<&str> = relative.split('/').filter(|part| !part.is_empty()).collect();
    if parts.iter().any(|part| *part == ".." || part.contains('\\')) {
        return None;
    }
    let file = parts.iter().fold(folder.to_owned(), |file, part| file.join(part));
    let mut body = fs::read(&file).ok()?;
    let kind = content_type(&file);
    if kind.starts_with("text/html") {
        body.extend_from_slice(RELOAD.as_bytes());
    }
    Some((body, kind))
}

/// The type of a file of a book, by its extension.
fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_found_and_nothing_outside_the_folder() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("book");
        fs::create_dir(&folder).unwrap();
        fs::write(outer.path().join("secret.txt"), "s").unwrap();
        fs::write(folder.join("index.html"), "<p>x</p>").unwrap();
        fs::write(folder.join("a.css"), "p {}").unwrap();
        let (body, kind) = page("/", &folder, 3).unwrap();
        assert!(body.starts_with(b"<p>x</p><script>"));
        assert_eq!(kind, "text/html; charset=utf-8");
        assert_eq!(page("/a.css", &folder, 3).unwrap(), (b"p {}".to_vec(), "text/css"));
        assert_eq!(page(VERSION, &folder, 3).unwrap().0, b"3");
        assert_eq!(page("/../secret.txt", &folder, 3), None);
        assert_eq!(page("//etc/passwd", &folder, 3), None);
        assert_eq!(page("/nothing.html", &folder, 3), None);
    }
}
