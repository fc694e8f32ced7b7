//! What an outlet publishes in a round, in its own format: RSS 0.91, 0.92, 1.0 and 2.0, Atom, JSON Feed.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use super::listing;
use super::pages::escape;
use super::world::{Format, Outlet, PageShape, Piece, World};

/// RFC 822 as RSS asks for it, with the outlet's own offset.
const RSS_DATE: &str = "%a, %d %b %Y %H:%M:%S %z";
/// RFC 3339 with the outlet's own offset.
const ISO_DATE: &str = "%Y-%m-%dT%H:%M:%S%:z";

/// A document as served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// `Content-Type`.
    pub content_type: &'static str,
    /// The bytes, as text.
    pub body: String,
}

/// The document that an outlet's address leads to in a round. `base` is the server's address without a final
/// slash (`http://127.0.0.1:4711`).
pub fn document(world: &World, outlet: &Outlet, round: usize, base: &str) -> Document {
    let view = View { outlet, pieces: world.published(&outlet.id, round), base };
    let (content_type, body) = match outlet.format {
        Format::Rss2 | Format::Rss2Markup | Format::Rss2Full => {
            ("application/rss+xml; charset=utf-8", view.rss2())
        }
        Format::Rss091 | Format::Rss092 => ("text/xml; charset=utf-8", view.rss09()),
        Format::Rdf => ("application/rdf+xml", view.rdf()),
        Format::Atom => ("application/atom+xml; charset=utf-8", view.atom()),
        Format::Json => ("application/feed+json", view.json()),
        Format::Listing => ("text/html; charset=utf-8", listing::page(outlet, &view.pieces, base)),
    };
    Document { content_type, body }
}

/// An instant in a zone, written by a pattern; UTC where the zone is unknown.
pub fn written(at: Timestamp, zone: &str, pattern: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).strftime(pattern).to_string()
}

struct View<'a> {
    outlet: &'a Outlet,
    pieces: Vec<&'a Piece>,
    base: &'a str,
}

