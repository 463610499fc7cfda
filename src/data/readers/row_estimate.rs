//! How many rows the sources hold, guessed before they are read: from the size of a file and the lines at its start, or
//! from what a Parquet file or a workbook says of itself. Called by `stream` and the pipeline, which plan by it how
//! long a run takes.

use super::source_files::{self, Compression, Format, SourceFile};
use super::{archive, json};
use crate::config::{Config, SourceKind};
use parquet::file::reader::{FileReader, SerializedFileReader};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

/// Bytes on the disk that are looked at.
const SAMPLE: u64 = 256 * 1024;
/// Bytes of what these unpack to that are looked at, at most.
const UNPACKED: u64 = 64 << 20;
/// Bytes at the start of a sheet that say how many rows it has.
const SHEET_START: u64 = 4 * 1024;

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
    if let Some(member) = &file.member {
        return archive::read_member(&file.path, member, |input, size| Ok(of_text(file, input, size))).unwrap_or(0);
    }
    let opened = if size > 0 { File::open(&file.path).ok() } else { None };
    let Some(opened) = opened else { return 0 };
    match file.format {
        Format::Parquet => {
            let rows =
                SerializedFileReader::new(opened).map_or(0, |reader| reader.metadata().file_metadata().num_rows());
            u64::try_from(rows).unwrap_or_default()
        }
        Format::Xlsx => of_sheets(&file.path),
        _ => of_text(file, opened, size),
    }
}

/// Rows of a text of so many bytes, which are packed or not; of other formats nothing can be said.
fn of_text(file: &SourceFile, input: impl Read, size: u64) -> u64 {
    if file.format == Format::Parquet || file.format.is_workbook() {
        return 0;
    }
    let sample = input.take(SAMPLE);
    let rows = match file.compression {
        Compression::None => rows(file.format, sample),
        Compression::Gzip => rows(file.format, flate2::bufread::MultiGzDecoder::new(BufReader::new(sample))),
        Compression::Zstd => zstd::stream::read::Decoder::new(sample).map_or(0, |sample| rows(file.format, sample)),
    };
    let header = u64::from(!file.format.is_json());
    let all = rows as f64 * size as f64 / size.clamp(1, SAMPLE) as f64;
    (all as u64).saturating_sub(header)
}

/// Rows in the sample, the header among them.
fn rows(format: Format, sample: impl Read) -> u64 {
    let mut sample = sample.take(UNPACKED);
    if format != Format::Json {
        return lines(sample);
    }
    let mut text = Vec::new();
    // A decompressor fails at the end of the sample; what came before it counts.
    let _ = sample.read_to_end(&mut text);
    json::count_objects(&text)
}

/// Rows of the largest sheet below its header, as a workbook says it.
fn of_sheets(path: &Path) -> u64 {
    let is_sheet = |name: &str| name.starts_with("xl/worksheets/") && name.ends_with(".xml");
    let starts = archive::start_of_parts(path, is_sheet, SHEET_START);
    starts.iter().filter_map(|start| last_row(start)).max().unwrap_or_default().saturating_sub(1)
}

/// The last row of `<dimension ref="A1:F1000"/>`.
fn last_row(start: &[u8]) -> Option<u64> {
    let text = String::from_utf8_lossy(start);
    let (_, reference) = text.split_once("<dimension ref=\"")?;
    let (reference, _) = reference.split_once('"')?;
    let last = reference.rsplit(':').next()?;
    last.trim_start_matches(|c: char| c.is_ascii_alphabetic()).parse().ok()
}

/// Lines up to the end of the sample, at which a decompressor fails; a last one without its end counts too.
fn lines(mut text: impl Read) -> u64 {
    let mut buffer = vec![0; 64 * 1024];
    let (mut lines, mut returns, mut last) = (0, 0, b'\n');
    while let Ok(n @ 1..) = text.read(&mut buffer) {
        lines += memchr::memchr_iter(b'\n', &buffer[..n]).count() as u64;
        returns += memchr::memchr_iter(b'\r', &buffer[..n]).count() as u64;
        last = buffer[n - 1];
    }
    // UTF-16 ends in a zero byte after the line end, and old programs end their lines in CR alone.
    let breaks = if lines > 0 { lines } else { returns };
    breaks + u64::from(!matches!(last, b'\n' | b'\r' | 0))
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
    fn other_shapes_are_counted_too() {
        assert_eq!(of("e.csv", b"a,b\r1,2\r3,4\r"), 2);
        let utf16: Vec<u8> = "a,b\n1,2\n3,4\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(of("e.csv", &utf16), 2);
        assert_eq!(of("e.json", b"[\n {\"a\": {\"b\": [{}]}},\n {\"a\": \"}{\"}\n]"), 2);
        assert_eq!(of("e.json", b"{\"total\": 2, \"data\": [{\"a\": 1}, {\"a\": 2}, {}]}"), 3);
        assert_eq!(of("e.json", b"{\"a\": [1]}\n{\"a\": 2}\n"), 2);
        let table: String = (0..50_000).map(|row| format!("{row:06},x\n")).collect();
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        writer.start_file("a.csv", zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(table.as_bytes()).unwrap();
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("e.zip"), writer.finish().unwrap().into_inner()).unwrap();
        let config: Config = toml::from_str("[[source]]\nkind = \"event\"\npath = \"e.zip\"\n").unwrap();
        let rows = ExpectedRows::of(&Config { folder: dir.path().to_path_buf(), ..config }).total();
        assert!((49_000..=51_000).contains(&rows), "{rows}");
        assert_eq!(last_row(b"<worksheet><dimension ref=\"A1:F1000\"/>"), Some(1000));
    }

    #[test]
    fn what_cannot_be_looked_at_counts_nothing() {
        assert_eq!(of("e.parquet", b"not parquet"), 0);
        assert_eq!(of("e.csv.gz", b"not gzip"), 0);
        let text = "[[source]]\nkind = \"event\"\npath = \"nowhere.csv\"\n";
        assert_eq!(ExpectedRows::of(&toml::from_str(text).unwrap()).total(), 0);
    }
}
