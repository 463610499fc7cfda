//! The columns that the list of profiles can have beside rank and name.

use crate::domain::feature_labels;
use std::sync::Arc;

/// A column beside rank and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    Id,
    Account,
    Score,
    Band,
    Percentile,
    Likely,
    Change,
    TopFactor,
    Attribute(String),
}

impl Column {
    /// Those that are shown where none was chosen: of persons also what they are and for whom they work.
    pub fn usual() -> Vec<Column> {
        let own = ["job_title", "account.name"].map(|name| Column::Attribute(name.to_string()));
        let fixed = [Column::Score, Column::Band, Column::Percentile, Column::Likely, Column::Change];
        fixed.into_iter().chain(own).chain([Column::TopFactor]).collect()
    }

    /// Every column that there can be. The reason stands last: it takes the room that is left.
    pub fn all(attributes: &[Arc<str>]) -> Vec<Column> {
        let fixed = [
            Column::Id,
            Column::Account,
            Column::Score,
            Column::Band,
            Column::Percentile,
            Column::Likely,
            Column::Change,
        ];
        let own = attributes.iter().map(|a| Column::Attribute(a.to_string()));
        fixed.into_iter().chain(own).chain([Column::TopFactor]).collect()
    }

    /// Those of the chosen columns that scores with these attributes have; where none was chosen, of the usual ones.
    pub fn chosen(chosen: &[Column], attributes: &[Arc<str>]) -> Vec<Column> {
        let usual = Column::usual();
        let chosen = if chosen.is_empty() { &usual } else { chosen };
        Column::all(attributes).into_iter().filter(|c| chosen.contains(c)).collect()
    }

    /// The name under which it is kept.
    pub fn key(&self) -> String {
        match self {
            Column::Id => "id".into(),
            Column::Account => "account".into(),
            Column::Score => "score".into(),
            Column::Band => "band".into(),
            Column::Percentile => "percentile".into(),
            Column::Likely => "likely".into(),
            Column::Change => "change".into(),
            Column::TopFactor => "top-factor".into(),
            Column::Attribute(name) => format!("attribute:{name}"),
        }
    }

    pub fn by_key(key: &str) -> Option<Column> {
        if let Some(name) = key.strip_prefix("attribute:") {
            return Some(Column::Attribute(name.into()));
        }
        Column::all(&[]).into_iter().find(|c| c.key() == key)
    }

    pub fn title(&self) -> String {
        match self {
            Column::Id => "Id".into(),
            Column::Account => "Account".into(),
            Column::Score => "Score".into(),
            Column::Band => "Band".into(),
            Column::Percentile => "Pctl".into(),
            Column::Likely => "Likely".into(),
            Column::Change => "Change".into(),
            Column::TopFactor => "Top factor".into(),
            Column::Attribute(name) if name == "account.name" => "Company".into(),
            Column::Attribute(name) => feature_labels::field_label(name),
        }
    }
}
