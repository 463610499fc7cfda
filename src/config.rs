//! `config.toml`: where the sources are and what the thresholds are. Read by `workspace`, which everybody else asks;
//! never written by the program. `config.example.toml` shows every key with its default, and a test holds the two
//! together.

#![warn(missing_docs, clippy::missing_errors_doc)]

use crate::error::{Context, Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The whole file. Unknown keys are errors, so that a typing mistake never passes as a default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// `[workspace]`.
    pub workspace: Workspace,
    /// The `[[source]]` tables, in the order of the file.
    #[serde(rename = "source")]
    pub sources: Vec<Source>,
    /// `[input]`.
    pub input: Input,
    /// `[training]`.
    pub training: Training,
    /// `[thresholds]`.
    pub thresholds: Thresholds,
    /// `[bands]`.
    pub bands: Bands,
    /// `[retention]`.
    pub retention: Retention,
    /// `[screen]`.
    pub screen: Screen,
    /// Action → its keys, where they are not the default ones; the screens know the actions and check them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub keys: BTreeMap<String, Vec<String>>,
    /// The folder that relative source paths start from: the one that holds the file.
    #[serde(skip)]
    pub folder: PathBuf,
}

/// What holds for the whole workspace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Workspace {
    /// Shown at the head of the screens.
    pub name: String,
    /// IANA name of the zone in which days are cut and naive stamps are read.
    pub timezone: String,
    /// Default as-of date of a run: `data`, `now` or a date (`YYYY-MM-DD`).
    pub as_of: String,
    /// No labelled cutoff lies before this date (`YYYY-MM-DD`); empty: the first goal event.
    pub labels_from: String,
}

impl Default for Workspace {
    fn default() -> Self {
        Workspace { name: "workspace".into(), timezone: "UTC".into(), as_of: "data".into(), labels_from: String::new() }
    }
}

/// What the rows of a source are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// Persons: leads and contacts.
    Person,
    /// Accounts.
    Account,
    /// Opportunities, which become events of their changes.
    Opportunity,
    /// Activity of persons, accounts and opportunities.
    Event,
}

impl SourceKind {
    /// The word that the file has for it.
    pub fn word(self) -> &'static str {
        match self {
            SourceKind::Person => "person",
            SourceKind::Account => "account",
            SourceKind::Opportunity => "opportunity",
            SourceKind::Event => "event",
        }
    }
}

/// What comes first in dates written with slashes, dots or hyphens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// `18/10/2024`.
    DayFirst,
    /// `10/18/2024`.
    MonthFirst,
}

impl DateOrder {
    /// The word that the file has for it.
    pub fn word(self) -> &'static str {
        match self {
            DateOrder::DayFirst => "day-first",
            DateOrder::MonthFirst => "month-first",
        }
    }
}

/// One `[[source]]` table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What its rows are.
    pub kind: SourceKind,
    /// A file, a glob or a folder, relative to the config file.
    pub path: String,
    /// The layout of the columns; left out: recognised from the headers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<String>,
    /// `csv`, `tsv`, `ndjson`, `json`, `xlsx`, `xls`, `ods` or `parquet`; left out: from the file's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Encoding of text files, as `utf-8`, `utf-16le` or `windows-1252`; left out: found from the bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Row (1-based) that names the columns of a CSV file or a sheet; left out: found from the rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<u64>,
    /// Sheet of a workbook; left out: the only one that holds a table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Whether `03/04/2025` is the third of April or the fourth of March; left out: found from the cells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
    /// The mark before the fraction of a number, `.` or `,`; left out: found from the cells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimal_mark: Option<char>,
    /// One character; left out: found from the header line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// strptime formats tried before the built-in ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timestamp_formats: Vec<String>,
    /// Canonical field → column of the file.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, String>,
}

/// What is asked of the sources.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Input {
    /// Share (0–1) of refused rows above which a run fails before training.
    pub max_refused: f64,
}

impl Default for Input {
    fn default() -> Self {
        Input { max_refused: 0.05 }
    }
}

/// How models are trained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Training {
    /// Seed of every draw; the same seed and data give the same scores.
    pub seed: u64,
    /// Most boosting rounds, at least 1.
    pub max_rounds: usize,
    /// Training rows above which negatives are sampled (with weights that restore the base rate), at least 1,000.
    pub max_rows: usize,
    /// Threads of a run; 0 takes all cores.
    pub threads: usize,
}

impl Default for Training {
    fn default() -> Self {
        Training { seed: 7, max_rounds: 2_000, max_rows: 150_000, threads: 0 }
    }
}

/// The figures at which quality checks stop or warn. Names carry the code they belong to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Thresholds {
    /// 401: fewest accounts of an account score.
    pub accounts: u64,
    /// 402: fewest contacts (persons) of a person score.
    pub contacts: u64,
    /// 403: fewest events before the as-of date.
    pub events: u64,
    /// 404: fewest conversions.
    pub conversions: u64,
    /// 405 and 406: smallest share (0–1) of accounts or contacts with any activity.
    pub active_share: f64,
    /// 407: share (0–1) of training activity from which on a type that is gone matters.
    pub type_gone: f64,
    /// 407: share (0–1) of recent activity from which on a new type matters.
    pub type_new: f64,
    /// 408: largest share (0–1) of eligible profiles without any event in 180 days.
    pub inactive_share: f64,
    /// 103: test AUC below which other settings are tried.
    pub tune_auc: f64,
    /// 410: the run stops where the upper end of the AUC's interval is below this.
    pub stop_auc: f64,
    /// 411: fewest training conversions.
    pub train_conversions: u64,
    /// 412: the run stops at this many test conversions or fewer.
    pub test_conversions: u64,
    /// Goal too common: base rate (0–1) above which a warning is given.
    pub common_warn: f64,
    /// Goal too common: base rate (0–1) above which the run stops.
    pub common_stop: f64,
    /// Goal too common: fewest profiles that did not convert.
    pub non_converters: u64,
    /// 200 and 201: missing rate (0–1) above which a warning is given.
    pub missing_rate: f64,
    /// Leaks: a feature with max(AUC, 1 − AUC) above this is named.
    pub leak_auc: f64,
    /// Drift: a feature whose population stability index against the training reaches this, and more than chance, is
    /// named.
    pub drift: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Thresholds {
            accounts: 100,
            contacts: 100,
            events: 1_000,
            conversions: 10,
            active_share: 0.05,
            type_gone: 0.01,
            type_new: 0.05,
            inactive_share: 0.95,
            tune_auc: 0.65,
            stop_auc: 0.60,
            train_conversions: 8,
            test_conversions: 0,
            common_warn: 0.50,
            common_stop: 0.95,
            non_converters: 10,
            missing_rate: 0.30,
            leak_auc: 0.95,
            drift: 0.1,
        }
    }
}

