//! Which table of which system the columns of a file are of. Called for every file of a source that has no plain columns,
//! and for files that may become one.

use super::definition::{Table, key, tables};
use crate::config::{Source, SourceKind};
use hashbrown::HashMap;

/// A table that was recognised, with the evidence.
#[derive(Debug, Clone)]
pub struct Recognised {
    /// The table.
    pub table: &'static Table,
    /// Canonical field and the column that fills it; of several the first.
    pub fields: Vec<(String, String)>,
    /// The columns that decided.
    pub decided_by: Vec<String>,
}

/// The table of a source: of its preset, or recognised by the columns. `None` where it is plain.
pub fn of_source(source: &Source, columns: &[String]) -> Option<Recognised> {
    match source.preset.as_deref() {
        Some("plain") => None,
        Some(preset) => {
            let asked = |table: &&'static Table| table.system == preset || table.full_name() == preset;
            let given = tables().iter().find(|table| table.full_name() == preset);
            best(Some(source.kind), columns, asked)
                .or_else(|| given.map(|table| evidence(table, &index(columns), columns)))
        }
        // What somebody mapped by hand before there was a layout for it stays as it was read.
        None if is_plain(columns) || is_mapped(source, columns) => None,
        None => best(Some(source.kind), columns, |_| true),
    }
}

/// The table that columns are of, whatever its kind; `None` where none is known, or the columns are plain ones.
pub fn recognise(kind: Option<SourceKind>, columns: &[String]) -> Option<Recognised> {
    if is_plain(columns) { None } else { best(kind, columns, |_| true) }
}

/// Whether the columns have the very names of the plain layout.
fn is_plain(columns: &[String]) -> bool {
    ["person_id", "account_id", "opportunity_id"].iter().any(|id| columns.iter().any(|column| column == id))
        && !columns.iter().any(|column| column.starts_with("_fivetran") || column.starts_with("_airbyte"))
        && !["id", "deal_id", "contact_id"].iter().any(|id| columns.iter().any(|column| column == id))
}

/// Whether the configuration itself names the columns that a row of the kind needs.
fn is_mapped(source: &Source, columns: &[String]) -> bool {
    let has = |field: &str| source.columns.get(field).is_some_and(|column| columns.contains(column));
    match source.kind {
        SourceKind::Person => has("person_id"),
        SourceKind::Account => has("account_id"),
        SourceKind::Opportunity => has("opportunity_id"),
        SourceKind::Event => has("timestamp") && has("event_type"),
    }
}

fn index(columns: &[String]) -> HashMap<String, usize> {
    let mut index = HashMap::new();
    for (at, column) in columns.iter().enumerate() {
        index.entry(key(column)).or_insert(at);
    }
    index
}

/// The table whose needs are there: the one with most of them, then the one with most fields.
fn best(kind: Option<SourceKind>, columns: &[String], allowed: impl Fn(&&'static Table) -> bool) -> Option<Recognised> {
    let index = index(columns);
    let fits = |table: &&'static Table| {
        kind.is_none_or(|kind| kind == table.kind)
            && allowed(table)
            && table.needs.iter().all(|need| of_spellings(need, &index).is_some())
            && !table.never.iter().any(|name| index.contains_key(&key(name)))
    };
    let weight = |table: &&'static Table| {
        let evidence = evidence(table, &index, columns);
        (table.needs.len(), evidence.fields.len())
    };
    // Of equals the first, as the files stand.
    let fitting = tables().iter().filter(fits);
    fitting.rev().max_by_key(weight).map(|table| evidence(table, &index, columns))
}

fn of_spellings(need: &str, index: &HashMap<String, usize>) -> Option<usize> {
    need.split('|').find_map(|spelling| index.get(&key(spelling)).copied())
}

