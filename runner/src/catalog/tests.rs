//! Manifests, mutants, names: what the catalog accepts, and what it says about the rest.

use insta::assert_snapshot;
use rstest::{Context, rstest};

use super::{ExerciseSide, KernelChoice, KernelVersion, Mutant, Side, samples::*};
use crate::judge::{CheckDifference, Nature, Verdict, VerdictKind};

fn three_labs() -> Course {
    Course::new().lab("lab-10-lifecycle", MANIFEST).lab("lab-11-jit-read", MANIFEST)
}

#[test]
fn a_lab_is_its_folders() {
    let mutant = "// fails: Differs in count: after attach: 0\n";
    let course = Course::new().good_snapshots().write("labs-ebpf/lab-01-hello/mutants/never.rs", mutant);
    let catalog = course.catalog();
    let [lab] = catalog.labs() else { panic!("{:?}", catalog.labs()) };
    assert_eq!(
        (lab.id.as_str(), lab.name.as_str(), lab.side),
        ("lab-01", "lab-01-hello", ExerciseSide::Ebpf)
    );
    assert_eq!(lab.exercise, course.root().join("labs-ebpf/lab-01-hello/src/exercise.rs"));
    assert_eq!(
        lab.source(&Side::Solution).unwrap(),
        course.root().join("labs-ebpf/lab-01-hello/src/solution.rs")
    );
    let [mutant] = lab.mutants.as_slice() else { panic!("{:?}", lab.mutants) };
    assert_eq!(
        (mutant.name.as_str(), mutant.expected, mutant.text.as_str()),
        ("never", VerdictKind::Differs, "after attach: 0")
    );
    assert_eq!(lab.source(&Side::Mutant("never".into())).unwrap(), mutant.path);
    assert_eq!((lab.manifest.vcpus, lab.manifest.timeout_s, lab.manifest.show), (1, 10, false));
}

#[test]
fn an_exercise_in_user_space_is_found_there() {
    let course = Course::new()
        .without("labs-ebpf/lab-01-hello/src/exercise.rs")
        .write("labs/lab-01-hello/src/exercise.rs", EXERCISE)
        .write("labs/lab-01-hello/src/solution.rs", "");
    let catalog = course.catalog();
    assert_eq!(catalog.labs()[0].side, ExerciseSide::Guest);
    assert_eq!(catalog.labs()[0].solution, course.root().join("labs/lab-01-hello/src/solution.rs"));
}

#[rstest]
#[case::id("lab-01", "lab-01-hello")]
#[case::whole_name("lab-11-jit-read", "lab-11-jit-read")]
#[case::number("1", "lab-01-hello")]
#[case::number_of_an_id("lab-1", "lab-01-hello")]
#[case::padded_number("01", "lab-01-hello")]
#[case::beginning("lab-10-l", "lab-10-lifecycle")]
#[case::topic("lifecycle", "lab-10-lifecycle")]
#[case::trailing_slash("lab-10-lifecycle/", "lab-10-lifecycle")]
fn a_lab_is_found_by(#[case] name: &str, #[case] expected: &str) {
    assert_eq!(three_labs().catalog().find(name).unwrap().name, expected);
}

#[rstest]
#[case::unknown_lab("lab-02")]
#[case::misspelt_lab("lab-10-lifecycel")]
#[case::ambiguous_lab("lab")]
#[case::empty_lab_name("")]
fn a_name_that_means_no_lab(#[case] name: &str) {
    let case = if name.is_empty() { "empty" } else { name };
    assert_snapshot!(format!("find_{case}"), three_labs().catalog().find(name).unwrap_err());
}

