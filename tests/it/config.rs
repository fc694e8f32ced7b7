//! The configuration as its writer meets it: the shipped files are right, and every mistake is told with its place
//! and what was probably meant.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pledgewatch::config::{
    self, Config, Environment, Problems, check_config, document, raw, read_sources,
};
use pledgewatch::model::{Language, SourceKind, Trust};

/// Every file below `config/`.
fn shipped_files() -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config"), &mut found);
    found
}

/// The problems of a configuration text, as `line:column: message (help)`.
fn problems(text: &str) -> Vec<String> {
    match Config::parse("p.toml", text) {
        Ok(_) => Vec::new(),
        Err(Problems(problems)) => problems
            .iter()
            .map(|problem| problem.to_string().trim_start_matches("p.toml:").to_owned())
            .collect(),
    }
}

/// The problems of a sources text.
fn source_problems(text: &str) -> Vec<String> {
    let (_, problems) = read_sources("s.toml", text, &Config::default().schedule);
    problems
        .iter()
        .map(|problem| problem.to_string().trim_start_matches("s.toml:").to_owned())
        .collect()
}

#[test]
fn every_shipped_file_is_toml() {
    let files = shipped_files();
    assert!(files.len() >= 2);
    for file in files.iter().filter(|file| file.extension().is_some_and(|end| end == "toml")) {
        let text = fs::read_to_string(file).unwrap();
        if let Err(error) = text.parse::<toml::Table>() {
            panic!("{}: {error}", file.display());
        }
    }
}

#[test]
fn the_example_says_the_defaults() {
    let example = Config::parse("pledgewatch.toml", config::EXAMPLE).unwrap();
    assert_eq!(example, Config::default());
}

/// The example with its "# key =" lines made active.
fn example_with_all_keys() -> String {
    config::EXAMPLE
        .lines()
        .map(|line| {
            let code = line.strip_prefix("# ").unwrap_or(line);
            let key: String =
                code.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            let active =
                code.starts_with("[[") || (!key.is_empty() && code[key.len()..].starts_with(" = "));
            format!("{}\n", if active { code } else { line })
        })
        .collect()
}

#[test]
fn every_key_is_explained_in_the_example_and_every_value_shown_is_valid() {
    let mut text = example_with_all_keys();
    // Two keys exclude each other, and a default mode needs no server.
    for key in ["password_file", "dkim_key_file"] {
        text = text.replace(&format!("{key} = "), &format!("# {key} = "));
    }
    // A recipient of mail has none of the keys of other channels.
    for key in ["channel", "url", "secret_credential", "secret_file", "file"] {
        text = text.replace(&format!("\n{key} = "), &format!("\n# {key} = "));
    }
    assert_eq!(problems(&text.replace("sources = \"sources.toml\"\n", "")), Vec::<String>::new());
    let table: toml::Table = example_with_all_keys().parse().unwrap();
    let keys = |table: &toml::Table| table.keys().cloned().collect::<BTreeSet<String>>();
    assert_eq!(known_keys(""), keys(&table), "top level");
    for (name, value) in &table {
        let (header, inner) = match value {
            toml::Value::Table(inner) => (format!("[{name}]"), inner),
            toml::Value::Array(list) => (format!("[[{name}]]"), list[0].as_table().unwrap()),
            _ => continue,
        };
        assert_eq!(known_keys(&header), keys(inner), "{header}");
    }
}

/// The keys that the program knows under a header, read off the message about one that it does not know.
fn known_keys(header: &str) -> BTreeSet<String> {
    let text = format!("{header}\nqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq = 1\n");
    listed(&document::read::<raw::RawConfig>("p", &text).1[0])
}

