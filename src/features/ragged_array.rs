//! Rows of different lengths in two vectors. Used by [`population`](super::population), [`labels`](super::labels) and
//! [`extractor`](super::extractor).

use crate::domain::source::activity::Starts;

/// Any number of items per profile, as two plain vectors: all items one after the other, and where those of each
/// profile start.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RaggedArray<T> {
    /// Items of profile p are `items[starts[p]..starts[p + 1]]`.
    starts: Vec<usize>,
    items: Vec<T>,
}

impl<T: Copy> RaggedArray<T> {
    /// Groups `(profile, item)` pairs that come sorted by profile, each below `profiles`.
    pub fn from_sorted(profiles: usize, pairs: impl Iterator<Item = (u32, T)>) -> Self {
        let (mut starts, mut items) = (Starts::of(profiles), Vec::new());
        for (profile, item) in pairs {
            starts.reach(profile as usize, items.len());
            items.push(item);
        }
        RaggedArray { starts: starts.finish(profiles, items.len()), items }
    }

    /// The items of a profile in the order in which they came; none for a profile that does not exist.
    pub fn get(&self, profile: u32) -> &[T] {
        match (self.starts.get(profile as usize), self.starts.get(profile as usize + 1)) {
            (Some(&from), Some(&to)) => &self.items[from..to],
            _ => &[],
        }
    }
}
