//! Dates in English and Vietnamese prose. In: lower-case normalised text (`Norm::fold`) and the day it was published,
//! where that is known. Out: where dates stand, and which days they mean.
//!
//! Numbers are always day before month: both press cultures write so. A date without a year takes the year that puts it
//! nearest before the day of publication (or after it, behind a word such as "will"); without that day, the year of the
//! nearest full date of the same text; without one, it stays open.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::date_patterns::{self, Which, Written};
use crate::model::{PartialDate, Span};

/// How a date is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateForm {
    /// With its year: the text alone says which day, month or year.
    Full,
    /// Day and month, or month, without a year.
    NoYear,
    /// A day of the week.
    Weekday,
    /// Yesterday, last month, 3 days ago.
    Relative,
}

/// A date in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProseDate {
    /// Text offsets.
    pub span: Span,
    /// What it means; `None` when that cannot be known without the day of publication.
    pub date: Option<PartialDate>,
    /// How it is written.
    pub form: DateForm,
    /// Whether words before it point to the future ("will", "by", "trước").
    pub future: bool,
}

/// Days that the day of publication may lie before an event it reports: an evening in London is the next day in Hanoi.
const ZONE_SLACK: i64 = 2;

/// All dates of a text, in order, not overlapping.
pub fn prose_dates(fold: &str, published: Option<Date>) -> Vec<ProseDate> {
    let mut found: Vec<(Span, Written)> = Vec::new();
    for (pattern, read) in date_patterns::all() {
        for captures in pattern.captures_iter(fold) {
            let Some(all) = captures.name("d").or_else(|| captures.get(0)) else { continue };
            let span = Span::new(all.start(), all.end());
            if !is_free(fold, span) {
                continue;
            }
            if let Some(written) = read(&captures) {
                found.push((span, written));
            }
        }
    }
    // The longer reading of a place wins: patterns stand from specific to general.
    let mut kept: Vec<(Span, Written)> = Vec::with_capacity(found.len());
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by_key(|&at| (found[at].0.start, std::cmp::Reverse(found[at].0.end), at));
    for at in order {
        if kept.last().is_none_or(|(last, _)| last.end <= found[at].0.start) {
            kept.push(found[at]);
        }
    }
    // A few dates are enough to tell the year, and a text of nothing but dates must not cost more.
    let years: Vec<Date> = kept
        .iter()
        .filter_map(|(_, written)| match written {
            Written::Known(date @ (PartialDate::Day(_) | PartialDate::Month(..))) => {
                Some(date.earliest())
            }
            _ => None,
        })
        .take(20)
        .collect();
    kept.into_iter()
        .map(|(span, written)| resolve(fold, span, written, published, &years))
        .collect()
}

/// The day a text without any outer date was most likely published: a crawler's prefix, a line that is only a date
/// stamp, or a dateline or first sentence with a full date.
pub fn publication_date(fold: &str) -> Option<PartialDate> {
    let lines: Vec<&str> = fold.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if let Some(found) = lines.iter().take(3).find_map(|line| {
        let rest = line.strip_prefix("date ").or_else(|| line.strip_prefix("date: "))?;
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '-')).unwrap_or(rest.len());
        rest[..end].parse().ok()
    }) {
        return Some(found);
    }
    let full = |line: &str| {
        prose_dates(line, None)
            .into_iter()
            .find(|hit| hit.form == DateForm::Full)
            .and_then(|hit| hit.date)
    };
    let is_stamp =
        |line: &&&str| line.len() <= 80 && line.bytes().filter(u8::is_ascii_digit).count() >= 5;
    let ends = lines.iter().take(12).chain(lines.iter().rev().take(4));
    if let Some(found) = ends.filter(is_stamp).find_map(|line| full(line)) {
        return Some(found);
    }
    let lead = lines.iter().find(|line| line.len() > 80)?;
    let day = |date: &PartialDate| matches!(date, PartialDate::Day(_));
    full(&lead[..floor(lead, 300)]).filter(day)
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Whether no letter or digit touches the span.
fn is_free(text: &str, span: Span) -> bool {
    let before = text[..span.start].chars().next_back();
    let after = text[span.end..].chars().next();
    let inside_number = |near: Option<char>, mark: Option<char>| {
        mark.is_some_and(|c| matches!(c, '/' | ',' | '.' | ':'))
            && near.is_some_and(|c| c.is_ascii_digit())
    };
    let mut left = text[..span.start].chars().rev();
    let (mark, near) = (left.next(), left.next());
    let mut right = text[span.end..].chars();
    let (mark_after, near_after) = (right.next(), right.next());
    !before.is_some_and(char::is_alphanumeric)
        && !after.is_some_and(char::is_alphanumeric)
        && !inside_number(near, mark)
        && !inside_number(near_after, mark_after)
}

