//! What changes under a running newsroom (its list of sources, its schedules, its settings), and what breaks in it
//! without stopping the rest.

use std::time::Duration;

use jiff::SignedDuration;
use pledgewatch::pipeline::audit::Audit;

use crate::newsroom::*;
use crate::origin::{Origin, Reply};

/// Writes another list of sources and starts again.
fn reconfigure(room: &mut Newsroom, outlets: &[Outlet], from: &str, to: &str) {
    let sources = sources_toml(&room.origin, outlets).replace(from, to);
    std::fs::write(room.folder.path().join("sources.toml"), sources).unwrap();
    room.restart();
}

#[test]
fn what_a_source_published_while_it_was_not_configured_is_a_baseline() {
    let outlets = [Outlet::new("courier"), Outlet::new("tin")];
    let mut room = Newsroom::open(&outlets);
    room.publish("courier", &[OFFICERS]);
    room.publish("tin", &[OFFICERS]);
    room.poll();
    reconfigure(&mut room, &outlets[1..], "#", "#");
    room.poll();
    room.publish("courier", &[CENTRE, OFFICERS]);
    reconfigure(&mut room, &outlets, "#", "#");
    assert_eq!(room.poll().polls.len(), 2);
    assert_eq!(room.subjects(), [""; 0], "nobody asked for what was published in between");
    room.publish("courier", &[PROTOCOL, CENTRE, OFFICERS]);
    room.poll();
    assert_eq!(room.subjects().len(), 1, "what is published from now on is news");
}

#[test]
fn a_first_sight_after_an_absence_asks_for_the_whole_feed() {
    let outlets = [Outlet::new("courier"), Outlet::new("tin")];
    let mut room = Newsroom::open(&outlets);
    room.publish("courier", &[OFFICERS]);
    room.publish("tin", &[OFFICERS]);
    room.poll();
    reconfigure(&mut room, &outlets[1..], "#", "#");
    reconfigure(&mut room, &outlets, "#", "#");
    room.poll();
    let seen = room.requests("/courier/feed");
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[1].header("if-none-match"), None);
    room.poll();
    let seen = room.requests("/courier/feed");
    assert!(seen[2].header("if-none-match").is_some());
}

#[test]
fn another_address_is_asked_at_once_whatever_the_old_one_wanted() {
    let outlets = [Outlet::new("courier")];
    let mut room = Newsroom::open(&outlets);
    room.publish("courier", &[OFFICERS]);
    room.poll();
    room.origin.script("/courier/feed", vec![Reply::status(429).header("Retry-After", "604800")]);
    room.poll();
    assert_eq!(room.poll().polls.len(), 0, "the server has asked for a week");
    room.publish("moved", &[CENTRE, OFFICERS]);
    reconfigure(&mut room, &outlets, "/courier/feed", "/moved/feed");
    let report = room.poll();
    assert_eq!(report.polls.len(), 1);
    assert_eq!((report.polls[0].new, room.subjects().len()), (1, 1), "known entries stay known");
}

#[test]
fn a_changed_schedule_holds_from_the_next_start_on() {
    let outlets = [Outlet::new("courier")];
    let mut room = Newsroom::open(&outlets);
    room.publish("courier", &[OFFICERS]);
    room.poll();
    reconfigure(&mut room, &outlets, "* * * * *", "0 3 * * *");
    let due = "SELECT strftime('%Y-%m-%dT%H', next_due / 1000, 'unixepoch') FROM source_state";
    assert_eq!(room.value::<String>(due), "2026-11-11T03");
    reconfigure(&mut room, &outlets, "#", "#");
    assert_eq!(room.value::<String>(due), "2026-11-10T12");
}

