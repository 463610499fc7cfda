//! What a person can ask for: one table with id, words, group, key context and default keys. Keymap, footer, `?` help, `:`
//! palette, the `[keys]` of the configuration and the README all come from it.

/// An action; [`Action::entry`] tells everything about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    Quit,
    Suspend,
    Redraw,
    Help,
    Palette,
    FocusNext,
    FocusPrevious,
    Accept,
    Close,
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    Left,
    Right,
    Filter,
    Sort,
    Create,
    Edit,
    Clone,
    Delete,
    Run,
    CancelRun,
    Profiles,
    Drafts,
    Undo,
    LastRun,
    Refresh,
    CopyGoal,
    AddField,
    AddEvent,
    RemoveRow,
    ServicesScreen,
    ProfilesScreen,
    Find,
    FindNext,
    FindPrevious,
    FilterProfiles,
    NextBand,
    SortProfiles,
    GoTo,
    Columns,
    Factors,
    Copy,
    Export,
    NextProfile,
    PreviousProfile,
    AccountPersons,
    ToggleGroup,
    SwitchFactorView,
    WhatIf,
    Reset,
    Schedule,
    Timer,
    MonitoringScreen,
    DataScreen,
    FailuresOnly,
    ToggleGraphs,
    OneScore,
    SortRuns,
    FindRuns,
    Themes,
    CodePage,
    Promote,
    Finish,
}

/// Where an action can be asked for. The keys of the contexts that are open at one time never collide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyContext {
    /// Everywhere, also where text is typed.
    Always,
    /// A screen or a dialog, where no text is typed.
    Anywhere,
    /// The Services screen.
    Services,
    /// The Profiles screen: its list, one profile, the factors.
    ProfilesScreen,
    /// The list of the Profiles screen.
    ProfileList,
    /// The page of one profile.
    ProfilePage,
    /// The Monitoring screen: its list and one run.
    MonitoringScreen,
    /// The list of the Monitoring screen.
    RunList,
    /// A dialog of any kind.
    Dialog,
    /// The wizard.
    Wizard,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Moving,
    Scores,
    Runs,
    Profiles,
    Monitoring,
    Wizard,
    Program,
}

impl Group {
    pub const ALL: [Group; 7] =
        [Group::Moving, Group::Scores, Group::Runs, Group::Profiles, Group::Monitoring, Group::Wizard, Group::Program];

    pub fn title(self) -> &'static str {
        match self {
            Group::Moving => "Moving",
            Group::Scores => "Scores",
            Group::Runs => "Runs",
            Group::Profiles => "Profiles",
            Group::Monitoring => "Monitoring",
            Group::Wizard => "Create score",
            Group::Program => "Program",
        }
    }
}

/// A row of the table.
#[derive(Debug)]
pub struct Entry {
    pub action: Action,
    /// The name in `[keys]` and in the palette.
    pub id: &'static str,
    /// One or two words for the footer.
    pub label: &'static str,
    /// One line for the help.
    pub doc: &'static str,
    pub group: Group,
    pub context: KeyContext,
    pub keys: &'static [&'static str],
    /// Changes the workspace, so that a read-only session cannot ask for it.
    pub changes: bool,
}

macro_rules! table {
    ($($action:ident $id:literal $label:literal $group:ident $context:ident [$($key:literal),*] $changes:literal $doc:literal)+) => {
        /// Every action, in the order of the help.
        pub const TABLE: &[Entry] = &[$(Entry {
            action: Action::$action,
            id: $id,
            label: $label,
            doc: $doc,
            group: Group::$group,
            context: KeyContext::$context,
            keys: &[$($key),*],
            changes: $changes,
        }),+];
    };
}