fn resolve(
    fold: &str,
    span: Span,
    written: Written,
    published: Option<Date>,
    years: &[Date],
) -> ProseDate {
    let before = &fold[floor(fold, span.start.saturating_sub(60))..span.start];
    let clause = before.rsplit(['.', ';', '\n']).next().unwrap_or(before);
    let future = date_patterns::looks_ahead(clause);
    let form = match written {
        Written::Known(_) => DateForm::Full,
        Written::DayMonth(..) | Written::Month(_) => DateForm::NoYear,
        Written::Weekday(..) => DateForm::Weekday,
        Written::Days(_) | Written::Months(_) | Written::Years(_) | Written::Part(..) => {
            DateForm::Relative
        }
    };
    let date = match written {
        Written::Known(date) => Some(date),
        Written::DayMonth(day, month) => with_year(published, years, future, |year| {
            Date::new(year, month, day).ok().map(PartialDate::Day)
        }),
        Written::Month(month) => {
            with_year(published, years, future, |year| Some(PartialDate::Month(year, month)))
        }
        Written::Weekday(day, shift) => {
            published.and_then(|today| weekday(today, day, shift, future))
        }
        Written::Days(days) => {
            published.and_then(|today| today.checked_add(days.days()).ok()).map(PartialDate::Day)
        }
        Written::Months(months) => published
            .and_then(|today| today.first_of_month().checked_add(months.months()).ok())
            .map(|date| PartialDate::Month(date.year(), date.month())),
        Written::Part(month, which) => {
            published.and_then(|today| part(today, month, which, future)).map(PartialDate::Year)
        }
        Written::Years(years) => published
            .and_then(|today| today.first_of_year().checked_add(years.years()).ok())
            .map(|date| PartialDate::Year(date.year())),
    };
    ProseDate { span, date, form, future }
}

/// The date in the year that fits best.
fn with_year(
    published: Option<Date>,
    years: &[Date],
    future: bool,
    make: impl Fn(i16) -> Option<PartialDate>,
) -> Option<PartialDate> {
    if let Some(today) = published {
        let candidates = (-1..=1).filter_map(|shift| make(today.year().checked_add(shift)?));
        let distance = |date: &PartialDate| {
            let days = crate::model::date::days_between(today, date.earliest());
            let inside = date.earliest() <= today && today <= date.latest();
            if inside { 0 } else { days }
        };
        return if future {
            candidates.filter(|date| distance(date) >= -ZONE_SLACK).min_by_key(distance)
        } else {
            candidates.filter(|date| distance(date) <= ZONE_SLACK).max_by_key(distance)
        };
    }
    let nearest = |date: &PartialDate| {
        years
            .iter()
            .map(|known| crate::model::date::days_between(*known, date.earliest()).abs())
            .min()
    };
    years
        .iter()
        .flat_map(|known| (-1..=1).filter_map(|shift| known.year().checked_add(shift)))
        .filter_map(make)
        .min_by_key(nearest)
}

