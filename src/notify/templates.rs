//! The templates of all messages: embedded, each of them replaceable by a file of the same name in the
//! operator's folder, and proved at start: every template is rendered with specimens in both languages, so that
//! a wrong name in a template is an error with file and line at start, not a mail that is never written.

use std::path::Path;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;

use super::layout;
use super::words::Words;
use crate::config::HookForm;
use crate::config::problem::{Problem, Problems};
use crate::model::Language;

/// Name and embedded text of every template.
pub const EMBEDDED: [(&str, &str); 15] = [
    ("base.txt", include_str!("../../config/templates/base.txt")),
    ("base.html", include_str!("../../config/templates/base.html")),
    ("alert.subject.txt", include_str!("../../config/templates/alert.subject.txt")),
    ("alert.txt", include_str!("../../config/templates/alert.txt")),
    ("alert.html", include_str!("../../config/templates/alert.html")),
    ("digest.subject.txt", include_str!("../../config/templates/digest.subject.txt")),
    ("digest.txt", include_str!("../../config/templates/digest.txt")),
    ("digest.html", include_str!("../../config/templates/digest.html")),
    ("notice.subject.txt", include_str!("../../config/templates/notice.subject.txt")),
    ("notice.txt", include_str!("../../config/templates/notice.txt")),
    ("notice.html", include_str!("../../config/templates/notice.html")),
    ("webhook.json", include_str!("../../config/templates/webhook.json")),
    ("ntfy.json", include_str!("../../config/templates/ntfy.json")),
    ("slack.json", include_str!("../../config/templates/slack.json")),
    ("matrix.json", include_str!("../../config/templates/matrix.json")),
];

const HOOKS: [HookForm; 4] = [HookForm::Webhook, HookForm::Ntfy, HookForm::Slack, HookForm::Matrix];

/// The files of words that a folder may hold beside the templates.
const WORD_FILES: [(&str, Language); 2] =
    [("words.en.toml", Language::En), ("words.vi.toml", Language::Vi)];

/// A template could not be rendered.
#[derive(Debug, thiserror::Error)]
#[error("template {template}, line {line}: {reason}")]
pub struct RenderError {
    /// Its name.
    pub template: String,
    /// The line, from 1; 0 when it is not known.
    pub line: usize,
    /// What is wrong.
    pub reason: String,
}

/// Templates and words, ready for use.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
    en: Words,
    vi: Words,
}

impl Templates {
    /// The embedded templates and words.
    ///
    /// # Errors
    /// None in a program that passes its tests.
    pub fn embedded() -> Result<Self, Problems> {
        Self::with(&[])
    }