table! {
    Up               "up"                "up"         Moving     Anywhere         ["Up", "k"]    false "Move up, or scroll up."
    Down             "down"              "down"       Moving     Anywhere         ["Down", "j"]  false "Move down, or scroll down."
    PageUp           "page-up"           "page up"    Moving     Always           ["PgUp"]       false "Move a page up."
    PageDown         "page-down"         "page down"  Moving     Always           ["PgDn"]       false "Move a page down."
    First            "first"             "first"      Moving     Anywhere         ["Home", "g"]  false "Go to the first."
    Last             "last"              "last"       Moving     Anywhere         ["End", "G"]   false "Go to the last."
    Left             "left"              "left"       Moving     Anywhere         ["Left", "h"]  false "Go to what stands at the left."
    Right            "right"             "right"      Moving     Anywhere         ["Right", "l"] false "Go to what stands at the right."
    FocusNext        "next"              "next"       Moving     Always           ["Tab"]        false "Go to the next field or part of the screen."
    FocusPrevious    "previous"          "back"       Moving     Always           ["S-Tab"]      false "Go to the field or part before."
    Accept           "accept"            "open"       Moving     Always           ["Enter"]      false "Open the details, press the button, take a choice."
    Close            "close"             "close"      Moving     Always           ["Esc"]        false "Close the dialog, the list or the filter."
    Filter           "filter"            "find"       Scores     Services         ["/"]          false "Show only the scores that hold some words."
    Sort             "sort"              "sort"       Scores     Services         ["s"]          false "Sort by a column: its letter; twice turns it round."
    Create           "create"            "create"     Scores     Services         ["c"]          true  "Create a score."
    Drafts           "drafts"            "drafts"     Scores     Services         ["D"]          true  "Take up a score that was left half-way."
    Edit             "edit"              "edit"       Scores     Services         ["e"]          true  "Edit the description of the selected score."
    Clone            "clone"             "clone"      Scores     Services         ["C"]          true  "Make a score like the selected one."
    Delete           "delete"            "delete"     Scores     Services         ["d"]          true  "Delete the selected score; it can come back for 7 days."
    Undo             "undo"              "undo"       Scores     Services         ["u"]          true  "Bring back a deleted score: the last, or one of a list."
    LastRun          "last-run"          "last run"   Runs       Services         ["v"]          false "View the last run of the selected score."
    Profiles         "profiles"          "profiles"   Scores     Services         ["p"]          false "Show who is most likely to convert, and why."
    Run              "run"               "run"        Runs       Services         ["r"]          true  "Run the selected score."
    CancelRun        "cancel-run"        "cancel"     Runs       Services         ["x"]          true  "Cancel the live run of the selected score."
    Schedule         "schedule"          "schedule"   Runs       Services         ["t"]          true  "Change when the selected score runs by itself."
    Timer            "timer"             "timer"      Runs       Anywhere         ["T"]          false "Show whether a timer starts what is due; set one up."
    Refresh          "refresh"           "refresh"    Runs       Services         ["R"]          false "Read the workspace anew."
    Find             "find"              "find"       Profiles   ProfileList      ["/"]          false "Find a profile by its id or name."
    FilterProfiles   "narrow"            "filter"     Profiles   ProfileList      ["f"]          false "Show only some: words, band=high, attribute=value."
    NextBand         "band"              "band"       Profiles   ProfileList      ["b"]          false "Show only the next band: High, Medium, Low, all."
    SortProfiles     "order"             "sort"       Profiles   ProfileList      ["s"]          false "Sort by rank, rise, fall, name or id."
    GoTo             "go-to"             "go to"      Profiles   ProfileList      ["#"]          false "Go to a rank (1200) or a percentile (p95)."
    Columns          "columns"           "columns"    Profiles   ProfileList      ["|"]          false "Choose the columns."
    Factors          "factors"           "factors"    Profiles   ProfilesScreen   ["i"]          false "Show what drives the score, over all and by band."
    Copy             "copy"              "copy"       Profiles   ProfilesScreen   ["y"]          false "Copy the id, the row or a text for an e-mail."
    Export           "export"            "export"     Profiles   ProfileList      [">"]          false "Write what is shown as CSV, JSON lines or Parquet."
    FindNext         "find-next"         "next"       Profiles   ProfileList      ["n"]          false "Go to the next one found."
    FindPrevious     "find-previous"     "previous"   Profiles   ProfileList      ["N"]          false "Go to the one found before."
    NextProfile      "next-profile"      "next"       Profiles   ProfilePage      ["n"]          false "Go to the next profile of the list."
    PreviousProfile  "previous-profile"  "previous"   Profiles   ProfilePage      ["N"]          false "Go to the profile before in the list."
    AccountPersons   "persons"           "persons"    Profiles   ProfilePage      ["o"]          false "Open the account's person that is scored, or the person's account; Esc leads back."
    ToggleGroup      "expand"            "expand"     Profiles   ProfilePage      ["Space"]      false "Show or hide the single factors of a group."
    SwitchFactorView "each-factor"       "view"       Profiles   ProfilePage      ["a"]          false "Factors in groups, one by one, or all features."
    WhatIf           "what-if"           "what if"    Profiles   ProfilePage      ["w"]          false "Change the value of the feature and see the score."
    Reset            "reset"             "reset"      Profiles   ProfilePage      ["z"]          false "Take back all changed values."
    FailuresOnly     "failures"          "failures"   Monitoring RunList          ["f"]          false "Show failures only, or all runs."
    ToggleGraphs     "graphs"            "graphs"     Monitoring RunList          ["m"]          false "Show or hide metrics and graphs."
    OneScore         "one-score"         "one score"  Monitoring RunList          ["o"]          false "Show the runs of one score, or of all."
    SortRuns         "sort-runs"         "sort"       Monitoring RunList          ["s"]          false "Sort by a column: its letter; twice turns it round."
    FindRuns         "find-runs"         "find"       Monitoring RunList          ["/"]          false "Show only the runs that hold some words: a score, a status, a code, a day."
    CodePage         "code"              "what to do" Runs       Anywhere         ["!"]          false "Show the warnings of a run, or what its code means."
    Promote          "promote"           "promote"    Monitoring MonitoringScreen ["P"]          true  "Make the model of the training run the champion."
    AddField         "add-field"         "add field"  Wizard     Wizard           ["C-f"]        true  "Add a further condition on the same event."
    AddEvent         "add-event"         "add event"  Wizard     Wizard           ["C-n"]        true  "Add a further goal event."
    RemoveRow        "remove-row"        "remove"     Wizard     Wizard           ["C-d"]        true  "Remove the condition or event with the cursor."
    CopyGoal         "copy-goal"         "copy goal"  Wizard     Wizard           ["C-g"]        true  "Copy the goal of the score that is cloned."
    Finish           "finish"            "finish"     Wizard     Wizard           ["C-s"]        true  "Go on: Next, Finish or Save, from any field."
    ServicesScreen   "services-screen"   "services"   Program    Anywhere         ["1"]          false "Go to Services: the scores."
    ProfilesScreen   "profiles-screen"   "profiles"   Program    Anywhere         ["2"]          false "Go to Profiles: the scored persons or accounts."
    MonitoringScreen "monitoring-screen" "monitoring" Program    Anywhere         ["3"]          false "Go to Monitoring: the runs, day by day."
    DataScreen       "data-screen"       "data"       Program    Anywhere         ["4"]          false "Go to Data: the sources, their columns and events."
    Themes           "choose-theme"      "theme"      Program    Anywhere         ["F2"]            false "Choose the colours: dark, light, 16 colours, none."
    Palette          "palette"           "commands"   Program    Anywhere         [":"]          false "Find a command by its name."
    Help             "help"              "help"       Program    Anywhere         ["?", "F1"]    false "Show the keys of this screen and all others."
    Redraw           "redraw"            "redraw"     Program    Always           ["C-l"]        false "Draw the screen anew."
    Suspend          "suspend"           "suspend"    Program    Always           ["C-z"]        false "Go to the shell; fg comes back."
    Quit             "quit"              "quit"       Program    Anywhere         ["q", "C-c"]   false "Leave. Runs go on."
}

impl Action {
    pub fn entry(self) -> &'static Entry {
        // The table has every action: `every_action_is_in_the_table_once` holds it to that.
        TABLE.iter().find(|e| e.action == self).unwrap_or(&TABLE[0])
    }

    pub fn by_id(id: &str) -> Option<Action> {
        TABLE.iter().find(|e| e.id == id).map(|e| e.action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_action_is_in_the_table_once() {
        let ids: HashSet<&str> = TABLE.iter().map(|e| e.id).collect();
        let actions: HashSet<Action> = TABLE.iter().map(|e| e.action).collect();
        assert_eq!((ids.len(), actions.len()), (TABLE.len(), TABLE.len()));
        // `Finish` is the last variant.
        assert_eq!(TABLE.len(), Action::Finish as usize + 1);
        for entry in TABLE {
            assert_eq!(entry.action.entry().id, entry.id);
            assert_eq!(Action::by_id(entry.id), Some(entry.action));
            assert!(entry.doc.ends_with('.') && !entry.label.is_empty(), "{}", entry.id);
        }
    }
}
