//! The one outlet without a feed: a page that lists its news, and the selectors that read it.

use super::feeds::written;
use super::pages::escape;
use super::world::{Outlet, Piece};
use crate::model::ListingRules;

/// The selectors that fit [`page`].
pub fn rules() -> ListingRules {
    ListingRules {
        item: "main .tin-muc".to_owned(),
        url_match: None,
        link: Some("h3 a".to_owned()),
        title: Some("h3 a".to_owned()),
        summary: Some("p.sapo".to_owned()),
        date: Some("span.ngay".to_owned()),
    }
}

/// The listing: news in `main`, and beside it a "most read" box that no selector should take for news.
pub fn page(outlet: &Outlet, pieces: &[&Piece], base: &str) -> String {
    let items: String = pieces
        .iter()
        .map(|piece| {
            format!(
                "<article class=\"tin-muc\"><h3><a href=\"{}\">{}</a></h3>\n\
                 <span class=\"ngay\">{}</span>\n<p class=\"sapo\">{}</p></article>\n",
                piece.path(),
                escape(&piece.title),
                written(piece.at, &outlet.zone, "%d/%m/%Y %H:%M"),
                escape(&piece.summary),
            )
        })
        .collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\"><title>{name}</title>\
         <link rel=\"canonical\" href=\"{base}{path}\"></head>\n<body>\n\
         <header><nav><a href=\"/\">Trang chủ</a> <a href=\"/gioi-thieu\">Giới thiệu</a> \
         <a href=\"/lien-he\">Liên hệ</a></nav></header>\n\
         <main><h1>Tin mới</h1>\n{items}</main>\n\
         <aside><h2>Đọc nhiều</h2><ul><li><a href=\"/doc-nhieu/1.html\">Lịch tiếp công dân</a></li>\
         <li><a href=\"/doc-nhieu/2.html\">Thủ tục cấp hộ chiếu</a></li></ul></aside>\n\
         <footer>{name} là trang hư cấu.</footer>\n</body></html>\n",
        name = escape(&outlet.name),
        path = outlet.feed_path(),
    )
}

#[cfg(test)]
mod tests {
    use scraper::{Html, Selector};

    use super::super::world::{Format, World};
    use super::*;

    #[test]
    fn the_selectors_read_every_item_of_every_round() {
        let world = World::embedded().unwrap();
        let outlet = world.outlets.iter().find(|outlet| outlet.format == Format::Listing).unwrap();
        let rules = rules();
        let select = |rule: Option<&String>| Selector::parse(rule.unwrap()).unwrap();
        for round in 0..world.rounds.len() {
            let pieces = world.published(&outlet.id, round);
            let html = Html::parse_document(&page(outlet, &pieces, "http://127.0.0.1:1"));
            let items: Vec<_> = html.select(&select(Some(&rules.item))).collect();
            assert_eq!(items.len(), pieces.len());
            for (item, piece) in items.iter().zip(pieces) {
                let text = |rule: &Option<String>| -> String {
                    item.select(&select(rule.as_ref())).next().unwrap().text().collect()
                };
                assert_eq!(text(&rules.title), piece.title);
                assert_eq!(text(&rules.summary), piece.summary);
                let date = piece.at.strftime("/%m/%Y ").to_string();
                assert!(text(&rules.date).contains(&date), "{}", text(&rules.date));
                let link = item.select(&select(rules.link.as_ref())).next().unwrap();
                assert_eq!(link.attr("href"), Some(piece.path().as_str()));
            }
        }
    }
}
