//! The forms in which English and Vietnamese prose writes dates. In: lower-case text. Out: what each form says, before
//! it is known which year or day it means.

use std::sync::LazyLock;

use jiff::civil::{Date, Weekday};
use regex::{Captures, Regex};

use crate::model::PartialDate;

/// What a pattern found, before its year is known.
#[derive(Debug, Clone, Copy)]
pub(super) enum Written {
    /// A whole date.
    Known(PartialDate),
    /// Day and month.
    DayMonth(i8, i8),
    /// A month of some year.
    Month(i8),
    /// A weekday; -1 the last, 1 the next, 0 the nearest that fits.
    Weekday(Weekday, i64),
    /// Days from today.
    Days(i64),
    /// Months from this one.
    Months(i64),
    /// Years from this one.
    Years(i64),
    /// A season or quarter by its first month.
    Part(i8, Which),
}

/// Which of the seasons or quarters of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// The last that is over.
    Last,
    /// That of the year at hand.
    This,
    /// The first that has not begun.
    Next,
    /// The nearest, on the side that the words around it point to.
    Nearest,
}

/// All forms, from specific to general, with their readers.
pub(super) fn all() -> impl Iterator<Item = &'static (Regex, Reader)> {
    PATTERNS.iter()
}

/// Whether the words before a date point to the future.
pub(super) fn looks_ahead(clause: &str) -> bool {
    FUTURE.is_match(clause)
}

/// Word boundaries are spelt out: the regex engine is many times slower with its own Unicode ones.
static FUTURE: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?:^|[^\p{L}])(will|shall|to be (held|signed|opened|launched)|from next|by|until|before|no later than|scheduled|expected|due|planned|next|sẽ|se dien ra|dự kiến|chậm nhất|trước|đến hết|hạn|tới đây)(?:[^\p{L}]|$)",
    )
});

