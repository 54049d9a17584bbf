//! Answers queries, one a line, with the time of each run.
//!
//! One thread, one segment, mapped files. A run is timed from the text of the query until the best documents and their scores are
//! known; numbers are looked up after the clock has stopped. Best and count, or best and months, are collected in one pass, as Tantivy
//! documents it: two passes, the first pruned, gained nothing on an OR and twice lost on a phrase, whose positions are then read twice.

use std::fmt::Write as _;
use std::io::{BufRead, Write as _};
use std::path::Path;
use std::time::Instant;

use tantivy::collector::{Count, TopDocs};
use tantivy::columnar::Column;
use tantivy::query::Query;
use tantivy::schema::Field;
use tantivy::{DocAddress, Index, ReloadPolicy, Score, Searcher};

use crate::indexer::{NUMBER, WORDS};
use crate::months::{self, Months};
use crate::query_text;
use crate::Failure;

type Hits = Vec<(Score, DocAddress)>;

/// What one run found; a part that was not asked for is empty.
#[derive(Default)]
struct Found {
    best: Hits,
    total: Option<usize>,
    months: Vec<u32>,
}

struct Server {
    searcher: Searcher,
    words: Field,
    numbers: Column<u64>,
}

pub fn serve(directory: &Path) -> Result<(), Failure> {
    let index = Index::open_in_dir(directory)?;
    let reader = index
        .reader_builder()
        .reload_policy(ReloadPolicy::Manual)
        .try_into()?;
    let searcher: Searcher = tantivy::IndexReader::searcher(&reader);
    if searcher.segment_readers().len() != 1 {
        return Err("an index of one segment is expected".into());
    }
    let numbers = searcher.segment_reader(0).fast_fields().u64(NUMBER)?;
    let words = index.schema().get_field(WORDS)?;
    let server = Server {
        searcher,
        words,
        numbers,
    };
    let mut answers = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        if line == "QUIT" {
            break;
        }
        let answer = server
            .answer(&line)
            .unwrap_or_else(|failure| format!("error\t{failure}"));
        writeln!(answers, "{answer}")?;
        answers.flush()?;
    }
    Ok(())
}

impl Server {
    fn answer(&self, line: &str) -> Result<String, Failure> {
        let parts: Vec<&str> = line.splitn(3, '\t').collect();
        let [command, repeats_text, text] = parts[..] else {
            return Err("not COMMAND<TAB>REPEATS<TAB>QUERY".into());
        };
        let repeats: usize = repeats_text.parse().unwrap_or(0);
        if repeats < 1 {
            return Err(format!("not a number of repeats: {repeats_text}").into());
        }
        let mut times = Vec::with_capacity(repeats);
        let mut found = Found::default();
        for _ in 0..repeats {
            let start = Instant::now();
            found = self.run(command, text)?;
            times.push(start.elapsed().as_nanos().to_string());
        }
        let total = found.total.map_or("-1".to_string(), |n| n.to_string());
        Ok(format!(
            "{}\t{total}\t{}\t{}",
            times.join(","),
            months_text(&found.months),
            self.hits_text(&found.best)
        ))
    }

    fn run(&self, command: &str, text: &str) -> Result<Found, Failure> {
        let query = query_text::parse(text, self.words);
        let query = query.as_ref();
        let mut found = Found::default();
        match command {
            "TOP_10" => found.best = self.best(query, 10)?,
            "TOP_100" => found.best = self.best(query, 100)?,
            "TOP_1000" => found.best = self.best(query, 1000)?,
            "COUNT" => found.total = Some(query.count(&self.searcher)?),
            "TOP_10_COUNT" => {
                let both = (TopDocs::with_limit(10).order_by_score(), Count);
                let (best, total) = self.searcher.search(query, &both)?;
                found.best = best;
                found.total = Some(total);
            }
            "TOP_10_FACET" => {
                let both = (TopDocs::with_limit(10).order_by_score(), Months);
                let (best, months) = self.searcher.search(query, &both)?;
                found.best = best;
                found.months = months;
            }
            _ => return Err(format!("unknown command: {command}").into()),
        }
        Ok(found)
    }

    /// Nothing is counted: Tantivy passes over blocks that cannot be among the best.
    fn best(&self, query: &dyn Query, limit: usize) -> tantivy::Result<Hits> {
        self.searcher
            .search(query, &TopDocs::with_limit(limit).order_by_score())
    }

    fn hits_text(&self, hits: &Hits) -> String {
        let mut text = String::new();
        for (score, address) in hits {
            let separator = if text.is_empty() { "" } else { " " };
            let number = self
                .numbers
                .first(address.doc_id)
                .expect("every document has a number");
            let _ = write!(text, "{separator}{number}:{score}");
        }
        or_dash(text)
    }
}

fn months_text(counts: &[u32]) -> String {
    let mut text = String::new();
    for (code, count) in counts.iter().enumerate().skip(1) {
        if *count > 0 {
            let separator = if text.is_empty() { "" } else { "," };
            let _ = write!(text, "{separator}{}={count}", months::text_of(code));
        }
    }
    or_dash(text)
}

fn or_dash(text: String) -> String {
    if text.is_empty() {
        "-".to_string()
    } else {
        text
    }
}
