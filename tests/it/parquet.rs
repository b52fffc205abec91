//! A table of replies, held against the same replies as JSON Lines.

use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::record::{Field, Row};
use parquet::schema::parser::parse_message_type;
use std::collections::HashMap;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

/// `score` is of an earlier scan; `tags` nothing that a scan can read.
const SCHEMA: &str = "
    message replies {
        required int64 id;
        optional binary text (STRING);
        optional group tags (LIST) { repeated group list { optional int32 element; } }
        required int32 score;
        optional binary customer (STRING);
    }
";

const REPLIES: [Option<&str>; 4] =
    [Some("Who handled your case last?"), Some("Your “new” card is on its way."), None, Some("")];

const CUSTOMERS: [Option<&str>; 3] = [None, Some("I was charged twice!"), Some("When do you open?")];

/// More rows than are judged at a time, and a group with few.
const GROUPS: [usize; 2] = [4100, 3];

fn rows() -> impl Iterator<Item = (Option<&'static str>, Option<&'static str>)> {
    (0..GROUPS.iter().sum()).map(|row: usize| (REPLIES[row % REPLIES.len()], CUSTOMERS[row % CUSTOMERS.len()]))
}

fn write(path: &Path, compression: Compression) {
    let schema = Arc::new(parse_message_type(SCHEMA).expect("a schema"));
    let note = |key: &str| KeyValue::new(key.into(), Some("said by others".into()));
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_key_value_metadata(Some(vec![note("ARROW:schema"), note("ours")]))
        .set_bloom_filter_enabled(true);
    let file = File::create(path).expect("a file");
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties.build())).expect("a writer");
    let mut all = rows().enumerate();
    for size in GROUPS {
        let rows: Vec<_> = all.by_ref().take(size).collect();
        let mut group = writer.next_row_group().expect("a group");
        let texts = |pick: fn(&(Option<&'static str>, Option<&'static str>)) -> Option<&'static str>| {
            let values: Vec<_> = rows.iter().filter_map(|(_, row)| pick(row)).map(ByteArray::from).collect();
            let levels: Vec<_> = rows.iter().map(|(_, row)| i16::from(pick(row).is_some())).collect();
            (values, levels)
        };
        let mut column = group.next_column().expect("no fault").expect("a column");
        let ids: Vec<_> = rows.iter().map(|(row, _)| *row as i64).collect();
        column.typed::<Int64Type>().write_batch(&ids, None, None).expect("written");
        column.close().expect("closed");
        let mut column = group.next_column().expect("no fault").expect("a column");
        let (values, levels) = texts(|row| row.0);
        column.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None).expect("written");
        column.close().expect("closed");
        let mut column = group.next_column().expect("no fault").expect("a column");
        let tags: Vec<_> = (0..2 * size as i32).collect();
        let again: Vec<_> = (0..2 * size).map(|tag| (tag % 2) as i16).collect();
        column.typed::<Int32Type>().write_batch(&tags, Some(&vec![3; 2 * size]), Some(&again)).expect("written");
        column.close().expect("closed");
        let mut column = group.next_column().expect("no fault").expect("a column");
        column.typed::<Int32Type>().write_batch(&vec![-7; size], None, None).expect("written");
        column.close().expect("closed");
        let mut column = group.next_column().expect("no fault").expect("a column");
        let (values, levels) = texts(|row| row.1);
        column.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None).expect("written");
        column.close().expect("closed");
        group.close().expect("closed");
    }
    writer.close().expect("closed");
}

fn scan(folder: &Path, args: &[&str], stdin: Stdio) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_replylint"));
    command.args(["scan", "--reply-field", "text"]).args(args).current_dir(folder).stdin(stdin);
    command.output().expect("it runs")
}

fn read(path: &Path) -> (SerializedFileReader<File>, Vec<HashMap<String, Field>>) {
    let reader = SerializedFileReader::new(File::open(path).expect("a file")).expect("Parquet");
    let fields = |row: Row| row.get_column_iter().map(|(name, field)| (name.clone(), field.clone())).collect();
    let rows = reader.get_row_iter(None).expect("rows").map(|row| fields(row.expect("a row"))).collect();
    (reader, rows)
}