#[test]
fn what_was_part_of_a_baseline_and_is_rewritten_later_is_news() {
    let mut room = Newsroom::open(&[Outlet::new("courier")]);
    let quiet = Story {
        title: "Home Office visits Quang Binh",
        summary: "Officials of the UK Home Office visited a shelter for victims of human trafficking in Vietnam.",
        text: &[
            "Officials of the UK Home Office visited a shelter for victims of human trafficking in Vietnam.",
        ],
        ..CENTRE
    };
    room.publish("courier", &[quiet, OFFICERS]);
    room.poll();
    room.publish("courier", &[CENTRE, OFFICERS]);
    let report = room.poll();
    assert_eq!((report.polls[0].new, report.polls[0].changed), (0, 1));
    assert_eq!(room.subjects().len(), 1, "{report:?}");
}

#[test]
fn an_entry_that_cannot_be_judged_keeps_nobody_waiting_and_is_given_up_in_the_end() {
    let mut room = Newsroom::with(
        &[Outlet::new("courier")],
        &format!("[article]\nattempts = 2\nretry_after = \"10m\"\n{ANALYST}"),
    );
    room.publish("courier", &[OFFICERS]);
    room.poll();
    room.obstruct(
        "CREATE TRIGGER broken BEFORE INSERT ON articles WHEN NEW.title LIKE '%protocol%'
         BEGIN SELECT RAISE (ABORT, 'this one never'); END",
    );
    // The older one comes first.
    let old = Story { published: "2026-11-10T09:00:00Z", ..PROTOCOL };
    room.publish("courier", &[CENTRE, old, OFFICERS]);
    let report = room.poll();
    assert_eq!(report.entries.len(), 2);
    assert!(report.entries[0].why.contains("could not be judged"), "{report:?}");
    assert_eq!(room.subjects().len(), 1, "the next one is told");
    let state = "SELECT state FROM entries WHERE key LIKE '%protocol%'";
    assert_eq!(room.value::<String>(state), "pending");
    room.poll();
    assert_eq!(room.value::<String>(state), "failed");
    assert_eq!(room.poll().entries, []);
}

#[test]
fn a_digest_that_cannot_be_made_keeps_no_alert_back() {
    let mut room =
        Newsroom::with(&[Outlet::new("courier")], &format!("{ANALYST}digest = \"0 0 * * *\"\n"));
    room.publish("courier", &[OFFICERS]);
    room.poll();
    room.publish("courier", &[CENTRE, OFFICERS]);
    room.set_clock("2026-11-10T23:55:00Z");
    room.poll_for(Duration::from_secs(60));
    room.obstruct(
        "CREATE TRIGGER broken BEFORE INSERT ON digests
         BEGIN SELECT RAISE (ABORT, 'no digests today'); END",
    );
    let told = room.try_to_tell_after(SignedDuration::from_mins(11));
    assert!(told.is_err(), "the digest is due, and its failure is not hidden");
    assert_eq!(room.subjects().len(), 1);
}

#[test]
fn a_page_is_not_asked_for_again_before_the_server_wants_it() {
    let mut room = Newsroom::open(&[Outlet::new("courier")]);
    room.publish("courier", &[OFFICERS]);
    room.poll();
    room.publish("courier", &[CENTRE, OFFICERS]);
    let busy = Reply::status(503).header("Retry-After", "43200");
    room.origin.script("/courier/centre", vec![busy, html(&CENTRE)]);
    for _ in 0..5 {
        room.poll();
    }
    assert_eq!(room.requests("/courier/centre").len(), 1);
    room.set_clock("2026-11-11T06:00:00Z");
    room.poll();
    assert_eq!(room.requests("/courier/centre").len(), 2);
}

