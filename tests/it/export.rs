//! The ledger for other programs: every form tells all evidence, verbatim, and no cell runs in a spreadsheet.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use pledgewatch::export::Coding;
use pledgewatch::model::{Kind, Stage};
use serde_json::Value;

use crate::newsroom::{CENTRE, CENTRE_VI, PROTOCOL, Story, column};
use crate::program::Program;

type Rows = Vec<BTreeMap<String, String>>;

const HOSTILE: &str = "=HYPERLINK(\"http://x.example\";\"open\"), \"quoted\"";

/// When the second article is published: after the others.
const LATER: &str = "2026-12-02";

/// A program that has read three articles, the second under a title that a spreadsheet would run.
fn reader() -> Program {
    let program = Program::bare();
    read(&program, &CENTRE, None, &CENTRE.published[..10]);
    read(&program, &PROTOCOL, Some(HOSTILE), LATER);
    read(&program, &CENTRE_VI, None, &CENTRE_VI.published[..10]);
    program
}

fn text(story: &Story) -> String {
    story.text.join("\n\n")
}

fn read(program: &Program, story: &Story, title: Option<&str>, day: &str) {
    let path = program.write(&format!("{}.txt", story.slug), text(story));
    let title = title.unwrap_or(story.title);
    let url = format!("https://news.example/{}", story.slug);
    let path = path.to_str().unwrap();
    program.run(&["ingest", "--published", day, "--title", title, "--url", &url, path]).done();
}

fn exported(program: &Program, arguments: &[&str]) -> String {
    let all: Vec<&str> = ["ledger", "export"].iter().chain(arguments).copied().collect();
    program.run(&all).done().out.clone()
}

fn rows(table: &str) -> Rows {
    csv::Reader::from_reader(table.as_bytes()).deserialize().map(Result::unwrap).collect()
}

fn tabled(program: &Program, arguments: &[&str]) -> Rows {
    rows(&exported(program, arguments))
}

#[test]
fn a_table_has_every_mention_of_every_commitment_with_its_verbatim_words() {
    let program = reader();
    let table = exported(&program, &["--format", "csv"]);
    assert!(table.ends_with("\r\n"), "rows end as RFC 4180 says");
    let rows = rows(&table);
    let stored =
        column(&program.sql(), "SELECT mention_id FROM verdicts WHERE commitment_id IS NOT NULL");
    let told: BTreeSet<&String> = rows.iter().map(|row| &row["mention_id"]).collect();
    assert_eq!(told, stored.iter().collect());
    for row in &rows {
        let at = |name: &str| row[name].parse::<usize>().unwrap();
        let raw = [&CENTRE, &CENTRE_VI, &PROTOCOL]
            .into_iter()
            .find(|story| row["article_url"].ends_with(story.slug))
            .map(text)
            .unwrap();
        for part in ["quote", "action"] {
            let slice = &raw[at(&format!("{part}_start"))..at(&format!("{part}_end"))];
            let cell = row[part].strip_prefix('\'').unwrap_or(&row[part]);
            assert_eq!(cell, slice);
        }
        assert_eq!(row["text_hash"], pledgewatch::store::text_hash(&raw));
        assert!(!row["parties"].is_empty() && !row["outcome"].is_empty(), "{row:?}");
    }
}

#[test]
fn no_cell_of_a_table_runs_in_a_spreadsheet_and_every_text_can_be_had_back() {
    let program = reader();
    for format in ["csv", "cameo", "plover"] {
        let rows = tabled(&program, &["--format", format]);
        let runs = |cell: &&String| cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
        let running: Vec<&String> = rows.iter().flat_map(BTreeMap::values).filter(runs).collect();
        assert!(running.is_empty(), "{format}: {running:?}");
        let titles: BTreeSet<&String> = rows.iter().map(|row| &row["article_title"]).collect();
        assert!(titles.contains(&format!("'{HOSTILE}")), "{format}: {titles:?}");
    }
}

#[test]
fn lines_hold_one_commitment_each_with_its_evidence_nested() {
    let program = reader();
    let table = tabled(&program, &["--format", "csv"]);
    let lines: Vec<Value> = exported(&program, &["--format", "jsonl"])
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let nested: Vec<(String, String)> = lines
        .iter()
        .flat_map(|line| {
            let id = line["commitment"]["id"].as_str().unwrap();
            let evidence = line["evidence"].as_array().unwrap();
            assert!(!evidence.is_empty(), "{id} has no evidence");
            evidence.iter().map(move |one| (id.to_owned(), one["mention_id"].to_string()))
        })
        .collect();
    let flat: Vec<(String, String)> =
        table.iter().map(|row| (row["commitment_id"].clone(), row["mention_id"].clone())).collect();
    assert_eq!(nested, flat);
    let title = &lines.iter().find_map(|line| {
        let title = &line["evidence"][0]["article"]["title"];
        (title == HOSTILE).then_some(title)
    });
    assert!(title.is_some(), "JSON is verbatim");
}

