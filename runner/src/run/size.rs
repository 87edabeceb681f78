//! What is too large to be handed over to a guest, told before one is started.

use vm::program::LARGEST_FILE;

use crate::{
    build::Built,
    catalog::{ExerciseSide, Lab},
    judge::Verdict,
};

/// The verdict on a job whose object or program cannot be handed over; `None` if both can. Only the side that
/// holds the exercise is the learner's doing.
pub(super) fn too_large(lab: &Lab, built: &Built) -> Option<Verdict> {
    let limit = |size: usize| {
        (size > LARGEST_FILE).then(|| {
            format!("it has {size} bytes, and at most {LARGEST_FILE} can be handed over to the guest")
        })
    };
    let object = built.object.as_ref().and_then(|object| limit(object.len()));
    let program = limit(built.program.len());
    Some(match (object, program, lab.side) {
        (None, None, _) => return None,
        (Some(error), _, ExerciseSide::Ebpf) => {
            Verdict::OpenFailed { what: format!("`{}`", channel::OBJECT_PATH), error }
        }
        (_, Some(why), ExerciseSide::Guest) => Verdict::Crashed {
            how: format!("the guest program is too large to be run: {why}"),
            diagnostics: String::new(),
        },
        (Some(why), None, ExerciseSide::Guest) => ours("eBPF object", &why),
        (_, Some(why), ExerciseSide::Ebpf) => ours("guest program", &why),
    })
}

fn ours(what: &str, why: &str) -> Verdict {
    Verdict::Infrastructure {
        what: format!("the lab's own {what} is too large: {why}"),
        hint: "this is the course's fault: please report it".into(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::{catalog::samples::Course, judge::VerdictKind};

    #[rstest]
    #[case::both_fit(ExerciseSide::Ebpf, LARGEST_FILE, LARGEST_FILE, None)]
    #[case::learners_object(ExerciseSide::Ebpf, LARGEST_FILE + 1, 1, Some(VerdictKind::OpenFailed))]
    #[case::courses_program(ExerciseSide::Ebpf, 1, LARGEST_FILE + 1, Some(VerdictKind::Infrastructure))]
    #[case::learners_program(ExerciseSide::Guest, 1, LARGEST_FILE + 1, Some(VerdictKind::Crashed))]
    #[case::courses_object(ExerciseSide::Guest, LARGEST_FILE + 1, 1, Some(VerdictKind::Infrastructure))]
    fn whose_file_it_is_decides(
        #[case] side: ExerciseSide,
        #[case] object: usize,
        #[case] program: usize,
        #[case] expected: Option<VerdictKind>,
    ) {
        let catalog = Course::new().catalog();
        let lab = Lab { side, ..catalog.labs()[0].clone() };
        let built = Built {
            object: Some(vec![0; object].into()),
            program: vec![0; program].into(),
            warnings: String::new(),
        };
        let verdict = too_large(&lab, &built);
        assert_eq!(verdict.as_ref().map(Verdict::kind), expected);
        if let Some(verdict) = verdict {
            let details = format!("{verdict:?}");
            let (size, limit) = (LARGEST_FILE + 1, LARGEST_FILE);
            assert!(
                details.contains(&format!("{size} bytes")) && details.contains(&limit.to_string()),
                "{details}"
            );
        }
    }
}
