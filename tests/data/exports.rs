//! Exports as systems deliver them, added with one command: what they are taken for, what is read of them, what is asked, and
//! what is refused.

use super::datasets::dataset;
use crate::common::{Home, list, number, text};
use serde_json::Value;
use std::io::Write;

/// Writes files below `in` and adds that folder.
fn added(files: &[(&str, &str)]) -> (Home, Value) {
    let home = Home::new();
    for (name, content) in files {
        home.write(&format!("in/{name}"), content);
    }
    let folder = home.path().join("in").display().to_string();
    let proposal = home.json(&["data", "add", &folder, "--yes"]);
    (home, proposal)
}

fn counts(home: &Home) -> [f64; 4] {
    let check = home.json(&["data", "check"]);
    ["persons", "accounts", "opportunities", "events"].map(|what| number(&check, &format!("/{what}")))
}

/// Event types with their counts.
fn types(home: &Home) -> Vec<(String, u64)> {
    let check = home.json(&["data", "check"]);
    let mut types: Vec<(String, u64)> = list(&check, "/event_types")
        .iter()
        .map(|t| (text(t, "/event_type").to_string(), number(t, "/events") as u64))
        .collect();
    types.sort();
    types
}

fn layouts(proposal: &Value) -> Vec<&str> {
    list(proposal, "/proposal/sources").iter().map(|source| text(source, "/layout")).collect()
}

const LEADS: &str = "Id,IsDeleted,MasterRecordId,FirstName,LastName,Company,Email,Status,IsConverted,ConvertedDate,ConvertedContactId,ConvertedAccountId,CreatedDate,LastActivityDate\n\
00Q5g00000AbCdEEAV,false,,Ann,Lee,Acme,a@x.test,Open,false,,,,2024-01-05T10:00:00.000Z,2024-09-01\n\
00Q5g00000AbCdFEAV,false,,Bo,Ek,Beta,b@x.test,Converted,true,2024-03-01,0035g00000XyZaBAAV,0015g00000QwErTAAV,2024-01-06T10:00:00.000Z,\n\
00Q5g00000AbCdGEAV,true,00Q5g00000AbCdEEAV,Ann,Lee,Acme,a2@x.test,Open,false,,,,2024-01-07T10:00:00.000Z,\n\
00Q5g00000AbCdHEAV,true,,No,Body,None,n@x.test,Open,false,,,,2024-01-07T10:00:00.000Z,\n";

const CONTACTS: &str = "Id,IsDeleted,AccountId,FirstName,LastName,Title,CreatedDate\n\
0035g00000XyZaBAAV,false,0015g00000QwErTAAV,Bo,Ek,CFO,2024-03-01T08:00:00.000Z\n";

const ACCOUNTS: &str = "Id,IsDeleted,Name,Type,Industry,NumberOfEmployees,CreatedDate\n\
0015g00000QwErTAAV,false,Beta,Customer,Software,40,2024-03-01T08:00:00.000Z\n";

const TASKS: &str = "Id,WhoId,WhatId,AccountId,Subject,TaskSubtype,Status,ActivityDate,CreatedDate,CompletedDateTime\n\
00T5g000000001,00Q5g00000AbCdF,,,Call,Call,Completed,2030-01-01,2024-01-20T10:00:00.000Z,2024-01-21T10:00:00.000Z\n\
00T5g000000002,0035g00000XyZaB,,0015g00000QwErT,Mail,Email,Open,2030-01-01,2024-04-01T10:00:00.000Z,\n\
00T5g000000003,00Q5g00000AbCdG,,,Mail,,Open,,2024-04-02T10:00:00.000Z,\n";

const OPPORTUNITIES: &str = "Id,IsDeleted,AccountId,Name,StageName,Amount,CloseDate,IsClosed,IsWon,Probability,CreatedDate\n\
0065g00000OpPoRAAV,false,0015g00000QwErTAAV,Beta deal,Closed Won,100,2024-06-01,true,true,100,2024-03-02T08:00:00.000Z\n\
0065g00000OpPoSAAV,false,,Nobody's deal,Prospecting,5,2024-06-01,false,false,10,2024-03-02T08:00:00.000Z\n";

