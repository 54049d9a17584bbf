//! The Tantivy side of the comparison of engines: `index CORPUS INDEXDIR [plain|text]` builds an index, `serve INDEXDIR` answers timed
//! queries. What is indexed is in `indexer`, how it is asked in `server`.

mod indexer;
mod months;
mod query_text;
mod server;

use std::path::Path;
use std::process::ExitCode;

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["index", corpus, index] | ["index", corpus, index, "plain"] => {
            indexer::build(Path::new(corpus), Path::new(index), "whitespace")
        }
        ["index", corpus, index, "text"] => {
            indexer::build(Path::new(corpus), Path::new(index), "en_stem")
        }
        ["serve", index] => server::serve(Path::new(index)),
        _ => {
            eprintln!("usage: index CORPUS INDEXDIR [plain|text] | serve INDEXDIR");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("tantivy: {failure}");
            ExitCode::FAILURE
        }
    }
}