#[test]
fn merged_commitments_are_exported_as_the_one_they_are_part_of() {
    let program = reader();
    let before = tabled(&program, &["--format", "csv"]);
    let ids: Vec<&String> = before.iter().map(|row| &row["commitment_id"]).collect();
    let (into, from) = (ids[0], ids.iter().find(|id| **id != ids[0]).unwrap());
    program
        .sql()
        .execute("UPDATE commitments SET redirect_to = ?2 WHERE id = ?1", [from.as_str(), into])
        .unwrap();
    let after = tabled(&program, &["--format", "csv"]);
    assert_eq!(after.len(), before.len());
    assert!(after.iter().all(|row| row["commitment_id"] != **from));
    let merged = after.iter().filter(|row| row["commitment_merged_ids"] == **from).count();
    assert_eq!(
        merged,
        before.iter().filter(|row| [into, *from].contains(&&row["commitment_id"])).count()
    );
    let events = tabled(&program, &["--format", "cameo"]);
    assert!(events.iter().all(|row| row["commitment_id"] != **from));
}

#[test]
fn an_event_table_has_a_row_for_each_mention_and_a_dyadic_one_for_each_pair() {
    let program = reader();
    let coding = Coding::shipped().unwrap();
    let events = tabled(&program, &["--format", "cameo"]);
    let judged = column(&program.sql(), "SELECT count(DISTINCT mention_id) FROM verdicts");
    assert_eq!(judged, [events.len().to_string()]);
    for row in &events {
        let topics: Vec<String> = row["topics"].split("; ").map(str::to_owned).collect();
        let kind = Kind::ALL.iter().find(|kind| kind.as_str() == row["kind"]).unwrap();
        let stage: Stage = row["stage"].parse().unwrap();
        if row["assertion"] != "denied" {
            let codes = [false, true].map(|help| coding.code(*kind, stage, &topics, help));
            assert!(codes.contains(&row["cameo"].as_str()), "{row:?}");
        }
    }
    let joint: Vec<&String> = events
        .iter()
        .filter(|row| row["reciprocal"] == "true")
        .map(|row| &row["event_id"])
        .collect();
    assert!(!joint.is_empty(), "the protocol is signed by both: {events:?}");
    let pairs = tabled(&program, &["--format", "plover", "--dyadic"]);
    for event in joint {
        let of_event = pairs.iter().filter(|row| row["event_id"] == *event);
        let directions: BTreeSet<(&str, &str)> = of_event
            .map(|row| (row["source_country"].as_str(), row["target_country"].as_str()))
            .collect();
        assert_eq!(directions, BTreeSet::from([("GBR", "VNM"), ("VNM", "GBR")]));
    }
    assert!(pairs.iter().all(|row| !row["source"].contains(';') && !row["target"].contains(';')));
}

#[test]
fn a_period_takes_the_articles_of_its_days() {
    let program = reader();
    let (early, late) = (&CENTRE.published[..10], LATER);
    for format in ["csv", "jsonl", "cameo"] {
        let within = exported(&program, &["--format", format, "--from", late, "--to", late]);
        assert!(within.contains("HYPERLINK"), "{format}");
        assert!(!within.contains(CENTRE.title), "{format}");
        let month = exported(&program, &["--format", format, "--to", early]);
        assert!(month.contains(CENTRE.slug), "{format}");
    }
    assert_eq!(exported(&program, &["--format", "jsonl", "--from", "2041"]), "");
}

#[test]
fn a_file_is_written_whole_or_not_at_all_and_bad_requests_are_refused() {
    let program = reader();
    let whole = exported(&program, &["--format", "jsonl"]);
    let path = program.path("out.jsonl");
    assert_eq!(exported(&program, &["--format", "jsonl", "--output", path.to_str().unwrap()]), "");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), whole);
    let refused = |code: i32, arguments: &[&str], words: &[&str]| {
        let all: Vec<&str> = ["ledger", "export"].iter().chain(arguments).copied().collect();
        program.run(&all).refused_in_a_line(code, words);
    };
    refused(64, &["--format", "csv", "--dyadic"], &["--dyadic", "cameo"]);
    refused(64, &["--format", "csv", "--from", "2026", "--to", "2025"], &["2026", "2025"]);
    refused(74, &["--format", "csv", "--output", "/nowhere/x.csv"], &["/nowhere/x.csv"]);
    Program::bare()
        .run(&["ledger", "export", "--format", "csv"])
        .refused_in_a_line(66, &["no database at"]);
}

/// Agreement with the labels of annotated articles, where those are at hand.
#[test]
fn the_codes_agree_with_those_of_annotated_articles() {
    let gold = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/gold/gold-seeds.jsonl");
    let Ok(gold) = std::fs::read_to_string(gold) else { return };
    let coding = Coding::shipped().unwrap();
    let mut differ = Vec::new();
    let mut count = 0;
    for line in gold.lines() {
        let one: Value = serde_json::from_str(line).unwrap();
        let kind: Kind = serde_json::from_value(one["kind"].clone()).unwrap();
        let stage: Stage = serde_json::from_value(one["stage"].clone()).unwrap();
        let topics: Vec<String> = serde_json::from_value(one["topics"].clone()).unwrap();
        let code = coding.code(kind, stage, &topics, false);
        let event = coding.plover(code, kind, stage, &topics).map(|event| {
            serde_json::json!({"event": event.event, "mode": event.mode, "context": event.context})
        });
        count += 1;
        if one["cameo"] != code || one["plover"] != event.clone().unwrap_or(Value::Null) {
            differ.push(format!("{} {kind} {stage}: {code} {event:?}", one["id"]));
        }
    }
    println!("{} of {count} agree", count - differ.len());
    assert!(differ.is_empty(), "{} of {count} differ:\n{}", differ.len(), differ.join("\n"));
}
