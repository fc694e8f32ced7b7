//! What another configuration changes, in lines for a person: what a reload says that it does.

use std::collections::BTreeMap;

use super::settings::{
    Alert, ArticleRules, Config, ConfiguredSource, Fetch, Log, Mail, Polling, Recipient, Serve,
    Store,
};

/// Compares the fields of two structs. It names every field, so that a new one cannot be forgotten here.
macro_rules! compare {
    ($lines:expr, $section:expr, $type:ident, $old:expr, $new:expr, { $($field:ident),* $(,)? }) => {{
        let $type { $($field),* } = $old;
        $(
            if *$field != $new.$field {
                $lines.push(format!(
                    "{}{}: {:?} -> {:?}", $section, stringify!($field), $field, $new.$field
                ));
            }
        )*
    }};
}

/// Names the fields in which two structs differ, without their values.
macro_rules! differing {
    ($type:ident, $old:expr, $new:expr, { $($field:ident),* $(,)? }) => {{
        let $type { $($field),* } = $old;
        let mut names: Vec<&'static str> = Vec::new();
        $(
            if *$field != $new.$field {
                names.push(stringify!($field));
            }
        )*
        names
    }};
}

impl Config {
    /// What `new` changes, one line for each thing. Addresses of people are not in it: it goes to the log.
    pub fn difference(&self, new: &Self) -> Vec<String> {
        // Where the files are is not what they say.
        let Self {
            file: _,
            sources_file: _,
            store,
            topic_folder,
            schedule,
            fetch,
            article,
            alert,
            mail,
            recipients,
            serve,
            log,
            sources,
        } = self;
        let mut lines = Vec::new();
        compare_sources(&mut lines, sources, &new.sources);
        compare_recipients(&mut lines, recipients, &new.recipients);
        if *topic_folder != new.topic_folder {
            lines.push(format!("topic.folder: {topic_folder:?} -> {:?}", new.topic_folder));
        }
        compare!(lines, "schedule.", Polling, schedule, new.schedule, {
            cron, zone, floor, quiet_floor, spread, jitter, freshness_cap, hint_cap, retry_cap,
            backoff_cap,
        });
        compare!(lines, "fetch.", Fetch, fetch, new.fetch, {
            contact, connect_timeout, read_timeout, timeout, max_feed, max_page, max_redirects,
            allow_downgrade, concurrency, host_gap, private_gap, pause_scope,
        });
        compare!(lines, "article.", ArticleRules, article, new.article, {
            max_push_age, attempts, retry_after, vote, keep_noarchive,
        });
        compare!(lines, "alert.", Alert, alert, new.alert, { coalesce });
        let changed = differing!(Mail, mail, new.mail, {
            mode, folder, host, port, username, password, from, reply_to, list_id, requests_to,
            unsubscribe_url, timeout, socket, program, authority, bounces, dkim, templates,
        });
        lines.extend(changed.into_iter().map(|name| format!("mail.{name}: changed")));
        compare!(lines, "store.", Store, store, new.store, {
            folder, backups, keep_backups, keep_polls, keep_rejected, keep_messages,
        });
        let later = lines.len();
        compare!(lines, "serve.", Serve, serve, new.serve, { listen });
        compare!(lines, "log.", Log, log, new.log, { level, format });
        for line in &mut lines[later..] {
            line.push_str(" (from the next start on)");
        }
        if store.folder != new.store.folder {
            lines.push("the data stay where they are until the next start".to_owned());
        }
        lines
    }
}

fn compare_sources(lines: &mut Vec<String>, old: &[ConfiguredSource], new: &[ConfiguredSource]) {
    let by_id = |all: &'_ [ConfiguredSource]| -> BTreeMap<String, ConfiguredSource> {
        all.iter().map(|one| (one.source.id.to_string(), one.clone())).collect()
    };
    let (old, new) = (by_id(old), by_id(new));
    for (id, one) in &new {
        match old.get(id) {
            None => lines.push(format!("source + {id} ({})", one.source.url)),
            Some(before) if before != one => {
                lines.push(format!("source ~ {id}: {}", changes(before, one).join(", ")));
            }
            Some(_) => {}
        }
    }
    let gone = old.keys().filter(|id| !new.contains_key(*id));
    lines.extend(gone.map(|id| format!("source - {id}")));
}

