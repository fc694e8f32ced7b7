//! Article pages as outlets serve them: the text, and around it what real pages carry (menus, other headlines,
//! captions, share buttons, machine-readable dates, keyword soup).

use serde_json::json;

use super::feeds::written;
use super::world::{Outlet, PageShape, Piece, Stamp, World};
use crate::model::Language;

/// Text made safe for XML and HTML, in elements and in double-quoted attributes.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The page of a piece, as it looks in a round.
pub fn page(world: &World, outlet: &Outlet, piece: &Piece, round: usize, base: &str) -> String {
    let others: Vec<&Piece> = world
        .published(&outlet.id, round)
        .into_iter()
        .filter(|other| other.id != piece.id)
        .take(4)
        .collect();
    let body = match outlet.page {
        PageShape::Agency => agency(outlet, piece, &others),
        PageShape::Government => government(outlet, piece),
        PageShape::Newspaper => newspaper(outlet, piece, &others),
        PageShape::Mirror => mirror(outlet, piece, &others),
    };
    let language = outlet.language.unwrap_or(Language::Vi).tag();
    format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <title>{} | {}</title>\n<link rel=\"canonical\" href=\"{base}{}\">\n{}</head>\n\
         <body>\n{body}</body>\n</html>\n",
        escape(&piece.title),
        escape(&outlet.name),
        piece.path(),
        machine_readable(outlet, piece),
    )
}

/// Dates and titles for machines, where the outlet gives them.
fn machine_readable(outlet: &Outlet, piece: &Piece) -> String {
    let date = written(piece.at, &outlet.zone, "%Y-%m-%dT%H:%M:%S%:z");
    match outlet.stamp {
        Stamp::JsonLd => {
            let data = json!({
                "@context": "https://schema.org",
                "@type": "NewsArticle",
                "headline": piece.title,
                "datePublished": date,
                "publisher": { "@type": "Organization", "name": outlet.name },
            });
            // "</" must not end the element early.
            let data = data.to_string().replace("</", "<\\/");
            format!("<script type=\"application/ld+json\">{data}</script>\n")
        }
        Stamp::Meta => format!(
            "<meta property=\"og:type\" content=\"article\">\n\
             <meta property=\"og:title\" content=\"{}\">\n\
             <meta property=\"article:published_time\" content=\"{date}\">\n",
            escape(&piece.title)
        ),
        Stamp::Page | Stamp::None => String::new(),
    }
}

/// A date line for readers, where the outlet has one.
fn date_line(outlet: &Outlet, piece: &Piece) -> String {
    match outlet.stamp {
        Stamp::None => String::new(),
        _ => format!(
            "<div class=\"date\"><time datetime=\"{}\">{}</time></div>\n",
            written(piece.at, &outlet.zone, "%Y-%m-%dT%H:%M:%S%:z"),
            written(piece.at, &outlet.zone, "%H:%M - %d/%m/%Y"),
        ),
    }
}

fn paragraphs(piece: &Piece) -> Vec<String> {
    piece.paragraphs.iter().map(|paragraph| format!("<p>{}</p>\n", escape(paragraph))).collect()
}

fn headlines(others: &[&Piece]) -> String {
    others
        .iter()
        .map(|other| {
            format!("<li><a href=\"{}\">{}</a></li>\n", other.path(), escape(&other.title))
        })
        .collect()
}

fn byline(piece: &Piece) -> String {
    piece
        .byline
        .as_ref()
        .map(|line| format!("<p class=\"author\">{}</p>\n", escape(line)))
        .unwrap_or_default()
}

/// Words of the page furniture in the outlet's language.
fn furniture(outlet: &Outlet, english: &'static str, vietnamese: &'static str) -> &'static str {
    if outlet.language == Some(Language::En) { english } else { vietnamese }
}

fn agency(outlet: &Outlet, piece: &Piece, others: &[&Piece]) -> String {
    let mut text = paragraphs(piece);
    let related = format!(
        "<div class=\"article-relate\"><h4>{}</h4><ul>\n{}</ul></div>\n",
        furniture(outlet, "Related news", "Tin liên quan"),
        headlines(others)
    );
    // Agencies put the list of related stories into the middle of the body.
    text.insert(text.len().min(2), related);
    let figure = piece.caption.as_ref().map(|caption| {
        format!(
            "<figure><img src=\"/anh/{}.jpg\" alt=\"\"><figcaption>{}</figcaption></figure>\n",
            piece.id,
            escape(caption)
        )
    });
    format!(
        "<header><div class=\"logo\">{}</div><nav><a href=\"/\">{}</a> <a href=\"/w\">{}</a> \
         <a href=\"/s\">{}</a></nav></header>\n<main><article>\n<h1>{}</h1>\n{}\
         <div class=\"article-lead\">{}</div>\n<div class=\"article-body\">\n{}{}</div>\n{}\
         </article></main>\n<footer>© {}. {}</footer>\n",
        escape(&outlet.name),
        furniture(outlet, "Home", "Trang chủ"),
        furniture(outlet, "World", "Thế giới"),
        furniture(outlet, "Society", "Xã hội"),
        escape(&piece.title),
        date_line(outlet, piece),
        escape(&piece.summary),
        figure.unwrap_or_default(),
        text.concat(),
        byline(piece),
        escape(&outlet.name),
        furniture(outlet, "An invented outlet.", "Trang tin hư cấu."),
    )
}

