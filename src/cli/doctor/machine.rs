//! The machine under the program: clock, zones, disk, who may write where.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp};

use super::database::State;
use super::{Finding, Patient};
use crate::config::amount::show_duration;

/// A clock that is off by more than this makes quiet hours, digests and dates wrong.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_mins(5);
/// Servers of publishers that must agree before our clock is doubted: any one of them may be wrong.
const WITNESSES: usize = 3;
/// Too little to write even a log.
const NO_ROOM: u64 = 32 << 20;
/// Room that a busy day may take.
const LITTLE_ROOM: u64 = 256 << 20;

/// The clock, against the newest moment in the database and the time that servers tell.
pub(super) fn clock(patient: &Patient, state: Option<&State>) -> Finding {
    let ahead: Vec<i64> = state.map(|state| state.clocks_ahead.clone()).unwrap_or_default();
    judge_clock(patient.now, state.and_then(|state| state.newest), ahead)
}

fn judge_clock(now: Timestamp, newest: Option<Timestamp>, mut ahead: Vec<i64>) -> Finding {
    const REMEDY: &str = "set the clock, and keep it with chrony or systemd-timesyncd";
    if let Some(newest) = newest.filter(|newest| newest.duration_since(now) > CLOCK_SLACK) {
        let behind = show_duration(newest.duration_since(now));
        let text = format!("the database knows {newest}, which is {behind} from now");
        return Finding::fail("clock", text, REMEDY);
    }
    ahead.sort_unstable();
    let median = ahead.get(ahead.len() / 2).copied().unwrap_or(0);
    if ahead.len() >= WITNESSES && median.abs() > CLOCK_SLACK.as_mins() {
        let way = if median > 0 { "ahead of" } else { "behind" };
        let text = format!(
            "{} minutes {way} what {} servers say (the one in the middle)",
            median.abs(),
            ahead.len()
        );
        return Finding::fail("clock", text, REMEDY);
    }
    let witnesses = match ahead.len() {
        0 => String::new(),
        1 => "; agrees with 1 server".to_owned(),
        many => format!("; agrees with {many} servers"),
    };
    Finding::ok("clock", format!("{}{witnesses}", now.strftime("%Y-%m-%d %H:%M:%SZ")))
}

/// Zones, whose rules are inside the program: the system's copy may know newer ones.
pub(super) fn zones(patient: &Patient) -> Finding {
    let config = &patient.config;
    let mut used: Vec<&TimeZone> = vec![&config.schedule.zone];
    used.extend(config.recipients.iter().map(|recipient| &recipient.zone));
    used.extend(config.sources.iter().map(|one| one.schedule.zone()));
    let names: BTreeSet<&str> = used.iter().filter_map(|zone| zone.iana_name()).collect();
    let Ok(system) = TimeZoneDatabase::from_dir("/usr/share/zoneinfo") else {
        return Finding::ok(
            "zones",
            format!("{} used; the system has none to compare", names.len()),
        );
    };
    let differ: Vec<&str> = names
        .iter()
        .filter(|name| {
            crate::time::zone(name)
                .zip(system.get(name).ok())
                .is_some_and(|(ours, theirs)| differ(&ours, &theirs, patient.now))
        })
        .copied()
        .collect();
    if differ.is_empty() {
        return Finding::ok("zones", format!("{} used, as the system knows them", names.len()));
    }
    Finding::warn(
        "zones",
        format!("the system has other rules for {}", differ.join(", ")),
        "upgrade whichever is older, pledgewatch or tzdata: digests come by the rules in pledgewatch",
    )
}

/// Whether two zones disagree about any of the next 400 days.
fn differ(one: &TimeZone, other: &TimeZone, now: Timestamp) -> bool {
    (0..400).any(|day| {
        now.checked_add(SignedDuration::from_hours(24 * day))
            .is_ok_and(|at| one.to_offset(at) != other.to_offset(at))
    })
}

/// Room for what is to come, where the database is and where backups go.
pub(super) fn disk(patient: &Patient) -> Vec<Finding> {
    let size = |path: &Path| fs::metadata(path).map_or(0, |about| about.len());
    let database = size(&patient.database);
    let backups = patient.data.join(&patient.config.store.backups);
    let mut findings = vec![room(&patient.data, database)];
    // One disk is spoken of once.
    let disk = |path: &Path| fs::metadata(path).ok().map(|about| about.dev());
    if disk(&backups).is_some() && disk(&backups) != disk(&patient.data) {
        findings.push(room(&backups, database));
    }
    findings
}

