//! The stories on a page that lists them, without selectors: links that are headlines or stand in one, outside menus and
//! footers, of the form of address that most of them have.

use std::collections::{HashMap, HashSet};

use regex::Regex;
use scraper::{ElementRef, Html};
use url::Url;

use super::parse::RawEntry;
use super::repair::join;
use crate::markup::plain;
use crate::time::feed_date::{self, MeantZone};

/// Stories taken from one page.
const MOST: usize = 200;
/// Characters from which a link inside a heading is a headline ...
const HEADING: usize = 20;
/// ... and words from which any other link is.
const WORDS: usize = 5;
/// Steps up from a link to the heading it stands in, or the card it belongs to.
const STEPS: usize = 4;

/// A link that may be a headline.
struct Candidate<'a> {
    element: ElementRef<'a>,
    link: Url,
    title: String,
    heading: bool,
}

/// The stories of a page, in its order, each address once.
pub(super) fn entries(
    page: &Html,
    base: Option<&Url>,
    zone: &MeantZone,
    pattern: Option<&Regex>,
) -> Vec<RawEntry> {
    let mut candidates: Vec<Candidate<'_>> = page
        .tree
        .nodes()
        .filter_map(ElementRef::wrap)
        .filter(|element| element.value().name() == "a")
        .filter_map(|element| candidate(element, base))
        .collect();
    match pattern {
        Some(pattern) => candidates.retain(|one| pattern.is_match(one.link.as_str())),
        None => keep_usual(&mut candidates, base),
    }
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut found: Vec<RawEntry> = Vec::new();
    for one in candidates {
        let key = without_query(&one.link);
        if let Some(place) = places.get(&key) {
            // A picture and a headline lead to the same story; the longer text is the headline.
            if one.title.len() > found[*place].title.len() && one.heading {
                found[*place].title = one.title;
            }
            continue;
        }
        if found.len() == MOST {
            break;
        }
        places.insert(key, found.len());
        found.push(RawEntry {
            published: date_beside(one.element, zone),
            link: Some(one.link.into()),
            title: one.title,
            ..RawEntry::default()
        });
    }
    found
}

fn candidate<'a>(element: ElementRef<'a>, base: Option<&Url>) -> Option<Candidate<'a>> {
    let link = join(base, element.attr("href")?)
        .filter(|link| matches!(link.scheme(), "http" | "https"))?;
    if base.is_some_and(|base| base.host_str() != link.host_str()) || link.path().len() < 2 {
        return None;
    }
    let mut heading = element.descendants().filter_map(ElementRef::wrap).any(is_heading);
    for (step, above) in element.ancestors().filter_map(ElementRef::wrap).enumerate() {
        if matches!(above.value().name(), "nav" | "footer" | "menu") {
            return None;
        }
        heading |= step < STEPS && is_heading(above);
    }
    let text: String = element.text().collect();
    let text = plain::tidy(&text).replace('\n', " ");
    let named = element.attr("title").map(plain::line).unwrap_or_default();
    let title = if text.chars().count() >= named.chars().count() { text } else { named };
    let long = if heading {
        title.chars().count() >= HEADING
    } else {
        title.split_whitespace().count() >= WORDS
    };
    long.then_some(Candidate { element, link, title, heading })
}

fn is_heading(element: ElementRef<'_>) -> bool {
    matches!(element.value().name(), "h1" | "h2" | "h3" | "h4")
}

/// Keeps links of the most frequent form of address, if one clearly is: stories differ from sections and topics by it.
fn keep_usual(candidates: &mut Vec<Candidate<'_>>, base: Option<&Url>) {
    let here = base.map(without_query);
    candidates.retain(|one| Some(without_query(&one.link)) != here);
    let mut forms: HashMap<String, HashSet<String>> = HashMap::new();
    for one in candidates.iter() {
        forms.entry(form(&one.link)).or_default().insert(without_query(&one.link));
    }
    let all: usize = forms.values().map(HashSet::len).sum();
    let usual = forms.iter().max_by(|a, b| a.1.len().cmp(&b.1.len()).then(b.0.cmp(a.0)));
    if let Some((usual, links)) = usual
        && links.len() * 2 > all
    {
        let usual = usual.clone();
        candidates.retain(|one| form(&one.link) == usual);
    }
}

