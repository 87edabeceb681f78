//! The command line: what may be typed.
//!
//! It does not act; `main` does.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Builds the eBPF workbook's book. Without a command it speaks mdBook's preprocessor protocol on standard input.
#[derive(Debug, Parser)]
#[command(name = "book-press", version, args_conflicts_with_subcommands = false)]
pub struct Arguments {
    /// The course's root; by default the nearest folder upwards that holds `book/book.toml`
    #[arg(long, global = true, value_name = "DIR")]
    pub root: Option<PathBuf>,
    /// What to do
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check the book and write it as HTML
    Build {
        /// Where to; by default `book/build`
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Show the book on this machine, and build it again when a file changes
    Serve {
        /// The port; 0 takes a free one
        #[arg(long, default_value_t = 0)]
        port: u16,
    },
    /// Check the book, and compile and run its host snippets
    Test,
    /// Make the recordings in `labs/*/seen/` from what kernels answered: `runner dev see` calls this
    See {
        /// The folder with the raw answers
        #[arg(long, value_name = "DIR")]
        from: PathBuf,
        /// Write nothing: say which recordings are not current (exit code 1)
        #[arg(long)]
        check: bool,
    },
    /// mdBook asks: is this renderer supported? (exit code 0: yes, 1: no)
    Supports {
        /// The renderer's name
        renderer: String,
    },
}
