//! The whole way, feed to mail, in this process over real HTTP, with a clock in the hand: what a reader gets told,
//! and what she does not get told twice.

use jiff::SignedDuration;

use crate::newsroom::*;
use crate::origin::{Origin, Reply};
use crate::smtp::{Answer, Phase, Smtp};

/// A room in which the first poll of `courier` is over.
fn with_baseline(outlets: &[Outlet]) -> Newsroom {
    let mut room = Newsroom::open(outlets);
    for outlet in outlets.iter().filter(|outlet| outlet.url.is_none()) {
        room.publish(outlet.id, &[OFFICERS]);
    }
    room.poll();
    assert_eq!(room.subjects(), [""; 0], "a baseline is silent");
    room
}

#[test]
fn the_first_poll_of_a_source_fills_the_ledger_and_tells_nobody() {
    let mut room = Newsroom::open(&[Outlet::new("courier")]);
    room.publish("courier", &[CENTRE, PROTOCOL, MARKET]);
    let report = room.poll();
    assert_eq!(report.entries.iter().filter(|entry| entry.kept).count(), 2);
    assert_eq!(room.subjects(), [""; 0]);
    assert!(
        room.value::<i64>("SELECT count(*) FROM commitments WHERE founded_by IS NOT NULL") >= 2
    );
    assert_eq!(room.value::<i64>("SELECT count(*) FROM outbox"), 0);
    assert_eq!(room.value::<i64>("SELECT count(*) FROM articles WHERE baseline = 0"), 0);
    assert_eq!(
        room.value::<String>("SELECT state FROM entries WHERE key LIKE '%market%'"),
        "rejected"
    );
}

#[test]
fn what_title_and_summary_exclude_is_never_fetched() {
    let mut room = Newsroom::open(&[Outlet::new("courier")]);
    room.publish("courier", &[CENTRE, MARKET]);
    room.poll();
    assert_eq!(room.requests("/courier/centre").len(), 1);
    assert_eq!(room.requests("/courier/market").len(), 0);
}

#[test]
fn a_new_commitment_is_told_once_and_its_echo_in_the_other_language_not_at_all() {
    let mut room = with_baseline(&[Outlet::new("courier"), Outlet::new("tin")]);
    room.publish("courier", &[CENTRE, OFFICERS]);
    room.poll();
    let mails = room.mails();
    assert_eq!(mails.len(), 1, "{mails:#?}");
    assert_eq!(mails[0].to, "analyst@example.org");
    let text = mails[0].text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        text.contains("provide 900,000 pounds to equip a screening centre for victims"),
        "{text}"
    );
    assert!(text.contains(&room.origin.url("/courier/centre")), "{text}");

    room.publish("tin", &[CENTRE_VI, OFFICERS]);
    let report = room.poll();
    assert!(report.entries.iter().any(|entry| entry.kept && entry.mentions > 0), "{report:?}");
    assert_eq!(room.mails().len(), 1);
    let told = "SELECT DISTINCT outcome FROM verdicts
        JOIN mentions ON mentions.id = mention_id JOIN articles ON articles.id = article_id
        WHERE source_id = 'tin' AND baseline = 0";
    assert_eq!(room.column(told), ["restated"]);
}

#[test]
fn a_commitment_that_advances_is_told_in_the_thread_of_its_first_alert() {
    let mut room = with_baseline(&[Outlet::new("courier")]);
    room.publish("courier", &[PROTOCOL, OFFICERS]);
    room.poll();
    room.restart();
    room.set_clock("2026-11-24T12:00:00Z");
    room.publish("courier", &[PROTOCOL_SIGNED, PROTOCOL, OFFICERS]);
    room.poll();
    let mails = room.mails();
    assert_eq!(mails.len(), 2, "{:?}", room.subjects());
    assert_eq!(mails[0].in_reply_to, None);
    assert_eq!(mails[1].in_reply_to.as_ref(), Some(&mails[0].message_id));
    assert_ne!(mails[0].message_id, mails[1].message_id);
    let stages = room.column("SELECT stage FROM commitments WHERE gist LIKE '%protocol%'");
    assert_eq!(stages, ["signed"]);
}

