//! `demo`: runs the bundled world through the whole pipeline, over real HTTP on a loopback port, on a clock that
//! jumps from poll to poll; prints what happened and why; and fails when the story did not go as told.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::SignedDuration;

use super::story::{self, ObservedArticle, ObservedRound, ObservedVerdict};
use super::{Server, World, sources_toml};
use crate::cli::args::{DemoArguments, Global};
use crate::cli::failure::{Exit, Failure, Outcome};
use crate::cli::report::{print, width};
use crate::cli::session::{Session, engine_failure, refused, store_failure};
use crate::config::Config;
use crate::config::topic::Topic;
use crate::model::{AlertLevel, ArticleId, EntryId};
use crate::pipeline::Engine;
use crate::pipeline::round::{RoundReport, Which};
use crate::store::{self, EntryRow, StoreError};
use crate::time::ManualClock;

/// The file that marks a folder as a demonstration's own, which the next one may replace.
const MARK: &str = ".pledgewatch-demo";
/// Longer than the coalescing window of the demonstration's configuration.
const COALESCED: SignedDuration = SignedDuration::from_mins(15);

/// Tells the story.
pub(in crate::cli) fn run(global: &Global, arguments: &DemoArguments) -> Outcome {
    let folder = prepare(&arguments.dir)?;
    let world = World::embedded()
        .map_err(|error| Failure::new(Exit::Failed, error.to_string()))
        .map(Arc::new)?;
    // One thread and one request at a time: the same story in the same order each time.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Exit::Failed, format!("cannot start: {error}")))?;
    let server = runtime.block_on(Server::start(Arc::clone(&world))).map_err(|error| {
        Failure::new(Exit::Failed, format!("cannot serve on a loopback port: {error}"))
    })?;
    let config = configure(&folder, &world, &server)?;
    let global = Global { data_dir: Some(folder.clone()), ..global.clone() };
    let session = Session::with(config.clone(), &global, "error");
    let clock = Arc::new(ManualClock::new(world.rounds[0].at));
    let engine = Engine::with_clock(
        config,
        folder.clone(),
        Topic::embedded(),
        session.open()?,
        Arc::clone(&clock) as Arc<dyn crate::time::Clock>,
    )
    .map(Arc::new)
    .map_err(engine_failure)?;
    let mut stage = Stage { world, server, engine, clock, last_entry: EntryId(0) };
    let observed = runtime.block_on(stage.play())?;
    finish(&stage, &observed, &folder)
}

/// The demonstration while it runs.
struct Stage {
    world: Arc<World>,
    server: Server,
    engine: Arc<Engine>,
    clock: Arc<ManualClock>,
    last_entry: EntryId,
}

impl Stage {
    async fn play(&mut self) -> Result<Vec<ObservedRound>, Failure> {
        let mut observed = Vec::new();
        for number in 0..self.world.rounds.len() {
            let round = self.world.rounds[number].clone();
            self.clock.set(round.at);
            self.server.set_round(number);
            print(&format!(
                "\nPoll {} of {} · {} · {}\n  {}\n",
                number + 1,
                self.world.rounds.len(),
                round.at.strftime("%-d %B %Y"),
                round.title,
                round.story
            ))?;
            let polls = self.engine.poll_sources(Which::Allowed).await.map_err(store_failure)?;
            let entries = self.engine.judge_pending().await.map_err(store_failure)?;
            self.clock.advance(COALESCED);
            let (released, digests, delivery) = self.engine.tell().await.map_err(store_failure)?;
            let report = RoundReport { polls, entries, digests, released, delivery };
            let mut seen = self.observe(&report).await.map_err(store_failure)?;
            seen.alerts.clone_from(&report.released.subjects);
            print(&summary(&report, &seen))?;
            observed.push(seen);
        }
        Ok(observed)
    }

    /// What the round left in the database.
    async fn observe(&mut self, report: &RoundReport) -> Result<ObservedRound, StoreError> {
        let after = self.last_entry;
        let rows = self
            .engine
            .store
            .read(move |connection| store::entries_after(connection, after))
            .await?;
        self.last_entry = rows.last().map_or(after, |row| row.pending.id);
        let mut round = ObservedRound::default();
        for row in rows {
            round.articles.push(self.article(&row, report).await?);
        }
        Ok(round)
    }

    async fn article(
        &self,
        row: &EntryRow,
        report: &RoundReport,
    ) -> Result<ObservedArticle, StoreError> {
        let (source, title) = (row.pending.source.to_string(), row.pending.entry.title.clone());
        let judged =
            report.entries.iter().find(|entry| entry.source == source && entry.title == title);
        let mut verdicts = Vec::new();
        if let Some(article) = judged.and_then(|entry| entry.article) {
            let facts = self
                .engine
                .store
                .read(move |connection| store::article_facts(connection, ArticleId(article)))
                .await?;
            verdicts.extend(facts.into_iter().map(|fact| ObservedVerdict {
                outcome: fact.verdict.outcome,
                level: fact.verdict.level,
                told: fact.told,
                stage: fact.verdict.stage_after,
                gist: fact.mention.gist,
                sentence: fact.verdict.sentence,
                commitment: fact.verdict.commitment.map(|id| id.to_string()),
            }));
        }
        Ok(ObservedArticle {
            kept: judged.is_some_and(|entry| entry.kept),
            why: judged.map_or_else(
                || row.why.as_ref().map(ToString::to_string).unwrap_or_default(),
                |entry| entry.why.clone(),
            ),
            source,
            title,
            verdicts,
        })
    }
}

