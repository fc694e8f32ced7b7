//! What must come of the world, what did, and a short table of both.
//!
//! In: the [`World`] and one [`ObservedRound`] a poll, as plain facts. Out: differences in words (none means that the
//! story went as told) and a table for readers.

use super::server::Request;
use super::world::{Piece, PieceKind, World};
use crate::model::{AlertLevel, Outcome, Stage};

/// A verdict as found in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedVerdict {
    /// What the mention meant.
    pub outcome: Outcome,
    /// How loudly policy tells it.
    pub level: AlertLevel,
    /// How loudly it was told, after baseline, age and trust.
    pub told: AlertLevel,
    /// The stage after it.
    pub stage: Option<Stage>,
    /// What it is about, in short.
    pub gist: String,
    /// The sentence that explains it.
    pub sentence: String,
    /// The entry of the ledger.
    pub commitment: Option<String>,
}

/// An entry as found in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedArticle {
    /// Source id.
    pub source: String,
    /// Title as the feed gave it.
    pub title: String,
    /// Whether it was kept as relevant.
    pub kept: bool,
    /// Why it was kept or not.
    pub why: String,
    /// Its verdicts, in text order.
    pub verdicts: Vec<ObservedVerdict>,
}

/// What one poll of all sources left behind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ObservedRound {
    /// Entries that are new in this round.
    pub articles: Vec<ObservedArticle>,
    /// Subjects of the alert mails written.
    pub alerts: Vec<String>,
}

/// Everything that went otherwise than the story has it; empty when nothing did.
pub fn differences(world: &World, observed: &[ObservedRound]) -> Vec<String> {
    let mut found = Vec::new();
    if observed.len() != world.rounds.len() {
        found.push(format!("{} rounds were run, not {}", observed.len(), world.rounds.len()));
    }
    for (number, (round, seen)) in world.rounds.iter().zip(observed).enumerate() {
        if seen.alerts.len() != round.alerts {
            found.push(format!(
                "round {number}: {} alert mails instead of {}: {}",
                seen.alerts.len(),
                round.alerts,
                seen.alerts.join(" / ")
            ));
        }
        for piece in world.pieces.iter().filter(|piece| piece.round == number) {
            let place = format!("round {number}, {}: \"{}\"", piece.source, piece.title);
            match article(seen, piece) {
                None => found.push(format!("{place} was not read")),
                Some(article) => {
                    let wrong = wrong(piece, article);
                    found.extend(wrong.into_iter().map(|what| format!("{place} {what}")));
                }
            }
        }
        for article in &seen.articles {
            let known = world.pieces.iter().any(|piece| {
                piece.round == number
                    && piece.source == article.source
                    && piece.title == article.title
            });
            if !known {
                found.push(format!(
                    "round {number}, {}: \"{}\" came from nowhere",
                    article.source, article.title
                ));
            }
        }
    }
    found
}

/// Whether the outlets were read politely: every feed that had not changed was answered with `304`.
pub fn impolite(world: &World, requests: &[Request]) -> Vec<String> {
    let mut found = Vec::new();
    for outlet in world.outlets.iter().filter(|outlet| !outlet.broken) {
        let path = outlet.feed_path();
        for round in 0..world.rounds.len() {
            let polls: Vec<&Request> = requests
                .iter()
                .filter(|request| request.round == round && request.path == path)
                .collect();
            let status = if world.changed_in(&outlet.id, round) == round { 200 } else { 304 };
            match polls.as_slice() {
                [] => found.push(format!("round {round}: {} was not polled", outlet.id)),
                [poll] if poll.status == status => {}
                [poll] => found.push(format!(
                    "round {round}: {} answered {} instead of {status}",
                    outlet.id, poll.status
                )),
                more => found.push(format!(
                    "round {round}: {} was polled {} times",
                    outlet.id,
                    more.len()
                )),
            }
        }
    }
    found
}

fn article<'a>(seen: &'a ObservedRound, piece: &Piece) -> Option<&'a ObservedArticle> {
    seen.articles
        .iter()
        .find(|article| article.source == piece.source && article.title == piece.title)
}

