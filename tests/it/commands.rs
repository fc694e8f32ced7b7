//! Commands as a person or a script meets them: exit codes, one clear sentence for what went wrong, and JSON that
//! keeps its promises.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::newsroom::{
    ANALYST, CENTRE, CENTRE_VI, MARKET, OFFICERS, Outlet, PROTOCOL, Story, column, html, page, rss,
    sources_toml,
};
use crate::origin::{Origin, Reply};
use crate::program::{Program, Ran, ended};
use crate::smtp::Smtp;

/// A story as a text file has it.
fn text(story: &Story) -> String {
    format!("{}\n\n{}\n", story.title, story.text.join("\n\n"))
}

fn ingested(program: &Program, story: &Story) -> Ran {
    let path = program.write(&format!("{}.txt", story.slug), text(story));
    let ran = program.run(&[
        "ingest",
        "--json",
        "--published",
        &story.published[..10],
        path.to_str().unwrap(),
    ]);
    ran.done();
    ran
}

fn counts(program: &Program) -> Vec<String> {
    ["articles", "mentions", "verdicts", "commitments", "outbox", "entries"]
        .iter()
        .flat_map(|table| column(&program.sql(), &format!("SELECT count(*) FROM {table}")))
        .collect()
}

// ------------------------------------------------------------------------------------------------ configuration

#[test]
fn a_configuration_that_is_missing_or_broken_is_named_with_its_place() {
    let program = Program::bare();
    let mut missing = program.unconfigured(&["status", "--config", "/nowhere/pledgewatch.toml"]);
    missing.arg("--data-dir").arg(program.path("data"));
    ended(missing, b"").refused(78, &["/nowhere/pledgewatch.toml", "cannot be read"]);

    program.configure("[schedule]\nflor = \"15m\"\ncron = \"61 * * * *\"\n");
    for command in [&["run"][..], &["once"], &["status"], &["ledger", "list"]] {
        let ran = program.run(command);
        ran.refused(78, &["2 problems", "pledgewatch.toml:3:1", "floor", "pledgewatch.toml:4:9"]);
        assert_eq!(ran.out, "");
    }
    let checked = program.run(&["check-config"]);
    assert_eq!(checked.code, 78);
    assert!(checked.err.contains("pledgewatch.toml:3:1"), "{checked:?}");
    assert!(!program.path("data").exists(), "nothing was begun");

    program.configure("");
    program.write(
        "sources.toml",
        "[[source]]\nid = \"a\"\nname = \"A\"\nurl = \"ftp://a.example/\"\n",
    );
    program.run(&["sources", "list"]).refused(78, &["sources.toml:4:7", "ftp"]);
    program.write("sources.toml", "[[source]]\nid = \"a\nname = \"A\"\n");
    program.run(&["sources", "list"]).refused(78, &["sources.toml:2:"]);
}

#[test]
fn a_command_line_that_makes_no_sense_is_a_usage_error() {
    let program = Program::bare();
    assert_eq!(program.run(&["ingest"]).code, 64);
    assert_eq!(program.run(&["frobnicate"]).code, 64);
    assert_eq!(program.run(&["ingest", "--published", "30.5.2024", "-"]).code, 64);
    assert_eq!(program.run(&["--help"]).code, 0);
    assert_eq!(program.run(&["--version"]).code, 0);
}

#[test]
fn written_defaults_are_a_clean_configuration() {
    let program = Program::bare();
    let written = program.run(&["check-config", "--write-defaults", "own"]);
    written.done();
    for own in [
        "",
        "sources = \"sources.toml\"\n[topic]\nfolder = \"topic\"\n[mail]\ntemplates = \"templates\"\n",
    ] {
        if !own.is_empty() {
            program.write("own/pledgewatch.toml", own);
        }
        let mut check = program.unconfigured(&["check-config", "--config", "own/pledgewatch.toml"]);
        check.arg("--data-dir").arg(program.path("data"));
        let checked = ended(check, b"");
        assert_eq!((checked.code, checked.err.as_str()), (0, ""), "{checked:?}");
        assert!(
            checked.out.contains("vietnamplus") || checked.out.contains("sources"),
            "{checked:?}"
        );
    }
    program
        .run(&["check-config", "--write-defaults", "own"])
        .refused_in_a_line(64, &["pledgewatch.toml", "exists already"]);
}

