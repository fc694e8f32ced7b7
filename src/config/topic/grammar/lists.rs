//! The lists of the table `grammar` as they stand in `language.toml`: one field for each sense of small words, and the tables
//! of names, currencies, scales and periods.

use serde::Deserialize;

use super::Phrases;

/// How far the name of a text reaches.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// Words after the head noun with which a name goes on.
    pub goes_on: Phrases,
    /// Words after the head noun with which it does not.
    pub ends_at: Phrases,
    /// Words that need another after them.
    pub dangling: Phrases,
    /// Words that go on only before words of the topic.
    pub topical: Phrases,
    /// Words with which a name goes on after a comma.
    pub after_comma: Phrases,
    /// Words after which a full stop may be false.
    pub false_stop: Phrases,
    /// Conjunctions.
    pub joins: Phrases,
    /// Words that end a name.
    pub stops: Phrases,
    /// Words before the head noun that belong to the name.
    pub leads: Phrases,
}

/// A currency.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Currency {
    /// Code (ISO 4217).
    pub code: String,
    /// Signs before a figure.
    pub signs: Vec<String>,
    /// Words after a figure.
    pub words: Vec<String>,
}

/// Words that multiply a figure.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// By how much.
    pub factor: u64,
    /// The words.
    pub words: Vec<String>,
}

/// A unit of time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeriodUnit {
    /// Its name in anchors.
    pub name: String,
    /// Words after a number.
    pub many: Vec<String>,
    /// Words after "a" or "every".
    pub single: Vec<String>,
}

/// Words of periods.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Periods {
    /// "a", *một*
    pub one: Phrases,
    /// "every", *mỗi*
    pub every: Phrases,
    /// Units.
    pub unit: Vec<PeriodUnit>,
}