impl View<'_> {
    fn home(&self) -> String {
        format!("{}/{}/", self.base, self.outlet.id)
    }

    /// Mirrors add campaign parameters to every link.
    fn link(&self, piece: &Piece) -> String {
        let tracked = self.outlet.page == PageShape::Mirror;
        let query = if tracked { "?utm_source=rss&utm_medium=feed" } else { "" };
        format!("{}{}{query}", self.base, piece.path())
    }

    fn language(&self) -> &'static str {
        self.outlet.language.map_or("vi", |language| language.tag())
    }

    fn date(&self, piece: &Piece, pattern: &str) -> String {
        written(piece.at, &self.outlet.zone, pattern)
    }

    /// A lead as the content system of an agency writes it: a picture, the lead, other headlines.
    fn marked_up(&self, piece: &Piece) -> String {
        let link = escape(&self.link(piece));
        let related: String = self
            .pieces
            .iter()
            .filter(|other| other.id != piece.id)
            .take(3)
            .map(|other| {
                let link = escape(&self.link(other));
                format!("<li><a href=\"{link}\">{}</a></li>", escape(&other.title))
            })
            .collect();
        format!(
            "<a href=\"{link}\"><img src=\"{}anh/{}.jpg\" alt=\"\"></a><p>{}</p>\
             <div style=\"clear: both;\"><ul>{related}</ul></div>",
            self.home(),
            piece.id,
            escape(&piece.summary)
        )
    }

    fn rss2(&self) -> String {
        let full = self.outlet.format == Format::Rss2Full;
        let items: String = self.pieces.iter().map(|piece| self.rss2_item(piece, full)).collect();
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
             <rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
             xmlns:atom=\"http://www.w3.org/2005/Atom\">\n<channel>\n\
             <title>{name}</title>\n<link>{home}</link>\n\
             <description>{name}: a demonstration, all of it invented</description>\n\
             <language>{language}</language>\n\
             <atom:link href=\"{base}{path}\" rel=\"self\" type=\"application/rss+xml\"/>\n\
             {items}</channel>\n</rss>\n",
            name = escape(&self.outlet.name),
            home = escape(&self.home()),
            language = self.language(),
            base = self.base,
            path = self.outlet.feed_path(),
        )
    }

    fn rss2_item(&self, piece: &Piece, full: bool) -> String {
        let description = if self.outlet.format == Format::Rss2Markup {
            format!("<![CDATA[{}]]>", self.marked_up(piece))
        } else {
            escape(&piece.summary)
        };
        // A mirror gives no identity: the link, with its campaign parameters, has to do.
        let guid = if self.outlet.page == PageShape::Mirror {
            String::new()
        } else {
            format!("<guid isPermaLink=\"false\">{}</guid>", identity(piece))
        };
        let content = if full {
            format!("<content:encoded><![CDATA[{}]]></content:encoded>", whole_text(piece))
        } else {
            String::new()
        };
        format!(
            "<item><title>{}</title><link>{}</link><description>{description}</description>\
             <pubDate>{}</pubDate>{guid}{content}</item>\n",
            escape(&piece.title),
            escape(&self.link(piece)),
            self.date(piece, RSS_DATE),
        )
    }

    fn rss09(&self) -> String {
        let old = self.outlet.format == Format::Rss091;
        let (version, doctype) = if old {
            let doctype = "<!DOCTYPE rss PUBLIC \"-//Netscape Communications//DTD RSS 0.91//EN\" \
                           \"http://my.netscape.com/publish/formats/rss-0.91.dtd\">\n";
            ("0.91", doctype)
        } else {
            ("0.92", "")
        };
        let items: String = self
            .pieces
            .iter()
            .map(|piece| {
                format!(
                    "<item>\n<title>{}</title>\n<link>{}</link>\n\
                     <description>{}</description>\n</item>\n",
                    escape(&piece.title),
                    escape(&self.link(piece)),
                    escape(&piece.summary),
                )
            })
            .collect();
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{doctype}<rss version=\"{version}\">\n\
             <channel>\n<title>{name}</title>\n<link>{home}</link>\n\
             <description>{name}</description>\n<language>{language}</language>\n{items}\
             </channel>\n</rss>\n",
            name = escape(&self.outlet.name),
            home = escape(&self.home()),
            language = self.language(),
        )
    }

    fn rdf(&self) -> String {
        let list: String = self
            .pieces
            .iter()
            .map(|piece| format!("<rdf:li rdf:resource=\"{}\"/>", escape(&self.link(piece))))
            .collect();
        let items: String = self
            .pieces
            .iter()
            .map(|piece| {
                let link = escape(&self.link(piece));
                format!(
                    "<item rdf:about=\"{link}\"><title>{}</title><link>{link}</link>\
                     <description>{}</description><dc:date>{}</dc:date></item>\n",
                    escape(&piece.title),
                    escape(&piece.summary),
                    self.date(piece, ISO_DATE),
                )
            })
            .collect();
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
             <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" \
             xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n\
             <channel rdf:about=\"{home}\"><title>{name}</title><link>{home}</link>\
             <description>{name}</description><dc:language>{language}</dc:language>\
             <items><rdf:Seq>{list}</rdf:Seq></items></channel>\n{items}</rdf:RDF>\n",
            name = escape(&self.outlet.name),
            home = escape(&self.home()),
            language = self.language(),
        )
    }

    /// Links are relative to `xml:base`, as half of all Atom writers have them.
    fn atom(&self) -> String {
        let updated = self.pieces.first().map(|newest| self.date(newest, ISO_DATE));
        let entries: String = self
            .pieces
            .iter()
            .map(|piece| {
                let date = self.date(piece, ISO_DATE);
                let path = piece.path();
                let inside = format!("/{}/", self.outlet.id);
                format!(
                    "<entry><id>{}</id><title>{}</title>\
                     <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\
                     <published>{date}</published><updated>{date}</updated>\
                     <summary type=\"html\">{}</summary></entry>\n",
                    identity(piece),
                    escape(&piece.title),
                    path.strip_prefix(&inside).unwrap_or(&path),
                    escape(&format!("<p>{}</p>", escape(&piece.summary))),
                )
            })
            .collect();
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
             <feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{language}\" \
             xml:base=\"{home}\">\n<title>{name}</title>\n<id>tag:{id}.example,2026:feed</id>\n\
             <link rel=\"self\" href=\"{base}{path}\"/>\n<link href=\"{home}\"/>\n\
             <author><name>{name}</name></author>\n<updated>{updated}</updated>\n{entries}\
             </feed>\n",
            name = escape(&self.outlet.name),
            home = escape(&self.home()),
            id = self.outlet.id,
            language = self.language(),
            base = self.base,
            path = self.outlet.feed_path(),
            updated = updated.unwrap_or_default(),
        )
    }

    fn json(&self) -> String {
        let items: Vec<serde_json::Value> = self
            .pieces
            .iter()
            .map(|piece| {
                json!({
                    "id": identity(piece),
                    "url": self.link(piece),
                    "title": piece.title,
                    "summary": piece.summary,
                    "content_text": piece.summary,
                    "date_published": self.date(piece, ISO_DATE),
                })
            })
            .collect();
        let feed = json!({
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.outlet.name,
            "home_page_url": self.home(),
            "feed_url": format!("{}{}", self.base, self.outlet.feed_path()),
            "language": self.language(),
            "items": items,
        });
        format!("{feed:#}\n")
    }
}

