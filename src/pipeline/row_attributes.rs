//! What the sources tell of a profile, beside its id and name: for lists, filters and the page of a profile. Called when
//! profiles are scored and when one is looked at.

use crate::domain::score::ProfileType;
use crate::domain::source::activity::{Attribute, NO_PROFILE, Profiles};
use crate::features::population::Population;
use std::sync::Arc;

/// The attributes that a scored profile carries: its own, and of a person those of its account.
pub struct RowAttributes<'a> {
    /// As they are called in the scores file. The own name is none of them: it has a column there.
    pub names: Vec<Arc<str>>,
    own: Vec<&'a Attribute>,
    of_account: Vec<&'a Attribute>,
    accounts: Option<(&'a [u32], &'a [String])>,
}

impl<'a> RowAttributes<'a> {
    pub fn of(population: &Population<'a>) -> RowAttributes<'a> {
        let business = population.business;
        let own: Vec<&Attribute> = filled(population.profiles()).filter(|a| a.name != "name").collect();
        let (of_account, accounts) = match population.profile_type {
            ProfileType::Account => (Vec::new(), None),
            ProfileType::Person => {
                let links = business.persons.account.as_slice();
                (filled(&business.accounts).collect(), Some((links, business.accounts.ids.as_slice())))
            }
        };
        let names = own.iter().map(|a| Arc::from(a.name.as_str()));
        let names = names.chain(of_account.iter().map(|a| Arc::from(format!("account.{}", a.name)))).collect();
        RowAttributes { names, own, of_account, accounts }
    }

    /// The id of a person's account.
    pub fn account(&self, profile: u32) -> Option<String> {
        let (links, ids) = self.accounts?;
        ids.get(*links.get(profile as usize)? as usize).cloned()
    }

    /// What is known of a profile, in the order of the sources.
    pub fn of_profile(&self, profile: u32) -> Vec<(Arc<str>, String)> {
        let account = self.accounts.and_then(|(links, _)| links.get(profile as usize)).copied().unwrap_or(NO_PROFILE);
        let own = self.own.iter().map(|a| a.get(profile));
        let of_account = self.of_account.iter().map(|a| a.get(account));
        let values = own.chain(of_account).zip(&self.names);
        values.filter_map(|(value, name)| Some((Arc::clone(name), value?.to_string()))).collect()
    }
}

/// The attributes that any profile has.
fn filled(profiles: &Profiles) -> impl Iterator<Item = &Attribute> {
    profiles.attributes.iter().filter(|a| a.dictionary.len() > 1)
}
