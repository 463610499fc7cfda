//! What a look at a run may rely on: any journal, cut anywhere and with anything in it, gives a state.

use super::*;
use crate::domain::run::RunKind;
use crate::domain::run::work::{Step, Work};
use crate::store::journal::Journal;
use proptest::prelude::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_770_000_000 + second).unwrap()
}

fn started() -> Event {
    let (run, score, user) = ("r".into(), "s".into(), "ann".into());
    Event::Started { run, score, pid: 7, run_kind: RunKind::Scoring, user }
}

fn stage(name: &str, seconds: Option<f64>) -> Event {
    Event::Stage { name: name.into(), seconds }
}

fn progress(stage: &str, done: u64, total: Option<u64>) -> Event {
    Event::Progress { stage: stage.into(), done, total }
}

/// A whole run, a second per entry.
fn whole() -> Vec<Event> {
    vec![
        started(),
        stage("read", None),
        progress("read", 40, None),
        Event::Warning { code: None, message: "w".into() },
        progress("read", 70, Some(70)),
        Event::Heartbeat,
        stage("read", Some(4.25)),
        stage("train and test", None),
        progress("train and test", 3, Some(60)),
        Event::Metric { name: "auc".into(), value: None, low: None, high: None },
        Event::Failed { code: Some(410), message: "m".into(), causes: vec![], hint: None, exit: 3 },
    ]
}

fn fold(events: &[Event]) -> RunProgress {
    let mut live = blank("20260202-024000-abcd", "s");
    for (i, event) in events.iter().enumerate() {
        apply(&mut live, &Entry { v: 1, seq: i as u64 + 1, at: at(i as i64), event: event.clone() });
    }
    live
}

#[test]
fn the_state_follows_the_journal() {
    let before = fold(&[]);
    assert_eq!(before.started_at.to_string(), "2026-02-02T02:40:00Z", "the id tells when");
    let events = whole();
    let reading = fold(&events[..3]);
    assert_eq!((reading.kind, reading.pid, reading.user.as_str()), (RunKind::Scoring, 7, "ann"));
    assert_eq!((reading.stage.as_deref(), reading.done, reading.rows), (Some("read"), 40, 40));
    assert_eq!((reading.started_at, reading.stage_since, reading.last_at), (at(0), at(1), at(2)));
    let between = fold(&events[..7]);
    assert_eq!((between.stage.as_deref(), between.done, between.total, between.rows), (None, 0, None, 70));
    let training = fold(&events[..10]);
    assert_eq!(training.stages, [Stage { name: "read".into(), seconds: 4.25 }]);
    assert_eq!((training.rows, training.warnings, training.share()), (70, 1, None), "a journal without a plan");
    assert_eq!(training.status, Status::Processing);
    let failed = fold(&events);
    assert_eq!((failed.status, failed.code, failed.message.as_str()), (Status::Failed, Some(410), "m"));
}

#[test]
fn stages_of_a_journal_that_does_not_end_them_last_until_the_next() {
    let live = fold(&[started(), stage("read", None), Event::Heartbeat, stage("check", None)]);
    assert_eq!(live.stages, [Stage { name: "read".into(), seconds: 2.0 }]);
    assert_eq!(live.stage.as_deref(), Some("check"));
}

#[test]
fn the_lock_decides_first_and_then_the_last_line_and_then_the_request() {
    let live = |events: &[Event], asked: bool, held: bool| {
        let mut live = fold(events);
        live.cancelled_by = asked.then(|| "bob".into());
        resolve_status(live, held)
    };
    let events = whole();
    let finished = [started(), Event::Finished { code: None, message: "m".into() }];
    assert_eq!(live(&events, false, true).status, Status::Processing);
    assert_eq!(live(&events, true, false).status, Status::Failed);
    assert_eq!(live(&events[..5], false, true).status, Status::Processing);
    assert_eq!(live(&events[..5], false, false).status, Status::Interrupted);
    assert_eq!(live(&events[..5], true, false).status, Status::Cancelled);
    assert!(live(&events[..5], true, false).message.contains("bob"));
    assert_eq!(live(&finished, false, false).status, Status::Interrupted, "a success that was not published is none");
}

