//! Runs that never were, played through the fold: whether what it tells of them is true, and when it holds its tongue.

use super::*;

fn at(second: f64) -> Timestamp {
    Timestamp::from_second(1_770_000_000).unwrap() + SignedDuration::from_secs_f64(second)
}

/// Seconds from the beginning to the end that is told.
fn told(work: &WorkProgress) -> Option<f64> {
    work.ends_at.map(|ends| seconds_between(at(0.0), ends))
}

fn rates(rates: &[(Work, f64)]) -> BTreeMap<Work, f64> {
    rates.iter().copied().collect()
}

/// A run that reads 100 rows and fits twice 50 rounds.
fn planned(rates: &BTreeMap<Work, f64>) -> WorkProgress {
    let mut work = WorkProgress::default();
    work.start(at(0.0));
    work.plan("train", &[Step::new(Work::Fit, 50, 1.0), Step::new(Work::Fit, 50, 1.0)], rates);
    work.begin(at(0.0), "read", Step::new(Work::Read, 100, 1.0));
    work
}

/// Steps evenly through the present step, looking four times a second.
fn play(work: &mut WorkProgress, from: f64, seconds: f64, count: u64, mut look: impl FnMut(&WorkProgress, f64)) {
    for quarter in 1..=(4.0 * seconds) as u64 {
        let now = from + quarter as f64 / 4.0;
        work.advance(at(now), count * quarter / (4.0 * seconds) as u64, None);
        work.tick(at(now));
        look(work, now);
    }
}

#[test]
fn with_a_last_run_the_end_is_told_soon_and_follows_the_pace() {
    // The last run took 10 + 20 seconds; this one takes twice as long.
    let mut work = planned(&rates(&[(Work::Read, 0.1), (Work::Fit, 0.2)]));
    let mut first = None;
    play(&mut work, 0.0, 20.0, 100, |work, now| first = first.or(told(work).map(|_| now)));
    assert!(first.is_some_and(|first| (1.0..4.0).contains(&first)), "{first:?}");
    work.begin(at(20.0), "train", Step::new(Work::Fit, 50, 1.0));
    play(&mut work, 20.0, 20.0, 50, |work, now| {
        let total = told(work).unwrap();
        assert!((total - 60.0).abs() < 10.0, "{total} at {now}");
        assert!((work.share - now / 60.0).abs() < 0.1, "{} at {now}", work.share);
    });
    work.begin(at(40.0), "train", Step::new(Work::Fit, 50, 1.0));
    play(&mut work, 40.0, 20.0, 50, |work, now| {
        assert!((told(work).unwrap() - 60.0).abs() < 3.0 && work.share < 1.0, "{now}");
    });
    work.finish(at(60.0), true);
    assert_eq!((work.share, work.ends_at), (1.0, None));
    assert_eq!(work.finished().iter().map(|f| f.seconds).collect::<Vec<_>>(), [20.0; 3]);
}

#[test]
fn without_one_nothing_is_told_while_most_is_work_of_a_kind_not_met() {
    let mut work = planned(&BTreeMap::new());
    work.plan("train", &[Step::new(Work::Fit, 50, 1e6), Step::new(Work::Fit, 50, 1e6)], &BTreeMap::new());
    play(&mut work, 0.0, 10.0, 100, |work, _| assert_eq!(told(work), None));
    work.begin(at(10.0), "train", Step::new(Work::Fit, 50, 1e6));
    play(&mut work, 10.0, 10.0, 50, |_, _| {});
    assert!((told(&work).unwrap() - 30.0).abs() < 4.0, "{:?}", told(&work));
}

#[test]
fn estimates_that_differ_by_more_than_a_third_are_not_told() {
    let mut work = planned(&rates(&[(Work::Read, 0.1), (Work::Fit, 0.2)]));
    play(&mut work, 0.0, 10.0, 100, |_, _| {});
    assert!(told(&work).is_some());
    // Four times the work comes to light.
    work.plan("train", &[Step::new(Work::Fit, 400, 1.0)], &BTreeMap::new());
    work.tick(at(11.0));
    assert_eq!(told(&work), None);
    for now in [12.0, 13.0] {
        work.tick(at(now));
    }
    assert!(told(&work).is_some(), "three agree again");
}

#[test]
fn the_share_never_goes_back_when_more_work_comes_to_light() {
    let mut work = planned(&rates(&[(Work::Read, 0.1), (Work::Fit, 0.2)]));
    play(&mut work, 0.0, 10.0, 100, |_, _| {});
    let before = work.share;
    assert!(before > 0.3);
    work.plan("train", &[Step::new(Work::Fit, 4000, 1.0)], &BTreeMap::new());
    work.tick(at(11.0));
    assert_eq!(work.share, before);
}

#[test]
fn a_fit_that_goes_on_beyond_the_guess_is_never_said_to_be_done() {
    let mut work = planned(&BTreeMap::new());
    work.begin(at(1.0), "train", Step { open: true, ..Step::new(Work::Fit, 50, 1.0) });
    assert_eq!(work.step.as_ref().map(|s| (s.number, s.of)), Some((1, 2)));
    work.advance(at(2.0), 80, None);
    let current = work.step.as_ref().unwrap();
    assert!(current.whole().count > 80 && current.fraction().unwrap() < 1.0);
    work.begin(at(3.0), "train", Step::new(Work::Fit, 50, 1.0));
    assert_eq!(work.finished()[1].step.count, 80, "what it came to is what counts");
    assert_eq!(work.step.as_ref().map(|s| (s.number, s.of)), Some((2, 2)));
}

#[test]
fn a_step_that_is_not_counted_goes_on_with_the_time_and_does_not_end_before_it_ends() {
    let mut work = WorkProgress::default();
    work.start(at(0.0));
    work.plan("train", &[Step::new(Work::Fit, 10, 1.0)], &rates(&[(Work::Leaks, 1.0), (Work::Fit, 1.0)]));
    work.begin(at(0.0), "train", Step::new(Work::Leaks, 10, 1.0));
    work.tick(at(5.0));
    assert!((0.2..0.3).contains(&work.share), "{}", work.share);
    work.tick(at(500.0));
    assert!(work.share < 0.5, "{}", work.share);
}

#[test]
fn figures_of_any_size_do_no_harm() {
    let mut work = planned(&rates(&[(Work::Fit, f64::MAX), (Work::Read, f64::NAN), (Work::Other, -1.0)]));
    work.plan("x", &[Step::new(Work::Fit, u64::MAX, f64::MAX), Step::new(Work::Test, 1, -5.0)], &BTreeMap::new());
    for second in [0.0, 1e9, -1e9, 5.0] {
        work.begin(at(second), "x", Step { open: true, ..Step::new(Work::Fit, u64::MAX, f64::MAX) });
        work.advance(at(second), u64::MAX, Some(0));
        work.tick(at(second));
        assert!((0.0..1.0).contains(&work.share));
    }
}
