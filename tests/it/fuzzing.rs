//! The fuzz targets without a fuzzer: each runs with its seeds, and with inputs made from them by damage that is the
//! same in every run, so that what the fuzzer proves stays true on every machine and on stable Rust. `PLEDGEWATCH_FUZZ`
//! says how many inputs are made for each target; `fuzz/run` searches for real.

use std::path::Path;

/// The program under test.
mod rooms {
    pub use pledgewatch::{article, commitments, config, feed, ledger, model, relevance, text};

    pub mod robots {
        pub use pledgewatch::fetch::Robots;
    }
}

#[path = "../../fuzz/bodies/mod.rs"]
mod bodies;

/// Numbers that look like chance and are always the same (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) as usize % bound.max(1)
    }
}

/// What parsers stumble over.
const CRUMBS: &[&[u8]] = &[
    b"<",
    b">",
    b"</",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"&",
    b"&#x0;",
    b"&amp;amp;",
    b"\"",
    b"\0",
    b"\xff",
    b"\xe1\xbb",
    b"\xcc\x81",
    b"\xe2\x80\xae",
    b"\xf0\x9f\x98\x80",
    b"\r\n\r\n",
    b"\n",
    b"*",
    b"$",
    b"/",
    b"%",
    b"%zz",
    b"2026-13-45",
    b"-1",
    b"99999999999999999999",
    b"User-agent: *\nDisallow: /",
    b"https://",
    b"..",
    b".",
];

/// One seed, damaged in a few places, or two of them spliced.
fn damaged(seeds: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = seeds[chance.below(seeds.len())].clone();
    for _ in 0..=chance.below(6) {
        let at = chance.below(bytes.len() + 1);
        let until = (at + chance.below(40)).min(bytes.len());
        match chance.below(6) {
            0 => {
                bytes.truncate(at);
            }
            1 => {
                bytes.drain(at..until);
            }
            2 => {
                bytes.splice(at..at, CRUMBS[chance.below(CRUMBS.len())].iter().copied());
            }
            3 => {
                let piece = bytes[at..until].to_vec();
                bytes.splice(at..at, piece);
            }
            4 => {
                let other = &seeds[chance.below(seeds.len())];
                let from = chance.below(other.len() + 1);
                let piece = other[from..(from + 200).min(other.len())].to_vec();
                bytes.splice(at..until, piece);
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << chance.below(8);
                }
            }
        }
    }
    bytes
}

fn holds(target: &str, made: usize, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let mut files: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let seeds: Vec<Vec<u8>> = files.iter().map(|file| std::fs::read(file).unwrap()).collect();
    assert!(!seeds.is_empty(), "{} has no seeds", folder.display());
    let made = std::env::var("PLEDGEWATCH_FUZZ").map_or(made, |count| count.parse().unwrap());
    let mut chance = Chance(0x5eed);
    run(b"");
    for seed in &seeds {
        run(seed);
    }
    for number in 0..made {
        let input = damaged(&seeds, &mut chance);
        let kept = input.clone();
        let held = std::panic::catch_unwind(move || run(&input));
        assert!(
            held.is_ok(),
            "{target} fails with made input {number}; keep it as a seed:\n{}",
            String::from_utf8_lossy(&kept)
        );
    }
}

#[test]
fn pages_hold() {
    holds("page", 40, bodies::page::run);
}

#[test]
fn feeds_hold() {
    holds("feeds", 150, bodies::feeds::run);
}

#[test]
fn listings_hold() {
    holds("listing", 100, bodies::listing::run);
}

#[test]
fn robots_files_hold() {
    holds("robots", 400, bodies::robots::run);
}

#[test]
fn normalised_texts_hold() {
    holds("normalise", 150, bodies::normalise::run);
}

#[test]
fn sentences_hold() {
    holds("sentences", 60, bodies::sentences::run);
}

#[test]
fn mentions_hold() {
    holds("extraction", 40, bodies::extraction::run);
}

#[test]
fn judgements_hold() {
    holds("judge", 150, bodies::judge::run);
}

#[test]
fn every_target_is_run_here_and_listed_for_the_fuzzer() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let (here, listed, script) =
        (read("tests/it/fuzzing.rs"), read("fuzz/Cargo.toml"), read("fuzz/run"));
    for entry in std::fs::read_dir(root.join("fuzz/bodies")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        if name == "mod" {
            continue;
        }
        assert!(here.contains(&format!("bodies::{name}::run")), "{name} is not run here");
        assert!(listed.contains(&format!("path = \"targets/{name}.rs\"")), "{name} is no target");
        assert!(root.join(format!("fuzz/targets/{name}.rs")).exists(), "{name} has no target file");
        assert!(script.contains(name), "fuzz/run does not know {name}");
    }
}

#[test]
fn crates_that_the_rooms_use_are_there_for_the_fuzzer_too() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &Path| std::fs::read_to_string(root.join(name)).unwrap();
    let (ours, fuzz) = (read("Cargo.toml".as_ref()), read("fuzz/Cargo.toml".as_ref()));
    let (ours, _) = ours.split_once("[dev-dependencies]").unwrap();
    let (_, ours) = ours.split_once("[dependencies]").unwrap();
    let crates: Vec<&str> =
        ours.lines().filter_map(|line| Some(line.split_once(" = ")?.0)).collect();
    let rooms = read("fuzz/src/lib.rs".as_ref());
    let mut folders: Vec<_> = rooms
        .lines()
        .filter_map(|line| line.strip_prefix("#[path = \"../../src/")?.strip_suffix("/mod.rs\"]"))
        .map(|room| root.join("src").join(room))
        .collect();
    assert!(folders.len() > 5, "{rooms}");
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = read(&path);
            for name in &crates {
                let used = format!("use {}::", name.replace('-', "_"));
                let there = fuzz.contains(&format!("\n{name} = "));
                assert!(!text.contains(&used) || there, "{}: {name}", path.display());
            }
        }
    }
}