const HISTORY: &str = "Id,OpportunityId,CreatedDate,Field,OldValue,NewValue\n\
0171,0065g00000OpPoR,2024-03-05T08:00:00.000Z,StageName,Prospecting,Proposal\n\
0172,0065g00000OpPoRAAV,2024-06-01T08:00:00.000Z,StageName,Proposal,Closed Won\n\
0173,0065g00000OpPoSAAV,2024-06-01T08:00:00.000Z,StageName,Prospecting,Proposal\n";

#[test]
fn a_weekly_export_of_salesforce_is_read_as_it_comes() {
    let home = Home::new();
    let mut zip = zip::ZipWriter::new(std::fs::File::create(home.write("weekly.zip", "")).unwrap());
    let tables = [
        ("Lead.csv", LEADS),
        ("Contact.csv", CONTACTS),
        ("Account.csv", ACCOUNTS),
        ("Task.csv", TASKS),
        ("Opportunity.csv", OPPORTUNITIES),
        ("OpportunityFieldHistory.csv", HISTORY),
    ];
    for (name, content) in tables {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
    let proposal = home.json(&["data", "add", &home.path().join("weekly.zip").display().to_string(), "--yes"]);
    let mut found = layouts(&proposal);
    found.sort_unstable();
    let expected = ["Account", "Contact", "Lead", "Opportunity", "OpportunityFieldHistory", "Task"];
    assert_eq!(found, expected.map(|table| format!("salesforce.{table}")));
    // The converted lead and its contact are one person, the merged one is its survivor, the deleted one is none.
    assert_eq!(counts(&home), [2.0, 1.0, 2.0, 6.0]);
    let expected = [
        ("leadOperation.convertLead", 1),
        ("opportunityEvent.opportunityUpdated", 2),
        ("task", 1),
        ("task.call", 1),
        ("task.email", 1),
    ];
    assert_eq!(types(&home), expected.map(|(name, events)| (name.to_string(), events)));
    let check = home.json(&["data", "check"]);
    let opportunities = list(&check, "/sources").iter().find(|s| s["layout"] == "salesforce.Opportunity").unwrap();
    let state: Vec<&str> = list(opportunities, "/state_columns").iter().filter_map(Value::as_str).collect();
    assert!(["IsWon", "IsClosed", "Probability"].iter().all(|name| state.contains(name)), "{state:?}");
    let last: Vec<&Value> = list(&check, "/sources").iter().filter(|s| s["layout"] == "salesforce.Task").collect();
    assert_eq!(text(last[0], "/last_day"), "2024-04-02", "a due date is no event");
}

#[test]
fn an_export_of_hubspot_tells_its_stages_by_its_columns() {
    let (home, proposal) = added(&[
        (
            "all-contacts.csv",
            "Record ID,First Name,Last Name,Email,Lifecycle Stage,Create Date,Associated Company IDs (Primary),HubSpot Score,Became a Customer Date\n\
             101,Ann,Lee,a@x.test,Customer,2024-01-05 10:00,9001,55,2024-05-01 09:00\n\
             102,Bo,Ek,b@x.test,Lead,2024-01-06 10:00,9001,12,\n",
        ),
        ("all-companies.csv", "Record ID,Company name,Industry,Create Date\n9001,Acme,SOFTWARE,2024-01-01 08:00\n"),
        (
            "all-deals.csv",
            "Record ID,Deal Name,Pipeline,Deal Stage,Amount,Close Date,Create Date,Associated Company IDs (Primary),Associated Contact IDs,\"Date entered \"\"Proposal (Sales Pipeline)\"\"\",\"Date entered \"\"Closed Won (Sales Pipeline)\"\"\"\n\
             7001,One,Sales,Closed Won,10,2024-04-01 00:00,2024-02-01 00:00,9001,101;102,2024-03-01 09:00,2024-04-01 09:00\n\
             7002,Two,Sales,Proposal,20,2030-04-01 00:00,2024-02-02 00:00,9001,102,2024-03-03 09:00,\n",
        ),
    ]);
    assert_eq!(layouts(&proposal), ["hubspot.contacts", "hubspot.companies", "hubspot.deals"]);
    assert_eq!(counts(&home), [2.0, 1.0, 2.0, 4.0]);
    let expected = [("leadOperation.convertLead", 1), ("opportunityEvent.opportunityUpdated", 3)];
    assert_eq!(types(&home), expected.map(|(name, events)| (name.to_string(), events)));
    let catalog = home.stdout(&["data", "catalog"]);
    assert!(catalog.contains("Closed Won (1)") && catalog.contains("Proposal (2)"), "{catalog}");
}

#[test]
fn activities_of_marketo_are_named_and_their_attributes_are_fields() {
    let (home, proposal) = added(&[
        (
            "leads.csv",
            "id,createdAt,updatedAt,leadSource,company,isLead\n1,2024-01-01T00:00:00Z,2024-01-01T00:00:00Z,web,Acme,true\n",
        ),
        (
            "activities.csv",
            "marketoGUID,leadId,activityDate,activityTypeId,campaignId,attributes\n\
             7,1,2024-01-02T00:00:00Z,2,3,\"{\"\"Webform ID\"\": 12, \"\"Query\"\": \"\"a=b\"\"}\"\n\
             8,1@123-ABC-456,2024-01-03T00:00:00Z,21,,\n",
        ),
    ]);
    assert_eq!(layouts(&proposal), ["marketo.leads", "marketo.activities"]);
    let expected = [("leadOperation.convertLead", 1), ("web.formFilledOut", 1)];
    assert_eq!(types(&home), expected.map(|(name, events)| (name.to_string(), events)));
    assert!(home.stdout(&["data", "catalog"]).contains("Webform ID: 1 filled"));
}

#[test]
fn what_the_cells_leave_open_is_asked_and_never_guessed() {
    let home = Home::new();
    home.write("in/events.csv", "person_id,timestamp,event_type\np1,03/04/2024,visit\np2,05/06/2024,visit\n");
    let path = home.path().join("in/events.csv").display().to_string();
    let error = home.fails(&["data", "add", &path, "--yes"], 1);
    for word in ["'timestamp'", "03/04/2024", "--date-order day-first"] {
        assert!(error.contains(word), "{word} in {error}");
    }
    home.stdout(&["data", "add", &path, "--yes", "--date-order", "day-first"]);
    let check = home.json(&["data", "check"]);
    assert_eq!(
        [text(&check, "/sources/0/first_day"), text(&check, "/sources/0/last_day")],
        ["2024-04-03", "2024-06-05"]
    );
    assert!(std::fs::read_to_string(home.path().join("config.toml")).unwrap().contains("date_order = \"day-first\""));
    // Without the key a run is told the same.
    home.write("config.toml", "[[source]]\nkind = \"event\"\npath = \"in/events.csv\"\n");
    let error = home.fails(&["data", "check"], 1);
    assert!(error.contains("date_order") && error.contains("in/events.csv"), "{error}");
}

#[test]
fn what_somebody_wrote_into_the_configuration_stays() {
    let home = Home::new();
    let own = "# Ours.\n[workspace]\nname = \"acme\"   # the firm\n";
    home.write("config.toml", own);
    home.write("in/persons.csv", "person_id,created_at\np1,2024-01-01\n");
    let path = home.path().join("in").display().to_string();
    home.stdout(&["data", "add", &path, "--print"]);
    assert_eq!(std::fs::read_to_string(home.path().join("config.toml")).unwrap(), own, "--print changes nothing");
    home.stdout(&["data", "add", &path, "--yes"]);
    let written = std::fs::read_to_string(home.path().join("config.toml")).unwrap();
    assert!(written.starts_with(own) && written.contains("path = \"in/persons.csv\""), "{written}");
    let again = home.stdout(&["data", "add", &path, "--yes"]);
    assert!(again.contains("Nothing is new"), "{again}");
}

#[test]
fn ids_that_a_spreadsheet_shortened_stop_the_reading() {
    let home = Home::new();
    let rows: String = (0..50).map(|n| format!("{}.{:02}E+11,2024-01-01\n", n % 9 + 1, n)).collect();
    home.write("in/persons.csv", format!("person_id,created_at\n{rows}"));
    home.configure(&[("person", "in/persons.csv")], "");
    let error = home.fails(&["data", "check"], 1);
    for word in ["in/persons.csv", "person_id", "50 of 50", "E+11"] {
        assert!(error.contains(word), "{word} in {error}");
    }
}

#[test]
fn marks_of_spreadsheets_and_doubled_names_are_read_and_told() {
    let (home, _) = added(&[
        ("persons.csv", "person_id,created_at,Notes,Notes\n'0012,2024-01-01,a,b\n=\"0013\",2024-01-01,c,d\n"),
        ("events.csv", "person_id,timestamp,event_type\n0012,2024-02-01,visit\n0013,2024-02-02,visit\n"),
    ]);
    assert_eq!(counts(&home), [2.0, 0.0, 0.0, 2.0]);
    let check = home.json(&["data", "check"]);
    let others: Vec<&Value> = list(&check, "/sources/0/others").iter().collect();
    assert_eq!(others, ["Notes", "Notes (2)"]);
}

/// The same business under the headers of a system gives the same numbers as in the plain layout.
#[track_caller]
fn same_numbers(folder: &str, plain: &[(&str, &str)], goals: [&str; 2], profile: &str, compared: &[&str]) {
    let Some(set) = dataset(folder.split('/').next().unwrap_or_default()) else { return };
    let home = |sources: Option<&[(&str, &str)]>| {
        let home = Home::new();
        match sources {
            Some(sources) => {
                let paths: Vec<String> = sources.iter().map(|(_, file)| set.join(file).display().to_string()).collect();
                let sources: Vec<(&str, &str)> =
                    sources.iter().zip(&paths).map(|((kind, _), path)| (*kind, path.as_str())).collect();
                home.configure(&sources, "");
            }
            None => {
                let path = set.join(folder.split_once('/').map_or("", |(_, inner)| inner)).display().to_string();
                home.stdout(&["data", "add", &path, "--yes"]);
            }
        }
        home
    };
    let figures = |home: &Home, goal: &str| {
        let check = home.json(&["data", "check"]);
        let counts: Vec<f64> = compared.iter().map(|what| number(&check, &format!("/{what}"))).collect();
        let how = ["score", "estimate", "--profile", profile, "--timeframe", "30", "--goal", goal];
        (counts, number(&home.json(&how), "/conversions"))
    };
    assert_eq!(figures(&home(None), goals[1]), figures(&home(Some(plain)), goals[0]), "{folder}");
}

const WON: [&str; 2] = [
    "opportunityEvent.opportunityUpdated where attributeName is 'Stage' and newValue is 'Won'",
    "opportunityEvent.opportunityUpdated where attributeName is 'Stage' and newValue is 'Closed Won'",
];
const MAVEN: [(&str, &str); 4] = [
    ("person", "persons.csv"),
    ("account", "accounts.csv"),
    ("opportunity", "opportunities.csv"),
    ("event", "events.csv"),
];

#[test]
fn deals_under_the_headers_of_salesforce_hubspot_and_pipedrive_are_the_same() {
    // None of the three has the persons of the plain layout, which are its deals.
    let compared = ["accounts", "opportunities"];
    same_numbers("maven_crm/as_salesforce", &MAVEN, WON, "account", &compared);
    same_numbers("maven_crm/as_hubspot", &MAVEN, WON, "account", &compared);
    same_numbers("maven_crm/as_pipedrive", &MAVEN, [WON[0], WON[0]], "account", &compared);
}

#[test]
fn leads_under_the_headers_of_marketo_and_xdm_are_the_same() {
    let plain = [("person", "persons.csv"), ("account", "accounts.csv"), ("event", "events.csv")];
    let goals = ["leadOperation.convertLead"; 2];
    // The leads of Marketo name no company.
    same_numbers("olist_funnel/as_marketo", &plain, goals, "person", &["persons", "events"]);
    same_numbers("olist_funnel/as_xdm", &plain, goals, "person", &["persons", "accounts", "events"]);
}

#[test]
fn dates_of_a_pipe_are_decided_by_its_first_rows() {
    let home = Home::new();
    let pipe = home.path().join("events.csv");
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::from_raw_mode(0o600)).unwrap();
    home.configure(&[("event", "events.csv")], "");
    let writer = std::thread::spawn(move || {
        std::fs::write(pipe, "person_id,timestamp,event_type\np1,18/10/2024,visit\np2,03/11/2024,visit\n").unwrap();
    });
    let check = home.json(&["data", "check"]);
    writer.join().unwrap();
    assert_eq!(
        [text(&check, "/sources/0/first_day"), text(&check, "/sources/0/last_day")],
        ["2024-10-18", "2024-11-03"]
    );
}
