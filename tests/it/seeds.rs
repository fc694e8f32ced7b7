//! The five articles of the task, and five of our own with the same faults, through `pledgewatch ingest` in order
//! of their dates: all are kept, what they obviously hold is found, and the call of October repeats what the call
//! of April said.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::program::Program;

/// The reports of all files in order.
fn ingested(files: &[PathBuf]) -> Vec<Value> {
    let program = Program::bare();
    let mut arguments = vec!["ingest", "--json"];
    arguments.extend(files.iter().map(|file| file.to_str().unwrap()));
    let reports = program.run(&arguments).done().json();
    assert_eq!(reports.len(), files.len());
    for (report, file) in reports.iter().zip(files) {
        assert_eq!(report["kept"], true, "{}: {}", file.display(), report["why"]);
        quotes_are_slices(report, &std::fs::read_to_string(file).unwrap());
    }
    reports
}

fn quotes_are_slices(report: &Value, raw: &str) {
    for mention in report["mentions"].as_array().unwrap() {
        let at = |field: &str| usize::try_from(mention["span"][field].as_u64().unwrap()).unwrap();
        assert_eq!(&raw[at("byte_start")..at("byte_end")], mention["quote"].as_str().unwrap());
    }
}

/// Kind and stage of everything found, without what only repeats the same words.
fn found(report: &Value) -> Vec<(String, String)> {
    let word = |mention: &Value, field: &str| mention[field].as_str().unwrap().to_owned();
    report["mentions"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|mention| mention["verdict"] != "duplicate")
        .map(|mention| (word(mention, "kind"), word(mention, "stage")))
        .collect()
}

/// Each expected kind and stage has a mention of its own.
fn holds(report: &Value, expected: &[(&str, &str)]) {
    let mut left = found(report);
    for (kind, stage) in expected {
        let place = left.iter().position(|(k, s)| k == kind && s == stage);
        match place {
            Some(place) => drop(left.swap_remove(place)),
            None => panic!("no {kind} {stage} in {}: {:?}", report["source"], found(report)),
        }
    }
}

/// What it would raise.
fn raised(report: &Value) -> Vec<&Value> {
    report["mentions"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|mention| mention["alert"] != "none")
        .collect()
}

fn instruments(report: &Value) -> Vec<&str> {
    report["mentions"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|mention| mention["instrument"].as_str())
        .collect()
}

#[test]
fn five_articles_like_the_real_ones_are_kept_and_what_they_hold_is_found() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/articles");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let reports = ingested(&files);
    let [reception, visit, april, october, dialogue] = reports.as_slice() else {
        panic!("five articles")
    };

    assert_eq!(reception["published"], "2022-09-06");
    holds(
        reception,
        &[
            ("instrument_conclude", "signed"),
            ("instrument_implement", "proposed"),
            ("capacity", "proposed"),
        ],
    );
    assert!(instruments(reception).contains(&"INS:mou-human-trafficking-2018"));

    holds(
        visit,
        &[
            ("mechanism", "agreed"),
            ("info_exchange", "agreed"),
            ("operation", "agreed"),
            ("instrument_conclude", "proposed"),
            ("instrument_conclude", "proposed"),
            ("capacity", "pledged"),
            ("info_exchange", "pledged"),
        ],
    );

    assert_eq!(april["published"], "2024-05-28");
    holds(
        april,
        &[
            ("instrument_implement", "agreed"),
            ("instrument_implement", "agreed"),
            ("instrument_implement", "agreed"),
            ("mechanism", "agreed"),
            ("general", "pledged"),
            ("info_exchange", "pledged"),
            ("outreach", "agreed"),
            ("capacity", "agreed"),
        ],
    );
    // The page prints its text twice, and the second time counts for nothing.
    let duplicates = |report: &Value| {
        let mentions = report["mentions"].as_array().unwrap();
        mentions.iter().filter(|mention| mention["verdict"] == "duplicate").count()
    };
    assert_eq!(duplicates(april), found(april).len());

    holds(
        october,
        &[
            ("instrument_implement", "agreed"),
            ("mechanism", "agreed"),
            ("capacity", "agreed"),
            ("general", "agreed"),
        ],
    );
    assert_eq!(raised(october), Vec::<&Value>::new(), "the call of October says what April said");

    holds(
        dialogue,
        &[
            ("instrument_implement", "proposed"),
            ("mechanism", "proposed"),
            ("instrument_implement", "pledged"),
            ("mechanism", "delivered"),
            ("instrument_conclude", "signed"),
        ],
    );
    assert!(instruments(dialogue).iter().any(|id| id.contains("dialogue")));
}

#[test]
fn the_five_articles_of_the_task_are_kept_and_the_second_call_raises_nothing() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seeds");
    let Ok(entries) = std::fs::read_dir(&folder) else { return };
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "txt"))
        .collect();
    files.sort();
    if files.len() != 5 {
        return;
    }
    // In the order in which they were written.
    files.rotate_right(1);
    let reports = ingested(&files);
    for (report, least) in reports.iter().zip([5, 8, 10, 9, 12]) {
        assert!(found(report).len() >= least, "{}: {:?}", report["source"], found(report));
    }
    assert_eq!(raised(&reports[3]), Vec::<&Value>::new());
}