#[test]
fn a_broken_template_is_found_before_anything_is_sent() {
    let program = Program::bare();
    program.run(&["check-config", "--write-defaults", "own"]).done();
    let folder = program.path("own/templates");
    let first = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    std::fs::write(&first, "{% if %}").unwrap();
    program.configure("[mail]\ntemplates = \"own/templates\"\n");
    let name = first.file_name().unwrap().to_str().unwrap().to_owned();
    let checked = program.run(&["check-config"]);
    assert_eq!(checked.code, 78, "{checked:?}");
    assert!(checked.err.contains(&name), "{checked:?}");
    program.run(&["once"]).refused(78, &[&name]);
    program.run(&["notify", "test", "--show"]).refused(78, &["the mail templates have 1", &name]);
}

// ------------------------------------------------------------------------------------------------------- inputs

#[test]
fn what_cannot_be_read_is_66_and_what_holds_nothing_is_65() {
    let program = Program::bare();
    program.run(&["ingest", "no-such-file.txt"]).refused_in_a_line(66, &["no-such-file.txt"]);
    assert!(!program.path("data").exists(), "nothing was begun");
    program.run(&["status"]).refused_in_a_line(66, &["no database", "pledgewatch once"]);
    program.run(&["restore", "no-such.db"]).refused_in_a_line(66, &["no copy", "no-such.db"]);
    program.run(&["ingest", "data"]).refused(66, &["data"]);
    program.run(&["explain", "no-such-file.txt"]).refused_in_a_line(66, &["no-such-file.txt"]);
    let empty = program.write("empty.txt", " \n\u{feff}\n");
    program
        .run(&["ingest", empty.to_str().unwrap()])
        .refused_in_a_line(65, &["empty.txt", "no text"]);
    program.run_with(&["ingest", "-"], b"").refused_in_a_line(65, &["standard input", "no text"]);
    let blank =
        program.write("blank.html", "<!doctype html><html><body><nav>Home</nav></body></html>");
    program.run(&["ingest", blank.to_str().unwrap()]).refused_in_a_line(65, &["blank.html"]);
    program.run(&["explain", "999"]).refused_in_a_line(64, &["no article 999"]);
}

#[test]
fn one_unreadable_input_keeps_no_other_from_being_judged() {
    let program = Program::bare();
    let good = program.write("good.txt", text(&CENTRE));
    let ran = program.run(&["ingest", "--json", "missing.txt", good.to_str().unwrap()]);
    assert_eq!(ran.code, 66);
    assert_eq!(ran.json().len(), 1);
    assert_eq!(ran.json()[0]["kept"], true);
}

#[test]
fn a_text_in_no_known_encoding_is_read_as_far_as_it_goes() {
    let program = Program::bare();
    let mut bytes = text(&CENTRE).into_bytes();
    bytes.extend(b"\n\n\xff\xfe\xc3( broken \xf0\x9f\n");
    let ran = program.run_with(&["ingest", "--json", "-"], &bytes);
    ran.done();
    let report = &ran.json()[0];
    assert_eq!(report["kept"], true);
    assert!(!report["mentions"].as_array().unwrap().is_empty());
}

#[test]
fn an_endless_line_is_judged_and_one_beyond_all_measure_refused() {
    let program = Program::bare();
    let mut line = CENTRE.text[0].replace('\n', " ");
    // Language work without optimisation takes ten times as long; that it is linear is shown elsewhere.
    let length = if cfg!(debug_assertions) { 1 << 19 } else { 5 << 20 };
    while line.len() < length {
        line.push_str(" and then they spoke of the weather in the delta");
    }
    let ran = program.run_with(&["ingest", "--json", "-"], line.as_bytes());
    ran.done();
    assert_eq!(ran.json().len(), 1);
    let ran = program.run_with(&["ingest", "-"], "x ".repeat(9 << 20).as_bytes());
    ran.refused_in_a_line(65, &["standard input", "larger than 16 MiB"]);
}