#[rstest]
#[case::nothing_is_all(&[], "5.10 6.1 6.12 6.18 7.3")]
#[case::all(&["6.1", "all"], "5.10 6.1 6.12 6.18 7.3")]
#[case::newest(&["newest"], "7.3")]
#[case::oldest_first_and_once(&["7.3", "6.1", "newest", "6.1"], "6.1 7.3")]
#[case::image_last(&["./bzImage", "6.1", "./bzImage"], "6.1 [./bzImage]")]
fn kernels_are_selected(#[case] asked: &[&str], #[case] expected: &str) {
    let asked: Vec<String> = asked.iter().map(|name| (*name).to_owned()).collect();
    let shown = |choice: KernelChoice| match choice {
        KernelChoice::Series(series) => series,
        KernelChoice::Image(path) => format!("[{}]", path.display()),
    };
    let chosen = Course::new().catalog().select_kernels(&asked).unwrap();
    assert_eq!(chosen.into_iter().map(shown).collect::<Vec<_>>().join(" "), expected);
}

#[rstest]
#[case::unknown("4.19")]
#[case::near("6.2")]
fn a_name_that_means_no_kernel(#[case] name: &str) {
    assert_snapshot!(
        format!("kernel_{name}"),
        Course::new().catalog().select_kernels(&[name.into()]).unwrap_err()
    );
}

#[rstest]
#[case("5.10", "6.1", true)]
#[case("6.1.0-56-cloud-amd64", "6.12", true)]
#[case("6.12", "6.12.117+deb13-cloud-amd64", false)]
#[case("7.3", "6.18", false)]
fn versions_are_ordered_by_number(
    #[case] one: KernelVersion,
    #[case] other: KernelVersion,
    #[case] older: bool,
) {
    assert_eq!(one < other, older);
}

#[test]
fn a_lab_is_skipped_below_its_kernel_only() {
    let manifest = MANIFEST.replace("minutes = 20", "minutes = 20\nmin_kernel = \"6.12\"");
    let catalog = Course::new().lab("lab-02-new", &manifest).catalog();
    let lab = catalog.find("2").unwrap();
    assert_eq!(lab.skip_reason("6.1").as_deref(), Some("needs kernel 6.12 or newer"));
    assert_eq!(
        [lab.skip_reason("6.12"), lab.skip_reason("7.3"), lab.skip_reason("bzImage")],
        [None, None, None]
    );
    assert_eq!(catalog.find("1").unwrap().skip_reason("5.10"), None);
}

#[rstest]
#[case::unknown_key("minutes = 20", "minuts = 20")]
#[case::unknown_key_of_check("points = 1", "points = 1\npoint = 2")]
#[case::missing_key("title = \"Hello, kernel\"", "")]
#[case::wrong_type("minutes = 20", "minutes = \"20\"")]
#[case::unknown_verdict("\"Differs\"", "\"Fails\"")]
#[case::not_toml("minutes = 20", "minutes 20")]
#[case::too_few_hints("\"which hook sees the call?\", ", "")]
#[case::empty_hint("which hook sees the call?", " ")]
#[case::three_vcpus("minutes = 20", "minutes = 20\nvcpus = 3")]
#[case::no_time("minutes = 20", "minutes = 20\ntimeout_s = 0")]
#[case::endless("minutes = 20", "minutes = 20\ntimeout_s = 9223372036854775807")]
#[case::no_title("Hello, kernel", " ")]
#[case::two_lines("count one system call", r"one\ntwo")]
#[case::two_lines_of_a_check("the program sees who calls", r"one\ntwo")]
#[case::cursor("minutes = 20", "minutes = 20\n\"\\u001b[2J\" = 1")]
#[case::check_name("name = \"count\"", "name = \"count@5.10\"")]
#[case::check_twice("name = \"name\"", "name = \"count\"")]
#[case::version("minutes = 20", "minutes = 20\nmin_kernel = \"six\"")]
#[case::runs_nowhere("minutes = 20", "minutes = 20\nmin_kernel = \"8.0\"")]
fn a_manifest_that_cannot_be_used(#[context] context: Context, #[case] from: &str, #[case] to: &str) {
    assert!(MANIFEST.contains(from));
    let course = Course::new().lab("lab-02-bad", &MANIFEST.replacen(from, to, 1));
    assert_snapshot!(format!("manifest_{}", context.description.unwrap()), course.error());
}

