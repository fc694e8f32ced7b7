//! Mail that a server took and sent back: three times over two days, and the reader is suspended; anything less, or a
//! report that does not know our mail, changes nothing.

use jiff::{SignedDuration, Timestamp};

use crate::newsroom::{ANALYST, column};
use crate::program::{Program, Ran};

const MAIL: &str = "[mail]\nfrom = \"watch@example.org\"\nbounces = \"bounces@example.org\"\n";

fn program() -> Program {
    Program::new(&format!("{ANALYST}{MAIL}"), "")
}

/// So many messages that the mail server has taken, numbered from 1.
fn taken(program: &Program, count: usize) {
    program.run(&["once"]);
    for number in 1..=count {
        program
            .sql()
            .execute(
                "INSERT INTO outbox (recipient, channel, event_key, kind, state, awaits_second, not_before, facts,
                     message, message_id, created_at, changed_at)
                 VALUES ('analyst', 'mail', ?1, 'alert', 'accepted', 0, 0, '{}', x'41', ?2, 0, 0)",
                [format!("event {number}"), format!("m{number}@example.org")],
            )
            .unwrap();
    }
}

/// A report on a message, as a mail server writes it.
fn report(number: usize, status: &str, message_id: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx.example\nTo: bounces+analyst.{number}@example.org\nSubject: Undelivered mail\n\
         MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"cut\"\n\n\
         --cut\nContent-Type: text/plain\n\nIt could not be delivered.\n\
         --cut\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n\
         Final-Recipient: rfc822; analyst@example.org\nAction: failed\nStatus: {status}\n\
         Diagnostic-Code: smtp; 550 no such user\n\n\
         --cut\nContent-Type: message/rfc822\n\nMessage-ID: <{message_id}>\nSubject: x\n\nx\n--cut--\n"
    )
}

fn bounced(program: &Program, report: &str) -> Ran {
    let ran = program.run_with(&["outbox", "bounced"], report.as_bytes());
    assert_eq!(ran.code, 0, "{ran:?}");
    ran
}

/// As if the mail that came back first had done so three days ago.
fn days_pass(program: &Program) {
    let then = (Timestamp::now() - SignedDuration::from_hours(72)).as_millisecond();
    program.sql().execute("UPDATE refusals SET first_at = ?1", [then]).unwrap();
}

fn suspended(program: &Program) -> Vec<String> {
    column(&program.sql(), "SELECT count(*) FROM refusals WHERE suspended_at IS NOT NULL")
}

#[test]
fn an_address_from_which_mail_keeps_coming_back_gets_no_more() {
    let program = program();
    taken(&program, 3);
    let first = bounced(&program, &report(1, "5.1.1", "m1@example.org"));
    assert!(
        first.out.contains("counted, 1 in a row") && first.out.contains("no such user"),
        "{first:?}"
    );
    let again = bounced(&program, &report(1, "5.1.1", "m1@example.org"));
    assert!(again.out.contains("came back before"), "{again:?}");
    days_pass(&program);
    bounced(&program, &report(2, "5.1.1", "m2@example.org"));
    assert_eq!(suspended(&program), ["0"]);
    let last = bounced(&program, &report(3, "5.1.1", "m3@example.org"));
    assert!(last.out.contains("analyst gets nothing more"), "{last:?}");
    assert_eq!(suspended(&program), ["1"]);
    let status = program.run(&["status"]);
    assert!(status.code == 69 && status.out.contains("analyst gets nothing by mail"), "{status:?}");
    let listed = program.run(&["outbox", "list", "--all"]);
    assert!(listed.out.contains("came back: failed 5.1.1"), "{listed:?}");
    assert!(program.run(&["outbox", "retry", "--recipient", "analyst"]).out.contains("sent again"));
    assert_eq!(suspended(&program), ["0"]);
}

#[test]
fn mail_that_arrived_in_between_breaks_the_row() {
    let program = program();
    taken(&program, 4);
    bounced(&program, &report(1, "5.1.1", "m1@example.org"));
    days_pass(&program);
    bounced(&program, &report(2, "5.1.1", "m2@example.org"));
    let last = bounced(&program, &report(4, "5.1.1", "m4@example.org"));
    assert!(last.out.contains("counted, 1 in a row"), "{last:?}");
}

#[test]
fn what_proves_nothing_about_the_address_counts_nothing() {
    let program = program();
    taken(&program, 2);
    let full = bounced(&program, &report(1, "5.2.2", "m1@example.org"));
    assert!(full.out.contains("says nothing of the address"), "{full:?}");
    let forged = bounced(&program, &report(2, "5.1.1", "guessed@example.org"));
    assert!(forged.out.contains("not the message that was sent"), "{forged:?}");
    let away =
        bounced(&program, "To: bounces+analyst.1@example.org\nSubject: Away\n\nBack soon.\n");
    assert!(away.out.contains("nothing is counted"), "{away:?}");
    assert_eq!(column(&program.sql(), "SELECT count(*) FROM refusals"), ["0"]);
    program
        .run_with(&["outbox", "bounced"], b"To: somebody@example.org\n\nx\n")
        .refused_in_a_line(65, &["bounces+RECIPIENT.NUMBER@example.org", "--to"]);
    let unset = Program::new(ANALYST, "");
    unset.run_with(&["outbox", "bounced"], b"x").refused_in_a_line(78, &["[mail] bounces"]);
}
