//! Names of commitments: derived from what founded them, so that the same articles always give the same ids.

use crate::model::{CommitmentId, Fingerprint, InstrumentId, InstrumentRole, Kind, Polarity};

/// Crockford's base 32, lower case: no letter that reads as a digit.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Characters of an id after `c-`: 50 bits.
const LENGTH: usize = 10;

/// The id of a commitment founded by a mention: the mention is known by its fingerprint under all rules, and so is
/// what it founded.
pub fn of_mention(fingerprint: &Fingerprint) -> CommitmentId {
    derive(&["mention", fingerprint.as_str()])
}

/// The id of a commitment that a text implies: to conclude it, or to carry it out.
pub fn of_instrument(id: &InstrumentId, role: InstrumentRole, kind: Kind) -> CommitmentId {
    let role = if role == InstrumentRole::Implements { "implement" } else { "conclude" };
    derive(&["instrument", id.as_str(), role, kind.as_str(), Polarity::Do.as_str()])
}

fn derive(parts: &[&str]) -> CommitmentId {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let mut number = u64::from_le_bytes(first_eight(hasher.finalize().as_bytes()));
    let mut text = String::from("c-");
    for _ in 0..LENGTH {
        text.push(char::from(ALPHABET[(number % 32) as usize]));
        number /= 32;
    }
    CommitmentId::new(text)
}

fn first_eight(bytes: &[u8; 32]) -> [u8; 8] {
    let mut eight = [0; 8];
    eight.copy_from_slice(&bytes[..8]);
    eight
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_depend_on_every_part_and_on_nothing_else() {
        let id = InstrumentId::new("INS:a");
        let conclude = of_instrument(&id, InstrumentRole::Concludes, Kind::InstrumentConclude);
        let again = of_instrument(&id, InstrumentRole::Concludes, Kind::InstrumentConclude);
        let carry = of_instrument(&id, InstrumentRole::Implements, Kind::InstrumentImplement);
        assert_eq!(conclude, again);
        assert_ne!(conclude, carry);
        assert_eq!(conclude.as_str().len(), 12);
        assert_ne!(derive(&["ab", "c"]), derive(&["a", "bc"]));
    }
}
