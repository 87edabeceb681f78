//! Terminal sessions as learners have them: a workspace of their own, the real compiler, the real kernels, and
//! a terminal on which the runner is typed.
//!
//! Faults of the machinery are tested in `faults`, single messages beside the code that says them. Here it counts
//! that one leads to the next. What was shown is kept in `target/tmp/sessions/*.log`, for reading.

mod edits;
mod saves;
mod session;
mod walk;
mod without_a_terminal;
mod workbook;
