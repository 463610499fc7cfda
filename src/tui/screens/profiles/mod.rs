//! The Profiles screen: the scored persons or accounts of one score, one of them in full, and what drives the score over
//! all. What it shows is read by the reader thread; `update` asks and takes what it answers ([`Request`], [`Response`]).
//!
//! `state`, `update` and `view` as everywhere; `hints` is what the foot of the screen tells; `messages` go to the reader and come back, `responses` takes them in. `rows`
//! asks for the rows that are shown, `search` finds some, `submit` does what was entered in a prompt, `clipboard` writes
//! what is copied. `list` draws the list with its `column`s as `layout` has room for them; `page` is one profile, `factors`
//! what drives the score.

mod clipboard;
mod column;
mod factors;
mod hints;
mod layout;
mod list;
mod messages;
mod page;
mod responses;
mod rows;
mod search;
mod state;
mod submit;
mod update;
mod view;

pub use clipboard::CopyFormat;
pub use column::Column;
pub use hints::hints;
pub use messages::{OpenedScores, Request, Response};
pub use page::related;
pub use responses::on_response;
pub use state::{Focus, Profiles, Task};
pub use submit::{abandon, preview, submit};
pub use update::{copy, open, paste, resize, sort_by, sort_columns, text_key, toggle_column, update};
pub use view::view;
