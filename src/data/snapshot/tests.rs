//! Snapshots written and read back.