fn listed(problem: &config::Problem) -> BTreeSet<String> {
    problem.help.as_ref().unwrap().split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_key_of_a_source_is_explained_in_the_sources_file() {
    let text = "[[source]]\nqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq = 1\n";
    let head: String = config::SOURCES.lines().take_while(|line| line.starts_with('#')).collect();
    for key in listed(&document::read::<raw::RawSources>("s", text).1[0]) {
        assert!(head.contains(&format!("# {key} ")), "{key}");
    }
}

#[test]
fn the_shipped_sources_are_valid_and_speak_of_both_countries() {
    let (sources, problems) =
        read_sources("sources.toml", config::SOURCES, &Config::default().schedule);
    assert_eq!(Problems(problems).to_string(), "");
    assert_eq!(sources, Config::embedded().sources);
    assert!(sources.len() >= 116);
    let enabled: Vec<_> = sources.iter().filter(|one| one.source.enabled).collect();
    assert!(enabled.len() >= 90, "{}", enabled.len());
    for one in &sources {
        let source = &one.source;
        if source.url.contains("news.google.com") || source.url.contains("bing.com") {
            assert_eq!(source.trust, Trust::Low, "{}", source.id);
        }
        if source.url.contains(".gov.uk/") || source.url.contains("chinhphu.vn") {
            assert_eq!(source.trust, Trust::High, "{}", source.id);
        }
        assert!(
            matches!(source.kind, SourceKind::Feed) || !source.enabled,
            "{}: selectors were never tried on the live page",
            source.id
        );
    }
    for language in [Language::En, Language::Vi] {
        assert!(enabled.iter().filter(|one| one.source.language == Some(language)).count() >= 30);
    }
}

#[test]
fn a_wrong_configuration_is_told_with_its_place_and_what_was_meant() {
    for (text, expected) in [
        ("[shedule]\ncron = \"x\"", vec!["1:2: unknown key `shedule` (did you mean `schedule`?)"]),
        ("[schedule]\ncron = \"99 * * * *\"", vec!["2:9: minute must be 0-59, not \"99\""]),
        (
            "[schedule]\ncron = \"0 5 * * mo-fr\"\nzone = \"Asia/Ho_Chi_Min\"",
            vec![
                "2:17: day of week must be 0-7 or sun-sat, not \"mo\"",
                "3:8: there is no time zone \"Asia/Ho_Chi_Min\" (did you mean `Asia/Ho_Chi_Minh`?)",
            ],
        ),
        (
            "[schedule]\nfloor = \"15\"\njitter = \"1m\"\nspread = \"25h\"",
            vec![
                "2:9: \"15\" is not a duration: write 90s, 15m, 24h, 30d, 2w or 1h 30m",
                "4:10: must be between 0s and 24h",
            ],
        ),
        (
            "[schedule]\nzone = \"Asia/Hanoi\"",
            vec!["2:8: there is no time zone \"Asia/Hanoi\" (did you mean `Asia/Ho_Chi_Minh`?)"],
        ),
        ("[schedule]\nfloor = \"1m\"", vec!["2:9: must be between 5m and 7d"]),
        ("[fetch]\ntimeout = 30", vec!["2:11: invalid type: integer `30`, expected a string"]),
        (
            "[fetch]\nmax_feed = \"5 mb\"",
            vec!["2:12: \"5 mb\" is not a size: write 512 KiB or 5 MiB"],
        ),
        ("[fetch]\nmax_redirects = -1", vec!["2:17: must be between 0 and 20"]),
        (
            "[fetch]\ncontact = \"nobody\"",
            vec!["2:11: the contact must be a web page or a mail address"],
        ),
        (
            "[mail]\nmode = \"start-tls\"",
            vec!["2:8: unknown value \"start-tls\" (did you mean `starttls`?)"],
        ),
        (
            "[mail]\nmode = \"tls\"",
            vec![
                "2:8: this mode needs a mail server: the key `host` is missing",
                "2:8: a mail server needs a sender: the key `from` is missing",
            ],
        ),
        (
            "[mail]\nmode = \"plain\"\nhost = \"mail.example.org\"\nfrom = \"a@example.org\"",
            vec![
                "3:8: mail leaves this machine only encrypted (use mode = \"starttls\" or \"tls\", or a server on localhost)",
            ],
        ),
        ("[mail]\nmode = \"plain\"\nhost = \"127.0.0.1\"\nfrom = \"a@example.org\"", vec![]),
        (
            "[mail]\nusername = \"me\"",
            vec![
                "2:12: a login needs a password: `password_credential` or `password_file` is missing",
            ],
        ),
        (
            "[mail]\npassword_credential = \"../x\"",
            vec!["2:23: a credential is named by letters, digits, `-`, `_`, `.`"],
        ),
        (
            "[mail]\npassword = \"hunter2\"",
            vec![
                "2:1: unknown key `password` (one of `mode`, `folder`, `host`, `port`, `username`, `password_credential`, `password_file`, `from`, `reply_to`, `list_id`, `requests_to`, `unsubscribe_url`, `timeout`, `socket`, `program`, `authority`, `bounces`, `dkim_selector`, `dkim_domain`, `dkim_key_credential`, `dkim_key_file`, `templates`)",
            ],
        ),
        (
            "[[recipient]]\nid = \"News Desk\"\naddress = \"desk.example.org\"",
            vec![
                "2:6: an id is at most 64 lower-case letters, digits and single hyphens (for example `news-desk`)",
                "3:11: \"desk.example.org\" is not a mail address: it has no @",
            ],
        ),
        (
            "[[recipient]]\nid = \"a\"\naddress = \"a@example.org\"\n[[recipient]]\nid = \"a\"\nalerts = \"none\"\nkinds = [\"polcy\"]",
            vec![
                "4:1: the key `address` is missing",
                "5:6: \"a\" is already the recipient of line 2",
                "6:10: a recipient without alerts needs a `digest`",
                "7:10: there is no kind of commitment \"polcy\" (did you mean `policy`?)",
            ],
        ),
        (
            "[log]\nlevel = \"chatty\"",
            vec![
                "2:9: unknown value \"chatty\" (one of `error`, `warn`, `info`, `debug`, `trace`)",
            ],
        ),
    ] {
        assert_eq!(problems(text), expected, "{text}");
    }
}

#[test]
fn a_wrong_source_is_told_with_its_place_and_what_was_meant() {
    let one = |lines: &str| {
        format!("[[source]]\nid = \"a\"\nname = \"A\"\nurl = \"https://a.example/\"\n{lines}")
    };
    for (text, expected) in [
        (one(""), vec![]),
        (one("langauge = \"vi\""), vec!["5:1: unknown key `langauge` (did you mean `language`?)"]),
        (one("language = \"vn\""), vec!["5:12: unknown value \"vn\" (did you mean `vi`?)"]),
        (one("schedule = \"* * * *\""), vec![
            "5:13: a schedule has 5 fields (minute, hour, day of month, month, day of week), this has 4",
        ]),
        (one("kind = \"listing\""), vec![
            "5:8: a listing needs a table [source.listing] with its selectors",
        ]),
        (one("[source.listing]\nitem = \"li\""), vec!["5:1: selectors are for kind = \"listing\""]),
        (one("kind = \"listing\"\n[source.listing]\nitem = \"li >>> a\"\nlink = \"a[href\""), vec![
            "7:8: not a CSS selector: ",
        ]),
        (one("headers = { \"User-Agent\" = \"Mozilla\", \"X-A\" = \"b\" }"), vec![
            "5:13: the header user-agent cannot be set for a source",
        ]),
        ("[[source]]\nid = \"a\"\nnmae = \"A\"\n".to_owned(), vec![
            "1:1: the key `name` is missing",
            "1:1: the key `url` is missing",
            "3:1: unknown key `nmae` (did you mean `name`?)",
        ]),
        ("[[source]]\nid = \"a\"\nname = \"A\"\nurl = \"ftp://a.example/\"".to_owned(), vec![
            "4:7: only http and https can be polled, not ftp",
        ]),
        ("[[source]]\nid = \"a\"\nname = \"A\"\nurl = \"a.example/feed\"".to_owned(), vec![
            "4:7: \"a.example/feed\" is not a web address: relative URL without a base (write it as https://example.org/feed.xml)",
        ]),
        ("[[source]]\nid = \"a\"\nname = \"A\"\nurl = \"http://[::1]:8080/f\"".to_owned(), vec![
            "4:7: this address is on this machine or a private network (add allow_private = true if that is meant)",
        ]),
        ("[[source]]\nid = \"a\"\nname = \"A\"\nurl = \"http://127.0.0.1:8080/f\"\nallow_private = true".to_owned(), vec![]),
        ("[[source]]\nid = \"a\"\nname = \"A\"\nurl = \"https://me:pw@a.example/f\"".to_owned(), vec![
            "4:7: an address must not hold a login",
        ]),
        (
            one("[[source]]\nid = \"a\"\nname = \"B\"\nurl = \"http://www.a.example\""),
            vec![
                "6:6: \"a\" is already the id of the source in line 2",
                "8:7: the source in line 4 has this address too",
            ],
        ),
    ] {
        let found = source_problems(&text);
        assert_eq!(found.len(), expected.len(), "{text}\n{found:#?}");
        for (found, expected) in found.iter().zip(&expected) {
            assert!(found.starts_with(expected), "{text}\nfound    {found}\nexpected {expected}");
        }
    }
}

#[test]
fn all_problems_of_both_files_come_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pledgewatch.toml");
    fs::write(
        &path,
        "sources = \"mine.toml\"\n[fetch]\ntimeout = \"soon\"\n[log]\nlevel = \"all\"\n",
    )
    .unwrap();
    let missing = Config::load(Some(&path)).unwrap_err();
    assert_eq!(missing.0.len(), 3);
    assert!(missing.to_string().contains("pledgewatch.toml:1:11: "), "{missing}");
    fs::write(folder.path().join("mine.toml"), "[[source]]\nid = \"a\"\n").unwrap();
    let problems = Config::load(Some(&path)).unwrap_err();
    assert_eq!(problems.0.len(), 4);
    let shown = problems.render();
    assert!(shown.contains("3 | timeout = \"soon\""), "{shown}");
    assert!(shown.contains("mine.toml:1:1"), "{shown}");
    assert!(shown.ends_with("4 problems\n"), "{shown}");
    let absent = Config::load(Some(&folder.path().join("none.toml"))).unwrap_err();
    assert!(absent.to_string().contains("none.toml: cannot be read"), "{absent}");
    fs::write(&path, "[[source]]\nid = \"a\"\n[mail]\nmode = \"smtp\"\n").unwrap();
    let astray = Config::load(Some(&path)).unwrap_err().to_string();
    assert!(astray.contains("sources have a file of their own"), "{astray}");
    assert!(astray.contains("`tls` or `starttls`"), "{astray}");
}

