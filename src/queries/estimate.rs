//! What a goal comes to in the data, from the catalog: the live line under a goal that is being built. The figures are
//! those of a run with the configuration's as-of date and the merge policy *most recent*, because the same functions
//! make them; only the reading of the sources is replaced. (Rows whose stamps lay in the future when the catalog was built
//! are not in it, though a later run may take them.) Called by a thread of the screens and by `score estimate`.
//!
//! What was loaded stays loaded, up to a bound on their bytes: the first estimate on an event type reads it, the next ones do
//! not.

use super::catalog::{self, CatalogState};
use crate::config::Config;
use crate::data::event_store::profiles::{StoredProfiles, load_activity};
use crate::data::event_store::read::{Cells, Reader, damaged};
use crate::domain::score::draft::TIMEFRAMES;
use crate::domain::score::goal::GoalEvent;
use crate::domain::score::{ProfileType, Score};
use crate::domain::source::activity::{Activity, Day, Hit, NO_PROFILE};
use crate::domain::source::catalog::{GoalEstimate, GoalQuery};
use crate::error::{Error, Result};
use crate::features::labels::ConversionCounts;
use crate::features::membership;
use crate::features::population::Population;
use crate::features::rows;
use crate::pipeline::checks::{self, CheckInputs};
use crate::pipeline::setup;
use crate::workspace::Workspace;
use jiff::Timestamp;
use std::path::PathBuf;

/// Bytes of events and cells that are kept between estimates.
const MAX_CACHE_BYTES: usize = 192 << 20;
/// The codes whose checks ask for conversions within the timeframe.
const DEPENDS_ON_DAYS: [u16; 2] = [411, 412];
/// Days of an average month.
const MONTH: f64 = 30.436_875;

/// Answers questions from one catalog.
pub struct Estimator {
    key: String,
    folder: PathBuf,
    config: Config,
    reader: Reader,
    stored: StoredProfiles,
    /// Loaded activity, with whose and whether of all days.
    activities: Vec<((bool, bool), Activity)>,
    timelines: LruCache<(String, ProfileType), ActivityDays>,
    cells: LruCache<(String, String), Cells>,
}

/// The events of one type by profile, then by day.
struct ActivityDays {
    /// Events of profile p are `events[starts[p]..starts[p + 1]]`.
    starts: Vec<u32>,
    /// The day, and the event's place among those of its type.
    events: Vec<(Day, u32)>,
}

impl Estimator {
    /// Opens the catalog of the sources as they are.
    ///
    /// # Errors
    /// There is none yet, or it cannot be read.
    pub fn open(workspace: &Workspace) -> Result<Estimator> {
        let none = |why: &str| {
            Error::new("There is no catalog of the sources yet.")
                .because(why)
                .hint("`propensity data catalog` builds it")
        };
        let key = match catalog::state(workspace) {
            CatalogState::Ready(catalog) => catalog.key,
            CatalogState::NoSources => return Err(none("the configuration names no sources")),
            CatalogState::Missing => return Err(none("none was built since the sources last changed")),
            CatalogState::Building { .. } => return Err(none("it is being built")),
            CatalogState::Failed(error) => return Err(error),
        };
        let folder = catalog::folder_of_key(workspace, &key);
        let stored = StoredProfiles::load(&folder)?;
        Ok(Estimator {
            key,
            reader: Reader::open(&folder)?,
            folder,
            config: workspace.config.clone(),
            stored,
            activities: Vec::new(),
            timelines: LruCache::default(),
            cells: LruCache::default(),
        })
    }

    /// The key of the catalog it answers from.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What the goal comes to.
    ///
    /// # Errors
    /// The goal cannot be asked for, a field that the catalog does not keep, or the catalog is gone.
    pub fn estimate(&mut self, question: &GoalQuery) -> Result<GoalEstimate> {
        let GoalQuery { profile_type, goal, exclusions, exclude_until_active, population, timeframe_days } = question;
        let mut score = Score::new("estimate", *profile_type, goal.clone(), *timeframe_days, Timestamp::now(), "");
        score.exclusions.clone_from(exclusions);
        score.exclude_until_active = *exclude_until_active;
        score.population.clone_from(population);
        score.check()?;
        let answer = self.answer(&score).and_then(|estimate| self.with_shorter_timeframe(estimate, &score));
        self.timelines.trim(MAX_CACHE_BYTES / 2, ActivityDays::bytes);
        self.cells.trim(MAX_CACHE_BYTES / 2, Cells::bytes);
        // The catalog may have been replaced since it was opened; then that is what went wrong.
        answer.map_err(|error| if self.folder.is_dir() { error } else { damaged(&self.folder) })
    }

    /// Where a run would stop: looks for the longest of the usual timeframes with which it would not.
    fn with_shorter_timeframe(&mut self, estimate: GoalEstimate, score: &Score) -> Result<GoalEstimate> {
        if estimate.stopped().is_none_or(|check| !DEPENDS_ON_DAYS.contains(&check.code)) {
            return Ok(estimate);
        }
        let shorter = TIMEFRAMES.into_iter().rev().filter(|days| *days < score.timeframe_days);
        for timeframe_days in shorter {
            let other = self.answer(&Score { timeframe_days, ..score.clone() })?;
            if other.stopped().is_none() {
                return Ok(GoalEstimate { works_with_days: Some(timeframe_days), ..estimate });
            }
        }
        Ok(estimate)
    }

