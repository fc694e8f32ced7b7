//! Feeds as they come over the wire: every known quirk, every kind of damage, and what no feed should ever do.

mod faults;
mod hostile;
mod oracle;
mod quirks;
