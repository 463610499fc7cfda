//! Whom an event counts for: persons and accounts by their provisional numbers. Called by `reading`.

use super::request::EventRequest;

/// Marks a provisional subject as an account's own.
pub(in crate::data) const ACCOUNT_FLAG: u32 = 1 << 31;

/// The subjects that one event counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EventSubjects {
    pub(super) for_persons: u32,
    pub(super) for_accounts: u32,
}

impl EventSubjects {
    pub(super) fn for_request(self, request: &EventRequest<'_>) -> u32 {
        if request.accounts_first { self.for_accounts } else { self.for_persons }
    }

    pub(super) fn pair(self) -> (u32, u32) {
        (self.for_persons, self.for_accounts)
    }

    /// Notes the other subject of the event whose key was pushed last.
    pub(super) fn push_other_subject(self, keys: usize, other_subjects: &mut Vec<(u32, u32)>) {
        if self.for_persons != self.for_accounts {
            other_subjects.push((keys as u32 - 1, self.for_accounts));
        }
    }
}
