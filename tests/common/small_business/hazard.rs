//! The state of an account at the start of a day, and the hazard of the goal on that day, before its level. Everything in
//! it can be read off the attributes and events but for the attributes that the CRM does not know. Called by `super::life`.

use super::world::Account;

/// Time constants of forgetting, in days.
const ENGAGEMENT_DAYS: f64 = 30.0;
const CAMPAIGN_DAYS: f64 = 60.0;
const MEETING_DAYS: f64 = 40.0;

#[derive(Debug, Clone, Copy)]
pub struct State {
    /// An account that sleeps is hardly active; this does not change the hazard by itself.
    pub awake: bool,
    /// Sum of the strengths of the engagements, each fading with its age.
    pub engagement: f64,
    /// Sum of the qualities of the campaigns that were answered, fading.
    pub campaigns: f64,
    /// 1 on the day after a meeting, fading.
    pub meeting: f64,
}

impl State {
    pub fn new(account: &Account) -> State {
        State { awake: account.awake, engagement: 0.0, campaigns: 0.0, meeting: 0.0 }
    }

    /// One day passes.
    pub fn fade(&mut self) {
        self.engagement *= (-1.0 / ENGAGEMENT_DAYS).exp();
        self.campaigns *= (-1.0 / CAMPAIGN_DAYS).exp();
        self.meeting *= (-1.0 / MEETING_DAYS).exp();
    }

    /// The hazard of a day with this effect of the season, before the level.
    pub fn hazard(&self, account: &Account, season: f64) -> f64 {
        let engagement = 0.9 * (1.0 + self.engagement).ln();
        (account.fit + engagement + 1.2 * self.meeting + 0.9 * self.campaigns.tanh() + season).exp()
    }
}
