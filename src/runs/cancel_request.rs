//! The request in the folder of a live run that it shall stop, `cancel.json`. Written by
//! [`process::cancel`](crate::process::cancel), read by the run itself and by whoever shows it.

use super::layout::CANCEL_REQUEST;
use crate::error::{Error, Kind};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Who asked for the end of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelRequest {
    pub who: String,
    pub at: Timestamp,
}

/// The request that lies in a run's folder.
pub fn read(folder: &Path) -> Option<CancelRequest> {
    serde_json::from_slice(&std::fs::read(folder.join(CANCEL_REQUEST)).ok()?).ok()
}

/// The error of a run that was cancelled, with who asked for it.
pub(crate) fn name_requester(error: Error, folder: &Path) -> Error {
    match read(folder).filter(|_| error.kind == Kind::Cancelled) {
        Some(request) => Error { what: format!("The run was cancelled by {}.", request.who), ..error },
        None => error,
    }
}
