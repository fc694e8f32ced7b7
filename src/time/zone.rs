//! IANA time zones by name, from the copy inside the program, so that a schedule means the same on every machine
//! and in every test.

use std::sync::LazyLock;

use jiff::tz::{TimeZone, TimeZoneDatabase};

static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The zone of an IANA name such as `Asia/Ho_Chi_Minh` (upper and lower case count as the same); `None` when
/// there is no such zone.
pub fn zone(name: &str) -> Option<TimeZone> {
    // Only names of places and UTC: the database also answers to POSIX rules and file-like names.
    if name.eq_ignore_ascii_case("utc") {
        return Some(TimeZone::UTC);
    }
    ZONES.get(name).ok()
}

/// All names that [`zone`] knows, for suggestions.
pub fn zone_names() -> Vec<String> {
    ZONES.available().map(|name| name.as_str().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_found_by_name_and_unknown_names_are_not() {
        assert_eq!(zone("Asia/Ho_Chi_Minh").unwrap().iana_name(), Some("Asia/Ho_Chi_Minh"));
        assert!(zone("UTC").is_some());
        assert!(zone("Asia/Hanoi").is_none());
        assert!(zone("").is_none());
        assert!(zone_names().iter().any(|name| name == "Europe/London"));
    }
}
