//! What set-up says on machines that do not exist: every message, without touching this one.

use rstest::rstest;

use super::{
    plan::{Decision, decide},
    *,
};

const BOOKWORM: &str = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nID=debian\n";
const TRIXIE: &str = "PRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\nVERSION_ID=\"13\"\nID=debian\n";
const NOBLE: &str = "PRETTY_NAME=\"Ubuntu 24.04 LTS\"\nID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"24.04\"\n";
const FEDORA: &str = "PRETTY_NAME=\"Fedora Linux 42\"\nID=fedora\nVERSION_ID=42\n";

/// Debian 12 with rustup, gcc and nothing else; the user is root.
fn fresh() -> Facts {
    Facts {
        architecture: "x86_64".to_owned(),
        distribution: Distribution::parse(BOOKWORM),
        apt: Some("/usr/bin/apt-get".into()),
        rights: Rights::Root,
        config: "/home/ada/.config/ebpf-workbook/config.toml".into(),
        configured_mirror: None,
        keyring: Some("/usr/share/keyrings/debian-archive-keyring.gpg".into()),
        pinned: "1.95.0".to_owned(),
        toolchain: Some(Toolchain {
            rustc: "/home/ada/.cargo/bin/rustc".into(),
            release: "1.95.0".to_owned(),
            llvm: 22,
            sysroot: "/home/ada/.rustup/toolchains/1.95.0".into(),
            lacks: vec!["clippy".to_owned(), "rustfmt".to_owned()],
        }),
        rustup: Some("/home/ada/.cargo/bin/rustup".into()),
        binstall: None,
        rust_source: None,
        linkers: Vec::new(),
        llvm_library: None,
        qemu: None,
        kvm: Kvm::Absent,
        cc: Some("/usr/bin/cc".into()),
        bpftool: None,
        llvm_objdump: None,
        busybox: None,
        missing_kernels: ["5.10", "6.1", "6.12", "6.18", "7.3"].map(ToOwned::to_owned).to_vec(),
        cache: "/home/ada/.cache/ebpf-workbook".into(),
        cache_refuses: None,
        cache_free_mb: 20_000,
    }
}

/// The same machine after set-up, for an author.
fn ready() -> Facts {
    let mut facts = fresh();
    facts.toolchain.as_mut().unwrap().lacks.clear();
    Facts {
        rust_source: Some(RustSource::Component),
        linkers: vec![linker(LinkerPlace::Cache, 22)],
        qemu: Some(qemu((10, 0, 2))),
        bpftool: Some("/usr/sbin/bpftool".into()),
        llvm_objdump: Some("/usr/bin/llvm-objdump".into()),
        busybox: Some("/home/ada/.cache/ebpf-workbook/tools/busybox".into()),
        missing_kernels: Vec::new(),
        ..facts
    }
}

fn linker(place: LinkerPlace, llvm: u32) -> BpfLinker {
    let path = match place {
        LinkerPlace::Path => "/home/ada/.cargo/bin/bpf-linker",
        LinkerPlace::Cache => "/home/ada/.cache/ebpf-workbook/tools/bpf-linker-0.13.0-llvm22/bin/bpf-linker",
    };
    BpfLinker { path: path.into(), place, version: Some("0.13.0".to_owned()), llvm: Some(llvm) }
}

fn qemu(version: (u32, u32, u32)) -> vm::Qemu {
    vm::Qemu { path: "/usr/bin/qemu-system-x86_64".into(), version }
}

fn needs(audience: Audience) -> Needs {
    let series = ["5.10", "6.1", "6.12", "6.18", "7.3"].map(ToOwned::to_owned).to_vec();
    Needs { series, modules: Vec::new(), audience }
}

/// What `runner doctor` prints, and what becomes of it.
fn told(facts: &Facts, needs: &Needs, consent: Consent, network: Network) -> String {
    let found = findings::findings(facts, needs);
    let mut text: String = found.iter().map(|finding| format!("{finding}\n")).collect();
    if found.is_empty() {
        text.push_str("no findings\n");
    }
    text.push_str("--------\n");
    match decide(&found, facts, consent, network) {
        Ok(Decision::Start) => text.push_str("work starts\n"),
        Ok(Decision::Mend(plan)) => text.push_str(&table::render(&plan, facts)),
        Err(error) => text.push_str(&format!("error: {error}\n")),
    }
    text
}

