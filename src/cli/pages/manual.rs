//! Manual pages: section 1 from the command line, 5 from the comments of the configuration, 8 from the daemon's signals,
//! exit codes and events.

use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, italic, roman};

use super::super::failure::Exit;
use super::{program, visible};
use crate::config::reference::{self, Entry};
use crate::telemetry::event;

const MANUAL: &str = "Pledgewatch";

/// What each signal asks of the daemon.
const SIGNALS: &[(&str, &str)] = &[
    (
        "SIGTERM, SIGINT",
        "Clean stop: what is under way is finished first. The second one ends at once, which loses nothing.",
    ),
    (
        "SIGHUP",
        "Read the configuration again: the new one is taken over whole, or the old one goes on whole.",
    ),
    ("SIGUSR1", "Write the state into the log: what moves, what waits, which polls come next."),
    ("SIGABRT", "Sent by the watchdog: write down which loop has stopped, and end."),
];

/// What the surroundings say.
const ENVIRONMENT: &[(&str, &str)] = &[
    (
        "STATE_DIRECTORY",
        "Data folder, where neither the command line nor the configuration names one.",
    ),
    (
        "CREDENTIALS_DIRECTORY",
        "Where passwords and keys are that the configuration names as credentials (LoadCredential=).",
    ),
    (
        "NOTIFY_SOCKET",
        "Socket of the service manager (sd_notify(3)); a name that begins with @ is abstract.",
    ),
    (
        "WATCHDOG_USEC, WATCHDOG_PID",
        "How often the service manager wants to hear of progress; it hears three times as often.",
    ),
    (
        "JOURNAL_STREAM",
        "Set by the service manager; log entries then go to the journal with all their fields.",
    ),
    (
        "XDG_CONFIG_HOME, XDG_STATE_HOME, HOME",
        "Where the configuration and the data of a person are.",
    ),
];

/// Places.
const FILES: &[(&str, &str)] = &[
    ("/etc/pledgewatch/pledgewatch.toml", "Configuration, pledgewatch.toml(5)."),
    ("/etc/pledgewatch/sources.toml", "What is polled."),
    ("/etc/pledgewatch/credentials/", "Passwords and keys, of root and with mode 0600."),
    ("/var/lib/pledgewatch/pledgewatch.db", "The database: everything that outlives the process."),
    (
        "/var/backups/pledgewatch/",
        "Copies of the database, made every night by pledgewatch-backup.timer.",
    ),
    ("/usr/share/doc/pledgewatch/", "Guides, and examples of drop-ins for the unit."),
];

/// All pages: names of files with their text.
pub(super) fn pages() -> std::io::Result<Vec<(String, Vec<u8>)>> {
    let mut pages = commands()?;
    pages.push(("pledgewatch.toml.5".to_owned(), configuration().into_bytes()));
    pages.push(("pledgewatch.8".to_owned(), daemon().into_bytes()));
    Ok(pages)
}

fn commands() -> std::io::Result<Vec<(String, Vec<u8>)>> {
    let program = program();
    let mut pages = Vec::new();
    for (name, command) in visible(&program) {
        let file = name.replace(' ', "-");
        let mut page = Vec::new();
        let man = Man::new(command.clone())
            .title(file.to_uppercase())
            .manual(MANUAL)
            .source(concat!("pledgewatch ", env!("CARGO_PKG_VERSION")))
            .date("");
        man.render(&mut page)?;
        let mut more = Roff::new();
        definitions(
            &mut more,
            "EXIT STATUS",
            exit_codes().iter().map(|(code, text)| (&**code, *text)),
        );
        see_also(&mut more, &["pledgewatch(1)", "pledgewatch.toml(5)", "pledgewatch(8)"]);
        more.to_writer(&mut page)?;
        pages.push((format!("{file}.1"), page));
    }
    Ok(pages)
}

fn exit_codes() -> Vec<(String, &'static str)> {
    Exit::ALL.iter().map(|(exit, text)| ((*exit as i32).to_string(), *text)).collect()
}

