//! How many rows the sources hold, guessed before they are read: from the size of a file and the lines at its start, or
//! from what a Parquet file says of itself. Called by `stream` and the pipeline, which plan by it how
//! long a run takes.

use super::source_files::{self, Compression, Format, SourceFile};
use crate::config::{Config, SourceKind};
use parquet::file::reader::{FileReader, SerializedFileReader};
use std::fs::File;
use std::io::{BufReader, Read};

/// Bytes on the disk that are looked at.
const SAMPLE: u64 = 256 * 1024;

/// Rows by kind of source; 0 where nothing can be said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExpectedRows {
    /// Of persons.
    pub persons: u64,
    /// Of accounts.
    pub accounts: u64,
    /// Of opportunities.
    pub opportunities: u64,
    /// Of events.
    pub events: u64,
}

impl ExpectedRows {
    /// Guesses for all sources. Sources that cannot be looked at count nothing: the reading will say why.
    pub fn of(config: &Config) -> ExpectedRows {
        let mut rows = ExpectedRows::default();
        for source in &config.sources {
            let files = source_files::resolve(source, &config.folder).unwrap_or_default();
            let of_kind = match source.kind {
                SourceKind::Person => &mut rows.persons,
                SourceKind::Account => &mut rows.accounts,
                SourceKind::Opportunity => &mut rows.opportunities,
                SourceKind::Event => &mut rows.events,
            };
            *of_kind += files.iter().map(of_file).sum::<u64>();
        }
        rows
    }

    /// Of all kinds.
    pub fn total(&self) -> u64 {
        self.persons + self.accounts + self.opportunities + self.events
    }
}

/// Rows of one file. What is no plain file, such as a pipe, is not looked at: it can be read once only.
fn of_file(file: &SourceFile) -> u64 {
    let size = std::fs::metadata(&file.path).ok().filter(|m| m.is_file()).map_or(0, |m| m.len());
    let opened = if size > 0 { File::open(&file.path).ok() } else { None };
    let Some(opened) = opened else { return 0 };
    if file.format == Format::Parquet {
        let rows = SerializedFileReader::new(opened).map_or(0, |reader| reader.metadata().file_metadata().num_rows());
        return u64::try_from(rows).unwrap_or_default();
    }
    let sample = opened.take(SAMPLE);
    let lines = match file.compression {
        Compression::None => lines(sample),
        Compression::Gzip => lines(flate2::bufread::MultiGzDecoder::new(BufReader::new(sample))),
        Compression::Zstd => zstd::stream::read::Decoder::new(sample).map_or(0, lines),
    };
    let header = u64::from(file.format != Format::Ndjson);
    let all = lines as f64 * size as f64 / size.min(SAMPLE) as f64;
    (all as u64).saturating_sub(header)
}

/// Lines up to the end of the sample, at which a decompressor fails; a last one without its end counts too.
fn lines(mut text: impl Read) -> u64 {
    let mut buffer = vec![0; 64 * 1024];
    let (mut lines, mut last) = (0, b'\n');
    while let Ok(n @ 1..) = text.read(&mut buffer) {
        lines += buffer[..n].iter().filter(|&&byte| byte == b'\n').count() as u64;
        last = buffer[n - 1];
    }
    lines + u64::from(last != b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn of(name: &str, bytes: &[u8]) -> u64 {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(name), bytes).unwrap();
        let text = format!("[[source]]\nkind = \"event\"\npath = \"{name}\"\n");
        let config = Config { folder: dir.path().to_path_buf(), ..toml::from_str(&text).unwrap() };
        let rows = ExpectedRows::of(&config);
        assert_eq!(rows.total(), rows.events);
        rows.events
    }

    #[test]
    fn small_files_are_counted_and_large_ones_guessed_from_their_start() {
        assert_eq!(of("e.csv", b""), 0);
        assert_eq!(of("e.csv", b"a,b\n1,2\n3,4\n"), 2);
        assert_eq!(of("e.csv", b"a,b\n1,2\n3,4"), 2, "a last line without its end");
        assert_eq!(of("e.ndjson", b"{}\n{}\n"), 2);
        let text: String = (0..200_000).map(|row| format!("{row:06},{:04}\n", row * 7919 % 10_000)).collect();
        let close = |rows: u64| assert!((190_000..=210_000).contains(&rows), "{rows}");
        close(of("e.csv", text.as_bytes()));
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(text.as_bytes()).unwrap();
        close(of("e.csv.gz", &gzip.finish().unwrap()));
        close(of("e.csv.zst", &zstd::encode_all(text.as_bytes(), 3).unwrap()));
    }

    #[test]
    fn what_cannot_be_looked_at_counts_nothing() {
        assert_eq!(of("e.parquet", b"not parquet"), 0);
        assert_eq!(of("e.csv.gz", b"not gzip"), 0);
        let text = "[[source]]\nkind = \"event\"\npath = \"nowhere.csv\"\n";
        assert_eq!(ExpectedRows::of(&toml::from_str(text).unwrap()).total(), 0);
    }
}
