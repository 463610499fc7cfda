//! The small business keeps what it promises: its conversions are as many as asked for, its probabilities are met, persons
//! move, and a seed gives the same bytes.

use crate::common::small_business::{Options, SmallBusiness, expected_auc};

fn options(seed: u64) -> Options {
    Options { accounts: 120, days: 730, seed, ..Options::default() }
}

#[test]
fn as_many_convert_as_asked_for_and_the_probabilities_are_met() {
    for repeatable in [true, false] {
        let (mut history, mut expected, mut variance, mut realised) = (0.0, 0.0, 0.0, 0.0);
        let seeds = 40;
        for seed in 0..seeds {
            let business = SmallBusiness::new(Options { repeatable, ..options(seed) });
            history += business.conversions() as f64;
            for cutoff in [400, business.options.days] {
                for truth in business.truth(cutoff, 20) {
                    expected += truth.probability;
                    variance += truth.probability * (1.0 - truth.probability);
                    realised += f64::from(u8::from(truth.converted));
                }
            }
        }
        // The count of a history varies less than a Poisson's.
        let asked = seeds as f64 * options(0).conversions;
        assert!((history - asked).abs() < 3.0 * asked.sqrt(), "{history} conversions, {asked} asked for");
        assert!(expected > 50.0, "{expected} conversions are too few to tell");
        assert!((realised - expected).abs() < 3.0 * variance.sqrt(), "{realised} converted, {expected} expected");
    }
}

#[test]
fn any_number_of_conversions_can_be_asked_for() {
    for conversions in [10.0, 20.0, 100.0, 400.0] {
        let count = SmallBusiness::new(Options { conversions, ..options(3) }).conversions() as f64;
        assert!((count - conversions).abs() < 3.5 * conversions.sqrt(), "{count} for {conversions}");
    }
}

#[test]
fn the_truth_ranks_better_than_chance_and_attributes() {
    let business = SmallBusiness::new(Options { accounts: 300, ..options(5) });
    let truth = business.truth(business.options.days, 50);
    let of = |value: &dyn Fn(usize) -> f64| truth.iter().map(|t| value(t.account)).collect::<Vec<f64>>();
    let probabilities: Vec<f64> = truth.iter().map(|t| t.probability).collect();
    let oracle = expected_auc(&probabilities, &probabilities);
    let fit = expected_auc(&of(&|account| business.world.accounts[account].fit), &probabilities);
    assert!((0.7..0.95).contains(&oracle) && fit > 0.55 && oracle > fit + 0.05, "oracle {oracle}, fit {fit}");
    assert_eq!(expected_auc(&of(&|_| 1.0), &probabilities), 0.5);
}

#[test]
fn persons_move_accounts_sleep_and_some_never_do_anything() {
    let business = SmallBusiness::new(options(7));
    let accounts_of = |person: usize| {
        let mut found: Vec<usize> = business.events.iter().filter(|e| e.person == person).map(|e| e.account).collect();
        found.dedup();
        found
    };
    let movers = (0..business.world.persons.len()).filter(|person| accounts_of(*person).len() == 2).count();
    assert!(movers >= 5, "{movers} persons act at two accounts");
    let days_of = |account: usize| {
        let mut days: Vec<i64> = business.events.iter().filter(|e| e.account == account).map(|e| e.day).collect();
        days.sort_unstable();
        days
    };
    let lives: Vec<Vec<i64>> = (0..business.options.accounts).map(days_of).collect();
    let silent = lives.iter().filter(|days| days.is_empty()).count();
    let back = lives.iter().filter(|days| days.windows(2).any(|pair| pair[1] - pair[0] > 120)).count();
    assert!(silent >= 3 && back >= 10, "{silent} silent, {back} came back");
}

#[test]
fn a_seed_gives_the_same_bytes_and_another_seed_does_not() {
    let bytes = |seed| {
        let folder = crate::common::in_memory();
        SmallBusiness::new(options(seed)).write(folder.path(), 5).unwrap();
        ["persons", "accounts", "events", "truth"]
            .map(|name| std::fs::read(folder.path().join(format!("{name}.csv"))).unwrap())
    };
    let (one, again, other) = (bytes(1), bytes(1), bytes(2));
    assert!(one == again, "the same seed gave other files");
    for (file, of_other) in one.iter().zip(&other) {
        assert_ne!(file, of_other);
    }
}
