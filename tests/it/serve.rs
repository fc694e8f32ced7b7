//! What monitoring asks a running daemon, and how a running daemon is told of another configuration.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::Path;

use pledgewatch::config::Config;
use pledgewatch::serve::metrics::METRICS;

use crate::newsroom::{ANALYST, Outlet, sources_toml};
use crate::origin::Origin;
use crate::program::{Program, wait_for};

const SOCKET: &str = "[serve]\nlisten = \"unix:http\"\n";

/// Status and body of a page, asked for over the socket.
fn page(socket: &Path, path: &str) -> (u16, String) {
    let mut stream = UnixStream::connect(socket).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

/// The value of a figure in the text of all.
fn figure(text: &str, name: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}

#[test]
fn a_daemon_answers_how_it_does_in_words_and_in_figures() {
    let origin = Origin::start();
    let program = Program::new(
        &format!("{SOCKET}{ANALYST}"),
        &sources_toml(&origin, &[Outlet::new("courier")]),
    );
    let socket = program.path("http");
    let mut daemon = program.start().wait_until_ready();
    let mode = std::fs::metadata(&socket).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o660, "for the user and the group");
    assert_eq!(page(&socket, "/healthz"), (200, "ok\n".to_owned()));
    assert_eq!(page(&socket, "/readyz"), (200, "ok\n".to_owned()));
    assert_eq!(page(&socket, "/").0, 404);
    // The outlet has no feed, which is a poll that failed.
    let text = wait_for("a poll", || {
        let (status, text) = page(&socket, "/metrics");
        assert_eq!(status, 200);
        text.contains("pledgewatch_polls_total{").then_some(text)
    });
    assert_eq!(figure(&text, "pledgewatch_polls_total{outcome=\"fetch.status\"} "), Some(1.0));
    assert!(figure(&text, "pledgewatch_resident_memory_bytes ").unwrap() > 1e6, "{text}");
    assert!(figure(&text, "pledgewatch_scheduler_lag_seconds ").unwrap() < 60.0, "{text}");
    assert!(text.contains("pledgewatch_loop_still_seconds{loop=\"mail\"}"), "{text}");
    assert!(text.ends_with("# EOF\n"));
    let names: BTreeSet<String> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split(['{', ' ']).next().unwrap().to_owned())
        .collect();
    let known: BTreeSet<String> =
        METRICS.iter().map(pledgewatch::serve::metrics::Metric::full_name).collect();
    assert!(names.is_subset(&known), "{names:?}");

    // Whoever is owed an alert and gets none is what readiness is about.
    let trouble = "INSERT INTO meta VALUES ('audit.untold', 'c-lost')";
    program.sql().execute(trouble, []).unwrap();
    let (status, why) = page(&socket, "/readyz");
    assert!(status == 503 && why.contains("c-lost"), "{why}");
    assert_eq!(page(&socket, "/healthz").0, 200, "to restart would not help");
    assert_eq!(daemon.stop(), Some(0), "{}", daemon.log());
    assert!(!socket.exists());
}

#[test]
fn a_database_that_takes_nothing_in_makes_the_daemon_unready() {
    let program = Program::new(SOCKET, "");
    let mut daemon = program.start().wait_until_ready();
    let sql = program.sql();
    sql.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (status, why) = page(&program.path("http"), "/readyz");
    // A write of the daemon's own that waits before ours makes the writer late instead.
    let told = ["locked by another program", "the writer of the database has not answered"];
    assert!(status == 503 && told.iter().any(|cause| why.contains(cause)), "{why}");
    sql.execute_batch("ROLLBACK").unwrap();
    assert_eq!(page(&program.path("http"), "/readyz").0, 200);
    assert_eq!(daemon.stop(), Some(0), "{}", daemon.log());
}

#[test]
fn a_killed_daemons_socket_is_taken_over_and_a_place_that_is_taken_is_refused() {
    let program = Program::new(SOCKET, "");
    program.start().wait_until_ready().kill();
    let mut daemon = program.start().wait_until_ready();
    assert_eq!(page(&program.path("http"), "/healthz").0, 200);
    assert_eq!(daemon.stop(), Some(0));
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    program.configure(&format!("[serve]\nlisten = \"{}\"\n", taken.local_addr().unwrap()));
    program.run(&["run"]).refused(78, &["cannot listen on http://127.0.0.1", "[serve]"]);
}

#[test]
fn other_machines_see_nothing_unless_it_is_said_that_they_may() {
    let refused = |text: &str| Config::parse("p.toml", text).unwrap_err().render();
    let open = "[serve]\nlisten = \"0.0.0.0:9745\"\n";
    assert!(refused(open).contains("other machines could reach this address"));
    assert!(refused("[serve]\nlisten = \"192.0.2.1:80\"\n").contains("allow_remote"));
    assert!(refused("[serve]\nlisten = \"9745\"\n").contains("neither an address"));
    assert!(refused("[serve]\nallow_remote = true\n").contains("`listen` is missing"));
    for listen in ["127.0.0.1:9745", "[::1]:9745", "unix:/run/x"] {
        let config = Config::parse("p.toml", &format!("[serve]\nlisten = \"{listen}\"\n")).unwrap();
        assert!(config.serve.listen.is_some(), "{listen}");
    }
    Config::parse("p.toml", &format!("{open}allow_remote = true\n")).unwrap();
    assert_eq!(Config::default().serve.listen, None, "off unless asked for");
}

#[test]
fn every_figure_stands_in_the_operators_guide_and_none_that_is_not_there() {
    let guide = include_str!("../../docs/operate.md");
    let rows: Vec<Vec<&str>> = guide
        .lines()
        .filter(|line| line.starts_with("| `pledgewatch_"))
        .map(|line| line.split('|').map(|cell| cell.trim().trim_matches('`')).collect())
        .collect();
    let told: Vec<(String, &str, &str)> =
        rows.iter().map(|cells| (cells[1].to_owned(), cells[3], cells[4])).collect();
    let known: Vec<(String, &str, &str)> = METRICS
        .iter()
        .map(|metric| (metric.full_name(), metric.label.unwrap_or_default(), metric.help))
        .collect();
    assert_eq!(told, known);
}

#[test]
fn a_reload_by_command_prints_what_it_changes_or_why_it_is_refused() {
    let origin = Origin::start();
    let outlets = [Outlet::new("courier"), Outlet::new("herald")];
    let program = Program::new("", &sources_toml(&origin, &outlets[..1]));
    program.run(&["reload"]).refused_in_a_line(69, &["no daemon works on"]);
    let mut daemon = program.start().wait_until_ready();
    assert_eq!(program.run(&["reload"]).done().out, "reloaded: nothing has changed\n");
    program.write("sources.toml", sources_toml(&origin, &outlets));
    program.configure("[schedule]\nfloor = \"40m\"\n");
    let ran = program.run(&["reload"]);
    for part in ["source + herald", "schedule.floor: 15m -> 40m"] {
        assert!(ran.done().out.contains(part), "{part:?} is missing in {ran:?}");
        assert!(daemon.log().contains(part) || part.contains("floor"), "{}", daemon.log());
    }
    program.configure("[schedule]\nfloor = \"soon\"\n");
    program.run(&["reload"]).refused(78, &["soon", "not a duration", "goes on with the old one"]);
    // The same by the signal alone: the daemon goes on, and says why.
    daemon.signal("HUP");
    daemon.wait_for_log("is refused, the old one goes on");
    assert_eq!(daemon.stop(), Some(0), "{}", daemon.log());
}
