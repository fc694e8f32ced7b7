//! What bad input costs: `cargo bench --bench speed -- hostile`. One word or sign for ever, at two sizes, from raw text to
//! mentions. Nothing may cost many times what an ordinary article costs per byte, and nothing more per byte when longer.

use anyhow::Result;
use pledgewatch::commitments;
use pledgewatch::config::topic::Topic;
use pledgewatch::model::Language;
use pledgewatch::text;

use crate::stopwatch::{micros, once};

const SIZES: [usize; 2] = [100_000, 1_000_000];

/// What is repeated.
const WORDS: &[&str] = &[
    "will ",
    "agreed to ",
    "agreed to share information and ",
    "sẽ ",
    "thống nhất ",
    "đề nghị; ",
    "Home Office ",
    "Vietnam UK trafficking ",
    "memorandum of understanding ",
    "signed the agreement on ",
    "dialogue, ",
    "said ",
    "and ",
    "not ",
    "Anh ",
    "Mr Nam ",
    "Bộ trưởng ",
    "Nguyen Van Nam ",
    "2026 ",
    "12 officers ",
    "£1 million ",
    "ngày 1/1/2024 ",
    "We \"",
    "\u{201c}We will\u{201d} ",
    "(",
    "((\"",
    "<",
    "<a ",
    "&lt;",
    "&amp;",
    "A. ",
    "a.B",
    "aB",
    "./.",
    ", ",
    "; ",
    "…",
    "\u{301}",
    "e\u{301}\u{323}",
    "a",
    "UKHome",
    "sharedinformation ",
    "\n",
    "x\n",
    "(Photo: VNA)",
    "Both sides agreed to train officers. ",
];

/// Measures and prints all of it, the dearest first.
///
/// # Errors
/// When the system does not tell processor time.
pub fn run() -> Result<()> {
    let topic = Topic::embedded();
    let ordinary = crate::articles::text(Language::En, SIZES[0], 1);
    let ordinary = micros(|| read(&ordinary, &topic))? / SIZES[0] as f64;
    let mut rows = Vec::new();
    for word in WORDS {
        let mut each = Vec::new();
        for size in SIZES {
            // Behind an English sentence, so that the text has a language.
            let lead = "Vietnam and the UK agreed to share information on human trafficking.\n\n";
            let raw = format!("{lead}{}", word.repeat(size / word.len()));
            each.push(once(|| read(&raw, &topic))? / raw.len() as f64);
        }
        rows.push((word, each[0], each[1]));
    }
    rows.sort_by(|a, b| b.2.total_cmp(&a.2));
    println!(
        "\nhostile texts: nanoseconds per byte at {SIZES:?} bytes; an ordinary article has {:.0}",
        ordinary * 1000.0
    );
    for (word, small, large) in rows {
        println!(
            "  {:<40}{:8.0}{:8.0}   growth {:5.2}   {:5.1} × ordinary",
            format!("{word:?}"),
            small * 1000.0,
            large * 1000.0,
            large / small,
            large / ordinary
        );
    }
    Ok(())
}

fn read(raw: &str, topic: &Topic) -> usize {
    let document = text::analyse(raw, &topic.words);
    commitments::extract(&document, topic, None).mentions.len()
}
