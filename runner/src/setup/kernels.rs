//! Asks the kernel store what is there, and has it fetch what is not.

use vm::{
    Kernel, Store,
    apt::Overrides,
    store::{Source, Step, StoreError},
};

use super::{Needs, Network, SetupError, Talk};
use crate::{config::Config, paths::Paths};

/// What the user has set about mirrors.
pub(super) fn overrides(config: &Config) -> Overrides {
    Overrides {
        main: config.mirror.clone(),
        security: config.security_mirror.clone(),
        keyring: config.keyring.clone(),
    }
}

/// The store, for commands that need no set-up.
#[must_use]
pub fn store(paths: &Paths, config: &Config, network: Network) -> Store {
    let source = match network {
        Network::Allowed => Source::System(overrides(config)),
        Network::Offline => Source::Offline,
    };
    Store::open(&paths.cache, source)
}

/// The needed series that are not in the cache, or lack a needed module.
pub(super) fn missing(needs: &Needs, paths: &Paths) -> Result<Vec<String>, SetupError> {
    let store = Store::open(&paths.cache, Source::Offline);
    let mut missing = Vec::new();
    for name in &needs.series {
        let series = store.find(name).map_err(probe)?.name.clone();
        let modules: Vec<&str> = needs.modules.iter().map(String::as_str).collect();
        if store.installed(&series, &modules).map_err(probe)?.is_none() && !missing.contains(&series) {
            missing.push(series);
        }
    }
    Ok(missing)
}

/// The needed kernels, in the order of the needs. All of them must be in the cache.
pub(super) fn ready(needs: &Needs, paths: &Paths) -> Result<Vec<Kernel>, SetupError> {
    let store = Store::open(&paths.cache, Source::Offline);
    let modules: Vec<&str> = needs.modules.iter().map(String::as_str).collect();
    let one = |name: &String| {
        let found = store.installed(name, &modules).map_err(probe)?;
        found.ok_or_else(|| {
            SetupError::Probe(format!("the kernel `{name}` vanished from the cache\nhint: start again"))
        })
    };
    needs.series.iter().map(one).collect()
}

fn probe(error: StoreError) -> SetupError {
    SetupError::Probe(error.to_string())
}

/// Fetches one kernel.
pub fn fetch(store: &Store, series: &str, modules: &[String], talk: &Talk) -> Result<(), SetupError> {
    let bar = talk.bar(&format!("Linux {series}"));
    let modules: Vec<&str> = modules.iter().map(String::as_str).collect();
    let done = store.fetch(series, &modules, &mut |step| match step {
        Step::Locking => bar.percent(0.0, "waiting for other runners"),
        Step::Indexes { .. } => bar.percent(0.0, "reading the indexes"),
        Step::Downloading { package, done, total } => {
            bar.percent(done as f64 * 85.0 / total.max(1) as f64, &format!("downloading {package}"));
        }
        Step::Gone { what } => {
            talk.line(&format!("the mirror lists {what} and does not have it: trying an older one"))
        }
        Step::Unpacking { release } => bar.percent(90.0, &format!("unpacking {release}")),
    });
    match done {
        Ok(_) => {
            bar.done();
            Ok(())
        }
        Err(StoreError::Vm(vm::VmError::Interrupted)) => Err(SetupError::Interrupted),
        Err(error) => {
            bar.failed();
            Err(SetupError::Step { what: format!("fetch Linux {series}"), why: error.to_string() })
        }
    }
}