/// The reader of English met the text in English: she reads its name where it is told in Vietnamese.
#[test]
fn a_known_text_has_its_name_in_the_subject_the_reason_and_the_digest_of_a_foreign_article() {
    let digest = "[[recipient]]\nid = \"evening\"\naddress = \"evening@example.org\"\nalerts = \"none\"\n\
                  digest = \"0 7 * * *\"\n[[recipient]]\nid = \"analyst\"\naddress = \"analyst@example.org\"\n";
    let mut room = Newsroom::with(&[Outlet::new("courier"), Outlet::new("tin")], digest);
    room.publish("courier", &[PROTOCOL, OFFICERS]);
    room.publish("tin", &[OFFICERS]);
    room.poll();
    room.set_clock("2026-11-24T12:00:00Z");
    room.publish("tin", &[PROTOCOL_SIGNED_VI, OFFICERS]);
    room.poll();
    room.set_clock("2026-11-25T07:05:00Z");
    room.tell_after(SignedDuration::ZERO);
    let mails = room.mails();
    let to = |who: &'static str| mails.iter().filter(move |mail| mail.to.starts_with(who));
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let alert = to("analyst").find(|mail| mail.subject.contains("Advanced")).unwrap();
    let digests: Vec<String> = to("evening").map(|mail| line(&mail.text)).collect();
    assert!(alert.subject.ends_with("signed: a protocol on the… (The tin)"), "{}", alert.subject);
    let text = line(&alert.text);
    let same = "Both concern the same text, a protocol on the protection of child victims";
    assert!(text.contains(same), "{text}");
    let named = "signed: a protocol on the protection of child victims";
    assert_eq!(digests.iter().filter(|text| text.contains(named)).count(), 1, "{digests:#?}");
    // The digest of the next morning covers the hour in which the article came; it told its commitment all the same.
    let bare = digests.iter().filter(|text| text.contains("without a commitment"));
    assert_eq!(bare.count(), 0, "{digests:#?}");
}

#[test]
fn a_commitment_that_is_suspended_is_told_in_its_thread() {
    let mut room = with_baseline(&[Outlet::new("courier")]);
    room.publish("courier", &[CENTRE, OFFICERS]);
    room.poll();
    room.set_clock("2026-12-02T18:00:00Z");
    room.publish("courier", &[CENTRE_HALTED, CENTRE, OFFICERS]);
    room.poll();
    let mails = room.mails();
    assert_eq!(mails.len(), 2, "{:?}", room.subjects());
    assert_eq!(mails[1].in_reply_to.as_ref(), Some(&mails[0].message_id));
    assert!(mails[1].text.to_lowercase().contains("suspended"), "{}", mails[1].text);
}

#[test]
fn a_feed_that_shrinks_reorders_repeats_and_comes_back_after_a_restart_repeats_nothing() {
    let mut room = with_baseline(&[Outlet::new("courier")]);
    room.publish("courier", &[CENTRE, OFFICERS]);
    assert_eq!(room.poll().polls[0].new, 1);
    let settled = (
        room.column("SELECT key FROM entries ORDER BY key"),
        room.value::<i64>("SELECT count(*) FROM articles"),
        room.value::<i64>("SELECT count(*) FROM verdicts"),
    );
    let editions: [&[Story]; 6] = [
        &[OFFICERS, CENTRE],
        &[CENTRE, CENTRE, OFFICERS, CENTRE],
        &[OFFICERS],
        &[],
        &[CENTRE],
        &[CENTRE, OFFICERS],
    ];
    for edition in editions {
        room.restart();
        room.publish("courier", edition);
        let report = room.poll();
        assert_eq!((report.polls[0].new, report.polls[0].changed), (0, 0), "{report:?}");
        assert_eq!(report.entries, []);
    }
    let after = (
        room.column("SELECT key FROM entries ORDER BY key"),
        room.value::<i64>("SELECT count(*) FROM articles"),
        room.value::<i64>("SELECT count(*) FROM verdicts"),
    );
    assert_eq!(settled, after);
    assert_eq!(room.mails().len(), 1);
}

#[test]
fn an_edited_headline_is_read_again_and_tells_nothing_again() {
    let mut room = with_baseline(&[Outlet::new("courier")]);
    room.publish("courier", &[CENTRE, OFFICERS]);
    room.poll();
    let edited = Story { title: "UPDATE: UK to equip centre for trafficking victims", ..CENTRE };
    room.publish("courier", &[edited, OFFICERS]);
    let report = room.poll();
    assert_eq!((report.polls[0].new, report.polls[0].changed), (0, 1));
    assert_eq!(report.entries.len(), 1);
    assert!(report.entries[0].kept);
    assert_eq!(room.mails().len(), 1, "{:?}", room.subjects());
    assert_eq!(room.value::<i64>("SELECT count(*) FROM entries"), 2);
    let title = "SELECT title FROM entries WHERE key LIKE '%centre%'";
    assert_eq!(room.value::<String>(title), edited.title);
}

