//! From the raw sections to the checked ones: `pledgewatch.toml` without its sources and recipients.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use jiff::SignedDuration;

use super::raw::{Leaf, RawArticle, RawFetch, RawLog, RawMail, RawSchedule, RawServe, RawStore};
use super::reader::{Reader, host_name};
use super::secrets::SecretSource;
use super::settings::{
    ArticleRules, Dkim, Fetch, Listen, Log, LogFormat, Mail, MailMode, PauseScope, Polling, Serve,
    Store, days, hours, minutes,
};

const SECOND: SignedDuration = SignedDuration::from_secs(1);
/// Longer than this is for ever.
const LONG: SignedDuration = days(36_600);
/// A longer wait than a year is a slip.
const YEAR: SignedDuration = days(366);

pub(super) fn store(reader: &mut Reader<'_>, raw: &RawStore, base: &Path) -> Store {
    let default = Store::default();
    Store {
        folder: raw.folder.as_ref().map(|folder| base.join(folder.get_ref())),
        backups: raw
            .backups
            .as_ref()
            .map_or(default.backups, |folder| PathBuf::from(folder.get_ref())),
        keep_backups: reader.number(&raw.keep_backups, default.keep_backups, 1..=1000),
        keep_polls: reader.duration(&raw.keep_polls, default.keep_polls, days(1)..=LONG),
        // A digest may be a month apart from the next, and speaks of what was nearly kept.
        keep_rejected: reader.duration(&raw.keep_rejected, default.keep_rejected, days(7)..=LONG),
        keep_messages: reader.duration(&raw.keep_messages, default.keep_messages, days(1)..=LONG),
    }
}

/// Where the daemon's own pages are: on this machine only, unless it is said that others may see them.
pub(super) fn serve(reader: &mut Reader<'_>, raw: &RawServe, base: &Path) -> Serve {
    let remote = raw.allow_remote.as_ref().is_some_and(|leaf| *leaf.get_ref());
    let Some(leaf) = &raw.listen else {
        if let Some(place) = &raw.allow_remote {
            reader.fault(place.span(), "nothing is served: the key `listen` is missing");
        }
        return Serve::default();
    };
    let text = leaf.get_ref();
    if let Some(path) = text.strip_prefix("unix:") {
        if path.is_empty() {
            reader.fault(leaf.span(), "`unix:` needs the path of a socket");
        }
        return Serve { listen: Some(Listen::Unix(base.join(path))) };
    }
    match text.parse::<SocketAddr>() {
        Ok(address) if address.ip().is_loopback() || remote => {
            Serve { listen: Some(Listen::Tcp(address)) }
        }
        Ok(_) => {
            let problem = reader
                .problem(leaf.span(), "other machines could reach this address, and there is no login")
                .help("use 127.0.0.1 or a socket (unix:/run/pledgewatch/http), or say allow_remote = true");
            reader.problems.push(problem);
            Serve::default()
        }
        Err(_) => {
            let problem = reader
                .problem(
                    leaf.span(),
                    "this is neither an address with a port nor `unix:` with a path",
                )
                .help("for example `127.0.0.1:9745`, `[::1]:9745` or `unix:/run/pledgewatch/http`");
            reader.problems.push(problem);
            Serve::default()
        }
    }
}

