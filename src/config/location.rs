//! Where the configuration, the data and the credentials are, when nobody says.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What the surroundings say about places. Read once at start and handed on, so that tests need no real
/// environment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Environment {
    /// `$STATE_DIRECTORY`: the data folder that the service manager made.
    pub state_directory: Option<PathBuf>,
    /// `$CREDENTIALS_DIRECTORY`: the credentials that the service manager gave.
    pub credentials_directory: Option<PathBuf>,
    /// `$XDG_CONFIG_HOME`, or `.config` in the home folder.
    pub config_home: Option<PathBuf>,
    /// `$XDG_STATE_HOME`, or `.local/state` in the home folder.
    pub state_home: Option<PathBuf>,
    /// The system's configuration folder, `/etc`.
    pub system_config: PathBuf,
}

impl Environment {
    /// Reads the variables through `variable`, such as `|name| std::env::var_os(name)`.
    pub fn read(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        // The specification says to ignore relative paths; an empty variable is as good as none.
        let folder =
            |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let home = folder("HOME");
        let in_home = |path: &str| home.as_ref().map(|home| home.join(path));
        // systemd lists several state directories with colons; ours is the first.
        let state_directory = variable("STATE_DIRECTORY")
            .and_then(|list| std::env::split_paths(&list).next())
            .filter(|path| path.is_absolute());
        Self {
            state_directory,
            credentials_directory: folder("CREDENTIALS_DIRECTORY"),
            config_home: folder("XDG_CONFIG_HOME").or_else(|| in_home(".config")),
            state_home: folder("XDG_STATE_HOME").or_else(|| in_home(".local/state")),
            system_config: PathBuf::from("/etc"),
        }
    }

    /// The environment of this process.
    pub fn of_process() -> Self {
        Self::read(|name| std::env::var_os(name))
    }

    /// The configuration file that is used when none is named: the user's, else the system's, else none (then
    /// the built-in configuration is used). The working folder is not searched: what a daemon does must not
    /// depend on where it was started.
    pub fn config_file(&self) -> Option<PathBuf> {
        [self.config_home.as_deref(), Some(self.system_config.as_path())]
            .into_iter()
            .flatten()
            .map(|folder| folder.join("pledgewatch/pledgewatch.toml"))
            .find(|file| file.is_file())
    }

    /// The data folder: what the configuration says, else `$STATE_DIRECTORY`, else `pledgewatch` in the user's
    /// state folder, else `pledgewatch-data` in the working folder.
    pub fn data_folder(&self, configured: Option<&Path>) -> PathBuf {
        configured
            // Without the `.` of a folder beside the configuration file.
            .map(|folder| folder.components().collect())
            .or_else(|| self.state_directory.clone())
            .or_else(|| self.state_home.as_ref().map(|home| home.join("pledgewatch")))
            .unwrap_or_else(|| PathBuf::from("pledgewatch-data"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> Environment {
        Environment::read(|name| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn data_goes_where_the_configuration_or_the_service_manager_says_else_home() {
        let service = environment(&[("STATE_DIRECTORY", "/var/lib/pledgewatch:/x"), ("HOME", "/")]);
        assert_eq!(service.data_folder(None), Path::new("/var/lib/pledgewatch"));
        assert_eq!(service.data_folder(Some(Path::new("/srv/p"))), Path::new("/srv/p"));
        let person = environment(&[("HOME", "/home/lan"), ("XDG_STATE_HOME", "relative")]);
        assert_eq!(person.data_folder(None), Path::new("/home/lan/.local/state/pledgewatch"));
        assert_eq!(environment(&[]).data_folder(None), Path::new("pledgewatch-data"));
    }

    #[test]
    fn the_users_file_comes_before_the_systems() {
        let folder = tempfile::tempdir().unwrap();
        let write = |place: &str| {
            let path = folder.path().join(place).join("pledgewatch/pledgewatch.toml");
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, "").unwrap();
            path
        };
        let mut environment = environment(&[]);
        environment.system_config = folder.path().join("etc");
        environment.config_home = Some(folder.path().join("home"));
        assert_eq!(environment.config_file(), None);
        let system = write("etc");
        assert_eq!(environment.config_file(), Some(system));
        let user = write("home");
        assert_eq!(environment.config_file(), Some(user));
    }
}