#[test]
fn an_id_that_is_used_again_for_another_story_is_told_as_that_story() {
    let mut room = with_baseline(&[Outlet::new("courier")]);
    room.publish("courier", &[CENTRE, OFFICERS]);
    room.poll();
    room.publish("courier", &[Story { slug: CENTRE.slug, ..PROTOCOL }, OFFICERS]);
    let report = room.poll();
    assert_eq!((report.polls[0].new, report.polls[0].changed), (0, 1));
    assert_eq!(room.mails().len(), 2, "{:?}", room.subjects());
}

#[test]
fn a_page_that_cannot_be_had_is_judged_from_the_feed_at_once_and_read_later() {
    let mut room = with_baseline(&[Outlet::new("courier")]);
    room.publish("courier", &[CENTRE, OFFICERS]);
    room.origin.script("/courier/centre", vec![Reply::status(503), html(&CENTRE)]);
    let first = room.poll();
    assert!(first.entries[0].kept && first.entries[0].page_error.is_some(), "{first:?}");
    assert_eq!(room.mails().len(), 1, "the summary says enough");
    let state = "SELECT state FROM entries WHERE key LIKE '%centre%'";
    assert_eq!(room.value::<String>(state), "pending", "the page is still wanted");

    room.restart();
    let second = room.poll();
    assert_eq!(second.entries.len(), 1, "{second:?}");
    assert_eq!((second.entries[0].kept, &second.entries[0].page_error), (true, &None));
    assert_eq!(room.value::<String>(state), "done");
    assert_eq!(room.mails().len(), 1, "{:?}", room.subjects());
    let longest = "SELECT max(text_bytes) > 400 FROM articles JOIN entries ON entries.id = entry_id
        WHERE key LIKE '%centre%'";
    assert!(room.value::<bool>(longest), "the page's own text was read in the end");
    assert_eq!(room.requests("/courier/centre").len(), 2);
    room.poll();
    assert_eq!(
        room.requests("/courier/centre").len(),
        2,
        "a page that was read is not asked for again"
    );
}

#[test]
fn a_page_that_comes_late_is_told_when_only_the_page_says_it() {
    let vague = Story {
        summary: "Ministers of Vietnam and the UK met to talk about human trafficking.",
        ..CENTRE
    };
    let vague = Story { title: "British home secretary in Hanoi on trafficking", ..vague };
    let mut room = with_baseline(&[Outlet::new("courier")]);
    room.publish("courier", &[vague, OFFICERS]);
    room.origin
        .script("/courier/centre", vec![Reply::status(503), Reply::status(502), html(&vague)]);
    room.poll();
    room.poll();
    assert_eq!(room.subjects(), [""; 0]);
    room.poll();
    assert_eq!(room.mails().len(), 1, "{:?}", room.subjects());
}

#[test]
fn a_page_that_never_comes_is_given_up_and_what_the_feed_said_stays() {
    let mut room = with_baseline(&[Outlet::new("courier")]);
    room.publish("courier", &[CENTRE, OFFICERS]);
    room.origin.script("/courier/centre", vec![Reply::status(503)]);
    for _ in 0..8 {
        room.poll();
    }
    assert_eq!(room.requests("/courier/centre").len(), 5, "as often as configured");
    assert_eq!(room.value::<i64>("SELECT count(*) FROM entries WHERE state = 'pending'"), 0);
    assert_eq!(room.mails().len(), 1);
    let kept = "SELECT count(*) FROM articles JOIN entries ON entries.id = entry_id
        WHERE key LIKE '%centre%' AND kept = 1";
    assert_eq!(room.value::<i64>(kept), 1);
}