/// The table as it stands in the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lists {
    /// and, *và*
    pub conjunctions: Phrases,
    /// *ông*, *bà*: pronouns of persons.
    pub persons: Phrases,
    /// *sứ quán*, *cục*: nouns that name again a body that was named with them.
    pub short_names: Phrases,
    /// *do*: before whoever sees to what stands before it.
    pub doer: Phrases,
    /// *của*, *do*, *giữa*: before whoever has a plan.
    pub owned: Phrases,
    /// End a question that is answered by yes or no, before the question mark.
    pub whether: Phrases,
    /// Open a sentence that goes on with the list of the sentence before.
    pub goes_on: Phrases,
    /// Open a clause that is put between commas.
    pub asides: Phrases,
    /// Words of quantity beyond the small numbers.
    pub quantities: Phrases,
    /// Pronouns that may mean a text named before.
    pub recalling: Phrases,
    /// Opens what matters, before "was stressed".
    pub matters: Phrases,
    /// A subject that stands for nothing ("it was agreed that").
    pub expletive: Phrases,
    /// What may join a clause to the one before.
    pub clause_joins: Phrases,
    /// After these another verb form may follow in a list.
    pub free_joins: Phrases,
    /// Join two actors into one subject.
    pub actor_joins: Phrases,
    /// Open an attribute behind its noun ("the programme, worth £1 million, …").
    pub attributes: Phrases,
    /// Participles that say that something was announced before.
    pub made_known: Phrases,
    /// Pronouns that stand for the thing or the people of an act told before ("receive them").
    pub stand_ins: Phrases,
    /// Nouns that may mean whatever text was signed ("the 11-page text").
    pub any_text: Phrases,
    /// Present-tense verbs by which a text forbids.
    pub text_forbids: Phrases,
    /// Words of agency that open a clause of reason too (*do*).
    pub reasons: Phrases,
    /// Open a question that is told ("asked when the text would be ready").
    pub questions: Phrases,
    /// Stands before whoever bears a cost, when that comes after the cost (*do*).
    pub bearer: Phrases,
    /// Verbs of bearing a cost.
    pub bears: Phrases,
    /// Nouns for a cost.
    pub costs: Phrases,
    /// Verbs of speech that thank or praise.
    pub thanks: Phrases,
    /// Verbs of speech that announce an act of the speaker.
    pub announces: Phrases,
    /// Verbs of speech that affirm what is going to be done.
    pub affirms: Phrases,
    /// Words that say that what follows is to come (*từ nay*).
    pub from_now: Phrases,
    /// Words of time that may stand between a subject and its verb.
    pub time_words: Phrases,
    /// After the name of a text: what follows is its content (*quy định*).
    pub text_says: Phrases,
    /// Verbs of sending, lending and handing over.
    pub sends: Phrases,
    /// Those of them that post people, whether or not a journey is told.
    pub posts: Phrases,
    /// Nouns for officials who are sent.
    pub crews: Phrases,
    /// Words that tell that somebody travels to his post.
    pub travels: Phrases,
    /// Nouns for what is known and can be handed over (*hồ sơ*).
    pub records: Phrases,
    /// May stand between a verb of sending and what is sent.
    pub receivers: Phrases,
    /// Official bodies that act for whoever they belong to (*tổ công tác*).
    pub bodies: Phrases,
    /// Nouns for meetings, which decide what those who meet decide.
    pub gatherings: Phrases,
    /// Nouns for what somebody has asked, which the other may accept.
    pub requests: Phrases,
    /// Opens what a request is about.
    pub request_about: Phrases,
    /// Points back to a request told before (*đề nghị này*).
    pub pointing: Phrases,
    /// Joins an act of the same subject that stands against the one before (*nhưng*).
    pub contrasts: Phrases,
    /// When an act begins or is to be done, told with a verb of its own after a comma (*áp dụng từ*).
    pub adjuncts: Phrases,
    /// Before the name of a text: what is done under it.
    pub frameworks: Phrases,
    /// Words for what has been done under a text so far.
    pub first_results: Phrases,
    /// Nouns for what a meeting brings, before a list of it.
    pub outcomes: Phrases,
    /// Opens a list after such a noun.
    pub list_opens: Phrases,
    /// Joins a noun to what it is (*là*).
    pub copula: Phrases,
    /// Opens an act that stands as an object (*về việc*).
    pub about_act: Phrases,
    /// May stand before a number (*hơn*).
    pub roughly: Phrases,
    /// Begin an item of a list that runs over paragraphs (*thứ nhất*).
    pub item_marks: Phrases,
    /// What a service does when it works, before a number (*tiếp nhận*).
    pub serves: Phrases,
    /// Opens a clause that dates what it tells (*sau khi*).
    pub since: Phrases,
    /// Nouns for what somebody has resolved to do (*lập trường*).
    pub stances: Phrases,
    /// Verbs with which a request is made, after who makes it.
    pub raised: Phrases,
    /// Open an adverbial before the subject of a sentence.
    pub fronts: Phrases,
    /// Openings of a sentence that tells what an issued plan says (*theo kế hoạch,*).
    pub under_plan: Phrases,
    /// Words between an agency and the task that it is given (*được giao*).
    pub tasked: Phrases,
    /// Words that open what something is for (*để*).
    pub aims: Phrases,
    /// Words of plural before a noun.
    pub plurals: Phrases,
    /// Classifiers and other small words before the head of a noun phrase, apart from numbers and words of plural.
    pub before_head: Phrases,
    /// Adverbs that may stand between a subject and its verb.
    pub before_verb: Phrases,
    /// Phrases of time that end with a word that is a preposition elsewhere (*thời gian tới*).
    pub time_ahead: Phrases,
    /// Opens a clause of content.
    pub that: Phrases,
    /// Opens what is denied.
    pub denied: Phrases,
    /// Articles.
    pub articles: Phrases,
    /// Indefinite articles.
    pub indefinite: Phrases,
    /// Auxiliaries of the passive.
    pub passive: Phrases,
    /// Auxiliaries of the passive that an adverb may follow.
    pub passive_past: Phrases,
    /// A passive after a future.
    pub passive_future: Phrases,
    /// Beginnings of a verb phrase that is a passive.
    pub passive_head: Phrases,
    /// have
    pub perfect: Phrases,
    /// After "no": what was done is done no more.
    pub longer: Phrases,
    /// Verbs of state, of perception and of meeting, which tell no act.
    pub idle: Phrases,
    /// Verbs of meeting and of being there, which tell no act.
    pub meets: Phrases,
    /// Verbs with which a thing is given money.
    pub draws: Phrases,
    /// Names whose money it is.
    pub origin: Phrases,
    /// Means the two sides where it stands alone.
    pub both: Phrases,
    /// Says when or where something was said.
    pub told_when: Phrases,
    /// Opens what ought to be done.
    pub ought: Phrases,
    /// is …-ing
    pub progressive: Phrases,
    /// *thường xuyên*
    pub habit: Phrases,
    /// Forms of "be" with which readiness is told.
    pub be: Phrases,
    /// by
    pub agent: Phrases,
    /// Auxiliaries of the pluperfect.
    pub pluperfect: Phrases,
    /// Name a report of something before its clause of content.
    pub rumours: Phrases,
    /// Say of a report that it is false.
    pub untrue: Phrases,
    /// Words that belong to no noun phrase before them.
    pub noun_ends: Phrases,
    /// Words before the name of a place: "in", *tại*.
    pub site_before: Phrases,
    /// Opens the names of those between whom something is.
    pub between: Phrases,
    /// With whom something is done.
    pub together: Phrases,
    /// to
    pub infinitive: Phrases,
    /// Adverbs and negations that may stand between a future and its verb, and do not end in -ly.
    pub adverbs: Phrases,
    /// Words that are no verb although they follow "to" or a future.
    pub no_verbs: Phrases,
    /// Words in -ing that are nouns or prepositions.
    pub no_gerunds: Phrases,
    /// Words of which a noun follows: after one of them "request" asks nothing.
    pub determiners: Phrases,
    /// Adjectives of nations: before a common noun they name no actor.
    pub demonyms: Phrases,
    /// Nouns that speak for whoever has them ("Hanoi's statement").
    pub voices: Phrases,
    /// Says something of the text before it.
    pub relative: Phrases,
    /// which
    pub relative_pronoun: Phrases,
    /// Open a relative clause: which, that.
    pub relative_words: Phrases,
    /// Joins a person to the office named after.
    pub office_joins: Phrases,
    /// 's
    pub possessive: Phrases,
    /// of
    pub of: Phrases,
    /// After a digit they make an ordinal.
    pub ordinal_endings: Phrases,
    /// Before a number in digits they make an edition.
    pub edition_before_digits: Phrases,
    /// Before a number in words they make an edition.
    pub edition_before_words: Phrases,
    /// Names of texts.
    pub names: Names,
    /// Currencies.
    pub currency: Vec<Currency>,
    /// Scales.
    pub scale: Vec<Scale>,
    /// Periods.
    pub periods: Periods,
}
