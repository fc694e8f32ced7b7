//! `pledgewatch eval` on small labelled files: what it counts, what it says about misses, and how it refuses bad data.

use serde_json::{Value, json};

use crate::program::Program;

/// Lines of JSON as a file.
fn lines(values: &[Value]) -> String {
    values.iter().map(|value| format!("{value}\n")).collect()
}

/// The one report of a file.
fn measured(program: &Program, name: &str, values: &[Value], more: &[&str]) -> Value {
    let file = program.write(name, lines(values));
    let mut arguments = vec!["eval", "--json", file.to_str().unwrap()];
    arguments.extend(more);
    let mut reports = program.run(&arguments).done().json();
    assert_eq!(reports.len(), 1);
    reports.remove(0)
}

fn relevance() -> Vec<Value> {
    vec![
        json!({"id": "a", "lang": "en", "form": "article", "title": "Britain and Vietnam agree on returns", "relevant": true,
            "text": "The Home Office and the Vietnamese Ministry of Public Security agreed to speed up the return of Vietnamese \
                     nationals who crossed the Channel illegally, officials said in Hanoi."}),
        json!({"id": "b", "lang": "en", "form": "entry", "title": "Rice harvest breaks a record", "relevant": false,
            "text": "<p>Farmers in the Mekong delta bring in more rice than ever.</p>", "hard_negative_kind": "farming"}),
        json!({"id": "c", "lang": "vi", "form": "article", "title": "Giải bóng đá khai mạc", "relevant": true,
            "text": "Mười hai đội bóng tranh tài tại sân vận động thành phố trong hai tuần tới."}),
    ]
}

fn stream() -> Vec<Value> {
    let span = "signed a memorandum of understanding on the return of illegal migrants";
    let text = format!(
        "HANOI - Vietnam's Ministry of Public Security and the UK Home Office {span} in Hanoi on 3 June 2026."
    );
    let mention = |verdict: &str, alert: &str| {
        json!({"cluster": "mou", "span": span, "kind": "instrument_conclude", "stage": "signed", "framing": "news",
            "parties": [{"id": "VN.MPS", "role": "signatory"}, {"id": "UK.HO", "role": "signatory"}],
            "event_date": "2026-06-03", "ledger": verdict, "alert": alert, "a_field_of_the_future": 1})
    };
    let article = |id: &str, day: u8, expect: Value| {
        json!({"id": id, "arrival": format!("2026-06-0{day}T08:00"), "source_date": format!("2026-06-0{day}"), "lang": "en",
            "title": "Vietnam, UK sign returns deal", "text": text, "relevant": true, "expect": [expect]})
    };
    vec![article("x2", 5, mention("RESTATED", "none")), article("x1", 4, mention("NEW", "push"))]
}

#[test]
fn kept_and_refused_articles_are_counted_and_wrong_ones_named_with_the_reason() {
    let program = Program::bare();
    let report = measured(&program, "kept.jsonl", &relevance(), &["--errors"]);
    assert_eq!((&report["set"], &report["format"]), (&json!("kept"), &json!("relevance")));
    assert_eq!(
        (&report["L0"]["tp"], &report["L0"]["fp"], &report["L0"]["fn"]),
        (&json!(1), &json!(0), &json!(1))
    );
    assert_eq!(report["L0"]["r"], 0.5);
    assert_eq!(report["slices"]["en"]["L0"]["r"], 1.0);
    let misses = report["misses"].as_array().unwrap();
    assert_eq!(misses.len(), 1, "{misses:?}");
    assert_eq!(
        (&misses[0]["id"], &misses[0]["expected"], &misses[0]["got"]),
        (&json!("c"), &json!("keep"), &json!("reject"))
    );
    assert!(!misses[0]["why"][0].as_str().unwrap().is_empty());
}

#[test]
fn a_stream_is_judged_in_order_of_arrival_whatever_the_order_of_its_lines() {
    let program = Program::bare();
    let report = measured(&program, "story.jsonl", &stream(), &[]);
    assert_eq!(report["L1"]["relaxed"]["f"], 1.0, "{report}");
    assert_eq!(report["L2"]["stage_acc"], 1.0);
    assert_eq!(report["L2"]["party_role_f"], 1.0);
    assert_eq!(report["L3"]["pair"]["r"], 1.0);
    assert_eq!(report["L4"]["verdict_acc"], 1.0, "{}", report["L4"]);
    assert_eq!(
        (&report["L4"]["push"]["p"], &report["L4"]["push"]["r"]),
        (&json!(1.0), &json!(1.0))
    );
    assert_eq!(report["L4"]["leak"]["push"], 0.0);
    assert_eq!((&report["quote_integrity"], &report["deterministic"]), (&json!(1.0), &json!(true)));
}

