//! The screens that there are, and the actions that lead to them.

use super::action::Action;

/// The screen that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    Services,
    Profiles,
    Monitoring,
    Data,
}

impl Screen {
    /// The screens as the title bar tells them, each with the action that leads to it.
    pub const ALL: [(Screen, Action, &'static str); 4] = [
        (Screen::Services, Action::ServicesScreen, "Services"),
        (Screen::Profiles, Action::ProfilesScreen, "Profiles"),
        (Screen::Monitoring, Action::MonitoringScreen, "Monitoring"),
        (Screen::Data, Action::DataScreen, "Data"),
    ];
}
