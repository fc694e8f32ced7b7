//! Mail that came back: a report of delivery (RFC 3464) read for what it says of one message of ours. In: the bytes of
//! the report and the address that bounces go to. Out: which message, and whether its address is bad. Pure; nothing
//! that a stranger writes counts unless it knows the Message-ID that we gave.

use mail_parser::{Message, MessageParser, MimeHeaders, PartType};
use thiserror::Error;

use super::clean;
use crate::model::OutboxId;

/// Longest diagnosis that is kept, in columns.
const MAX_SAID: usize = 200;

/// Why a message is no report about one of ours.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum NoBounce {
    /// Not even a message.
    #[error("this is no mail message")]
    NoMessage,
    /// It was not sent to a return address of ours.
    #[error(
        "it is not addressed to {local}+RECIPIENT.NUMBER@{domain}: pipe it with the address that it came for, `--to ADDRESS`"
    )]
    NoAddress {
        /// What stands before the plus sign.
        local: String,
        /// What stands behind the at sign.
        domain: String,
    },
    /// An answer of a person or a machine, but no report.
    #[error("it holds no report of delivery (an automatic answer, perhaps): nothing is counted")]
    NoReport,
}

/// What a report says of the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// Nobody can be reached there.
    BadAddress,
    /// The message was not delivered for a reason that may pass or lies in the message: a full mailbox, its size, a
    /// filter, a server out of reach.
    Lost,
    /// It is still under way, or has arrived.
    Nothing,
}

/// A report about one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// The recipient's id in the configuration.
    pub recipient: String,
    /// The message.
    pub row: OutboxId,
    /// The Message-ID of the mail that was sent back, without angle brackets, where the report has it.
    pub message_id: Option<String>,
    /// What follows for the address.
    pub says: Says,
    /// Status and diagnosis as the report words them, on one line.
    pub said: String,
}

/// Reads a report. `to` is the address that it was delivered to, where the caller knows it; `bounces` the configured
/// address.
///
/// # Errors
/// It is no report about a message of ours.
pub fn read(bytes: &[u8], to: Option<&str>, bounces: &str) -> Result<Bounce, NoBounce> {
    let message = MessageParser::default().parse(bytes).ok_or(NoBounce::NoMessage)?;
    let (local, domain) = bounces.rsplit_once('@').unwrap_or((bounces, ""));
    let named = |value: &str| return_address(value, local, domain);
    let headers = ["delivered-to", "x-original-to", "envelope-to", "to"].into_iter();
    let mut headers = headers.flat_map(|name| {
        message.headers_raw().filter(move |(known, _)| known.eq_ignore_ascii_case(name))
    });
    let (recipient, row) =
        to.and_then(named).or_else(|| headers.find_map(|(_, value)| named(value))).ok_or_else(
            || NoBounce::NoAddress { local: local.to_owned(), domain: domain.to_owned() },
        )?;
    let report =
        message.parts.iter().find(|part| part.is_content_type("message", "delivery-status"));
    let report = String::from_utf8_lossy(report.ok_or(NoBounce::NoReport)?.contents()).into_owned();
    let field = |name: &str| report_field(&report, name);
    let (action, status) =
        (field("Action").unwrap_or_default(), field("Status").unwrap_or_default());
    let diagnosis = field("Diagnostic-Code").unwrap_or_default();
    let said = clean::line(&format!("came back: {action} {status} {diagnosis}"));
    Ok(Bounce {
        recipient,
        row,
        message_id: returned_id(&message),
        says: says(&action, &status),
        said: clean::shorten(&said, MAX_SAID),
    })
}

/// `bounces+desk.42@example.org` in an address or a header, as recipient and row.
fn return_address(value: &str, local: &str, domain: &str) -> Option<(String, OutboxId)> {
    let begin = format!("{local}+").to_lowercase();
    let end = format!("@{domain}").to_lowercase();
    let lower = value.to_lowercase();
    let from = lower.find(&begin)? + begin.len();
    let to = from + lower.get(from..)?.find(&end)?;
    // Letters whose lower case has another length stand in no address of ours.
    let (recipient, row) = value.get(from..to)?.rsplit_once('.')?;
    Some((recipient.to_owned(), OutboxId(row.parse().ok()?)))
}

