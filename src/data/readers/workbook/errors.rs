//! What is said of a workbook that cannot be read. Called by `book` and by `file`.

use crate::data::readers::source_file::SourceFile;
use crate::error::Error;

/// A workbook with a larger part that must be held in memory is refused.
pub(in crate::data::readers) const LARGEST_PART: u64 = 2 << 30;

pub(in crate::data::readers) fn damaged(file: &SourceFile, why: impl std::fmt::Display) -> Error {
    let why = why.to_string();
    let protected = why.to_lowercase().contains("password");
    let error = Error::new(format!("The file {} is not a whole workbook.", file.display_name())).because(why);
    error.hint(if protected {
        "Open it and save it without a password."
    } else {
        "It may be cut short, protected by a password or of another format: save or export it again."
    })
}

pub(in crate::data::readers) fn too_large(file: &SourceFile) -> Error {
    Error::new(format!("The workbook {} is too large.", file.display_name()))
        .because(format!("a part of it that is held in memory is larger than {} GiB", LARGEST_PART >> 30))
        .hint("Save it as CSV.")
}