#[test]
fn a_table_is_judged_as_lines_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let lines: String = rows()
        .enumerate()
        .map(|(id, (text, customer))| {
            serde_json::json!({ "id": id, "text": text, "customer": customer }).to_string() + "\n"
        })
        .collect();
    fs::write(folder.join("in.jsonl"), lines).expect("written");
    let lines = String::from_utf8(scan(folder, &["in.jsonl"], Stdio::null()).stdout).expect("text");

    let zstd = Compression::ZSTD(ZstdLevel::default());
    for compression in [Compression::UNCOMPRESSED, Compression::SNAPPY, zstd, Compression::LZ4_RAW] {
        write(&folder.join("in.parquet"), compression);
        let output = scan(folder, &["in.parquet", "--output-parquet", "out.parquet"], Stdio::null());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert_eq!(said, "1026 rows could not be checked; `error` says why.\n");

        let (before, old) = read(&folder.join("in.parquet"));
        let (after, new) = read(&folder.join("out.parquet"));
        assert_eq!((new.len(), lines.lines().count()), (old.len(), old.len()));
        for ((old, new), line) in old.iter().zip(&new).zip(lines.lines()) {
            for name in ["id", "text", "tags", "customer"] {
                assert_eq!(old[name], new[name], "{line}");
            }
            match (&new["findings"], &new["score"], &new["error"]) {
                // A reply without a word has no score.
                (Field::Str(findings), score, Field::Null) => {
                    let score = score.to_string();
                    assert!(line.ends_with(&format!("\"findings\":{findings},\"score\":{score}}}")), "{line}");
                }
                (Field::Null, Field::Null, Field::Str(error)) => assert!(line.contains(error.as_str()), "{line}"),
                other => panic!("{other:?} for {line}"),
            }
        }
        let names = |reader: &SerializedFileReader<File>| {
            let fields = reader.metadata().file_metadata().schema_descr().root_schema().get_fields().to_vec();
            fields.iter().map(|field| field.name().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(&after), ["id", "text", "tags", "customer", "findings", "score", "suppressed", "error"]);
        let notes = after.metadata().file_metadata().key_value_metadata().expect("notes");
        assert_eq!(notes.iter().map(|note| note.key.as_str()).collect::<Vec<_>>(), ["ours"]);
        let groups = |reader: &SerializedFileReader<File>| -> Vec<_> {
            reader.metadata().row_groups().iter().map(|group| group.num_rows()).collect()
        };
        assert_eq!(groups(&before), groups(&after));
        assert!(after.metadata().row_group(0).column(1).bloom_filter_offset().is_some(), "it is copied, too");
    }
}

#[test]
fn what_is_no_table_leaves_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    write(&folder.join("in.parquet"), Compression::SNAPPY);
    let whole = fs::read(folder.join("in.parquet")).expect("read");
    fs::write(folder.join("text"), "no table").expect("written");
    fs::write(folder.join("cut"), &whole[..whole.len() / 2]).expect("written");
    let (reader, _) = read(&folder.join("in.parquet"));
    let texts = reader.metadata().row_group(0).column(1).byte_range();
    let mut torn = whole.clone();
    torn[texts.0 as usize..][..texts.1 as usize].fill(0xff);
    fs::write(folder.join("torn"), torn).expect("written");
    fs::write(folder.join("out"), "as it was").expect("written");
    let cases: [(&[&str], &str); 6] = [
        (&["text"], "cannot read `text` as Parquet: "),
        (&["cut"], "cannot read `cut` as Parquet: "),
        (&["torn"], "cannot copy `torn` to `out`: "),
        (&["absent"], "cannot read `absent`: no such file or folder\n"),
        (&["."], "cannot read `.`: it is a folder\n"),
        (&["in.parquet", "--reply-field", "tags"], "`in.parquet` has no column of text named `tags`\n"),
    ];
    for (args, expected) in cases {
        let mut command = Command::new(env!("CARGO_BIN_EXE_replylint"));
        let reply = if args.len() == 1 { &["--reply-field", "text"][..] } else { &[] };
        command.arg("scan").args(args).args(reply).args(["--output-parquet", "out"]).current_dir(folder);
        let output = command.output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(expected), "{args:?}: {said}");
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert_eq!(fs::read_to_string(folder.join("out")).expect("read"), "as it was");
        assert_eq!(fs::read_dir(folder).expect("a folder").count(), 5, "{args:?} leaves nothing beside it");
    }
}
