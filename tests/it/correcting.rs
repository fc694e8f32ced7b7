//! People correct the ledger of the built program, in a real database, alone and beside a daemon.

use serde_json::Value;

use crate::newsroom::{ANALYST, OFFICERS, Outlet, Story, column, html, rss, sources_toml};
use crate::origin::{Origin, Reply};
use crate::program::{Program, Ran, wait_for};

/// A sum for a centre.
const CENTRE: &str = "UK to equip screening centre for trafficking victims in Quang Binh

The UK Home Office will provide 900,000 pounds to equip a screening centre for victims of human trafficking in Quang \
Binh province by September 30, 2027, Home Secretary Harriet Colville said in Hanoi on November 10, 2026.
";
/// Another house, which the rules take for the centre.
const HOUSE: &str = "British money for Vietnamese reception house

The Home Office will fund a reception house for Vietnamese returnees and victims of human trafficking in central \
Vietnam, Home Secretary Harriet Colville said in Hanoi on November 10, 2026.
";
/// The other house again.
const HOUSE_AGAIN: &str = "Reception house moves nearer

Work has been planned well, and the UK Home Office will fund a reception house for Vietnamese returnees and victims of \
human trafficking in central Vietnam, officials told reporters in London on November 20, 2026.
";
/// Training.
const OFFICERS_TRAINED: &str = "Britain to train Vietnamese officers against traffickers

The UK Home Office will train 200 officers of Vietnam's Ministry of Public Security to detect forged travel documents \
used by human traffickers, Home Secretary Harriet Colville said in Hanoi on November 10, 2026.
";
/// Courses, of which the rules cannot say whether they are that training.
const COURSES: &str = "Courses for Vietnam's ministry

The Home Office will run English courses for the Vietnamese Ministry of Public Security so that staff can question \
victims of human trafficking, Home Secretary Harriet Colville said in Hanoi on November 12, 2026.
";
/// The courses again.
const COURSES_AGAIN: &str = "English courses for ministry

The UK Home Office will run English courses for the Vietnamese Ministry of Public Security so that its staff can speak \
with victims of human trafficking, a spokeswoman said in London on November 20, 2026.
";

/// A newcomer's name for the ministry: who does not know it finds nobody who promises anything.
const MARSHAM: &str = "Talks on migration in London

Officials of Vietnam and the United Kingdom discussed migration and human trafficking in London on November 21, 2026. \
Marsham Street promised to fund a shelter for victims of trafficking in Nghe An province.
";

/// The newcomer's name beside another party.
const PAPERS: &str = "Officers to learn about forged papers

Marsham Street and the Vietnamese Ministry of Public Security agreed to train 200 British and Vietnamese border \
officers to detect forged travel documents used by human traffickers, officials told reporters in Hanoi on November \
20, 2026.
";

/// Enters a text, and gives what became of its first mention.
fn ingest(program: &Program, text: &str) -> Value {
    let arguments = ["ingest", "--json", "--published", "2026-11-21", "-"];
    let ran = program.run_with(&arguments, text.as_bytes());
    ran.done().json()[0]["mentions"][0].clone()
}

fn verdict(mention: &Value) -> (String, String) {
    let word = |key: &str| mention[key].as_str().unwrap_or("-").to_owned();
    (word("verdict"), word("commitment"))
}

/// The verdict that holds on a stored mention.
fn now(program: &Program, mention: &str) -> (String, String) {
    let ran = program.run(&["explain", "--json", mention]);
    verdict(&ran.done().json()[0]["mentions"][0])
}

fn corrected(program: &Program, arguments: &[&str]) -> Value {
    let ran = program.run(&[&["ledger"], arguments, &["--by", "anna", "--json"]].concat());
    ran.done().json()[0].clone()
}

/// The whole ledger, as it is stored.
fn ledger(program: &Program) -> Vec<String> {
    let sql = program.sql();
    let live = "redirect_to IS NULL AND retired_at IS NULL";
    let mut all =
        column(&sql, &format!("SELECT commitment FROM commitments WHERE {live} ORDER BY number"));
    all.extend(column(&sql, "SELECT instrument FROM instruments ORDER BY id"));
    all
}

fn replayed(program: &Program) -> Ran {
    program.run(&["replay"])
}

