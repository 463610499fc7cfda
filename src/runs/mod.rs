//! The repository of runs: their folders below `data/runs/<score>/`, the files in them, which run is shown, which model is
//! champion, how long runs are kept. Written by [`process`](crate::process) and the pipeline, read by everything else.
//!
//! From the disk upwards:
//!
//! | file | what it holds |
//! |---|---|
//! | [`layout`] | names of folders and files, ids of runs |
//! | [`summary_json`], [`report_json`], [`model_file`], [`cancel_request`] | the JSON files of a run |
//! | [`journal_state`] | the state of a run as its journal tells it |
//! | [`index`] | one line a run, so that thousands are listed at once |
//! | [`find`] | a published run by its id, or the newest of a score |
//! | [`champion`] | which model gives the scores |
//! | [`interrupted`] | what becomes of a run whose process died |
//! | [`folder`] | a live run's folder and lock, and its publication |
//! | [`known_files`] | which files are this program's |
//! | [`retention`] | which runs are removed, and when |

pub mod cancel_request;
pub mod champion;
pub mod find;
pub mod folder;
pub mod index;
pub mod interrupted;
pub mod journal_state;
pub mod known_files;
pub mod layout;
pub mod model_file;
pub mod report_json;
pub mod retention;
pub mod summary_json;
