//! What a run holds against what was before.
//!
//! | file | what is compared |
//! |---|---|
//! | [`challenge`] | a new model with the champion, on the test rows of the new one |
//! | [`realised`] | what past runs predicted with what came |
//! | [`drift`] | features and scores now with those at the training of the model |

pub mod challenge;
pub mod drift;
pub mod realised;