/// What is wrong with one entry.
fn wrong(piece: &Piece, article: &ObservedArticle) -> Vec<String> {
    let mut found = Vec::new();
    if article.kept == (piece.kind == PieceKind::Noise) {
        let (did, instead) =
            if article.kept { ("was kept", "set aside") } else { ("was set aside", "kept") };
        found.push(format!("{did} instead of {instead}: {}", article.why));
    }
    for expected in &piece.expect {
        let met = article.verdicts.iter().any(|verdict| {
            expected.outcome.contains(&verdict.outcome)
                && expected.level.is_none_or(|level| level == verdict.level)
                && expected.stage.is_none_or(|stage| Some(stage) == verdict.stage)
        });
        if !met {
            let outcomes: Vec<&str> = expected.outcome.iter().map(|it| it.as_str()).collect();
            let level = expected.level.map(|level| format!(" ({level})")).unwrap_or_default();
            let stage = expected.stage.map(|stage| format!(", {stage}")).unwrap_or_default();
            found.push(format!(
                "should have led to {}{stage}{level}; it led to: {}",
                outcomes.join(" or "),
                told(&article.verdicts)
            ));
        }
    }
    for verdict in article.verdicts.iter().filter(|verdict| verdict.level > piece.loudest) {
        found.push(format!("should be no louder than {}: {}", piece.loudest, one(verdict)));
    }
    let silent = |outcome| matches!(outcome, Outcome::Background | Outcome::Restated);
    if piece.kind == PieceKind::Quiet
        && let Some(verdict) = article.verdicts.iter().find(|verdict| !silent(verdict.outcome))
    {
        found.push(format!("holds no commitment, yet led to: {}", one(verdict)));
    }
    found
}

fn one(verdict: &ObservedVerdict) -> String {
    let stage = verdict.stage.map(|stage| format!(" {stage}")).unwrap_or_default();
    format!("{}{stage} ({}) {}", verdict.outcome, verdict.level, verdict.gist)
}