    fn answer(&mut self, score: &Score) -> Result<GoalEstimate> {
        let goals = self.hits(score.profile_type, &score.goal.events)?;
        let exclusions = self.hits(score.profile_type, &score.exclusions)?;
        let rule_events = self.hits(score.profile_type, &score.population.events())?;
        for name in score.population.attributes() {
            self.stored.load_attribute(&self.folder, name)?;
        }
        // Only exclusions until later activity, and a rule of recent activity, ask when somebody was active.
        let until_active = score.excludes_until_active() && !exclusions.is_empty();
        let all_days = until_active || score.population.asks_for_activity();
        let activity = self.activity(score.profile_type, all_days)?;
        let Estimator { stored, activities, config, .. } = self;
        let business = &mut stored.business;
        (business.goals, business.exclusions, business.rule_events) = (goals, exclusions, rule_events);
        std::mem::swap(&mut business.activity, &mut activities[activity].1);
        let made = estimate_labels(config, stored, score);
        let business = &mut stored.business;
        std::mem::swap(&mut business.activity, &mut activities[activity].1);
        (business.goals, business.exclusions, business.rule_events) = Default::default();
        made
    }

    /// The place in `activities` of the one that is asked for.
    fn activity(&mut self, profile_type: ProfileType, all_days: bool) -> Result<usize> {
        let for_accounts = profile_type == ProfileType::Account && self.stored.has_account_activity;
        // All days are much; they are let go when something else is asked.
        self.activities.retain(|((_, full), _)| !full || all_days);
        let wanted = (for_accounts, all_days);
        if let Some(at) = self.activities.iter().position(|(what, _)| *what == wanted) {
            return Ok(at);
        }
        self.activities.push((wanted, load_activity(&self.folder, for_accounts, all_days)?));
        Ok(self.activities.len() - 1)
    }

    /// The events that are one of `wanted`, sorted, each with all that it is.
    fn hits(&mut self, profile_type: ProfileType, wanted: &[GoalEvent]) -> Result<Vec<Hit>> {
        let mut types: Vec<&str> = wanted.iter().map(|e| e.event_type.as_str()).collect();
        types.sort_unstable();
        types.dedup();
        types.retain(|t| self.reader.len(t) > 0);
        let mut hits = Vec::new();
        for event_type in &types {
            let mut passing: Vec<(usize, Vec<bool>)> = Vec::new();
            let mut always = 0u64;
            for (bit, event) in wanted.iter().enumerate().filter(|(_, e)| e.event_type == *event_type) {
                match self.passes(event)? {
                    None => always |= 1 << bit,
                    Some(passes) => passing.push((bit, passes)),
                }
            }
            let subject = self.stored.first_subject(profile_type);
            let timeline = self.timeline(event_type, profile_type)?;
            let which = |row: u32| {
                passing.iter().fold(always, |bits, (bit, passes)| bits | u64::from(passes[row as usize]) << bit)
            };
            timeline.hits(subject, which, &mut hits);
        }
        if types.len() > 1 {
            hits.sort();
        }
        Ok(hits)
    }

    /// Per event of the type whether it meets all conditions; `None` where there are none.
    fn passes(&mut self, event: &GoalEvent) -> Result<Option<Vec<bool>>> {
        let mut all: Option<Vec<bool>> = None;
        for condition in &event.conditions {
            let (event_type, field) = (&event.event_type, &condition.field);
            let reader = &self.reader;
            let cells = self.cells.get((event_type.clone(), field.clone()), || reader.cells(event_type, field))?;
            let passes = cells.passes(|cell| condition.holds(cell));
            match &mut all {
                None => all = Some(passes),
                Some(all) => all.iter_mut().zip(passes).for_each(|(all, pass)| *all &= pass),
            }
        }
        Ok(all)
    }

    fn timeline(&mut self, event_type: &str, profile_type: ProfileType) -> Result<&ActivityDays> {
        let (reader, stored) = (&self.reader, &self.stored);
        self.timelines.get((event_type.to_string(), profile_type), || {
            ActivityDays::load(reader, stored, event_type, profile_type)
        })
    }
}

impl StoredProfiles {
    /// The subject that stands for profile 0; those of the others follow.
    fn first_subject(&self, profile_type: ProfileType) -> u32 {
        match profile_type {
            ProfileType::Person => 0,
            ProfileType::Account => self.business.account_subject(0),
        }
    }
}

