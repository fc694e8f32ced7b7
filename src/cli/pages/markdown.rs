//! The references in `docs/`: `commands.md` from the command line, `configuration.md` from the comments of the shipped
//! files. A test holds the committed files to this text.

use std::fmt::Write as _;

use clap::{Arg, Command};

use super::{program, visible};
use crate::config::reference::{self, Entry, Section};

const WRITTEN: &str = "<!-- Written by `pledgewatch pages --dir DIR` from the program itself: change it there. -->\n\n";

/// `docs/commands.md`.
pub fn commands() -> String {
    let mut out = format!("# Commands\n\n{WRITTEN}");
    let program = program();
    for (name, command) in visible(&program) {
        let _ = writeln!(out, "## `{name}`\n");
        if let Some(about) = command.get_long_about().or_else(|| command.get_about()) {
            let _ = writeln!(out, "{about}\n");
        }
        let usage = command.clone().render_usage().to_string();
        let _ = writeln!(out, "```\n{}\n```\n", usage.trim_start_matches("Usage: "));
        // What holds for all commands is said once.
        let is_first = command.get_name() == program.get_name();
        let shown = |arg: &&Arg| !arg.is_hide_set() && (is_first || !arg.is_global_set());
        let lines: Vec<String> =
            command.get_arguments().filter(shown).filter_map(argument).collect();
        if !lines.is_empty() {
            let _ = writeln!(out, "| argument | does |\n|---|---|\n{}\n", lines.join("\n"));
        }
        out.push_str(&below(command));
    }
    format!("{}\n", out.trim_end())
}

fn below(command: &Command) -> String {
    let mut out = String::new();
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        let name = below.get_bin_name().unwrap_or(below.get_name());
        let about = below.get_about().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(out, "- `{name}`: {about}");
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// A row of the table; none for `--help`.
fn argument(arg: &Arg) -> Option<String> {
    if arg.get_id() == "help" {
        return None;
    }
    let values: Vec<String> =
        arg.get_value_names().unwrap_or_default().iter().map(|name| format!("<{name}>")).collect();
    let takes = if arg.get_action().takes_values() {
        format!(" {}", values.join(" "))
    } else {
        String::new()
    };
    let name = match arg.get_long() {
        Some(long) => format!("--{long}{takes}"),
        None => takes.trim().to_owned(),
    };
    let mut about = arg.get_help().map(ToString::to_string).unwrap_or_default().replace('|', "\\|");
    let choices: Vec<String> = arg
        .get_possible_values()
        .iter()
        .filter(|value| !value.is_hide_set())
        .map(|value| format!("`{}`", value.get_name()))
        .collect();
    if arg.get_action().takes_values() && !choices.is_empty() {
        let _ = write!(about, " ({})", choices.join(", "));
    }
    let defaults: Vec<String> = arg
        .get_default_values()
        .iter()
        .map(|value| format!("`{}`", value.to_string_lossy()))
        .collect();
    if arg.get_action().takes_values() && !defaults.is_empty() {
        let _ = write!(about, " [default: {}]", defaults.join(", "));
    }
    Some(format!("| `{}` | {about} |", name.replace('|', "\\|")))
}

/// `docs/configuration.md`.
pub fn configuration() -> String {
    let mut out = format!("# Configuration\n\n{WRITTEN}");
    let (top, sections) = reference::settings();
    out.push_str(&top.join("\n"));
    out.push('\n');
    for section in &sections {
        out.push_str(&of_section(section));
    }
    out.push_str("## `sources.toml`: `[[source]]`\n\n| key | means |\n|---|---|\n");
    for (name, about) in reference::source_keys() {
        let _ = writeln!(out, "| `{name}` | {} |", about.replace('|', "\\|"));
    }
    let mut lines = Vec::new();
    for line in out.lines() {
        // One empty line between paragraphs is enough.
        if !(line.is_empty() && lines.last().is_some_and(|last: &&str| last.is_empty())) {
            lines.push(line);
        }
    }
    format!("{}\n", lines.join("\n").trim_end())
}

fn of_section(section: &Section) -> String {
    let mut out = match section.header.as_str() {
        "" => "\n## At the top\n\n".to_owned(),
        header => format!("\n## `{header}`\n\n"),
    };
    if !section.about.is_empty() {
        let _ = writeln!(out, "{}\n", section.about.join("\n"));
    }
    for entry in &section.entries {
        let _ = writeln!(out, "{}\n\n{}\n", keys(entry), about(entry));
    }
    out
}

fn keys(entry: &Entry) -> String {
    let shown = entry.keys.iter().map(|key| {
        let kind = if key.is_default { "default" } else { "no default; as in" };
        format!("**`{}`** ({kind} `{}`)", key.name, key.value)
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// Lines that begin with spaces are items of a list.
fn about(entry: &Entry) -> String {
    let mut out = String::new();
    for line in &entry.about {
        let between = match (out.is_empty(), line.starts_with("  ")) {
            (_, true) if !out.contains("\n- ") => "\n\n- ",
            (_, true) => "\n- ",
            (true, false) => "",
            (false, false) => "\n",
        };
        let _ = write!(out, "{between}{}", line.trim());
    }
    out
}
