//! A table of replies: Parquet in, Parquet out.
//!
//! Columns are copied as they are encoded, whatever they hold; only those that are judged are read. A group of rows is judged in
//! small batches, so that memory does not grow with what is found.

use super::super::Workers;
use super::super::replace::Replacement;
use super::{Args, FINDINGS, Judged, Record, SCORE, SUPPRESSED};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::bloom_filter::Sbbf;
use parquet::column::reader::{ColumnReaderImpl, get_typed_column_reader};
use parquet::column::writer::ColumnCloseResult;
use parquet::data_type::{ByteArray, ByteArrayType, DataType, Int32Type};
use parquet::errors::{ParquetError, Result as Parquet};
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::properties::{WriterProperties, WriterPropertiesPtr};
use parquet::file::reader::{FileReader, RowGroupReader};
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{ColumnPath, SchemaDescriptor, Type, TypePtr};
use replylint::error::{Error, Result};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

/// How many rows are judged at a time.
const BATCH: usize = 4096;

/// The column that says why a row could not be checked.
const ERROR: &str = "error";

/// The columns that are added, in their order. Those of an earlier scan make way.
const ADDED: [&str; 4] = [FINDINGS, SCORE, SUPPRESSED, ERROR];

/// What Arrow and Spark note of all columns of a file, and heed before what the file itself says of them.
const NOTES: [&str; 2] = ["ARROW:schema", "org.apache.spark.sql.parquet.row.metadata"];

/// Writes a table anew with what is found in its replies, and says how many could not be checked.
///
/// # Errors
/// When the table cannot be read or written. What is at `to` is then left as it is.
pub(super) fn copy(
    from: &Path,
    to: &Path,
    args: &Args,
    workers: &Workers,
    judge: impl Fn(&Record<'_>) -> Judged + Send + Sync,
) -> Result<usize> {
    let failed = |error: std::io::Error| Error::io("read", from, &error);
    let unreadable = |error| Error::new(format!("cannot read `{}` as Parquet: {}", from.display(), reason(error)));
    let uncopied =
        |error| Error::new(format!("cannot copy `{}` to `{}`: {}", from.display(), to.display(), reason(error)));
    let file = File::open(from).map_err(failed)?;
    if file.metadata().map_err(failed)?.is_dir() {
        return Err(failed(std::io::ErrorKind::IsADirectory.into()));
    }
    let metadata = ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Optional);
    let metadata = metadata.parse_and_finish(&file).map_err(unreadable)?;
    let schema = metadata.file_metadata().schema_descr();
    let names = [&args.reply_field, &args.customer_field, &args.kind_field, &args.channel_field];
    let columns = names.map(|name| text(schema, name));
    if columns[0].is_none() {
        let message = format!("`{}` has no column of text named `{}`", from.display(), args.reply_field);
        return Err(Error::new(message).hint("`--reply-field NAME` names the column that holds the replies"));
    }

    let new = Replacement::begin(to)?;
    let mut unchecked = 0;
    let mut copy = || -> Parquet<()> {
        let table = SerializedFileReader::new(file.try_clone()?)?;
        let mut out = SerializedFileWriter::new(new.body(), with_added(schema)?, properties(&metadata))?;
        for index in 0..metadata.num_row_groups() {
            let mut group = out.next_row_group()?;
            copy_columns(&file, &metadata, index, &mut group)?;
            let rows = table.get_row_group(index)?;
            unchecked += add_columns(&*rows, columns, &names, workers, &judge, &mut group)?;
            group.close()?;
        }
        out.close().map(drop)
    };
    copy().map_err(uncopied)?;
    new.commit()?;
    Ok(unchecked)
}

/// The number of a column that holds a text in each row, or none.
fn text(schema: &SchemaDescriptor, name: &str) -> Option<usize> {
    (0..schema.num_columns()).find(|&index| {
        let column = schema.column(index);
        // Older writers do not say that bytes are text; whether they are is seen in each row.
        column.path().parts() == [name] && column.physical_type() == Physical::BYTE_ARRAY && column.max_rep_level() == 0
    })
}

