//! The sides of a lab are built one after the other in one target folder, and never taken for each other.

use std::sync::Arc;

use runner::{
    build::{self, Outcome, Unit},
    catalog::{Lab, Side},
    cli::SetupArguments,
    commands::Session,
    setup::Audience,
};

/// What one command would build for this side.
fn object(session: &Session, toolchain: &build::Toolchain, lab: &Lab, side: &Side) -> Arc<[u8]> {
    let units = [Unit { lab, side }];
    let built = build::build(&session.paths.course, &units, toolchain, &|_| {}).expect("the course builds");
    match &built.outcomes[0] {
        Outcome::Built(built) => built.object.clone().expect("the course builds"),
        Outcome::DoesNotCompile(text) => panic!("{side} does not compile:\n{text}"),
    }
}

#[test]
fn an_object_belongs_to_its_side_whatever_was_built_before() {
    let session = Session::open().expect("the course builds");
    let setup = SetupArguments { yes: true, offline: false };
    let ready = session.prepare(&[], None, &setup, Audience::Learner).expect("the course builds");
    let lab = session.catalog.find("lab-01").expect("the course builds");
    let mutant = Side::Mutant(lab.mutants[0].name.clone());
    let sides = [Side::Exercise, Side::Solution, mutant];
    let build = |side: &Side| object(&session, &ready.toolchain, lab, side);
    let first = sides.each_ref().map(build);
    let again = sides.each_ref().map(build);
    assert!(
        first[0] != first[1] && first[1] != first[2] && first[0] != first[2],
        "two sides have one object"
    );
    for (side, (first, again)) in sides.iter().zip(first.iter().zip(&again)) {
        assert!(first == again, "{side}: the object changed although no file did");
    }
}
