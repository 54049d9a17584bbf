//! A corpus file becomes an index of one segment.
//!
//! Words have frequencies, positions and field norms; nothing is stored. Number and month are fast fields, one value a document (an
//! undated one has month code 0), which makes them full columns, the fastest to read in blocks. One thread with a large arena writes
//! them in the order of the corpus, in one segment if the arena holds it all, else what it wrote is merged in that order.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use tantivy::indexer::NoMergePolicy;
use tantivy::schema::{
    IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions, FAST,
};
use tantivy::store::Compressor;
use tantivy::{Index, IndexSettings, IndexWriter, TantivyDocument};

use crate::months;
use crate::Failure;

pub const WORDS: &str = "words";
pub const NUMBER: &str = "number";
pub const MONTH: &str = "month";

const ARENA_BYTES: usize = 3 << 30;

/// `tokenizer` is one of Tantivy's own: "whitespace" for tokens, "en_stem" for texts.
pub fn build(corpus: &Path, directory: &Path, tokenizer: &str) -> Result<(), Failure> {
    if directory.exists() {
        std::fs::remove_dir_all(directory)?;
    }
    std::fs::create_dir_all(directory)?;
    let settings = IndexSettings {
        docstore_compression: Compressor::None,
        ..IndexSettings::default()
    };
    let index = Index::builder()
        .schema(schema(tokenizer))
        .settings(settings)
        .create_in_dir(directory)?;
    let mut writer: IndexWriter = index.writer_with_num_threads(1, ARENA_BYTES)?;
    writer.set_merge_policy(Box::new(NoMergePolicy));
    add_all(corpus, &index, &writer)?;
    writer.commit()?;
    merge_to_one(&index, &mut writer)?;
    writer.wait_merging_threads()?;
    Ok(())
}

fn schema(tokenizer: &str) -> Schema {
    let mut builder = Schema::builder();
    let words = TextFieldIndexing::default()
        .set_tokenizer(tokenizer)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions)
        .set_fieldnorms(true);
    builder.add_text_field(WORDS, TextOptions::default().set_indexing_options(words));
    builder.add_u64_field(NUMBER, NumericOptions::from(FAST));
    builder.add_u64_field(MONTH, NumericOptions::from(FAST));
    builder.build()
}

fn add_all(corpus: &Path, index: &Index, writer: &IndexWriter) -> Result<(), Failure> {
    let schema = index.schema();
    let words = schema.get_field(WORDS)?;
    let number = schema.get_field(NUMBER)?;
    let month = schema.get_field(MONTH)?;
    for line in BufReader::with_capacity(1 << 20, File::open(corpus)?).lines() {
        let line = line?;
        let parts: Vec<&str> = line.splitn(3, '\t').collect();
        let [number_text, month_text, tokens] = parts[..] else {
            return Err(format!("not NUMBER<TAB>YYYY-MM<TAB>TOKENS: {line}").into());
        };
        let mut document = TantivyDocument::default();
        document.add_u64(number, number_text.parse()?);
        document.add_u64(month, months::code_of(month_text)?);
        document.add_text(words, tokens);
        writer.add_document(document)?;
    }
    Ok(())
}

fn merge_to_one(index: &Index, writer: &mut IndexWriter) -> Result<(), Failure> {
    let searcher = index.reader()?.searcher();
    let mut segments = Vec::new();
    for segment in searcher.segment_readers() {
        let first = segment.fast_fields().u64(NUMBER)?.first(0);
        segments.push((first, segment.segment_id()));
    }
    if segments.len() > 1 {
        segments.sort();
        let ids: Vec<_> = segments.into_iter().map(|(_, id)| id).collect();
        writer.merge(&ids).wait()?;
        writer.garbage_collect_files().wait()?;
    }
    Ok(())
}
