//! Workloads that are exact: a process of a given name that does a given thing a given number of times.
//!
//! A worker is a forked child that sleeps in `read` until it is told to go on: no shell, no file of
//! its own, a millisecond to start. It makes no system call between its order and its answer except
//! those of its job.

use std::{
    ffi::CString,
    fs::{self, File},
    io::{Read, Write, pipe},
    os::fd::{AsRawFd, OwnedFd},
    panic::{self, AssertUnwindSafe},
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};

/// How long a worker may take to fall asleep. Generous: only a broken guest ever takes so long.
const PATIENCE: Duration = Duration::from_secs(5);

/// The order that ends a worker; all others are numbers of times, with [`AND_EXIT`] set or not.
const EXIT: u64 = u64::MAX;

/// "Do your job so many times, then end without an answer."
const AND_EXIT: u64 = 1 << 63;

/// Binds this process to one CPU, and with it the workers that it starts from now on. In a guest with two,
/// they then take turns instead of waking the other CPU, which costs an emulator much.
///
/// # Errors
/// If the guest has no such CPU.
pub fn stay_on(cpu: usize) -> anyhow::Result<()> {
    bind(0, cpu)
}

/// Binds a process, 0 being the calling one.
fn bind(pid: libc::pid_t, cpu: usize) -> anyhow::Result<()> {
    // SAFETY: an all-zero set is a valid empty set, and it outlives the calls that use it.
    let result = unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(cpu, &mut set);
        libc::sched_setaffinity(pid, size_of_val(&set), &raw const set)
    };
    ensure!(result == 0, "cannot bind a process to CPU {cpu}: {}", std::io::Error::last_os_error());
    Ok(())
}

/// Makes the system call `getppid` this many times, directly: it takes no argument, never fails,
/// and no library calls it in between.
pub fn getppid(times: u64) {
    for _ in 0..times {
        // SAFETY: `getppid` takes no arguments and only returns a number.
        unsafe { libc::syscall(libc::SYS_getppid) };
    }
}

/// A child process that does its job on demand. Dropping it kills and reaps it.
pub struct Worker {
    pid: libc::pid_t,
    orders: File,
    answers: File,
}

impl Worker {
    /// Starts a worker whose `job` is called with the number of times to do it.
    ///
    /// The kernel cuts the name after 15 bytes. When this returns, the worker sleeps in its first `read`.
    ///
    /// # Errors
    /// If the system refuses a pipe or a process, or if the worker does not come up.
    pub fn start(name: &str, job: impl FnMut(u64)) -> anyhow::Result<Self> {
        let (order_reader, order_writer) = pipe().context("cannot make a pipe")?;
        let (answer_reader, answer_writer) = pipe().context("cannot make a pipe")?;
        let name = CString::new(name).context("a process name holds no zero byte")?;
        // SAFETY: the lab's program has one thread, so the child may use all of its memory. It never
        // returns from `serve`.
        let pid = unsafe { libc::fork() };
        if pid == 0 {
            serve(&name, order_reader.into(), answer_writer.into(), job);
        }
        ensure!(pid > 0, "cannot fork: {}", std::io::Error::last_os_error());
        let orders = File::from(OwnedFd::from(order_writer));
        let answers = File::from(OwnedFd::from(answer_reader));
        let mut worker = Self { pid, orders, answers };
        worker.answer().context("the worker did not start")?;
        worker.wait_until_asleep()?;
        Ok(worker)
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid.unsigned_abs()
    }

    /// Binds it to one CPU.
    ///
    /// # Errors
    /// If the guest has no such CPU.
    pub fn pin(&self, cpu: usize) -> anyhow::Result<()> {
        bind(self.pid, cpu)
    }

    /// Lets it do its job this many times, and waits until it has.
    ///
    /// # Errors
    /// If the worker died.
    pub fn run(&mut self, times: u64) -> anyhow::Result<()> {
        self.order(times)?;
        self.answer()?;
        self.wait_until_asleep()
    }

    /// Lets it do its job `times - 1` times and then end, and waits until it has. With a job of one
    /// system call, the worker enters exactly `times` system calls from here on: its sleep in `read`
    /// began earlier, and the last call is `exit_group`.
    ///
    /// # Errors
    /// If the worker died another way.
    pub fn run_and_exit(mut self, times: u64) -> anyhow::Result<()> {
        ensure!(times > 0, "ending is a system call, too");
        self.order(AND_EXIT | (times - 1))?;
        let status = self.reap()?;
        ensure!(
            libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0,
            "the worker ended with status {status:#x}"
        );
        Ok(())
    }

    fn order(&mut self, order: u64) -> anyhow::Result<()> {
        self.orders.write_all(&order.to_ne_bytes()).context("the worker does not listen")
    }

