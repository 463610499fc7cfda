//! What goes on beside a run as long as it lives, whatever the run is doing: a heartbeat in its journal, and a look
//! whether somebody asked it to stop. Called by [`execute`](super::execute).

use crate::pipeline::stages::Recorder;
use crate::runs::layout::CANCEL_REQUEST;
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// Between two heartbeats.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(2);
/// Between two looks for a request.
const CANCEL_POLL_INTERVAL: Duration = Duration::from_millis(200);

/// Does the work; the pulse ends with it.
pub(crate) fn while_running<T>(recorder: &Recorder<'_>, folder: &Path, work: impl FnOnce() -> T) -> T {
    std::thread::scope(|scope| {
        // Dropped when the work is done, even by a panic, and that ends the thread.
        let (_alive, over) = mpsc::channel::<()>();
        scope.spawn(move || {
            let mut beaten = Instant::now();
            while over.recv_timeout(CANCEL_POLL_INTERVAL) == Err(RecvTimeoutError::Timeout) {
                if folder.join(CANCEL_REQUEST).exists() {
                    recorder.request_cancel();
                }
                if beaten.elapsed() >= HEARTBEAT_INTERVAL {
                    beaten = Instant::now();
                    recorder.heartbeat();
                }
            }
        });
        work()
    })
}