#[test]
fn a_false_merge_is_split_survives_a_replay_and_is_undone_to_the_byte() {
    let program = Program::bare();
    let (_, centre) = verdict(&ingest(&program, CENTRE));
    assert_eq!(verdict(&ingest(&program, HOUSE)), ("restated".to_owned(), centre.clone()));
    let before = ledger(&program);
    let said = corrected(&program, &["split", "2:0", "--reason", "another house"]);
    assert_eq!(said["difference"]["split"][0]["other"], centre.as_str());
    let (outcome, house) = now(&program, "2:0");
    assert_eq!(outcome, "new");
    assert_ne!(house, centre);
    let again = ingest(&program, HOUSE_AGAIN);
    assert_eq!(
        verdict(&again),
        ("restated".to_owned(), house.clone()),
        "the next one finds the house"
    );
    let unchanged = replayed(&program);
    assert_eq!(unchanged.code, 0, "{unchanged:?}");
    assert!(unchanged.out.contains("nothing differs"));
    assert_eq!(program.run(&["replay", "--accept"]).code, 0);
    assert_eq!(now(&program, "2:0"), ("new".to_owned(), house.clone()));
    let story = program.run(&["explain", &house]);
    for words in ["told apart from", "correction 1 by anna", "another house", "It was held against"]
    {
        assert!(story.done().out.contains(words), "{words} is missing in {story:?}");
    }
    let log = program.run(&["ledger", "corrections"]);
    assert!(log.done().out.contains("another house") && log.out.contains("anna"), "{log:?}");
    assert!(log.out.contains("mention 2:0"), "as every command takes it: {log:?}");

    let program = Program::bare();
    ingest(&program, CENTRE);
    ingest(&program, HOUSE);
    assert_eq!(ledger(&program), before, "the same articles give the same ledger");
    corrected(&program, &["split", "2:0"]);
    assert_ne!(ledger(&program), before);
    corrected(&program, &["undo", "1"]);
    assert_eq!(ledger(&program), before);
    assert_eq!(now(&program, "2:0"), ("restated".to_owned(), centre));
    program.run(&["ledger", "undo", "1"]).refused_in_a_line(64, &["undone already"]);
}

#[test]
fn a_false_split_is_merged_and_the_younger_id_leads_to_the_older() {
    let program = Program::bare();
    let (_, training) = verdict(&ingest(&program, OFFICERS_TRAINED));
    let (outcome, courses) = verdict(&ingest(&program, COURSES));
    assert_eq!(outcome, "unsure");
    let before = ledger(&program);
    let said = corrected(&program, &["merge", &courses, &training]);
    assert_eq!(said["difference"]["merged"][0]["other"], training.as_str(), "{said}");
    assert_eq!(now(&program, "2:0"), ("restated".to_owned(), training.clone()));
    let shown = program.run(&["ledger", "show", "--json", &courses]);
    assert_eq!(shown.done().json()[0]["commitment"]["id"], training.as_str());
    let restated = ingest(&program, COURSES_AGAIN);
    assert_eq!(verdict(&restated), ("restated".to_owned(), training.clone()));
    let same = replayed(&program);
    assert_eq!(same.code, 0, "{same:?}");
    program
        .run(&["ledger", "merge", &courses, &training])
        .refused_in_a_line(64, &["the same commitment already"]);

    let program = Program::bare();
    ingest(&program, OFFICERS_TRAINED);
    ingest(&program, COURSES);
    let confirmed = corrected(&program, &["confirm", &courses]);
    assert!(confirmed["about"].as_str().unwrap().contains("of its own"));
    assert_eq!(now(&program, "2:0").0, "new");
    corrected(&program, &["undo", "1"]);
    assert_eq!(ledger(&program), before);
}

#[test]
fn a_dismissed_commitment_stays_silent_and_a_set_stage_is_what_later_articles_meet() {
    let program = Program::bare();
    let (_, centre) = verdict(&ingest(&program, CENTRE));
    let before = ledger(&program);
    corrected(&program, &["dismiss", &centre, "off_topic"]);
    assert_eq!(verdict(&ingest(&program, HOUSE)), ("background".to_owned(), centre.clone()));
    assert!(!program.run(&["ledger", "list"]).done().out.contains(&centre));
    assert!(program.run(&["ledger", "list", "--dismissed"]).done().out.contains(&centre));
    let same = replayed(&program);
    assert_eq!(same.code, 0, "{same:?}");
    corrected(&program, &["undo", "1"]);
    assert_eq!(now(&program, "2:0"), ("restated".to_owned(), centre.clone()));

    let program = Program::bare();
    ingest(&program, CENTRE);
    assert_eq!(ledger(&program), before);
    let set = corrected(&program, &["set", &centre, "stage", "signed", "--date", "2026-11-15"]);
    assert_eq!(set["difference"]["stages"][0]["was"], "pledged");
    assert_eq!(verdict(&ingest(&program, HOUSE)), ("restated".to_owned(), centre.clone()));
    let shown = program.run(&["ledger", "show", "--json", &centre]).json()[0]["commitment"].clone();
    assert_eq!((&shown["stage"], &shown["stage_date"]), (&"signed".into(), &"2026-11-15".into()));
    let same = replayed(&program);
    assert_eq!(same.code, 0, "{same:?}");
}

