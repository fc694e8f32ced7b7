//! A topic's folder as an analyst meets it: every slip is told with its place and what to do.

use std::fs;

use pledgewatch::config::topic::{EMBEDDED, Topic};
use pledgewatch::config::{Environment, Problem, Severity, check_config};

/// The files of the shipped topic.
fn shipped() -> Vec<(String, String)> {
    EMBEDDED.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

/// What the checks say about these files, errors and warnings.
fn problems_of(files: &[(String, String)]) -> Vec<Problem> {
    match Topic::load(files) {
        Ok(topic) => topic.warnings,
        Err(problems) => problems,
    }
}

/// The shipped topic with one change, and what the checks say about it. The change must be possible.
#[track_caller]
fn changed(file: &str, from: &str, to: &str) -> Vec<Problem> {
    let mut files = shipped();
    let (_, text) = files.iter_mut().find(|(name, _)| name == file).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    *text = text.replacen(from, to, 1);
    problems_of(&files)
}

#[test]
fn the_shipped_topic_has_neither_errors_nor_warnings() {
    let shown: Vec<String> = problems_of(&shipped()).iter().map(ToString::to_string).collect();
    assert!(shown.is_empty(), "{}:\n{}", shown.len(), shown.join("\n"));
}

/// A change of the shipped topic and what is said about it.
struct Slip {
    file: &'static str,
    from: &'static str,
    to: &'static str,
    severity: Severity,
    said: &'static [&'static str],
}

const fn error(
    file: &'static str,
    from: &'static str,
    to: &'static str,
    said: &'static [&'static str],
) -> Slip {
    Slip { file, from, to, severity: Severity::Error, said }
}

const fn warning(
    file: &'static str,
    from: &'static str,
    to: &'static str,
    said: &'static [&'static str],
) -> Slip {
    Slip { file, from, to, severity: Severity::Warning, said }
}

/// All changes are made at once, as far as they do not touch each other: loading a topic takes time.
#[track_caller]
fn told(slips: &[Slip]) {
    let mut rest: Vec<&Slip> = slips.iter().collect();
    while !rest.is_empty() {
        let (mut files, mut made, mut left) = (shipped(), Vec::new(), Vec::new());
        let before = files.clone();
        for slip in rest {
            let at = files.iter().position(|(name, _)| name == slip.file).unwrap();
            assert!(before[at].1.contains(slip.from), "{} has no {}", slip.file, slip.from);
            if files[at].1.contains(slip.from) {
                files[at].1 = files[at].1.replacen(slip.from, slip.to, 1);
                made.push(slip);
            } else {
                left.push(slip);
            }
        }
        let problems = problems_of(&files);
        made.iter().for_each(|slip| slip.is_told_by(&problems));
        rest = left;
    }
}

impl Slip {
    #[track_caller]
    fn is_told_by(&self, problems: &[Problem]) {
        let found = problems.iter().find(|problem| {
            let text = problem.to_string();
            problem.severity == self.severity && self.said.iter().all(|said| text.contains(said))
        });
        let Some(found) = found else {
            let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
            panic!("{} -> {}: {:?} not said:\n{}", self.from, self.to, self.said, shown.join("\n"))
        };
        assert!(found.line > 1 && found.column > 0, "{found}");
        assert!(found.help.is_some(), "{found} does not say what to do");
        assert_eq!(found.file, self.file);
    }
}

#[test]
fn a_phrase_that_no_text_can_hold_is_an_error_and_the_right_spelling_is_told() {
    told(&[
        // The old place of the tone mark.
        error("concepts.toml", "\"tòa án\"", "\"toà án\"", &["never match", "write \"tòa án\""]),
        error("facets.toml", "\"tàu chiến\"", "\"tàu thuỷ\"", &["write \"tàu thủy\""]),
        // Words that would be pulled apart, and a blank that would be put in.
        error("concepts.toml", "[\"asylum\",", "[\"asylumSeeker\",", &["write \"asylum seeker\""]),
        error("facets.toml", "\"chim trời\"", "\"chim,trời\"", &["write \"chim, trời\""]),
        // What is compared as written must be written as texts are read.
        error("actors.toml", "\"=Luân Đôn\"", "\"=Luân Ðôn\"", &["write \"Luân Đôn\""]),
        error("actors.toml", "\"tuấn\"", "\"tua\u{302}\u{301}n\"", &["never match", "tuấn"]),
        error("actors.toml", "\"nước này\"", "\"nước  này\"", &["write \"nước này\""]),
        error("triggers.toml", "\"the landlord\"", "\"the landlord’s\"", &["\"the landlord's\""]),
    ]);
    let long = format!("\"{}\"", "rất ".repeat(60).trim());
    let problems = changed("facets.toml", "\"chim trời\"", &long);
    assert!(problems[0].message.contains("longer than the program looks"), "{problems:?}");
}

