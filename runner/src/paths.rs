//! Where things lie: the course or a learner's workspace, the cache, the user's configuration.
//!
//! Nothing is created here, and no other module puts a path of the cache together.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use anyhow::{Result, anyhow};

use crate::{usage::WrongUsage, workspace::MARKER};

/// The folder in the user's cache and configuration folders that is ours.
const OURS: &str = "ebpf-workbook";

/// What must lie in a folder for it to be the course's root.
const MARKS: [&str; 3] = ["Cargo.toml", "labs", "labs-ebpf"];

/// In what kind of folder we work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The course's own repository: `cargo runner` works, and the solutions lie beside the exercises.
    Repository,
    /// A learner's workspace, written by `init`: no solutions, and the runner is somewhere on `PATH`.
    Workspace,
}

/// The part of the environment that decides where things lie. An empty variable counts as unset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The working directory.
    pub working_directory: PathBuf,
    /// The user's home folder.
    pub home: Option<PathBuf>,
    /// `EBPF_WORKBOOK_CACHE`: the cache itself.
    pub cache: Option<OsString>,
    /// `EBPF_WORKBOOK_CONFIG`: the configuration file itself.
    pub config: Option<OsString>,
    /// `XDG_CACHE_HOME`.
    pub xdg_cache: Option<OsString>,
    /// `XDG_CONFIG_HOME`.
    pub xdg_config: Option<OsString>,
}

impl Surroundings {
    /// Reads the environment of this process.
    ///
    /// # Errors
    /// If the working directory is gone.
    pub fn of_this_process() -> Result<Self> {
        let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
        let working_directory = env::current_dir().map_err(|error| {
            anyhow!(
                "cannot tell the working directory: {error}\nhint: change into the course's folder and try again"
            )
        })?;
        Ok(Self {
            working_directory,
            home: etcetera::home_dir().ok(),
            cache: set("EBPF_WORKBOOK_CACHE"),
            config: set("EBPF_WORKBOOK_CONFIG"),
            xdg_cache: set("XDG_CACHE_HOME"),
            xdg_config: set("XDG_CONFIG_HOME"),
        })
    }

    /// The environment's own variable, else the XDG folder, else the folder below the home folder.
    fn choose(
        &self,
        own: Option<&OsString>,
        xdg: Option<&OsString>,
        below_home: &str,
        name: &str,
    ) -> Option<PathBuf> {
        if let Some(own) = own {
            return Some(self.working_directory.join(own));
        }
        // The XDG specification says that a relative path is to be ignored.
        let xdg = xdg.map(PathBuf::from).filter(|path| path.is_absolute());
        let base = xdg.or_else(|| self.home.as_ref().map(|home| home.join(below_home)))?;
        Some(base.join(name))
    }
}

/// Where things lie for this run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// The root of the course or of the workspace: the folder with `labs/` and `labs-ebpf/`.
    pub course: PathBuf,
    /// The cache: everything in it can be made again.
    pub cache: PathBuf,
    /// The user's configuration file, which need not exist.
    pub config: PathBuf,
}

impl Paths {
    /// Finds the course from the working directory, and the cache and the configuration from the
    /// environment.
    ///
    /// # Errors
    /// If the working directory is in neither, or there is no home folder to fall back to.
    pub fn discover() -> Result<Self> {
        Self::from_surroundings(&Surroundings::of_this_process()?)
    }

    /// As [`Paths::discover`], with the environment as a value.
    ///
    /// # Errors
    /// As [`Paths::discover`].
    pub fn from_surroundings(around: &Surroundings) -> Result<Self> {
        let course = course_root(&around.working_directory)?;
        let cache = around.choose(around.cache.as_ref(), around.xdg_cache.as_ref(), ".cache", OURS);
        let config = around.choose(
            around.config.as_ref(),
            around.xdg_config.as_ref(),
            ".config",
            &format!("{OURS}/config.toml"),
        );
        match (cache, config) {
            (Some(cache), Some(config)) => Ok(Self { course, cache, config }),
            (None, _) => Err(homeless("cache", "EBPF_WORKBOOK_CACHE")),
            (_, None) => Err(homeless("configuration", "EBPF_WORKBOOK_CONFIG")),
        }
    }

    /// In what kind of folder the course lies.
    #[must_use]
    pub fn kind(&self) -> Kind {
        if self.course.join(MARKER).exists() { Kind::Workspace } else { Kind::Repository }
    }

    /// The private apt root.
    #[must_use]
    pub fn apt(&self) -> PathBuf {
        self.cache.join("apt")
    }

    /// Kernels, unpacked, and the lock file that says what was fetched.
    #[must_use]
    pub fn kernels(&self) -> PathBuf {
        self.cache.join("kernels")
    }

    /// Saved, booted guests.
    #[must_use]
    pub fn checkpoints(&self) -> PathBuf {
        self.cache.join("checkpoints")
    }

    /// Tools that set-up built or unpacked: `bpf-linker`, the standard library's source.
    #[must_use]
    pub fn tools(&self) -> PathBuf {
        self.cache.join("tools")
    }

    /// What reference solutions observed.
    #[must_use]
    pub fn oracle(&self) -> PathBuf {
        self.cache.join("oracle")
    }

    /// Lock files: two runners at once wait for each other here.
    #[must_use]
    pub fn locks(&self) -> PathBuf {
        self.cache.join("locks")
    }

