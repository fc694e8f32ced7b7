//! The process that other extractors run in: it answers, it dies without harm, and its answer decides the text.

use std::path::PathBuf;

use pledgewatch::pipeline::{PageWorker, PageWorkerError};

fn worker() -> PageWorker {
    PageWorker(PathBuf::from(env!("CARGO_BIN_EXE_pledgewatch")))
}

fn page(paragraphs: usize) -> String {
    let story = "<p>Đại diện hai bên cho biết kế hoạch sẽ được rà soát mỗi năm một lần, và sĩ quan liên lạc sẽ được cử trước \
                 cuối tháng, theo một thông cáo chung phát đi chiều thứ Năm tại Hà Nội.</p>";
    format!(
        "<html><body><nav><a href=/1>Thời sự</a></nav><article><h1>Kế hoạch</h1>{}</article></body></html>",
        story.repeat(paragraphs)
    )
}

#[tokio::test]
async fn the_worker_gives_one_text_for_each_other_extractor() {
    let voices = worker().voices(page(6)).await.unwrap();
    assert_eq!(voices.len(), 2);
    assert!(voices.iter().all(|text| text.contains("sĩ quan liên lạc")), "{voices:?}");
}

#[tokio::test]
async fn pages_beyond_the_limits_get_no_second_opinion() {
    for html in ["<div>".repeat(100_000), String::new(), "x".repeat(6 << 20)] {
        let voices = worker().voices(html).await.unwrap_or_default();
        assert!(voices.iter().all(String::is_empty));
    }
}

/// A page on which extractors take gigabytes: long addresses in links that are opened again in every paragraph.
#[tokio::test]
async fn a_worker_that_takes_too_much_ends_and_nothing_else_does() {
    let html = format!("<p><a href=\"{}\">{}", "A".repeat(50_000), "<p>a".repeat(12_500));
    match worker().voices(html).await {
        Ok(_) | Err(PageWorkerError::Died(_) | PageWorkerError::Late) => {}
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_program_that_is_not_there_or_says_something_else_is_an_error_and_no_more() {
    let missing = PageWorker(PathBuf::from("/nonexistent/pledgewatch"));
    assert!(matches!(missing.voices(page(1)).await, Err(PageWorkerError::Io(_))));
    let deaf = PageWorker(PathBuf::from("/bin/false"));
    assert!(matches!(deaf.voices(page(900)).await, Err(PageWorkerError::Died(_))));
    let odd = PageWorker(PathBuf::from("/bin/echo"));
    assert!(matches!(odd.voices(page(1)).await, Err(PageWorkerError::Answer(_))));
}