#[test]
fn paths_start_at_the_folder_of_the_file_and_sources_follow_the_schedule_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pledgewatch.toml");
    fs::write(
        &path,
        "sources = \"mine.toml\"\n[store]\nfolder = \"data\"\n[topic]\nfolder = \"topic\"\n[schedule]\ncron = \"@daily\"\nzone = \"Asia/Ho_Chi_Minh\"\n",
    )
    .unwrap();
    fs::write(
        folder.path().join("mine.toml"),
        "[[source]]\nid = \"a\"\nname = \"A\"\nurl = \"https://a.example/\"\n",
    )
    .unwrap();
    // The topic is checked with the rest.
    let problems = Config::load(Some(&path)).unwrap_err().to_string();
    assert!(
        problems.contains("pledgewatch.toml:5:10: ") && problems.contains("topic cannot be read")
    );
    fs::create_dir(folder.path().join("topic")).unwrap();
    let problems = Config::load(Some(&path)).unwrap_err().to_string();
    assert!(problems.contains("facets.toml: the topic lacks this file"), "{problems}");
    for (name, text) in config::topic::EMBEDDED {
        fs::write(folder.path().join("topic").join(name), text).unwrap();
    }
    let config = Config::load(Some(&path)).unwrap();
    assert_eq!(config.topic().unwrap().id, "vietnam-uk-migration");
    assert_eq!(config.store.folder, Some(folder.path().join("data")));
    assert_eq!(config.topic_folder, Some(folder.path().join("topic")));
    assert_eq!(config.source("a").unwrap().schedule.to_string(), "@daily (Asia/Ho_Chi_Minh)");
    assert_eq!(config.file, Some(path));
}

