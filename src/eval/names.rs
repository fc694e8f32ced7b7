//! Names of texts that the register does not know. In: matched mentions in order. Out: which of the program's ids stands
//! for which labelled id.

use std::collections::{BTreeMap, BTreeSet};

use super::fields::Pair;
use crate::model::InstrumentId;

/// Which found text means which labelled one. Texts of the register have the same id on both sides; a text first met in
/// the data has an id of the program's making, which must then always stand for the same labelled text, and for no
/// other.
#[derive(Debug, Default)]
pub struct Names {
    ours: BTreeMap<InstrumentId, InstrumentId>,
    theirs: BTreeMap<InstrumentId, InstrumentId>,
    register: BTreeSet<InstrumentId>,
}

impl Names {
    /// Learns the names of new texts from pairs in order.
    pub fn learn<'a>(
        register: BTreeSet<InstrumentId>,
        pairs: impl Iterator<Item = &'a Pair<'a>>,
    ) -> Self {
        let mut names = Self { register, ..Self::default() };
        for pair in pairs {
            let (Some(wanted), Some(got)) = (&pair.gold.instruments, pair.linked) else { continue };
            let [wanted] = wanted.as_slice() else { continue };
            if wanted == got || names.is_known(wanted) || names.is_known(got) {
                continue;
            }
            if !names.theirs.contains_key(wanted) && !names.ours.contains_key(got) {
                names.theirs.insert(wanted.clone(), got.clone());
                names.ours.insert(got.clone(), wanted.clone());
            }
        }
        names
    }

    fn is_known(&self, id: &InstrumentId) -> bool {
        let series = id.as_str().split('#').next().unwrap_or_default();
        self.register.contains(id) || self.register.iter().any(|known| known.as_str() == series)
    }

    /// Whether a found text is the labelled one.
    pub fn same(&self, wanted: &InstrumentId, got: &InstrumentId) -> bool {
        wanted == got || self.theirs.get(wanted) == Some(got)
    }
}