#[test]
fn an_html_page_on_the_disk_is_read_as_a_page() {
    let program = Program::bare();
    let path = program.write("page.html", page(&CENTRE));
    let ran = program.run(&["ingest", "--json", path.to_str().unwrap()]);
    let report = &ran.done().json()[0];
    assert_eq!(report["title"], CENTRE.title);
    assert!(!report["mentions"].as_array().unwrap().is_empty(), "{report}");
}

// --------------------------------------------------------------------------------------------------------- json

/// What a machine may rely on.
fn keeps_its_promises(report: &Value, raw: &str) {
    for field in ["source", "title", "published", "kept", "score", "why", "mentions"] {
        assert!(report.get(field).is_some(), "{field} is missing in {report}");
    }
    let characters: Vec<char> = raw.chars().collect();
    for mention in report["mentions"].as_array().unwrap() {
        for field in [
            "quote",
            "span",
            "kind",
            "stage",
            "parties",
            "instrument",
            "commitment",
            "verdict",
            "alert",
            "reasons",
        ] {
            assert!(mention.get(field).is_some(), "{field} is missing in {mention}");
        }
        let quote = mention["quote"].as_str().unwrap();
        let number =
            |field: &str| usize::try_from(mention["span"][field].as_u64().unwrap()).unwrap();
        assert_eq!(&raw[number("byte_start")..number("byte_end")], quote, "verbatim, by bytes");
        let sliced: String = characters[number("char_start")..number("char_end")].iter().collect();
        assert_eq!(sliced, quote, "verbatim, by characters");
        assert!(!mention["reasons"].as_array().unwrap().is_empty(), "{mention}");
        assert!(!mention["parties"].as_array().unwrap().is_empty(), "{mention}");
    }
}

#[test]
fn ingest_and_explain_print_one_object_an_article_whose_quotes_are_slices() {
    let program = Program::bare();
    for story in [&CENTRE, &CENTRE_VI, &PROTOCOL, &MARKET] {
        let file = program.write("text.txt", text(story));
        let explained = program.run(&["explain", "--json", file.to_str().unwrap()]);
        let ingested = program.run(&["ingest", "--json", file.to_str().unwrap()]);
        let stored = ingested.done().json()[0]["article"].as_i64().unwrap();
        let again = program.run(&["explain", "--json", &stored.to_string()]);
        for ran in [&explained, &ingested, &again] {
            assert_eq!(ran.done().json().len(), 1);
            keeps_its_promises(&ran.json()[0], &text(story));
        }
        let verdicts = |ran: &Ran| -> Vec<Value> {
            ran.json()[0]["mentions"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["verdict"].clone())
                .collect()
        };
        assert_eq!(verdicts(&explained), verdicts(&ingested), "explain says what ingest then does");
        assert_eq!(verdicts(&again), verdicts(&ingested));
        assert_eq!(ingested.json()[0]["kept"], story.slug != MARKET.slug);
    }
}

#[test]
fn given_facts_outrank_those_of_the_text() {
    let program = Program::bare();
    let arguments = [
        "ingest",
        "--json",
        "--published",
        "2026-11",
        "--url",
        "https://courier.example/1",
        "--title",
        "Given",
        "-",
    ];
    let ran = program.run_with(&arguments, text(&CENTRE).as_bytes());
    let report = &ran.done().json()[0];
    assert_eq!((&report["published"], &report["title"]), (&"2026-11".into(), &"Given".into()));
    let urls = column(&program.sql(), "SELECT url FROM articles");
    assert_eq!(urls, ["https://courier.example/1"]);
}