/// The year in which a season or quarter begins; each lasts three months.
fn part(today: Date, month: i8, which: Which, future: bool) -> Option<i16> {
    let begins = |year: i16| Date::new(year, month, 1).ok();
    let over = |begin: &Date| begin.checked_add(3.months()).is_ok_and(|end| end <= today);
    let mut years = (-1..=1).filter_map(|by| today.year().checked_add(by)).filter_map(begins);
    let begin = match which {
        Which::Last => years.rfind(over),
        Which::Next => years.find(|begin| *begin > today),
        // In January "this winter" began last year.
        Which::This if month == 12 && today.month() < 6 => begins(today.year().checked_sub(1)?),
        Which::This => begins(today.year()),
        Which::Nearest if future => years.find(|begin| !over(begin)),
        Which::Nearest => {
            years.min_by_key(|begin| crate::model::date::days_between(today, *begin).abs())
        }
    };
    begin.map(Date::year)
}

fn weekday(today: Date, day: Weekday, shift: i64, future: bool) -> Option<PartialDate> {
    let back = i64::from(today.weekday().since(day));
    let days = match shift {
        0 if future && back != 0 => 7 - back,
        0 => -back,
        1.. => 7 - back,
        _ if back == 0 => -7,
        _ => -back,
    };
    today.checked_add(days.days()).ok().map(PartialDate::Day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn all(text: &str, published: &str) -> Vec<String> {
        let published = (!published.is_empty()).then(|| day(published));
        prose_dates(&text.to_lowercase(), published)
            .into_iter()
            .map(|hit| {
                let date = hit.date.map_or("?".to_owned(), |date| date.to_string());
                format!("{}={date}", &text.to_lowercase()[hit.span.range()])
            })
            .collect()
    }

    #[test]
    fn english_dates_are_read_with_and_without_a_year() {
        assert_eq!(all("on April 15, 2024, in Hanoi", ""), ["april 15, 2024=2024-04-15"]);
        assert_eq!(
            all("on the afternoon of October 10th", "2024-10-12"),
            ["october 10th=2024-10-10"]
        );
        assert_eq!(
            all("on 21 November 2018 and 4 March", "2025-03-06"),
            ["21 november 2018=2018-11-21", "4 march=2025-03-04"]
        );
        assert_eq!(all("signed in November 2018", "2022-08-16"), ["november 2018=2018-11"]);
        assert_eq!(all("a partnership in 2010", ""), ["2010=2010"]);
        assert_eq!(all("from 15-17 June 2025", ""), ["15-17 june 2025=2025-06-15"]);
    }

    #[test]
    fn vietnamese_dates_are_day_before_month() {
        assert_eq!(all("Chiều 15/4, tại Hà Nội", "2024-04-16"), ["15/4=2024-04-15"]);
        assert_eq!(
            all("ngày 31-3 và ngày 4/3/2025", "2025-04-02"),
            ["31-3=2025-03-31", "4/3/2025=2025-03-04"]
        );
        assert_eq!(all("tháng 9/2010, năm 2018", ""), ["tháng 9/2010=2010-09", "năm 2018=2018"]);
        assert_eq!(all("ngày 21 tháng 11 năm 2018", ""), ["21 tháng 11 năm 2018=2018-11-21"]);
        assert_eq!(all("hồi tháng chín", "2024-10-02"), ["tháng chín=2024-09"]);
        assert_eq!(all("chieu 29/3", "2023-03-30"), ["29/3=2023-03-29"]);
    }

    #[test]
    fn words_count_from_the_day_of_publication() {
        assert_eq!(all("yesterday", "2024-03-01"), ["yesterday=2024-02-29"]);
        assert_eq!(all("last month", "2024-01-31"), ["last month=2023-12"]);
        assert_eq!(all("3 days ago", "2024-01-02"), ["3 days ago=2023-12-30"]);
        // 2024-04-17 was a Wednesday.
        assert_eq!(all("on Wednesday", "2024-04-17"), ["wednesday=2024-04-17"]);
        assert_eq!(all("on Tuesday", "2024-04-17"), ["tuesday=2024-04-16"]);
        assert_eq!(all("next Friday", "2024-04-17"), ["next friday=2024-04-19"]);
        assert_eq!(all("hôm thứ hai", "2024-04-17"), ["thứ hai=2024-04-15"]);
        assert_eq!(all("hôm qua", ""), ["hôm qua=?"]);
    }

    #[test]
    fn seasons_and_quarters_mean_the_year_in_which_they_begin() {
        assert_eq!(all("will start this autumn", "2025-02-10"), ["this autumn=2025"]);
        assert_eq!(all("over the worst, this winter", "2026-01-10"), ["this winter=2025"]);
        assert_eq!(all("last summer", "2026-07-10"), ["last summer=2025"]);
        assert_eq!(all("will open next spring", "2025-11-05"), ["next spring=2026"]);
        assert_eq!(all("in the spring of 2027", "2025-11-05"), ["in the spring of 2027=2027"]);
        assert!(all("training in spring water rescue", "2026-05-12").is_empty());
        assert_eq!(all("due in the first quarter", "2025-11-05"), ["in the first quarter=2026"]);
        assert_eq!(all("held in the third quarter", "2025-11-05"), ["in the third quarter=2025"]);
        assert_eq!(all("sẽ họp vào quý I", "2025-11-05"), ["quý i=2026"]);
        assert_eq!(all("quý IV/2026", "2025-11-05"), ["quý iv/2026=2026"]);
        assert_eq!(
            all("in the third quarter of 2027", "2025-11-05"),
            ["in the third quarter of 2027=2027"]
        );
        assert_eq!(all("before the year is out", "2025-11-05"), ["before the year is out=2025"]);
    }

    #[test]
    fn a_missing_year_is_the_nearest_past_unless_the_text_looks_ahead() {
        assert_eq!(all("held on December 10", "2025-01-05"), ["december 10=2024-12-10"]);
        assert_eq!(all("will be held on December 10", "2025-11-05"), ["december 10=2025-12-10"]);
        assert_eq!(all("will meet in March", "2025-11-05"), ["march=2026-03"]);
        // An evening in London, published the day before by a desk in another zone.
        assert_eq!(all("on January 1", "2024-12-31"), ["january 1=2025-01-01"]);
    }

    #[test]
    fn without_a_day_of_publication_the_text_itself_gives_the_year() {
        assert_eq!(
            all("On April 15, 2024 they met; on April 17 they signed", ""),
            ["april 15, 2024=2024-04-15", "april 17=2024-04-17"]
        );
        assert_eq!(all("on April 17", ""), ["april 17=?"]);
    }

    #[test]
    fn what_only_looks_like_a_date_is_left_alone() {
        assert!(
            all(
                "open 24/7, two thirds (lần thứ ba), 31/2/2024, 1,995 people, 2018abc",
                "2024-01-01"
            )
            .is_empty()
        );
        assert!(all("they may come and march on", "2024-01-01").is_empty());
    }

    #[test]
    fn the_publication_date_is_found_in_stamps_and_datelines() {
        let found =
            |text: &str| publication_date(&text.to_lowercase()).map(|date| date.to_string());
        assert_eq!(found("date 2022-08-16 Vietnam and the UK").as_deref(), Some("2022-08-16"));
        assert_eq!(found("date 2022-08 Vietnam and the UK").as_deref(), Some("2022-08"));
        assert_eq!(
            found("Title here\n\n09:25 - 30/05/2024\n\nOn April 15, 2024 they met.").as_deref(),
            Some("2024-05-30")
        );
        assert_eq!(found("Title\nThứ Ba, 15/08/2022, 11:59\nbody").as_deref(), Some("2022-08-15"));
        assert_eq!(found("August 16, 2022 2:43 PM GMT+7\nbody").as_deref(), Some("2022-08-16"));
        assert_eq!(found("Nothing is known here, and nothing was ever said about the day."), None);
    }

    #[test]
    fn hostile_digits_end_quickly_and_never_panic() {
        prose_dates(&"1/".repeat(200_000), Some(day("2024-01-01")));
        prose_dates(&"99999999 tháng 99 ".repeat(1000), None);
        prose_dates("9999 years ago, 999 months ago, 999 năm trước", Some(day("0001-01-01")));
        publication_date(&"ệ".repeat(1000));
    }
}