#[test]
fn a_host_that_hangs_holds_up_no_other_however_many_feeds_it_has() {
    let silent = Origin::start();
    let names: Vec<String> = (0..40).map(|number| format!("silent-{number}")).collect();
    let urls: Vec<String> = names.iter().map(|name| silent.url(&format!("/{name}"))).collect();
    for name in &names {
        silent.script(&format!("/{name}"), vec![Reply::hang()]);
    }
    let mut outlets: Vec<Outlet> = names
        .iter()
        .zip(&urls)
        .map(|(name, url)| Outlet { url: Some(url.as_str()), ..Outlet::new(name) })
        .collect();
    outlets.push(Outlet::new("courier"));
    let mut room = Newsroom::open(&outlets);
    room.publish("courier", &[OFFICERS]);
    room.poll_for(Duration::from_secs(5));
    let read = room.column("SELECT source_id FROM polls WHERE ok = 1");
    assert_eq!(read, ["courier"]);
    assert!(silent.requests().len() <= 1, "one request at a time");
}

#[test]
fn an_article_older_than_the_configured_age_interrupts_nobody() {
    for (age, mails) in [("2d", 0), ("10d", 1)] {
        let mut room = Newsroom::with(
            &[Outlet::new("courier")],
            &format!("[article]\nmax_push_age = \"{age}\"\n{ANALYST}"),
        );
        room.publish("courier", &[OFFICERS]);
        room.poll();
        room.set_clock("2026-11-15T12:00:00Z");
        room.publish("courier", &[CENTRE, OFFICERS]);
        room.poll();
        assert_eq!(room.subjects().len(), mails, "{age}");
    }
}

#[test]
fn an_alert_that_was_lost_and_one_that_is_stuck_are_noticed() {
    let mut room = Newsroom::open(&[Outlet::new("courier")]);
    room.publish("courier", &[OFFICERS]);
    room.poll();
    assert_eq!(room.audit(), Audit::default());
    room.publish("courier", &[CENTRE, OFFICERS]);
    room.poll_for(Duration::from_secs(60));
    assert_eq!(room.audit(), Audit::default(), "it is held, and has time");
    room.clock.advance(SignedDuration::from_mins(90));
    assert_eq!(room.audit().stuck, 1);
    room.obstruct("DELETE FROM outbox");
    let audit = room.audit();
    assert_eq!((audit.untold.len(), audit.stuck), (1, 0));
}

/// Each reader is owed what she asks for: that others were told of it is no comfort to her.
#[test]
fn an_alert_that_one_of_two_readers_lost_is_noticed_for_days_and_newcomers_are_owed_nothing() {
    let chief = "[[recipient]]\nid = \"chief\"\naddress = \"chief@example.org\"\nkinds = [KINDS]\n";
    let readers = |kinds: &str| format!("{ANALYST}\n{}", chief.replace("KINDS", kinds));
    let mut room = Newsroom::with(&[Outlet::new("courier")], &readers(""));
    room.publish("courier", &[OFFICERS]);
    room.poll();
    assert_eq!(room.audit(), Audit::default());
    room.publish("courier", &[CENTRE, OFFICERS]);
    room.poll();
    assert_eq!(room.audit(), Audit::default(), "both were told");

    room.obstruct("DELETE FROM outbox WHERE recipient = 'chief'");
    let untold: Vec<String> = room.audit().untold.into_iter().collect();
    assert!(matches!(&untold[..], [one] if one.ends_with(" to chief")), "{untold:?}");
    let complaints = room.audit().complaints;
    assert_eq!(complaints, [format!("owed and in no message: {}", untold[0])]);
    // It does not fall silent because a few hours have passed.
    room.clock.advance(SignedDuration::from_hours(3 * 24));
    assert_eq!(room.audit().untold.len(), 1);

    // Who asks for something else from today on is owed nothing from before.
    room.reopen_with(&readers("\"resource\", \"capacity\""));
    assert_eq!(room.audit().untold.len(), 0);
    room.reopen_with(&readers(""));
    assert_eq!(room.audit().untold.len(), 0);
}

#[test]
fn a_data_folder_that_the_program_makes_is_nobody_elses_business() {
    use std::os::unix::fs::PermissionsExt as _;
    let program = crate::program::Program::bare();
    program.write("note.txt", "A note that says nothing of interest to anybody at all.");
    program.run(&["ingest", "note.txt"]).done();
    let mode = std::fs::metadata(program.path("data")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}
