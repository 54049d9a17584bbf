//! The text of a query: `a b` has any of the words, `+a +b` all of them, `"a b"` the phrase. A plus may stand before a phrase, and
//! words and phrases may be mixed.

use tantivy::query::{BooleanQuery, EmptyQuery, Occur, PhraseQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::Term;

pub fn parse(text: &str, words: Field) -> Box<dyn Query> {
    let mut parts: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    let mut rest = text.trim_start_matches(' ');
    while !rest.is_empty() {
        let occur = match rest.strip_prefix('+') {
            Some(after) => {
                rest = after;
                Occur::Must
            }
            None => Occur::Should,
        };
        let (part, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => rest.split_once(' ').unwrap_or((rest, "")),
        };
        let terms: Vec<Term> = part
            .split(' ')
            .filter(|word| !word.is_empty())
            .map(|word| Term::from_field_text(words, word))
            .collect();
        if let Some(query) = term_or_phrase(terms) {
            parts.push((occur, query));
        }
        rest = after.trim_start_matches(' ');
    }
    match parts.len() {
        0 => Box::new(EmptyQuery),
        1 => parts.remove(0).1,
        _ => Box::new(BooleanQuery::new(parts)),
    }
}

fn term_or_phrase(mut terms: Vec<Term>) -> Option<Box<dyn Query>> {
    match terms.len() {
        0 => None,
        1 => Some(Box::new(TermQuery::new(
            terms.remove(0),
            IndexRecordOption::WithFreqs,
        ))),
        _ => Some(Box::new(PhraseQuery::new(terms))),
    }
}
