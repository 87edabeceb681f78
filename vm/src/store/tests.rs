//! The store against a local repository with made-up kernels: apt itself runs, the network is not touched.

use std::fs;
use std::path::PathBuf;

use rstest::rstest;
use tempfile::TempDir;

use super::{Series, Source, Step, Store, StoreError};
use crate::apt::AptError;
use crate::testing::{self, Repository, truncate};

/// A repository with made-up kernels, and an empty cache.
struct World {
    repository: Repository,
    cache: TempDir,
}

fn series() -> Series {
    Series {
        name: "9.1".to_owned(),
        release: "9[.]1[.][0-9]+-test".to_owned(),
        packages: vec!["linux-image-{release}-unsigned".to_owned()],
        suites: vec!["small".to_owned()],
        fallback_suites: vec!["large".to_owned()],
        download_mb: 1,
        disk_mb: 1,
    }
}

/// A package as it is up to 6.18, for a kernel with modules.
fn package(release: &str) -> Vec<u8> {
    let image = testing::bzimage(&testing::gzip(&testing::vmlinux(release)));
    let (console, virtio) =
        (testing::module("virtio,virtio_ring"), testing::gzip(&testing::module("virtio_ring")));
    let (ring, veth) = (testing::module(""), testing::module("tcp_core"));
    let modules = format!("lib/modules/{release}");
    let kernel = format!("{modules}/kernel");
    testing::deb(
        "data.tar.gz",
        &[
            (&format!("boot/vmlinuz-{release}"), &image),
            (&format!("{modules}/modules.builtin"), b"kernel/drivers/virtio-pci.ko\nkernel/tcp_core.ko\n"),
            (&format!("{kernel}/virtio_console.ko"), &console),
            (&format!("{kernel}/virtio.ko.gz"), &virtio),
            (&format!("{kernel}/virtio_ring.ko"), &ring),
            (&format!("{kernel}/veth.ko"), &veth),
        ],
    )
}

impl World {
    fn new() -> World {
        World { repository: Repository::new(), cache: tempfile::tempdir().expect("a temporary folder") }
    }

    /// With `9.1.N-test` for each number, newer ones later, in a suite.
    fn with(self, suite: &str, numbers: &[u32]) -> World {
        for number in numbers {
            let (name, version) = named(*number);
            self.repository.add(suite, &name, &version, &package(&format!("9.1.{number}-test")));
        }
        self
    }

    fn file(&self, number: u32) -> PathBuf {
        let (name, version) = named(number);
        self.repository.file(&name, &version)
    }

    fn store(&self) -> Store {
        self.store_of(series(), Source::Fixed(self.repository.mirrors()))
    }

    fn offline(&self) -> Store {
        self.store_of(series(), Source::Offline)
    }

    fn store_of(&self, series: Series, source: Source) -> Store {
        Store { series: Box::leak(Box::new([series])), ..Store::open(self.cache.path(), source) }
    }

