//! `notify check` against a name server and a mail server of its own: what receivers see of the sender.

use std::collections::BTreeMap;
use std::net::{SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex};

use crate::program::{Program, Ran};
use crate::smtp::{Answer, Phase, Smtp};

const TXT: u16 = 16;
const MX: u16 = 15;

/// Records by name and type; what is not in it does not exist.
type Zone = Arc<Mutex<BTreeMap<(String, u16), Vec<String>>>>;

/// A name server (RFC 1035 4.1) that knows one zone.
struct Names {
    address: SocketAddr,
    zone: Zone,
}

impl Names {
    fn start(records: &[(&str, u16, &str)]) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let zone = Zone::default();
        let known = Arc::clone(&zone);
        std::thread::spawn(move || {
            let mut packet = [0; 1500];
            while let Ok((length, from)) = socket.recv_from(&mut packet) {
                let answer = answer(&packet[..length], &known.lock().unwrap());
                socket.send_to(&answer, from).unwrap();
            }
        });
        let names = Self { address, zone };
        for (name, kind, text) in records {
            names.publish(name, *kind, text);
        }
        names
    }

    fn publish(&self, name: &str, kind: u16, text: &str) {
        let mut zone = self.zone.lock().unwrap();
        zone.entry((name.to_owned(), kind)).or_default().push(text.to_owned());
    }
}

fn labels(name: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for label in name.split('.').filter(|label| !label.is_empty()) {
        out.push(label.len() as u8);
        out.extend_from_slice(label.as_bytes());
    }
    out.push(0);
    out
}

fn answer(query: &[u8], zone: &BTreeMap<(String, u16), Vec<String>>) -> Vec<u8> {
    let (mut at, mut name) = (12, String::new());
    while query[at] != 0 {
        let length = usize::from(query[at]);
        name.push_str(&String::from_utf8_lossy(&query[at + 1..=at + length]).to_lowercase());
        name.push('.');
        at += length + 1;
    }
    let kind = u16::from_be_bytes([query[at + 1], query[at + 2]]);
    let found =
        zone.get(&(name.trim_end_matches('.').to_owned(), kind)).cloned().unwrap_or_default();
    // Our id and question; "an answer, recursion available"; NXDOMAIN where there is nothing, SERVFAIL where all is.
    let code = match found.is_empty() {
        _ if zone.contains_key(&("broken".to_owned(), TXT)) => 0x82,
        true => 0x83,
        false => 0x80,
    };
    let mut out = vec![query[0], query[1], 0x81, code];
    out.extend_from_slice(&[0, 1, 0, found.len() as u8, 0, 0, 0, 0]);
    out.extend_from_slice(&query[12..at + 5]);
    for text in found {
        let data = match kind {
            MX => [vec![0, 10], labels(&text)].concat(),
            // Long texts come in parts of 255 bytes.
            _ => text
                .as_bytes()
                .chunks(255)
                .flat_map(|part| [&[part.len() as u8], part].concat())
                .collect(),
        };
        out.extend_from_slice(&[0xc0, 12]);
        out.extend_from_slice(&kind.to_be_bytes());
        out.extend_from_slice(&[0, 1, 0, 0, 0, 60]);
        out.extend_from_slice(&(data.len() as u16).to_be_bytes());
        out.extend_from_slice(&data);
    }
    out
}

/// Each finding as `subject standing`.
fn findings(ran: &Ran) -> Vec<String> {
    let said = ran.json().remove(0);
    let word = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let all = said["findings"].as_array().unwrap().iter();
    all.map(|one| format!("{} {}", word(one, "subject"), word(one, "standing"))).collect()
}

fn check(program: &Program, names: &Names) -> Ran {
    program.run(&["notify", "check", "--json", "--resolver", &names.address.to_string()])
}

/// A key of Ed25519, made for this test.
const KEY: &str = "-----BEGIN PRIVATE KEY-----\n\
    MC4CAQAwBQYDK2VwBCIEIAfS2ihXTbhL6wxT6W4RBxcPAeemllTmYTeRFMuhfmbC\n\
    -----END PRIVATE KEY-----\n";
/// The public half of it, as it is published.
const PUBLIC: &str = "4QnlBRIPfY+ovLVMXcFYwm1s4N2i+dkOewt1kxZUKho=";

fn signing(settings: &str) -> Program {
    use std::os::unix::fs::PermissionsExt as _;
    let program = Program::new(
        &format!(
            "[mail]\nfrom = \"desk@news.example.org\"\ndkim_selector = \"pw\"\ndkim_key_file = \"dkim.pem\"\n{settings}"
        ),
        "",
    );
    let key = program.write("dkim.pem", KEY);
    std::fs::set_permissions(key, std::fs::Permissions::from_mode(0o600)).unwrap();
    program
}

#[test]
fn a_domain_that_publishes_all_of_it_is_well_seen() {
    let server = Smtp::start();
    let program =
        signing(&format!("mode = \"plain\"\nhost = \"127.0.0.1\"\nport = {}\n", server.port()));
    let names = Names::start(&[
        ("news.example.org", TXT, "some-verification=1"),
        ("news.example.org", TXT, "v=spf1 include:relay.example.net -all"),
        ("_dmarc.example.org", TXT, "v=DMARC1; p=quarantine"),
        ("news.example.org", MX, "mx.example.org"),
        ("pw._domainkey.news.example.org", TXT, &format!("v=DKIM1; k=ed25519; p={PUBLIC}")),
    ]);
    let ran = check(&program, &names);
    ran.done();
    let good = ["server ok", "alignment ok", "SPF ok", "DKIM ok", "DMARC ok", "MX ok"];
    assert_eq!(findings(&ran), good);
    assert!(server.messages().is_empty(), "nothing is sent");
    let told = program.run(&["notify", "check", "--resolver", &names.address.to_string()]);
    assert!(told.out.contains("_dmarc.example.org: v=DMARC1; p=quarantine"), "{told:?}");
}

#[test]
fn what_is_missing_is_said_with_the_record_to_publish() {
    let program = signing("bounces = \"b@relay.example.net\"\n");
    let names = Names::start(&[("pw._domainkey.news.example.org", TXT, "v=DKIM1; p=AAAA")]);
    let ran = program.run(&["notify", "check", "--resolver", &names.address.to_string()]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.contains(&format!("v=DKIM1; k=ed25519; p={PUBLIC}")), "{ran:?}");
    assert_eq!(
        findings(&check(&program, &names)),
        ["alignment ok", "SPF bad", "DKIM bad", "DMARC weak", "MX weak"]
    );
}

#[test]
fn a_mail_server_that_refuses_us_and_a_name_server_that_cannot_answer_are_told_apart() {
    let server = Smtp::start();
    server.on(Phase::Banner, None, Answer::say("554 no service for you"));
    let program =
        signing(&format!("mode = \"plain\"\nhost = \"127.0.0.1\"\nport = {}\n", server.port()));
    let names = Names::start(&[("broken", TXT, "")]);
    let ran = check(&program, &names);
    assert_eq!(ran.code, 1, "{ran:?}");
    let found = findings(&ran);
    assert_eq!(found[..2], ["server bad", "alignment ok"]);
    assert!(found[2..].iter().all(|one| one.ends_with("unknown")), "{found:?}");
}