fn government(outlet: &Outlet, piece: &Piece) -> String {
    format!(
        "<a href=\"#content\">Skip to main content</a>\n<div id=\"cookie-banner\"><p>We use some \
         essential cookies to make this website work.</p><button>Accept</button></div>\n\
         <main id=\"content\"><h1>{}</h1>\n<p class=\"lead\">{}</p>\n\
         <dl><dt>From:</dt><dd>{}</dd><dt>Published</dt><dd>{}</dd></dl>\n\
         <div class=\"govspeak\">\n{}</div>\n{}</main>\n\
         <footer><a href=\"/help\">Help</a> <a href=\"/privacy\">Privacy</a></footer>\n",
        escape(&piece.title),
        escape(&piece.summary),
        escape(&outlet.name),
        written(piece.at, &outlet.zone, "%-d %B %Y"),
        paragraphs(piece).concat(),
        byline(piece),
    )
}

fn newspaper(outlet: &Outlet, piece: &Piece, others: &[&Piece]) -> String {
    let sections: &[&str] = if outlet.language == Some(Language::En) {
        &["News", "Sport", "Money", "Culture", "Jobs", "Puzzles", "Newsletters"]
    } else {
        &["Thời sự", "Thế giới", "Pháp luật", "Thể thao", "Giáo dục", "Du lịch", "Bạn đọc"]
    };
    let menu: String =
        sections.iter().map(|name| format!("<li><a href=\"/x\">{name}</a></li>")).collect();
    format!(
        "<nav><ul>{menu}</ul></nav>\n<div id=\"wrapper\"><div id=\"main-column\">\n<h1>{}</h1>\n\
         {}<div class=\"share-buttons\"><span>{}</span> <span>Facebook</span> <span>Zalo</span></div>\n\
         <div class=\"story-content\">\n<p class=\"sapo\"><strong>{}</strong></p>\n{}{}</div>\n\
         <div class=\"comments\"><h4>{}</h4><form><textarea></textarea></form></div>\n</div>\n\
         <aside><h3>{}</h3><ul>\n{}</ul></aside></div>\n\
         <footer><p>{}</p></footer>\n",
        escape(&piece.title),
        date_line(outlet, piece),
        furniture(outlet, "Share", "Chia sẻ"),
        escape(&piece.summary),
        paragraphs(piece).concat(),
        byline(piece),
        furniture(outlet, "Comments (0)", "Ý kiến bạn đọc (0)"),
        furniture(outlet, "Most read", "Đọc nhiều"),
        headlines(others),
        furniture(outlet, "All rights invented.", "Mọi nội dung đều hư cấu."),
    )
}

fn mirror(outlet: &Outlet, piece: &Piece, others: &[&Piece]) -> String {
    format!(
        "<div class=\"top\">{} tin nóng tin nhanh bóng đá xổ số giá vàng hôm nay</div>\n\
         <div><h1>{}</h1><div class=\"ads\">Advertisement</div>\n<div class=\"content\">\n{}\
         </div>{}<div class=\"ads\">Advertisement</div></div>\n<div class=\"tags\">tags: Việt Nam, \
         nước Anh, Ngoại hạng Anh, visa, định cư</div>\n<div class=\"list\"><ul>\n{}</ul></div>\n",
        escape(&outlet.name),
        escape(&piece.title),
        paragraphs(piece).concat(),
        byline(piece),
        headlines(others),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_holds_all_paragraphs_of_its_text_once_and_in_order() {
        let world = World::embedded().unwrap();
        for piece in &world.pieces {
            let outlet = world.outlet(&piece.source).unwrap();
            let html = page(&world, outlet, piece, 4, "http://127.0.0.1:1");
            let mut from = 0;
            for paragraph in paragraphs(piece) {
                let at = html[from..].find(paragraph.trim_end()).expect("paragraph in order");
                from += at + paragraph.trim_end().len();
            }
            assert!(!html[from..].contains(paragraphs(piece)[0].trim_end()), "{}", piece.id);
        }
    }

    #[test]
    fn pages_say_when_they_were_published_only_where_their_outlet_does() {
        let world = World::embedded().unwrap();
        for outlet in world.outlets.iter().filter(|outlet| !outlet.broken) {
            let piece = world.published(&outlet.id, 4)[0];
            let html = page(&world, outlet, piece, 4, "http://127.0.0.1:1");
            assert_eq!(html.contains("datePublished"), outlet.stamp == Stamp::JsonLd);
            assert_eq!(html.contains("published_time"), outlet.stamp == Stamp::Meta);
            let year = piece.at.strftime("%Y").to_string();
            let bare = html.replace(&piece.path(), "");
            if outlet.stamp == Stamp::Page {
                assert!(bare.contains(&format!("/{year}</time>")), "{}", outlet.id);
            }
            if outlet.stamp == Stamp::None {
                assert!(!bare.contains("<time"), "{}", outlet.id);
            }
        }
    }

    #[test]
    fn text_cannot_break_out_of_its_element() {
        assert_eq!(escape("<b a=\"1\">&"), "&lt;b a=&quot;1&quot;&gt;&amp;");
    }
}
