//! Months as small codes, and how many matches each has.
//!
//! `Months` is a collector that wants no scores and counts codes in a plain array. Alone it is handed blocks of documents, beside
//! TopDocs one document at a time.

use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::ColumnValues;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader, COLLECT_BLOCK_BUFFER_LEN};

use crate::indexer::MONTH;
use crate::Failure;

const FIRST_YEAR: u64 = 1600;
const MONTHS_A_YEAR: u64 = 12;

/// The code of YYYY-MM, 0 of the empty text: months since the first of FIRST_YEAR, from 1.
pub fn code_of(text: &str) -> Result<u64, Failure> {
    if text.is_empty() {
        return Ok(0);
    }
    let month = text.split_once('-').and_then(|(year, month)| {
        let year: u64 = year.parse().ok()?;
        let month: u64 = month.parse().ok()?;
        let fits = (FIRST_YEAR..=9999).contains(&year) && (1..=MONTHS_A_YEAR).contains(&month);
        fits.then(|| (year - FIRST_YEAR) * MONTHS_A_YEAR + month)
    });
    month.ok_or_else(|| format!("not a month since {FIRST_YEAR}: {text}").into())
}

/// YYYY-MM of a code above 0.
pub fn text_of(code: usize) -> String {
    let months = code as u64 - 1;
    format!(
        "{:04}-{:02}",
        FIRST_YEAR + months / MONTHS_A_YEAR,
        months % MONTHS_A_YEAR + 1
    )
}

/// Counts matches by month code.
pub struct Months;

pub struct SegmentMonths {
    codes: Arc<dyn ColumnValues<u64>>,
    block: [u64; COLLECT_BLOCK_BUFFER_LEN],
    counts: Vec<u32>,
}

impl Collector for Months {
    type Fruit = Vec<u32>;
    type Child = SegmentMonths;

    fn for_segment(
        &self,
        _ordinal: SegmentOrdinal,
        segment: &SegmentReader,
    ) -> tantivy::Result<SegmentMonths> {
        let codes = segment.fast_fields().u64(MONTH)?.values;
        let counts = vec![0; codes.max_value() as usize + 1];
        Ok(SegmentMonths {
            codes,
            block: [0; COLLECT_BLOCK_BUFFER_LEN],
            counts,
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Vec<u32>>) -> tantivy::Result<Vec<u32>> {
        Ok(segments.into_iter().next().unwrap_or_default())
    }
}

impl SegmentCollector for SegmentMonths {
    type Fruit = Vec<u32>;

    fn collect(&mut self, doc: DocId, _score: Score) {
        self.counts[self.codes.get_val(doc) as usize] += 1;
    }

    fn collect_block(&mut self, docs: &[DocId]) {
        let block = &mut self.block[..docs.len()];
        self.codes.get_vals(docs, block);
        for code in block {
            self.counts[*code as usize] += 1;
        }
    }

    fn harvest(self) -> Vec<u32> {
        self.counts
    }
}
