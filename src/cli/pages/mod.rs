//! The hidden command `pages`: manual pages, completions of shells, and the references in `docs/`, written from the
//! command line and the configuration as this program knows them. A package is made of them, and nothing has to be kept
//! equal by hand. A command of the program rather than a program of its own: it has both already, and whoever has the
//! binary can make its pages.

mod manual;
mod markdown;

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;

use super::args::{Arguments, PagesArguments};
use super::failure::{Exit, Failure, Outcome};

pub use markdown::{commands as commands_reference, configuration as configuration_reference};

/// Writes everything into folders below `--dir`.
pub(super) fn run(arguments: &PagesArguments) -> Outcome {
    write_all(&arguments.dir).map_err(|error| {
        let folder = arguments.dir.display();
        Failure::new(Exit::Io, format!("cannot write pages into {folder}: {error}"))
    })?;
    Ok(Exit::Done)
}

fn write_all(folder: &Path) -> std::io::Result<()> {
    let man = made(folder.join("man"))?;
    for (name, page) in manual::pages()? {
        fs::write(man.join(name), page)?;
    }
    let completions = made(folder.join("completions"))?;
    for (shell, name) in [
        (Shell::Bash, "pledgewatch"),
        (Shell::Zsh, "_pledgewatch"),
        (Shell::Fish, "pledgewatch.fish"),
    ] {
        let mut text = Vec::new();
        clap_complete::generate(shell, &mut program(), "pledgewatch", &mut text);
        fs::write(completions.join(name), text)?;
    }
    let docs = made(folder.join("docs"))?;
    fs::write(docs.join("commands.md"), commands_reference())?;
    fs::write(docs.join("configuration.md"), configuration_reference())
}

fn made(folder: PathBuf) -> std::io::Result<PathBuf> {
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// The command line with all that is derived filled in, of the same width on every machine.
fn program() -> Command {
    let mut program = Arguments::command().term_width(100);
    program.build();
    program
}

/// A command and those below it that people see, each with its whole name.
fn visible(command: &Command) -> Vec<(String, &Command)> {
    let mut found =
        vec![(command.get_bin_name().unwrap_or(command.get_name()).to_owned(), command)];
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        found.extend(visible(below));
    }
    found
}
