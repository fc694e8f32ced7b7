//! Classes of English wording, each with sentences written for this file: active and passive, nouns and infinitives,
//! futures and schedules, what is done, stopped or told as content of a text, and what is nothing at all.
//!
//! A sentence marks what is to be found in braces: `{kind/stage|words}`, with `~` before the kind for context.

use crate::commitments::read;
use pledgewatch::model::Framing;

/// What is to be found: kind and stage, the words, and whether it is context.
struct Wanted {
    sort: String,
    words: String,
    context: bool,
}

/// The bare text of a marked sentence, and what is to be found in it.
fn parse(marked: &str) -> (String, Vec<Wanted>) {
    let (mut text, mut wanted) = (String::new(), Vec::new());
    let mut rest = marked;
    while let Some(open) = rest.find('{') {
        let close = rest[open..].find('}').expect("a closing brace") + open;
        let (sort, words) = rest[open + 1..close].split_once('|').expect("a sort and its words");
        text.push_str(&rest[..open]);
        text.push_str(words);
        let (context, sort) = (sort.starts_with('~'), sort.trim_start_matches('~').to_owned());
        wanted.push(Wanted { sort, words: words.to_owned(), context });
        rest = &rest[close + 1..];
    }
    text.push_str(rest);
    (text, wanted)
}

