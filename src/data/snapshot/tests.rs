//! Snapshots written and read back.

use super::*;
use crate::domain::progress::Silent;
use crate::domain::score::ProfileType;
use crate::domain::source::activity::{
    Activity, Attribute, Business, DailyCount, DailyNumber, KnownLinks, NEVER, NO_PROFILE, Profiles,
};

/// Persons a (of firm x), b (of y), c (of x), d (of none); b and firm x have done things.
fn business() -> Business {
    let ids = |ids: &[&str]| ids.iter().map(|id| id.to_string()).collect::<Vec<_>>();
    let country =
        Attribute { name: "home.country".into(), dictionary: ids(&["", "DE", "FR"]), values: vec![1, 0, 2, 1] };
    let persons = Profiles {
        ids: ids(&["a", "b", "c", "d"]),
        created: vec![10, 20, NEVER, 40],
        account: vec![0, 1, 0, NO_PROFILE],
        linked: vec![Day::MIN, 5, 7, Day::MIN],
        attributes: vec![country],
    };
    let accounts = Profiles { ids: ids(&["x", "y"]), created: vec![1, 2], ..Profiles::default() };
    let row = |day, event_type| DailyCount { day, event_type, count: 2 };
    let activity = Activity {
        types: ids(&["click", "visit"]),
        fields: ids(&["seconds"]),
        rows: vec![row(50, 0), row(51, 1), row(60, 1), row(61, 0)],
        // a, b, c, d, x, y
        starts: vec![0, 0, 2, 3, 3, 4, 4],
        numbers: vec![DailyNumber { day: 51, field: 0, sum: 2.5, last: 1.5 }],
        number_starts: vec![0, 0, 1, 1, 1, 1, 1],
        ..Activity::default()
    }
    .with_active_days();
    Business { persons, accounts, activity, as_of: 70, first_day: 50, ..Business::default() }
}

#[test]
fn around_a_profile_is_its_account_with_everybody_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let whole = business();
    write(folder.path(), &whole, &KnownLinks::default(), &Silent).unwrap();
    let snapshot = Snapshot::open(folder.path()).unwrap();
    for (profile_type, id) in [(ProfileType::Account, "x"), (ProfileType::Person, "a"), (ProfileType::Person, "c")] {
        let around = snapshot.around(profile_type, id).unwrap().unwrap();
        assert_eq!(around.persons.ids, ["a", "c"], "{id}");
        assert_eq!(around.persons.account, [0, 0]);
        assert_eq!((around.persons.linked, around.persons.created), (vec![Day::MIN, 7], vec![10, NEVER]));
        assert_eq!(around.accounts.ids, ["x"]);
        assert_eq!(around.activity.counts_of(1), whole.activity.counts_of(2));
        assert_eq!(around.activity.counts_of(2), whole.activity.counts_of(4), "the firm's own");
        let country = around.persons.attributes.iter().find(|a| a.name == "home.country").unwrap();
        assert_eq!([country.get(0), country.get(1)], [Some("DE"), Some("FR")]);
        assert_eq!((around.as_of, around.first_day), (70, 50));
        assert_eq!(around.activity.active_days, [50, 51, 60, 61], "the days of everybody");
    }
    let alone = snapshot.around(ProfileType::Person, "d").unwrap().unwrap();
    assert_eq!((alone.persons.ids, alone.persons.account), (vec!["d".to_string()], vec![NO_PROFILE]));
    assert!(alone.accounts.is_empty());
    let b = snapshot.around(ProfileType::Person, "b").unwrap().unwrap();
    assert_eq!(
        (b.activity.counts_of(0), b.activity.numbers_of(0)),
        (whole.activity.counts_of(1), whole.activity.numbers_of(1))
    );
    assert_eq!(snapshot.around(ProfileType::Person, "nobody").unwrap(), None);
    let ids = ["c", "nobody", "b"].map(String::from);
    let activity = snapshot.activity_of(&ids, &["x".to_string()]).unwrap();
    assert_eq!((activity.counts_of(0), activity.counts_of(1)), (whole.activity.counts_of(2), &[][..]));
    assert_eq!(
        (activity.counts_of(2), activity.counts_of(3)),
        (whole.activity.counts_of(1), whole.activity.counts_of(4))
    );
}

#[test]
fn a_snapshot_that_is_gone_or_broken_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let error = || Snapshot::open(folder.path()).err().unwrap().to_string();
    assert!(error().contains("not kept any more") && error().contains("start a new run"), "{}", error());
    write(folder.path(), &business(), &KnownLinks::default(), &Silent).unwrap();
    let file = folder.path().join(ACTIVITY);
    std::fs::write(&file, &std::fs::read(&file).unwrap()[..20]).unwrap();
    assert!(error().contains("cut short"), "{}", error());
    std::fs::write(folder.path().join(META), r#"{"version":9,"as_of":1,"first_day":1,"types":[],"fields":[]}"#)
        .unwrap();
    assert!(error().contains("newer version"), "{}", error());
    remove(folder.path());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn link_features_come_back_with_whom_they_are_of() {
    let folder = tempfile::tempdir().unwrap();
    let columns = vec![("link.x.rate".into(), vec![0.5, f32::NAN, 0.25, 1.0])];
    let links = KnownLinks { of_accounts: false, columns };
    write(folder.path(), &business(), &links, &Silent).unwrap();
    let snapshot = Snapshot::open(folder.path()).unwrap();
    for (id, value) in [("a", 0.5), ("b", f32::NAN), ("c", 0.25), ("d", 1.0)] {
        let around = snapshot.around(ProfileType::Person, id).unwrap().unwrap();
        let profile = around.persons.find(id).unwrap();
        let found = around.known_links.as_ref().unwrap().value("link.x.rate", profile);
        assert_eq!((found.to_bits(), around.persons.attributes.len()), (f32::to_bits(value), 1), "{id}");
    }
}
