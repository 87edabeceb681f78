//! `runner kernels`: what is in the cache, fetching, tidying.

use std::io::{self, Write};

use anyhow::Result;
use vm::store::Listing;

use super::{PASSED, session::Session};
use crate::{
    cli::KernelsCommand,
    setup::{self, Network, Talk},
    usage::WrongUsage,
};

/// Carries out a kernels command.
///
/// # Errors
/// When a kernel cannot be fetched or the cache cannot be tidied.
pub(super) fn kernels(command: &KernelsCommand) -> Result<u8> {
    let session = Session::open()?;
    let store = |network| setup::store(&session.paths, &session.config, network);
    let mut out = io::stdout().lock();
    match command {
        KernelsCommand::List => {
            for listing in store(Network::Offline).list() {
                writeln!(out, "{}", line(&listing))?;
            }
        }
        KernelsCommand::Fetch { series, offline } => {
            let network = if *offline { Network::Offline } else { Network::Allowed };
            let store = store(network);
            let names: Vec<String> = match series.as_slice() {
                [] => session.catalog.kernels().to_vec(),
                some => some.to_vec(),
            };
            // All names are looked at before the first download begins.
            for name in series {
                if name.contains('/') {
                    return Err(WrongUsage::new("not-in-the-matrix", format!("`{name}` is a path, and only kernels of the matrix are fetched\nhint: use it as it is: `cargo runner check LAB --kernel {name}`")).into());
                }
            }
            session.catalog.select_kernels(series)?;
            let known = names.iter().map(|name| store.find(name)).collect::<Result<Vec<_>, _>>()?;
            let talk = Talk::on_stderr();
            for series in known {
                setup::fetch(&store, &series.name, &session.modules(), &talk)?;
            }
            for listing in store.list() {
                writeln!(out, "{}", line(&listing))?;
            }
        }
        KernelsCommand::Gc => {
            let kernels = store(Network::Offline).gc()?;
            let checkpoints = vm::checkpoint::gc(&session.paths.checkpoints())?;
            writeln!(out, "freed {} MB of kernels and {} MB of checkpoints", mb(kernels), mb(checkpoints))?;
            writeln!(out, "checkpoints that are still needed are made again by the next check")?;
        }
    }
    Ok(PASSED)
}

fn line(listing: &Listing) -> String {
    let series = listing.series;
    match &listing.entry {
        Some(entry) => format!("{:6} {:32} {:4} MB", series.name, entry.release, mb(listing.disk)),
        None => format!("{:6} {:32} about {} MB to download", series.name, "not fetched", series.download_mb),
    }
}

/// Megabytes of 10^6 bytes, rounded up.
fn mb(bytes: u64) -> u64 {
    bytes.div_ceil(1_000_000)
}
