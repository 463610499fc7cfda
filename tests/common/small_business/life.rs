//! What happens at an account from day to day: it falls asleep and wakes, its people act, its state changes. The history
//! and every future follow the same law. Called by `super::SmallBusiness`.

use super::draws::Draws;
use super::hazard::State;
use super::world::World;

/// Daily probabilities of falling asleep and of waking.
const FALLS_ASLEEP: f64 = 1.0 / 240.0;
const WAKES: f64 = 1.0 / 150.0;
/// Activity of an account that sleeps.
const ASLEEP: f64 = 0.02;

/// What a person does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Visit,
    /// A visit of the page with the prices.
    PricingVisit,
    Mail,
    Webinar,
    Meeting,
    Newsletter,
    Demo,
    Response(usize),
}

/// All but the responses to campaigns.
const KINDS: [Kind; 7] =
    [Kind::Visit, Kind::PricingVisit, Kind::Mail, Kind::Webinar, Kind::Meeting, Kind::Newsletter, Kind::Demo];
/// The share of each of them, and that of the responses.
const SHARES: [f64; 8] = [0.36, 0.06, 0.34, 0.05, 0.04, 0.04, 0.02, 0.09];

/// One thing that happened.
#[derive(Debug, Clone, Copy)]
pub struct Event {
    pub day: i64,
    /// Second of the day.
    pub second: u32,
    pub account: usize,
    pub person: usize,
    pub kind: Kind,
    /// Seconds of a visit, minutes of a webinar or a meeting.
    pub length: u32,
}

/// All that happened, account by account.
pub type Events = Vec<Event>;

/// The states of an account at the start of each day, and its hazards before their level.
pub struct History {
    account: usize,
    /// The first day that is told.
    pub begins: i64,
    states: Vec<State>,
    pub hazards: Vec<f64>,
}

impl History {
    /// Lives until the day before `last`.
    pub fn new(world: &World, account: usize, last: i64, draws: &mut Draws, events: &mut Events) -> History {
        let own = &world.accounts[account];
        let begins = own.created.max(0);
        let mut state = State::new(own);
        let mut history = History { account, begins, states: Vec::new(), hazards: Vec::new() };
        for day in begins..last {
            history.states.push(state);
            history.hazards.push(state.hazard(own, world.season[day as usize]));
            live(world, account, day, &mut state, draws, |draws, person, kind| {
                let second = 8 * 3_600 + draws.below(11 * 3_600) as u32;
                let length = match kind {
                    Kind::Visit | Kind::PricingVisit => draws.lognormal(60.0, 1.0),
                    Kind::Webinar | Kind::Meeting => draws.lognormal(40.0, 0.4),
                    _ => 0.0,
                };
                events.push(Event { day, second, account, person, kind, length: length as u32 });
            });
        }
        history
    }

    /// Lives once more from a cutoff on, and gives the sum of the hazards of the days from `free` on.
    pub fn future(&self, world: &World, cutoff: i64, horizon: i64, free: i64, draws: &mut Draws) -> f64 {
        let own = &world.accounts[self.account];
        let mut state = self.states[(cutoff - self.begins) as usize];
        let mut sum = 0.0;
        for day in cutoff..cutoff + horizon {
            if day >= free {
                sum += state.hazard(own, world.season[day as usize]);
            }
            live(world, self.account, day, &mut state, draws, |_, _, _| ());
        }
        sum
    }
}

/// One day at an account: its people act, and its state becomes that of the next day.
fn live(
    world: &World,
    account: usize,
    day: i64,
    state: &mut State,
    draws: &mut Draws,
    mut tell: impl FnMut(&mut Draws, usize, Kind),
) {
    let own = &world.accounts[account];
    let awake = if state.awake { 1.0 } else { ASLEEP };
    state.fade();
    for stay in own.stays.iter().filter(|stay| (stay.from..stay.to).contains(&day)) {
        for _ in 0..draws.poisson(stay.rate * own.activity * awake) {
            let kind = match KINDS.get(draws.weighted(&SHARES)) {
                Some(kind) => *kind,
                None => world.running(day, draws).map_or(Kind::Mail, Kind::Response),
            };
            match kind {
                Kind::Visit => state.engagement += 0.2,
                Kind::PricingVisit => state.engagement += 1.0,
                Kind::Webinar => state.engagement += 1.0,
                Kind::Demo => state.engagement += 3.0,
                Kind::Meeting => state.meeting = 1.0,
                Kind::Response(campaign) => state.campaigns += world.campaigns[campaign].quality,
                Kind::Mail | Kind::Newsletter => (),
            }
            tell(draws, stay.person, kind);
        }
    }
    state.awake ^= draws.chance(if state.awake { FALLS_ASLEEP } else { WAKES });
}
