//! The command line: one file per command. Commands read settings, call the pipeline or the store, and print;
//! they decide nothing. What people read goes to standard output, everything else to standard error.

pub mod args;
mod article_report;
mod backup;
mod check_config;
pub mod demo;
mod digest;
mod doctor;
mod edition;
mod eval;
mod explain;
mod export;
mod extract;
pub mod failure;
mod ingest;
mod input;
pub mod ledger;
mod mail_identity;
mod mention_report;
mod notify;
mod once;
pub mod outbox;
mod page_worker;
pub mod pages;
mod reload;
mod replay;
mod report;
mod restore;
mod run;
mod search;
mod session;
mod source_health;
mod sources;
mod status;
mod story;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command};
use failure::Outcome;

/// Parses the arguments, runs the command, and says how it ended.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are answers, not errors.
            let asked = !error.use_stderr();
            return if error.print().is_ok() && asked {
                ExitCode::SUCCESS
            } else {
                failure::Exit::Usage.into()
            };
        }
    };
    match dispatch(&arguments) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "pledgewatch: {failure}");
            failure.exit.into()
        }
    }
}

fn dispatch(arguments: &Arguments) -> Outcome {
    let global = &arguments.global;
    match &arguments.command {
        Command::Run => run::run(global),
        Command::Reload => reload::run(global),
        Command::Once(once) => once::run(global, once),
        Command::Demo(demo) => demo::run(global, demo),
        Command::Ingest(ingest) => ingest::run(global, ingest),
        Command::Explain(explain) => explain::run(global, explain),
        Command::Extract(extract) => extract::run(global, extract),
        Command::Eval(eval) => eval::run(global, eval),
        Command::CheckConfig(check) => check_config::run(global, check),
        Command::Sources(sources) => sources::run(global, sources),
        Command::Ledger(ledger) => ledger::run(global, ledger),
        Command::Replay(replay) => replay::run(global, replay),
        Command::Search(search) => search::run(global, search),
        Command::Digest(digest) => digest::run(global, digest),
        Command::Notify(notify) => notify::run(global, notify),
        Command::Outbox(outbox) => outbox::run(global, outbox),
        Command::Status(flag) => status::run(global, flag.json),
        Command::Doctor(flag) => doctor::run(global, flag.json),
        Command::Backup(backup) => backup::run(global, backup),
        Command::Restore(restore) => restore::run(global, restore),
        Command::Pages(pages) => pages::run(pages),
        Command::PageWorker => page_worker::run(),
    }
}
