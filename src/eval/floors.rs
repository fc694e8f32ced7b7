//! Floors: figures below which a set must not fall. In: a TOML text whose tables mirror the report, set by set, and a
//! report. Out: every figure that is out of bounds.
//!
//! ```toml
//! [stream-dev]
//! L1.relaxed.p = 0.9              # at least
//! L4.leak.push = { most = 0.0 }   # at most
//! deterministic = true            # exactly
//! ```

use std::fmt;

use serde_json::Value;

use super::report::Report;

/// The committed floors of all sets.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Floors(Vec<Floor>);

#[derive(Debug, Clone, PartialEq)]
struct Floor {
    set: String,
    path: Vec<String>,
    bound: Bound,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Bound {
    Least(f64),
    Most(f64),
    Exactly(bool),
}

/// A figure that is out of bounds, or that was not measured at all.
#[derive(Debug, Clone, PartialEq)]
pub struct Broken {
    /// The set.
    pub set: String,
    /// The figure's place in the report, as in `L1.relaxed.p`.
    pub metric: String,
    /// What was asked for.
    pub floor: String,
    /// What was measured.
    pub figure: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}: asked for {}, measured {}",
            self.set, self.metric, self.floor, self.figure
        )
    }
}

impl Floors {
    /// Reads floors.
    ///
    /// # Errors
    /// What is wrong with the text, in a sentence.
    pub fn read(text: &str) -> Result<Self, String> {
        let sets: toml::Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
        let mut floors = Vec::new();
        for (set, figures) in &sets {
            collect(set, &mut Vec::new(), figures, &mut floors)?;
        }
        Ok(Self(floors))
    }

    /// The sets that have floors, each once.
    pub fn sets(&self) -> Vec<&str> {
        let mut sets: Vec<&str> = self.0.iter().map(|floor| floor.set.as_str()).collect();
        sets.dedup();
        sets
    }

    /// How many floors are of figures that were not asked for: those of damage, without `--perturb`.
    pub fn unasked(&self, report: &Report) -> usize {
        self.0.iter().filter(|floor| floor.set == report.set && is_unasked(floor, report)).count()
    }

    /// What a report breaks. Figures that were not asked for break nothing.
    pub fn broken(&self, report: &Report) -> Vec<Broken> {
        // A report is plain data: strings for keys, no other numbers than finite ones.
        let value = serde_json::to_value(report).unwrap_or_default();
        let own =
            self.0.iter().filter(|floor| floor.set == report.set && !is_unasked(floor, report));
        own.filter_map(|floor| {
            let figure = floor.path.iter().try_fold(&value, |value, key| value.get(key));
            let holds = match (floor.bound, figure) {
                (Bound::Least(least), Some(Value::Number(n))) => {
                    n.as_f64().is_some_and(|n| n >= least)
                }
                (Bound::Most(most), Some(Value::Number(n))) => {
                    n.as_f64().is_some_and(|n| n <= most)
                }
                (Bound::Exactly(wanted), Some(Value::Bool(got))) => wanted == *got,
                _ => false,
            };
            (!holds).then(|| Broken {
                set: floor.set.clone(),
                metric: floor.path.join("."),
                floor: match floor.bound {
                    Bound::Least(least) => format!("at least {least}"),
                    Bound::Most(most) => format!("at most {most}"),
                    Bound::Exactly(wanted) => wanted.to_string(),
                },
                figure: match figure {
                    Some(value @ (Value::Number(_) | Value::Bool(_))) => value.to_string(),
                    _ => "nothing".to_owned(),
                },
            })
        })
        .collect()
    }
}

fn is_unasked(floor: &Floor, report: &Report) -> bool {
    report.perturb.is_none() && floor.path.first().is_some_and(|key| key == "perturb")
}

/// Adds the bounds of a table and of the tables in it.
fn collect(
    set: &str,
    path: &mut Vec<String>,
    value: &toml::Value,
    floors: &mut Vec<Floor>,
) -> Result<(), String> {
    let number = |value: &toml::Value| {
        value
            .as_float()
            .or_else(|| value.as_integer().and_then(|n| i32::try_from(n).ok()).map(f64::from))
    };
    let place = || format!("{set}.{}", path.join("."));
    let bound = match value {
        toml::Value::Boolean(wanted) => Some(Bound::Exactly(*wanted)),
        toml::Value::Table(table) => match (table.get("most").and_then(number), table.len()) {
            (Some(most), 1) => Some(Bound::Most(most)),
            _ => None,
        },
        other => Some(Bound::Least(number(other).ok_or_else(|| {
            format!("{}: expected a number, true, false or {{ most = … }}", place())
        })?)),
    };
    if path.is_empty() && bound.is_some() {
        return Err(format!("{set}: expected a table of figures for the set of that name"));
    }
    if let Some(bound) = bound {
        floors.push(Floor { set: set.to_owned(), path: path.clone(), bound });
        return Ok(());
    }
    for (key, inner) in value.as_table().into_iter().flatten() {
        path.push(key.clone());
        collect(set, path, inner, floors)?;
        path.pop();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_floor_file_that_is_no_table_of_figures_is_refused_with_its_place() {
        for (text, words) in [
            ("[a]\nL1.f = \"high\"", "a.L1.f: expected a number"),
            ("a = 1", "a: expected a table"),
            ("[a", "TOML"),
        ] {
            let refused = Floors::read(text).unwrap_err();
            assert!(refused.contains(words), "{refused}");
        }
    }

    #[test]
    fn nested_and_dotted_keys_are_the_same() {
        let dotted = Floors::read("[a]\nL1.relaxed.p = 0.5\nL4.leak.push = { most = 0 }").unwrap();
        let nested = Floors::read("[a.L1.relaxed]\np = 0.5\n[a.L4.leak.push]\nmost = 0").unwrap();
        assert_eq!(dotted, nested);
        assert_eq!(dotted.sets(), ["a"]);
    }
}
