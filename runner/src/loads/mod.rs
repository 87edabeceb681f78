//! What kernels did with the programs of an object: the records of the guests read, compared, and told.
//!
//! Pure: values in, values out. Who loads the programs is `run`'s matter, why a kernel refuses one is `explain`'s.

mod answer;
mod compare;
mod render;
mod words;

#[cfg(test)]
mod tests;

pub use answer::{Answer, KernelAnswers, log_name};
pub use render::{Loads, render};
