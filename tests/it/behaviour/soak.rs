//! Days with random faults by seed: whatever a server does and whenever the program is killed, in the end everything
//! that was served long enough is stored once, and nobody was asked too often.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// Numbers that look random and are the same for a seed (SplitMix64).
fn chance(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed;
    move |below| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below
    }
}

/// A feed that grows by the hour and fails now and then. Returns what it has published so far.
fn faulty(world: &World, path: &str, seed: u64, faults: u64) -> Arc<AtomicUsize> {
    let published = Arc::new(AtomicUsize::new(3));
    let (all, mut chance) = (Arc::clone(&published), chance(seed));
    world.origin.answer(path, move |seen| {
        let until = all.load(Ordering::SeqCst);
        let tag = format!("\"{until}\"");
        let body = feed(until.saturating_sub(40)..until);
        let unusable = |reply: Reply| reply.header(UNUSABLE, "yes").header("ETag", "\"no\"");
        if chance(100) < faults {
            return match chance(7) {
                0 => unusable(Reply::ok(body).cut()),
                1 => unusable(Reply::ok("<html><body>Sorry</body></html>")),
                2 => Reply::status(500),
                3 => Reply::status(503).header("Retry-After", "1800"),
                4 => Reply::status(429).header("Retry-After", "600"),
                5 => Reply::status(403),
                _ => unusable(Reply::ok(vec![0x1f, 0x8b, 8, 0, 1, 2, 3])),
            };
        }
        match seen.header("if-none-match") {
            Some(known) if known == tag => Reply::status(304),
            _ => Reply::ok(body).header("ETag", tag),
        }
    });
    published
}

/// Days of six feeds; returns what is stored of each.
fn days(seed: u64, faults: u64, kills: u64, period: i64) -> Vec<BTreeSet<String>> {
    let paths: Vec<String> = (0..6).map(|n| format!("/f{n}")).collect();
    let mut world = World::new(&paths.iter().map(String::as_str).collect::<Vec<_>>());
    let published: Vec<_> = (0_u64..)
        .zip(&paths)
        .map(|(n, path)| faulty(&world, path, seed * 100 + n, faults))
        .collect();
    let mut chance = chance(seed);
    let (start, mut grown) = (world.clock.now(), 0);
    let mut memory = Vec::new();
    while world.clock.now() < start + hours(period) {
        if chance(100) < kills {
            let table = ["entries", "polls", "validators", "source_state"][chance(4) as usize];
            let deed = ["INSERT", "UPDATE"][chance(2) as usize];
            let sql = format!(
                "CREATE TRIGGER obstacle BEFORE {deed} ON {table} BEGIN SELECT raise(ABORT, 'killed'); END"
            );
            world.database().execute_batch(&sql).unwrap();
            world.next();
            world.restart();
            world.database().execute_batch("DROP TRIGGER obstacle").unwrap();
            // A program that could not even note its request makes none, and is not tried again at once.
            world.clock.advance(mins(1));
        }
        world.next();
        let hour = world.clock.now().duration_since(start).as_hours();
        while grown < hour {
            grown += 1;
            if grown % 12 == 0 {
                memory.push(resident());
            }
            for all in &published {
                all.fetch_add(1, Ordering::SeqCst);
            }
        }
    }
    // The weather clears, and everything is caught up with.
    for (path, all) in paths.iter().zip(&published) {
        let until = all.load(Ordering::SeqCst);
        world.origin.script(path, vec![Reply::ok(feed(0..until))]);
    }
    world.run_for(hours(30));
    for path in &paths {
        let distances = world.distances(path);
        assert!(distances.iter().all(|distance| *distance >= mins(15)), "{path} {distances:?}");
    }
    world.check_that(kills == 0);
    if soaked().is_some() {
        stays_flat(&memory);
    }
    paths.iter().map(|path| world.entries(&path[1..])).collect()
}

/// Hours of a soak in a process of its own, whose memory is nobody else's. `PLEDGEWATCH_SOAK=500 cargo test --test it --
/// behaviour::soak --show-output` soaks longer than every test run does.
fn soaked() -> Option<i64> {
    std::env::var("PLEDGEWATCH_TEST_SOAK").ok()?.parse().ok()
}

/// Kilobytes of this process in memory.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// What was learned by the first half is all that is kept: the second half adds next to nothing.
fn stays_flat(memory: &[u64]) {
    let half = memory[memory.len() / 2];
    let last = *memory.last().unwrap();
    println!("kB resident every 12 hours: {memory:?}");
    // The log of requests that the test itself keeps is part of it.
    assert!(last < half + half / 5, "it grows: {memory:?} kB");
}

#[test]
fn days_of_random_faults_lose_nothing_bother_nobody_and_need_no_more_memory() {
    if soaked().is_none() {
        let hours = std::env::var("PLEDGEWATCH_SOAK").unwrap_or_else(|_| "60".to_owned());
        let test = "days_of_random_faults_lose_nothing_bother_nobody_and_need_no_more_memory";
        let ended = std::process::Command::new(std::env::current_exe().unwrap())
            .args([&format!("behaviour::soak::{test}"), "--exact", "--show-output"])
            .env("PLEDGEWATCH_TEST_SOAK", hours)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ended.stdout);
        println!("{said}");
        assert!(ended.status.success(), "{said}");
        return;
    }
    for stored in days(1, 30, 0, soaked().unwrap_or(60)) {
        assert_eq!(stored, keys(0..stored.len()));
        assert!(stored.len() > 60);
    }
}

#[test]
fn being_killed_at_random_points_changes_nothing_in_the_end() {
    let calm = days(2, 20, 0, 30);
    let killed = days(2, 20, 12, 30);
    assert!(calm.iter().zip(&killed).all(|(calm, killed)| {
        let fewer = calm.len().min(killed.len());
        calm.len().abs_diff(killed.len()) <= 2 && keys(0..fewer).is_subset(killed)
    }));
}
