//! TODO

pub mod cancel;
pub mod execute;
pub mod follow;
pub mod heartbeat;
pub mod spawn;
pub mod verify;
pub mod worker;
pub mod worker_result;