/// What stories of one site have in common: the end of the path (`.htm`, an id), and whether it is a long name.
fn form(link: &Url) -> String {
    let last = link.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let (name, ending) = last.rsplit_once('.').unwrap_or((last, ""));
    let words = name.split(['-', '_']).count();
    let numbered = name.rsplit(['-', '_']).next().is_some_and(|end| {
        end.len() >= 5
            && end
                .trim_start_matches(|c: char| c.is_ascii_alphabetic())
                .bytes()
                .all(|b| b.is_ascii_digit())
            && end.bytes().any(|b| b.is_ascii_digit())
    });
    format!("{ending} {} {numbered}", if words >= 4 { "long" } else { "short" })
}

fn without_query(link: &Url) -> String {
    let mut link = link.clone();
    link.set_query(None);
    link.set_fragment(None);
    link.into()
}

/// The date in the card of a link: the first `time`, or a short text that is a date, a few steps up.
fn date_beside(element: ElementRef<'_>, zone: &MeantZone) -> Option<jiff::Timestamp> {
    for above in element.ancestors().filter_map(ElementRef::wrap).take(STEPS) {
        let inside = above.descendants().take(200).filter_map(ElementRef::wrap);
        let mut links = HashSet::new();
        let mut found = None;
        for one in inside {
            match one.value().name() {
                "a" => drop(links.insert(one.attr("href"))),
                "time" if found.is_none() => {
                    let stated = one.attr("datetime").and_then(|text| feed_date::parse(text, zone));
                    let shown = || feed_date::parse(&plain::line(&one.inner_html()), zone);
                    found = stated.or_else(shown);
                }
                "span" | "p" | "div" | "small"
                    if found.is_none() && one.children().count() == 1 =>
                {
                    let text: String = one.text().take(2).collect();
                    if text.len() <= 60 {
                        found = feed_date::parse(text.trim(), zone);
                    }
                }
                _ => {}
            }
        }
        // With several stories inside, the date is another's.
        if links.len() > 3 {
            return None;
        }
        if found.is_some() {
            return found;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(html: &str, pattern: Option<&str>) -> Vec<(String, String, Option<String>)> {
        let base = Url::parse("https://bao.test/the-gioi").unwrap();
        let pattern = pattern.map(|text| Regex::new(text).unwrap());
        let page = Html::parse_document(html);
        entries(
            &page,
            Some(&base),
            &MeantZone::of_silent(jiff::tz::TimeZone::UTC),
            pattern.as_ref(),
        )
        .into_iter()
        .map(|entry| (entry.link.unwrap(), entry.title, entry.published.map(|at| at.to_string())))
        .collect()
    }

    const PAGE: &str = "<nav><ul><li><a href=/phap-luat-trong-nuoc-va-the-gioi>Pháp luật trong nước và thế giới</a></li></ul></nav>\
        <article><a href=/hai-nuoc-ky-ke-hoach-4812345.html><img></a><h3><a href='/hai-nuoc-ky-ke-hoach-4812345.html?utm=1'>Hai nước \
        ký kế hoạch hành động</a></h3><span class=time>20/08/2026 17:05</span></article>\
        <article><h3><a href=/toa-tuyen-an-nhom-dua-nguoi-4812346.html title='Tòa tuyên án nhóm đưa người sang châu Âu'>Tòa tuyên \
        án…</a></h3><time datetime='2026-08-19T09:00:00+07:00'>hôm qua</time></article>\
        <div><h2><a href=/su-kien/di-cu>Tất cả bài về chủ đề di cư và lao động</a></h2></div>\
        <h3><a href=https://khac.test/mot-bai-viet-o-noi-khac-4812345.html>Một bài viết dài ở một nơi khác</a></h3>\
        <footer><a href=/lien-he-toa-soan-va-quang-cao-4812349.html>Liên hệ tòa soạn và quảng cáo trên báo</a></footer>";

    #[test]
    fn stories_are_found_without_any_rule() {
        let found = read(PAGE, None);
        assert_eq!(
            found,
            [
                (
                    "https://bao.test/hai-nuoc-ky-ke-hoach-4812345.html?utm=1".to_owned(),
                    "Hai nước ký kế hoạch hành động".to_owned(),
                    Some("2026-08-20T17:05:00Z".to_owned())
                ),
                (
                    "https://bao.test/toa-tuyen-an-nhom-dua-nguoi-4812346.html".to_owned(),
                    "Tòa tuyên án nhóm đưa người sang châu Âu".to_owned(),
                    Some("2026-08-19T02:00:00Z".to_owned())
                ),
            ]
        );
    }

    #[test]
    fn a_pattern_of_addresses_decides_where_there_is_one() {
        let found = read(PAGE, Some("/su-kien/"));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].1, "Tất cả bài về chủ đề di cư và lao động");
        assert!(read("<p>nothing</p>", None).is_empty());
    }
}