impl ActivityDays {
    fn load(
        reader: &Reader,
        stored: &StoredProfiles,
        event_type: &str,
        profile_type: ProfileType,
    ) -> Result<ActivityDays> {
        let rows = reader.rows(event_type, profile_type == ProfileType::Account && stored.has_account_activity)?;
        let business = &stored.business;
        let persons = business.persons.len() as u32;
        let (profiles, profile_of): (usize, &dyn Fn(u32) -> u32) = match profile_type {
            ProfileType::Person => (persons as usize, &|subject| if subject < persons { subject } else { NO_PROFILE }),
            ProfileType::Account => (business.accounts.len(), &|subject| business.account_of_subject(subject)),
        };
        let of: Vec<u32> = rows.subjects.iter().map(|&s| profile_of(stored.subject(s))).collect();
        // Counted and placed: the events come by time, and are wanted by profile.
        let mut starts = vec![0u32; profiles + 1];
        of.iter().filter(|p| **p != NO_PROFILE).for_each(|&p| starts[p as usize + 1] += 1);
        for p in 0..profiles {
            starts[p + 1] += starts[p];
        }
        let mut next = starts.clone();
        let mut events = vec![(0, 0); starts[profiles] as usize];
        for (row, (&profile, &day)) in of.iter().zip(&rows.days).enumerate().filter(|(_, (p, _))| **p != NO_PROFILE) {
            let at = &mut next[profile as usize];
            events[*at as usize] = (day, row as u32);
            *at += 1;
        }
        for p in 0..profiles {
            let of_profile = &mut events[starts[p] as usize..starts[p + 1] as usize];
            if !of_profile.is_sorted() {
                of_profile.sort_unstable();
            }
        }
        Ok(ActivityDays { starts, events })
    }

    /// Adds the events that `which` gives a bit.
    fn hits(&self, first_subject: u32, which: impl Fn(u32) -> u64, hits: &mut Vec<Hit>) {
        for (profile, ends) in self.starts.windows(2).enumerate() {
            let subject = first_subject + profile as u32;
            for &(day, row) in &self.events[ends[0] as usize..ends[1] as usize] {
                let which = which(row);
                if which != 0 {
                    hits.push(Hit { subject, day, goal_bits: which });
                }
            }
        }
    }

    fn bytes(&self) -> usize {
        8 * self.events.len() + 4 * self.starts.len()
    }
}

/// The steps of a training run up to its first fit.
fn estimate_labels(config: &Config, stored: &StoredProfiles, score: &Score) -> Result<GoalEstimate> {
    let business = &stored.business;
    let population = Population::new(business, score.profile_type);
    membership::check_attributes(&population, &score.population)?;
    let (labels, conversions, one_off) = setup::labels_of(&population, score);
    let plan = setup::plan(config, score, &population, (&labels, conversions))?;
    let eligible = rows::eligible_rows(&population, &labels, business.as_of);
    let shares = |end: Day| checks::shares_of(&stored.types, stored.volumes.iter().copied(), end);
    let (then, now) = (shares(plan.newest_test().unwrap_or(business.as_of)), shares(business.as_of));
    let thresholds = &config.thresholds;
    let before = CheckInputs {
        population: &population,
        thresholds,
        conversions,
        trains: true,
        eligible: &eligible,
        type_shares: (&then, &now),
        left_out: checks::left_out(score),
    };
    let mut checks = checks::of_data(&before);
    let learned_from = if plan.out_of_time() { &plan.training } else { &plan.matured };
    let train = rows::count_rows(&population, &labels, learned_from);
    let test = rows::count_rows(&population, &labels, &plan.tests);
    checks.extend(checks::of_labels(thresholds, &train, (test.eligible, test.positives)));
    Ok(GoalEstimate {
        conversions: conversions.conversions,
        converters: conversions.converters,
        profiles: population.len() as u64,
        per_month: per_month(conversions, business.as_of),
        eligible: test.eligible,
        converted: test.positives,
        one_off,
        checks,
        data_days: u32::try_from(business.as_of - business.first_day).unwrap_or_default(),
        works_with_days: None,
    })
}

/// Conversions in an average month since the first one; less than a month counts as one, because a rate over a few days
/// says nothing.
fn per_month(conversions: ConversionCounts, as_of: Day) -> f64 {
    let days = conversions.first_day.map_or(0, |first| as_of - first);
    conversions.conversions as f64 / (f64::from(days) / MONTH).max(1.0)
}

/// What was loaded, the last used at the end.
struct LruCache<K, V>(Vec<(K, V)>);

impl<K, V> Default for LruCache<K, V> {
    fn default() -> Self {
        LruCache(Vec::new())
    }
}

impl<K: PartialEq, V> LruCache<K, V> {
    fn get(&mut self, key: K, load: impl FnOnce() -> Result<V>) -> Result<&V> {
        let entry = match self.0.iter().position(|(k, _)| *k == key) {
            Some(at) => self.0.remove(at),
            None => (key, load()?),
        };
        self.0.push(entry);
        // What was pushed is there.
        Ok(&self.0[self.0.len() - 1].1)
    }

    /// Lets go what was not used for longest, until the rest fits.
    fn trim(&mut self, most: usize, bytes: impl Fn(&V) -> usize) {
        let mut all: usize = self.0.iter().map(|(_, v)| bytes(v)).sum();
        while all > most && self.0.len() > 1 {
            all -= bytes(&self.0.remove(0).1);
        }
    }
}