pub(super) fn polling(reader: &mut Reader<'_>, raw: &RawSchedule) -> Polling {
    let default = Polling::default();
    let zone = reader.zone(&raw.zone, default.zone);
    let cron = match reader.schedule(&raw.cron, &zone) {
        Some(schedule) => schedule.as_str().to_owned(),
        None => default.cron,
    };
    // Below a few minutes a poll is a nuisance to the publisher, and no news is that urgent.
    let floor = reader.duration(&raw.floor, default.floor, minutes(5)..=days(7));
    let quiet_floor = reader.duration(&raw.quiet_floor, default.quiet_floor, minutes(5)..=days(7));
    let mut duration = |leaf, default, allowed| reader.duration(leaf, default, allowed);
    Polling {
        cron,
        zone,
        floor,
        quiet_floor,
        spread: duration(&raw.spread, default.spread, SignedDuration::ZERO..=hours(24)),
        jitter: duration(&raw.jitter, default.jitter, SignedDuration::ZERO..=hours(1)),
        freshness_cap: duration(&raw.freshness_cap, default.freshness_cap, minutes(5)..=days(31)),
        hint_cap: duration(&raw.hint_cap, default.hint_cap, SignedDuration::ZERO..=days(31)),
        retry_cap: duration(&raw.retry_cap, default.retry_cap, hours(1)..=days(31)),
        backoff_cap: duration(&raw.backoff_cap, default.backoff_cap, hours(1)..=days(31)),
    }
}

pub(super) fn fetch(reader: &mut Reader<'_>, raw: &RawFetch) -> Fetch {
    let default = Fetch::default();
    let contact = raw.contact.as_ref().and_then(|leaf| {
        let text = leaf.get_ref();
        let page = url::Url::parse(text)
            .is_ok_and(|url| ["http", "https", "mailto"].contains(&url.scheme()));
        if (page || text.contains('@')) && text.bytes().all(|b| b.is_ascii_graphic()) {
            return Some(text.clone());
        }
        reader.fault(leaf.span(), "the contact must be a web page or a mail address");
        None
    });
    Fetch {
        contact,
        connect_timeout: reader.duration(
            &raw.connect_timeout,
            default.connect_timeout,
            SECOND..=minutes(5),
        ),
        read_timeout: reader.duration(&raw.read_timeout, default.read_timeout, SECOND..=minutes(5)),
        timeout: reader.duration(&raw.timeout, default.timeout, SECOND..=minutes(10)),
        max_feed: reader.size(&raw.max_feed, default.max_feed, 64 << 10..=10 << 20),
        max_page: reader.size(&raw.max_page, default.max_page, 64 << 10..=5 << 20),
        max_redirects: reader.number(&raw.max_redirects, default.max_redirects, 0..=20),
        allow_downgrade: raw
            .allow_downgrade
            .as_ref()
            .map_or(default.allow_downgrade, |leaf| *leaf.get_ref()),
        concurrency: reader.number(&raw.concurrency, default.concurrency, 1..=256),
        host_gap: reader.duration(&raw.host_gap, default.host_gap, SECOND..=minutes(5)),
        private_gap: reader.duration(
            &raw.private_gap,
            default.private_gap,
            SignedDuration::ZERO..=minutes(5),
        ),
        pause_scope: reader.word(
            &raw.pause_scope,
            default.pause_scope,
            &[
                ("domain", PauseScope::Domain),
                ("host", PauseScope::Host),
                ("source", PauseScope::Source),
            ],
        ),
    }
}

pub(super) fn article(reader: &mut Reader<'_>, raw: &RawArticle) -> ArticleRules {
    let default = ArticleRules::default();
    ArticleRules {
        max_push_age: reader.duration(&raw.max_push_age, default.max_push_age, hours(1)..=YEAR),
        attempts: reader.number(&raw.attempts, default.attempts, 1..=20),
        retry_after: reader.duration(&raw.retry_after, default.retry_after, minutes(1)..=days(1)),
        vote: raw.vote.as_ref().map_or(default.vote, |leaf| *leaf.get_ref()),
        keep_noarchive: raw
            .keep_noarchive
            .as_ref()
            .map_or(default.keep_noarchive, |leaf| *leaf.get_ref()),
    }
}

pub(super) fn log(reader: &mut Reader<'_>, raw: &RawLog) -> Log {
    let default = Log::default();
    let levels = ["error", "warn", "info", "debug", "trace"];
    Log {
        level: reader.word(&raw.level, default.level, &levels.map(|word| (word, word.to_owned()))),
        format: reader.word(
            &raw.format,
            default.format,
            &[("text", LogFormat::Text), ("json", LogFormat::Json)],
        ),
    }
}

