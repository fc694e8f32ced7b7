//! What is wrong in a configuration file, and where: every loader returns all its problems at once, and this
//! file prints them the way a compiler does, with the line and a caret under the fault.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// How much a problem matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Nothing starts.
    Error,
    /// It has less effect than it seems to have.
    Warning,
}

/// One fault in a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as the operator named it.
    pub file: String,
    /// Line of the fault, from 1; 0 when the whole file is meant.
    pub line: usize,
    /// Column of the fault in characters, from 1; 0 when the whole file is meant.
    pub column: usize,
    /// What is wrong, in lower case without a full stop.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// How much it matters.
    pub severity: Severity,
    /// Boxed, so that a problem stays small as an error value.
    excerpt: Box<Excerpt>,
}

/// The line that holds the start of a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Excerpt {
    /// Without its line end.
    line: String,
    /// Bytes of it that are wrong.
    marked: Range<usize>,
}

impl Problem {
    /// A fault at the bytes `range` of `text`, the whole content of `file`. A range that leaves the text or cuts
    /// a character is moved to the nearest sensible place; a range over several lines marks the first.
    pub fn at(file: &str, text: &str, range: Range<usize>, message: impl Into<String>) -> Self {
        let start = floor_char_boundary(text, range.start);
        let end = floor_char_boundary(text, range.end).max(start);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let excerpt = text[line_start..line_end].trim_end_matches('\r');
        let from = (start - line_start).min(excerpt.len());
        let to = (end - line_start).min(excerpt.len()).max(from);
        Self {
            file: file.to_owned(),
            line: text[..line_start].matches('\n').count() + 1,
            column: text[line_start..start].chars().count() + 1,
            message: message.into(),
            help: None,
            severity: Severity::Error,
            excerpt: Box::new(Excerpt { line: excerpt.to_owned(), marked: from..to }),
        }
    }

    /// A fault of a whole file (it cannot be read, or is missing).
    pub fn of_file(file: &str, message: impl Into<String>) -> Self {
        Self { line: 0, column: 0, ..Self::at(file, "", 0..0, message) }
    }

    /// Adds what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same as a warning.
    #[must_use]
    pub fn as_warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// Whether nothing starts with it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Adds "did you mean" when a candidate is close to `name`, else the list of what is allowed.
    #[must_use]
    pub fn suggest<'a>(
        self,
        name: &str,
        candidates: impl IntoIterator<Item = &'a str> + Clone,
    ) -> Self {
        if let Some(near) = nearest(name, candidates.clone()) {
            let help = format!("did you mean `{near}`?");
            return self.help(help);
        }
        let all: Vec<String> = candidates.into_iter().map(|name| format!("`{name}`")).collect();
        if all.is_empty() { self } else { self.help(format!("one of {}", all.join(", "))) }
    }

    /// The fault with its line and a caret under it, as a compiler prints it; ends with a newline.
    pub fn render(&self) -> String {
        if self.excerpt.line.is_empty() {
            return format!("{self}\n");
        }
        let snippet = Snippet::source(&self.excerpt.line)
            .line_start(self.line)
            .path(&self.file)
            .annotation(AnnotationKind::Primary.span(self.excerpt.marked.clone()));
        let level = if self.is_error() { Level::ERROR } else { Level::WARNING };
        let mut group = level.primary_title(&self.message).element(snippet);
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help));
        }
        format!("{}\n", Renderer::plain().render(&[group]))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.message)?,
            line => write!(f, "{}:{line}:{}: {}", self.file, self.column, self.message)?,
        }
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

/// Everything that is wrong with a configuration; never empty when it is an error.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// All faults, rendered one after the other, with a last line that counts them.
    pub fn render(&self) -> String {
        let out: String = self.0.iter().map(|problem| problem.render() + "\n").collect();
        let count = |number: usize, word: &str| match number {
            1 => format!("1 {word}"),
            number => format!("{number} {word}s"),
        };
        let errors = self.0.iter().filter(|problem| problem.is_error()).count();
        let warnings = self.0.len() - errors;
        out + &match (errors, warnings) {
            (errors, 0) => count(errors, "problem"),
            (0, warnings) => count(warnings, "warning"),
            _ => format!("{}, {}", count(errors, "problem"), count(warnings, "warning")),
        } + "\n"
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.0.iter().enumerate() {
            if number > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

/// The candidate nearest to `name` by edit distance, if it is near enough to be a slip of the finger: at most a
/// third of the longer name's characters, and at least one edit is always forgiven.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate)
        })
        .filter(|(distance, candidate)| {
            *distance <= (lower.chars().count().max(candidate.chars().count()) / 3).max(1)
        })
        // Among equally near ones, that with the same beginning is meant.
        .min_by_key(|(distance, candidate)| {
            (*distance, !candidate.to_lowercase().starts_with(lower.get(..1).unwrap_or_default()))
        })
        .map(|(_, candidate)| candidate)
}

/// The last character boundary at or before `at`.
fn floor_char_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_knows_its_line_and_column_in_characters() {
        let text = "a = 1\nname = \"Hà Nội\" # x\n";
        let at = text.find("# x").unwrap();
        let problem = Problem::at("c.toml", text, at..at + 3, "wrong");
        assert_eq!((problem.line, problem.column), (2, 17));
        assert_eq!(problem.to_string(), "c.toml:2:17: wrong");
    }

    #[test]
    fn a_rendered_problem_shows_the_line_the_caret_and_the_help() {
        let text = "[a]\nevery = \"99 * * * *\"\n";
        let problem =
            Problem::at("c.toml", text, 12..24, "minute must be 0-59").help("use 0 to 59");
        let shown = problem.render();
        assert!(shown.contains("c.toml:2:9"), "{shown}");
        assert!(shown.contains("^^^^^^^^^^^^"), "{shown}");
        assert!(shown.contains("help: use 0 to 59"), "{shown}");
    }

    #[test]
    fn odd_ranges_never_panic() {
        let text = "é\r\nû";
        for start in 0..10 {
            for end in 0..10 {
                Problem::at("c", text, start..end, "m").render();
            }
        }
    }

    #[test]
    fn a_slip_of_the_finger_is_recognised_and_another_word_is_not() {
        let keys = ["schedule", "language", "url"];
        assert_eq!(nearest("shedule", keys), Some("schedule"));
        assert_eq!(nearest("Langauge", keys), Some("language"));
        assert_eq!(nearest("uri", keys), Some("url"));
        assert_eq!(nearest("trust", keys), None);
        assert_eq!(nearest("vn", ["en", "vi"]), Some("vi"));
        assert_eq!(nearest("", keys), None);
    }
}