fn told(verdicts: &[ObservedVerdict]) -> String {
    if verdicts.is_empty() {
        return "nothing".to_owned();
    }
    verdicts.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// The loudest verdict, the first of them when several are equally loud.
fn headline(article: &ObservedArticle) -> Option<&ObservedVerdict> {
    let rank = |verdict: &ObservedVerdict| {
        let news = !matches!(
            verdict.outcome,
            Outcome::Restated | Outcome::Background | Outcome::Duplicate
        );
        (verdict.level, news)
    };
    let loudest = article.verdicts.iter().map(rank).max()?;
    article.verdicts.iter().find(|verdict| rank(verdict) == loudest)
}

/// The story as it went: two lines for every kept entry (what happened where, and why), and one a poll for all
/// that was set aside. `width` is that of the terminal, in columns.
pub fn table(world: &World, observed: &[ObservedRound], width: u16) -> String {
    let width = usize::from(width).max(60);
    let mut out = format!("{:<10}  {:<27} WHERE, AND WHY\n", "POLL", "WHAT HAPPENED");
    let mut row = |day: &str, what: &str, rest: &str| {
        let line = format!("{day:<10}  {what:<27} {rest}");
        out.push_str(short(line.trim_end(), width).as_str());
        out.push('\n');
    };
    for (number, (round, seen)) in world.rounds.iter().zip(observed).enumerate() {
        let day = round.at.strftime("%Y-%m-%d").to_string();
        for article in seen.articles.iter().filter(|article| article.kept) {
            let source = world.outlet(&article.source).map_or(&article.source, |it| &it.name);
            let place = format!("{source}: {}", article.title);
            match headline(article) {
                None => {
                    row(&day, "kept, no commitment", &place);
                    row("", "", &article.why);
                }
                Some(verdict) => {
                    let stage = verdict.stage.map_or("", Stage::as_str).replace('_', " ");
                    row(&day, &format!("{} · {stage}", verdict.outcome), &place);
                    row("", &loudness(number, verdict), &why(&verdict.sentence));
                }
            }
        }
        let aside = seen.articles.iter().filter(|article| !article.kept).count();
        if aside > 0 {
            row(&day, &format!("{aside} set aside"), "not on the topic");
        }
    }
    out
}

/// How loudly a verdict was really told.
fn loudness(round: usize, verdict: &ObservedVerdict) -> String {
    let told = match (round, verdict.told) {
        (0, _) => "baseline, silent",
        (_, AlertLevel::Push) => "ALERT",
        (_, AlertLevel::Watch) if verdict.level == AlertLevel::Push => "held back, for the digest",
        (_, AlertLevel::Watch) => "for the digest",
        (_, AlertLevel::None) => "silent",
    };
    format!("  {told}")
}

/// A verdict's sentence without the quotation in it: the title stands above, and the reason comes after.
fn why(sentence: &str) -> String {
    match (sentence.find('“'), sentence.rfind('”')) {
        (Some(from), Some(to)) if from < to => {
            format!("{}…{}", &sentence[..from], &sentence[to + '”'.len_utf8()..])
        }
        _ => sentence.to_owned(),
    }
}

/// At most `width` columns of a line.
fn short(line: &str, width: usize) -> String {
    if line.chars().count() <= width {
        line.to_owned()
    } else {
        line.chars().take(width - 1).chain(std::iter::once('…')).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a program that does everything right would report.
    fn as_told(world: &World) -> Vec<ObservedRound> {
        (0..world.rounds.len())
            .map(|number| ObservedRound {
                articles: world
                    .pieces
                    .iter()
                    .filter(|piece| piece.round == number)
                    .map(|piece| ObservedArticle {
                        source: piece.source.clone(),
                        title: piece.title.clone(),
                        kept: piece.kind != PieceKind::Noise,
                        why: piece.why.clone(),
                        verdicts: piece
                            .expect
                            .iter()
                            .map(|expected| ObservedVerdict {
                                outcome: expected.outcome[0],
                                level: expected.level.unwrap_or(AlertLevel::None),
                                told: expected.level.unwrap_or(AlertLevel::None),
                                stage: expected.stage,
                                gist: piece.title.clone(),
                                sentence: piece.why.clone(),
                                commitment: None,
                            })
                            .collect(),
                    })
                    .collect(),
                alerts: vec!["an alert".to_owned(); world.rounds[number].alerts],
            })
            .collect()
    }

    fn article_of<'a>(
        world: &World,
        seen: &'a mut [ObservedRound],
        id: &str,
    ) -> &'a mut ObservedArticle {
        let piece = world.pieces.iter().find(|piece| piece.id == id).unwrap();
        seen[piece.round]
            .articles
            .iter_mut()
            .find(|article| article.title == piece.title && article.source == piece.source)
            .unwrap()
    }

    #[test]
    fn a_story_that_went_as_told_has_no_differences() {
        let world = World::embedded().unwrap();
        assert_eq!(differences(&world, &as_told(&world)), Vec::<String>::new());
    }

    #[test]
    fn every_kind_of_wrong_turn_is_found() {
        let world = World::embedded().unwrap();
        type Turn = (&'static str, &'static str, fn(&mut ObservedArticle));
        let turns: &[Turn] = &[
            ("beach-patrols", "was kept instead", |it| it.kept = true),
            ("horsebox-pair", "was set aside instead", |it| it.kept = false),
            ("shelters-pledged", "should have led to new", |it| it.verdicts.clear()),
            ("shelters-suspended", "should have led to regressed", |it| {
                it.verdicts[0].outcome = Outcome::Restated;
            }),
            ("nha-tam-lanh", "no louder than none", |it| {
                let mut loud = it.verdicts[0].clone();
                loud.level = AlertLevel::Watch;
                it.verdicts.push(loud);
            }),
            ("charity-demands", "holds no commitment", |it| {
                it.verdicts.push(ObservedVerdict {
                    outcome: Outcome::New,
                    level: AlertLevel::None,
                    told: AlertLevel::None,
                    stage: None,
                    gist: String::new(),
                    sentence: String::new(),
                    commitment: None,
                });
            }),
            ("soi-keo", "came from nowhere", |it| it.title.push('!')),
        ];
        for (id, complaint, turn) in turns {
            let mut seen = as_told(&world);
            turn(article_of(&world, &mut seen, id));
            let found = differences(&world, &seen);
            assert!(found.iter().any(|it| it.contains(complaint)), "{id}: {found:?}");
        }
        let mut seen = as_told(&world);
        seen[2].alerts.push("twice".to_owned());
        assert!(differences(&world, &seen)[0].starts_with("round 2: 1 alert mails instead of 0"));
    }

    #[test]
    fn an_unchanged_feed_that_is_sent_again_is_noticed() {
        let world = World::embedded().unwrap();
        let mut requests: Vec<Request> = Vec::new();
        for round in 0..world.rounds.len() {
            for outlet in &world.outlets {
                let news = world.changed_in(&outlet.id, round) == round;
                let status = if news { 200 } else { 304 };
                let path = outlet.feed_path();
                requests.push(Request { round, path, conditional: round > 0, status });
            }
        }
        assert_eq!(impolite(&world, &requests), Vec::<String>::new());
        let again = requests.iter_mut().find(|request| request.status == 304).unwrap();
        again.status = 200;
        assert!(impolite(&world, &requests)[0].contains("answered 200 instead of 304"));
        requests.clear();
        assert!(impolite(&world, &requests)[0].contains("was not polled"));
    }

    #[test]
    fn the_table_names_what_happened_and_counts_what_was_set_aside() {
        let world = World::embedded().unwrap();
        let text = table(&world, &as_told(&world), 200);
        for words in ["new · pledged", "advanced · signed", "  ALERT", "baseline, silent"] {
            assert!(text.contains(words), "{words} in\n{text}");
        }
        assert!(text.contains("set aside"), "{text}");
        assert!(table(&world, &as_told(&world), 80).lines().all(|line| line.chars().count() <= 80));
    }
}