/// The least score of each band; below `medium` is Low.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bands {
    /// Least score of High, 0–100.
    pub high: u8,
    /// Least score of Medium, at most that of High.
    pub medium: u8,
}

impl Default for Bands {
    fn default() -> Self {
        Bands { high: 75, medium: 25 }
    }
}

/// What is kept of the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Days for which runs are kept, 1 to 36,500.
    pub days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Retention { days: 90 }
    }
}

/// How the screens look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Screen {
    /// Their colours.
    pub theme: ThemeName,
}

/// The colours of the screens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ThemeName {
    /// Dark, or light where the terminal says that its background is; of 16 colours where it has no more.
    #[default]
    Auto,
    /// For a dark background.
    Dark,
    /// For a light background.
    Light,
    /// The terminal's own 16 colours.
    Ansi,
    /// No colours.
    Mono,
}

impl ThemeName {
    /// All of them, as they are offered.
    pub const ALL: [ThemeName; 5] =
        [ThemeName::Auto, ThemeName::Dark, ThemeName::Light, ThemeName::Ansi, ThemeName::Mono];

    /// What it is, for those who choose one.
    pub fn words(self) -> &'static str {
        match self {
            ThemeName::Auto => "auto: dark or light, as the terminal says",
            ThemeName::Dark => "dark",
            ThemeName::Light => "light",
            ThemeName::Ansi => "ansi: the 16 colours of the terminal",
            ThemeName::Mono => "mono: no colours",
        }
    }
}

impl Source {
    /// A source of which everything is found from its files.
    pub fn new(kind: SourceKind, path: impl Into<String>) -> Source {
        Source {
            kind,
            path: path.into(),
            preset: None,
            format: None,
            encoding: None,
            header: None,
            sheet: None,
            date_order: None,
            decimal_mark: None,
            delimiter: None,
            timestamp_formats: Vec::new(),
            columns: BTreeMap::new(),
        }
    }
}

impl Config {
    /// Reads the file; where there is none, every default holds and there are no sources.
    ///
    /// # Errors
    /// A file that cannot be read, or what [`Config::parse`] refuses.
    pub fn read(path: &Path) -> Result<Config> {
        let folder = path.parent().unwrap_or(Path::new(".")).to_path_buf();
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Config { folder, ..Config::default() }),
            Err(e) => {
                return Err(Error::new(format!("The configuration {} could not be read.", path.display())).because(e));
            }
        };
        let mut config = Config::parse(&text)
            .map_err(|e| Error { what: format!("The configuration {} is not valid.", path.display()), ..e })?;
        config.folder = folder;
        Ok(config)
    }

    /// Parses and checks the text of a configuration.
    ///
    /// # Errors
    /// Text that is no TOML, an unknown key, a value of another type, or one out of its range.
    pub fn parse(text: &str) -> Result<Config> {
        let config: Config = toml::from_str(text).context(|| "The configuration is not valid.".into())?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<()> {
        let invalid = |why: String| Err(Error::new("The configuration is not valid.").because(why));
        if self.bands.medium > self.bands.high || self.bands.high > 100 {
            return invalid(format!(
                "[bands] needs medium <= high <= 100, and has {} and {}",
                self.bands.medium, self.bands.high
            ));
        }
        for (name, share) in self.thresholds.shares().into_iter().chain([("input.max_refused", self.input.max_refused)])
        {
            if !(0.0..=1.0).contains(&share) {
                return invalid(format!("{name} is a share between 0 and 1, and is {share}"));
            }
        }
        if !(1..=36_500).contains(&self.retention.days) {
            return invalid(format!("retention.days is at least 1 and at most 36500, and is {}", self.retention.days));
        }
        if self.training.max_rounds == 0 || self.training.max_rows < 1_000 {
            return invalid("training.max_rounds is at least 1 and training.max_rows at least 1000".into());
        }
        Ok(())
    }
}

impl Thresholds {
    fn shares(&self) -> [(&'static str, f64); 11] {
        [
            ("thresholds.active_share", self.active_share),
            ("thresholds.type_gone", self.type_gone),
            ("thresholds.type_new", self.type_new),
            ("thresholds.inactive_share", self.inactive_share),
            ("thresholds.tune_auc", self.tune_auc),
            ("thresholds.stop_auc", self.stop_auc),
            ("thresholds.common_warn", self.common_warn),
            ("thresholds.common_stop", self.common_stop),
            ("thresholds.missing_rate", self.missing_rate),
            ("thresholds.leak_auc", self.leak_auc),
            ("thresholds.drift", self.drift),
        ]
    }
}
