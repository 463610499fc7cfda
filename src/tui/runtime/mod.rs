//! Runs the screens in the terminal: the event loop and its threads. One channel of messages, a few threads, nothing while
//! idle.
//!
//! | file | thread | does |
//! |---|---|---|
//! | `event_loop` | main | waits for messages, updates, draws, hands out the effects |
//! | `startup` | main | the state at the start |
//! | `input` | input | reads keys |
//! | `input` | signals | SIGTERM, SIGHUP, SIGCONT |
//! | `watcher` | watcher | looks once a second for changes made elsewhere, follows live runs and the catalog |
//! | `effects` | effects | changes of the store, one after the other |
//! | `estimator` | estimator | counts goals on the catalog; only the last question counts |
//! | `reader` | reader, tasks | reads scored profiles; searches and exports on threads of their own |
//! | `thread` | | starts the threads |

mod effects;
mod estimator;
mod event_loop;
mod input;
mod reader;
mod startup;
mod thread;
mod watcher;

pub use event_loop::run;
