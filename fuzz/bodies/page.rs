//! Pages: whatever the bytes, reading ends, and what it gives is a tidy text with a date that can be true.

use super::rooms::article::{self, Aids, PageContext, forward};
use super::rooms::model::PageRules;

/// One input.
pub fn run(bytes: &[u8]) {
    let bytes = &bytes[..bytes.len().min(200_000)];
    let context = PageContext {
        charset: None,
        url: "https://bao.test/the-gioi/bai-1.html",
        date_zone: Some("Asia/Ho_Chi_Minh"),
        fetched_at: jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(500_000),
    };
    let rules = PageRules {
        body: Some("div.b, article".to_owned()),
        exclude: vec![".x".to_owned()],
        ..PageRules::default()
    };
    for rules in [None, Some(&rules)] {
        let voices = vec!["Hai bên ký kế hoạch.".to_owned()];
        let Ok(article) = article::read_with(bytes, &context, &Aids { rules, voices: &voices })
        else {
            continue;
        };
        assert!(article.confidence.is_none_or(|percent| percent <= 100));
        assert!(article.text.lines().all(|line| !line.trim().is_empty()), "{:?}", article.text);
        assert!(!article.title.contains('\n'));
        assert!(article.published.is_none_or(|found| found.date.year() >= 1995));
    }
    if let Ok(html) = article::decode(bytes, &context) {
        if let Some(target) = forward::inside_page(&html, context.url) {
            assert!(target.starts_with("http"));
        }
        let _ = forward::inside_link(&html);
    }
}
