//! What works at the moment: where keys go, and why an action cannot be asked for. Asked by the dispatcher, the foot of the
//! screen, the palette and the buttons.

use super::action::{Action, KeyContext};
use super::app::{App, Screen, Severity};
use super::dialogs::Dialog;
use super::screens::profiles::{self, Profiles};
use super::screens::services;
use crate::domain::run::{Status, codes};

impl App {
    /// Whether a focused field takes printable keys as text.
    pub fn is_typing(&self) -> bool {
        match self.dialogs.last() {
            Some(dialog) => dialog.is_typing(),
            None if self.screen == Screen::Profiles => {
                let on_list = |p: &&Profiles| p.page.is_none() && p.factors.is_none();
                self.profiles.as_ref().filter(on_list).is_some_and(|p| p.focus != profiles::Focus::List)
            }
            None if self.screen == Screen::Monitoring => self.monitoring.is_finding && self.monitoring.page.is_none(),
            None if self.screen == Screen::Data => false,
            None => self.services.focus == services::Focus::Filter,
        }
    }

    /// Whether the arrow keys move the cursor in a text.
    pub fn is_editing(&self) -> bool {
        match self.dialogs.last() {
            Some(Dialog::Wizard(wizard)) => wizard.is_editing(),
            _ => self.is_typing(),
        }
    }

    /// The contexts whose keys work now, the nearest first.
    pub fn key_contexts(&self) -> &'static [KeyContext] {
        match self.dialogs.last() {
            Some(Dialog::Wizard(_) | Dialog::Edit(_) | Dialog::Schedule(_) | Dialog::Picker(_) | Dialog::Prompt(_)) => {
                &[KeyContext::Wizard, KeyContext::Dialog, KeyContext::Anywhere, KeyContext::Always]
            }
            Some(Dialog::Confirm(_) | Dialog::Pager(_)) => {
                &[KeyContext::Dialog, KeyContext::Anywhere, KeyContext::Always]
            }
            None => self.key_contexts_of_screen(),
        }
    }

    /// The contexts whose keys would work on the screen without a dialog.
    pub fn key_contexts_of_screen(&self) -> &'static [KeyContext] {
        match (self.screen, &self.profiles) {
            (Screen::Monitoring, _) if self.monitoring.page.is_some() => {
                &[KeyContext::MonitoringScreen, KeyContext::Anywhere, KeyContext::Always]
            }
            (Screen::Monitoring, _) => {
                &[KeyContext::RunList, KeyContext::MonitoringScreen, KeyContext::Anywhere, KeyContext::Always]
            }
            (Screen::Data, _) => &[KeyContext::Anywhere, KeyContext::Always],
            (Screen::Services, _) | (Screen::Profiles, None) => {
                &[KeyContext::Services, KeyContext::Anywhere, KeyContext::Always]
            }
            (Screen::Profiles, Some(p)) if p.factors.is_some() => {
                &[KeyContext::ProfilesScreen, KeyContext::Anywhere, KeyContext::Always]
            }
            (Screen::Profiles, Some(p)) if p.page.is_some() => {
                &[KeyContext::ProfilePage, KeyContext::ProfilesScreen, KeyContext::Anywhere, KeyContext::Always]
            }
            (Screen::Profiles, Some(_)) => {
                &[KeyContext::ProfileList, KeyContext::ProfilesScreen, KeyContext::Anywhere, KeyContext::Always]
            }
        }
    }

    /// Whether an action cannot be asked for now; the foot of the screen says then why.
    pub fn refuses(&mut self, action: Action) -> bool {
        let why = self.refusal(action);
        if let Some(why) = &why {
            self.notify(Severity::Error, why);
        }
        why.is_some()
    }

    /// Why an action cannot be asked for now; `None` where it can.
    pub fn refusal(&self, action: Action) -> Option<String> {
        if action.entry().changes
            && let Some(why) = &self.workspace.read_only
        {
            return Some(why.clone());
        }
        let selected = self.selected();
        let nothing = || selected.is_none().then(|| "No score is selected.".to_string());
        match action {
            Action::Edit | Action::Clone | Action::Delete | Action::Schedule => nothing(),
            Action::Run if !self.workspace.has_sources => {
                Some(format!("There is no data to learn from yet: name sources in {}.", self.workspace.config_file))
            }
            Action::Run => nothing().or_else(|| {
                let live = selected.and_then(|l| self.live_run(&l.score.id)).filter(|l| l.is_running())?;
                Some(format!("{} runs it already, since {}.", live.user, self.local_time(live.started_at)))
            }),
            Action::CancelRun => match selected.and_then(|l| self.live_run(&l.score.id)) {
                Some(live) if live.is_running() => None,
                Some(_) => Some("The run is over: its process is gone. The next run starts clean.".into()),
                None => Some("No run of this score is live.".into()),
            },
            Action::Profiles | Action::ProfilesScreen => nothing().or_else(|| {
                let scored = selected.is_some_and(|l| l.scored.is_some() || !l.read);
                (!scored).then(|| "This score has no scored profiles yet: run it first.".into())
            }),
            Action::LastRun => nothing().or_else(|| {
                let ran = selected.is_some_and(|l| l.last.is_some());
                (!ran).then(|| "This score has not run yet.".into())
            }),
            Action::CodePage => self.no_code(),
            Action::Promote => self.no_promotion(),
            Action::Drafts => self.drafts.is_empty().then(|| "There is no draft.".into()),
            _ => None,
        }
    }

    /// Why there is nothing to tell of the code or the warnings of a run.
    fn no_code(&self) -> Option<String> {
        match self.screen {
            Screen::Services => self.nothing_to_tell_of_last_run(),
            Screen::Monitoring => self.no_code_of_run(),
            Screen::Profiles | Screen::Data => Some("This tells of a run: go to Services or to Monitoring.".into()),
        }
    }

    fn nothing_to_tell_of_last_run(&self) -> Option<String> {
        let Some(listed) = self.selected() else { return Some("No score is selected.".into()) };
        let Some(run) = &listed.last else { return Some("This score has not run yet.".into()) };
        match run.status {
            Status::Failed if codes::for_run(run).is_some() => None,
            Status::Failed => {
                let key = self.keymap.key(Action::LastRun);
                Some(format!("No quality check stopped this run, so it has no code; {key} shows why it failed."))
            }
            Status::Successful if !run.warnings.is_empty() => None,
            status => Some(format!("There is nothing to tell of the last run: it is {status}, without a warning.")),
        }
    }

    fn no_code_of_run(&self) -> Option<String> {
        let Some(run) = self.monitoring.current_run() else { return Some("No run is selected.".into()) };
        match (run.code, run.status) {
            (Some(_), _) => None,
            (None, Status::Failed) => {
                let key = self.keymap.key(Action::Accept);
                Some(format!("No quality check stopped this run, so it has no code; {key} shows why it failed."))
            }
            // Whether it has warnings is known when it is read.
            (None, Status::Successful) => None,
            (None, status) => Some(format!("No quality check stopped this run: it is {status}.")),
        }
    }

    /// Why the model of the selected run cannot be made champion.
    fn no_promotion(&self) -> Option<String> {
        let Some(run) = self.monitoring.current_run() else { return Some("No run is selected.".into()) };
        if !run.has_model() {
            return Some(format!("A {} {} run has no model that scores can come from.", run.status, run.kind));
        }
        let champion = self.listed(&run.score).and_then(|listed| listed.champion.as_ref());
        (champion == Some(&run.id)).then(|| "The model of this run is the champion already.".into())
    }
}