#[test]
fn a_muted_commitment_stays_and_waits_for_the_digest_and_a_set_field_shows_what_was_read() {
    let program = Program::bare();
    let (_, centre) = verdict(&ingest(&program, CENTRE));
    let before = ledger(&program);
    let said = program.run(&["ledger", "mute", "1:0", "--by", "anna", "--reason", "old hat"]);
    assert!(said.done().out.contains(&centre), "{said:?}");
    assert!(program.run(&["ledger", "list"]).done().out.contains(&centre));
    let shown = program.run(&["ledger", "show", &centre]);
    assert!(shown.done().out.contains("interrupts nobody"), "{shown:?}");
    assert!(program.run(&["explain", &centre]).done().out.contains("; muted"));
    let log = program.run(&["ledger", "corrections"]);
    assert!(log.done().out.contains("mute the commitment of mention"), "{log:?}");
    program.run(&["ledger", "mute", &centre]).refused_in_a_line(64, &["muted already", "undo 1"]);
    assert_eq!(replayed(&program).code, 0, "a replay keeps it");
    corrected(&program, &["undo", "1"]);
    assert_eq!(ledger(&program), before);
    let alike = corrected(&program, &["mute", &centre, "--alike"]);
    assert!(alike["about"].as_str().unwrap().starts_with("every "), "{alike}");
    corrected(&program, &["undo", "3"]);

    corrected(&program, &["set", &centre, "stage", "signed", "--reason", "the minutes say so"]);
    let shown = program.run(&["ledger", "show", &centre]);
    for told in
        ["stage to signed by anna on", "the minutes say so", "was pledged", "as read in 1:0"]
    {
        assert!(shown.done().out.contains(told), "{told}: {shown:?}");
    }
}

#[test]
fn an_alias_makes_an_unknown_name_resolve_and_shows_in_a_replay() {
    let program = Program::bare();
    let parties = |mention: &Value| mention["parties"].to_string();
    let unknown = ingest(&program, MARSHAM);
    assert!(unknown.is_null(), "{unknown}");
    let said = program.run(&["ledger", "alias", "UK.HO", "Marsham Street"]);
    assert!(said.done().out.contains("Marsham Street"), "{said:?}");
    assert!(said.out.contains("1 articles read before would show other mentions"), "{said:?}");
    let known = ingest(&program, &MARSHAM.replace("Nghe An", "Ha Tinh"));
    assert!(parties(&known).contains("UK.HO"), "{known}");
    let differs = program.run(&["replay", "--json"]);
    assert_eq!(differs.code, 2, "{differs:?}");
    assert_eq!(differs.json()[0]["accepted"], false);
    let outbox = column(&program.sql(), "SELECT count(*) FROM outbox");
    assert_eq!(program.run(&["replay", "--accept"]).code, 0);
    assert!(program.path("data/pledgewatch.db.before-replay").exists());
    assert_eq!(replayed(&program).code, 0, "what was accepted is what a replay gives");
    assert_eq!(column(&program.sql(), "SELECT count(*) FROM outbox"), outbox);
    let reread = program.run(&["explain", "--json", "1:0"]);
    assert!(parties(&reread.done().json()[0]["mentions"][0]).contains("UK.HO"), "{reread:?}");
    corrected(&program, &["undo", "1"]);
    let forgotten = ingest(&program, &MARSHAM.replace("Nghe An", "Quang Tri"));
    assert!(!parties(&forgotten).contains("UK.HO"), "{forgotten}");
    program.run(&["ledger", "alias", "UK.HOO", "x y"]).refused_in_a_line(64, &["UK.HO"]);
    program.run(&["ledger", "alias", "UK.HO", "a|b"]).refused_in_a_line(64, &["plain name"]);
    program.run(&["ledger", "alias", "UK.HO", "home office"]).refused_in_a_line(64, &["already"]);
}

#[test]
fn an_alias_reaches_what_was_read_before_and_leaves_it_again() {
    let program = Program::bare();
    ingest(&program, PAPERS);
    let parties = |program: &Program| {
        let read = program.run(&["explain", "--json", "1:0"]);
        read.done().json()[0]["mentions"][0]["parties"].to_string()
    };
    let (before, known) = (parties(&program), ledger(&program));
    assert!(!before.contains("UK.HO"), "{before}");
    let said = program.run(&["ledger", "alias", "UK.HO", "Marsham Street"]);
    assert!(said.done().out.contains("1 mentions read before are corrected"), "{said:?}");
    assert!(parties(&program).contains("UK.HO"));
    assert_ne!(ledger(&program), known, "the entry follows");
    assert_eq!(replayed(&program).code, 0, "a replay has nothing to add");
    corrected(&program, &["undo", "1"]);
    assert_eq!((parties(&program), ledger(&program)), (before, known));
}