#[test]
fn explain_changes_nothing_and_needs_no_database() {
    let program = Program::bare();
    let ran = program.run_with(&["explain", "-"], text(&CENTRE).as_bytes());
    assert!(ran.done().out.contains("NEW [push]"), "{ran:?}");
    assert!(!program.path("data").exists());
    ingested(&program, &CENTRE);
    let before = counts(&program);
    let ran = program.run_with(&["explain", "-"], text(&CENTRE_VI).as_bytes());
    assert!(ran.done().out.contains("RESTATED"), "{ran:?}");
    assert_eq!(counts(&program), before);
}

#[test]
fn the_same_text_twice_is_entered_once() {
    let program = Program::bare();
    let first = ingested(&program, &CENTRE).json();
    let before = counts(&program);
    let second = ingested(&program, &CENTRE).json();
    assert_eq!(counts(&program), before);
    assert_eq!((&first[0]["known"], &second[0]["known"]), (&false.into(), &true.into()));
    assert_eq!(first[0]["article"], second[0]["article"]);
    assert_eq!(first[0]["mentions"], second[0]["mentions"]);
    assert_eq!(column(&program.sql(), "SELECT count(*) FROM outbox"), ["0"], "an import is silent");
}

// --------------------------------------------------------------------------------------------- reading commands

#[test]
fn search_finds_vietnamese_with_and_without_marks() {
    let program = Program::bare();
    ingested(&program, &CENTRE_VI);
    ingested(&program, &PROTOCOL);
    let found = |words: &[&str]| -> Vec<Value> {
        let arguments: Vec<&str> = ["search", "--json"].iter().chain(words).copied().collect();
        program.run(&arguments).done().json().iter().map(|hit| hit["title"].clone()).collect()
    };
    for words in [
        &["Quảng", "Bình"][..],
        &["quang", "binh"],
        &["sàng lọc"],
        &["sang", "loc"],
        &["đánh giá"],
        &["danh gia"],
    ] {
        assert_eq!(found(words), [CENTRE_VI.title], "{words:?}");
    }
    assert_eq!(found(&["protocol"]), [PROTOCOL.title]);
    assert_eq!(found(&["quảng", "protocol"]), [""; 0]);
    for odd in ["\"", "a AND (", "*", "title:", "-x", "--", "NEAR("] {
        let ran = program.run(&["search", "--", odd]);
        assert_eq!(ran.code, 0, "{odd}: {ran:?}");
    }
    assert!(program.run(&["search", "zebra"]).done().out.contains("no kept article"));
}

#[test]
fn a_commitment_is_found_by_the_beginning_of_its_id() {
    let program = Program::bare();
    let centre = ingested(&program, &CENTRE).json()[0]["mentions"][0]["commitment"].clone();
    ingested(&program, &PROTOCOL);
    let id = centre.as_str().unwrap();
    let listed: BTreeSet<String> = program
        .run(&["ledger", "list", "--json"])
        .done()
        .json()
        .iter()
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect();
    assert!(listed.len() >= 2 && listed.contains(id), "{listed:?}");
    for beginning in [id, &id[..id.len() - 2]] {
        let ran = program.run(&["ledger", "show", "--json", beginning]);
        let file = &ran.done().json()[0];
        assert_eq!(file["commitment"]["id"], id);
        let evidence = file["evidence"].as_array().unwrap();
        assert!(evidence.iter().any(|one| one["title"] == CENTRE.title), "{file}");
    }
    assert!(program.run(&["ledger", "show", id]).done().out.contains("900,000 pounds"));
    program.run(&["ledger", "show", "c-"]).refused_in_a_line(64, &["more than one"]);
    program.run(&["ledger", "show", "nothing"]).refused_in_a_line(64, &["nothing", "ledger list"]);
    program.run(&["ledger", "list", "--kind", "capacty"]).refused_in_a_line(64, &["capacity"]);
    let of_kind = program.run(&["ledger", "list", "--json", "--kind", "resource"]);
    assert!(of_kind.done().json().iter().all(|one| one["kind"] == "resource"));
}