pub(super) fn mail(reader: &mut Reader<'_>, raw: &RawMail, base: &Path) -> Mail {
    let default = Mail::default();
    let mode = reader.word(
        &raw.mode,
        default.mode,
        &[
            ("directory", MailMode::Directory),
            ("tls", MailMode::Tls),
            ("starttls", MailMode::Starttls),
            ("plain", MailMode::Plain),
            ("lmtp", MailMode::Lmtp),
            ("sendmail", MailMode::Sendmail),
        ],
    );
    if raw.mode.as_ref().is_some_and(|mode| mode.get_ref() == "smtp")
        && let Some(problem) = reader.problems.last_mut()
    {
        problem.help = Some(
            "`tls` or `starttls` for a mail server elsewhere, `plain` on this machine".to_owned(),
        );
    }
    check_server(reader, raw, mode);
    let from = reader.address(&raw.from);
    if let (None, Some(place), false) = (&raw.from, &raw.mode, mode == MailMode::Directory) {
        reader.fault(place.span(), "a mail server needs a sender: the key `from` is missing");
    }
    let list_id = match &raw.list_id {
        Some(leaf) if !host_name(leaf.get_ref()) => {
            reader.fault(leaf.span(), "a list id is written like a host name");
            default.list_id
        }
        Some(leaf) => leaf.get_ref().clone(),
        None => default.list_id,
    };
    Mail {
        mode,
        folder: raw.folder.as_ref().map_or(default.folder, |leaf| PathBuf::from(leaf.get_ref())),
        host: raw.host.as_ref().map(|leaf| leaf.get_ref().clone()).unwrap_or_default(),
        port: reader.number(&raw.port, mode.usual_port(), 1..=u16::MAX),
        username: raw.username.as_ref().map(|leaf| leaf.get_ref().clone()),
        password: password(reader, raw, base),
        from: from.unwrap_or(default.from),
        reply_to: reader.address(&raw.reply_to),
        list_id,
        requests_to: reader.address(&raw.requests_to),
        unsubscribe_url: one_click(reader, raw),
        timeout: reader.duration(&raw.timeout, default.timeout, SECOND..=minutes(10)),
        socket: raw.socket.as_ref().map(|path| base.join(path.get_ref())),
        program: raw.program.as_ref().map_or(default.program, |leaf| base.join(leaf.get_ref())),
        authority: raw.authority.as_ref().map(|path| base.join(path.get_ref())),
        bounces: reader.address(&raw.bounces),
        dkim: dkim(reader, raw, base),
        templates: raw.templates.as_ref().map(|folder| base.join(folder.get_ref())),
    }
}

/// A page for one click needs `https` and says where the reader's token goes (RFC 8058 section 3.1).
fn one_click(reader: &mut Reader<'_>, raw: &RawMail) -> Option<String> {
    let leaf = raw.unsubscribe_url.as_ref()?;
    let text = leaf.get_ref();
    let fault = match url::Url::parse(&text.replace("{token}", "x")) {
        Ok(url) if url.scheme() != "https" => "the page must be https",
        Ok(_) if text.matches("{token}").count() != 1 => "`{token}` must stand in it once",
        Ok(_) if text.len() > 200 => "this is longer than a header line should be",
        Ok(_) => return Some(text.clone()),
        Err(_) => "this is not an address of a page",
    };
    reader.fault(leaf.span(), fault);
    None
}