#[test]
fn the_table_has_a_row_for_each_level_and_the_misses_below() {
    let program = Program::bare();
    let mut wrong = stream();
    wrong[1]["expect"][0]["stage"] = json!("agreed");
    wrong[0]["expect"][0]["ledger"] = json!("NEW");
    let file = program.write("story.jsonl", lines(&wrong));
    let ran = program.run(&["eval", "--errors", file.to_str().unwrap()]);
    for part in [
        "L0 kept",
        "L1 relaxed",
        "L2 stage",
        "L4 verdicts",
        "x1#1 stage: expected agreed; got signed",
        "x2#1 [mou] verdict: expected NEW; got RESTATED",
        "signed a memorandum",
    ] {
        assert!(ran.done().out.contains(part), "{part:?} is missing in\n{}", ran.out);
    }
}

#[test]
fn every_bad_line_is_named_by_file_and_number_and_nothing_is_measured() {
    let program = Program::bare();
    let good = &relevance()[0];
    let bad = format!(
        "{good}\nnot json\n\n{}\n{}\n{}\n",
        r#"{"id": "s", "relevant": true, "text": "\ud83d alone"}"#,
        r#"{"id": "t", "relevant": true}"#,
        r#"{"id": "u", "decision": "include", "text": "x"}"#,
    );
    let file = program.write("bad.jsonl", bad);
    let ran = program.run(&["eval", file.to_str().unwrap()]);
    assert_eq!(ran.code, 65, "{ran:?}");
    assert_eq!(ran.out, "");
    for part in [
        "bad.jsonl:2: not JSON",
        "bad.jsonl:4: not JSON: ",
        "bad.jsonl:5: missing field `text`",
        "bad.jsonl:6: a line of the format \"sentences\" in a file of \"relevance\"",
        "4 problems",
    ] {
        assert!(ran.err.contains(part), "{part:?} is missing in\n{}", ran.err);
    }
}

#[test]
fn a_span_that_is_not_in_the_text_is_a_fault_of_the_data() {
    let program = Program::bare();
    let mut wrong = stream();
    wrong[0]["expect"][0]["span"] = json!("signed nothing");
    wrong[1]["expect"][0]["char_start"] = json!(0);
    wrong[1]["expect"][0]["char_end"] = json!(5);
    let file = program.write("spans.jsonl", lines(&wrong));
    let ran = program.run(&["eval", file.to_str().unwrap()]);
    assert_eq!(ran.code, 65);
    assert!(
        ran.err.contains("spans.jsonl:1: expect[0]: \"signed nothing\" does not stand in the text"),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("spans.jsonl:2: expect[0]: characters 0 to 5 read \"HANOI\""),
        "{}",
        ran.err
    );
}

#[test]
fn sentences_are_compared_across_languages() {
    let program = Program::bare();
    let cases = [
        json!({"id": "p-en", "pair": "p", "lang": "en", "decision": "exclude",
            "text": "The two ministers exchanged views on the weather in their capitals."}),
        json!({"id": "p-vi", "pair": "p", "lang": "vi", "decision": "exclude",
            "text": "Hai Bộ trưởng trò chuyện về thời tiết ở thủ đô hai nước."}),
    ];
    let report = measured(&program, "cases.jsonl", &cases, &[]);
    assert_eq!(report["sentences"]["decision_acc"], 1.0);
    assert_eq!(
        (&report["sentences"]["parity"]["pairs"], &report["sentences"]["parity"]["right"]),
        (&json!(1), &json!(1))
    );
}

