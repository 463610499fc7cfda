//! The codes themselves. The tests of [`codes`](super) hold them against the checks and the configuration.

use super::code::{Code, Effect, Limit, Unit};

/// Every code: remarks, warnings, errors, and *goal too common*.
pub const TABLE: &[Code] = &[
    Code {
        number: 100,
        title: "Count of accounts",
        effect: Effect::Informs,
        meaning: "So many accounts were read from the sources of kind account.",
        limits: &[],
        remedies: &[
            "Compare the count with your CRM: `propensity data check` shows the files and the refused rows.",
            "Where accounts are missing, add their export as a [[source]] of kind account.",
        ],
        related: &[101, 102, 401],
    },
    Code {
        number: 101,
        title: "Count of contacts",
        effect: Effect::Informs,
        meaning: "So many contacts (persons) were read from the sources of kind person.",
        limits: &[],
        remedies: &[
            "Compare the count with your CRM: `propensity data check` shows the files and the refused rows.",
            "Where contacts are missing, add the exports of leads and contacts as sources of kind person.",
        ],
        related: &[100, 102, 402],
    },
    Code {
        number: 102,
        title: "Count of opportunities",
        effect: Effect::Informs,
        meaning: "So many opportunities were read from the sources of kind opportunity.",
        limits: &[],
        remedies: &[
            "Compare the count with your CRM: `propensity data check` shows the files and the refused rows.",
            "Closed opportunities are needed, too: an export of the open ones alone has no conversions.",
        ],
        related: &[100, 101, 404],
    },
    Code {
        number: 103,
        title: "Other settings were tried",
        effect: Effect::Informs,
        meaning: "The model did not do well in its test, so that other settings were tried and the best by out-of-fold \
                  loss was taken. The test AUC before and after are both told; the choice did not look at them.",
        limits: &[Limit {
            figure: "Test AUC before tuning",
            acts: "tunes below",
            key: "tune_auc",
            threshold: |t| t.tune_auc,
            unit: Unit::Auc,
        }],
        remedies: &[
            "Settings rarely help much: activity that has to do with the goal does.",
            "Look at the influential factors: where nothing stands out, the data do not tell who converts.",
        ],
        related: &[409, 410],
    },
    Code {
        number: 200,
        title: "High missing rate of firmographic features",
        effect: Effect::Warns,
        meaning: "Industry, employees or revenue are empty for many of the profiles that are scored. The model works \
                  without them, but it cannot tell companies apart by what they are.",
        limits: &[Limit {
            figure: "Missing rate",
            acts: "warns above",
            key: "missing_rate",
            threshold: |t| t.missing_rate,
            unit: Unit::Share,
        }],
        remedies: &[
            "See in `propensity data check` whether the columns were recognised; name them under [source.columns].",
            "Enrich the accounts with industry, employees and annual revenue.",
            "Give the persons their account: without `account_id` they have no firmographics.",
        ],
        related: &[201, 408],
    },
    Code {
        number: 201,
        title: "High missing rate of activity features",
        effect: Effect::Warns,
        meaning: "Many of the profiles that are scored have had no event in 180 days. Little but their attributes \
                  tells them apart, so that many of them get nearly the same score.",
        limits: &[Limit {
            figure: "Share of eligible profiles without any event in 180 days",
            acts: "warns above",
            key: "missing_rate",
            threshold: |t| t.missing_rate,
            unit: Unit::Share,
        }],
        remedies: &[
            "Add sources of activity: web visits, e-mail, forms, meetings, calls.",
            "Exclude what is dead (`--exclude` in a new score): closed-lost and disqualified records go on being \
             scored.",
            "Score only who is active (`--who 'active within 180 days'` in a new score).",
            "See in `propensity data check` that every export reaches up to the last day.",
        ],
        related: &[408, 405, 406],
    },
    Code {
        number: 401,
        title: "Not enough valid accounts",
        effect: Effect::Stops,
        meaning: "An account score learns from more accounts than the sources have. Accounts count that existed before \
                  the as-of date. A run that only scores is not stopped.",
        limits: &[Limit {
            figure: "Count of valid accounts",
            acts: "stops below",
            key: "accounts",
            threshold: |t| t.accounts as f64,
            unit: Unit::Count,
        }],
        remedies: &[
            "Add the accounts that are missing to the sources.",
            "See in `propensity data check` whether rows were refused, and whether `account_id` and `created_at` were \
             recognised.",
            "Score persons instead, where there are more of them.",
        ],
        related: &[100, 402, 405],
    },
    Code {
        number: 402,
        title: "Not enough valid contacts",
        effect: Effect::Stops,
        meaning: "A person score learns from more contacts than the sources have. Contacts count that existed before \
                  the as-of date. A run that only scores is not stopped.",
        limits: &[Limit {
            figure: "Count of valid contacts",
            acts: "stops below",
            key: "contacts",
            threshold: |t| t.contacts as f64,
            unit: Unit::Count,
        }],
        remedies: &[
            "Add the leads and contacts that are missing to the sources.",
            "See in `propensity data check` whether rows were refused, and whether `person_id` and `created_at` were \
             recognised.",
            "Score accounts instead, where the persons are few.",
        ],
        related: &[101, 401, 406],
    },
    Code {
        number: 403,
        title: "Not enough activity",
        effect: Effect::Stops,
        meaning: "There are too few events before the as-of date to learn from: the model reads who converts from what \
                  profiles did.",
        limits: &[Limit {
            figure: "Count of events",
            acts: "stops below",
            key: "events",
            threshold: |t| t.events as f64,
            unit: Unit::Count,
        }],
        remedies: &[
            "Add sources of activity: web visits, e-mail, forms, meetings, calls.",
            "See in `propensity data check` whether events were refused, and for which reason.",
            "Look at the as-of date: events on or after it are not read.",
        ],
        related: &[405, 406, 408],
    },
    Code {
        number: 404,
        title: "Not enough conversions",
        effect: Effect::Stops,
        meaning: "The goal was reached too rarely before the as-of date. From a handful of conversions a model learns \
                  the handful, and not what leads there.",
        limits: &[Limit {
            figure: "Count of conversions",
            acts: "stops below",
            key: "conversions",
            threshold: |t| t.conversions as f64,
            unit: Unit::Count,
        }],
        remedies: &[
            "Choose a goal that happens more often (an earlier stage, more values), or give a longer history.",
            "See with `propensity data catalog` that fields and values of the goal are written as in the data: they \
             are case-sensitive.",
            "Try a goal before it becomes a score: `propensity score estimate` counts its conversions.",
        ],
        related: &[411, 412, 102],
    },
    Code {
        number: 405,
        title: "Activity of accounts too sparse",
        effect: Effect::Stops,
        meaning: "Too small a share of the accounts has any event, of their own or of their persons. Of the others the \
                  model would know nothing but their attributes.",
        limits: &[Limit {
            figure: "Share of accounts with any activity",
            acts: "stops below",
            key: "active_share",
            threshold: |t| t.active_share,
            unit: Unit::Share,
        }],
        remedies: &[
            "Add sources of activity (web, e-mail, forms, meetings).",
            "Link persons to their accounts: the events of a person without `account_id` count for no account.",
            "See in `propensity data check` how many events were refused as those of unknown profiles.",
        ],
        related: &[403, 406, 408],
    },
    Code {
        number: 406,
        title: "Activity of contacts too sparse",
        effect: Effect::Stops,
        meaning: "Too small a share of the contacts has any event. Of the others the model would know nothing but \
                  their attributes.",
        limits: &[Limit {
            figure: "Share of contacts with any activity",
            acts: "stops below",
            key: "active_share",
            threshold: |t| t.active_share,
            unit: Unit::Share,
        }],
        remedies: &[
            "Add sources of activity (web, e-mail, forms, meetings).",
            "See in `propensity data check` whether the ids of the events are those of the persons, and how many \
             events were refused as those of unknown profiles.",
            "Leave out lists of addresses that were bought and never did anything.",
        ],
        related: &[403, 405, 408],
    },
    Code {
        number: 407,
        title: "Activity types do not match",
        effect: Effect::Stops,
        meaning: "An event type that mattered in training has not occurred in the 180 days before the as-of date, or \
                  one that training did not know has become frequent. The model would read the change as one of \
                  behaviour.",
        limits: &[
            Limit {
                figure: "Share of the training's activity of a type that is gone",
                acts: "stops from",
                key: "type_gone",
                threshold: |t| t.type_gone,
                unit: Unit::Share,
            },
            Limit {
                figure: "Share of today's activity of a type that is new",
                acts: "stops from",
                key: "type_new",
                threshold: |t| t.type_new,
                unit: Unit::Share,
            },
        ],
        remedies: &[
            "Check that every export of activity ran, and that none was renamed: the message names the types.",
            "Where the change is real, train the score again: `propensity run start SCORE`.",
            "Where a type was renamed, write one name in all files.",
        ],
        related: &[403, 201],
    },
    Code {
        number: 408,
        title: "Missing rate of activity features too high",
        effect: Effect::Stops,
        meaning: "Nearly none of the profiles that would be scored has had an event in 180 days. Their scores would \
                  say nothing but their attributes.",
        limits: &[Limit {
            figure: "Share of eligible profiles without any event in 180 days",
            acts: "stops above",
            key: "inactive_share",
            threshold: |t| t.inactive_share,
            unit: Unit::Share,
        }],
        remedies: &[
            "Add sources of activity (web, e-mail, forms, meetings).",
            "See in `propensity data check` up to which day every source goes: an old export looks like silence.",
            "Score only who is active (`--who 'active within 180 days'` in a new score), or exclude what is dead \
             (`--exclude`).",
        ],
        related: &[201, 403, 405, 406],
    },
    Code {
        number: 409,
        title: "Model quality low",
        effect: Effect::Stops,
        meaning: "In its test the model told converters and others apart no better than by chance, as far as the data \
                  can say, and no other settings were tried. Its scores would mislead.",
        limits: &[Limit {
            figure: "Upper end of the test AUC's interval",
            acts: "stops below",
            key: "stop_auc",
            threshold: |t| t.stop_auc,
            unit: Unit::Auc,
        }],
        remedies: &[
            "Add activity that has to do with the goal, or choose another goal.",
            "Take a shorter prediction timeframe: what is near is easier to tell.",
            "Raise tune_auc above stop_auc, so that other settings are tried first.",
        ],
        related: &[103, 410],
    },
    Code {
        number: 410,
        title: "Model quality low after tuning",
        effect: Effect::Stops,
        meaning: "Other settings were tried (103), and still the model told converters and others apart no better than \
                  by chance, as far as the data can say. Its scores would mislead.",
        limits: &[Limit {
            figure: "Upper end of the test AUC's interval",
            acts: "stops below",
            key: "stop_auc",
            threshold: |t| t.stop_auc,
            unit: Unit::Auc,
        }],
        remedies: &[
            "Add activity that has to do with the goal, or choose another goal.",
            "Take a shorter prediction timeframe: what is near is easier to tell.",
            "Give attributes that matter to the score with `--with FIELD`, where they were known before the outcome.",
        ],
        related: &[103, 409],
    },
    Code {
        number: 411,
        title: "Too few training conversions",
        effect: Effect::Stops,
        meaning: "There are conversions, but too few of them lie in the timeframes after the training cutoffs: most \
                  came too late to learn from, or before the data begin.",
        limits: &[Limit {
            figure: "Count of training conversions",
            acts: "stops below",
            key: "train_conversions",
            threshold: |t| t.train_conversions as f64,
            unit: Unit::Count,
        }],
        remedies: &[
            "Choose a goal that happens more often, or give a longer history.",
            "Take a shorter prediction timeframe: the training ends two timeframes before the data do.",
            "Look at labels_from in the configuration: no outcome before it is learned from.",
        ],
        related: &[404, 412],
    },
    Code {
        number: 412,
        title: "No test conversions",
        effect: Effect::Stops,
        meaning: "Nobody of the eligible profiles converted in the timeframe after the test cutoff. A model that \
                  cannot be tested is not published.",
        limits: &[Limit {
            figure: "Count of test conversions",
            acts: "stops at or below",
            key: "test_conversions",
            threshold: |t| t.test_conversions as f64,
            unit: Unit::Count,
        }],
        remedies: &[
            "Choose a goal that happens more often, or a longer prediction timeframe.",
            "Check that the export with the conversions goes up to the last day.",
            "Set the as-of date to the last day of the source that ends first.",
        ],
        related: &[404, 411],
    },
    Code {
        number: 0,
        title: "Goal too common",
        effect: Effect::WarnsOrStops,
        meaning: "So many profiles reach the goal within the timeframe that a ranking is of little use, or that too \
                  few are left which did not and could be learned from.",
        limits: &[
            Limit {
                figure: "Base rate",
                acts: "warns above",
                key: "common_warn",
                threshold: |t| t.common_warn,
                unit: Unit::Share,
            },
            Limit {
                figure: "Base rate",
                acts: "stops above",
                key: "common_stop",
                threshold: |t| t.common_stop,
                unit: Unit::Share,
            },
            Limit {
                figure: "Count of non-converters",
                acts: "stops below",
                key: "non_converters",
                threshold: |t| t.non_converters as f64,
                unit: Unit::Count,
            },
        ],
        remedies: &[
            "Choose a goal that is reached by fewer profiles: a later stage, a certain value.",
            "Take a shorter prediction timeframe.",
            "See with `propensity data catalog` whether the condition holds for nearly every event.",
        ],
        related: &[404],
    },
];
