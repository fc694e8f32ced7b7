//! What sort of act an English sentence tells, and what a text lays down: sentences written for this file.

use crate::english::check;

#[test]
fn people_who_are_received_or_sent_to_learn_are_trained() {
    check(&[
        "The Home Office will {capacity/pledged|receive four Vietnamese officers in May for a course on forged visas}.",
        "Britain promised to {capacity/pledged|send three investigators to Hanoi for training in tracing money}.",
        "Vietnam agreed to {resource/pledged|receive a British liaison officer in Vinh}.",
    ]);
}

#[test]
fn a_word_behind_an_article_or_a_possessive_is_a_noun_whatever_verb_it_looks_like() {
    check(&[
        "The two ministers agreed to {mechanism/agreed|extend the task force's mandate by a year}.",
        "The two ministries agreed to {mechanism/agreed|renew the working group's mandate until 2028}.",
        "Britain and Vietnam agreed that {mechanism/agreed|the joint unit's mandate should be extended by eighteen months}.",
    ]);
}

#[test]
fn each_clause_of_content_with_its_own_future_is_an_act_of_its_own() {
    check(&[
        "The two ministries agreed that {mechanism/agreed|a hotline will be opened in Vinh in March}, that {capacity/agreed|sixty teachers will be trained in Hue} and that {outreach/agreed|a film will be shown in schools in Nghe An}.",
    ]);
}

#[test]
fn a_right_that_is_set_aside_is_no_money() {
    check(&[
        "The Home Office said {policy/pledged|1,500 work visas would be set aside for Vietnamese nurses}.",
        "The Home Office announced that {capacity/pledged|twelve scholarships would be set aside for Vietnamese police officers}.",
        "The Home Office said {resource/pledged|£300,000 would be set aside for shelters in Vietnam}.",
    ]);
}

#[test]
fn an_amount_is_money_whoever_gets_it() {
    check(&[
        "The Immigration Department of Vietnam is to {resource/pledged|receive £80,000 from Britain for a campaign in villages}.",
        "The Home Office said {resource/pledged|about £90,000 would go towards warning families in Ha Tinh}.",
        "Vietnam will {operation/pledged|receive 60 citizens from Britain in May}.",
    ]);
}

#[test]
fn a_text_that_is_not_there_yet_is_concluded_and_one_that_is_there_is_carried_out() {
    check(&[
        "The two governments agreed to {instrument_conclude/agreed|press on with a treaty on the transfer of prisoners}.",
        "Britain and Vietnam agreed to {instrument_conclude/agreed|bring to conclusion a memorandum on missing children}.",
        "The two sides agreed to {instrument_implement/agreed|comply with the memorandum on human trafficking}.",
    ]);
}

#[test]
fn a_text_as_subject_lays_down_what_follows() {
    check(&[
        "The agreement {operation/signed|cuts the time for identity checks from 60 days to 20}.",
        "The protocol, signed by both governments, obliges Vietnam to {operation/signed|verify the identity of returnees within ten days}.",
        "The memorandum {protection/signed|bars the return of children without a guardian}.",
    ]);
}

#[test]
fn programmes_and_bodies_work_for_those_who_run_them() {
    check(&[
        "The Home Office said {protection/pledged|the fund will provide shelter and counselling for 200 women in Vietnam}.",
        "The Home Office said {outreach/pledged|the campaign will warn families in Ha Tinh about smugglers}.",
        "The Home Office said {operation/pledged|the unit will trace the money of smugglers in Vietnam}.",
    ]);
}

#[test]
fn what_is_lifted_switched_on_or_planned_for_a_month_is_told() {
    check(&[
        "Britain {operation/implementing|has lifted the suspension of return flights to Vietnam}.",
        "The Home Office said {operation/pledged|a fourth flight to Hanoi is planned for March}.",
        "The talks between Britain and Vietnam produced an agreement to {info_exchange/agreed|exchange passenger data}.",
    ]);
}

#[test]
fn imperatives_questions_and_trailing_participles_promise_nothing() {
    check(&[
        "Ask the Home Office for a visa to bring your family to Britain.",
        "Whether to arrest Vietnamese growers is for the police in Britain to decide.",
        "A Vietnamese broker offered a seat on a boat to Britain for £9,000.",
    ]);
}

#[test]
fn what_an_official_says_it_has_done_or_announces_is_told() {
    check(&[
        "The Home Office {policy/pledged|announced tougher penalties for employers of illegal Vietnamese workers}.",
        "Britain {policy/refused|turned away a Vietnamese request for more seasonal visas}.",
    ]);
}