#[test]
fn texts_and_segments_are_found_beside_the_labels() {
    let program = Program::bare();
    program.write("texts/one.txt", "Dr. Ho met Mr. Reed in Hanoi. They agreed to share records.");
    let segments = [
        json!({"file": "one.txt", "n": 1, "type": "sentence", "char_start": 0, "char_end": 29}),
        json!({"file": "one.txt", "n": 2, "type": "sentence", "char_start": 30, "char_end": 59}),
    ];
    let report = measured(&program, "segments.jsonl", &segments, &[]);
    assert_eq!(report["segments"]["boundary"]["f"], 1.0, "{report}");
    let missing =
        [json!({"file": "two.txt", "n": 1, "type": "sentence", "char_start": 0, "char_end": 9})];
    let file = program.write("missing.jsonl", lines(&missing));
    let ran = program.run(&["eval", file.to_str().unwrap()]);
    assert_eq!(ran.code, 65);
    assert!(ran.err.contains("missing.jsonl:1: the text \"two.txt\""), "{}", ran.err);
}

#[test]
fn a_broken_floor_is_named_with_its_figure_and_fails_the_run() {
    let program = Program::bare();
    let file = program.write("kept.jsonl", lines(&relevance()));
    let floor = program.write(
        "floors.toml",
        "[kept]\nL0.p = 1.0\nL0.r = 0.9\nL0.fp = { most = 0 }\nL7.x = 0.1\ndeterministic = true\n[another]\nL0.p = 2.0\n",
    );
    let arguments = ["eval", "--floor", floor.to_str().unwrap(), file.to_str().unwrap()];
    let ran = program.run(&arguments);
    assert_eq!(ran.code, 1, "{ran:?}");
    let told: Vec<&str> = ran.err.lines().collect();
    assert_eq!(
        told,
        [
            "pledgewatch: kept L0.r: asked for at least 0.9, measured 0.5",
            "pledgewatch: kept L7.x: asked for at least 0.1, measured nothing",
        ]
    );
    let damage = "perturb.nfd.flips = { most = 0 }\n";
    program.write("floors.toml", format!("[kept]\nL0.r = 0.5\n{damage}"));
    let ran = program.run(&arguments);
    let passed = "pledgewatch: 1 floor is passed over: only --perturb measures damage\n";
    assert_eq!(ran.done().err, passed);
    program.write("floors.toml", "[kept]\nL0.r = \"half\"\n");
    program.run(&arguments).refused(65, &["floors.toml", "kept.L0.r: expected a number"]);
}

#[test]
fn damage_is_done_the_same_way_each_time_and_a_doubled_or_decomposed_text_turns_nothing() {
    let program = Program::bare();
    let report = measured(&program, "story.jsonl", &stream(), &["--perturb"]);
    let damage = report["perturb"].as_object().unwrap();
    assert_eq!(damage.len(), 8);
    for name in ["double", "nfd"] {
        assert_eq!(damage[name]["flips"], 0, "{name}: {}", damage[name]);
    }
    assert_eq!((&damage["double"]["changed"], &damage["double"]["of"]), (&json!(2), &json!(2)));
    let again = measured(&program, "story.jsonl", &stream(), &["--perturb"]);
    assert_eq!(report["perturb"], again["perturb"]);
}

#[test]
fn the_ledger_is_measured_alone_on_the_labels() {
    let program = Program::bare();
    let mut unfound = stream();
    // A label where the program finds nothing: the ledger alone must still judge it.
    unfound[1]["text"] =
        json!(format!("{} Weather was fine.", unfound[1]["text"].as_str().unwrap()));
    unfound[1]["expect"]
        .as_array_mut()
        .unwrap()
        .push(json!({"cluster": "w", "span": "Weather was fine",
        "kind": "general", "stage": "agreed", "ledger": "NEW", "alert": "watch"}));
    let report = measured(&program, "story.jsonl", &unfound, &["--errors", "--oracle"]);
    assert_eq!(report["L1"]["relaxed"]["fn"], 1);
    assert_eq!(report["L4"]["verdict_acc_found"], 1.0);
    assert_eq!(report["oracle"]["L4"]["verdict_acc"], 1.0, "{}", report["misses"]);
}

#[test]
fn an_optional_line_is_not_scored() {
    let program = Program::bare();
    let mut lines = relevance();
    lines[2]["optional"] = json!(true);
    let report = measured(&program, "kept.jsonl", &lines, &[]);
    assert_eq!((&report["items"], &report["L0"]["r"]), (&json!(2), &json!(1.0)));
}