fn check_server(reader: &mut Reader<'_>, raw: &RawMail, mode: MailMode) {
    match &raw.host {
        _ if matches!(mode, MailMode::Directory | MailMode::Sendmail) => {}
        _ if mode == MailMode::Lmtp && raw.socket.is_some() => {}
        None => {
            if let Some(place) = &raw.mode {
                reader.fault(
                    place.span(),
                    "this mode needs a mail server: the key `host` is missing",
                );
            }
        }
        Some(host) => {
            let name = host.get_ref();
            if !host_name(name) && name.parse::<IpAddr>().is_err() {
                reader.fault(host.span(), "the mail server must be a host name or an address");
            } else if matches!(mode, MailMode::Plain | MailMode::Lmtp) && !is_this_machine(name) {
                let problem = reader
                    .problem(host.span(), "mail leaves this machine only encrypted")
                    .help("use mode = \"starttls\" or \"tls\", or a server on localhost");
                reader.problems.push(problem);
            }
        }
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Signs when a selector is given: for the domain of the sender unless another is.
fn dkim(reader: &mut Reader<'_>, raw: &RawMail, base: &Path) -> Option<Dkim> {
    let key = secret(
        reader,
        (&raw.dkim_key_credential, "dkim_key_credential"),
        (&raw.dkim_key_file, "dkim_key_file"),
        base,
    );
    let selector = match (&raw.dkim_selector, &key) {
        (Some(selector), Some(_)) => selector,
        (Some(selector), None) => {
            let missing =
                "a signature needs a key: `dkim_key_credential` or `dkim_key_file` is missing";
            reader.fault(selector.span(), missing);
            return None;
        }
        (None, _) => {
            let given = [&raw.dkim_key_credential, &raw.dkim_key_file, &raw.dkim_domain];
            if let Some(place) = given.into_iter().flatten().next() {
                reader.fault(place.span(), "a signature needs a name: `dkim_selector` is missing");
            }
            return None;
        }
    };
    if !host_name(selector.get_ref()) {
        reader.fault(selector.span(), "a selector is written like a host name");
    }
    let of_sender = raw.from.as_ref().and_then(|from| from.get_ref().rsplit_once('@'));
    let domain = match &raw.dkim_domain {
        Some(leaf) => {
            if !host_name(leaf.get_ref()) {
                reader.fault(leaf.span(), "the domain that signs must be a host name");
            }
            leaf.get_ref().clone()
        }
        None => of_sender.map_or("localhost", |(_, domain)| domain).to_owned(),
    };
    Some(Dkim { domain, selector: selector.get_ref().clone(), key: key? })
}

/// A secret by one of two keys.
pub(super) fn secret(
    reader: &mut Reader<'_>,
    (credential, credential_key): (&Leaf<String>, &str),
    (file, file_key): (&Leaf<String>, &str),
    base: &Path,
) -> Option<SecretSource> {
    match (credential, file) {
        (Some(_), Some(file)) => {
            reader.fault(file.span(), format!("give either `{credential_key}` or `{file_key}`"));
            None
        }
        (Some(name), None) => {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            if name.get_ref().is_empty()
                || name.get_ref().starts_with('.')
                || !name.get_ref().chars().all(plain)
            {
                reader
                    .fault(name.span(), "a credential is named by letters, digits, `-`, `_`, `.`");
                return None;
            }
            Some(SecretSource::Credential(name.get_ref().clone()))
        }
        (None, Some(file)) => Some(SecretSource::File(base.join(file.get_ref()))),
        (None, None) => None,
    }
}

fn password(reader: &mut Reader<'_>, raw: &RawMail, base: &Path) -> Option<SecretSource> {
    let source = secret(
        reader,
        (&raw.password_credential, "password_credential"),
        (&raw.password_file, "password_file"),
        base,
    );
    if source.is_none() && (raw.password_credential.is_some() || raw.password_file.is_some()) {
        return None;
    }
    match (&raw.username, &source) {
        (Some(username), None) => reader.fault(
            username.span(),
            "a login needs a password: `password_credential` or `password_file` is missing",
        ),
        (None, Some(_)) => {
            if let Some(place) = raw.password_credential.as_ref().or(raw.password_file.as_ref()) {
                reader
                    .fault(place.span(), "a password needs a login: the key `username` is missing");
            }
        }
        _ => {}
    }
    source
}
