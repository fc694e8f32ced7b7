//! The source configuration that reads the demonstration's outlets.

use std::fmt::Write;
use std::net::SocketAddr;

use super::listing;
use super::world::{Format, World};
use crate::model::Trust;

/// The text of a `sources.toml` for a world served at `address`.
pub fn sources_toml(world: &World, address: SocketAddr) -> String {
    let mut text = String::from(
        "# Written by `pledgewatch demo`. The outlets are invented; they answer only while the demonstration runs.\n",
    );
    for outlet in &world.outlets {
        let kind = if outlet.format == Format::Listing { "listing" } else { "feed" };
        let trust = match outlet.trust {
            Trust::Low => "low",
            Trust::Normal => "normal",
            Trust::High => "high",
        };
        let url = format!("http://{address}{}", outlet.feed_path());
        // Every value is quoted as TOML by the same rules as the content files.
        let mut line = |key: &str, value: toml::Value| {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{key} = {value}");
        };
        line("\n[[source]]\nid", outlet.id.clone().into());
        line("name", outlet.name.clone().into());
        line("url", url.into());
        line("kind", kind.into());
        if let Some(language) = outlet.language {
            line("language", language.tag().into());
        }
        line("trust", trust.into());
        line("schedule", "0 * * * *".into());
        line("zone", outlet.zone.clone().into());
        line("date_zone", outlet.zone.clone().into());
        line("allow_private", true.into());
        line("enabled", true.into());
        if outlet.format == Format::Listing {
            let rules = listing::rules();
            line("\n[source.listing]\nitem", rules.item.into());
            for (key, rule) in [
                ("link", rules.link),
                ("title", rules.title),
                ("summary", rules.summary),
                ("date", rules.date),
            ] {
                if let Some(rule) = rule {
                    line(key, rule.into());
                }
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_toml_with_one_source_an_outlet() {
        let world = World::embedded().unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], 4711));
        let text = sources_toml(&world, address);
        let table: toml::Table = text.parse().unwrap();
        let sources = table["source"].as_array().unwrap();
        assert_eq!(sources.len(), world.outlets.len());
        for (source, outlet) in sources.iter().zip(&world.outlets) {
            assert_eq!(source["id"].as_str(), Some(outlet.id.as_str()));
            assert!(source["url"].as_str().unwrap().starts_with("http://127.0.0.1:4711/"));
            assert_eq!(source["allow_private"].as_bool(), Some(true));
            assert_eq!(source.get("listing").is_some(), outlet.format == Format::Listing);
        }
    }
}
