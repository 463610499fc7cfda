//! Exclusive locks between processes: advisory, on a lock file of their own, released on drop and when the process
//! dies, however it dies. The file says who holds the lock and stays where it is: removing it would let two processes
//! lock two different files of one name.

use super::audit;
use crate::error::{Error, Result};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a change waits for another one by default.
pub const WAIT: Duration = Duration::from_secs(10);

/// Between two attempts; changes take a few milliseconds.
const PAUSE: Duration = Duration::from_millis(10);

/// Held as long as the value lives.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

/// Who holds a lock, as it is written into the lock file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The id of the process.
    pub pid: u32,
    /// The name of its user.
    pub user: String,
    /// When it took the lock, to the second.
    pub since: Timestamp,
}

impl Lock {
    /// Takes the lock, waiting at most `wait` for another holder.
    ///
    /// # Errors
    /// Another process still holds it, which the error names; those of [`try_acquire`](Self::try_acquire).
    pub fn acquire(path: &Path, wait: Duration) -> Result<Lock> {
        let start = Instant::now();
        loop {
            if let Some(lock) = Lock::try_acquire(path)? {
                return Ok(lock);
            }
            let left = wait.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Err(Lock::busy(path, wait));
            }
            std::thread::sleep(PAUSE.min(left));
        }
    }

    /// Takes the lock if it is free; `None` if it is held, in this process or another.
    ///
    /// # Errors
    /// The lock file cannot be made or written, or its file system has no locks.
    pub fn try_acquire(path: &Path) -> Result<Option<Lock>> {
        let failed = |e: io::Error| {
            Error::new(format!("The lock {} could not be taken.", path.display()))
                .because(e)
                .hint("Check the free space, that you may write the folder, and that its file system knows locks.")
        };
        // Not truncated: until the lock is ours, the content is the holder's.
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {
                let mut lock = Lock { file };
                // Only for the message of others: a full disk must not forbid a change that frees space.
                let _ = lock.write_holder();
                Ok(Some(lock))
            }
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(e)) => Err(failed(e)),
        }
    }

    /// Who holds the lock, or held it last and died; `None` where the file does not say.
    pub fn holder(path: &Path) -> Option<Holder> {
        serde_json::from_slice(&fs::read(path).ok()?).ok()
    }

    /// Whether the lock is held, in this process or another. Needs no more than reading: a lock file that cannot be opened
    /// counts as free.
    ///
    /// The question shares the lock for a moment, so that those who take it have to try more than once.
    pub fn is_held(path: &Path) -> bool {
        let Ok(file) = File::open(path) else { return false };
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    }

    fn write_holder(&mut self) -> io::Result<()> {
        // People read it, and they do not count in parts of a second.
        let now = Timestamp::now();
        let since = Timestamp::from_second(now.as_second()).unwrap_or(now);
        let holder = Holder { pid: std::process::id(), user: audit::user(), since };
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(serde_json::to_string(&holder)?.as_bytes())
    }

    fn busy(path: &Path, wait: Duration) -> Error {
        let error = Error::new(format!("Another change is going on, and did not end in {} s.", wait.as_secs_f32()));
        match Lock::holder(path) {
            Some(Holder { pid, user, since }) => error
                .because(format!("process {pid} of {user} has held the lock {} since {since}", path.display()))
                .hint(format!("Wait and try again; if it hangs, end process {pid}.")),
            None => error.because(format!("somebody holds the lock {}", path.display())).hint("Wait and try again."),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Best effort both: closing the file releases the lock in any case.
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    #[test]
    fn a_held_lock_is_refused_with_its_holder_and_free_after_drop() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.lock");
        let lock = Lock::acquire(&path, Duration::ZERO).unwrap();
        assert!(Lock::try_acquire(&path).unwrap().is_none());
        assert!(Lock::is_held(&path));
        let error = Lock::acquire(&path, Duration::from_millis(30)).unwrap_err();
        let cause = &error.causes[0];
        assert!(cause.contains(&format!("process {} of {}", std::process::id(), audit::user())), "{error}");
        drop(lock);
        assert!(!Lock::is_held(&path) && !Lock::is_held(&dir.path().join("none")));
        assert_eq!(Lock::holder(&path), None);
        assert!(Lock::try_acquire(&path).unwrap().is_some());
    }

    #[test]
    fn a_waiter_gets_the_lock_when_it_is_released() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.lock");
        let lock = Lock::acquire(&path, Duration::ZERO).unwrap();
        let waiter = std::thread::spawn({
            let path = path.clone();
            move || Lock::acquire(&path, Duration::from_secs(30)).map(drop)
        });
        drop(lock);
        assert_eq!(waiter.join().unwrap(), Ok(()));
    }

    #[test]
    fn a_folder_that_is_missing_is_told() {
        let error = Lock::try_acquire(Path::new("/no/such/folder/x.lock")).unwrap_err();
        assert!(error.what.contains("x.lock") && error.hint.is_some());
    }

    const LOCK_TO_DIE_WITH: &str = "PROPENSITY_TEST_LOCK";

    #[test]
    fn the_lock_of_a_process_that_dies_is_free() {
        // The test is its own other process.
        if let Some(path) = std::env::var_os(LOCK_TO_DIE_WITH) {
            let _lock = Lock::acquire(Path::new(&path), Duration::ZERO).unwrap();
            std::process::abort();
        }
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.lock");
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "store::lock::tests::the_lock_of_a_process_that_dies_is_free"])
            .env(LOCK_TO_DIE_WITH, &path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(!status.success());
        // It died holding the lock: its name is still in the file.
        assert_ne!(Lock::holder(&path).map(|h| h.pid), None);
        assert!(Lock::try_acquire(&path).unwrap().is_some());
    }
}