#[test]
fn commands_that_read_say_that_there_is_nothing_yet() {
    let program = Program::bare();
    for command in [
        &["status"][..],
        &["ledger", "list"],
        &["search", "x"],
        &["backup", "copy.db"],
        &["explain", "7"],
    ] {
        program.run(command).refused_in_a_line(66, &["no database at", "pledgewatch.db"]);
    }
    program.run(&["digest", "preview"]).done();
    program.run(&["sources", "list"]).done();
    assert!(!program.path("data").exists(), "looking makes no database");
}

#[test]
fn a_digest_can_be_looked_at_in_both_editions_and_asks_for_no_database() {
    let program = Program::new(ANALYST, "");
    let text = program.run(&["digest", "preview", "--recipient", "analyst"]);
    assert!(text.done().out.starts_with("Subject: [VN-UK]"), "{text:?}");
    let html = program.run(&["digest", "preview", "--html"]);
    assert!(html.done().out.contains("<html"), "{html:?}");
    program
        .run(&["digest", "preview", "--recipient", "analist"])
        .refused_in_a_line(64, &["analist", "did you mean \"analyst\"?"]);
}

#[test]
fn a_test_message_is_shown_in_every_edition_or_sent_with_the_answer() {
    let program = Program::new(ANALYST, "");
    for what in ["test", "alert", "digest"] {
        let text = program.run(&["notify", "test", "--what", what, "--show"]);
        assert!(text.done().out.starts_with("Subject: [VN-UK]"), "{text:?}");
        let eml = program.run(&["notify", "test", "--what", what, "--eml"]);
        let read = eml.done().out.replace("\r\n", "\n");
        let parsed = mail_parser::MessageParser::default().parse(read.as_bytes()).unwrap();
        assert_eq!((parsed.text_body.len(), parsed.html_body.len()), (1, 1), "{read}");
    }
    let file = program.path("look.html");
    program.run(&["notify", "test", "--what", "alert", "--out", file.to_str().unwrap()]).done();
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("<!doctype html>"));
    program
        .run(&["digest", "preview", "--out", "look.pdf"])
        .refused_in_a_line(64, &["look.pdf", ".html or .eml"]);
    let sent = program.run(&["notify", "test"]);
    assert!(sent.done().out.starts_with("accepted for "), "{sent:?}");
    let tokens = program.run(&["notify", "tokens"]);
    assert!(tokens.done().out.contains("analyst"), "{tokens:?}");
    program
        .run(&["digest", "show", "7"])
        .refused_in_a_line(64, &["no digest of analyst begins with number 7", "none told"]);
    program
        .run(&["digest", "preview", "--recipient", "desk"])
        .refused_in_a_line(64, &["no recipient has the id \"desk\"", "analyst"]);
}

// ------------------------------------------------------------------------------------------------------ sources

#[test]
fn sources_are_listed_and_looked_at_without_changing_anything() {
    let origin = Origin::start();
    let outlets = [
        Outlet::new("courier"),
        Outlet { url: Some("http://127.0.0.1:9/"), ..Outlet::new("closed") },
    ];
    let program = Program::new("", &sources_toml(&origin, &outlets));
    let base = origin.url("/courier");
    origin.script("/courier/feed", vec![Reply::ok(rss(&base, &[CENTRE, MARKET]))]);
    let listed = program.run(&["sources", "list", "--json"]).done().json();
    assert_eq!(
        listed.iter().map(|one| one["id"].as_str().unwrap()).collect::<Vec<_>>(),
        ["courier", "closed"]
    );
    assert!(program.run(&["sources", "list"]).done().out.contains("courier"));

    let looked = program.run(&["sources", "check", "--json", "courier"]).done().json();
    let entries = looked[0]["entries"].as_array().unwrap();
    let worth: Vec<bool> = entries.iter().map(|entry| entry["fetch"].as_bool().unwrap()).collect();
    assert_eq!(worth, [true, false]);
    let all = program.run(&["sources", "check", "--json"]);
    assert_eq!(all.code, 75);
    assert!(!all.json()[1]["error"].is_null());
    program
        .run(&["sources", "check", "corier"])
        .refused_in_a_line(64, &["corier", "did you mean \"courier\"?"]);
    assert!(!program.path("data").exists());
    assert_eq!(origin.requests().iter().filter(|seen| seen.path.ends_with("centre")).count(), 0);
}