#[test]
fn decomposed_letters_capitals_and_curly_quotes_do_no_harm_where_patterns_are_cleaned() {
    for form in ["\"to\u{300}a a\u{301}n\"", "\"TÒA ÁN\""] {
        assert_eq!(changed("concepts.toml", "\"tòa án\"", form), [], "{form}");
    }
    assert_eq!(changed("facets.toml", "\"tàu chiến\"", "\"tàu ‘ma’\""), []);
}

#[test]
fn a_phrase_that_is_there_twice_is_told_with_the_line_of_the_first() {
    told(&[
        error(
            "concepts.toml",
            "en = [\"asylum\",",
            "en = [\"asylum\", \"shelters\",",
            &["\"shelters\" belongs to concept", "too, line", "make one notion of both"],
        ),
        // Inflected and expanded forms collide too.
        error(
            "concepts.toml",
            "en = [\"asylum\",",
            "en = [\"asylum\", \"(a|the) shelter\", \"~train\",",
            &["\"training\" belongs to concept asylum too", "(from \"~train\")"],
        ),
        warning(
            "concepts.toml",
            "en = [\"asylum\",",
            "en = [\"asylum\", \"Asylum\",",
            &["\"Asylum\" is there already, in line"],
        ),
        warning(
            "triggers.toml",
            "en = [\"~investigate\",",
            "en = [\"~investigate\", \"investigating\",",
            &["is there already", "(from \"~investigate\")"],
        ),
        warning(
            "triggers.toml",
            "en = [\"~investigate\",",
            "en = [\"~investigate\", \"~implement\",",
            &["never gets its turn", "it for verb of"],
        ),
        warning(
            "actors.toml",
            "en = [\"Interpol\"]",
            "en = [\"Interpol\", \"Scotland Yard\"]",
            &["\"Scotland Yard\" never gets its turn", "has it for actor UK.MET"],
        ),
        warning(
            "facets.toml",
            "\"safe migration\",",
            "\"safe migration\", \"returns agreement\",",
            &["never gets its turn", "facet migration (strong)"],
        ),
        warning(
            "instruments.toml",
            "\"prisoner transfer agreement\",",
            "\"prisoner transfer agreement\", \"readmission arrangement\",",
            &["is also a name of INS:mou-migration"],
        ),
    ]);
}

#[test]
fn a_notion_that_one_language_has_no_word_for_is_an_error() {
    told(&[
        error(
            "concepts.toml",
            ", vi = [\"án tử hình\", \"tử hình\"]",
            "",
            &["the concept \"death_penalty\" has no words in Vietnamese"],
        ),
        error(
            "facets.toml",
            "[[facet]]\nid = \"uk\"",
            "[[facet]]\nid = \"ports\"\nlabel = \"ports\"\nrole = \"subject\"\n[[facet.group]]\n\
             strength = \"weak\"\nlanguage = \"vi\"\nphrases = [\"bến cảng\"]\n[[facet]]\nid = \"uk\"",
            &["the facet \"ports\" has no words in English"],
        ),
        warning(
            "instruments.toml",
            "vi = [\"Đối tác chiến lược toàn diện\", \"Tuyên bố chung về nâng cấp quan hệ\"]",
            "",
            &["INS:comprehensive-strategic-partnership-2025", "no words in Vietnamese"],
        ),
    ]);
}