    fn kernels(&self) -> Vec<String> {
        let entries = fs::read_dir(self.cache.path().join("kernels")).expect("the folder");
        let mut names: Vec<_> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

fn named(number: u32) -> (String, String) {
    (format!("linux-image-9.1.{number}-test-unsigned"), format!("9.1.{number}-1"))
}

fn quiet(_: Step<'_>) {}

#[test]
fn a_fetched_kernel_is_complete_and_found_again() {
    let world = World::new().with("small", &[9, 10]);
    let store = world.store();
    assert_eq!(store.installed("9.1", &[]).expect("no error"), None);
    let kernel = store.fetch("newest", &["veth"], &mut quiet).expect("fetched");
    assert_eq!((kernel.series.as_str(), kernel.release.as_str()), ("9.1", "9.1.10-test"));
    assert!(fs::read(&kernel.vmlinux).expect("the image") == testing::vmlinux("9.1.10-test"));
    let dep = fs::read_to_string(kernel.modules.join("modules.dep")).expect("modules.dep");
    assert_eq!(
        dep,
        "veth.ko:\nvirtio_ring.ko:\nvirtio.ko: virtio_ring.ko\nvirtio_console.ko: virtio.ko virtio_ring.ko\n"
    );
    assert_eq!(fs::read(kernel.modules.join("virtio.ko")).expect("unpacked"), testing::module("virtio_ring"));
    assert_eq!(store.installed("9.1", &["veth"]).expect("no error").as_ref(), Some(&kernel));
    assert_eq!(world.offline().fetch("9.1", &["veth"], &mut quiet).expect("it is there"), kernel);
    assert_eq!(world.kernels(), ["9.1.10-test", "lock.json"], "nothing unfinished is left");
    store.verify("9.1").expect("nothing is damaged");
    let list = store.list();
    assert_eq!(list[0].entry.as_ref().map(|entry| entry.release.as_str()), Some("9.1.10-test"));
    assert!(list[0].disk > 0);
}

#[test]
fn a_file_that_is_gone_gives_way_to_the_next_newest() {
    let world = World::new().with("small", &[8, 9, 10]);
    fs::remove_file(world.file(10)).expect("deleted");
    let mut gone = Vec::new();
    let kernel = world.store().fetch("9.1", &[], &mut |step| {
        if let Step::Gone { what } = step {
            gone.push(what.to_owned());
        }
    });
    assert_eq!(kernel.expect("fetched").release, "9.1.9-test");
    assert_eq!(gone, ["the package `linux-image-9.1.10-test-unsigned=9.1.10-1`"]);
}

#[rstest]
#[case::all_gone(&[10])]
#[case::nothing_listed(&[])]
fn the_large_suites_come_second(#[case] gone: &[u32]) {
    let world = World::new().with("small", gone).with("large", &[7]);
    for number in gone {
        fs::remove_file(world.file(*number)).expect("deleted");
    }
    assert_eq!(world.store().fetch("9.1", &[], &mut quiet).expect("fetched").release, "9.1.7-test");
}

#[test]
fn when_nothing_is_left_the_error_says_what_was_tried() {
    let world = World::new().with("small", &[10]).with("large", &[]);
    world.repository.add("large", "other", "1", b"x");
    fs::remove_file(world.file(10)).expect("deleted");
    let error = world.store().fetch("9.1", &[], &mut quiet).expect_err("nothing there").to_string();
    assert!(error.starts_with("the mirrors have no kernel of the series `9.1`: the package `linux-image-9.1.10-test-unsigned=9.1.10-1` is gone; no package matches in `large`\nhint: "), "{error}");
}

#[test]
fn a_truncated_package_is_refused() {
    let world = World::new().with("small", &[10]);
    truncate(&world.file(10));
    let error = world.store().fetch("9.1", &[], &mut quiet).expect_err("refused");
    assert!(matches!(&error, StoreError::Apt { source: AptError::Corrupt { .. }, .. }), "{error}");
    assert_eq!(world.store().installed("9.1", &[]).expect("no error"), None);
}

#[test]
fn a_package_that_was_made_truncated_is_refused() {
    let world = World::new();
    let whole = package("9.1.10-test");
    let (name, version) = named(10);
    world.repository.add("small", &name, &version, &whole[..whole.len() / 2]);
    let error = world.store().fetch("9.1", &[], &mut quiet).expect_err("refused");
    assert!(matches!(&error, StoreError::Deb(_)), "{error}");
    assert_eq!(world.store().installed("9.1", &[]).expect("no error"), None);
}

#[test]
fn more_modules_keep_the_release() {
    let world = World::new().with("small", &[9]);
    let store = world.store();
    store.fetch("9.1", &[], &mut quiet).expect("fetched");
    let world = world.with("small", &[10]);
    assert_eq!(store.installed("9.1", &["veth"]).expect("no error"), None);
    let error = world.offline().fetch("9.1", &["veth"], &mut quiet).expect_err("offline").to_string();
    assert!(error.contains(" with the modules `veth`, and nothing is fetched offline\nhint: "), "{error}");
    let kernel = store.fetch("9.1", &["veth"], &mut quiet).expect("fetched again");
    assert_eq!(kernel.release, "9.1.9-test");
    assert!(kernel.modules.join("veth.ko").exists() && kernel.modules.join("virtio_console.ko").exists());
    assert_eq!(world.kernels(), ["9.1.9-test", "lock.json"]);
}

#[test]
fn offline_an_empty_cache_is_an_error_with_a_way_out() {
    let error = World::new().offline().fetch("9.1", &[], &mut quiet).expect_err("offline").to_string();
    assert!(error.starts_with("kernel `9.1` is not in the cache `"), "{error}");
    assert!(error.ends_with("\nhint: run `cargo runner kernels fetch 9.1` once with a network"), "{error}");
}

#[test]
fn two_runners_at_once_fetch_once() {
    let world = World::new().with("small", &[10]);
    let fetch = || {
        let mut unpacked = 0;
        let count = &mut |step: Step<'_>| unpacked += usize::from(matches!(step, Step::Unpacking { .. }));
        let kernel = world.store().fetch("9.1", &[], count).expect("fetched");
        (kernel, unpacked)
    };
    let (first, second) = std::thread::scope(|scope| {
        let other = scope.spawn(fetch);
        (fetch(), other.join().expect("no panic"))
    });
    assert_eq!(first.0, second.0);
    assert_eq!(first.1 + second.1, 1);
}

#[test]
fn an_unknown_module_leaves_nothing_that_counts() {
    let world = World::new().with("small", &[10]);
    let error = world.store().fetch("9.1", &["vetch"], &mut quiet).expect_err("unknown").to_string();
    assert!(error.contains("kernel `9.1.10-test` lacks something: it has no module `vetch`"), "{error}");
    assert!(error.contains("similar names are `veth`"), "{error}");
    assert_eq!(world.store().installed("9.1", &[]).expect("no error"), None);
    world.store().fetch("9.1", &["veth"], &mut quiet).expect("the right name works");
}

#[test]
fn a_cut_off_image_is_fetched_again() {
    let world = World::new().with("small", &[10]);
    let kernel = world.store().fetch("9.1", &[], &mut quiet).expect("fetched");
    truncate(&kernel.vmlinux);
    assert_eq!(world.store().installed("9.1", &[]).expect("no error"), None);
    assert_eq!(world.store().fetch("9.1", &[], &mut quiet).expect("fetched again"), kernel);
    world.store().verify("9.1").expect("whole again");
}

#[test]
fn a_changed_byte_is_found_and_mended() {
    let world = World::new().with("small", &[10]);
    let kernel = world.store().fetch("9.1", &[], &mut quiet).expect("fetched");
    let module = kernel.modules.join("virtio.ko");
    let mut bytes = fs::read(&module).expect("the module");
    bytes[70] ^= 1;
    fs::write(&module, bytes).expect("changed");
    let error = world.store().verify("9.1").expect_err("damaged");
    assert!(matches!(&error, StoreError::Damaged { path, .. } if *path == module), "{error}");
    assert_eq!(world.store().installed("9.1", &[]).expect("no error"), None);
    world.store().fetch("9.1", &[], &mut quiet).expect("fetched again");
    world.store().verify("9.1").expect("whole again");
}

#[test]
fn gc_deletes_what_no_series_uses() {
    let world = World::new().with("small", &[10]);
    let kernel = world.store().fetch("9.1", &[], &mut quiet).expect("fetched");
    for name in ["9.1.1-test", "tmp-9.1-x", "import-1"] {
        fs::create_dir(world.cache.path().join("kernels").join(name)).expect("a folder");
        fs::write(world.cache.path().join("kernels").join(name).join("vmlinux"), [1; 9000]).expect("a file");
    }
    assert!(world.store().gc().expect("gc") >= 27_000);
    assert_eq!(world.kernels(), ["9.1.10-test", "lock.json"]);
    assert_eq!(world.store().installed("9.1", &[]).expect("no error"), Some(kernel));
}

/// From 6.19 on a kernel comes in three packages.
#[test]
fn a_kernel_may_come_in_several_packages() {
    let world = World::new();
    let release = "9.1.4-test";
    let image = testing::bzimage(&testing::gzip(&testing::vmlinux(release)));
    let folder = format!("usr/lib/modules/{release}");
    let ring = testing::module("");
    for (name, path, content) in [
        ("binary", format!("{folder}/vmlinuz"), image.as_slice()),
        ("modules", format!("{folder}/kernel/virtio_console.ko"), ring.as_slice()),
        ("base", format!("{folder}/modules.builtin"), b"kernel/virtio_pci.ko\n".as_slice()),
    ] {
        let package = testing::deb("data.tar", &[(&path, content)]);
        world.repository.add("small", &format!("linux-{name}-{release}"), "9.1.4-1", &package);
    }
    // Newer, but its modules are not there.
    world.repository.add("small", "linux-binary-9.1.5-test", "9.1.5-1", b"x");
    let packages = ["linux-binary-{release}", "linux-modules-{release}", "linux-base-{release}"];
    let split = Series { packages: packages.map(ToOwned::to_owned).to_vec(), ..series() };
    let store = world.store_of(split, Source::Fixed(world.repository.mirrors()));
    let kernel = store.fetch("9.1", &[], &mut quiet).expect("fetched");
    assert_eq!(kernel.release, release);
    assert!(kernel.modules.join("virtio_console.ko").exists());
}

#[rstest]
#[case::image(testing::bzimage(&testing::gzip(&testing::vmlinux("9.9-mine"))))]
#[case::elf(testing::vmlinux("9.9-mine"))]
fn a_kernel_by_path_needs_no_network(#[case] image: Vec<u8>) {
    let world = World::new();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("bzImage");
    fs::write(&path, image).expect("the image");
    let tree = folder.path().join("modules/kernel/net");
    fs::create_dir_all(&tree).expect("the tree");
    fs::write(tree.join("veth.ko.gz"), testing::gzip(&testing::module(""))).expect("a module");
    fs::write(folder.path().join("modules/modules.builtin"), "a/virtio_pci.ko\na/virtio_console.ko\n")
        .expect("a list");
    let import = |modules: &[&str]| {
        let kernel =
            world.offline().import(&path, Some(&folder.path().join("modules")), modules).expect("imported");
        assert_eq!((kernel.series.as_str(), kernel.release.as_str()), ("bzImage", "9.9-mine"));
        assert!(fs::read(&kernel.vmlinux).expect("the image") == testing::vmlinux("9.9-mine"));
        kernel
    };
    let kernel = import(&["veth"]);
    assert_eq!(fs::read(kernel.modules.join("veth.ko")).expect("unpacked"), testing::module(""));
    assert_eq!(import(&["veth"]), kernel);
    assert!(!import(&[]).modules.join("veth.ko").exists());
    let bare = world.offline().import(&path, None, &["veth"]).expect("imported");
    assert_eq!(fs::read_to_string(bare.modules.join("modules.dep")).expect("modules.dep"), "");
}

#[test]
fn what_is_no_kernel_is_refused_by_name() {
    let world = World::new();
    let path = world.cache.path().join("notes.txt");
    fs::write(&path, "some text").expect("a file");
    let error = world.offline().import(&path, None, &[]).expect_err("no kernel").to_string();
    assert!(
        error.contains(
            "notes.txt` cannot be booted: it is not a Linux kernel for x86-64: it starts with 73 6f 6d 65"
        ),
        "{error}"
    );
    assert!(error.contains("\nhint: give a bzImage or vmlinux"), "{error}");
    let error =
        world.offline().import(&world.cache.path().join("none"), None, &[]).expect_err("no file").to_string();
    assert!(error.contains("none`: No such file or directory (os error 2)\nhint: check the path"), "{error}");
}