/// Reads one match.
pub(super) type Reader = fn(&Captures<'_>) -> Option<Written>;

const MONTHS: &str = "(?P<month>january|february|march|april|may|june|july|august|september|october|november|december|jan\\.?|feb\\.?|mar\\.?|apr\\.?|jun\\.?|jul\\.?|aug\\.?|sept?\\.?|oct\\.?|nov\\.?|dec\\.?)";
const WEEKDAYS: &str = "(?P<weekday>monday|tuesday|wednesday|thursday|friday|saturday|sunday)";
/// A word that shows that the numbers behind it are a Vietnamese date.
const TIME_WORD: &str = "(?:ngày|ngay|sáng|sang|trưa|chiều|chieu|tối|toi|đêm|hôm|hom|rạng sáng|từ|đến|tới|cuối|đầu|hạn|trước|sau|mùng|qua|nay|và|-|\\()";
const NUMBERS: &[(&str, i64)] = &[
    ("a", 1),
    ("an", 1),
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("một", 1),
    ("hai", 2),
    ("ba", 3),
    ("bốn", 4),
    ("năm", 5),
    ("sáu", 6),
    ("bảy", 7),
    ("tám", 8),
    ("chín", 9),
    ("mười", 10),
];
const VIETNAMESE_MONTHS: &[(&str, i8)] = &[
    ("giêng", 1),
    ("một", 1),
    ("hai", 2),
    ("ba", 3),
    ("tư", 4),
    ("năm", 5),
    ("sáu", 6),
    ("bảy", 7),
    ("tám", 8),
    ("chín", 9),
    ("mười một", 11),
    ("mười hai", 12),
    ("mười", 10),
    ("chạp", 12),
];

/// Patterns from specific to general, with their readers.
static PATTERNS: LazyLock<Vec<(Regex, Reader)>> = LazyLock::new(|| {
    let year = r"(?P<year>(?:19|20)\d\d)";
    let list: Vec<(String, Reader)> = vec![
        (r"(?P<year>(?:19|20)\d\d)-(?P<mm>\d\d)-(?P<day>\d\d)".to_owned(), numbers),
        (format!(r"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s?-\s?\d{{1,2}}(?:st|nd|rd|th)?| and \d{{1,2}}(?:st|nd|rd|th)?)?(?: of)? {MONTHS}(?:,? {year})?"), named),
        (format!(r"{MONTHS} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s?-\s?\d{{1,2}}(?:st|nd|rd|th)?| and \d{{1,2}}(?:st|nd|rd|th)?)?(?:,? {year})?"), named),
        (format!(r"{MONTHS}(?: of|,)? {year}"), named),
        (r"(?P<day>\d{1,2})\s?(?:tháng|thang)\s?(?P<mm>\d{1,2})(?:,? (?:năm|nam) (?P<year>(?:19|20)\d\d)|/(?P<year2>(?:19|20)\d\d))?".to_owned(), numbers),
        (r"(?P<day>\d{1,2})(?:-\d{1,2})?\s?[/.]\s?(?P<mm>\d{1,2})\s?[/.]\s?(?P<year>(?:19|20)\d\d)".to_owned(), numbers),
        (r"(?P<day>\d{1,2})-(?P<mm>\d{1,2})-(?P<year>(?:19|20)\d\d)".to_owned(), numbers),
        (format!(r"{TIME_WORD}\s?(?P<d>(?P<day>\d{{1,2}})(?:(?:-|,\s?| và )\d{{1,2}})?[/](?P<mm>\d{{1,2}}))"), numbers),
        (r"(?:ngày|ngay|sáng|chiều|tối)\s(?P<d>(?P<day>\d{1,2})-(?P<mm>\d{1,2}))".to_owned(), numbers),
        (r"(?:tháng|thang)\s?(?P<mm>\d{1,2})(?:\s?[/-]\s?|,? (?:năm|nam) )(?P<year>(?:19|20)\d\d)".to_owned(), numbers),
        (r"(?P<d>(?:tháng|thang)\s(?P<mm>\d{1,2}))".to_owned(), numbers),
        (r"(?P<d>tháng (?P<word>giêng|hai|ba|tư|năm|sáu|bảy|tám|chín|mười một|mười hai|mười|chạp))(?:,? năm (?P<year>(?:19|20)\d\d))?".to_owned(), vietnamese_month),
        (r"(?P<mm>\d{2})/(?P<year>(?:19|20)\d\d)".to_owned(), numbers),
        (r"date (?P<d>(?P<year>(?:19|20)\d\d)-(?P<mm>\d\d))".to_owned(), numbers),
        (format!(r"(?:on|by|since|until|from|of|early|late|mid|in|last|this|next|for|before|after|during|through|till|around) (?P<d>{MONTHS})"), named),
        (format!(r"(?:(?P<shift>last|next|this|coming) )?{WEEKDAYS}"), english_weekday),
        (r"(?:hôm|sáng|trưa|chiều|tối|đêm|ngày|vào) (?P<d>(?P<vn>thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật)(?: (?P<shift>tuần trước|tuần tới|tuần sau|vừa qua|tới))?)".to_owned(), vietnamese_weekday),
        (r"today|this (?:morning|afternoon|evening)|tonight|hôm nay|sáng nay|chiều nay|tối nay|hom nay".to_owned(), |_| Some(Written::Days(0))),
        (r"yesterday|last night|hôm qua|hom qua|tối qua|đêm qua".to_owned(), |_| Some(Written::Days(-1))),
        (r"tomorrow|ngày mai|ngay mai".to_owned(), |_| Some(Written::Days(1))),
        (r"last month|tháng trước|thang truoc".to_owned(), |_| Some(Written::Months(-1))),
        (r"this month|tháng này|thang nay".to_owned(), |_| Some(Written::Months(0))),
        (r"next month|tháng tới|tháng sau|thang toi".to_owned(), |_| Some(Written::Months(1))),
        (r"last year|năm ngoái|nam ngoai|năm trước".to_owned(), |_| Some(Written::Years(-1))),
        (r"this year|năm nay|nam nay".to_owned(), |_| Some(Written::Years(0))),
        (r"next year|năm tới|năm sau|sang năm|nam toi".to_owned(), |_| Some(Written::Years(1))),
        (r"(?:before the year is out|(?:by|before|at|until) (?:the )?(?:year's end|end of the year|year-end)|(?:trước|đến|vào|từ) cuối năm)".to_owned(), |_| Some(Written::Years(0))),
        (format!(r"(?P<shift>last|this|next|coming) (?P<season>spring|summer|autumn|winter)(?:(?: of)? {year})?"), part),
        // "in spring water rescue" is no date: without a year it takes an article.
        (format!(r"(?:in|by|from|until|since|before|after|of|during|early|late) (?P<season>spring|summer|autumn|winter)(?: of)? {year}"), part),
        (format!(r"(?:in|by|from|until|since|before|after|of|during) the (?P<season>spring|summer|autumn|winter)(?:(?: of)? {year})?"), part),
        (format!(r"(?:mùa (?P<season>xuân|hè|thu|đông)|quý (?P<quarter>iv|iii|ii|i|[1-4]))(?:(?P<shift> năm ngoái| năm nay| năm tới| tới| này)|(?:\s?[/-]\s?|,? năm |,? ){year})?"), part),
        (format!(r"(?:in|by|from|until|since|before|after|during) the (?P<quarter>first|second|third|fourth|last) quarter(?:(?: of)? {year})?"), part),
        (r"(?P<count>\d{1,3}|a|an|one|two|three|four|five|six|seven|eight|nine|ten) (?P<unit>day|week|month|year)s? (?:ago|earlier)".to_owned(), ago),
        (r"(?:cách đây )?(?P<count>\d{1,3}|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười) (?P<unit>ngày|tuần|tháng|năm) trước".to_owned(), ago),
        (r"cách đây (?P<count>\d{1,3}|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười) (?P<unit>ngày|tuần|tháng|năm)".to_owned(), ago),
        (r"(?:năm|nam) (?P<year>(?:19|20)\d\d)".to_owned(), numbers),
        (r"(?P<year>(?:19[4-9]|20[0-5])\d)".to_owned(), numbers),
    ];
    list.into_iter().map(|(pattern, read)| (compile(&pattern), read)).collect()
});

#[expect(clippy::expect_used, reason = "the patterns are constants, and a test compiles them all")]
fn compile(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern compiles")
}

fn number(captures: &Captures<'_>, name: &str) -> Option<i16> {
    captures.name(name)?.as_str().parse().ok()
}

fn numbers(captures: &Captures<'_>) -> Option<Written> {
    let year = number(captures, "year").or_else(|| number(captures, "year2"));
    let day = number(captures, "day").and_then(|day| i8::try_from(day).ok());
    let month = number(captures, "mm").and_then(|month| i8::try_from(month).ok());
    written(year, month, day)
}

/// Numbers to a date. Day before month, unless only the other order is possible.
fn written(year: Option<i16>, month: Option<i8>, day: Option<i8>) -> Option<Written> {
    let (month, day) = match (month, day) {
        (Some(month @ 13..), Some(day @ 1..=12)) if year.is_some() => (Some(day), Some(month)),
        other => other,
    };
    match (year, month, day) {
        (Some(year), Some(month), Some(day)) => {
            Date::new(year, month, day).ok().map(|date| Written::Known(PartialDate::Day(date)))
        }
        (None, Some(month), Some(day)) => {
            // 2024 has all days of all years.
            Date::new(2024, month, day).ok().map(|_| Written::DayMonth(day, month))
        }
        (Some(year), Some(month @ 1..=12), None) => {
            Some(Written::Known(PartialDate::Month(year, month)))
        }
        (None, Some(month @ 1..=12), None) => Some(Written::Month(month)),
        (Some(year), None, None) => Some(Written::Known(PartialDate::Year(year))),
        _ => None,
    }
}

fn named(captures: &Captures<'_>) -> Option<Written> {
    const NAMES: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let name = captures.name("month")?.as_str();
    let month = NAMES.iter().position(|known| name.starts_with(known))? as i8 + 1;
    let day = match captures.name("day") {
        Some(day) => Some(day.as_str().parse().ok()?),
        None => None,
    };
    written(number(captures, "year"), Some(month), day)
}

fn vietnamese_month(captures: &Captures<'_>) -> Option<Written> {
    let word = captures.name("word")?.as_str();
    let month = VIETNAMESE_MONTHS.iter().find(|(known, _)| *known == word)?.1;
    written(number(captures, "year"), Some(month), None)
}

fn english_weekday(captures: &Captures<'_>) -> Option<Written> {
    let day = match &captures.name("weekday")?.as_str()[..3] {
        "mon" => Weekday::Monday,
        "tue" => Weekday::Tuesday,
        "wed" => Weekday::Wednesday,
        "thu" => Weekday::Thursday,
        "fri" => Weekday::Friday,
        "sat" => Weekday::Saturday,
        _ => Weekday::Sunday,
    };
    let shift = match captures.name("shift").map(|shift| shift.as_str()) {
        Some("last") => -1,
        Some("next" | "coming") => 1,
        _ => 0,
    };
    Some(Written::Weekday(day, shift))
}

fn vietnamese_weekday(captures: &Captures<'_>) -> Option<Written> {
    let day = match captures.name("vn")?.as_str().trim_start_matches("thứ ") {
        "hai" | "2" => Weekday::Monday,
        "ba" | "3" => Weekday::Tuesday,
        "tư" | "4" => Weekday::Wednesday,
        "năm" | "5" => Weekday::Thursday,
        "sáu" | "6" => Weekday::Friday,
        "bảy" | "7" => Weekday::Saturday,
        _ => Weekday::Sunday,
    };
    let shift = match captures.name("shift").map(|shift| shift.as_str()) {
        Some("tuần trước" | "vừa qua") => -1,
        Some(_) => 1,
        None => 0,
    };
    Some(Written::Weekday(day, shift))
}

/// A season or a quarter: the year in which it begins.
fn part(captures: &Captures<'_>) -> Option<Written> {
    if let Some(year) = number(captures, "year") {
        return written(Some(year), None, None);
    }
    let word = captures.name("season").or(captures.name("quarter"))?.as_str();
    let month = match word {
        "i" | "1" | "first" => 1,
        "spring" | "xuân" => 3,
        "ii" | "2" | "second" => 4,
        "summer" | "hè" => 6,
        "iii" | "3" | "third" => 7,
        "autumn" | "thu" => 9,
        "iv" | "4" | "fourth" | "last" => 10,
        _ => 12,
    };
    let shift = match captures.name("shift").map(|shift| shift.as_str().trim()) {
        Some("last" | "năm ngoái") => Which::Last,
        Some("this" | "này" | "năm nay") => Which::This,
        Some(_) => Which::Next,
        None => Which::Nearest,
    };
    Some(Written::Part(month, shift))
}

fn ago(captures: &Captures<'_>) -> Option<Written> {
    let word = captures.name("count")?.as_str();
    let count = NUMBERS
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, count)| *count)
        .or_else(|| word.parse().ok())?;
    match captures.name("unit")?.as_str() {
        "day" | "ngày" => Some(Written::Days(-count)),
        "week" | "tuần" => Some(Written::Days(-7 * count)),
        "month" | "tháng" => Some(Written::Months(-count)),
        _ => Some(Written::Years(-count)),
    }
}