fn any_step() -> impl Strategy<Value = Step> {
    let work = prop_oneof![Just(Work::Read), Just(Work::Fit), Just(Work::Leaks), Just(Work::Other)];
    (work, any::<u64>(), any::<f64>(), any::<bool>()).prop_map(|(work, count, size, open)| Step {
        work,
        count,
        size,
        open,
    })
}

fn any_event() -> impl Strategy<Value = Event> {
    let name = || prop_oneof![Just("read".to_string()), any::<String>()];
    prop_oneof![
        Just(started()),
        Just(Event::Heartbeat),
        (name(), any::<Option<f64>>()).prop_map(|(name, seconds)| Event::Stage { name, seconds }),
        (name(), any::<u64>(), any::<Option<u64>>()).prop_map(|(stage, done, total)| Event::Progress {
            stage,
            done,
            total
        }),
        (name(), prop::collection::vec(any_step(), 0..5), any::<Option<f64>>()).prop_map(|(stage, steps, rate)| {
            let rates = rate.map(|rate| (Work::Fit, rate)).into_iter().collect();
            Event::Plan { stage, steps, rates }
        }),
        (name(), any_step()).prop_map(|(stage, step)| Event::Step { stage, step }),
        (any::<Option<u16>>(), any::<String>()).prop_map(|(code, message)| Event::Warning { code, message }),
        any::<String>().prop_map(|message| Event::Cancelled { message }),
        any::<String>().prop_map(|message| Event::Finished { code: None, message }),
        any::<String>().prop_map(|word| Event::Unknown(serde_json::Map::from_iter([(word, 1.into())]))),
    ]
}

proptest! {
    #[test]
    fn any_entries_in_any_order_give_a_state(
        events in prop::collection::vec((any_event(), -1_000_000i64..1_000_000), 0..40),
        held in any::<bool>(),
    ) {
        let mut live = blank("any", "s");
        let (mut share, mut over) = (0.0, false);
        for (event, second) in &events {
            apply(&mut live, &Entry { v: 9, seq: 0, at: at(*second), event: event.clone() });
            prop_assert!(live.share().is_none_or(|share| (0.0..=1.0).contains(&share)));
            prop_assert!(live.work.share >= share, "the share went back from {share} to {}", live.work.share);
            share = live.work.share;
            over |= matches!(event, Event::Finished { .. });
            prop_assert!((share == 1.0) == over, "all is done at the end only");
            live.outlook(at(*second));
            live.step_text();
            prop_assert!(resolve_status(live.clone(), held).is_running() == held);
        }
    }

    #[test]
    fn a_journal_cut_anywhere_with_anything_behind_it_is_the_fold_over_its_whole_lines(
        cut in any::<prop::sample::Index>(),
        garbage in any::<Vec<u8>>(),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(JOURNAL);
        let journal = Journal::create(&path).unwrap();
        for (i, event) in whole().into_iter().enumerate() {
            journal.append_at(at(i as i64), event).unwrap();
        }
        let bytes = std::fs::read(&path).unwrap();
        let cut = &bytes[..cut.index(bytes.len() + 1)];
        let lines = cut.iter().filter(|&&b| b == b'\n').count();
        std::fs::write(&path, cut).unwrap();
        let past = folded(dir.path(), "20260202-024000-abcd", "s");
        prop_assert_eq!(past, fold(&whole()[..lines]));
        // Whatever else stands there, it panics nowhere and ends no run.
        std::fs::write(&path, [cut, &garbage].concat()).unwrap();
        of_dead_run(dir.path(), "s");
        folded(dir.path(), "x", "s");
    }

    #[test]
    fn any_id_can_be_asked_for_its_time(id in any::<String>()) {
        layout::time_of(&id);
    }
}