fn no_environment() -> Environment {
    Environment { state_directory: Some(PathBuf::from("/data")), ..Environment::default() }
}

#[test]
fn a_sound_configuration_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pledgewatch.toml");
    fs::write(
        &path,
        "[mail]\nmode = \"tls\"\nhost = \"mail.example.org\"\nfrom = \"p@example.org\"\n\
         [[recipient]]\nid = \"desk\"\naddress = \"desk@example.org\"\nzone = \"Asia/Ho_Chi_Minh\"\n\
         digest = \"30 7 * * 1-5\"\n",
    )
    .unwrap();
    let now = "2026-11-21T12:00:00Z".parse().unwrap();
    let report = check_config(Some(&path), &no_environment(), now);
    assert!(report.ok, "{}", report.text);
    for part in [
        "data        /data\n",
        "mail        TLS to mail.example.org:465\n",
        "recipient   desk <desk@example.org>: alerts at once, next digest Mon 23 Nov 07:30 Asia/Ho_Chi_Minh\n",
        "hint        publishers cannot reach you",
    ] {
        assert!(report.text.contains(part), "{part}\n{}", report.text);
    }
    let built_in = check_config(None, &no_environment(), now);
    assert!(
        built_in.ok && built_in.text.starts_with("file        built in\n"),
        "{}",
        built_in.text
    );
}

