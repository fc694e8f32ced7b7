//! `eval`: measures the program on labelled files, and says where it falls short.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::args::{EvalArguments, Global, StartingLedger};
use super::failure::{Exit, Failure, Outcome};
use super::report::{counted, json_line, print};
use super::session::Session;
use crate::eval::{self, Dataset, Errors, Floors, Format, Register, Report, Settings};

/// Problems of one file that are listed; more say no more.
const MOST_FAULTS: usize = 50;

/// Measures every file and prints its report.
pub(super) fn run(global: &Global, arguments: &EvalArguments) -> Outcome {
    let session = Session::begin(global, "warn")?;
    let topic = session.topic()?;
    let started = Instant::now();
    let clock = move || started.elapsed();
    let floors = arguments.floor.as_deref().map(floors).transpose()?.unwrap_or_default();
    let data = read_all(arguments)?;
    let mut broken = Vec::new();
    let mut unasked = 0;
    for data in &data {
        let settings = Settings {
            register: register(arguments.register, data.format()),
            perturb: arguments.perturb,
            max_push_age: session.config.article.max_push_age,
            errors: match (arguments.errors, arguments.oracle) {
                (false, _) => Errors::None,
                (true, false) => Errors::Own,
                (true, true) => Errors::Oracle,
            },
        };
        let report = eval::evaluate(data, &topic, settings, &clock);
        print(&printed(&report, arguments)?)?;
        unasked += floors.unasked(&report);
        broken.extend(floors.broken(&report).iter().map(ToString::to_string));
        broken.extend(report.harmed().map(|(damage, flips)| {
            format!("{} perturb.{damage}: {flips} verdicts turned, and none may", report.set)
        }));
    }
    if unasked > 0 {
        let floors = counted(unasked, "floor is", "floors are");
        eprintln!("pledgewatch: {floors} passed over: only --perturb measures damage");
    }
    for broken in &broken {
        eprintln!("pledgewatch: {broken}");
    }
    Ok(if broken.is_empty() { Exit::Done } else { Exit::Failed })
}

fn floors(file: &Path) -> Result<Floors, Failure> {
    let text = fs::read_to_string(file).map_err(|error| {
        Failure::new(Exit::NoInput, format!("cannot read {}: {error}", file.display()))
    })?;
    Floors::read(&text)
        .map_err(|message| Failure::new(Exit::Data, format!("{}: {message}", file.display())))
}

fn printed(report: &Report, arguments: &EvalArguments) -> Result<String, Failure> {
    if arguments.json {
        return json_line(report);
    }
    let misses = report.misses.as_deref().unwrap_or_default();
    Ok(format!("{}\n{}", eval::table(report), eval::misses(&report.set, misses)))
}

/// Streams begin with what was known on their dates, annotated texts with nothing.
fn register(asked: Option<StartingLedger>, format: Format) -> Register {
    match asked {
        Some(StartingLedger::None) => Register::None,
        Some(StartingLedger::Shipped) => Register::Shipped,
        Some(StartingLedger::Dated) => Register::Dated,
        None if format == Format::Texts => Register::None,
        None => Register::Dated,
    }
}

/// All files, or every problem in them.
fn read_all(arguments: &EvalArguments) -> Result<Vec<Dataset>, Failure> {
    let mut all = Vec::new();
    let mut faulty = 0;
    for file in &arguments.files {
        let bytes = fs::read(file).map_err(|error| {
            Failure::new(Exit::NoInput, format!("cannot read {}: {error}", file.display()))
        })?;
        let folders = folders(file, arguments.texts.as_deref());
        match eval::read(&name(file), &bytes, &|wanted| text(&folders, wanted)) {
            Ok(data) => all.push(data),
            Err(faults) => {
                faulty += faults.len();
                for fault in faults.iter().take(MOST_FAULTS) {
                    eprintln!("{}:{}: {}", file.display(), fault.line, fault.message);
                }
                if faults.len() > MOST_FAULTS {
                    eprintln!("{}: and {} more", file.display(), faults.len() - MOST_FAULTS);
                }
            }
        }
    }
    if faulty == 0 {
        Ok(all)
    } else {
        let noun = if faulty == 1 { "problem" } else { "problems" };
        Err(Failure::new(
            Exit::Data,
            format!("{faulty} {noun} in the labelled data; nothing was measured"),
        ))
    }
}

fn name(file: &Path) -> String {
    file.file_stem().unwrap_or(file.as_os_str()).to_string_lossy().into_owned()
}

/// Where the texts may lie that labels speak of.
fn folders(file: &Path, given: Option<&Path>) -> Vec<PathBuf> {
    if let Some(given) = given {
        return vec![given.to_owned()];
    }
    let beside = file.parent().map(Path::to_owned).unwrap_or_default();
    vec![beside.join("../seeds"), beside.join("seeds"), beside.join("texts"), beside]
}

fn text(folders: &[PathBuf], wanted: &str) -> Result<String, String> {
    let safe =
        Path::new(wanted).components().all(|part| matches!(part, std::path::Component::Normal(_)));
    if !safe {
        return Err(format!("\"{wanted}\" must be the name of a file below the folder of texts"));
    }
    let found = folders.iter().map(|folder| folder.join(wanted)).find(|path| path.is_file());
    let Some(path) = found else {
        let looked: Vec<String> =
            folders.iter().map(|folder| folder.display().to_string()).collect();
        return Err(format!(
            "the text \"{wanted}\" is in none of {}; --texts names its folder",
            looked.join(", ")
        ));
    };
    let bytes =
        fs::read(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    String::from_utf8(bytes).map_err(|_| format!("{} is not UTF-8", path.display()))
}