    /// Remembered answers of probes, and logs of what set-up did.
    #[must_use]
    pub fn findings(&self) -> PathBuf {
        self.cache.join("findings")
    }

    /// What a job left: `target/labs/LAB/KERNEL/`.
    #[must_use]
    pub fn evidence(&self, lab: &str, kernel: &str) -> PathBuf {
        self.course.join("target/labs").join(lab).join(kernel)
    }
}

/// The nearest folder at or above `start` that is the root of a workspace or of the course.
///
/// # Errors
/// If there is none.
pub fn course_root(start: &Path) -> Result<PathBuf> {
    let is_root =
        |folder: &&Path| folder.join(MARKER).exists() || MARKS.iter().all(|mark| folder.join(mark).exists());
    start.ancestors().find(is_root).map(Path::to_path_buf).ok_or_else(|| {
        anyhow!(WrongUsage::new(
            "no-workspace",
            format!(
                "`{}` is inside no workspace: no folder from here up to `/` has a `{MARKER}`\n\
             hint: change into your workspace, or write one with `cargo runner init my-workbook`",
                start.display(),
            )
        ))
    })
}

/// How the runner is started from where we are: by cargo in the course's repository, by its name elsewhere.
#[must_use]
pub fn command_word() -> &'static str {
    static WORD: LazyLock<&str> = LazyLock::new(|| {
        let root = env::current_dir().ok().and_then(|folder| course_root(&folder).ok());
        let in_repository = root.is_some_and(|root| !root.join(MARKER).exists());
        if in_repository { "cargo runner" } else { "runner" }
    });
    &WORD
}

/// A text with its commands as they are typed here. Texts say `cargo runner`, and this takes cargo away.
#[must_use]
pub fn spoken(text: &str) -> String {
    text.replace("cargo runner ", &format!("{} ", command_word()))
}

fn homeless(what: &str, variable: &str) -> anyhow::Error {
    anyhow!(
        "there is no place for the {what}: this user has no home folder\n\
         hint: name a place in the environment variable `{variable}`"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn course() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("labs/lab-01-hello/src")).unwrap();
        std::fs::create_dir_all(root.path().join("labs-ebpf")).unwrap();
        std::fs::write(root.path().join("Cargo.toml"), "").unwrap();
        // A package inside the course has a `Cargo.toml` too, and is not the root.
        std::fs::write(root.path().join("labs/lab-01-hello/Cargo.toml"), "").unwrap();
        root
    }

    #[test]
    fn a_workspace_is_known_by_its_marker_even_when_it_lacks_the_rest() {
        let root = course();
        let inner = root.path().join("labs/mine");
        std::fs::create_dir_all(inner.join("labs-ebpf")).unwrap();
        std::fs::write(inner.join(MARKER), "").unwrap();
        assert_eq!(course_root(&inner.join("labs-ebpf")).unwrap(), inner);
        assert_eq!(Paths::from_surroundings(&around(&inner)).unwrap().kind(), Kind::Workspace);
        assert_eq!(Paths::from_surroundings(&around(root.path())).unwrap().kind(), Kind::Repository);
    }

    fn around(folder: &Path) -> Surroundings {
        Surroundings {
            working_directory: folder.to_path_buf(),
            home: Some("/home/ada".into()),
            ..Surroundings::default()
        }
    }

    #[rstest]
    #[case::at_the_root("")]
    #[case::deep_inside("labs/lab-01-hello/src")]
    fn the_course_is_found_from_inside(#[case] folder: &str) {
        let root = course();
        assert_eq!(course_root(&root.path().join(folder)).unwrap(), root.path());
    }

    #[rstest]
    #[case::nothing_set(None, None, "/home/ada/.cache/ebpf-workbook")]
    #[case::xdg(None, Some("/big"), "/big/ebpf-workbook")]
    #[case::relative_xdg_is_ignored(None, Some("big"), "/home/ada/.cache/ebpf-workbook")]
    #[case::own_variable_wins(Some("/own"), Some("/big"), "/own")]
    fn the_cache_is_chosen(#[case] own: Option<&str>, #[case] xdg: Option<&str>, #[case] expected: &str) {
        let root = course();
        let around = Surroundings {
            cache: own.map(OsString::from),
            xdg_cache: xdg.map(OsString::from),
            ..around(root.path())
        };
        assert_eq!(Paths::from_surroundings(&around).unwrap().cache, Path::new(expected));
    }

    #[test]
    fn a_relative_cache_is_below_the_working_directory() {
        let root = course();
        let around = Surroundings { cache: Some("here".into()), ..around(root.path()) };
        assert_eq!(Paths::from_surroundings(&around).unwrap().cache, root.path().join("here"));
    }

    #[test]
    fn the_configuration_has_a_file_name() {
        let root = course();
        let paths = Paths::from_surroundings(&around(root.path())).unwrap();
        assert_eq!(paths.config, Path::new("/home/ada/.config/ebpf-workbook/config.toml"));
    }

    #[test]
    fn outside_of_the_course() {
        let error = course_root(Path::new("/nowhere/at/all")).unwrap_err();
        insta::assert_snapshot!("outside_of_the_course", error);
    }

    #[test]
    fn without_a_home_folder() {
        let root = course();
        let error =
            Paths::from_surroundings(&Surroundings { home: None, ..around(root.path()) }).unwrap_err();
        insta::assert_snapshot!("without_a_home_folder", error);
    }
}
