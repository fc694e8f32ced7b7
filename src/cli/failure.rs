//! How a command ends: one clear sentence on standard error, and an exit code that a script can read.

use std::process::ExitCode;

/// Exit codes, after sysexits(3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All went well.
    Done = 0,
    /// Something failed that none of the others names.
    Failed = 1,
    /// `replay` found differences that were not taken over.
    Differs = 2,
    /// The command line asks for something that is not there.
    Usage = 64,
    /// An input cannot be understood.
    Data = 65,
    /// An input cannot be read.
    NoInput = 66,
    /// Something that is owed does not happen: mail cannot leave, an alert is stuck.
    Unavailable = 69,
    /// The database or the disk refuses.
    Io = 74,
    /// Worth trying again later.
    Temporary = 75,
    /// The configuration is wrong.
    Configuration = 78,
}

impl Exit {
    /// All of them, with what they mean: manual pages and tests go by this.
    pub const ALL: [(Exit, &'static str); 10] = [
        (Exit::Done, "All went well."),
        (Exit::Failed, "Something failed that none of the others names."),
        (Exit::Differs, "`replay` found differences that were not taken over."),
        (Exit::Usage, "The command line asks for something that is not there."),
        (Exit::Data, "An input cannot be understood."),
        (Exit::NoInput, "An input cannot be read."),
        (
            Exit::Unavailable,
            "Something that is owed does not happen: mail cannot leave, an alert is stuck.",
        ),
        (Exit::Io, "The database or the disk refuses."),
        (Exit::Temporary, "Worth trying again later."),
        (Exit::Configuration, "The configuration is wrong; nothing was started."),
    ];
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// An error that has found its exit code.
#[derive(Debug)]
pub struct Failure {
    /// The code.
    pub exit: Exit,
    /// What, where, and what to do.
    pub message: String,
}

impl Failure {
    /// A failure with a message.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// What commands return.
pub type Outcome = Result<Exit, Failure>;