#[test]
fn a_pass_in_which_nothing_can_be_read_is_worth_trying_again() {
    let origin = Origin::start();
    let outlets = [Outlet { url: Some("http://127.0.0.1:9/feed"), ..Outlet::new("closed") }];
    let program = Program::new("", &sources_toml(&origin, &outlets));
    let ran = program.run(&["once", "--json"]);
    assert_eq!(ran.code, 75, "{ran:?}");
    assert_eq!(ran.json()[0]["polls"][0]["source"], "closed");
    assert!(ran.json()[0]["polls"][0]["error"].as_str().unwrap().contains("127.0.0.1"), "{ran:?}");
    let ran = program.run(&["once"]);
    assert_eq!(ran.code, 0, "it keeps its distance, and so nothing failed: {ran:?}");
    assert!(ran.out.contains("no source is due; the next is closed at 20"), "{ran:?}");
    let ran = program.run(&["once", "--now"]);
    assert!(ran.out.contains("polled 0 sources, 0 new entries"), "{ran:?}");
    assert!(ran.out.contains("closed is left alone until 20"), "{ran:?}");
    assert!(ran.out.contains("waiting longer after each failure"), "{ran:?}");
    let ran = program.run(&["once", "--now", "--json"]);
    assert_eq!(ran.json()[0]["left_alone"][0]["source"], "closed");
}

// ----------------------------------------------------------------------------------------------------- database

#[test]
fn a_database_that_cannot_be_used_is_named_with_the_remedy() {
    let program = Program::bare();
    ingested(&program, &CENTRE);
    let newer = program.sql();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    for command in [&["once"][..], &["status"], &["run"]] {
        program.run(command).refused_in_a_line(78, &["schema 99", "newer", "pledgewatch.db"]);
    }
    program.write(
        "data/pledgewatch.db",
        "this is not a database, but it is long enough to be looked at ".repeat(20),
    );
    for command in [&["once"][..], &["status"], &["run"]] {
        program.run(command).refused_in_a_line(74, &["pledgewatch.db", "not an SQLite database"]);
    }
    let whole = std::fs::read(program.database()).unwrap();
    assert!(whole.starts_with(b"this is not a database"), "it was left as it was");
}

#[test]
fn a_database_that_another_program_locks_is_worth_trying_again() {
    let program = Program::bare();
    ingested(&program, &CENTRE);
    let other = program.sql();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let path = program.write("text.txt", text(&PROTOCOL));
    program
        .run(&["ingest", path.to_str().unwrap()])
        .refused_in_a_line(75, &["pledgewatch.db", "locked by another program"]);
    program.run(&["status"]).done();
    other.execute_batch("ROLLBACK").unwrap();
    program.run(&["ingest", path.to_str().unwrap()]).done();
}

#[test]
fn a_data_folder_that_cannot_be_written_is_named() {
    let program = Program::bare();
    program.write("data", "a file where the folder should be");
    program.run(&["once"]).refused_in_a_line(74, &["data"]);
    std::fs::remove_file(program.path("data")).unwrap();
    let folder = program.path("data");
    std::fs::create_dir(&folder).unwrap();
    let mut permissions = std::fs::metadata(&folder).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o555);
    std::fs::set_permissions(&folder, permissions.clone()).unwrap();
    if std::fs::write(folder.join("probe"), "").is_err() {
        program.run(&["once"]).refused_in_a_line(74, &["pledgewatch.db"]);
    }
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o755);
    std::fs::set_permissions(&folder, permissions).unwrap();
}