#[rstest]
#[case::manifest(Course::new().without("labs/lab-01-hello/lab.toml"))]
#[case::exercise(Course::new().without("labs-ebpf/lab-01-hello/src/exercise.rs"))]
#[case::solution(Course::new().without("labs-ebpf/lab-01-hello/src/solution.rs"))]
#[case::two_exercises(Course::new().write("labs/lab-01-hello/src/exercise.rs", ""))]
#[case::folder_without_number(Course::new().lab("lab-hello", MANIFEST))]
#[case::folder_of_another_name(Course::new().lab("hello", MANIFEST))]
#[case::id_twice(Course::new().lab("lab-01-other", MANIFEST))]
#[case::snapshot_without_check(Course::new().snapshot("counts.snap", &["1"]))]
#[case::snapshot_without_kernel(Course::new().snapshot("count@5.1.snap", &["1"]))]
#[case::needless_override(Course::new().good_snapshots().snapshot("name@5.10.snap", &["seen by <pid#1>: lab-worker"]))]
#[case::snapshot_broken(Course::new().write("labs/lab-01-hello/snapshots/count.snap", "---\n[: x\n---\n1\n"))]
#[case::mutant_form(Course::new().write("labs-ebpf/lab-01-hello/mutants/m.rs", "// wrong\n"))]
#[case::mutant_verdict(Course::new().write("labs-ebpf/lab-01-hello/mutants/m.rs", "// fails: Diffs: x\n"))]
#[case::mutant_check(Course::new().write("labs-ebpf/lab-01-hello/mutants/m.rs", "// fails: Differs in cuont: x\n"))]
#[case::mutant_seed(Course::new().write("labs-ebpf/lab-01-hello/mutants/m.rs", "// fails: Differs with seed x: y\n"))]
#[case::mutant_text(Course::new().write("labs-ebpf/lab-01-hello/mutants/m.rs", "// fails: Differs:  \n"))]
#[case::mutant_passes(Course::new().write("labs-ebpf/lab-01-hello/mutants/m.rs", "// fails: Passed: x\n"))]
fn a_course_that_cannot_be_used(#[context] context: Context, #[case] course: Course) {
    assert_snapshot!(format!("course_{}", context.description.unwrap()), course.error());
}

fn differs_in(check: &str) -> Verdict {
    let (check, what) = (check.to_owned(), String::new());
    Verdict::Differs {
        checks: vec![CheckDifference { check, what, nature: Nature::Lines, lines: Vec::new() }],
    }
}

#[rstest]
#[case::kept("Differs in count: got 0", differs_in("count"), "got 0", true)]
#[case::any_check("Differs: got 0", differs_in("name"), "got 0", true)]
#[case::another_check("Differs in count: got 0", differs_in("name"), "got 0", false)]
#[case::another_text("Differs in count: got 0", differs_in("count"), "got 1", false)]
#[case::another_verdict("Crashed: got 0", differs_in("count"), "got 0", false)]
#[case::survived("Differs: got 0", Verdict::Passed, "got 0", false)]
fn a_mutant_keeps_its_promise(
    #[case] promise: &str,
    #[case] verdict: Verdict,
    #[case] details: &str,
    #[case] kept: bool,
) {
    let mutant =
        Mutant::parse("m", "m.rs".into(), &format!("// fails: {promise}\n"), &["count", "name"]).unwrap();
    assert_eq!(mutant.kept_by(&verdict, details), kept);
}

#[rstest]
#[case::no_seed("Differs in count: x: y", 0)]
#[case::with_seed("Differs in count with seed 7: x: y", 7)]
#[case::without_check("Differs with seed 8: x: y", 8)]
fn a_mutant_may_ask_for_a_seed(#[case] promise: &str, #[case] seed: u64) {
    let mutant = Mutant::parse("m", "m.rs".into(), &format!("// fails: {promise}"), &["count"]).unwrap();
    assert_eq!((mutant.seed, mutant.text.as_str()), (seed, "x: y"));
}

#[test]
fn an_unknown_mutant_lists_the_known_ones() {
    let course = Course::new().write("labs-ebpf/lab-01-hello/mutants/never.rs", "// fails: Differs: x\n");
    let catalog = course.catalog();
    assert_snapshot!("mutant_unknown", catalog.labs()[0].mutant("nevre").unwrap_err());
}
