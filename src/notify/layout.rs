//! The plain text edition on the page: 72 columns, hanging indents, links never broken (RFC 5322 2.1.1 asks for
//! at most 78 characters a line).

use unicode_segmentation::UnicodeSegmentation;

/// Columns of the text edition.
pub const COLUMNS: usize = 72;

/// Widest label of a fact line whose continuation hangs under its value.
const MAX_LABEL: usize = 26;

/// Number of columns that a text takes; a letter with its marks takes one.
pub fn columns(text: &str) -> usize {
    text.graphemes(true).count()
}

/// Wraps every line that is too wide. A continuation hangs under the text of its first line: after a bullet, or
/// under the value where a label and two blanks come first. Runs of blank lines become one; blanks at the end
/// of lines go. A word wider than the page (a link) stands alone, whole.
pub fn wrap(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 40);
    let mut blank = true;
    for line in text.lines() {
        let line = line.trim_end();
        if line.is_empty() {
            if !blank {
                out.push('\n');
            }
            blank = true;
            continue;
        }
        blank = false;
        if columns(line) <= COLUMNS {
            out.push_str(line);
            out.push('\n');
        } else {
            wrap_line(line, &mut out);
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn wrap_line(line: &str, out: &mut String) {
    let (head, hang) = head(line);
    let mut at = columns(head);
    out.push_str(head);
    let mut first = true;
    for word in line[head.len()..].split(' ').filter(|word| !word.is_empty()) {
        let width = columns(word);
        if !first && at + 1 + width > COLUMNS {
            out.push('\n');
            // A quotation keeps its mark on every line (as RFC 3676 4.5 has it); all else hangs on blanks.
            match head.strip_prefix("> ") {
                Some("") => out.push_str(head),
                _ => out.push_str(&" ".repeat(hang)),
            }
            at = hang;
        } else if !first {
            out.push(' ');
            at += 1;
        }
        out.push_str(word);
        at += width;
        first = false;
    }
    out.push('\n');
}

/// What stands before the running text of a line, and the column at which its continuations begin.
fn head(line: &str) -> (&str, usize) {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let rest = &line[indent..];
    if let Some(bullet) = ["- ", "* ", "> "].iter().find(|bullet| rest.starts_with(**bullet)) {
        let end = indent + bullet.len();
        return (&line[..end], end);
    }
    if let Some(gap) = rest.find("  ") {
        let value = gap + rest[gap..].len() - rest[gap..].trim_start_matches(' ').len();
        let end = indent + value;
        if columns(&line[..end]) <= MAX_LABEL {
            return (&line[..end], columns(&line[..end]));
        }
    }
    (&line[..indent], indent)
}

/// Pads a label to `width` columns, with two blanks at least, so that [`wrap`] hangs the value under itself.
pub fn pad(label: &str, width: usize) -> String {
    let blanks = width.saturating_sub(columns(label)).max(2);
    format!("{label}{}", " ".repeat(blanks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_within_the_page_and_links_stay_whole() {
        let url = format!("https://a.example/{}", "x".repeat(90));
        let text = format!("{} {url} end", "word ".repeat(30));
        let wrapped = wrap(&text);
        assert!(wrapped.lines().any(|line| line == url));
        assert!(wrapped.lines().all(|line| columns(line) <= COLUMNS || line == url));
    }

    #[test]
    fn a_value_hangs_under_itself_and_a_bullet_under_its_text() {
        let wrapped = wrap(&format!("{}{}", pad("Stage", 14), "agreed ".repeat(14)));
        assert!(wrapped.lines().nth(1).unwrap().starts_with("              agreed"));
        let wrapped = wrap(&format!("  * {}", "agreed ".repeat(14)));
        assert!(wrapped.lines().nth(1).unwrap().starts_with("    agreed"));
    }

    #[test]
    fn blank_lines_do_not_pile_up() {
        assert_eq!(wrap("a\n\n\n\nb  \n\n"), "a\n\nb\n");
    }

    #[test]
    fn marks_take_no_column() {
        assert_eq!(columns("Bộ Co\u{0302}ng an"), 10);
    }
}