    fn answer(&mut self) -> anyhow::Result<()> {
        let mut byte = [0];
        self.answers.read_exact(&mut byte).context("the worker does not answer")
    }

    /// Waits until it sleeps, so that its `read` does not fall into what is counted next.
    fn wait_until_asleep(&self) -> anyhow::Result<()> {
        let path = format!("/proc/{}/stat", self.pid);
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            let stat = fs::read_to_string(&path).with_context(|| format!("cannot read `{path}`"))?;
            // The state follows the name, and the name may hold anything, even a `)`.
            match stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next()) {
                Some('S') => return Ok(()),
                Some('Z' | 'X') | None => bail!("the worker died"),
                // SAFETY: `sched_yield` takes no arguments and cannot fail on Linux.
                Some(_) => unsafe { libc::sched_yield() },
            };
        }
        bail!("the worker was still busy after {PATIENCE:?}")
    }

    fn reap(&mut self) -> anyhow::Result<libc::c_int> {
        let mut status = 0;
        // SAFETY: `status` outlives the call; the process is this one's child and reaped only here.
        let reaped = unsafe { libc::waitpid(self.pid, &raw mut status, 0) };
        ensure!(reaped == self.pid, "cannot wait for the worker: {}", std::io::Error::last_os_error());
        self.pid = 0;
        Ok(status)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if self.pid > 0 {
            // SAFETY: the child is not reaped yet, so its id cannot belong to another process.
            unsafe { libc::kill(self.pid, libc::SIGKILL) };
            let _ = self.reap();
        }
    }
}

/// The worker's side. Never returns: what follows a `fork` in the parent's code is the parent's.
fn serve(name: &CString, orders: OwnedFd, answers: OwnedFd, mut job: impl FnMut(u64)) -> ! {
    // SAFETY: `prctl` reads the name, which outlives the call. Without the second one a worker would
    // outlive a killed lab.
    unsafe {
        libc::prctl(libc::PR_SET_NAME, name.as_ptr());
        libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
    }
    let work = panic::catch_unwind(AssertUnwindSafe(move || {
        loop {
            answer(&answers);
            match next_order(&orders) {
                EXIT => break,
                order if order & AND_EXIT != 0 => {
                    job(order & !AND_EXIT);
                    break;
                }
                times => job(times),
            }
        }
        // Closing the pipes would be two more system calls.
        std::mem::forget((orders, answers));
    }));
    // SAFETY: ends the process at once, without the parent's destructors.
    unsafe { libc::_exit(if work.is_ok() { 0 } else { 101 }) }
}

fn answer(answers: &OwnedFd) {
    // SAFETY: writes one byte of a static; a failed write shows as a missing answer.
    unsafe { libc::write(answers.as_raw_fd(), c"+".as_ptr().cast(), 1) };
}

/// The next order; [`EXIT`] when the lab has gone.
fn next_order(orders: &OwnedFd) -> u64 {
    let mut order = [0_u8; 8];
    // SAFETY: the buffer is as long as said. A pipe hands over eight bytes written at once as a whole.
    let got = unsafe { libc::read(orders.as_raw_fd(), order.as_mut_ptr().cast(), order.len()) };
    if got == 8 { u64::from_ne_bytes(order) } else { EXIT }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comm(worker: &Worker) -> String {
        fs::read_to_string(format!("/proc/{}/comm", worker.pid())).unwrap().trim_end().to_owned()
    }

    #[test]
    fn a_worker_has_its_name_cut_after_fifteen_bytes() {
        let worker = Worker::start("worker-with-a-long-name", getppid).unwrap();
        assert_eq!(comm(&worker), "worker-with-a-l");
    }

    #[test]
    fn a_worker_does_its_job_as_often_as_told_and_is_reaped() {
        let (mut reader, writer) = pipe().unwrap();
        let mut output = File::from(OwnedFd::from(writer));
        let mut worker =
            Worker::start("w", |times| output.write_all(&vec![b'x'; times as usize]).unwrap()).unwrap();
        worker.run(3).unwrap();
        worker.run(4).unwrap();
        let pid = worker.pid();
        worker.run_and_exit(6).unwrap();
        drop(output);
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        assert_eq!(text.len(), 3 + 4 + 5);
        assert!(!fs::exists(format!("/proc/{pid}")).unwrap(), "the worker is still there");
    }

    #[test]
    fn a_panic_in_a_job_stays_in_the_worker() {
        let mut worker = Worker::start("w", |_| panic!("expected by the test")).unwrap();
        let error = worker.run(1).unwrap_err();
        assert_eq!(format!("{error:#}"), "the worker does not answer: failed to fill whole buffer");
    }

    #[test]
    fn a_dropped_worker_is_gone() {
        let worker = Worker::start("w", getppid).unwrap();
        let pid = worker.pid();
        drop(worker);
        assert!(!fs::exists(format!("/proc/{pid}")).unwrap());
    }
}