/// Whether a disk has room for a copy of the database and some more.
fn room(folder: &Path, database: u64) -> Finding {
    // A folder that is still to be made will be on the disk of the one above it.
    let there = folder.ancestors().find(|path| path.is_dir()).unwrap_or(Path::new("."));
    let about = match rustix::fs::statvfs(there) {
        Ok(about) => about,
        Err(error) => {
            let text = format!("{} cannot be looked at: {error}", there.display());
            return Finding::fail("disk", text, "check that the folder exists and may be read");
        }
    };
    let free = about.f_bavail.saturating_mul(about.f_frsize);
    let text = format!("{} MB free at {}", free >> 20, there.display());
    let no_files = about.f_files > 0 && about.f_favail < 100;
    if free < NO_ROOM || no_files {
        let text = if no_files { format!("{text}, and no more files") } else { text };
        return Finding::fail("disk", text, "free some space: nothing new can be stored");
    }
    if free < LITTLE_ROOM.max(database.saturating_mul(2)) {
        let needs =
            format!("the database has {} MB, and a copy of it needs as much", database >> 20);
        return Finding::warn("disk", format!("{text}; {needs}"), "free some space");
    }
    Finding::ok("disk", text)
}

/// Who owns the data, and who may read and write it.
pub(super) fn permissions(patient: &Patient) -> Vec<Finding> {
    let folder = &patient.data;
    let Ok(about) = fs::metadata(folder) else {
        return vec![Finding::ok(
            "permissions",
            format!("{} is still to be made", folder.display()),
        )];
    };
    let mut findings = Vec::new();
    if about.mode() & 0o077 != 0 {
        findings.push(Finding::warn(
            "permissions",
            format!("{} is open to others (mode {:03o})", folder.display(), about.mode() & 0o777),
            format!("chmod 700 {}", folder.display()),
        ));
    }
    for file in files(patient) {
        let Ok(of_file) = fs::metadata(&file) else { continue };
        if of_file.uid() != about.uid() {
            findings.push(Finding::fail(
                "permissions",
                format!(
                    "{} belongs to user {}, and its folder to user {}",
                    file.display(),
                    of_file.uid(),
                    about.uid()
                ),
                format!("chown --reference={} {}", folder.display(), file.display()),
            ));
        }
    }
    // Who examines may be somebody else than who runs the daemon, and root may do everything.
    let me = rustix::process::geteuid();
    if me.as_raw() == about.uid() && !me.is_root() {
        for path in std::iter::once(folder.clone()).chain(files(patient)) {
            if path.exists() && rustix::fs::access(&path, rustix::fs::Access::WRITE_OK).is_err() {
                findings.push(Finding::fail(
                    "permissions",
                    format!("{} may not be written", path.display()),
                    format!("chmod u+w {}", path.display()),
                ));
            }
        }
    }
    if findings.is_empty() {
        let text = format!("{} belongs to user {} alone", folder.display(), about.uid());
        findings.push(Finding::ok("permissions", text));
    }
    findings
}

/// The files of the database.
fn files(patient: &Patient) -> Vec<PathBuf> {
    let name = patient.database.display().to_string();
    ["", "-wal", "-shm", ".lock"].iter().map(|ending| format!("{name}{ending}").into()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T10:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_clock_behind_the_database_is_wrong() {
        let later = |minutes| Some(now() + SignedDuration::from_mins(minutes));
        assert_eq!(judge_clock(now(), later(3), Vec::new()).level, Level::Ok);
        let finding = judge_clock(now(), later(120), Vec::new());
        assert_eq!(finding.level, Level::Fail);
        assert!(finding.text.contains("2h"), "{finding:?}");
    }

    #[test]
    fn one_server_with_a_wrong_clock_does_not_make_ours_wrong() {
        assert_eq!(judge_clock(now(), None, vec![0, 0, 500]).level, Level::Ok);
        assert_eq!(judge_clock(now(), None, vec![500, 600]).level, Level::Ok, "two are few");
        let finding = judge_clock(now(), None, vec![-70, -61, 0, -60, -61]);
        assert_eq!(finding.level, Level::Fail);
        assert!(finding.text.starts_with("61 minutes behind"), "{finding:?}");
    }

    #[test]
    fn zones_with_other_rules_are_told_apart() {
        let zone = |name| crate::time::zone(name).unwrap();
        assert!(!differ(&zone("Asia/Ho_Chi_Minh"), &zone("Asia/Bangkok"), now()));
        // The same in winter.
        assert!(differ(&zone("Europe/London"), &TimeZone::UTC, now()));
    }
}