fn learner(facts: &Facts, consent: Consent) -> String {
    told(facts, &needs(Audience::Learner), consent, Network::Allowed)
}

#[rstest]
#[case::fresh("fresh_machine", fresh())]
#[case::trixie("fresh_debian_13", Facts { distribution: Distribution::parse(TRIXIE), ..fresh() })]
#[case::ready("ready_machine", ready())]
#[case::one_kernel("one_kernel_missing", Facts { missing_kernels: vec!["6.18".to_owned()], ..ready() })]
#[case::unfit("linker_of_another_llvm", Facts { linkers: vec![linker(LinkerPlace::Path, 23)], ..ready() })]
#[case::unfit_but_built("linker_of_another_llvm_and_one_that_fits", Facts {
    linkers: vec![linker(LinkerPlace::Path, 23), linker(LinkerPlace::Cache, 22)], ..ready()
})]
#[case::ancient("qemu_too_old", Facts { qemu: Some(qemu((5, 2, 0))), ..ready() })]
#[case::old("qemu_old", Facts { qemu: Some(qemu((7, 2, 22))), ..ready() })]
#[case::old_elsewhere("qemu_old_by_hand", Facts {
    distribution: Distribution::parse(NOBLE), qemu: Some(qemu((8, 2, 2))), ..ready()
})]
#[case::no_toolchain("toolchain_missing", Facts { toolchain: None, linkers: Vec::new(), rust_source: None, ..ready() })]
#[case::no_rustup("toolchain_and_rustup_missing", Facts { toolchain: None, rustup: None, ..ready() })]
#[case::other_toolchain("toolchain_differs", {
    let mut facts = ready();
    facts.toolchain.as_mut().unwrap().release = "1.99.1".to_owned();
    facts
})]
#[case::full("disk_full", Facts { cache_free_mb: 200, ..fresh() })]
#[case::tight("disk_low_after_setup", Facts { cache_free_mb: 400, ..fresh() })]
#[case::kvm("kvm_forbidden", Facts { kvm: Kvm::Forbidden, ..ready() })]
#[case::low("disk_low", Facts { cache_free_mb: 300, ..ready() })]
#[case::unwritable("cache_unwritable", Facts {
    cache_refuses: Some("Permission denied (os error 13)".to_owned()), cache_free_mb: 0, ..ready()
})]
#[case::ubuntu("ubuntu_without_mirror", Facts { distribution: Distribution::parse(NOBLE), keyring: None, ..fresh() })]
#[case::ubuntu_with("ubuntu_with_mirror", Facts {
    distribution: Distribution::parse(NOBLE),
    configured_mirror: Some("http://mirror.test/debian".to_owned()),
    keyring: None,
    ..fresh()
})]
#[case::fedora("no_apt", Facts { distribution: Distribution::parse(FEDORA), apt: None, keyring: None, ..fresh() })]
#[case::arm("foreign_architecture", Facts { architecture: "aarch64".to_owned(), ..ready() })]
#[case::no_cc("no_c_compiler", Facts { cc: None, ..ready() })]
fn with_consent(#[case] name: &str, #[case] facts: Facts) {
    insta::assert_snapshot!(name, learner(&facts, Consent::Given));
}

#[rstest]
#[case::root("no_terminal_as_root", fresh())]
#[case::sudo("no_terminal_with_sudo", Facts { rights: Rights::Sudo, ..fresh() })]
#[case::trixie("no_terminal_debian_13", Facts {
    rights: Rights::Sudo, distribution: Distribution::parse(TRIXIE), ..fresh()
})]
#[case::kernels("no_terminal_only_kernels", Facts { missing_kernels: vec!["6.1".to_owned()], ..ready() })]
fn without_a_terminal(#[case] name: &str, #[case] facts: Facts) {
    insta::assert_snapshot!(name, learner(&facts, Consent::Never));
}