#[test]
fn an_id_that_names_nothing_is_an_error() {
    // The readers of the files tell what they can see alone, before the files are compared.
    told(&[
        error(
            "concepts.toml",
            "topics = [\"asylum\"]",
            "topics = [\"asilum\"]",
            &["\"asilum\" is not a topic", "did you mean `asylum`?"],
        ),
        error("actors.toml", "actor = \"UK.NCA\"", "actor = \"UK.NCX\"", &["no actor \"UK.NCX\""]),
        error(
            "instruments.toml",
            "supersedes = \"INS:strategic-partnership-2020\"",
            "supersedes = \"INS:strategic-partnership-2021\"",
            &["INS:strategic-partnership-2021"],
        ),
        error("facets.toml", "[\"uk\"],", "[\"gb\"],", &["there is no facet \"gb\""]),
    ]);
    told(&[
        error("topic.toml", "[\"VN\", \"UK\"]", "[\"VN\", \"GB\"]", &["there is no actor \"GB\""]),
        error(
            "topic.toml",
            "[\"VN\", \"UK\"]",
            "[\"VN\", \"UK.HO\"]",
            &["not one of the two sides"],
        ),
        error("actors.toml", "id = \"UK.MET\"", "id = \"UX.MET\"", &["no actor \"UX\"", "`UK`?"]),
        error("actors.toml", "id = \"UK.KENT\"", "id = \"EN.KENT\"", &["no actor \"EN\""]),
        error("actors.toml", "id = \"UK.KENT\"", "id = \"KENT\"", &["belongs to no state"]),
        error(
            "instruments.toml",
            "parties = [\"VN.BGHC\", \"UK.HO\"]",
            "parties = [\"VN.BGHX\", \"UK.HO\"]",
            &["there is no actor \"VN.BGHX\"", "did you mean `VN.BGHC`?"],
        ),
        error(
            "instruments.toml",
            "topics = [\"strategic_partnership\"]",
            "topics = [\"trade\"]",
            &["there is no topic \"trade\""],
        ),
        error(
            "instruments.toml",
            "supersedes = \"INS:strategic-partnership-2020\"",
            "supersedes = \"INS:comprehensive-strategic-partnership-2025\"",
            &["would replace itself"],
        ),
        error(
            "policy.toml",
            "\"experience_sharing\",",
            "\"experience_sharings\",",
            &["there is no concept \"experience_sharings\"", "`experience_sharing`?"],
        ),
        error(
            "policy.toml",
            "topics = [\"info_sharing\"]",
            "topics = [\"infos\"]",
            &["there is no topic \"infos\""],
        ),
        error(
            "policy.toml",
            "[\"amount\", \"deadline\"]",
            "[\"amounts\"]",
            &["no anchor", "`amount`"],
        ),
        error(
            "policy.toml",
            "whole_state = [\"GOV\"]",
            "whole_state = [\"CABINET\"]",
            &["no agency"],
        ),
    ]);
}

#[test]
fn a_date_or_a_term_that_cannot_be_is_an_error() {
    told(&[error(
        "instruments.toml",
        "date = \"2008-09-12\"",
        "date = \"2008-09-31\"",
        &["2008-09-31"],
    )]);
    told(&[
        error("instruments.toml", "date = \"2004-10\"", "date = \"1204-10\"", &["the year of"]),
        error(
            "instruments.toml",
            "date = \"2008-09-12\"",
            "date = \"2009-08-12\"",
            &["is that of no step of its history"],
        ),
        warning(
            "instruments.toml",
            "first_seen = \"2008-09-12\"",
            "first_seen = \"2018-09-12\"",
            &["first seen (2018-09-12) after its last step"],
        ),
        error(
            "actors.toml",
            "from = \"2018-01\", to = \"2019-07\"",
            "from = \"2019-07\", to = \"2018-01\"",
            &["ends (2018-01) before it begins (2019-07)"],
        ),
        error(
            "actors.toml",
            "office = \"Home Secretary\", from = \"2019-07\"",
            "office = \"Home Secretary\", from = \"2019-05\"",
            &["Sajid Javid", "Priti Patel", "are both Home Secretary at the same time"],
        ),
        warning(
            "actors.toml",
            "from = \"2022-09\", to = \"2023-11\"",
            "from = \"2022-09\"",
            &["James Cleverly speaks for UK.FCDO and UK.HO at the same time"],
        ),
    ]);
}

#[test]
fn check_config_shows_errors_of_all_files_at_once_and_warnings_with_the_summary() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pledgewatch.toml");
    fs::write(&path, "[topic]\nfolder = \"topic\"\n").unwrap();
    fs::create_dir(folder.path().join("topic")).unwrap();
    let write = |edit: &dyn Fn(&str, &str) -> String| {
        for (name, text) in EMBEDDED {
            fs::write(folder.path().join("topic").join(name), edit(name, text)).unwrap();
        }
        check_config(Some(&path), &Environment::default(), jiff::Timestamp::UNIX_EPOCH)
    };
    let report = write(&|name, text| match name {
        "actors.toml" => text.replace("id = \"UK.KENT\"", "id = \"KENT\""),
        "concepts.toml" => text.replace("\"tòa án\"", "\"toà án\""),
        "policy.toml" => text.replace("\"experience_sharing\",", "\"experience\","),
        _ => text.to_owned(),
    });
    assert!(!report.ok);
    for said in ["actors.toml:", "concepts.toml:", "policy.toml:", "write \"tòa án\"", "3 problems"]
    {
        assert!(report.text.contains(said), "{said}: {}", report.text);
    }
    let report = write(&|name, text| match name {
        "concepts.toml" => text.replace("en = [\"asylum\",", "en = [\"asylum\", \"Asylum\","),
        _ => text.to_owned(),
    });
    assert!(report.ok, "{}", report.text);
    assert!(report.text.starts_with("warning: \"Asylum\" is there already"), "{}", report.text);
    assert!(report.text.contains("1 warning\n") && report.text.contains("\nsources "));
}
