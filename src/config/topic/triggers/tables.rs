//! The tables of `triggers.toml` as they are written there; the file's own comments say what each key means.

use serde::Deserialize;
use toml::Spanned;

use super::{CueClass, TriggerClass, VerbGroup};
use crate::config::topic::grammar::Phrases;
use crate::model::{InstrumentType, Kind, Stage};

/// Words or forms, each with its place in the file.
pub(super) type Words = Vec<Spanned<String>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) trigger: Vec<TriggerRow>,
    pub(super) cue: Vec<CueRow>,
    pub(super) background: Vec<BackgroundRow>,
    pub(super) lists: ListTable,
    pub(super) softener: Vec<WordRow>,
    pub(super) effects: WordRow,
    pub(super) verb: Vec<VerbRow>,
    #[serde(default)]
    pub(super) noun: Vec<NounRow>,
    #[serde(default)]
    pub(super) places: Phrases,
    #[serde(default)]
    pub(super) plans: Phrases,
    #[serde(default)]
    pub(super) officials: Phrases,
    #[serde(default)]
    pub(super) charges: Phrases,
    pub(super) head: Vec<HeadRow>,
    pub(super) generic_instrument: WordRow,
    pub(super) successor: WordRow,
    pub(super) phases: WordRow,
    pub(super) builds: Phrases,
    pub(super) talks: Phrases,
    pub(super) request_nouns: Phrases,
    pub(super) gives: Phrases,
    pub(super) citizens: Phrases,
    #[serde(default)]
    pub(super) people: Phrases,
    pub(super) receives: Phrases,
    pub(super) notions: NotionTable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NounRow {
    pub(super) kind: Option<Kind>,
    #[serde(default)]
    pub(super) people: bool,
    #[serde(default)]
    pub(super) en: Words,
    #[serde(default)]
    pub(super) vi: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NotionTable {
    pub(super) default: Spanned<String>,
    pub(super) wide: Words,
    pub(super) beside: Words,
    pub(super) declared: Words,
    pub(super) courses: Words,
    pub(super) events: Words,
    pub(super) money: Words,
    pub(super) spared: Words,
    pub(super) results: Words,
    pub(super) apart: Words,
    pub(super) citizens_group: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TriggerRow {
    pub(super) class: Spanned<TriggerClass>,
    pub(super) verb_group: Option<VerbGroup>,
    pub(super) stage: Option<Stage>,
    #[serde(default)]
    pub(super) en: Words,
    #[serde(default)]
    pub(super) vi: Words,
    #[serde(default)]
    pub(super) split: Words,
    #[serde(default)]
    pub(super) not_left: Vec<String>,
    #[serde(default)]
    pub(super) not_right: Vec<String>,
    #[serde(default)]
    pub(super) object_before: Words,
    #[serde(default)]
    pub(super) result: Words,
    #[serde(default)]
    pub(super) begun: Words,
    #[serde(default)]
    pub(super) counted: Words,
    #[serde(default)]
    pub(super) noun: bool,
    #[serde(default)]
    pub(super) after_actor: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CueRow {
    pub(super) class: CueClass,
    #[serde(default)]
    pub(super) en: Words,
    #[serde(default)]
    pub(super) vi: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BackgroundRow {
    pub(super) name: String,
    pub(super) weight: i32,
    #[serde(default)]
    pub(super) en: Words,
    #[serde(default)]
    pub(super) vi: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WordRow {
    #[serde(default)]
    pub(super) en: Words,
    #[serde(default)]
    pub(super) vi: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListTable {
    pub(super) en: Words,
    pub(super) vi: Words,
    pub(super) purpose_en: Words,
    pub(super) purpose_vi: Words,
    pub(super) stop_en: Words,
    pub(super) stop_vi: Words,
    pub(super) example_en: Words,
    pub(super) example_vi: Words,
    pub(super) intro_en: Words,
    pub(super) intro_vi: Words,
    pub(super) preposition_en: Words,
    pub(super) preposition_vi: Words,
    pub(super) option_en: Words,
    pub(super) option_vi: Words,
    pub(super) of_en: Words,
    pub(super) of_vi: Words,
    pub(super) ordinal_marks: Vec<String>,
    pub(super) ordinal_en: Words,
    pub(super) ordinal_vi: Words,
    pub(super) number_en: Words,
    pub(super) number_vi: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VerbRow {
    pub(super) kind: Kind,
    #[serde(default)]
    pub(super) weak: bool,
    #[serde(default)]
    pub(super) en: Words,
    #[serde(default)]
    pub(super) vi: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HeadRow {
    pub(super) r#type: InstrumentType,
    pub(super) series: Option<String>,
    #[serde(default)]
    pub(super) elliptic: bool,
    #[serde(default)]
    pub(super) recalls: bool,
    #[serde(default)]
    pub(super) en: Words,
    #[serde(default)]
    pub(super) vi: Words,
}
