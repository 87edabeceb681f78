//! The eBPF workbook's command line, as a library with a tiny `main`.
//!
//! Data flows one way: cli → catalog → plan → build → vm → transcript → judge → report.

pub mod build;
pub mod catalog;
pub mod cli;
pub mod commands;
pub mod config;
pub mod cost;
pub mod dev;
pub mod explain;
pub mod interrupt;
pub mod judge;
pub mod loads;
pub mod paths;
pub mod plan;
pub mod progress;
pub mod report;
pub mod run;
pub mod setup;
pub mod snapshot;
pub mod transcript;
pub mod usage;
pub mod watch;
pub mod workspace;
