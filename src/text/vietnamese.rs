//! Vietnamese spelling: what a syllable is, and where its tone mark belongs. In: letters of one token. Out: the same
//! token repaired, or whether it is a syllable.

use std::collections::HashSet;
use std::sync::LazyLock;

use unicode_normalization::char::{compose, decompose_canonical};

/// The tone marks, as combining characters: grave, acute, tilde, hook above, dot below.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];

const ONSETS: &[&str] = &[
    "", "b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh",
    "nh", "p", "ph", "qu", "r", "s", "t", "th", "tr", "v", "x",
];

/// All rimes, without tone; `q` and `gi` onsets take theirs from the same list.
const RIMES: &str = "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en \
    eng eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu o oa oac oach oai \
    oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot ô ôc ôi ôm ôn ông \
    ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ up ut uy uya uych uynh uyt uyu uyên \
    uyêt uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y yêm yên yêng yêt yêu";

/// All syllables, without tone.
static SYLLABLES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let rimes = || RIMES.split_ascii_whitespace();
    ONSETS.iter().flat_map(|onset| rimes().map(move |rime| format!("{onset}{rime}"))).collect()
});

/// Letters with diacritics lie here, and each without its tone, and the tone.
const LATIN: std::ops::RangeInclusive<u32> = 0xc0..=0x1b0;
const LATIN_MORE: std::ops::RangeInclusive<u32> = 0x1ea0..=0x1ef9;
static TONELESS: LazyLock<Vec<(char, Option<char>)>> = LazyLock::new(|| {
    LATIN.chain(LATIN_MORE).filter_map(char::from_u32).map(decompose_tone).collect()
});

/// A letter without its tone, and the tone.
fn split_tone(c: char) -> (char, Option<char>) {
    let code = c as u32;
    let at = match code {
        ..0xc0 => return (c, None),
        _ if LATIN.contains(&code) => code - LATIN.start(),
        _ if LATIN_MORE.contains(&code) => {
            code - LATIN_MORE.start() + (LATIN.end() - LATIN.start() + 1)
        }
        _ => return decompose_tone(c),
    };
    TONELESS.get(at as usize).copied().unwrap_or((c, None))
}

fn decompose_tone(c: char) -> (char, Option<char>) {
    let mut parts = ['\0'; 4];
    let mut count = 0;
    decompose_canonical(c, |part| {
        if count < parts.len() {
            parts[count] = part;
            count += 1;
        }
    });
    let mut letter = parts[0];
    let mut tone = None;
    for &part in &parts[1..count] {
        if TONES.contains(&part) {
            tone = Some(part);
        } else {
            letter = compose(letter, part).unwrap_or(letter);
        }
    }
    (letter, tone)
}

fn with_tone(letter: char, tone: char) -> char {
    compose(letter, tone).unwrap_or(letter)
}

/// Whether a lower-case token is one Vietnamese syllable, marked or not.
pub fn is_syllable(token: &[char]) -> bool {
    if token.is_empty() || token.len() > 7 {
        return false;
    }
    let mut tones = 0;
    let mut letters = String::with_capacity(12);
    for &c in token {
        let (letter, tone) = split_tone(c);
        tones += usize::from(tone.is_some());
        letters.push(letter);
    }
    tones <= 1 && SYLLABLES.contains(letters.as_str())
}

/// Moves a tone mark to where the standard of today puts it: `hoà` becomes `hòa`, `uỷ` becomes `ủy`, `lựơng` becomes
/// `lượng`. One character stays one character.
pub fn place_tone(token: &mut [char]) {
    if token.iter().all(char::is_ascii) {
        return;
    }
    for at in 0..token.len().saturating_sub(1) {
        let (first, first_tone) = split_tone(token[at]);
        let (second, second_tone) = split_tone(token[at + 1]);
        let (tone, on_first) = match (first_tone, second_tone) {
            (Some(tone), None) => (tone, true),
            (None, Some(tone)) => (tone, false),
            _ => continue,
        };
        let after_q = at > 0 && matches!(token[at - 1], 'q' | 'Q');
        let lower = |c: char| c.to_lowercase().next().unwrap_or(c);
        let belongs_first = match (lower(first), lower(second)) {
            ('o', 'a' | 'e') | ('u', 'y') if !after_q => at + 2 == token.len(),
            ('i' | 'y', 'ê') | ('u', 'ô') | ('ư', 'ơ') => false,
            _ => continue,
        };
        // An open `oa` may also be the start of `oai`, `oay`, `oan` ...: those are closed, and the mark goes second.
        if belongs_first != on_first {
            token[at] = if belongs_first { with_tone(first, tone) } else { first };
            token[at + 1] = if belongs_first { second } else { with_tone(second, tone) };
        }
    }
}

/// Where an unknown token falls into two syllables, if it does; the longest first one wins.
pub fn split(lower: &[char]) -> Option<usize> {
    if lower.len() < 4 || lower.len() > 14 || lower.iter().all(char::is_ascii) || is_syllable(lower)
    {
        return None;
    }
    (2..=lower.len() - 2).rev().find(|&at| is_syllable(&lower[..at]) && is_syllable(&lower[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn syllables_are_told_from_other_words() {
        for yes in
            ["người", "quyết", "giữa", "anh", "thống", "ủy", "khuya", "xuồng", "gì", "trường"]
        {
            assert!(is_syllable(&chars(yes)), "{yes}");
        }
        for no in ["phòngchống", "brexit", "home", "ngườiviệt", "vv", "bộcông"] {
            assert!(!is_syllable(&chars(no)), "{no}");
        }
    }

    #[test]
    fn tone_marks_move_to_the_place_of_todays_standard() {
        for (old, new) in [
            ("hoà", "hòa"),
            ("thuý", "thúy"),
            ("uỷ", "ủy"),
            ("khoẻ", "khỏe"),
            ("lựơng", "lượng"),
            ("hòan", "hoàn"),
            ("Hoà", "Hòa"),
            ("quý", "quý"),
            ("thoái", "thoái"),
            ("thuyền", "thuyền"),
            ("quả", "quả"),
        ] {
            let mut token = chars(old);
            place_tone(&mut token);
            assert_eq!(token.iter().collect::<String>(), new);
        }
    }

    #[test]
    fn two_glued_syllables_come_apart_and_one_does_not() {
        let at = |text: &str| split(&chars(text));
        assert_eq!(at("phòngchống"), Some(5));
        assert_eq!(at("hợptác"), Some(3));
        assert_eq!(at("người"), None);
        assert_eq!(at("café"), None);
    }
}