    /// The embedded templates, with those of a folder in place of the ones they name. A folder that does not
    /// exist replaces nothing; a file with another name is refused, since it would silently do nothing.
    ///
    /// # Errors
    /// Every fault of every file, with its line.
    pub fn from_folder(folder: &Path) -> Result<Self, Problems> {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Self::embedded(),
            Err(error) => {
                let name = folder.display().to_string();
                return Err(Problems(vec![Problem::of_file(&name, error.to_string())]));
            }
        };
        let mut files = Vec::new();
        let mut problems = Vec::new();
        for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            let Some(name) = name.filter(|name| !name.starts_with('.') && path.is_file()) else {
                continue;
            };
            match std::fs::read_to_string(&path) {
                Ok(text) => files.push((name, text)),
                Err(error) => problems.push(Problem::of_file(&name, error.to_string())),
            }
        }
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        files.sort();
        Self::with(&files)
    }

    /// The embedded templates, with the given files (name and text) in place of the ones they name.
    ///
    /// # Errors
    /// Every fault of every file, with its line.
    pub fn with(files: &[(String, String)]) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let known: Vec<&str> = EMBEDDED
            .iter()
            .map(|(name, _)| *name)
            .chain(WORD_FILES.iter().map(|(name, _)| *name))
            .collect();
        for (name, _) in files {
            if !known.contains(&name.as_str()) {
                problems.push(
                    Problem::of_file(name, "no template has this name")
                        .suggest(name, known.iter().copied()),
                );
            }
        }
        let given = |name: &str| {
            files.iter().find(|(other, _)| other == name).map(|(_, text)| text.as_str())
        };
        let mut environment = environment();
        for (name, text) in EMBEDDED {
            let text = given(name).unwrap_or(text);
            if let Err(error) = environment.add_template_owned(name, text.to_owned()) {
                problems.push(located(name, text, &error));
            }
        }
        let mut words = Vec::new();
        for (name, language) in WORD_FILES {
            match Words::load(language, given(name).map(|text| (name, text))) {
                Ok(loaded) => words.push(loaded),
                Err(found) => problems.extend(found.0),
            }
        }
        let (Some(vi), Some(en)) = (words.pop(), words.pop()) else {
            return Err(Problems(problems));
        };
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        let templates = Self { environment, en, vi };
        templates.prove().map_err(|error| {
            let text = given(&error.template).unwrap_or_default();
            let start = line_start(text, error.line);
            let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
            Problems(vec![Problem::at(&error.template, text, start..end, error.reason)])
        })?;
        Ok(templates)
    }

    /// Renders everything once, with all that a message can hold and with nothing.
    fn prove(&self) -> Result<(), RenderError> {
        for language in [Language::En, Language::Vi] {
            for facts in super::specimen::alerts(language) {
                let message = super::alert::compose(
                    &facts,
                    &super::specimen::names(),
                    self,
                    &Default::default(),
                )?;
                for form in HOOKS {
                    super::payload::hook(
                        form,
                        &message,
                        &facts,
                        "<id>",
                        "https://a.example/b",
                        self,
                    )?;
                }
            }
            for facts in super::specimen::notices(language) {
                super::notice::compose(&facts, self, &Default::default())?;
            }
            for facts in super::specimen::digests(language) {
                super::digest::compose(
                    &facts,
                    &super::specimen::names(),
                    self,
                    &Default::default(),
                )?;
            }
        }
        Ok(())
    }

    /// The words of a language.
    pub fn words(&self, language: Language) -> &Words {
        match language {
            Language::En => &self.en,
            Language::Vi => &self.vi,
        }
    }

    /// Renders one template.
    ///
    /// # Errors
    /// A name that the facts do not have, or a template that does not end.
    pub(super) fn render<T: Serialize>(&self, name: &str, view: &T) -> Result<String, RenderError> {
        let fault = |error: minijinja::Error| RenderError {
            template: error.name().unwrap_or(name).to_owned(),
            line: error.line().unwrap_or(0),
            reason: error.detail().map_or_else(|| error.kind().to_string(), str::to_owned),
        };
        self.environment.get_template(name).map_err(fault)?.render(Serde(view)).map_err(fault)
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|name| {
        if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None }
    });
    environment.set_syntax(syntax());
    environment.add_filter("underlined", |text: String| {
        format!("{text}\n{}", "-".repeat(layout::columns(&text).min(layout::COLUMNS)))
    });
    environment.add_filter("pad", |text: String, width: usize| layout::pad(&text, width));
    environment
}

/// Jinja's own marks; a line that holds only a block leaves no blank line behind.
fn syntax() -> SyntaxConfig {
    let mut builder = SyntaxConfig::builder();
    builder.trim_blocks(true).lstrip_blocks(true);
    builder.build().unwrap_or_default()
}

fn line_start(text: &str, line: usize) -> usize {
    text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum()
}

fn located(name: &str, text: &str, error: &minijinja::Error) -> Problem {
    let start = line_start(text, error.line().unwrap_or(1));
    let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let reason = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    Problem::at(name, text, start..end, reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str, text: &str) -> Result<Templates, Problems> {
        Templates::with(&[(name.to_owned(), text.to_owned())])
    }

    #[test]
    fn the_embedded_templates_render_every_specimen() {
        Templates::embedded().unwrap();
    }

    #[test]
    fn a_wrong_name_is_found_at_start_with_its_line() {
        let error = with("alert.txt", "{{ lead }}\n\n{{ leed }}\n").unwrap_err();
        assert_eq!((error.0[0].file.as_str(), error.0[0].line), ("alert.txt", 3), "{error:?}");
    }

    #[test]
    fn a_broken_block_is_found_at_start_with_its_line() {
        let error = with("digest.html", "<p>\n{% for %}\n").unwrap_err();
        assert_eq!((error.0[0].file.as_str(), error.0[0].line), ("digest.html", 2), "{error:?}");
    }

    #[test]
    fn a_file_that_replaces_nothing_is_refused() {
        let error = with("alert.htm", "x").unwrap_err();
        assert!(error.0[0].to_string().contains("did you mean `alert.html`"), "{error:?}");
    }

    #[test]
    fn the_operators_template_is_used() {
        let templates = with("alert.txt", "only {{ lead }}\n").unwrap();
        let facts = super::super::specimen::alerts(Language::En).swap_remove(0);
        let message = super::super::alert::compose(
            &facts,
            &super::super::specimen::names(),
            &templates,
            &Default::default(),
        )
        .unwrap();
        assert!(message.text.starts_with("only Home Office (UK) will pay"), "{}", message.text);
    }
}
