//! How far a run is, as its journal tells: the same for whoever follows it from its start and whoever comes later.

use crate::common::business::Business;
use crate::common::{Home, text};
use propensity::domain::run::run_progress::RunProgress;
use propensity::domain::run::work::Work;
use propensity::runs::journal_state::JournalState;
use propensity::runs::layout;
use std::path::{Path, PathBuf};

/// The states after every line of the journal of a run that is over, for somebody who follows it from its start; each is
/// compared with what somebody sees who comes just then.
fn states(folder: &Path) -> Vec<RunProgress> {
    let journal = std::fs::read_to_string(folder.join(layout::JOURNAL)).unwrap();
    let runs = tempfile::tempdir().unwrap();
    let id = folder.file_name().unwrap().to_str().unwrap();
    let live = layout::live_path(runs.path(), id);
    std::fs::create_dir(&live).unwrap();
    let mut follower = JournalState::open(live.clone(), "leads").unwrap();
    let mut written = String::new();
    let mut states = Vec::new();
    for line in journal.split_inclusive('\n') {
        written += line;
        std::fs::write(live.join(layout::JOURNAL), &written).unwrap();
        follower.read();
        let mut other = JournalState::open(live.clone(), "leads").unwrap();
        other.read();
        assert_eq!(follower.progress(true), other.progress(true), "after {line}");
        states.push(follower.progress(true));
    }
    states
}

fn fits(states: &[RunProgress]) -> Vec<(u64, u64)> {
    let mut fits: Vec<(u64, u64)> = Vec::new();
    for step in states.iter().filter_map(|s| s.work.step.as_ref()).filter(|step| step.step.work == Work::Fit) {
        if fits.last().is_none_or(|(number, _)| *number != step.number) {
            fits.push((step.number, step.of));
        }
    }
    fits
}

#[test]
fn the_share_grows_to_the_end_and_the_number_of_fits_is_known_before_the_first() {
    let home = Home::new();
    Business::new().write(&home);
    home.create_score("leads", &[]);
    for kind in ["training", "training", "scoring"] {
        let run = home.json(&["run", "start", "leads", "--kind", kind]);
        let states = states(&PathBuf::from(text(&run, "/folder")));
        let mut share = 0.0;
        let (last, before) = states.split_last().unwrap();
        for state in before {
            assert!(state.work.share >= share && state.work.share < 1.0, "{kind}: {share} → {:?}", state.work);
            share = state.work.share;
        }
        assert!(share > 0.7, "{kind}: the last share before the end is {share}");
        assert_eq!(last.share_text().as_deref(), Some("100\u{a0}%"));
        let fits = fits(&states);
        assert_eq!(fits.is_empty(), kind == "scoring");
        let all = fits.len() as u64;
        assert!(fits.iter().zip(1..).all(|((number, of), place)| *number == place && *of == all), "{fits:?}");
        // Every step that was planned was made.
        assert_eq!(last.work.step, None);
    }
}
