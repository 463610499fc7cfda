//! Runs as processes of their own: started, followed, cancelled, repeated. Called by the command line and the screens.
//!
//! In the order of a run's life:
//!
//! | file | what it does |
//! |---|---|
//! | [`spawn`] | starts the worker process, and waits for its answer |
//! | [`worker`] | the worker process: a session of its own, its log |
//! | [`execute`] | lock, live folder, the pipeline in a thread pool, publication |
//! | [`heartbeat`] | what goes on beside the pipeline: sign of life, requests to cancel |
//! | [`follow`] | what a live run is doing |
//! | [`cancel`] | stops a live run |
//! | [`worker_result`] | what came of a run that another process made |
//! | [`verify`] | repeats a run and compares the scores byte by byte |

pub mod cancel;
pub mod execute;
pub mod follow;
pub mod heartbeat;
pub mod spawn;
pub mod verify;
pub mod worker;
pub mod worker_result;
