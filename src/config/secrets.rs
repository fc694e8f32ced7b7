//! Secrets come from files that only this user can read, never from the configuration, the environment or the
//! command line, and they never show in a log.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// A secret text that does not show when it is printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Where a secret is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// A systemd credential of this name, in `$CREDENTIALS_DIRECTORY`.
    Credential(String),
    /// A file, which nobody but its owner may read.
    File(PathBuf),
}

/// Largest secret file: a password is a line.
const MAX_BYTES: u64 = 4096;
/// Largest key: RSA of 8192 bits has 6 kB.
const MAX_KEY_BYTES: u64 = 16 << 10;

/// A secret that cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The service was not given credentials.
    #[error(
        "there is no credentials directory for \"{0}\": add LoadCredential={0}:/path to the unit, or use password_file"
    )]
    NoDirectory(String),
    /// The file cannot be read.
    #[error("cannot read the secret in {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Others can read or change the file.
    #[error("{path} can be read or changed by others (mode {mode:03o}): chmod 600 {path}")]
    Mode {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file holds no text of the size of a key.
    #[error("{0} must hold a key in PEM of at most 16 kB")]
    Key(PathBuf),
    /// The file holds no one-line text.
    #[error("{0} must hold one line of text of at most 4096 bytes")]
    Content(PathBuf),
}

impl SecretSource {
    /// Reads the secret. `credentials` is `$CREDENTIALS_DIRECTORY`. One line end at the end is not part of it.
    ///
    /// # Errors
    /// The file is missing, others may read it, or it holds something else than a line of text.
    pub fn read(&self, credentials: Option<&Path>) -> Result<Secret, SecretError> {
        match self {
            // The service manager guards its directory itself, and its files are mode 0400 or 0440.
            Self::Credential(name) => match credentials {
                Some(directory) => read(&directory.join(name)),
                None => Err(SecretError::NoDirectory(name.clone())),
            },
            Self::File(path) => {
                refuse_readable_by_others(path)?;
                read(path)
            }
        }
    }
}

impl SecretSource {
    /// Reads a secret of many lines: a key in PEM. `credentials` is `$CREDENTIALS_DIRECTORY`.
    ///
    /// # Errors
    /// The file is missing, others may read it, or it is larger than any key.
    pub fn read_key(&self, credentials: Option<&Path>) -> Result<Secret, SecretError> {
        let path = match self {
            Self::Credential(name) => {
                credentials.ok_or_else(|| SecretError::NoDirectory(name.clone()))?.join(name)
            }
            Self::File(path) => {
                refuse_readable_by_others(path)?;
                path.clone()
            }
        };
        let failed = |source| SecretError::Read { path: path.clone(), source };
        if fs::metadata(&path).map_err(failed)?.len() > MAX_KEY_BYTES {
            return Err(SecretError::Key(path));
        }
        let text = fs::read_to_string(&path).map_err(|_| SecretError::Key(path.clone()))?;
        Ok(Secret::new(text))
    }
}

fn read(path: &Path) -> Result<Secret, SecretError> {
    let failed = |source| SecretError::Read { path: path.to_owned(), source };
    let about = fs::metadata(path).map_err(failed)?;
    if !about.is_file() || about.len() > MAX_BYTES {
        return Err(SecretError::Content(path.to_owned()));
    }
    let text = String::from_utf8(fs::read(path).map_err(failed)?)
        .map_err(|_| SecretError::Content(path.to_owned()))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() || line.contains(['\n', '\r', '\0']) {
        return Err(SecretError::Content(path.to_owned()));
    }
    Ok(Secret::new(line))
}

#[cfg(unix)]
fn refuse_readable_by_others(path: &Path) -> Result<(), SecretError> {
    use std::os::unix::fs::PermissionsExt;
    let about =
        fs::metadata(path).map_err(|source| SecretError::Read { path: path.to_owned(), source })?;
    match about.permissions().mode() & 0o777 {
        mode if mode & 0o077 != 0 => Err(SecretError::Mode { path: path.to_owned(), mode }),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn refuse_readable_by_others(_path: &Path) -> Result<(), SecretError> {
    Ok(())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn file(folder: &Path, content: &str, mode: u32) -> PathBuf {
        let path = folder.join("smtp-password");
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    #[test]
    fn a_password_file_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        for mode in [0o640, 0o604, 0o620, 0o644] {
            let path = file(folder.path(), "hunter2\n", mode);
            let error = SecretSource::File(path).read(None).unwrap_err();
            assert!(matches!(error, SecretError::Mode { .. }), "{mode:o}: {error}");
        }
        let path = file(folder.path(), "hunter2\n", 0o600);
        assert_eq!(SecretSource::File(path).read(None).unwrap().reveal(), "hunter2");
    }

    #[test]
    fn a_credential_is_read_from_the_directory_of_the_service_manager() {
        let folder = tempfile::tempdir().unwrap();
        file(folder.path(), " with spaces \r\n", 0o440);
        let source = SecretSource::Credential("smtp-password".to_owned());
        assert_eq!(source.read(Some(folder.path())).unwrap().reveal(), " with spaces ");
        assert!(matches!(source.read(None), Err(SecretError::NoDirectory(_))));
    }

    #[test]
    fn more_than_a_line_is_no_secret() {
        let folder = tempfile::tempdir().unwrap();
        for content in ["", "\n", "two\nlines\n", &"x".repeat(5000)] {
            let path = file(folder.path(), content, 0o600);
            assert!(matches!(SecretSource::File(path).read(None), Err(SecretError::Content(_))));
        }
    }

    #[test]
    fn a_secret_does_not_show() {
        assert_eq!(format!("{:?}", Some(Secret::new("hunter2"))), "Some(Secret(…))");
    }
}