#[test]
fn a_source_of_low_trust_alone_never_alerts_and_a_second_source_releases_it() {
    let mut room = with_baseline(&[Outlet::low("mirror"), Outlet::low("echo"), Outlet::new("tin")]);
    room.publish("mirror", &[CENTRE, OFFICERS]);
    room.poll();
    room.restart();
    for _ in 0..12 {
        room.tell_after(SignedDuration::from_hours(1));
    }
    assert_eq!(room.subjects(), [""; 0], "a lone mirror waits");
    room.publish("echo", &[Story { slug: "copied", ..CENTRE }, OFFICERS]);
    room.poll();
    assert_eq!(room.subjects(), [""; 0], "a mirror of a mirror is no witness");
    room.publish("tin", &[CENTRE_VI, OFFICERS]);
    room.poll();
    let mails = room.mails();
    assert_eq!(mails.len(), 1, "{:?}", room.subjects());
    assert!(
        mails[0].subject.starts_with("[VN-UK] New:"),
        "it is news all the same: {}",
        mails[0].subject
    );
    assert!(
        mails[0].text.contains("900.000 bảng"),
        "the better source is quoted: {}",
        mails[0].text
    );
    assert!(mails[0].text.contains("The mirror"), "the first source is named: {}", mails[0].text);
}

#[test]
fn one_article_told_by_three_outlets_within_the_hour_is_one_mail() {
    let mut room =
        with_baseline(&[Outlet::new("courier"), Outlet::new("wire"), Outlet::new("tin")]);
    room.publish("courier", &[CENTRE, OFFICERS]);
    room.publish("wire", &[CENTRE, OFFICERS]);
    room.publish("tin", &[CENTRE_VI, OFFICERS]);
    room.poll();
    assert_eq!(room.mails().len(), 1, "{:?}", room.subjects());
}

#[test]
fn a_story_that_another_outlet_prints_is_one_story_and_other_words_are_another() {
    let mut room =
        with_baseline(&[Outlet::new("courier"), Outlet::new("reprint"), Outlet::new("tin")]);
    room.publish("courier", &[CENTRE, OFFICERS]);
    room.poll();
    room.restart();
    let headline = "British money for a screening centre in Vietnam";
    room.publish("reprint", &[Story { slug: "printed", title: headline, ..CENTRE }, OFFICERS]);
    room.publish("tin", &[CENTRE_VI, OFFICERS]);
    room.poll();
    let stories = "SELECT a.source_id || ' ' || first.source_id FROM articles AS a
         JOIN articles AS first ON first.id = a.story_id
         WHERE a.url NOT LIKE '%officers' ORDER BY a.source_id";
    assert_eq!(room.column(stories), ["courier courier", "reprint courier", "tin tin"]);
}

#[test]
fn a_reader_whose_address_is_refused_keeps_nobody_else_from_being_told() {
    let smtp = Smtp::start();
    smtp.on(Phase::Rcpt, Some("gone@"), Answer::say("550 5.1.1 no such user"));
    let settings = format!(
        "[mail]\nmode = \"plain\"\nhost = \"127.0.0.1\"\nport = {}\nfrom = \"watch@example.org\"\n
         [[recipient]]\nid = \"gone\"\naddress = \"gone@example.org\"\n{ANALYST}",
        smtp.port()
    );
    let mut room = Newsroom::with(&[Outlet::new("courier")], &settings);
    for edition in [&[OFFICERS][..], &[CENTRE, OFFICERS], &[PROTOCOL, CENTRE, OFFICERS]] {
        room.publish("courier", edition);
        room.poll();
    }
    let told: Vec<Mail> =
        smtp.messages().iter().map(|message| Mail::read(&message.bytes)).collect();
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(told.iter().all(|mail| mail.to == "analyst@example.org"));
    let states = |recipient: &str| {
        room.column(&format!(
            "SELECT state FROM outbox WHERE recipient = '{recipient}' ORDER BY id"
        ))
    };
    assert_eq!(states("analyst"), ["accepted", "accepted"]);
    assert_eq!(states("gone"), ["rejected", "rejected"]);
}

