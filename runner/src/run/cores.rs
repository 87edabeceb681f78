//! Several things at once, each on a thread of its own.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use super::RunError;

/// Carries out all items, so many at a time; the results are in the items' order. The first error stops the others
/// after their present item.
///
/// # Errors
/// The first error, or [`RunError::Interrupted`].
pub(super) fn on_all<T: Sync, R: Send>(
    parallel: usize,
    items: &[T],
    carry_out: impl Fn(&T) -> Result<R, RunError> + Sync,
) -> Result<Vec<R>, RunError> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<R>>> = Mutex::new(items.iter().map(|_| None).collect());
    let failure: Mutex<Option<RunError>> = Mutex::new(None);
    let worker = || {
        while let Some((index, item)) = take(&next, items) {
            match carry_out(item) {
                Ok(result) => lock(&results)[index] = Some(result),
                Err(error) => {
                    lock(&failure).get_or_insert(error);
                    next.store(items.len(), Ordering::Release);
                }
            }
        }
    };
    // QEMU dies with the thread that started it, so each worker keeps its guests to itself.
    thread::scope(|scope| {
        for _ in 0..parallel.clamp(1, items.len().max(1)) {
            scope.spawn(worker);
        }
    });
    if let Some(error) = failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    if vm::children::interrupted() {
        return Err(RunError::Interrupted);
    }
    let results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(results.into_iter().flatten().collect())
}

fn take<'a, T>(next: &AtomicUsize, items: &'a [T]) -> Option<(usize, &'a T)> {
    if vm::children::interrupted() {
        return None;
    }
    let index = next.fetch_add(1, Ordering::AcqRel);
    items.get(index).map(|item| (index, item))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