#[rstest]
#[case::fresh("no_rights", fresh())]
#[case::blank("no_rights_cache_with_blank", Facts { cache: "/home/ada/my cache".into(), ..fresh() })]
fn without_rights(#[case] name: &str, #[case] facts: Facts) {
    insta::assert_snapshot!(name, learner(&Facts { rights: Rights::None, ..facts }, Consent::Given));
}

#[test]
fn without_rights_what_lies_in_the_cache_can_still_be_had() {
    let facts = Facts { rights: Rights::None, missing_kernels: vec!["6.1".to_owned()], ..ready() };
    let needs = needs(Audience::Learner);
    let found = findings::findings(&facts, &needs);
    let decision = decide(&found, &facts, Consent::Given, Network::Allowed).unwrap();
    let Decision::Mend(plan) = decision else { panic!("{decision:?}") };
    assert_eq!(plan.steps(), [Step::Kernels(vec!["6.1".to_owned()])]);
}

#[rstest]
#[case::empty_cache("offline_with_an_empty_cache", fresh())]
#[case::full_cache("offline_with_a_full_cache", ready())]
#[case::advice("offline_with_advice", Facts { qemu: Some(qemu((7, 2, 22))), ..ready() })]
fn offline(#[case] name: &str, #[case] facts: Facts) {
    insta::assert_snapshot!(name, told(&facts, &needs(Audience::Learner), Consent::Given, Network::Offline));
}

#[rstest]
#[case::fresh("author_fresh_machine", fresh())]
#[case::ready("author_ready_machine", ready())]
#[case::no_rustup("author_without_rustup", {
    let mut facts = Facts { rustup: None, ..ready() };
    facts.toolchain.as_mut().unwrap().lacks = vec!["clippy".to_owned()];
    facts
})]
fn authors_need_more(#[case] name: &str, #[case] facts: Facts) {
    insta::assert_snapshot!(name, told(&facts, &needs(Audience::Author), Consent::Given, Network::Allowed));
}

#[rstest]
#[case::asked(Consent::Ask)]
#[case::never(Consent::Never)]
fn advice_alone_neither_asks_nor_stops(#[case] consent: Consent) {
    let facts = Facts { qemu: Some(qemu((7, 2, 22))), ..ready() };
    let found = findings::findings(&facts, &needs(Audience::Learner));
    assert_eq!(found.len(), 1);
    let decision = decide(&found, &facts, consent, Network::Allowed).unwrap();
    assert!(matches!(decision, Decision::Start), "{decision:?}");
}

#[test]
fn advice_that_takes_rights_is_left_out_without_them() {
    let facts = Facts { qemu: Some(qemu((7, 2, 22))), rights: Rights::None, ..ready() };
    let found = findings::findings(&facts, &needs(Audience::Learner));
    let decision = decide(&found, &facts, Consent::Given, Network::Allowed).unwrap();
    assert!(matches!(decision, Decision::Start), "{decision:?}");
}

#[test]
fn every_finding_is_one_line_with_one_fix() {
    let facts = Facts { rights: Rights::None, cc: None, cache_free_mb: 1, ..fresh() };
    let found = findings::findings(&facts, &needs(Audience::Author));
    assert!(found.len() >= 9, "{found:?}");
    for finding in &found {
        assert!(!finding.what.contains('\n') && !finding.fix.contains('\n'), "{finding}");
        assert!(!finding.fix.is_empty() && !finding.what.ends_with('.'), "{finding}");
        let id = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(finding.id.chars().all(id), "{finding}");
    }
}

#[test]
fn findings_can_be_read_by_machines() {
    let found = findings::findings(&fresh(), &needs(Audience::Learner));
    insta::assert_snapshot!("findings_as_json", serde_json::to_string_pretty(&found).unwrap());
}

#[test]
fn declining_and_what_comes_after_in_vain() {
    let facts = fresh();
    let found = findings::findings(&facts, &needs(Audience::Learner));
    let declined = SetupError::Declined { commands: commands::for_plan(&facts, &Plan::for_findings(&found)) };
    insta::assert_snapshot!("declined", declined);
    let left: Vec<Finding> = found.into_iter().filter(|finding| finding.id == "qemu-missing").collect();
    let log = "/home/ada/.cache/ebpf-workbook/findings".to_owned();
    insta::assert_snapshot!("in_vain", SetupError::DidNotHelp { findings: left, log });
}
