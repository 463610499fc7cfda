//! A whole run meets a full disk, a broken disk and a kill at every file and every kind of call. Afterwards nothing half
//! is published, the last good scores stand, the message says what to do, and the next run succeeds.

use super::{BROKEN, Call, FULL, Fault, READ_ONLY, Small, assert_clear, assert_free, calls, ended, temporary, with};
use propensity::runs::layout;
use std::collections::BTreeMap;
use std::fs;

/// Of the writes into one and the same file, the first and the last ones are hit, and every so many in between.
const STEP: usize = 8;

/// The numbers of the calls to hit: every one but those in the middle of a long row of writes into one file.
fn worth_hitting(calls: &[Call]) -> Vec<u64> {
    let mut places: BTreeMap<&Call, Vec<usize>> = BTreeMap::new();
    for (at, call) in calls.iter().enumerate() {
        places.entry(call).or_default().push(at);
    }
    let hit = |at: &usize| {
        let same = &places[&calls[*at]];
        let nth = same.iter().position(|p| p == at).unwrap_or(0);
        calls[*at].kind != "write" || nth < 2 || nth + 2 >= same.len() || nth % STEP == 0
    };
    (0..calls.len()).filter(hit).map(|at| at as u64 + 1).collect()
}

/// Removes published runs but the one whose scores are shown, so that looking at all of them stays quick.
fn tidy(small: &Small, shown: &str) {
    let others = layout::published(&small.runs()).into_iter().filter(|id| id != shown);
    others.for_each(|id| fs::remove_dir_all(small.runs().join(id)).unwrap());
}

/// One run under a fault; gives whether the fault came too late.
fn under(small: &Small, fault: Fault<'_>, number: u64) -> bool {
    let log = small.home.path().join("calls");
    let _ = fs::remove_file(&log);
    let before = small.shown();
    let mut start = small.start();
    with(&mut start, small.data(), fault, Some(&log));
    let end = ended(&mut start);
    let calls = calls(&log);
    let case = format!("{fault:?}, {:?}", calls.get(number as usize - 1));
    assert_free(&small.runs().join(layout::LOCK));
    assert_eq!(small.workspace.scores.list().map(|s| s.len()), Ok(1), "{case}");
    let after = small.shown();
    if end.code == Some(0) {
        assert_ne!(after.0, before.0, "{case}: the run that is called done is not shown");
    } else {
        assert!(after == before || after.0 != before.0, "{case}: other scores in the run that was shown");
        match fault {
            Fault::KillAt(_) => {
                assert!(end.stderr.contains("hint:") && !end.stderr.contains("panicked"), "{case}: {}", end.stderr);
            }
            _ => assert_clear(&end, small.home.path(), &case),
        }
    }
    let again = ended(&mut small.start());
    assert_eq!(again.code, Some(0), "{case}, then without the fault: {}", again.stderr);
    let next = small.shown();
    assert_ne!(next.0, after.0, "{case}, then without the fault");
    assert!(small.live_folders().is_empty() && temporary(small.data()).is_empty(), "{case}: something is left");
    tidy(small, &next.0);
    (calls.len() as u64) < number
}

fn at_every_call(fault: impl Fn(u64) -> Fault<'static>) {
    let small = Small::scored();
    let log = small.home.path().join("calls");
    let mut counted = small.start();
    with(&mut counted, small.data(), Fault::Count, Some(&log));
    assert_eq!(ended(&mut counted).code, Some(0));
    let calls = calls(&log);
    assert!(calls.iter().any(|call| call.kind == "rename"), "{calls:?}");
    for number in worth_hitting(&calls) {
        under(&small, fault(number), number);
    }
    // No two runs make quite the same number of calls.
    let last = calls.len() as u64;
    assert!((last + 1..last + 20).any(|number| under(&small, fault(number), number)), "the end did not come");
}

#[test]
fn a_disk_that_is_full_from_any_call_on_fails_the_run_and_nothing_else() {
    at_every_call(|number| Fault::FailFrom(number, FULL));
}

#[test]
fn a_disk_that_can_only_be_read_from_any_call_on_or_breaks_in_one_fails_the_run_and_nothing_else() {
    at_every_call(|number| match number % 2 {
        0 => Fault::FailFrom(number, READ_ONLY),
        _ => Fault::FailOnce(number, BROKEN),
    });
}

#[test]
fn a_kill_in_any_call_of_a_run_leaves_the_last_good_scores_and_a_clean_start() {
    at_every_call(Fault::KillAt);
}
