//! A report for people: one row a figure, one column a slice.

use std::fmt::Write as _;

use super::cases::Cases;
use super::clusters::Clusters;
use super::fields::Fields;
use super::figures::Prf;
use super::mentions::Mentions;
use super::miss::Miss;
use super::report::{Levels, Report};
use super::segments::Segments;
use super::stream::{Announced, Stream};

/// A figure of a report: its name, and how it reads in one slice; empty where it does not apply.
type Row = (&'static str, fn(&Levels) -> String);

fn of<T>(part: Option<&T>, text: fn(&T) -> String) -> String {
    part.map(text).unwrap_or_default()
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"))
}

fn pr(prf: &Prf) -> String {
    if prf.tp + prf.fp + prf.misses == 0 {
        return String::new();
    }
    format!("{} / {}", number(prf.p), number(prf.r))
}

fn told(told: &Announced) -> String {
    if told.told + told.wanted == 0 {
        return String::new();
    }
    format!("{} / {}", number(told.p), number(told.r))
}

macro_rules! rows {
    ($($level:ident: $type:ty { $($name:literal => |$one:ident| $text:expr,)* })*) => {
        const ROWS: &[Row] = &[$($(
            ($name, |levels| of(levels.$level.as_ref(), |$one: &$type| $text)),
        )*)*];
    };
}

rows! {
    relevance: super::relevance::Relevance {
        "L0 kept P / R" => |l| pr(&l.kept),
        "   entries fetched R / share" => |l| match l.entry_pass_r {
            Some(_) => format!("{} / {}", number(l.entry_pass_r), number(l.entry_pass)),
            None => String::new(),
        },
    }
    mentions: Mentions {
        "L1 relaxed P / R" => |l| pr(&l.relaxed),
        "   without background" => |l| pr(&l.relaxed_news),
        "   exact" => |l| pr(&l.exact),
        "   sentence" => |l| pr(&l.sentence),
        "   macro F1" => |l| number(l.macro_f),
        "   under / over split" => |l| format!("{} / {}", l.under_split, l.over_split),
    }
    fields: Fields {
        "L2 stage accuracy" => |l| number(l.stage_acc),
        "   stage macro F1 / cost" => |l| format!("{} / {}", number(l.stage_macro_f), number(l.stage_cost)),
        "   kind accuracy" => |l| number(l.kind_acc),
        "   background P / R" => |l| pr(&l.background),
        "   framing" => |l| number(l.framing_acc),
        "   modality" => |l| number(l.modality_acc),
        "   polarity / assertion" => |l| format!("{} / {}", number(l.polarity_acc), number(l.assertion_acc)),
        "   specific enough to push" => |l| number(l.specific_acc),
        "   party-role F1" => |l| number(l.party_role_f),
        "   instrument" => |l| number(l.instrument_acc),
        "   topics F1" => |l| number(l.topics_f),
        "   event date exact / 3 d" => |l| format!("{} / {}", number(l.date_acc), number(l.date_acc_3d)),
    }
    clusters: Clusters {
        "L3 pairs P / R" => |l| pr(&l.pair),
        "   B-cubed F1" => |l| number(l.b3),
        "   false merge / fragments" => |l| format!("{} / {}", number(l.false_merge), number(l.fragmentation)),
        "   EN-VI pairs P / R" => |l| pr(&l.xling),
    }
    stream: Stream {
        "L4 verdicts right / found" => |l| format!("{} / {}", number(l.verdict_acc), number(l.verdict_acc_found)),
        "   push P / R" => |l| told(&l.push),
        "   push P lenient / R any level" => |l| format!("{} / {}", number(l.push.p_lenient), number(l.push.r_any)),
        "   watch P / R" => |l| told(&l.watch),
        "   missed new / advance" => |l| format!("{} / {}", number(l.missed_new), number(l.missed_advance)),
        "   missed major, late" => |l| format!("{}, {}", number(l.missed_major), l.late),
        "   leak push / watch" => |l| format!("{} / {}", number(l.leak.push), number(l.leak.watch)),
        "   duplicates a commitment" => |l| number(l.dup_per_commitment),
        "   silent articles right" => |l| number(l.silent_ok),
        "   detection cost" => |l| number(l.cdet),
    }
    sentences: Cases {
        "sentences decision" => |l| number(l.decision_acc),
        "   all fields" => |l| number(l.all_acc),
        "   kind / stage" => |l| format!("{} / {}", number(l.kind_acc), number(l.stage_acc)),
        "   modality / strength" => |l| format!("{} / {}", number(l.modality_acc), number(l.strength_acc)),
        "   framing" => |l| number(l.framing_acc),
        "   polarity / assertion" => |l| format!("{} / {}", number(l.polarity_acc), number(l.assertion_acc)),
        "   specific enough to push" => |l| number(l.specific_acc),
        "   EN-VI same decision" => |l| match l.parity.pairs {
            0 => String::new(),
            pairs => format!("{} of {pairs}", l.parity.decision),
        },
        "   EN-VI same in all" => |l| match l.parity.pairs {
            0 => String::new(),
            pairs => format!("{} of {pairs}", l.parity.all),
        },
        "   both right" => |l| match l.parity.pairs {
            0 => String::new(),
            pairs => format!("{} of {pairs}", l.parity.right),
        },
    }
    segments: Segments {
        "segments boundary P / R" => |l| pr(&l.boundary),
        "   whole" => |l| pr(&l.whole),
        "   type" => |l| number(l.type_acc),
    }
}

/// The report as a table.
pub fn table(report: &Report) -> String {
    let oracle = Levels {
        mentions: report.oracle.mentions.clone(),
        clusters: report.oracle.clusters.clone(),
        stream: report.oracle.stream.clone(),
        ..Levels::default()
    };
    let mut columns: Vec<(&str, &Levels)> = vec![("all", &report.levels)];
    for name in ["en", "vi", "clean", "dirty"] {
        let slice = report.slices.get(name).filter(|levels| **levels != report.levels);
        columns.extend(slice.map(|levels| (name, levels)));
    }
    if !report.oracle.is_empty() {
        columns.push(("oracle", &oracle));
    }
    let mut lines = vec![cells("", columns.iter().map(|(name, _)| (*name).to_owned()))];
    for (name, text) in ROWS {
        let values: Vec<String> = columns.iter().map(|(_, levels)| text(levels)).collect();
        if values.iter().any(|value| !value.is_empty() && value != "-" && value != "- / -") {
            lines.push(cells(name, values.into_iter()));
        }
    }
    format!("{}\n{}{}\n", head(report), lines.concat(), foot(report))
}

fn cells(name: &str, values: impl Iterator<Item = String>) -> String {
    let mut line = format!("  {name:<30}");
    for value in values {
        // Writing to a String cannot fail.
        let _ = write!(line, "{value:>16}");
    }
    line.truncate(line.trim_end().len());
    line.push('\n');
    line
}

fn head(report: &Report) -> String {
    let items = match report.format {
        "sentences" => "sentences",
        "segments" | "texts" => "texts",
        _ => "articles",
    };
    let register = report.register.map(|register| format!(", register {register}"));
    format!(
        "{}: {} {items}{}, rules {}",
        report.set,
        report.items,
        register.unwrap_or_default(),
        report.rules
    )
}

fn foot(report: &Report) -> String {
    let mut out = String::new();
    let mut parts = Vec::new();
    if let Some(quotes) = report.quote_integrity {
        parts.push(format!("verbatim quotes {quotes}"));
    }
    parts.push(format!(
        "second run {}",
        if report.deterministic { "the same" } else { "DIFFERENT" }
    ));
    if let Some(idempotence) = report.idempotence {
        parts.push(format!("replay idempotence {idempotence}"));
    }
    if let (Some(p50), Some(p99), Some(rate)) =
        (report.cost.ms_p50, report.cost.ms_p99, report.cost.per_second)
    {
        parts.push(format!(
            "{p50:.2} ms median, {p99:.2} ms p99, {rate:.0} a second, {} bytes each",
            report.cost.bytes
        ));
    }
    let _ = writeln!(out, "  {}", parts.join("; "));
    if !report.defects.is_empty() {
        let defects: Vec<String> =
            report.defects.iter().map(|(name, count)| format!("{name} {count}")).collect();
        let _ = writeln!(out, "  faults of the texts: {}", defects.join(", "));
    }
    for (name, one) in report.perturb.iter().flatten() {
        let drop = &one.drop;
        let figures = [
            ("L0", drop.relevance),
            ("L1", drop.mentions),
            ("stage", drop.stage_acc),
            ("verdicts", drop.verdict_acc),
            ("push P", drop.push_p),
            ("push R", drop.push_r),
        ];
        let drops: Vec<String> = figures
            .iter()
            .filter_map(|(name, drop)| Some(format!("{name} {:+.3}", 0.0 - (*drop)?)))
            .collect();
        let _ = writeln!(
            out,
            "  {name:<11} {} texts changed: {}; {} of {} turned; alerts {} to {}",
            one.changed,
            drops.join(", "),
            one.flips,
            one.of,
            one.alerts.0,
            one.alerts.1
        );
    }
    if let Some(stream) = &report.levels.stream {
        for (wanted, row) in &stream.verdict_confusion {
            let got: Vec<String> =
                row.iter().map(|(got, count)| format!("{got} {count}")).collect();
            let _ = writeln!(out, "  {wanted:<11} judged {}", got.join(", "));
        }
    }
    out
}

/// Every miss, with the sentence and the program's reason.
pub fn misses(set: &str, misses: &[Miss]) -> String {
    let mut out = String::new();
    for miss in misses {
        let _ = writeln!(
            out,
            "{set} {} {} {}: expected {}; got {}",
            miss.level.as_str(),
            miss.id,
            miss.what,
            one_line(&miss.expected),
            one_line(&miss.got)
        );
        if !miss.text.is_empty() {
            let _ = writeln!(out, "    “{}”", one_line(&miss.text));
        }
        if !miss.label.is_empty() {
            let _ = writeln!(out, "    label: {}", one_line(&miss.label));
        }
        for why in &miss.why {
            let _ = writeln!(out, "    · {}", one_line(why));
        }
    }
    out
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