/// An identity that does not depend on the port.
fn identity(piece: &Piece) -> String {
    format!("tag:{}.example,2026:{}", piece.source, piece.id)
}

fn whole_text(piece: &Piece) -> String {
    piece.paragraphs.iter().map(|paragraph| format!("<p>{}</p>", escape(paragraph))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feed_of_every_round_is_read_completely() {
        let world = World::embedded().unwrap();
        for outlet in world.outlets.iter().filter(|outlet| outlet.format != Format::Listing) {
            for round in 0..world.rounds.len() {
                let document = document(&world, outlet, round, "http://127.0.0.1:1");
                let feed = feed_rs::parser::parse(document.body.as_bytes())
                    .unwrap_or_else(|error| panic!("{} in round {round}: {error}", outlet.id));
                let read: Vec<(String, String)> = feed
                    .entries
                    .iter()
                    .map(|entry| {
                        let title = entry.title.as_ref().map(|text| text.content.clone());
                        (title.unwrap(), entry.links[0].href.clone())
                    })
                    .collect();
                let told: Vec<(String, String)> = world
                    .published(&outlet.id, round)
                    .iter()
                    .map(|piece| {
                        let view = View { outlet, pieces: Vec::new(), base: "http://127.0.0.1:1" };
                        (piece.title.clone(), view.link(piece))
                    })
                    .collect();
                assert_eq!(read, told, "{} in round {round}", outlet.id);
            }
        }
    }

    #[test]
    fn dates_are_read_back_to_the_second_where_the_format_has_them() {
        let world = World::embedded().unwrap();
        let dated = [Format::Rss2, Format::Rss2Markup, Format::Rss2Full, Format::Rdf, Format::Atom];
        for outlet in world.outlets.iter().filter(|outlet| dated.contains(&outlet.format)) {
            let document = document(&world, outlet, 4, "http://127.0.0.1:1");
            let feed = feed_rs::parser::parse(document.body.as_bytes()).unwrap();
            for (entry, piece) in feed.entries.iter().zip(world.published(&outlet.id, 4)) {
                let read = entry.published.map(|date| date.timestamp());
                assert_eq!(read, Some(piece.at.as_second()), "{}", piece.id);
            }
        }
    }
}
