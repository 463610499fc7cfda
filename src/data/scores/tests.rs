//! Scores files written and read back.
