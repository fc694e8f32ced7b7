//! What a page asks for about copies of itself.

use crate::markup::tags;

/// `meta` elements looked at; real heads hold a few dozen.
const MOST: usize = 500;

/// Whether a page, or the beginning of one, asks that no copy of it is kept: `noarchive` for everybody or for `product`, or a reservation
/// of text and data mining (TDM Reservation Protocol, section 4).
pub fn is_reserved(html: &str, product: &str) -> bool {
    html.match_indices('<')
        .filter(|(at, _)| {
            html.as_bytes()[at + 1..]
                .get(..4)
                .is_some_and(|name| name.eq_ignore_ascii_case(b"meta"))
        })
        .take(MOST)
        .filter_map(|(at, _)| tags::tag(&html[at..]))
        .any(|meta| {
            let name = meta.attribute("name").unwrap_or_default().trim().to_ascii_lowercase();
            let content = meta.attribute("content").unwrap_or_default();
            let forbids =
                content.split(',').any(|rule| rule.trim().eq_ignore_ascii_case("noarchive"));
            match name.as_str() {
                "tdm-reservation" => content.trim() == "1",
                name => forbids && (name == "robots" || name == product),
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_for_everybody_or_for_us_that_it_shall_not_be_copied() {
        let page = |meta: &str| {
            is_reserved(&format!("<html><head>{meta}</head><body>x</body></html>"), "pledgewatch")
        };
        for meta in [
            "<meta name=\"robots\" content=\"index, NoArchive\">",
            "<META CONTENT='noarchive' NAME='Robots'/>",
            "<meta name=pledgewatch content=noarchive>",
            "<meta name=\"tdm-reservation\" content=\"1\">",
        ] {
            assert!(page(meta), "{meta}");
        }
        for meta in [
            "",
            "<meta name=\"robots\" content=\"noindex, max-image-preview:large\">",
            "<meta name=\"googlebot\" content=\"noarchive\">",
            "<meta name=\"description\" content=\"noarchive\">",
            "<meta name=\"tdm-reservation\" content=\"0\">",
        ] {
            assert!(!page(meta), "{meta}");
        }
    }
}
