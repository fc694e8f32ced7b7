//! The kinds of events that an operator has to know, each with a name for people (the field `event` of a log line) and
//! an id for the journal (`MESSAGE_ID`), by which `journalctl -x` explains what to do.
//!
//! The explanations are in `systemd/pledgewatch.catalog`. An id is never changed and never used again: monitoring goes
//! by it. A test holds that this table, the catalog and `docs/service.md` agree, and that every event is logged somewhere.

/// The daemon is ready.
pub const SERVICE_STARTED: &str = "service.started";
/// A clean stop is complete.
pub const SERVICE_STOPPED: &str = "service.stopped";
/// The daemon could not start, or had to end.
pub const SERVICE_FAILED: &str = "service.failed";
/// A loop, or the thread that writes the database, makes no progress.
pub const SERVICE_STALLED: &str = "service.stalled";
/// A loop or a poll panicked and goes on anew.
pub const SERVICE_PANICKED: &str = "service.panicked";
/// Monitoring cannot ask any more; the daemon goes on.
pub const SERVE_STOPPED: &str = "serve.stopped";
/// The state that SIGUSR1 or SIGABRT asked for.
pub const SERVICE_STATE: &str = "service.state";
/// A new configuration was taken over.
pub const CONFIG_RELOADED: &str = "config.reloaded";
/// A new configuration was refused; the old one goes on.
pub const CONFIG_REFUSED: &str = "config.refused";
/// The schema was upgraded at the start.
pub const DATABASE_UPGRADED: &str = "database.upgraded";
/// There is no room left for the database.
pub const DATABASE_FULL: &str = "database.full";
/// The pages of the database contradict each other.
pub const DATABASE_DAMAGED: &str = "database.damaged";
/// The database refused for another reason.
pub const DATABASE_REFUSED: &str = "database.refused";
/// The clock was set back while the daemon knew a later time.
pub const CLOCK_SET_BACK: &str = "clock.set_back";
/// Our own network is down; no source is blamed.
pub const NETWORK_DOWN: &str = "network.down";
/// Our own network is back.
pub const NETWORK_BACK: &str = "network.back";
/// One poll failed.
pub const POLL_FAILED: &str = "poll.failed";
/// A source turned bad: failing, silent, blocked or gone.
pub const SOURCE_FAILING: &str = "source.failing";
/// A source is read as it should be again.
pub const SOURCE_RECOVERED: &str = "source.recovered";
/// A source is read at another address from now on.
pub const SOURCE_MOVED: &str = "source.moved";
/// Nothing in a feed was known: entries may have been missed.
pub const SOURCE_GAP: &str = "source.gap";
/// An entry could not be judged.
pub const ENTRY_FAILED: &str = "entry.failed";
/// Mail cannot leave at all; messages wait.
pub const MAIL_DOWN: &str = "mail.down";
/// One message was put off.
pub const MAIL_DEFERRED: &str = "mail.deferred";
/// One message was refused for good and is given up.
pub const MAIL_REFUSED: &str = "mail.refused";
/// One message may have been accepted; a duplicate is possible.
pub const MAIL_DOUBTFUL: &str = "mail.doubtful";
/// A recipient's address is dead; nothing more is sent to it.
pub const MAIL_ADDRESS_DEAD: &str = "mail.address_dead";
/// An alert, digest or notice could not be written.
pub const MESSAGE_UNWRITTEN: &str = "message.unwritten";
/// The hourly audit found people who are not being told.
pub const AUDIT_COMPLAINT: &str = "audit.complaint";

/// Every event with its `MESSAGE_ID`: 128 bits in hexadecimal, as sd-id128(3) writes them.
pub const ALL: &[(&str, &str)] = &[
    (SERVICE_STARTED, "5b8d838cc9814903a643a090d1d0461c"),
    (SERVICE_STOPPED, "53bdc1a8107c4b8ea1c9d26b8fce4e6c"),
    (SERVICE_FAILED, "3ac1190f4a034605a4d76fcf4f9734c5"),
    (SERVICE_STALLED, "583954b639ec4bb8a6e73813ef5c5b0f"),
    (SERVICE_PANICKED, "b891732b1dd5464fa5d12ba914fc0fef"),
    (SERVE_STOPPED, "6f0d8a5be1c34f27a9d40b7c55e21f93"),
    (SERVICE_STATE, "160702d00ded4aee9cd214b5a96b2aa0"),
    (CONFIG_RELOADED, "bff50c3e376b44468faa902ee2727193"),
    (CONFIG_REFUSED, "91d6ea89f8b44da6b710b37c92b1614b"),
    (DATABASE_UPGRADED, "1dd1c4c7b56144d19ae5382008eaab4e"),
    (DATABASE_FULL, "fca11c774b334e21a643de2370e3f647"),
    (DATABASE_DAMAGED, "287933762b2b4d80b7472f1ce7da802d"),
    (DATABASE_REFUSED, "73b669b059054ea7ac6e91af75e50a36"),
    (CLOCK_SET_BACK, "fc115002330d480da597848b60e9a97c"),
    (NETWORK_DOWN, "3b0dee8cdd124c7493d7bbdb91dfdae8"),
    (NETWORK_BACK, "c15029d8b0b744a3bd15e74f282f91d3"),
    (POLL_FAILED, "de398c4faa0e44d8a9b6319400668c79"),
    (SOURCE_FAILING, "c59ab694b5bc4aae93555bc5274ce2e1"),
    (SOURCE_RECOVERED, "dae9211194664fd9925b182eaeeaa92d"),
    (SOURCE_MOVED, "60ef36aac49f44e4bcc7632df067f32b"),
    (SOURCE_GAP, "b0468a53a3d24e9da862465cf8ec4750"),
    (ENTRY_FAILED, "76d633319d1f461cae333832bf7889f3"),
    (MAIL_DOWN, "6d1f14c4a9784c8b9c573e3594ab0509"),
    (MAIL_DEFERRED, "c7b2100fea0a475397bc61a9515ec343"),
    (MAIL_REFUSED, "ed1294b0f00243cfbc5a0fbbb6843d4c"),
    (MAIL_DOUBTFUL, "1815475ff4044e88b4fda1111f3f7f70"),
    (MAIL_ADDRESS_DEAD, "b6428bed23eb4871852f90ede2a98cea"),
    (MESSAGE_UNWRITTEN, "9cde72c947d04834b49343f47abd137a"),
    (AUDIT_COMPLAINT, "19b54bb942804e1abaecf62af8d277a8"),
];

/// The `MESSAGE_ID` of an event.
pub fn id(name: &str) -> Option<&'static str> {
    ALL.iter().find(|(event, _)| *event == name).map(|(_, id)| *id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_and_ids_are_unique_and_well_formed() {
        let names: BTreeSet<&str> = ALL.iter().map(|(name, _)| *name).collect();
        let ids: BTreeSet<&str> = ALL.iter().map(|(_, id)| *id).collect();
        assert_eq!((names.len(), ids.len()), (ALL.len(), ALL.len()));
        for id in ids {
            assert!(id.len() == 32 && id.bytes().all(|b| b"0123456789abcdef".contains(&b)), "{id}");
        }
        assert_eq!(id("no.such.event"), None);
    }
}
