//! The small files: scores, drafts, how the screens were left, the audit log.

use super::finding::{Finding, Fix, Topic, counted, is_ahead, quoted_path};
use crate::domain::score::Score;
use crate::domain::text;
use crate::store::health::{self, Health, Inspected};
use crate::store::{atomic, audit};
use crate::workspace::Workspace;
use std::collections::HashMap;
use std::path::Path;

pub(super) fn check(workspace: &Workspace) -> Vec<Finding> {
    let data = &workspace.paths.data;
    let scores = health::scores(data);
    let mut found = vec![list(Topic::Scores, "score", &scores, Fix::RecoverScores)];
    found.extend(same_names(&scores));
    found.extend(scores.items.iter().filter_map(|score| score_ahead(&scores.path, score)));
    found.push(list(Topic::Drafts, "draft", &health::drafts(data), Fix::RecoverDrafts));
    if let Some((path, why)) = health::ui(&workspace.paths.state) {
        let what = "How the screens were left cannot be read; it is forgotten, and written anew.";
        found.push(Finding::note(Topic::Screens, &path, what).because(why));
    }
    found.extend(audit_log(data));
    found
}

/// How a file of a list is: `noun` is one of what it holds.
fn list<T>(topic: Topic, noun: &str, looked: &Inspected<T>, fix: Fix) -> Finding {
    let path = &looked.path;
    let (from, to) = (quoted_path(&atomic::backup_path(path)), quoted_path(path));
    // ScoreRuns keep the definitions of their scores, and nothing keeps those of drafts.
    let then = if topic == Topic::Scores { " && propensity doctor --fix" } else { "" };
    match &looked.health {
        Health::Good => {
            Finding::fine(topic, path, format!("The {noun}s file is good, with {}.", counted(looked.items.len(), noun)))
        }
        Health::Absent(None) => Finding::fine(topic, path, format!("There are no {noun}s yet.")),
        Health::Absent(Some(kept)) => Finding::unfixable(topic, path, format!("The {noun}s file is gone."))
            .because(format!("its last good copy is there, with {}; it may lack the last change", counted(*kept, noun)))
            .next(format!("cp {from} {to}")),
        Health::Newer(why) => Finding::unfixable(topic, path, format!("The {noun}s file is of a newer version."))
            .because(why.as_str())
            .next("Update propensity. The file is never touched."),
        Health::Broken(why, backup) => {
            let what = format!("The {noun}s file does not parse.");
            match backup {
                Some(kept) => Finding::fixable(topic, path, what, fix).because(why.as_str()).because(format!(
                    "its last good copy is there, with {}; it may lack the last change",
                    counted(*kept, noun)
                )),
                None => Finding::unfixable(topic, path, what)
                    .because(why.as_str())
                    .because("there is no good copy of it")
                    .next(format!(
                        "Mend it in an editor, or move it away: mv {to} {}{then}",
                        quoted_path(&aside(path))
                    )),
            }
        }
        Health::Unreadable(why) => Finding::unfixable(topic, path, format!("The {noun}s file cannot be read."))
            .because(why.as_str())
            .next("See who may read it: ls -l"),
    }
}

fn aside(path: &Path) -> std::path::PathBuf {
    atomic::with_suffix(path, ".old")
}

/// Scores that nobody can tell apart by name.
fn same_names(scores: &Inspected<Score>) -> Vec<Finding> {
    let mut first: HashMap<String, &Score> = HashMap::new();
    let mut found = Vec::new();
    for score in &scores.items {
        let Some(other) = first.insert(score.name.to_lowercase(), score) else { continue };
        let what = format!("Two scores have the name '{}': {} and {}.", score.name, other.id, score.id);
        let next = format!("propensity score delete {} removes one of them; it can be restored.", score.id);
        found.push(Finding::unfixable(Topic::ScoreName, &scores.path, what).next(next).of(score));
    }
    found
}

fn score_ahead(path: &Path, score: &Score) -> Option<Finding> {
    let at = score.created_at.max(score.updated_at);
    let what = || format!("The score {} has a stamp in the future: {at}.", text::shell_quoted(&score.name));
    is_ahead(at)
        .then(|| Finding::note(Topic::Clock, path, what()).next("See whether the clock is right: date").of(score))
}

fn audit_log(data: &Path) -> Vec<Finding> {
    let path = audit::path(data);
    let (records, strange) = match audit::read(data) {
        Ok(read) => read,
        Err(error) => return vec![Finding::of_error(Topic::Audit, &path, &error)],
    };
    let mut found = Vec::new();
    if health::is_torn(&path) {
        let what = "The last line of the audit log has no end, as a crash leaves it.";
        found.push(Finding::fixable(Topic::Audit, &path, what, Fix::EndAuditLine));
    }
    if strange > 0 {
        let lines = counted(strange, "line");
        let what = format!("The audit log has {lines} that cannot be read; what stands there is left as it is.");
        found.push(Finding::note(Topic::Audit, &path, what));
    }
    let ahead = records.iter().filter(|record| is_ahead(record.at));
    if let Some(last) = ahead.clone().next_back() {
        let what =
            format!("The audit log has {} of the future, the last of {}.", counted(ahead.count(), "record"), last.at);
        found.push(Finding::note(Topic::Clock, &path, what).next("See whether the clock is right: date"));
    }
    if found.is_empty() {
        found.push(Finding::fine(
            Topic::Audit,
            &path,
            format!("The audit log is good, with {}.", counted(records.len(), "record")),
        ));
    }
    found
}