/// The schema of the table that is written.
fn with_added(schema: &SchemaDescriptor) -> Parquet<TypePtr> {
    let root = schema.root_schema();
    let mut fields: Vec<_> = root.get_fields().iter().filter(|field| !is_added(field.name())).cloned().collect();
    for name in ADDED {
        let column = match name {
            FINDINGS | ERROR => {
                Type::primitive_type_builder(name, Physical::BYTE_ARRAY).with_logical_type(Some(LogicalType::String))
            }
            _ => Type::primitive_type_builder(name, Physical::INT32),
        };
        fields.push(Arc::new(column.with_repetition(Repetition::OPTIONAL).build()?));
    }
    Type::group_type_builder(root.name()).with_fields(fields).build().map(Arc::new)
}

fn is_added(name: &str) -> bool {
    ADDED.contains(&name)
}

/// How it is written: what is found is long, and alike from row to row.
fn properties(metadata: &ParquetMetaData) -> WriterPropertiesPtr {
    let noted = metadata.file_metadata().key_value_metadata().cloned();
    let noted = noted.map(|noted| noted.into_iter().filter(|note| !NOTES.contains(&note.key.as_str())).collect());
    let properties = WriterProperties::builder()
        .set_key_value_metadata(noted)
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_column_dictionary_enabled(ColumnPath::from(FINDINGS), false);
    Arc::new(properties.build())
}

/// Copies the columns of a group of rows, byte by byte.
fn copy_columns<W: Write + Send>(
    file: &File,
    metadata: &ParquetMetaData,
    index: usize,
    group: &mut SerializedRowGroupWriter<'_, W>,
) -> Parquet<()> {
    let rows = metadata.row_group(index);
    for (place, column) in rows.columns().iter().enumerate() {
        if column.column_path().parts().first().is_some_and(|name| is_added(name)) {
            continue;
        }
        let pages = metadata.page_index();
        let written = ColumnCloseResult {
            bytes_written: column.compressed_size().unsigned_abs(),
            rows_written: rows.num_rows().unsigned_abs(),
            metadata: column.clone(),
            bloom_filter: Sbbf::read_from_column_chunk(column, file)?,
            column_index: pages.and_then(|pages| pages.column_index(index, place)).cloned(),
            offset_index: pages.and_then(|pages| pages.offset_index(index, place)).cloned(),
        };
        group.append_column(file, written)?;
    }
    Ok(())
}