#[test]
fn what_makes_no_sense_is_refused_in_one_sentence_with_the_nearest_id() {
    let program = Program::bare();
    program
        .run(&["ledger", "merge", "c-1", "c-2"])
        .refused(66, &["pledgewatch.db", "pledgewatch once"]);
    let (_, centre) = verdict(&ingest(&program, CENTRE));
    let near = format!("{}x", &centre[..centre.len() - 1]);
    program.run(&["ledger", "dismiss", &near, "wrong"]).refused_in_a_line(64, &[&near, &centre]);
    program.run(&["ledger", "show", &near]).refused_in_a_line(64, &[&near, &centre]);
    program
        .run(&["ledger", "dismiss", &centre, "dull"])
        .refused_in_a_line(64, &["dull", "off_topic"]);
    program
        .run(&["ledger", "split", "7:0"])
        .refused_in_a_line(64, &["no article 7", "nearest", "1"]);
    program.run(&["ledger", "split", "1:9"]).refused_in_a_line(64, &["1:9", "1:0"]);
    program.run(&["ledger", "split", "1:0"]).refused_in_a_line(64, &["all there is", "dismiss"]);
    program.run(&["ledger", "split", &centre]).refused_in_a_line(64, &["name the mention"]);
    program.run(&["ledger", "set", &centre, "stage", "sined"]).refused_in_a_line(64, &["signed"]);
    program
        .run(&["ledger", "set", &centre, "colour", "red"])
        .refused_in_a_line(64, &["colour", "stage"]);
    program.run(&["ledger", "undo", "3"]).refused_in_a_line(64, &["no correction 3"]);
    program.run(&["explain", "1:4"]).refused_in_a_line(64, &["1:4"]);
    assert_eq!(column(&program.sql(), "SELECT count(*) FROM corrections"), ["0"]);
}

/// The centre as an outlet has it.
const CENTRE_STORY: Story = Story {
    slug: "centre",
    title: "UK to equip screening centre for trafficking victims in Quang Binh",
    summary: "The UK Home Office will provide 900,000 pounds to equip a screening centre for victims of human trafficking in Quang Binh province.",
    text: &[
        "The UK Home Office will provide 900,000 pounds to equip a screening centre for victims of human trafficking in \
         Quang Binh province by September 30, 2027, Home Secretary Harriet Colville said in Hanoi on November 10, 2026.",
    ],
    published: "2026-11-10T10:00:00Z",
};

#[test]
fn a_running_daemon_heeds_a_correction_before_its_next_judgement() {
    let origin = Origin::start();
    let program = Program::new(ANALYST, &sources_toml(&origin, &[Outlet::new("courier")]));
    let publish = |edition: usize, stories: &[Story]| {
        let feed = rss(&origin.url("/courier"), stories);
        let reply = Reply::ok(feed).header("ETag", format!("\"{edition}\""));
        origin.script("/courier/feed", vec![reply]);
        for story in stories {
            origin.script(&format!("/courier/{}", story.slug), vec![html(story)]);
        }
    };
    let count = |what: &str| column(&program.sql(), &format!("SELECT count(*) FROM {what}"));
    ingest(&program, CENTRE);
    let (_, centre) = now(&program, "1:0");
    publish(1, &[OFFICERS]);
    let mut daemon = program.start().wait_until_ready();
    wait_for("the first article of the feed", || {
        (count("articles") == ["2"] && count("entries WHERE state = 'pending'") == ["0"])
            .then_some(())
    });
    corrected(&program, &["dismiss", &centre, "wrong"]);
    publish(2, &[CENTRE_STORY, OFFICERS]);
    program
        .sql()
        .execute_batch(
            "UPDATE source_state SET next_due = 0, not_before = 0,
                 state = json_set(state, '$.due', '2020-01-01T00:00:00Z', '$.not_before', '2020-01-01T00:00:00Z',
                     '$.last_request', '2020-01-01T00:00:00Z');",
        )
        .unwrap();
    daemon.signal("HUP");
    wait_for("the second article of the feed", || {
        (count("articles") == ["3"] && count("entries WHERE state = 'pending'") == ["0"])
            .then_some(())
    });
    assert_eq!(now(&program, "3:0"), ("background".to_owned(), centre));
    assert_eq!(count("outbox WHERE kind = 'alert'"), ["0"]);
    assert_eq!(daemon.stop(), Some(0), "{}", daemon.log());
    let same = replayed(&program);
    assert_eq!(same.code, 0, "the daemon's ledger is what a replay gives: {same:?}");
}