fn changes(old: &ConfiguredSource, new: &ConfiguredSource) -> Vec<String> {
    let mut changes = Vec::new();
    let (before, after) = (&old.source, &new.source);
    if before.url != after.url {
        changes.push(format!("url {} -> {}", before.url, after.url));
    }
    if before.enabled != after.enabled {
        changes.push(if after.enabled { "enabled" } else { "disabled" }.to_owned());
    }
    if before.trust != after.trust {
        changes.push(format!("trust {:?} -> {:?}", before.trust, after.trust).to_lowercase());
    }
    let cron = |one: &ConfiguredSource| {
        format!(
            "\"{}\" {}",
            one.schedule.as_str(),
            one.schedule.zone().iana_name().unwrap_or("UTC")
        )
    };
    if old.schedule != new.schedule {
        changes.push(format!("schedule {} -> {}", cron(old), cron(new)));
    }
    if changes.is_empty() {
        changes.push("how it is read".to_owned());
    }
    changes
}

fn compare_recipients(lines: &mut Vec<String>, old: &[Recipient], new: &[Recipient]) {
    for one in new {
        match old.iter().find(|before| before.id == one.id) {
            None => lines.push(format!("recipient + {}", one.id)),
            Some(before) => {
                let changed = differing!(Recipient, before, one, {
                    id, address, name, zone, language, alerts, digest, wanted, empty_digest, size,
                    near_misses, quiet, throttle, notices, urgent, channel, operator,
                });
                if !changed.is_empty() {
                    lines.push(format!("recipient ~ {}: {}", one.id, changed.join(", ")));
                }
            }
        }
    }
    let gone = old.iter().filter(|one| !new.iter().any(|other| other.id == one.id));
    lines.extend(gone.map(|one| format!("recipient - {}", one.id)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str, sources: &str) -> Config {
        let mut config = Config::parse("p.toml", text).unwrap();
        config.sources = super::super::read_sources("s.toml", sources, &config.schedule).0;
        config
    }

    #[test]
    fn the_same_configuration_changes_nothing() {
        let embedded = Config::embedded();
        assert_eq!(embedded.difference(&Config::embedded()), Vec::<String>::new());
    }

    #[test]
    fn each_change_is_one_line_and_no_address_of_a_person_is_in_it() {
        let old = config(
            "[schedule]\nfloor = \"20m\"\n[[recipient]]\nid = \"desk\"\naddress = \"desk@example.org\"\n\
             [[recipient]]\nid = \"old\"\naddress = \"old@example.org\"\n",
            "[[source]]\nid = \"a\"\nname = \"A\"\nurl = \"https://a.example/feed\"\nlanguage = \"en\"\n\
             [[source]]\nid = \"b\"\nname = \"B\"\nurl = \"https://b.example/feed\"\nlanguage = \"en\"\n",
        );
        let new = config(
            "[schedule]\nfloor = \"30m\"\n[serve]\nlisten = \"127.0.0.1:9745\"\n[[recipient]]\nid = \"desk\"\naddress = \"new@example.org\"\n",
            "[[source]]\nid = \"b\"\nname = \"B\"\nurl = \"https://b.example/feed\"\nlanguage = \"en\"\nschedule = \"@hourly\"\n\
             [[source]]\nid = \"c\"\nname = \"C\"\nurl = \"https://c.example/feed\"\nlanguage = \"en\"\n",
        );
        let lines = old.difference(&new);
        let text = lines.join("\n");
        for part in [
            "source ~ b: schedule",
            "source + c (https://c.example/feed)",
            "source - a",
            "recipient ~ desk: address",
            "recipient - old",
            "schedule.floor: 20m -> 30m",
            "serve.listen:",
            "from the next start on",
        ] {
            assert!(text.contains(part), "{part:?} is missing in\n{text}");
        }
        assert!(!text.contains('@') || !text.contains("example.org"), "{text}");
        assert_eq!(lines.len(), 7, "{text}");
    }
}