/// Judges a group of rows, and writes what is found.
fn add_columns<W: Write + Send>(
    rows: &dyn RowGroupReader,
    columns: [Option<usize>; 4],
    names: &[&String; 4],
    workers: &Workers,
    judge: &(impl Fn(&Record<'_>) -> Judged + Send + Sync),
    group: &mut SerializedRowGroupWriter<'_, W>,
) -> Parquet<usize> {
    let mut readers = Vec::new();
    for column in columns {
        readers.push(column.map(|column| Texts::new(rows, column)).transpose()?);
    }
    let (mut scores, mut suppressed, mut errors) = (Optional::default(), Optional::default(), Optional::default());
    let mut left = usize::try_from(rows.metadata().num_rows()).unwrap_or_default();
    let mut column = group.next_column()?.ok_or_else(|| ParquetError::General("no column for what is found".into()))?;
    while left > 0 {
        let wanted = left.min(BATCH);
        left -= wanted;
        let mut batch = vec![Row::default(); wanted];
        for (place, reader) in readers.iter_mut().enumerate() {
            let Some(reader) = reader else { continue };
            for (row, text) in batch.iter_mut().zip(reader.next(wanted)?) {
                row[place] = text;
            }
        }
        let mut findings = Optional::default();
        for answer in workers.map(&batch, |row| answer(row, names, judge)) {
            let (judged, error) = match answer {
                Ok(judged) => (Some(judged), None),
                Err(error) => (None, Some(error)),
            };
            scores.push(judged.as_ref().and_then(|judged| judged.score).map(u32::cast_signed));
            let count = judged.as_ref().map(|judged| judged.suppressed).filter(|count| *count > 0);
            suppressed.push(count.and_then(|count| i32::try_from(count).ok()));
            findings.push(judged.map(|judged| ByteArray::from(judged.findings.into_bytes())));
            errors.push(error.map(|error| ByteArray::from(error.into_bytes())));
        }
        column.typed::<ByteArrayType>().write_batch(&findings.values, Some(&findings.levels), None)?;
    }
    column.close()?;
    let unchecked = errors.values.len();
    scores.write::<Int32Type, W>(group)?;
    suppressed.write::<Int32Type, W>(group)?;
    errors.write::<ByteArrayType, W>(group)?;
    Ok(unchecked)
}

/// The texts of a row: the reply, the customer's message, the kind and the channel.
type Row = [Option<ByteArray>; 4];

/// What is found in a row, or why it could not be checked.
fn answer(
    row: &Row,
    names: &[&String; 4],
    judge: &impl Fn(&Record<'_>) -> Judged,
) -> std::result::Result<Judged, String> {
    let mut texts = [None; 4];
    for ((text, bytes), name) in texts.iter_mut().zip(row).zip(names) {
        let Some(bytes) = bytes else { continue };
        let read = str::from_utf8(bytes.data());
        *text = Some(read.map_err(|e| format!("`{name}` is not UTF-8 text (byte {})", e.valid_up_to()))?);
    }
    let [reply, customer, kind, channel] = texts;
    let reply = reply.ok_or_else(|| format!("`{}` is null, not a string", names[0]))?;
    Ok(judge(&Record { reply, customer, kind, channel }))
}

/// A column of texts, read from its first row on.
struct Texts {
    reader: ColumnReaderImpl<ByteArrayType>,
    /// The level at which a row has a text.
    present: i16,
}

impl Texts {
    fn new(rows: &dyn RowGroupReader, column: usize) -> Parquet<Self> {
        let present = rows.metadata().column(column).column_descr().max_def_level();
        Ok(Self { reader: get_typed_column_reader(rows.get_column_reader(column)?), present })
    }

    /// The texts of the next rows, so many.
    fn next(&mut self, wanted: usize) -> Parquet<Vec<Option<ByteArray>>> {
        let (mut values, mut levels, mut count) = (Vec::new(), Vec::new(), 0);
        while count < wanted {
            let (rows, ..) = self.reader.read_records(wanted - count, Some(&mut levels), None, &mut values)?;
            if rows == 0 {
                return Err(ParquetError::General("a column ends before its rows do".into()));
            }
            count += rows;
        }
        let mut values = values.into_iter();
        let is_present = |row| self.present == 0 || levels.get(row) == Some(&self.present);
        Ok((0..count).map(|row| is_present(row).then(|| values.next()).flatten()).collect())
    }
}

/// A column that is written, in which a row may have no value.
struct Optional<T> {
    values: Vec<T>,
    levels: Vec<i16>,
}

impl<T> Default for Optional<T> {
    fn default() -> Self {
        Self { values: Vec::new(), levels: Vec::new() }
    }
}

impl<T> Optional<T> {
    fn push(&mut self, value: Option<T>) {
        self.levels.push(i16::from(value.is_some()));
        self.values.extend(value);
    }

    fn write<D: DataType<T = T>, W: Write + Send>(&self, group: &mut SerializedRowGroupWriter<'_, W>) -> Parquet<()> {
        let column = group.next_column()?;
        let mut column = column.ok_or_else(|| ParquetError::General("no column for what is found".into()))?;
        column.typed::<D>().write_batch(&self.values, Some(&self.levels), None)?;
        column.close()
    }
}

/// What the reader and the writer say, without their names for it.
fn reason(error: ParquetError) -> String {
    match error {
        ParquetError::General(reason) | ParquetError::EOF(reason) | ParquetError::NYI(reason) => reason,
        error => error.to_string(),
    }
}
