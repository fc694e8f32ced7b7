//! Time without a clock of its own: schedules, dates as feeds and prose write them, and windows.
