//! A good feed of every format, with one fault at a time put into each of its entries: all entries still come out, and
//! whatever does not is said to be lost.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use pledgewatch::feed::{self, FeedContext};
use pledgewatch::model::SourceKind;

const ENTRIES: usize = 5;
const LATIN: &str = "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>";

/// A fault, put into the entry of that number; `None` where the format has no place for it.
type Fault = fn(&str, usize) -> Option<Vec<u8>>;

fn title(number: usize) -> String {
    format!("Tin số {number} về mùa gặt")
}

fn body(number: usize) -> String {
    format!("<p>Đoạn đầu của tin {number}.</p><p>Đoạn hai &amp; hết.</p>")
}

fn escaped(html: &str) -> String {
    html.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn entries(one: impl Fn(usize) -> String) -> String {
    (1..=ENTRIES).map(one).collect()
}

fn item(number: usize, inner: &str) -> String {
    format!(
        "<item><title>{}</title>\n<link>https://bao.test/{number}.htm</link>{inner}</item>\n",
        title(number)
    )
}

/// A feed of every format.
pub fn feeds() -> Vec<(&'static str, String)> {
    let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    let rdf = "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"";
    let described =
        |number| item(number, &format!("<description>{}</description>", escaped(&body(number))));
    let channel = |items: &str| {
        format!("<channel><title>Báo thử</title><link>https://bao.test/</link>{items}</channel>")
    };
    let full = |number: usize| {
        item(
            number,
            &format!(
                "<guid isPermaLink=\"false\">bao-{number}</guid><pubDate>Mon, 05 Aug 2024 0{number}:30:00 +0700</pubDate>\
                 <dc:creator>Lan</dc:creator><description><![CDATA[{}]]></description>\
                 <content:encoded><![CDATA[{}]]></content:encoded><enclosure url=\"https://bao.test/a.mp3\" length=\"1\"/>",
                body(number),
                body(number).repeat(2)
            ),
        )
    };
    let about = |number: usize| {
        described(number)
            .replace("<item>", &format!("<item rdf:about=\"https://bao.test/{number}.htm\">"))
    };
    let atom = |number: usize| {
        format!(
            "<entry><title>{}</title>\n<link href=\"https://bao.test/{number}.htm\"/><id>tag:bao.test,2024:{number}</id>\
             <updated>2024-08-05T0{number}:30:00Z</updated><author><name>Lan</name></author>\
             <summary type=\"html\">{}</summary></entry>\n",
            title(number),
            escaped(&body(number))
        )
    };
    let atom_03 = |number: usize| {
        atom(number)
            .replace("<link ", "<link rel=\"alternate\" type=\"text/html\" ")
            .replace("updated", "issued")
            .replace("summary type=\"html\"", "summary mode=\"escaped\"")
    };
    let json = |version: &str, authors: &str| {
        let items: Vec<String> = (1..=ENTRIES)
            .map(|number| {
                format!(
                    "{{\"id\": \"bao-{number}\", \"url\": \"https://bao.test/{number}.htm\", \"title\": \"{}\",\n \
                     \"content_html\": \"{}\", {authors}, \"date_published\": \"2024-08-05T0{number}:30:00+07:00\"}}",
                    title(number),
                    body(number)
                )
            })
            .collect();
        format!(
            "{{\"version\": \"https://jsonfeed.org/version/{version}\", \"title\": \"Báo thử\", \"items\": [\n{}\n]}}",
            items.join(",\n")
        )
    };
    vec![
        (
            "RSS 0.90",
            format!(
                "{declaration}<rdf:RDF {rdf} xmlns=\"http://my.netscape.com/rdf/simple/0.9/\">{}{}</rdf:RDF>",
                channel(""),
                entries(|n| item(n, ""))
            ),
        ),
        (
            "RSS 0.91",
            format!("{declaration}<rss version=\"0.91\">{}</rss>", channel(&entries(described))),
        ),
        (
            "RSS 0.92",
            format!("{declaration}<rss version=\"0.92\">{}</rss>", channel(&entries(described))),
        ),
        (
            "RSS 1.0",
            format!(
                "{declaration}<rdf:RDF {rdf} xmlns=\"http://purl.org/rss/1.0/\">{}{}</rdf:RDF>",
                channel(""),
                entries(about)
            ),
        ),
        (
            "RSS 2.0",
            format!(
                "{declaration}<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
                 xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">{}</rss>",
                channel(&entries(full))
            ),
        ),
        (
            "Atom 0.3",
            format!(
                "{declaration}<feed version=\"0.3\" xmlns=\"http://purl.org/atom/ns#\"><title>Báo thử</title>{}</feed>",
                entries(atom_03)
            ),
        ),
        (
            "Atom 1.0",
            format!(
                "{declaration}<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Báo thử</title><id>urn:f</id>{}</feed>",
                entries(atom)
            ),
        ),
        ("JSON Feed 1", json("1", "\"author\": {\"name\": \"Lan\"}")),
        ("JSON Feed 1.1", json("1.1", "\"authors\": [{\"name\": \"Lan\"}]")),
    ]
}

// --- the tools of the faults

/// Where the text of an entry begins and ends.
fn place(feed: &str, number: usize) -> (usize, usize) {
    let title = feed.find(&title(number)).unwrap();
    let start = feed[..title].rfind(['<', '{']).unwrap();
    let end = (number < ENTRIES)
        .then(|| feed.find(&self::title(number + 1)))
        .flatten()
        .map_or(feed.len(), |next| feed[..next].rfind(['<', '{']).unwrap());
    (start, end)
}

/// Replaces something once, within the entry.
fn inside(feed: &str, number: usize, from: &str, to: &str) -> Option<Vec<u8>> {
    let (start, end) = place(feed, number);
    let at = start + feed[start..end].find(from)?;
    Some([&feed[..at], to, &feed[at + from.len()..]].concat().into_bytes())
}

/// Puts something into an entry, behind its title.
fn add(feed: &str, number: usize, what: &str) -> Option<Vec<u8>> {
    inside(feed, number, "</title>", &format!("</title>{what}"))
}

/// Puts something into the title.
fn into_title(feed: &str, number: usize, what: &str) -> Option<Vec<u8>> {
    inside(feed, number, " về mùa", &format!("{what} về mùa"))
}

/// Changes the whole document; tried once, with the first entry.
fn whole(feed: &str, number: usize, change: impl Fn(&str) -> String) -> Option<Vec<u8>> {
    let changed = change(feed);
    (number == 1 && changed != feed).then(|| changed.into_bytes())
}

fn xml(feed: &str) -> bool {
    feed.starts_with('<')
}

fn without(feed: &str, start: &str) -> String {
    let mut rest = feed;
    let mut out = String::new();
    while let Some(at) = rest.find(start) {
        out.push_str(&rest[..at]);
        let value = rest[at..].find('"').unwrap() + at + 1;
        rest = &rest[value + rest[value..].find('"').unwrap() + 1..];
    }
    out + rest
}

fn undeclared(feed: &str) -> &str {
    feed.split_once("?>\n").map_or(feed, |(_, rest)| rest)
}

fn wide(feed: &str, number: usize, unit: fn(u16) -> [u8; 2]) -> Option<Vec<u8>> {
    let text = format!("\u{feff}{}", feed.replace("UTF-8", "utf-16"));
    (number == 1).then(|| text.encode_utf16().flat_map(unit).collect())
}

/// Every fault, by name.
const FAULTS: &[(&str, Fault)] = &[
    ("nothing", |feed, n| whole(feed, n, |feed| format!("{feed}\n"))),
    ("bare & in a title", |feed, n| into_title(feed, n, " R&D")),
    ("bare & in a link", |feed, n| inside(feed, n, ".htm", ".htm?a=1&b=2&copy=3")),
    ("bare < in a title", |feed, n| into_title(feed, n, " < 5")),
    ("names of HTML in a title", |feed, n| into_title(feed, n, "&eacute;&nbsp;x")),
    ("control characters", |feed, n| into_title(feed, n, "\u{b}\u{1}\u{1f}")),
    ("bytes of nothing", |feed, n| into_title(feed, n, "\0")),
    ("illegal references", |feed, n| into_title(feed, n, "&#0;&#11;&#xFFFF;&#99999999;")),
    ("half a reference", |feed, n| into_title(feed, n, "&#x &# &;")),
    ("a byte of windows-1252", |feed, n| {
        let marked = into_title(feed, n, " \u{1}")?;
        Some(marked.iter().map(|byte| if *byte == 1 { 0x96 } else { *byte }).collect())
    }),
    ("warning before", |feed, n| {
        whole(feed, n, |feed| {
            format!("<br />\n<b>Warning</b>: x in <b>/a.php</b> on line 3<br />\n\n\n{feed}")
        })
    }),
    ("blanks before an old declaration", |feed, n| {
        let old = |feed: &str| format!("{}{LATIN}{}", " ".repeat(80), undeclared(feed));
        xml(feed).then(|| whole(feed, n, old))?
    }),
    ("script after", |feed, n| whole(feed, n, |feed| format!("{feed}<script>if(a<b&&c)</script>"))),
    ("end of the title missing", |feed, n| inside(feed, n, "</title>", "")),
    ("end of the title in another case", |feed, n| inside(feed, n, "</title>", "</Title>")),
    ("end of the title misspelt", |feed, n| inside(feed, n, "</title>", "</titel>")),
    ("start of a CDATA twice", |feed, n| inside(feed, n, "<![CDATA[", "<![CDATA[<![CDATA[")),
    ("end of the entry missing", |feed, n| {
        inside(feed, n, "</item>", "").or_else(|| inside(feed, n, "</entry>", ""))
    }),
    ("HTML that nobody escaped", |feed, n| {
        add(feed, n, "<description><div><p>Một<br>hai <b>ba</p><img src=x></description>")
    }),
    ("declarations of namespaces missing", |feed, n| {
        let bare = |feed: &str| without(&without(feed, " xmlns:"), " xmlns=");
        xml(feed).then(|| whole(feed, n, bare))?
    }),
    ("version missing", |feed, n| {
        whole(feed, n, |feed| {
            feed.replace("<rss version=\"2.0\"", "<rss").replace("<rss version=\"0.92\"", "<rss")
        })
    }),
    ("namespaces with https and a slash", |feed, n| {
        whole(feed, n, |feed| {
            feed.replace("=\"http://", "=\"https://")
                .replace("Atom\"", "Atom/\"")
                .replace("1.1/\"", "1.1\"")
        })
    }),
    ("default namespace", |feed, n| {
        whole(feed, n, |feed| {
            feed.replace("<rss ", "<rss xmlns=\"http://backend.userland.com/rss2\" ")
        })
    }),
    ("unknown default namespace", |feed, n| {
        whole(feed, n, |feed| feed.replace("<rss ", "<rss xmlns=\"urn:bao\" "))
    }),
    ("UTF-8 declared otherwise", |feed, n| {
        whole(feed, n, |feed| feed.replace("UTF-8", "windows-1252"))
    }),
    ("unknown label", |feed, n| whole(feed, n, |feed| feed.replace("UTF-8", "utf8mb4"))),
    ("UTF-16LE", |feed, n| wide(feed, n, u16::to_le_bytes)),
    ("UTF-16BE", |feed, n| wide(feed, n, u16::to_be_bytes)),
    ("byte order mark twice", |feed, n| whole(feed, n, |feed| format!("\u{feff}\u{feff}{feed}"))),
    ("long declaration", |feed, n| {
        whole(feed, n, |feed| {
            feed.replace("UTF-8\"?>", &format!("windows-1252\"{}?>", " ".repeat(90)))
        })
    }),
    ("attribute without quotes", |feed, n| inside(feed, n, "\"false\"", "false")),
    ("attribute with half its quotes", |feed, n| inside(feed, n, "\"false\"", "\"false")),
    ("attribute twice", |feed, n| inside(feed, n, "\"false\"", "\"false\" isPermaLink=\"true\"")),
    ("end of a CDATA missing", |feed, n| inside(feed, n, "]]>", "")),
    ("empty media:description", |feed, n| {
        add(feed, n, "<media:group><media:description/></media:group>")
    }),
    ("another title of media", |feed, n| {
        add(feed, n, "<media:title type=\"text\">ảnh</media:title>")
    }),
    ("e-mail next to a wide bracket", |feed, n| {
        add(feed, n, "<author>lan@bao.test（Lan）</author>")
    }),
    ("absurd duration", |feed, n| {
        add(feed, n, "<itunes:duration>99999999999999999999999</itunes:duration>")
    }),
    ("free role", |feed, n| add(feed, n, "<podcast:person role=\"x y\">Lan</podcast:person>")),
    ("title of type text/plain", |feed, n| {
        inside(feed, n, "<title>", "<title type=\"text/plain\">")
    }),
    ("invalid xml:base", |feed, n| {
        inside(feed, n, "<item>", "<item xml:base=\"http://[\">")
            .or_else(|| inside(feed, n, "<entry>", "<entry xml:base=\"http://[\">"))
    }),
    ("declaration inside an entry", |feed, n| add(feed, n, LATIN)),
    ("comment without end", |feed, n| add(feed, n, "<!-- x")),
    ("instruction without end", |feed, n| add(feed, n, "<?php echo 1;")),
    ("DOCTYPE with entities", |feed, n| {
        let doctype = "<!DOCTYPE rss [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]>";
        xml(feed)
            .then(|| whole(feed, n, |feed| feed.replacen("?>\n", &format!("?>{doctype}"), 1)))?
    }),
    ("DOCTYPE without end", |feed, n| {
        xml(feed).then(|| whole(feed, n, |feed| feed.replacen("?>\n", "?><!DOCTYPE rss [", 1)))?
    }),
    ("elements in capitals", |feed, n| {
        let capitals = |feed: &str| {
            ["rss", "channel", "item", "title", "link", "description", "feed", "entry"].iter().fold(
                feed.to_owned(),
                |feed, name| {
                    let upper = name.to_uppercase();
                    feed.replace(&format!("<{name}"), &format!("<{upper}"))
                        .replace(&format!("</{name}"), &format!("</{upper}"))
                },
            )
        };
        xml(feed).then(|| whole(feed, n, capitals))?
    }),
    ("line breaks of an old Mac", |feed, n| whole(feed, n, |feed| feed.replace('\n', "\r"))),
    ("depth", |feed, n| add(feed, n, &"<media:group>".repeat(2_000))),
    ("attributes", |feed, n| add(feed, n, &format!("<x {}/>", "a=\"1\" ".repeat(2_000)))),
    ("end tags of nothing", |feed, n| add(feed, n, "</p></div></media:group>")),
    ("the end of the channel too early", |feed, n| {
        xml(feed).then(|| inside(feed, n, "<item>", "</channel><item>"))?
    }),
    ("one item inside another", |feed, n| inside(feed, n, "</item>", "<media:item/></item>")),
    // JSON
    ("number as id", |feed, n| inside(feed, n, &format!("\"bao-{n}\", "), &format!("{n}, "))),
    ("comma too many", |feed, n| inside(feed, n, ", \"date", ",, \"date").filter(|_| !xml(feed))),
    ("comma before the end", |feed, n| inside(feed, n, "+07:00\"}", "+07:00\",}")),
    ("line break in a text", |feed, n| inside(feed, n, " về mùa gặt\"", "\n về\tmùa gặt\"")),
    ("quote that nobody escaped", |feed, n| into_title(feed, n, " \"mới\"").filter(|_| !xml(feed))),
    ("comma between entries missing", |feed, n| inside(feed, n, "\"},\n", "\"}\n")),
    ("end of an object missing", |feed, n| inside(feed, n, "\"},\n{", "\",\n{")),
    ("quote missing", |feed, n| inside(feed, n, " gặt\",", " gặt,")),
    ("nothing as an item", |feed, n| inside(feed, n, "{\"id\"", "null, {\"id\"")),
    ("value that is none", |feed, n| {
        inside(feed, n, ", \"date_", ", \"x\": NaN, \"y\": undefined, \"date_")
    }),
    ("half a character", |feed, n| into_title(feed, n, "\\ud83d").filter(|_| !xml(feed))),
    ("escape that is none", |feed, n| into_title(feed, n, "\\x\\'").filter(|_| !xml(feed))),
    ("author as a text", |feed, n| inside(feed, n, "{\"name\": \"Lan\"}", "\"Lan\"")),
    ("tags as a text", |feed, n| inside(feed, n, ", \"date_", ", \"tags\": \"a\", \"date_")),
    ("version missing in JSON", |feed, n| {
        whole(feed, n, |feed| feed.replace("\"version\": \"https://jsonfeed.org/version/1\", ", ""))
    }),
    ("version of another scheme", |feed, n| {
        whole(feed, n, |feed| feed.replace("https://jsonfeed", "http://jsonfeed"))
    }),
];

fn context() -> FeedContext<'static> {
    FeedContext {
        charset: None,
        base_url: "https://bao.test/rss",
        language: None,
        date_zone: None,
        kind: &SourceKind::Feed,
        fetched_at: "2026-08-23T10:00:00Z".parse().unwrap(),
    }
}