fn daemon() -> String {
    let mut page = begun("PLEDGEWATCH", "8");
    section(
        &mut page,
        "NAME",
        "pledgewatch - the daemon that reads the news and tells of commitments",
    );
    section(
        &mut page,
        "DESCRIPTION",
        "pledgewatch run polls sources on schedule, judges what is new, and mails what is to be told. Under systemd it \
         is pledgewatch.service, which pledgewatch-backup.timer and pledgewatch-check.timer accompany; each failure \
         starts pledgewatch-failed@.service. It is ready when the configuration is read, the database is open and all \
         loops run; systemctl status shows what it does. The watchdog is fed only while all loops and the writer of \
         the database make progress.",
    );
    definitions(&mut page, "SIGNALS", SIGNALS.iter().copied());
    definitions(&mut page, "EXIT STATUS", exit_codes().iter().map(|(code, text)| (&**code, *text)));
    definitions(&mut page, "ENVIRONMENT", ENVIRONMENT.iter().copied());
    definitions(&mut page, "FILES", FILES.iter().copied());
    page.control("SH", ["JOURNAL"]);
    page.text([roman(
        "Log entries carry PLEDGEWATCH_EVENT, MESSAGE_ID and what they are about in fields such as \
         PLEDGEWATCH_SOURCE_ID, PLEDGEWATCH_RECIPIENT_ID, PLEDGEWATCH_OUTBOX_ID and PLEDGEWATCH_ERROR; journalctl -x \
         explains each event. The events:",
    )]);
    for (name, id) in event::ALL {
        item(&mut page, name, id);
    }
    see_also(
        &mut page,
        &["pledgewatch(1)", "pledgewatch.toml(5)", "systemd.exec(5)", "journalctl(1)"],
    );
    page.render()
}

fn configuration() -> String {
    let mut page = begun("PLEDGEWATCH.TOML", "5");
    section(&mut page, "NAME", "pledgewatch.toml - configuration of pledgewatch");
    let (top, sections) = reference::settings();
    page.control("SH", ["DESCRIPTION"]);
    for paragraph in top.split(|line| line.is_empty()).filter(|lines| !lines.is_empty()) {
        page.control("PP", []);
        page.text([roman(paragraph.join("\n"))]);
    }
    for one in &sections {
        let title = if one.header.is_empty() { "TOP LEVEL" } else { one.header.as_str() };
        page.control("SH", [title]);
        if !one.about.is_empty() {
            page.text([roman(one.about.join("\n"))]);
        }
        for entry in &one.entries {
            explain(&mut page, entry);
        }
    }
    page.control("SH", ["SOURCES.TOML"]);
    page.text([roman("Each [[source]] has these keys:")]);
    for (name, about) in reference::source_keys() {
        item(&mut page, &name, &about);
    }
    see_also(&mut page, &["pledgewatch(1)", "pledgewatch(8)"]);
    page.render()
}

fn explain(page: &mut Roff, entry: &Entry) {
    let mut term: Vec<Inline> = Vec::new();
    for (at, key) in entry.keys.iter().enumerate() {
        if at > 0 {
            term.push(roman(", "));
        }
        let (sign, value) = (bold(&*key.name), &key.value);
        let value = if key.is_default {
            roman(format!(" = {value}"))
        } else {
            italic(format!(" (as in {value})"))
        };
        term.extend([sign, value]);
    }
    page.control("TP", []);
    page.text(term);
    let mut running = Vec::new();
    for line in &entry.about {
        if line.starts_with("  ") {
            running.push(clap_mangen::roff::line_break());
        }
        running.push(roman(format!("{} ", line.trim())));
    }
    page.text(running);
}

fn begun(title: &str, number: &str) -> Roff {
    let mut page = Roff::new();
    let version = concat!("pledgewatch ", env!("CARGO_PKG_VERSION"));
    page.control("TH", [title, number, "", version, MANUAL]);
    page
}

fn section(page: &mut Roff, title: &str, text: &str) {
    page.control("SH", [title]);
    page.text([roman(text)]);
}

fn definitions<'a>(page: &mut Roff, title: &str, list: impl Iterator<Item = (&'a str, &'a str)>) {
    page.control("SH", [title]);
    for (term, text) in list {
        item(page, term, text);
    }
}

fn item(page: &mut Roff, term: &str, text: &str) {
    page.control("TP", []);
    page.text([bold(term)]);
    page.text([roman(text)]);
}

fn see_also(page: &mut Roff, pages: &[&str]) {
    section(page, "SEE ALSO", &pages.join(", "));
}
