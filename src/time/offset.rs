//! Offsets that look random and are not: the same source gets the same offset on every machine and after every
//! restart, so that sources of one schedule are spread without a state to keep.

use jiff::{SignedDuration, Timestamp};

/// The fixed offset of a name: whole seconds, at least zero and less than `within` (zero when `within` is not
/// positive).
pub fn offset(name: &str, within: SignedDuration) -> SignedDuration {
    seconds_below(&[b"offset", name.as_bytes()], within)
}

/// What chance adds to the moment `at` for a name: whole seconds, at least zero and less than `within`. It only
/// ever lengthens, and asked again it says the same.
pub fn jitter(name: &str, at: Timestamp, within: SignedDuration) -> SignedDuration {
    seconds_below(&[b"jitter", name.as_bytes(), &at.as_second().to_le_bytes()], within)
}

fn seconds_below(parts: &[&[u8]], within: SignedDuration) -> SignedDuration {
    let Some(range) = u64::try_from(within.as_secs()).ok().filter(|range| *range > 0) else {
        return SignedDuration::ZERO;
    };
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    // Less than `within`, which is an i64: the cast cannot wrap.
    SignedDuration::from_secs((u64::from_le_bytes(first) % range) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_fixed_differ_and_stay_below_the_limit() {
        let ten = SignedDuration::from_mins(10);
        let all: Vec<SignedDuration> = (0..100).map(|n| offset(&format!("s{n}"), ten)).collect();
        assert_eq!(all[7], offset("s7", ten));
        assert!(all.iter().all(|one| (SignedDuration::ZERO..ten).contains(one)));
        let distinct: std::collections::BTreeSet<_> = all.iter().collect();
        assert!(distinct.len() > 80, "{}", distinct.len());
        assert_eq!(offset("s7", SignedDuration::ZERO), SignedDuration::ZERO);
        assert_eq!(offset("s7", SignedDuration::from_secs(-5)), SignedDuration::ZERO);
    }

    #[test]
    fn chance_says_the_same_when_asked_again_and_something_else_another_time() {
        let five = SignedDuration::from_mins(5);
        let at = |n: i64| Timestamp::from_second(1_800_000_000 + n * 1800).unwrap();
        assert_eq!(jitter("a", at(1), five), jitter("a", at(1), five));
        let all: std::collections::BTreeSet<_> =
            (0..50).map(|n| jitter("a", at(n), five)).collect();
        assert!(all.len() > 30, "{}", all.len());
        assert!(all.iter().all(|one| (SignedDuration::ZERO..five).contains(one)));
    }
}
