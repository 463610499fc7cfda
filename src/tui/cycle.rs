//! Going round: what has the focus, the tab, the order of a list. Called by the dialogs and screens.

/// The place so many further, or before, round; from a place that is not in the ring it goes as from the first. Where the
/// ring is empty nothing moves.
pub fn step<T: Copy + PartialEq>(ring: &[T], from: T, by: isize) -> T {
    let at = ring.iter().position(|place| *place == from).unwrap_or(0) as isize;
    let Ok(length @ 1..) = isize::try_from(ring.len()) else { return from };
    ring[at.saturating_add(by).rem_euclid(length) as usize]
}

#[cfg(test)]
mod tests {
    use super::step;

    #[test]
    fn it_goes_round_both_ways() {
        let of = |from, by| step(&['a', 'b', 'c'], from, by);
        assert_eq!([of('a', 1), of('c', 1), of('a', -1), of('b', 2), of('b', 0)], ['b', 'a', 'c', 'a', 'b']);
        assert_eq!((of('x', 1), of('x', -1)), ('b', 'c'), "a place that is gone counts as the first");
        assert_eq!(step(&[], 'a', 1), 'a');
    }
}