/// The first field of that name in a report, unfolded.
fn report_field(report: &str, name: &str) -> Option<String> {
    let mut lines = report.lines().skip_while(|line| {
        line.split_once(':').is_none_or(|(known, _)| !known.trim().eq_ignore_ascii_case(name))
    });
    let (_, first) = lines.next()?.split_once(':')?;
    let rest = lines.take_while(|line| line.starts_with([' ', '\t']));
    let parts = std::iter::once(first).chain(rest).map(str::trim);
    Some(parts.collect::<Vec<_>>().join(" "))
}

/// What action and status (RFC 3463) say of the address.
fn says(action: &str, status: &str) -> Says {
    if !action.eq_ignore_ascii_case("failed") {
        return Says::Nothing;
    }
    let bad = ["5.0.", "5.1.", "5.4.4"].iter().any(|begin| status.starts_with(begin));
    let disabled = matches!(status, "5.2.0" | "5.2.1");
    if bad || disabled { Says::BadAddress } else { Says::Lost }
}

/// The Message-ID of the mail that came back, whole or as its headers alone.
fn returned_id(message: &Message<'_>) -> Option<String> {
    message.parts.iter().find_map(|part| {
        if let PartType::Message(inner) = &part.body {
            return inner.message_id().map(str::to_owned);
        }
        if !part.is_content_type("text", "rfc822-headers") {
            return None;
        }
        let inner = MessageParser::default().parse(part.contents())?;
        inner.message_id().map(str::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNCES: &str = "bounces@watch.example";

    fn report(to: &str, status: &str, returned: &str) -> String {
        format!(
            "From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; mx.example\r\n\r\n\
             Final-Recipient: rfc822; gone@there.example\r\n{status}\r\n\
             --b\r\nContent-Type: {returned}\r\n\r\nMessage-ID: <one@watch.example>\r\nSubject: x\r\n\r\n--b--\r\n"
        )
    }

    fn failed(status: &str) -> Bounce {
        let status = format!("Action: failed\r\nStatus: {status}");
        let text = report("<bounces+desk.42@watch.example>", &status, "text/rfc822-headers");
        read(text.as_bytes(), None, BOUNCES).unwrap()
    }

    #[test]
    fn a_report_names_the_message_and_what_is_wrong_with_the_address() {
        let status =
            "Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1\r\n no such user";
        for returned in ["text/rfc822-headers", "message/rfc822"] {
            let text = report("Bounces+desk.42@WATCH.example", status, returned);
            let bounce = read(text.as_bytes(), None, BOUNCES).unwrap();
            assert_eq!((bounce.recipient.as_str(), bounce.row), ("desk", OutboxId(42)));
            assert_eq!(bounce.message_id.as_deref(), Some("one@watch.example"), "{returned}");
            assert_eq!(bounce.says, Says::BadAddress);
            assert_eq!(bounce.said, "came back: failed 5.1.1 smtp; 550 5.1.1 no such user");
        }
    }

    #[test]
    fn a_full_mailbox_or_a_filter_says_nothing_of_the_address() {
        assert_eq!(failed("5.2.1").says, Says::BadAddress);
        for status in ["5.2.2", "5.3.4", "5.7.1", "4.4.1"] {
            assert_eq!(failed(status).says, Says::Lost, "{status}");
        }
        let delayed = report(
            "bounces+a.b.7@watch.example",
            "Action: delayed\r\nStatus: 4.4.1",
            "message/rfc822",
        );
        let delayed = read(delayed.as_bytes(), None, BOUNCES).unwrap();
        assert_eq!((delayed.recipient.as_str(), delayed.says), ("a.b", Says::Nothing));
    }

    #[test]
    fn what_is_no_report_about_our_mail_is_refused_with_the_reason() {
        let elsewhere = report("someone@watch.example", "Action: failed", "message/rfc822");
        let refused = read(elsewhere.as_bytes(), None, BOUNCES).unwrap_err();
        assert!(
            refused.to_string().contains("bounces+RECIPIENT.NUMBER@watch.example"),
            "{refused}"
        );
        let given = read(elsewhere.as_bytes(), Some("bounces+desk.9@watch.example"), BOUNCES);
        assert_eq!(given.unwrap().row, OutboxId(9));
        let answer =
            b"To: bounces+desk.42@watch.example\r\nSubject: Away\r\n\r\nBack on Monday.\r\n";
        assert_eq!(read(answer, None, BOUNCES), Err(NoBounce::NoReport));
        for nasty in [
            "",
            "\0\u{ff}",
            "To: bounces+desk.x@watch.example\r\n\r\n",
            "To: bounces+@watch.example\r\n\r\n",
        ] {
            assert!(read(nasty.as_bytes(), None, BOUNCES).is_err(), "{nasty:?}");
        }
    }
}