#[track_caller]
pub(crate) fn check(sentences: &[&str]) {
    let mut wrong = Vec::new();
    for marked in sentences {
        let (text, wanted) = parse(marked);
        let found = read(&text);
        let context = |framing| matches!(framing, Framing::Background | Framing::Report);
        let told: Vec<String> = found
            .iter()
            .map(|it| format!("{}/{} {:?} {:?}", it.kind, it.stage, it.framing, it.action.text))
            .collect();
        let hit = |wanted: &Wanted| {
            found.iter().any(|it| {
                let words = &it.action.text;
                format!("{}/{}", it.kind, it.stage) == wanted.sort
                    && (words.contains(&wanted.words) || wanted.words.contains(words.as_str()))
                    && context(it.framing) == wanted.context
            })
        };
        if found.len() != wanted.len() || !wanted.iter().all(hit) {
            wrong.push(format!("{marked}\n    found {told:?}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} wrong:\n{}",
        wrong.len(),
        sentences.len(),
        wrong.join("\n")
    );
}

#[test]
fn two_sides_agree_in_many_words() {
    check(&[
        "London and Hanoi have agreed to {mechanism/agreed|set up a joint desk for verifying documents}.",
        "The two ministries agreed on {capacity/agreed|training thirty border officers in Nghe An} and {info_exchange/agreed|exchanging lists of wanted smugglers every month}.",
        "Both sides agreed that {operation/agreed|return flights should leave twice a month}.",
        "The two ministers saw eye to eye on {info_exchange/agreed|exchanging passenger data earlier}.",
        "The two governments came to terms on {operation/agreed|returning Vietnamese nationals with no right to remain}.",
        "Britain and Vietnam settled on {mechanism/agreed|a hotline between their border forces}.",
        "The two ministers reached agreement on {operation/agreed|returning Vietnamese nationals with no right to remain}.",
        "An understanding was reached to {operation/agreed|speed up identity checks for returnees}.",
        "Hanoi and London are to {mechanism/agreed|open a joint liaison office in Da Nang}.",
        "Both governments promised {operation/agreed|faster removals of people with no right to stay}.",
        "There was agreement to {mechanism/agreed|meet every six months}.",
        "The two sides agreed on Tuesday to {mechanism/agreed|open a joint office in Da Nang}.",
        "The two sides agreed to {general/agreed|continue cooperation against trafficking} and to {mechanism/agreed|hold the third dialogue in London next year}.",
    ]);
}

#[test]
fn one_side_binds_itself_by_verb_noun_or_schedule() {
    check(&[
        "Vietnam vowed to {operation/pledged|crack down on brokers who send workers abroad illegally}.",
        "The Ministry of Public Security gave an assurance that {operation/pledged|it would verify identities within fifteen days}.",
        "Vietnam's police gave their word that {info_exchange/pledged|they would hand over the list of missing children}.",
        "Vietnam is to {resource/pledged|appoint a police attaché in London}.",
        "The Home Office is due to {outreach/pledged|launch a campaign in central Vietnam next month}.",
        "The National Crime Agency intends to {resource/pledged|post two more officers in Hanoi}.",
        "Britain offered to {capacity/pledged|train Vietnamese border guards in spotting forged documents}.",
        "Britain's offer to {resource/pledged|equip the Noi Bai laboratory} was welcomed on Monday.",
        "Britain's pledge to {resource/pledged|fund ten more shelters} was repeated on Tuesday.",
        "The Home Office pledged {resource/pledged|£3 million for victims' shelters in Nghe An}.",
        "{resource/pledged|A sum of £4 million has been set aside for shelters in Vietnam}.",
        "{resource/pledged|£1.2 million has been earmarked for reintegration of Vietnamese returnees}.",
        "{operation/pledged|Charter flights are due to resume in May}, the Home Office said.",
        "{mechanism/agreed|A third meeting of the working group is scheduled for November}.",
    ]);
}

#[test]
fn what_is_asked_for_may_stand_before_or_behind_its_verb() {
    check(&[
        "Vietnam proposed {mechanism/proposed|the creation of a joint working group on labour migration}.",
        "London urged Hanoi to {policy/proposed|speed up the issue of travel documents for returnees}.",
        "Vietnam called for {mechanism/proposed|an annual dialogue on migration}.",
        "Britain tabled {instrument_conclude/proposed|a draft agreement on criminal records}.",
        "{mechanism/proposed|A joint hotline was proposed by the Vietnamese side}.",
        "{instrument_conclude/proposed|An extradition treaty has been proposed by Hanoi}.",
        "It was suggested by the British side that {info_exchange/proposed|the two agencies share passenger lists}.",
        "{general/proposed|Expanding cooperation against human trafficking} was emphasised by the British minister.",
        "The two sides discussed {mechanism/considered|the organisation of a second dialogue on migration}.",
        "The Home Office is studying {operation/considered|a pilot of online interviews for returnees}.",
    ]);
}

#[test]
fn what_is_done_is_told_in_the_active_in_the_passive_and_of_things() {
    check(&[
        "{instrument_conclude/signed|An agreement on returns was signed on Monday by the two interior ministers}.",
        "The two governments {instrument_conclude/concluded|initialled a protocol on readmission}.",
        "{instrument_conclude/ratified|The readmission treaty was approved by Vietnam's government on Friday}.",
        "{mechanism/in_force|A hotline for victims of trafficking was launched in Hanoi today}.",
        "{mechanism/in_force|A joint working group on returns has been set up}.",
        "The Home Office {capacity/delivered|trained thirty border officers in Hanoi on Monday}.",
        "{capacity/delivered|Thirty border officers were trained by the Home Office in Hanoi on Monday}.",
        "The Home Office {operation/delivered|returned 43 Vietnamese nationals on a charter flight on Wednesday}.",
        "{resource/delivered|Twelve document scanners were handed over to Vietnam's border guard on Tuesday}.",
    ]);
}

#[test]
fn what_is_halted_taken_back_or_turned_down() {
    check(&[
        "{operation/suspended|Return flights to Vietnam have been put on hold}, the Home Office said.",
        "The Home Office has shelved {instrument_conclude/suspended|a planned agreement on criminal records with Vietnam}.",
        "{resource/withdrawn|The fund for returning victims has been scrapped}, the Home Office said.",
        "Hanoi refused {operation/refused|to receive a charter flight}.",
        "London turned down {policy/refused|a Vietnamese request for more student visas}.",
        "{operation/implementing|Charter return flights to Hanoi resumed on Monday}.",
    ]);
}

#[test]
fn the_content_of_a_text_is_told_in_duties_and_its_age_is_context() {
    check(&[
        "The two ministers {instrument_conclude/signed|signed a protocol on readmission on Monday}. Under the protocol, {general/signed|requests must be answered within 30 days}.",
        "The two ministers {instrument_conclude/signed|signed a protocol on readmission on Monday}. {~instrument_conclude/concluded|It was initialled in 2024}.",
        "{~instrument_conclude/signed|Signed in 2018, the memorandum on trafficking} covers victims too.",
        "{~instrument_conclude/signed|A 2018 memorandum on human trafficking} is the bedrock of police cooperation.",
    ]);
}

#[test]
fn what_only_looks_like_a_commitment_is_none() {
    check(&[
        "The driver was asked by Naomi Ferris, prosecuting, why he had left Vietnam.",
        "Four Vietnamese men have been sent to prison for growing cannabis.",
        "Charities must answer many questions about trafficking victims.",
        "The ambassador replied to each verification request with care.",
        "The smuggling trial is scheduled for March.",
        "A lawyer said the ministry's plan to house victims was poor.",
    ]);
}

#[test]
fn what_goes_on_at_a_time_to_come_or_costs_money_is_promised() {
    check(&[
        "The Home Office is {capacity/pledged|training 200 Vietnamese border officers in Da Nang next spring}.",
        "The Home Office is {resource/pledged|chipping in £400,000 for a shelter in Nghe An}.",
    ]);
}

#[test]
fn a_verb_is_found_before_its_object_and_its_particle() {
    check(&[
        "The Home Office has {operation/suspended|put charter flights to Vietnam on hold}.",
        "The Home Office has {operation/terminated|torn up its contract for charter flights to Vietnam}.",
    ]);
}

#[test]
fn clauses_about_things_of_their_own_are_read_apart() {
    check(&[
        "The Home Office will {protection/pledged|open a shelter for victims in Vinh} and {capacity/pledged|sixty border officers will be trained by British experts}.",
    ]);
}

#[test]
fn the_last_noun_of_a_compound_tells_what_is_given_or_opened() {
    check(&[
        "The Home Office will {mechanism/pledged|open a joint intelligence desk with Vietnam}.",
        "Vietnam asked Britain to {capacity/proposed|open its fingerprint training to Vietnamese officers}.",
        "London will {resource/pledged|send two intelligence analysts to Hanoi next month}.",
        "Britain and Vietnam will {mechanism/agreed|set up a joint team of detectives}.",
        "The Home Office will {mechanism/pledged|open a shared mailbox for enquiries about passports}.",
    ]);
}

#[test]
fn officials_of_a_nation_and_those_whose_plan_it_is_stand_behind_it() {
    check(&[
        "Eight British prosecutors will {capacity/pledged|teach a course on forged passports in Hue}.",
        "Under a plan drawn up by the Home Office and the Vietnamese police, {operation/agreed|return flights will leave twice a month}.",
    ]);
}

#[test]
fn what_is_proposed_or_agreed_may_be_told_before_who_does_so() {
    check(&[
        "{policy/proposed|The fee for seasonal visas should be waived}, the Vietnamese minister proposed.",
        "{mechanism/agreed|The joint hotline would be kept open for two more years}, the two ministers agreed.",
        "{mechanism/considered|A joint working group on returns} is being weighed by the Home Office.",
    ]);
}

#[test]
fn what_is_ending_or_had_begun_again_is_told_as_news() {
    check(&[
        "Britain is {resource/withdrawn|withdrawing its funding for the shelter in Vinh}.",
        "The Home Office said {operation/implementing|return flights to Vietnam had been resumed}.",
        "Britain has stopped {operation/suspended|charter flights to Hanoi}.",
    ]);
}

#[test]
fn what_is_joined_to_a_text_signed_long_ago_is_past_with_it_and_no_name_ends_in_and() {
    for text in [
        "On 9 June 2023, Britain and Vietnam signed a memorandum on returns and agreed to set up a joint \
         working group on trafficking.",
        "In June 2023 the two countries concluded an agreement on visas and agreed to write a joint action plan.",
    ] {
        let told = read(text);
        assert!(told.len() > 1, "{told:#?}");
        for one in &told {
            assert_eq!(one.framing, Framing::Background, "{text}: {one:#?}");
            assert!(!one.action.text.ends_with(" and"), "{}", one.action.text);
        }
    }
}

#[test]
fn a_rumour_said_to_be_false_is_kept_as_denied_and_a_question_is_nothing() {
    use pledgewatch::model::Assertion;
    let text = "Reports that Vietnam has agreed to a quota of charter flights are groundless, the Home Office said.";
    let found = read(text);
    assert!(found.iter().any(|it| it.assertion == Assertion::Denied), "{found:?}");
    check(&[
        "Asked whether Britain would fund the shelter, the Vietnamese official did not reply.",
    ]);
}

#[test]
fn a_plain_verb_of_an_official_tells_what_is_given_or_given_up() {
    check(&[
        "Britain {resource/pledged|provides £450,000 a year for the shelter in Vinh}.",
        "The National Crime Agency {resource/pledged|granted £200,000 to the joint desk}.",
    ]);
}

#[test]
fn figures_and_deeds_of_police_are_no_commitments_for_having_an_official_subject() {
    check(&[
        "The Home Office received 4,100 asylum claims from Vietnamese nationals last year.",
        "Vietnamese police arrested 12 people over the deaths.",
        "British police found nine Vietnamese nationals in a lorry in Kent.",
        "British courts jailed 14 traffickers last year.",
        "The Home Office estimates that 2,200 Vietnamese people crossed the Channel.",
    ]);
}

#[test]
fn a_request_told_before_who_makes_it_is_what_ought_to_be_done() {
    check(&[
        "Britain should {policy/proposed|shorten the visa queue for Vietnamese carers}, Vietnam's Ministry of Public Security urged on Monday.",
        "It is for the UK to {policy/proposed|make study visas cheaper for Vietnamese pupils}, the Vietnamese Ministry of Public Security urged when the talks opened.",
    ]);
}

#[test]
fn whom_one_met_and_where_one_went_is_no_act() {
    check(&[
        "The Home Office minister has met the Vietnamese ambassador in London.",
        "Both ministers attended the border summit in London.",
        "On the agenda were leaflets for would-be migrants, returns and forged papers.",
    ]);
}

#[test]
fn what_has_reached_people_and_what_was_done_to_them_is_delivered() {
    check(&[
        "{operation/delivered|Eleven Vietnamese nationals were flown home} by the Home Office on Thursday.",
        "Work under the plan will {resource/pledged|draw on £650,000 from the Home Office}.",
        "Britain is {outreach/implementing|placing adverts in Vietnamese newspapers for the first time}.",
    ]);
}

#[test]
fn verbs_of_policing_and_ruling_are_pledges_with_their_noun() {
    check(&[
        "The Home Office will {operation/pledged|confiscate the engines of smugglers}.",
        "Vietnamese police will {operation/pledged|question 60 suspects next month}.",
        "Britain and Vietnam agreed to {policy/agreed|make paperwork simpler for students}.",
    ]);
}

#[test]
fn results_before_a_colon_open_a_list_and_a_role_noun_asks_the_other_side() {
    check(&[
        "The two sides arrived at the following common points:\n\n1. {capacity/agreed|A course on forged passports for forty officers};\n\n2. {mechanism/agreed|A hotline between the two ministries}.\n\nThe Deputy Minister requested the UK side to {policy/proposed|recognise Vietnamese driving licences}.",
        "Cooperation ought to {general/proposed|widen to financial crime and forged passports}, it was underlined.",
        "The Vietnamese Ministry of Public Security also {mechanism/proposed|wished for more visits of delegations}.",
    ]);
}