#[test]
fn mail_waits_for_a_server_that_is_down_and_then_leaves_once() {
    let port = {
        // Bound and given back: nobody listens there.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let settings = |port: u16| {
        format!(
            "[mail]\nmode = \"plain\"\nhost = \"127.0.0.1\"\nport = {port}\nfrom = \"watch@example.org\"\n{ANALYST}"
        )
    };
    let mut room = Newsroom::with(&[Outlet::new("courier")], &settings(port));
    room.publish("courier", &[OFFICERS]);
    room.poll();
    room.publish("courier", &[CENTRE, OFFICERS]);
    room.poll();
    assert_eq!(room.column("SELECT state FROM outbox"), ["deferred"]);

    let smtp = Smtp::start();
    let file = room.folder.path().join("pledgewatch.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace(&port.to_string(), &smtp.port().to_string())).unwrap();
    room.restart();
    for _ in 0..3 {
        room.tell_after(SignedDuration::from_hours(1));
    }
    assert_eq!(smtp.messages().len(), 1);
    assert_eq!(room.column("SELECT state FROM outbox"), ["accepted"]);
}

#[test]
fn the_windows_of_a_readers_digests_abut_whatever_happens_between() {
    let settings = "[[recipient]]\nid = \"evening\"\naddress = \"evening@example.org\"\nalerts = \"none\"\n\
                    digest = \"0 7 * * *\"\nzone = \"Asia/Ho_Chi_Minh\"\n";
    let mut room = Newsroom::with(&[Outlet::new("courier")], settings);
    room.publish("courier", &[OFFICERS]);
    room.poll();
    let day = |room: &mut Newsroom, now: &str| {
        room.set_clock(now);
        room.tell_after(SignedDuration::ZERO);
    };
    // 07:00 in Hanoi is midnight in UTC.
    day(&mut room, "2026-11-11T00:05:00Z");
    room.publish("courier", &[CENTRE, OFFICERS]);
    room.poll();
    day(&mut room, "2026-11-12T00:05:00Z");
    // The machine is off for three days; on one of them something is published.
    room.publish("courier", &[PROTOCOL, CENTRE, OFFICERS]);
    room.restart();
    day(&mut room, "2026-11-15T09:00:00Z");
    room.poll();
    // The clock is set back for an hour, which makes no second digest.
    day(&mut room, "2026-11-14T23:30:00Z");
    day(&mut room, "2026-11-16T00:05:00Z");
    room.restart();
    day(&mut room, "2026-11-17T00:05:00Z");

    let rows = room.column(
        "SELECT from_verdict || ' ' || to_verdict || ' ' || period_start || ' ' || period_end
         FROM digests ORDER BY id",
    );
    let rows: Vec<Vec<i64>> =
        rows.iter().map(|row| row.split(' ').map(|part| part.parse().unwrap()).collect()).collect();
    assert_eq!(rows.len(), 6, "the beginning and five mornings: {rows:?}");
    for pair in rows.windows(2) {
        assert_eq!(pair[0][1], pair[1][0], "verdicts: {rows:?}");
        assert_eq!(pair[0][3], pair[1][2], "time: {rows:?}");
    }
    assert!(rows[1..].iter().all(|row| at_hanoi(row[3]) == 7), "{rows:?}");
    let mails = room.mails();
    let quoting = |words: &str| mails.iter().filter(|mail| mail.text.contains(words)).count();
    assert_eq!(quoting("“Hanoi (Courier) – The UK Home Office"), 1, "{mails:#?}");
    assert_eq!(quoting("“The UK Home Office and Vietnam's Ministry"), 1, "{mails:#?}");
    assert_eq!(room.value::<i64>("SELECT count(*) FROM outbox WHERE kind = 'alert'"), 0);
}

/// The hour in Hanoi.
fn at_hanoi(milliseconds: i64) -> i8 {
    let at = jiff::Timestamp::from_millisecond(milliseconds).unwrap();
    at.in_tz("Asia/Ho_Chi_Minh").unwrap().hour()
}

#[test]
fn validators_go_back_byte_for_byte_and_not_modified_leaves_all_as_it_was() {
    let mut room = Newsroom::open(&[Outlet::new("courier")]);
    room.publish("courier", &[CENTRE, OFFICERS]);
    let base = room.origin.url("/courier");
    let tag = b"W/\"caf\xe9 \\ 1\"";
    let date = "Tue, 10 Nov 2026 11:00:00 GMT";
    let feed = Reply::ok(rss(&base, &[CENTRE, OFFICERS]))
        .header("ETag", tag)
        .header("Last-Modified", date);
    room.origin.script("/courier/feed", vec![feed, Reply::status(304)]);
    room.poll();
    let before = room.column("SELECT key || revision || state FROM entries ORDER BY id");
    for _ in 0..2 {
        room.restart();
        let report = room.poll();
        assert_eq!(report.polls[0].outcome, "fetch.not_modified");
    }
    let requests = room.requests("/courier/feed");
    assert_eq!(requests.len(), 3);
    assert_eq!(requests[0].bytes("if-none-match"), None);
    for request in &requests[1..] {
        assert_eq!(request.bytes("if-none-match"), Some(&tag[..]));
        assert_eq!(request.header("if-modified-since"), Some(date));
    }
    assert_eq!(room.column("SELECT key || revision || state FROM entries ORDER BY id"), before);
}

#[test]
fn the_same_body_under_a_new_tag_is_nothing_new_and_the_new_tag_is_sent_back() {
    let mut room = Newsroom::open(&[Outlet::new("courier")]);
    room.publish("courier", &[CENTRE, OFFICERS]);
    let feed = rss(&room.origin.url("/courier"), &[CENTRE, OFFICERS]);
    let tagged = |tag: &str| Reply::ok(feed.clone()).header("ETag", tag);
    room.origin.script("/courier/feed", vec![tagged("\"a\""), tagged("\"b\""), Reply::status(304)]);
    room.poll();
    let report = room.poll();
    assert_eq!(report.polls[0].outcome, "fetch.same_body");
    assert_eq!(report.entries, []);
    room.poll();
    let sent: Vec<Option<String>> = room
        .requests("/courier/feed")
        .iter()
        .map(|seen| seen.header("if-none-match").map(ToOwned::to_owned))
        .collect();
    assert_eq!(sent, [None, Some("\"a\"".to_owned()), Some("\"b\"".to_owned())]);
}

#[test]
fn a_feed_that_is_broken_for_a_while_keeps_its_old_validators_and_loses_nothing() {
    let mut room = with_baseline(&[Outlet::new("courier")]);
    let base = room.origin.url("/courier");
    let good = |stories: &[Story], tag: &str| Reply::ok(rss(&base, stories)).header("ETag", tag);
    room.publish("courier", &[CENTRE, OFFICERS]);
    let cut = rss(&base, &[CENTRE, OFFICERS]);
    room.origin.script(
        "/courier/feed",
        vec![
            good(&[OFFICERS], "\"good\""),
            Reply::ok("<html><body>Under construction</body></html>").header("ETag", "\"bad\""),
            Reply::ok(Vec::new()).header("ETag", "\"empty\""),
            Reply::ok(cut).header("ETag", "\"cut\"").cut(),
            Reply::status(500).header("ETag", "\"500\""),
            good(&[CENTRE, OFFICERS], "\"better\""),
        ],
    );
    for expected in [true, false, false, false, false, true] {
        let report = room.poll();
        assert_eq!(report.polls[0].error.is_none(), expected, "{report:?}");
        // After failures the distance grows.
        room.clock.advance(SignedDuration::from_hours(24));
    }
    let sent: Vec<String> = room
        .requests("/courier/feed")
        .iter()
        .skip(2)
        .map(|seen| seen.header("if-none-match").unwrap_or("-").to_owned())
        .collect();
    assert_eq!(sent, ["\"good\""; 5]);
    assert_eq!(room.mails().len(), 1, "{:?}", room.subjects());
}

#[test]
fn hosts_that_cannot_be_read_keep_no_other_source_from_being_told() {
    let hanging = Origin::start();
    hanging.script("/feed", vec![Reply::hang()]);
    let url: &'static str = hanging.url("/feed").leak();
    let outlets = [
        Outlet { url: Some("http://127.0.0.1:9/feed"), ..Outlet::new("closed") },
        Outlet { url: Some("http://no-such-host.invalid/feed"), ..Outlet::new("unnamed") },
        Outlet { url: Some(url), ..Outlet::new("hanging") },
        Outlet::new("courier"),
    ];
    let settings = format!(
        "[fetch]\nconnect_timeout = \"1s\"\nread_timeout = \"1s\"\ntimeout = \"2s\"\n{ANALYST}"
    );
    let mut room = Newsroom::with(&outlets, &settings);
    room.publish("courier", &[OFFICERS]);
    room.poll();
    room.publish("courier", &[CENTRE, OFFICERS]);
    let report = room.poll();
    assert_eq!(room.mails().len(), 1, "{report:?}");
    let health = "SELECT source_id FROM source_state WHERE health <> 'ok' ORDER BY 1";
    let failing = room.column("SELECT DISTINCT source_id FROM polls WHERE ok = 0 ORDER BY 1");
    assert_eq!(failing, ["closed", "hanging", "unnamed"]);
    assert!(!room.column(health).contains(&"courier".to_owned()));
}

#[test]
fn an_article_published_long_ago_fills_the_ledger_but_interrupts_nobody() {
    let mut room = with_baseline(&[Outlet::new("courier")]);
    room.set_clock("2027-02-01T12:00:00Z");
    room.publish("courier", &[CENTRE, OFFICERS]);
    let report = room.poll();
    assert!(report.entries[0].kept);
    assert_eq!(room.subjects(), [""; 0]);
}
