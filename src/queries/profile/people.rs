//! The people of an account, each with what the account's score would be without that person. The changes are no parts of
//! a sum: two people can stand for the same signal, and neither is missed alone.

use super::detail::Person;
use super::scoring_context::{self, ScoringContext};
use crate::domain::score::ProfileType;
use crate::domain::source::activity::{Business, Day, NO_PROFILE};
use crate::error::Result;
use crate::features::population::Population;

/// People whose share is computed: those with the most activity.
const MAX_PEOPLE: usize = 200;

/// The people of an account whose loss would cost it most first, and how many more there are.
pub fn scores_without(
    context: &ScoringContext,
    business: &Business,
    account: &str,
    score: f64,
) -> Result<(Vec<Person>, usize)> {
    if context.profile_type() != ProfileType::Account {
        return Ok((Vec::new(), 0));
    }
    let population = Population::new(business, ProfileType::Account);
    let number = scoring_context::profile_index(&population, account)?;
    let events = |&(person, from): &(u32, Day)| {
        let rows = business.activity.counts_of(person).iter().filter(|r| r.day >= from && r.day < business.as_of);
        (rows.map(|r| u64::from(r.count)).sum::<u64>(), person)
    };
    let mut members: Vec<(u64, u32)> =
        population.members.get(number).iter().filter(|(_, from)| *from < business.as_of).map(events).collect();
    members.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let more = members.len().saturating_sub(MAX_PEOPLE);
    let mut fewer = business.clone();
    let mut people = Vec::new();
    for (events, person) in members.into_iter().take(MAX_PEOPLE) {
        let at = person as usize;
        let link = std::mem::replace(&mut fewer.persons.account[at], NO_PROFILE);
        let cells = context.features(&Population::new(&fewer, ProfileType::Account), number, fewer.as_of);
        fewer.persons.account[at] = link;
        let attribute = |name: &str| business.persons.attribute(name).and_then(|a| a.get(person)).map(str::to_string);
        people.push(Person {
            id: business.persons.ids[at].clone(),
            name: attribute("name"),
            job_title: attribute("job_title"),
            events,
            change: context.score(&cells) - score,
        });
    }
    people.sort_by(|a, b| a.change.total_cmp(&b.change).then_with(|| a.id.cmp(&b.id)));
    Ok((people, more))
}
