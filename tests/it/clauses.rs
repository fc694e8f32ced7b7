//! What one clause owes to another: the subject that two verbs share, the text whose content is told clause by clause, and the
//! thing of which a Vietnamese verb says that it comes about. Sentences are marked as in `english.rs`.

use crate::english::check;

#[test]
fn the_second_of_two_verbs_has_the_subject_of_the_first() {
    check(&[
        "The Home Office regretted the delay of the group and pledged to {resource/pledged|send two liaison officers to Hanoi}.",
        "Home Secretary Sarah Dines spoke warmly of the work of the charity group and vowed to {capacity/pledged|train forty border officers}.",
        "Vietnam's Ministry of Public Security thanked the families and promised to {info_exchange/pledged|share passenger lists with British police}.",
    ]);
}

#[test]
fn what_is_not_to_be_done_is_an_item_of_its_own() {
    check(&[
        "Both agencies agreed to {info_exchange/agreed|share passenger lists every week}, and {info_exchange/agreed|not to hand such data to third countries}.",
        "The two ministries undertook to {info_exchange/agreed|exchange fingerprints within ten days} and {info_exchange/agreed|not to share the results with other states}.",
        "Hai bên nhất trí {info_exchange/agreed|trao đổi thông tin hành khách hằng tuần} và {info_exchange/agreed|không cung cấp thông tin cho nước thứ ba}.",
    ]);
}

#[test]
fn a_text_that_was_signed_binds_in_each_of_its_verbs() {
    check(&[
        "Vietnam and Britain {instrument_conclude/signed|signed a protocol on readmission} in Hanoi on Monday. The nine-page text obliges Hanoi to {policy/signed|issue travel papers within ten days} and binds London to {resource/signed|pay £200,000 a year}.",
        "Britain and Vietnam {instrument_conclude/signed|signed an extradition treaty} on Tuesday.\n\nThe treaty:\n\n{info_exchange/signed|provides for the exchange of criminal records}\n\n{operation/signed|allows joint investigations in both countries}",
    ]);
}

#[test]
fn a_vietnamese_thing_that_comes_about_is_what_is_promised() {
    check(&[
        "Thứ trưởng Bộ Công an cho biết {resource/pledged|tổ công tác thứ ba sẽ lên đường sang London} ngày 9/11.",
    ]);
}
