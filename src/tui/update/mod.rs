//! The one place where the state changes: a message in, effects out, no I/O. Called by the runtime for every message.
//!
//! `dispatch` finds out what a key asks for and who does it, `workspace` takes in what the threads read, `changes` what became
//! of the effects that change something, `run_end` tells the end of a run.

mod changes;
mod dispatch;
mod run_end;
mod workspace;

use super::app::App;
use super::effect::Effect;
use super::msg::Msg;
use super::screens::{monitoring, profiles, services};

/// Changes the state as the message says.
pub fn update(app: &mut App, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Now(now) => {
            app.now = now;
            monitoring::refresh_on_new_day(app);
        }
        Msg::Key(key) => return dispatch::on_key(app, key),
        Msg::Paste(text) => return dispatch::paste(app, &text),
        Msg::Resize(width, height) => {
            app.size = (width, height);
            services::rebuild_list(app);
            monitoring::resize(app);
            return profiles::resize(app);
        }
        Msg::Background { is_light } => app.look.set_background(is_light),
        Msg::Resumed => return vec![Effect::Redraw],
        Msg::Terminated => return dispatch::quit(app),
        Msg::Scores(scores) => workspace::set_scores(app, scores),
        Msg::LiveRuns(runs) => workspace::set_live_runs(app, runs),
        Msg::Catalog(catalog) => return workspace::set_catalog(app, catalog),
        Msg::SourceChanges(changes) => app.source_changes = changes,
        Msg::Timer(timer) => app.timer = timer,
        Msg::Estimated { generation, estimate } => {
            if let Some(wizard) = app.wizard() {
                wizard.set_estimate(generation, *estimate);
            }
        }
        Msg::Trash(trash) => match trash {
            Ok(trash) => app.trash = Some(trash),
            Err(error) => app.show_error(error),
        },
        Msg::Drafts(drafts) => match drafts {
            Ok(drafts) => app.drafts = drafts,
            Err(error) => app.show_error(error),
        },
        Msg::RunLoaded { run, purpose, detail } => monitoring::run_loaded(app, &run, purpose, *detail),
        Msg::Profiles(response) => return profiles::on_response(app, *response),
        Msg::BackgroundError(error) => app.show_error(error),
        done @ (Msg::DraftSaved(_)
        | Msg::Created(_)
        | Msg::Edited(_)
        | Msg::Rescheduled(_)
        | Msg::Promoted(_)
        | Msg::Deleted(_)
        | Msg::Restored(_)
        | Msg::DeletionImpact { .. }
        | Msg::Started { .. }
        | Msg::Cancelled { .. }) => return changes::done(app, done),
    }
    Vec::new()
}