#[test]
fn a_password_that_others_can_read_stops_the_start_and_a_missing_credential_is_noted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pledgewatch.toml");
    let write = |password: &str| {
        let text = format!(
            "[mail]\nmode = \"tls\"\nhost = \"mail.example.org\"\nfrom = \"p@example.org\"\nusername = \"u\"\n{password}\n"
        );
        fs::write(&path, text).unwrap();
        check_config(Some(&path), &no_environment(), "2026-11-21T12:00:00Z".parse().unwrap())
    };
    let report = write("password_credential = \"smtp-password\"");
    assert!(report.ok && report.text.contains("LoadCredential=smtp-password"), "{}", report.text);
    let report = write("password_file = \"absent\"");
    assert!(!report.ok && report.text.contains("cannot read the secret"), "{}", report.text);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let secret = folder.path().join("open");
        fs::write(&secret, "hunter2").unwrap();
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o644)).unwrap();
        let report = write("password_file = \"open\"");
        assert!(!report.ok && report.text.contains("mode 644"), "{}", report.text);
        assert!(!report.text.contains("hunter2"));
    }
}

#[test]
fn a_broken_configuration_is_shown_like_a_compiler_would() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pledgewatch.toml");
    fs::write(&path, "[schedule]\ncron = \"0 25 * * *\"\n").unwrap();
    let report =
        check_config(Some(&path), &no_environment(), "2026-11-21T12:00:00Z".parse().unwrap());
    assert!(!report.ok);
    assert!(report.text.contains("2 | cron = \"0 25 * * *\""), "{}", report.text);
    assert!(
        report.text.contains("^^\n") && report.text.ends_with("1 problem\n"),
        "{}",
        report.text
    );
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 60, failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_damage_to_a_file_makes_the_reader_panic(cut in 0..7000_usize, len in 0..60_usize, put in "[\\PC\n=\"\\[\\]{}]{0,6}") {
        for text in [example_with_all_keys(), config::SOURCES.chars().take(7000).collect()] {
            let boundary = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
            let (from, to) = (boundary(cut), boundary(cut + len));
            let damaged = format!("{}{put}{}", &text[..from], &text[to..]);
            let _ = Config::parse("p", &damaged).map_err(|problems| problems.render());
            let (_, problems) = read_sources("s", &damaged, &Config::default().schedule);
            Problems(problems).render();
        }
    }
}

#[test]
fn what_a_recipient_asks_for_must_exist_and_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pledgewatch.toml");
    let write = |keys: &str| {
        let head = "[[recipient]]\nid = \"desk\"\naddress = \"desk@example.org\"\n";
        fs::write(&path, format!("{head}{keys}\n")).unwrap();
        Config::load(Some(&path)).map_err(|problems| problems.to_string())
    };
    for (keys, told) in [
        ("stages = [\"agreed\", \"singed\"]", "4:21: there is no stage \"singed\""),
        ("topics = [\"asilum\"]", "4:11: there is no topic \"asilum\""),
        ("parties = [\"UK.HQ\"]", "4:12: there is no actor \"UK.HQ\""),
        ("sources = [\"bbk\"]", "4:12: there is no source \"bbk\""),
        ("empty_digest = \"never\"", "4:16: unknown value \"never\""),
        ("quiet = \"22-7\"", "4:9: quiet hours are written like"),
        ("quiet = \"07:00-07:00\"", "4:9: quiet hours are written like"),
        ("max_per_hour = 0", "4:16: must be between 1 and 10000"),
        ("per_group = 0", "4:13: must be between 1 and 200"),
        ("max_html = \"1 KiB\"", "4:12: must be between"),
    ] {
        let problems = write(keys).unwrap_err();
        assert!(problems.contains(told), "{keys}: {problems}");
    }
    let config = write(
        "stages = [\"agreed\"]\nparties = [\"UK.HO\"]\nquiet = \"22:00-07:00\"\nmax_per_day = 20\n\
         empty_digest = \"skip\"\nnear_misses = false\nmax_html = \"64 KiB\"",
    )
    .unwrap();
    let desk = &config.recipients[0];
    assert_eq!(desk.wanted.parties, ["UK.HO"]);
    assert_eq!(desk.quiet.unwrap().from, jiff::civil::time(22, 0, 0, 0));
    assert_eq!((desk.throttle.hour, desk.throttle.day), (None, Some(20)));
    assert_eq!((desk.size.html, desk.near_misses), (64 << 10, false));
}