fn summary(report: &RoundReport, seen: &ObservedRound) -> String {
    let failed = report.polls.iter().filter(|poll| poll.error.is_some()).count();
    let unchanged = report.polls.iter().filter(|poll| poll.outcome == "fetch.not_modified").count();
    let kept = seen.articles.iter().filter(|article| article.kept).count();
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "  → {} sources asked ({unchanged} unchanged, {failed} failing), {} new entries, {kept} kept, {} alerts",
        report.polls.len(),
        seen.articles.len(),
        seen.alerts.len()
    );
    for subject in &seen.alerts {
        let _ = writeln!(out, "    ✉ {subject}");
    }
    out
}

fn finish(stage: &Stage, observed: &[ObservedRound], folder: &Path) -> Outcome {
    let mut faults = story::differences(&stage.world, observed);
    faults.extend(story::impolite(&stage.world, &stage.server.requests()));
    let mut out = format!("\n{}\n", story::table(&stage.world, observed, width()));
    let here = folder.display();
    let mails = mails(&folder.join(&stage.engine.config.mail.folder));
    let _ = write!(
        out,
        "\nWhere to look\n  {} mails as .eml and .html   {here}/mail/\n  database                    {here}/pledgewatch.db\n  \
         configuration               {here}/pledgewatch.toml, {here}/sources.toml\n\nLook further\n",
        mails.len()
    );
    // The story of what was told last: it has the longest way behind it.
    let mut told =
        observed.iter().flat_map(|round| &round.articles).flat_map(|article| &article.verdicts);
    let last = told.rfind(|verdict| verdict.told == AlertLevel::Push);
    let story = last.and_then(|verdict| verdict.commitment.as_ref());
    let story = story.map(|id| format!("explain {id}"));
    let commands = ["ledger list", "search nghe an", "search nghệ an", "status"];
    for command in story.iter().map(String::as_str).chain(commands) {
        let _ = writeln!(out, "  pledgewatch --config {here}/pledgewatch.toml {command}");
    }
    print(&out)?;
    if faults.is_empty() {
        print("\nThe story went as told.\n")
    } else {
        Err(Failure::new(
            Exit::Failed,
            format!("the story did not go as told:\n  {}", faults.join("\n  ")),
        ))
    }
}

fn mails(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "eml"))
        .collect();
    paths.sort();
    paths
}

/// Makes the folder, or empties that of an earlier demonstration. Anything else is left alone.
fn prepare(folder: &Path) -> Result<PathBuf, Failure> {
    let cannot = |what: &str, error: std::io::Error| {
        Failure::new(
            Exit::Io,
            format!("cannot {what} {}: {error}; choose another with --dir", folder.display()),
        )
    };
    if folder.join(MARK).exists() {
        fs::remove_dir_all(folder).map_err(|error| cannot("empty", error))?;
    }
    fs::create_dir_all(folder).map_err(|error| cannot("make", error))?;
    let mut entries = fs::read_dir(folder).map_err(|error| cannot("read", error))?;
    if entries.next().is_some() {
        return Err(Failure::new(
            Exit::Usage,
            format!(
                "{} is not empty and is no earlier demonstration; choose another with --dir",
                folder.display()
            ),
        ));
    }
    fs::write(folder.join(MARK), "").map_err(|error| cannot("write into", error))?;
    folder.canonicalize().map_err(|error| cannot("find", error))
}

/// Writes the configuration that reads the world, and reads it as any other.
fn configure(folder: &Path, world: &World, server: &Server) -> Result<Config, Failure> {
    let write = |name: &str, text: &str| {
        fs::write(folder.join(name), text)
            .map_err(|error| Failure::new(Exit::Io, format!("cannot write {name}: {error}")))
    };
    write("sources.toml", &sources_toml(world, server.address()))?;
    write("pledgewatch.toml", CONFIGURATION)?;
    Config::load_file(&folder.join("pledgewatch.toml")).map_err(|problems| refused(&problems))
}

const CONFIGURATION: &str = r#"# Written by `pledgewatch demo`.
sources = "sources.toml"

# One poll after the other, so that everything comes in the same order each time.
[fetch]
concurrency = 1

[store]
folder = "."

[alert]
coalesce = "10m"

[mail]
mode = "directory"

[[recipient]]
id = "analyst"
name = "The desk"
address = "desk@example.org"
zone = "Europe/London"
alerts = "push"
digest = "30 7 * * *"

[[recipient]]
id = "phong-tin"
name = "Phòng tin"
address = "tin@example.org"
zone = "Asia/Ho_Chi_Minh"
language = "vi"
alerts = "none"
digest = "0 7 * * *"
"#;