/// How many of the entries come out of a document, and whether what is missing was said.
fn found(document: &[u8]) -> (usize, bool) {
    match feed::read(document, &context()) {
        Ok(parsed) => {
            let found = (1..=ENTRIES)
                .filter(|number| {
                    let (start, link) =
                        (format!("Tin số {number}"), format!("https://bao.test/{number}.htm"));
                    parsed.entries.iter().any(|entry| {
                        entry.title.starts_with(&start)
                            && entry.link.as_deref().is_none_or(|own| own.starts_with(&link))
                    })
                })
                .count();
            (
                found,
                !parsed.lost.is_empty()
                    || parsed.repairs.iter().any(|repair| repair == "truncated"),
            )
        }
        Err(_) => (0, true),
    }
}

#[test]
fn one_fault_costs_no_entry() {
    let (mut cases, mut complete) = (0, 0);
    let mut report = BTreeMap::<String, String>::new();
    for (format, feed) in feeds() {
        assert_eq!(found(feed.as_bytes()), (ENTRIES, false), "{format}: {feed}");
        for (name, fault) in FAULTS {
            for number in 1..=ENTRIES {
                let Some(document) = fault(&feed, number) else { continue };
                cases += 1;
                let (count, said) = found(&document);
                if count == ENTRIES {
                    complete += 1;
                } else {
                    let line = report.entry(format!("{name} in {format}")).or_default();
                    let silent = if said { "" } else { " silently" };
                    write!(line, " {number}: {count} of {ENTRIES}{silent},").unwrap();
                }
            }
        }
    }
    assert!(cases > 1_000, "{cases}");
    println!("{complete} of {cases} documents gave all their entries");
    let share = f64::from(complete) / f64::from(cases);
    assert!(share >= 0.99, "{complete} of {cases}\n{report:#?}");
    assert!(report.values().all(|line| !line.contains("silently")), "{report:#?}");
}

#[test]
fn a_document_cut_anywhere_keeps_its_complete_entries() {
    let (mut cases, mut good) = (0, 0);
    let mut wrong = String::new();
    for (format, feed) in feeds() {
        for cut in (feed.len() / 10..feed.len() - 20).step_by(17) {
            let part = &feed.as_bytes()[..cut];
            let text = String::from_utf8_lossy(part);
            let ends = ["</item>", "</entry>", "+07:00\"}"];
            let complete: usize = ends.iter().map(|end| text.matches(end).count()).sum();
            let (count, said) = found(part);
            cases += 1;
            // Of the last one all may be known but its end.
            if (said || count == ENTRIES) && (count == complete || count == complete + 1) {
                good += 1;
            } else {
                writeln!(wrong, "{format} at {cut}: {count} of {complete}, said: {said}").unwrap();
            }
        }
    }
    assert!(good * 100 >= cases * 99, "{good} of {cases}\n{wrong}");
}
