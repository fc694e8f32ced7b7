//! `notify test`: a message out of turn, with the server's own answer. `notify tokens`: by what readers are known in
//! their answers.

use jiff::Timestamp;

use super::args::{Global, NotifyArguments, NotifyCommand, NotifyTestArguments, SampleWord};
use super::digest::recipient;
use super::edition;
use super::failure::{Exit, Failure, Outcome};
use super::report::{print, table};
use super::session::{Session, engine_failure, runtime};
use crate::config::SecretError;
use crate::notify::message::token;
use crate::notify::transport;
use crate::pipeline::trial::{Sample, Trial};
use crate::pipeline::{EngineError, chain};

/// Does what is asked.
pub(super) fn run(global: &Global, arguments: &NotifyArguments) -> Outcome {
    match &arguments.command {
        NotifyCommand::Test(test) => try_out(global, test),
        NotifyCommand::Check(check) => super::mail_identity::run(global, check),
        NotifyCommand::Tokens => tokens(global),
    }
}

fn try_out(global: &Global, test: &NotifyTestArguments) -> Outcome {
    let session = Session::begin(global, "warn")?;
    let to = recipient(&session, test.recipient.as_deref())?;
    let refused = |error: &dyn std::error::Error| Failure::new(Exit::Configuration, chain(error));
    let trial =
        Trial::open(&session.config, &session.data, &session.topic()?).map_err(cannot_set_up)?;
    let now = Timestamp::now();
    let sample = match test.what {
        SampleWord::Test => Sample::Test,
        SampleWord::Alert => Sample::Alert,
        SampleWord::Digest => Sample::Digest,
    };
    let message = trial.compose(&to, sample, now).map_err(|error| refused(&error))?;
    let written = || trial.written(&to, &message, now).map_err(|error| refused(&error));
    let edition = &test.edition;
    if test.show || edition.html || edition.eml || edition.out.is_some() {
        return edition::show(&message, || Ok(written()?.bytes), edition);
    }
    if session.config.recipients.is_empty() {
        let hint = "nobody gets mail: add a [[recipient]], or look at the message with --show";
        return Err(Failure::new(Exit::Configuration, hint));
    }
    let outcome = runtime()?.block_on(trial.send(&to, &written()?));
    answer(&to.address, outcome)
}

/// Mail that cannot be set up. A credential of the service is not there for whoever types a command.
pub(super) fn cannot_set_up(error: EngineError) -> Failure {
    let by_hand = matches!(error, EngineError::Secret(SecretError::NoDirectory(_)));
    let mut failure = engine_failure(error);
    if by_hand {
        failure.message += "; where the unit has it, type as root: \
                            CREDENTIALS_DIRECTORY=/etc/pledgewatch/credentials pledgewatch notify test";
    }
    failure
}

/// The answer in a line, with an exit code that says whether trying again helps.
fn answer(to: &str, outcome: transport::Outcome) -> Outcome {
    use transport::Outcome::{
        Accepted, BadAddress, Deferred, Full, Lost, NotBefore, Rejected, TooBig, TransportDown,
        Unknown,
    };
    match outcome {
        Accepted(text) => print(&format!("accepted for {to}: {text}\n")),
        Deferred(text) | NotBefore(text, _) | Full(text) | Lost(text) => {
            Err(Failure::new(Exit::Temporary, format!("put off for {to}: {text}")))
        }
        Unknown(text) => Err(Failure::new(
            Exit::Temporary,
            format!("perhaps accepted for {to}, the server did not say: {text}"),
        )),
        Rejected(text) | BadAddress(text) | TooBig(text) => {
            Err(Failure::new(Exit::Failed, format!("refused for {to}: {text}")))
        }
        TransportDown { error, needs_operator } => {
            let exit = if needs_operator { Exit::Configuration } else { Exit::Temporary };
            Err(Failure::new(exit, format!("nothing can be sent: {error}")))
        }
    }
}

fn tokens(global: &Global) -> Outcome {
    let config = Session::read_config(global)?;
    let rows = config
        .recipients
        .iter()
        .map(|one| vec![token(&one.id, &one.address), one.id.clone(), one.address.clone()]);
    print(&table(&["TOKEN", "RECIPIENT", "ADDRESS"], rows))
}
