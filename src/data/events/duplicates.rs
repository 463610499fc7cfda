//! Finds event ids that occur more than once. Called by `reading`.

use hashbrown::{DefaultHashBuilder, HashSet};
use std::hash::{BuildHasher, RandomState};

/// The event ids seen so far, as 128 bits each from two independent hash functions: at 100 million events, the chance
/// that two different ids collide is below 1e-20, and the ids themselves need not be kept.
#[derive(Default)]
pub(super) struct EventIdSet {
    fingerprints: HashSet<u128>,
    sip: RandomState,
    fold: DefaultHashBuilder,
}

impl EventIdSet {
    /// Whether the id is new.
    pub(super) fn insert(&mut self, id: &str) -> bool {
        let (high, low) = (self.sip.hash_one(id), self.fold.hash_one(id));
        self.fingerprints.insert((u128::from(high) << 64) | u128::from(low))
    }
}