#[test]
fn a_trial_has_a_sender_of_the_kind_that_messages_have() {
    let smtp = Smtp::start();
    let settings = format!(
        "{ANALYST}\n[mail]\nmode = \"plain\"\nhost = \"127.0.0.1\"\nport = {}\nfrom = \"watch@example.org\"\n\
         bounces = \"bounces@example.org\"\n",
        smtp.port()
    );
    let program = Program::new(&settings, "");
    program.run(&["notify", "test"]).done();
    assert_eq!(smtp.messages()[0].from, "bounces+analyst.0@example.org");
}

#[test]
fn mail_that_cannot_leave_waits_and_everybody_says_so() {
    let origin = Origin::start();
    let settings = format!(
        "{ANALYST}\n[alert]\ncoalesce = \"0s\"\n[mail]\nmode = \"plain\"\nhost = \"127.0.0.1\"\nport = 9\n\
         from = \"watch@example.org\"\n"
    );
    let program = Program::new(&settings, &sources_toml(&origin, &[Outlet::new("courier")]));
    let yesterday = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24);
    let centre = Story { published: yesterday.to_string().leak(), ..CENTRE };
    let publish = |stories: &[Story]| {
        origin.script("/courier/feed", vec![Reply::ok(rss(&origin.url("/courier"), stories))]);
        origin.script("/courier/centre", vec![html(&CENTRE)]);
    };
    publish(&[OFFICERS]);
    program.run(&["once"]).done();
    publish(&[centre, OFFICERS]);
    program
        .sql()
        .execute_batch(
            "UPDATE source_state SET next_due = 0, not_before = 0, state = json_set(state,
                 '$.due', '2020-01-01T00:00:00Z', '$.not_before', '2020-01-01T00:00:00Z',
                 '$.last_request', '2020-01-01T00:00:00Z')",
        )
        .unwrap();
    let ran = program.run(&["once"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("mail cannot leave, messages wait"), "{ran:?}");
    let status = program.run(&["status", "--json"]);
    assert_eq!(status.code, 69, "people are not being told: {status:?}");
    let status = status.json();
    assert_eq!(status[0]["messages"]["deferred"], 1, "{status:?}");
    assert!(status[0]["trouble"][0].as_str().unwrap().starts_with("mail is closed since"));
    let status = program.run(&["status"]);
    assert!(status.code == 69 && status.out.contains("1 deferred"), "{status:?}");
}

#[test]
fn a_backup_is_made_while_the_daemon_runs_and_never_over_another() {
    let origin = Origin::start();
    let program = Program::new("", &sources_toml(&origin, &[Outlet::new("courier")]));
    ingested(&program, &CENTRE);
    let mut daemon = program.start().wait_until_ready();
    program
        .run(&["ingest", "centre.txt"])
        .refused_in_a_line(75, &["in use by another pledgewatch"]);
    let ran = program.run(&["backup", "copy.db"]);
    assert!(ran.done().out.contains("copy.db"), "{ran:?}");
    let copy = rusqlite::Connection::open(program.path("copy.db")).unwrap();
    assert_eq!(column(&copy, "PRAGMA integrity_check"), ["ok"]);
    assert_eq!(column(&copy, "SELECT title FROM articles"), [CENTRE.title]);
    program.run(&["backup", "copy.db"]).refused_in_a_line(64, &["copy.db", "exists already"]);
    std::fs::create_dir(program.path("backups")).unwrap();
    program.run(&["backup", "backups"]).done();
    assert_eq!(std::fs::read_dir(program.path("backups")).unwrap().count(), 1);
    for command in [
        &["status"][..],
        &["ledger", "list"],
        &["search", "centre"],
        &["sources", "list"],
        &["digest", "preview"],
    ] {
        program.run(command).done();
    }
    assert_eq!(daemon.stop(), Some(0));
}
