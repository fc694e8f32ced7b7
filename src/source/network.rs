//! "Our network is down" told apart from "their feed is down": when several hosts that answered last time cannot be
//! reached one after the other, and nobody answers in between, the fault is ours, and no source is blamed for it.

use std::collections::BTreeSet;

/// Hosts that must be missing.
const HOSTS: usize = 3;

/// What the latest requests say about our own network.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Network {
    missing: BTreeSet<String>,
}

impl Network {
    /// A server has answered, whatever it said. Returns whether the network had been down.
    pub fn answered(&mut self) -> bool {
        let was_down = self.missing.len() >= HOSTS;
        self.missing.clear();
        was_down
    }

    /// A host could not be reached. `answered_before` says whether it answered when it was last asked: those that
    /// have failed for days say nothing. `hosts` is the number of all hosts that are polled; where there are two,
    /// both must be missing, and one alone is never enough. Returns whether the network is down.
    pub fn unreached(&mut self, host: &str, answered_before: bool, hosts: usize) -> bool {
        if answered_before {
            self.missing.insert(host.to_owned());
        }
        self.missing.len() >= HOSTS.min(hosts).max(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_hosts_that_vanish_together_are_our_fault_until_one_answers() {
        let mut network = Network::default();
        assert!(!network.unreached("a", true, 9));
        assert!(!network.unreached("a", true, 9), "one host is one host");
        assert!(!network.unreached("dead", false, 9), "it has been dead for days");
        assert!(!network.unreached("b", true, 9));
        assert!(network.unreached("c", true, 9));
        assert!(network.unreached("dead", false, 9));
        assert!(network.answered());
        assert!(!network.unreached("d", true, 9));
        assert!(!network.answered());
        let mut small = Network::default();
        assert!(!small.unreached("a", true, 1));
        assert!(small.unreached("b", true, 2));
    }
}