fn evidence(table: &'static Table, index: &HashMap<String, usize>, columns: &[String]) -> Recognised {
    let name = |at: usize| columns.get(at).cloned().unwrap_or_default();
    let first = |spellings: &[String]| spellings.iter().find_map(|s| index.get(&key(s)).copied());
    let all = table.fields.iter().chain(&table.first_of).chain(&table.joined);
    let fields = all.filter_map(|(field, spellings)| Some((field.clone(), name(first(spellings)?)))).collect();
    let decided_by = table.needs.iter().filter_map(|need| of_spellings(need, index)).map(name).collect();
    Recognised { table, fields, decided_by }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(columns: &str) -> Option<String> {
        let columns: Vec<String> = columns.split(',').map(str::to_string).collect();
        recognise(None, &columns).map(|found| found.table.full_name())
    }

    #[test]
    fn the_headers_of_every_system_are_known() {
        for (columns, table) in [
            (
                "Id,IsDeleted,LastName,FirstName,Company,Email,Status,IsConverted,ConvertedDate,CreatedDate",
                "salesforce.Lead",
            ),
            ("Id,IsDeleted,AccountId,LastName,FirstName,Email,Title,CreatedDate", "salesforce.Contact"),
            ("Id,IsDeleted,Name,Type,BillingCountry,Industry,CreatedDate,ParentId", "salesforce.Account"),
            ("Id,AccountId,Name,StageName,Amount,CloseDate,IsWon,CreatedDate", "salesforce.Opportunity"),
            ("Id,OpportunityId,CreatedDate,Field,OldValue,NewValue", "salesforce.OpportunityFieldHistory"),
            ("Id,OpportunityId,StageName,Amount,CreatedDate,CloseDate", "salesforce.OpportunityHistory"),
            ("Id,WhoId,WhatId,Subject,ActivityDate,Status,TaskSubtype,CreatedDate", "salesforce.Task"),
            ("Id,WhoId,WhatId,Subject,StartDateTime,EndDateTime", "salesforce.Event"),
            (
                "Id,CampaignId,LeadId,ContactId,Status,HasResponded,FirstRespondedDate,CreatedDate",
                "salesforce.CampaignMember",
            ),
            ("Lead ID,First Name,Last Name,Company / Account,Lead Status,Create Date,Lead Source", "salesforce.Lead"),
            (
                "Opportunity ID,Opportunity Name,Account Name,Stage,Close Date,Amount,Created Date",
                "salesforce.Opportunity",
            ),
            ("Record ID,First Name,Last Name,Email,Lifecycle Stage,Create Date", "hubspot.contacts"),
            ("Record ID,Company name,Industry,Create Date", "hubspot.companies"),
            ("Record ID,Deal Name,Pipeline,Deal Stage,Amount,Close Date,Create Date", "hubspot.deals"),
            ("ID de registro,Nombre,Apellidos,Correo,Fecha de creación", "hubspot.contacts"),
            ("id,createdAt,updatedAt,leadSource,company,title,country,isLead", "marketo.leads"),
            ("marketoGUID,leadId,activityDate,activityTypeId,campaignId,attributes", "marketo.activities"),
            ("Deal - ID,Deal - Title,Deal - Organization,Deal - Stage,Deal - Status", "pipedrive.deals"),
            ("Person - ID,Person - Name,Person - Organization", "pipedrive.persons"),
            ("(Do Not Modify) Opportunity,Topic,Account,Est. close date,Created On", "dynamics.opportunities"),
            ("b2b.personKey.sourceKey,workAddress.country", "xdm.persons"),
            ("_id,personKey.sourceKey,timestamp,eventType", "xdm.events"),
            ("id,_fivetran_synced,account_id,created_date,email,first_name,last_name", "salesforce.Contact"),
            ("deal_id,is_deleted,deal_pipeline_stage_id,property_dealname,property_createdate", "hubspot.deals"),
            ("event_date,event_timestamp,event_name,user_pseudo_id", "ga4.events"),
            ("id,anonymous_id,user_id,event,received_at,timestamp", "segment.tracks"),
        ] {
            assert_eq!(of(columns).as_deref(), Some(table), "{columns}");
        }
    }

    #[test]
    fn a_preset_decides_and_columns_mapped_by_hand_stay_plain() {
        let columns: Vec<String> = ["Id", "AccountId", "Email", "LastName"].map(String::from).to_vec();
        let name = |source: &Source| of_source(source, &columns).map(|found| found.table.full_name());
        let mut source = Source::new(SourceKind::Person, "c.csv");
        assert_eq!(name(&source).as_deref(), Some("salesforce.Contact"));
        source.preset = Some("salesforce".into());
        assert_eq!(name(&source).as_deref(), Some("salesforce.Contact"));
        source.preset = Some("hubspot.contacts".into());
        assert_eq!(name(&source).as_deref(), Some("hubspot.contacts"));
        source.preset = Some("plain".into());
        assert_eq!(name(&source), None);
        source.preset = None;
        source.columns.insert("person_id".into(), "Id".into());
        assert_eq!(name(&source), None);
    }

    #[test]
    fn plain_and_unknown_columns_are_of_no_system() {
        assert_eq!(of("person_id,account_id,created_at,name"), None);
        assert_eq!(of("event_id,person_id,timestamp,event_type,amount"), None);
        assert_eq!(of("a,b,c"), None);
    }
}
