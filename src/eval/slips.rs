//! What went wrong in a stream: verdicts and alerts that differ from the labels, with the ledger's reasons.

use super::account::{Account, verdict};
use super::dataset::Gold;
use super::miss::{Level, Miss};
use crate::model::Outcome;
use crate::store::JudgedMention;

/// Every wrong verdict, wrong level and alert about nothing.
pub fn misses(account: &Account<'_>) -> Vec<Miss> {
    let mut found = Vec::new();
    for one in account.heard {
        for (at, gold) in one.golds.iter().enumerate().filter(|(_, gold)| !gold.neutral) {
            let Some(wanted) = gold.verdict else { continue };
            let judged = one.words.of_gold[at].map(|mention| &one.judged[mention]);
            let got = verdict(one, at);
            if got != Some(wanted) {
                let word = |outcome: Outcome| outcome.as_str().to_uppercase();
                let got = got.map_or_else(|| "not found".to_owned(), word);
                found.push(miss("verdict", gold, word(wanted), got, judged));
            }
        }
    }
    for cell in account.cells.iter().filter(|cell| !cell.is_open()) {
        let (wanted, got) = (cell.wanted(), cell.loudest());
        if wanted != got {
            let alert = cell.alerts.iter().max_by_key(|alert| alert.judged.told);
            let judged = alert.map(|alert| alert.judged).or_else(|| {
                let one = &account.heard[cell.article];
                let at = one.golds.iter().position(|gold| std::ptr::eq(gold, cell.gold))?;
                one.words.of_gold[at].map(|mention| &one.judged[mention])
            });
            found.push(miss("alert", cell.gold, wanted.to_string(), got.to_string(), judged));
        }
    }
    for cell in account.cells.iter().filter(|cell| !cell.is_open() && cell.is_worthy()) {
        for alert in cell.alerts.iter().filter(|alert| !alert.is_right(cell.gold)) {
            let gold = cell.gold;
            let wanted = format!("{} {}", gold.kind, gold.stage);
            let got = format!("{} {}", alert.judged.mention.kind, alert.stage());
            found.push(miss("told as", gold, wanted, got, Some(alert.judged)));
        }
    }
    for (article, judged) in &account.spurious {
        let mut one = Miss {
            level: Level::Stream,
            what: "alert".to_owned(),
            id: account.heard[*article].id.to_owned(),
            text: judged.mention.action.text.clone(),
            expected: "nothing here is labelled".to_owned(),
            got: judged.told.to_string(),
            label: String::new(),
            why: Vec::new(),
        };
        one.why = reasons(Some(judged));
        found.push(one);
    }
    found
}

fn miss(
    what: &str,
    gold: &Gold,
    expected: String,
    got: String,
    judged: Option<&JudgedMention>,
) -> Miss {
    Miss {
        level: Level::Stream,
        what: what.to_owned(),
        id: format!("{} [{}]", gold.id, gold.cluster.as_deref().unwrap_or("-")),
        text: judged.map_or_else(String::new, |judged| judged.mention.action.text.clone()),
        expected,
        got,
        label: gold.why.clone(),
        why: reasons(judged),
    }
}

/// Why the ledger decided as it did.
fn reasons(judged: Option<&JudgedMention>) -> Vec<String> {
    let Some(judged) = judged else { return Vec::new() };
    let Some(verdict) = &judged.verdict else { return judged.mention.reasons.clone() };
    let check = |check: &crate::model::Check| {
        let mark = if check.ok { "yes" } else { "no" };
        let score = check.score.map(|score| format!(" {score:.2}")).unwrap_or_default();
        format!("{}: {}{score} ({mark})", check.test, check.value)
    };
    let mut reasons = vec![verdict.sentence.clone()];
    reasons.extend(verdict.because.iter().map(check));
    reasons.extend(
        verdict
            .nearest_rejected
            .as_ref()
            .map(|near| format!("nearest not taken: {} ({})", near.gist, near.failed)),
    );
    reasons.extend(judged.lowered_by.iter().map(|why| format!("lowered: {why}")));
    reasons
}
