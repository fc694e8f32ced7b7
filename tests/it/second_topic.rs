//! The program with a topic of another pair of countries: what it recognises, whom it names and what it tells come from
//! the folder that the configuration names, and nothing of Viet Nam and Britain is left.

use std::path::Path;

use serde_json::Value;

use crate::program::Program;

fn program() -> Program {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/topics/philippines-kuwait");
    Program::new(&format!("[topic]\nfolder = \"{}\"\n", folder.display()), "")
}

fn ingest(program: &Program, name: &str, date: &str, text: &str) -> Value {
    let path = program.write(name, text);
    let ran = program.run(&["ingest", "--json", "--published", date, path.to_str().unwrap()]);
    ran.done().json().remove(0)
}

/// Verdicts on the mentions of the text below the headline.
fn verdicts(report: &Value) -> Vec<&str> {
    let below = report["title"].as_str().unwrap().len() as u64;
    let mentions = report["mentions"].as_array().unwrap().iter();
    mentions
        .filter(|mention| mention["action"]["byte_start"].as_u64().unwrap() > below)
        .map(|mention| mention["verdict"].as_str().unwrap())
        .collect()
}

const PLEDGE: &str = "Kuwait, Philippines agree on shelter for domestic workers

The Philippines and Kuwait agreed on Tuesday to open a shelter for 200 domestic workers in Jabriya by December 2025.

Migrant Workers Secretary Marisol Quintos met Kuwaiti Interior Minister Fahad Al-Mutlaq in Kuwait City.
";
const AGAIN: &str = "Manila: shelter plan for Filipina workers stands

Kuwait and the Philippines have agreed to open a shelter for 200 domestic workers in Jabriya, the Department of Migrant \
Workers said on Friday.
";
const OPENED: &str = "Shelter for Filipina domestic workers opens in Kuwait

The Philippines and Kuwait opened the shelter for 200 domestic workers in Jabriya on Sunday.
";
const ELSEWHERE: &str = "UK and Vietnam agree on returns

Vietnam and the United Kingdom agreed to speed up the return of illegal migrants, the Home Office said in London.
";
const SPORT: &str = "Gilas beats Kuwait

The Philippines won the quarter-final in Kuwait City by nine points. The deployment of Cruz at guard decided the \
basketball match.
";

#[test]
fn another_pair_of_countries_is_only_a_folder() {
    let program = program();
    program.run(&["check-config"]).done();
    let new = ingest(&program, "1.txt", "2025-03-04", PLEDGE);
    assert_eq!(new["kept"], true, "{new:#}");
    assert_eq!(verdicts(&new), ["new"], "{new:#}");
    let parties = new["mentions"][0]["parties"].to_string();
    assert!(parties.contains("PH") && parties.contains("KW"), "{parties}");
    let again = ingest(&program, "2.txt", "2025-03-07", AGAIN);
    assert_eq!(verdicts(&again), ["restated"], "{again:#}");
    let opened = ingest(&program, "3.txt", "2025-11-30", OPENED);
    assert_eq!(verdicts(&opened), ["advanced"], "{opened:#}");
    for (name, text) in [("4.txt", ELSEWHERE), ("5.txt", SPORT)] {
        assert_eq!(ingest(&program, name, "2025-12-01", text)["kept"], false, "{text}");
    }
    let listed = program.run(&["ledger", "list"]);
    assert_eq!(listed.done().out.matches(" c-").count(), 1, "{}", listed.out);
}

#[test]
fn readers_see_the_names_of_the_topic() {
    let program = program();
    ingest(&program, "1.txt", "2025-03-04", PLEDGE);
    let listed = program.run(&["ledger", "list"]);
    listed.done();
    assert!(listed.out.contains("Philippines") && listed.out.contains("Kuwait"), "{}", listed.out);
    for foreign in ["Vietnam", "Home Office", "VN", "UK"] {
        assert!(!listed.out.contains(foreign), "{foreign}: {}", listed.out);
    }
}
