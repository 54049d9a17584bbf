/* lede.h -- the public interface of Lede, a full-text search engine for news.
 *
 *     lede_index *index;
 *     lede_results *results;
 *     lede_error error;
 *     if (lede_index_open("news.lede", NULL, &index, &error) != LEDE_OK) { ... error.message ... }
 *     lede_search(index, "summit minsk", 12, NULL, &results, &error);
 *     for (size_t i = 0; i < lede_results_hit_count(results); i++) {
 *         const lede_hit *hit = lede_results_hit(results, i);
 *         printf("%.4f %s\n", hit->score, hit->title.data);
 *     }
 *     lede_results_free(results);
 *     lede_index_close(index);
 *
 * Rules that hold throughout
 *   - A function that can fail returns a lede_status, LEDE_OK (0) on success. On failure its outputs
 *     are untouched and, where `error` is not NULL, *error says what and where. The caller owns the
 *     error struct; nothing in it is allocated.
 *   - Texts are UTF-8, given as pointer and length in bytes; invalid sequences are read as U+FFFD.
 *     A lede_text that the library hands out also has a NUL behind it; data is never NULL.
 *   - Of every pointer it is said whether it is *owned* (you free it, with which function),
 *     *borrowed* (valid until ...), or *copied* (the library keeps no reference).
 *   - An options struct begins with its size. Start from LEDE_..._OPTIONS_INIT and set what you need;
 *     a NULL options pointer means the defaults. A zero or NULL member means its default too, unless
 *     its comment says otherwise.
 *   - The library prints nothing, reads no environment variable, installs no signal handler and does
 *     not end the process (but for a failed assertion, which is a bug of ours).
 *   - Threads: a lede_index may be used by any number of threads at once, lede_index_close excepted.
 *     A lede_writer, lede_analyzer, lede_results, lede_stored or lede_terms is for one thread at a time.
 *     Any number of processes may read an index while one writes.
 *   - Files are memory-mapped. A file that another program cuts short while it is mapped raises
 *     SIGBUS, as with every memory map; Lede never does that to its own files.
 */
#ifndef LEDE_H
#define LEDE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define LEDE_API __attribute__((visibility("default")))
#else
#define LEDE_API
#endif

#define LEDE_VERSION_MAJOR 0
#define LEDE_VERSION_MINOR 1
#define LEDE_VERSION_PATCH 0

/* "0.1.0" of the library that runs, which may be newer than the header. Static storage. */
LEDE_API const char *lede_version(void);

/* ---- status and errors ---------------------------------------------------------------------- */

typedef enum lede_status {
    LEDE_OK = 0,
    LEDE_ERR_NOMEM = 1,      /* memory could not be allocated */
    LEDE_ERR_IO = 2,         /* the system failed to read, write, sync or map; see system_error */
    LEDE_ERR_INVALID = 3,    /* an argument is out of its range, or options contradict each other */
    LEDE_ERR_LIMIT = 4,      /* a documented bound was exceeded; the message names it */
    LEDE_ERR_NOT_FOUND = 5,  /* no such file, index, document or field */
    LEDE_ERR_EXISTS = 6,     /* there is something already where a new thing was to be made */
    LEDE_ERR_BUSY = 7,       /* another writer holds the index; the message names its process */
    LEDE_ERR_SYNTAX = 8,     /* a query or an input could not be read; see position */
    LEDE_ERR_CORRUPT = 9,    /* the index is damaged: bytes that Lede did not write */
    LEDE_ERR_TOO_OLD = 10,   /* the index has a format that this version no longer reads */
    LEDE_ERR_TOO_NEW = 11,   /* the index was written by a newer version */
    LEDE_ERR_MISMATCH = 12,  /* index and request differ in their analysis or fields */
    LEDE_ERR_CANCELLED = 13, /* a callback of the caller's asked to stop */
    LEDE_ERR_UNSUPPORTED = 14 /* a known request that this build or version does not serve */
} lede_status;

typedef struct lede_error {
    lede_status status;
    int system_error; /* errno where the system failed, else 0 */
    size_t position;  /* of a syntax error: the byte of the query where it stands */
    char message[512];
} lede_error;

/* "LEDE_ERR_CORRUPT", and a sentence for it. Static storage, never NULL, for any number. */
LEDE_API const char *lede_status_name(lede_status status);
LEDE_API const char *lede_status_text(lede_status status);

/* ---- values --------------------------------------------------------------------------------- */

typedef struct lede_text {
    const char *data;
    size_t length; /* bytes */
} lede_text;

/* A keyword field's name and one value of it. */
typedef struct lede_field {
    lede_text name;
    lede_text value;
} lede_field;

/* A news item. Everything is optional but the id; without a date it is an undated document.
 * `date` is read as a newspaper writes it: ISO 8601, RFC 2822, "26 May 2020", "26.05.2020", "1912-04",
 * "1912" ... One that cannot be read leaves the document undated, which the record's report says. */
typedef struct lede_document {
    lede_text id;
    lede_text title;
    lede_text body;
    lede_text date;
    lede_text url;
    const lede_field
        *fields; /* keyword fields; ones that the index does not have are stored only */
    size_t field_count;
} lede_document;

/* ---- writing -------------------------------------------------------------------------------- */

typedef struct lede_writer lede_writer;

typedef struct lede_writer_options {
    size_t struct_size;
    const char *language;  /* a Snowball stemmer's name ("english", the default) or "none" */
    uint64_t memory_bytes; /* what is held of documents before they are written; default 512 MiB */
    const char *const *keywords; /* facetable fields; those of an index that exists are kept and */
    size_t keyword_count;        /* these must be among them */
    uint64_t commit_every;       /* documents; 0: only when asked */
    int no_positions;            /* no phrases, a third of the size; fixed when the index is made */
    int no_store;                /* keep no texts: no snippets, no titles; fixed likewise */
    int must_create;             /* LEDE_ERR_EXISTS where an index is there already */
    unsigned threads;            /* of the writer's own, 64 at most; 0 or 1: none (see below) */
} lede_writer_options;

#define LEDE_WRITER_OPTIONS_INIT                               \
    {                                                          \
        sizeof(lede_writer_options), 0, 0, 0, 0, 0, 0, 0, 0, 0 \
    }

/* Open the index in directory `path` for adding, making it first where it is not there. A writer merges its
 * segments when there are ten of a size, in a thread of its own; what writes a segment, lede_writer_add or
 * lede_writer_commit, waits for it where there would be more than thirty. One writer at
 * a time: LEDE_ERR_BUSY otherwise. *writer_out is owned: lede_writer_close.
 * LEDE_ERR_MISMATCH where options differ from what the index was made with; LEDE_ERR_INVALID where
 * `path` is a directory of something else. Leftovers of a writer that died are removed.
 * LEDE_ERR_LIMIT where more than 64 threads are asked for. The threads invert documents and write
 * segments while the caller's goes on reading, until the writer is closed. What is in the index does not
 * depend on their number, nor do a segment's bytes, but for where one segment ends and the next
 * begins; that they ran out of memory may be told by a later call. Beside memory_bytes a writer has at most 96 MiB
 * resident, 2 MiB more for each thread beyond two, and 16 bytes for each document of the index. Not in that are ten
 * times a document larger than a tenth of memory_bytes, 4 bytes for each different value of a keyword field in each
 * segment that is merged, and some 30 bytes for each different word of the documents of a segment that a commit finds
 * deleted or replaced. */
LEDE_API lede_status lede_writer_open(const char *path, const lede_writer_options *options,
    lede_writer **writer_out, lede_error *error);

typedef enum lede_outcome {
    LEDE_OUTCOME_INDEXED = 0,  /* a new document */
    LEDE_OUTCOME_REPLACED = 1, /* it took the place of one with its id */
    LEDE_OUTCOME_REJECTED = 2  /* not indexed; the report's reason says why */
} lede_outcome;

/* Add a document, or replace the one with its id. The document is copied. It is searchable after the
 * next commit. *outcome_out (may be NULL) is INDEXED or REPLACED. A document that breaks a bound is
 * refused with LEDE_ERR_INVALID or LEDE_ERR_LIMIT and the writer goes on as if it had not been given;
 * after any other failure the writer can only be closed. LEDE_ERR_UNSUPPORTED: the index has 4096
 * segments, the most there may be. */
LEDE_API lede_status lede_writer_add(lede_writer *writer, const lede_document *document,
    lede_outcome *outcome_out, lede_error *error);

/* Delete the document with this id at the next commit; LEDE_ERR_NOT_FOUND where there is none. */
LEDE_API lede_status lede_writer_delete(
    lede_writer *writer, const char *id, size_t id_length, lede_error *error);

/* What becomes of a source's record, told to lede_source_options.report for every record that was
 * rejected, replaced an earlier one, or was indexed with something to say (reason not empty). All
 * borrowed for the call. */
typedef struct lede_record {
    lede_outcome outcome;
    const char *path;   /* of the file; inside an archive "news.tar.zst/1987/a.sgm" */
    uint64_t line;      /* where the record begins, from 1; 0 where lines mean nothing */
    lede_text id;       /* may be empty */
    const char *reason; /* "" where all is well */
} lede_record;

typedef struct lede_ingest_summary {
    uint64_t files;
    uint64_t records; /* = indexed + replaced + rejected */
    uint64_t indexed;
    uint64_t replaced;
    uint64_t rejected;
    uint64_t undated;  /* of those indexed or replaced */
    uint64_t repaired; /* of those, with bytes that are not UTF-8 */
    uint64_t tokens;   /* words indexed */
    uint64_t bytes;    /* read, after decompression */
} lede_ingest_summary;

typedef struct lede_source_options {
    size_t struct_size;
    const char
        *format; /* "text", "jsonl", "json", "csv", "tsv", "trec", "reuters"; NULL: found out */
    const char *const
        *field_maps;        /* "NAME=PATH": the input's PATH (dots reach into JSON objects) is */
    size_t field_map_count; /* our NAME: title, body, date, id, url or a keyword field */
    int day_first; /* ambiguous 03/04/2020 is 3 April (default: month first, as wires write) */
    int strict;    /* stop with LEDE_ERR_SYNTAX at the first record that is rejected */
    void (*report)(void *context, const lede_record *record);
    /* Called some times a second; non-zero stops with LEDE_ERR_CANCELLED. */
    int (*progress)(void *context, const lede_ingest_summary *so_far);
    void *context;
} lede_source_options;

#define LEDE_SOURCE_OPTIONS_INIT                            \
    {                                                       \
        sizeof(lede_source_options), 0, 0, 0, 0, 0, 0, 0, 0 \
    }

/* Add every document found in `path`: a file, a directory tree, or "-" for standard input; inside
 * .gz, .zst, .xz, .bz2, .tar and .zip too. Records that cannot be read are reported and skipped.
 * *summary_out (may be NULL) is added to, not set: begin with a zeroed one; it is filled even where
 * the call fails. */
LEDE_API lede_status lede_writer_add_source(lede_writer *writer, const char *path,
    const lede_source_options *options, lede_ingest_summary *summary_out, lede_error *error);

/* Make everything added and deleted so far durable and visible, all or nothing. */
LEDE_API lede_status lede_writer_commit(lede_writer *writer, lede_error *error);

/* Commit, and do the merges that are due, or wait for them, and commit what they made: fewer than ten segments of
 * a size are left. Worth it when the writer is done for now; it takes nothing where it is not behind, and two
 * thirds of the time that indexing took at most. lede_writer_commit waits only where lede_writer_add would, and
 * lede_writer_close calls off a merge that runs, whose work is lost. Where a merge has not found room on the disk
 * no more are tried. On failure the last commit stands, and the writer can only be closed. */
LEDE_API lede_status lede_writer_tidy(lede_writer *writer, lede_error *error);

/* Commit, with all documents in one segment, in the best order, and nothing left of deleted ones. Takes two
 * thirds of the time that indexing took, and room on the disk for the new segment beside the old ones, which are what
 * readers see until it is done. The same documents and options give the same bytes, whatever segments they came
 * from. Without anything to merge it is a commit. More than 2^30 documents stay in as few segments as hold them.
 * LEDE_ERR_CORRUPT where a segment is damaged. On failure the last commit stands, and the writer can only be
 * closed. */
LEDE_API lede_status lede_writer_merge(lede_writer *writer, lede_error *error);

/* Close. What was not committed is gone. NULL is fine. */
LEDE_API void lede_writer_close(lede_writer *writer);

/* ---- opening -------------------------------------------------------------------------------- */

typedef struct lede_index lede_index;

typedef struct lede_index_options {
    size_t struct_size;
    int verify; /* check every checksum while opening (reads the whole index) */
} lede_index_options;

#define LEDE_INDEX_OPTIONS_INIT       \
    {                                 \
        sizeof(lede_index_options), 0 \
    }

/* Open the last commit of the index in directory `path` for searching. Takes no lock and writes
 * nothing: read-only media will do. Costs a few system calls a segment. *index_out is owned:
 * lede_index_close. LEDE_ERR_NOT_FOUND where there is no index, LEDE_ERR_CORRUPT, LEDE_ERR_TOO_NEW ... */
LEDE_API lede_status lede_index_open(
    const char *path, const lede_index_options *options, lede_index **index_out, lede_error *error);

/* See the newest commit from now on; searches under way finish on the one they began with.
 * *changed_out (may be NULL) says whether there was a newer one. On failure the index goes on with
 * the commit it has. */
LEDE_API lede_status lede_index_refresh(lede_index *index, int *changed_out, lede_error *error);

/* No call with this index may be under way. Results outlive it. NULL is fine. */
LEDE_API void lede_index_close(lede_index *index);

typedef struct lede_part {
    const char *name; /* "dictionary", "postings", ... static storage */
    uint64_t bytes;
} lede_part;

#define LEDE_PARTS_MAX 32

typedef struct lede_index_stats {
    uint64_t documents;         /* live ones */
    uint64_t deleted_documents; /* still in segments */
    uint64_t terms;             /* distinct, summed over segments */
    uint64_t postings;          /* (term, document) pairs of the text lists */
    uint64_t tokens;            /* words of the live documents */
    double average_length;      /* of live documents, in words */
    uint64_t segments;
    uint64_t generation; /* commits since the index was made */
    uint64_t bytes;      /* all files of the commit */
    uint64_t undated_documents;
    char date_first[32]; /* "" where no document has a date */
    char date_last[32];
    char language[32];
    int has_positions;
    int has_stored;
    lede_part parts[LEDE_PARTS_MAX];
    size_t part_count;
    double docid_bits_per_posting; /* of the text lists */
    double frequency_bits_per_posting;
    double position_bits_per_token;
    double skip_bits_per_posting; /* block rows and super rows */
    /* Of all bytes of the segments but their numbers: equal where the same documents were indexed with the same
     * options by the same version, and merged to one segment. */
    uint64_t content_hash;
} lede_index_stats;

LEDE_API lede_status lede_index_stats_read(
    lede_index *index, lede_index_stats *stats_out, lede_error *error);

/* The i-th keyword field of the index, borrowed until close; NULL at the end. */
LEDE_API const char *lede_index_keyword(lede_index *index, size_t i);

/* ---- searching ------------------------------------------------------------------------------ */

typedef enum lede_sort {
    LEDE_SORT_SCORE = 0,
    LEDE_SORT_NEWEST = 1,
    LEDE_SORT_OLDEST = 2
} lede_sort;
typedef enum lede_operator { LEDE_ANY = 0, LEDE_ALL = 1 } lede_operator;
typedef enum lede_snippet_markup {
    LEDE_MARKUP_HTML = 0, /* text escaped for HTML, words in <em> */
    LEDE_MARKUP_PLAIN = 1 /* text as it is, words between \x01 and \x02 */
} lede_snippet_markup;
typedef enum lede_fetch {
    LEDE_FETCH_STORED = 0, /* all that a hit has */
    LEDE_FETCH_IDS = 1,    /* number, score, id and date; the other texts are "" */
    LEDE_FETCH_NONE = 2    /* number and score; nothing is read for a hit, every text is "" */
} lede_fetch;

typedef struct lede_search_options {
    size_t struct_size;
    size_t k;              /* hits wanted; default 10; 1 to 1,000,000 with offset */
    size_t offset;         /* hits left out before them */
    int no_hits;           /* only the total and facets */
    int total;             /* count all matches even where hits alone would not need it */
    lede_operator combine; /* of words that stand beside each other: any of them, or all */
    lede_sort sort;
    const char
        *from; /* inclusive bounds: a year, a month, a day or a second in ISO 8601; NULL: none */
    const char *to;
    const lede_field *filters; /* field = value; values of one field are OR-ed, fields AND-ed */
    size_t filter_count;
    const char *const
        *facets; /* "date:year", "date:month", "date:day", FIELD, or FIELD:N for N values */
    size_t facet_count;
    double k1;            /* 1.2 where NULL options or LEDE_SEARCH_OPTIONS_INIT; 0 is 0 */
    double b;             /* 0.75 likewise */
    double title_boost;   /* a word in the title counts so many times; 1.0 likewise */
    size_t snippet_bytes; /* about so long; 0: no snippets */
    lede_snippet_markup markup;
    int explain;      /* fill lede_hit.parts */
    lede_fetch fetch; /* what of a hit is read; LEDE_FETCH_NONE does not go with explain */
    int times;        /* measure the parts of the search: lede_results_times */
} lede_search_options;

#define LEDE_SEARCH_OPTIONS_INIT                                                               \
    {                                                                                          \
        sizeof(lede_search_options), 10, 0, 0, 0, LEDE_ANY, LEDE_SORT_SCORE, 0, 0, 0, 0, 0, 0, \
            1.2, 0.75, 1.0, 160, LEDE_MARKUP_HTML, 0, LEDE_FETCH_STORED, 0                     \
    }

/* A summand of a score: one query term in one document. */
typedef struct lede_score_part {
    lede_text term;     /* as indexed */
    int in_title;       /* the term was asked for in titles only */
    double weight;      /* boost × how often the query has it */
    double idf;         /* ln(1 + (N - n + 0.5)/(n + 0.5)) */
    uint64_t documents; /* n: live documents with the term */
    uint32_t frequency; /* tf: occurrences in this document */
    uint32_t length;    /* dl: words of this document */
    double score;       /* its share of the hit's score */
} lede_score_part;

typedef struct lede_hit {
    size_t rank;  /* from 1 */
    double score; /* 0 where the query only filters; with LEDE_FETCH_NONE as the ranking has it: 0
                     where the order is by date, rounded where it is tiny for the query */
    lede_text id;
    lede_text title;
    lede_text date; /* ISO 8601 with the precision known; "" where undated */
    lede_text url;
    lede_text snippet;
    const lede_field *fields;
    size_t field_count;
    const lede_score_part *parts;
    size_t part_count;
    /* Which document of the commit that was searched it is: the segment's place in the high half, the
     * document's in the low one. Another commit may number all documents anew. */
    uint64_t number;
} lede_hit;

typedef struct lede_facet_value {
    lede_text value;
    uint64_t count;
} lede_facet_value;

typedef struct lede_facet {
    lede_text name;                 /* "date:month", "source"; without the :N asked for */
    const lede_facet_value *values; /* dates ascending; keywords by count, then by value */
    size_t value_count;
    uint64_t missing; /* matches without a date, or without a value */
} lede_facet;

/* Work done for a query: the same on every run with the same index, options and version. The library
 * owns the struct; a later version may have more behind it, which struct_size tells. */
typedef struct lede_counters {
    size_t struct_size; /* bytes, as the library that runs knows it */
    uint64_t blocks_decoded;
    uint64_t blocks_skipped;
    uint64_t postings_scored;
    uint64_t lengths_touched;
    uint64_t positions_decoded; /* chunks */
    uint64_t ranges_scored;     /* of 64 documents each: looked at posting by posting, */
    uint64_t ranges_skipped;    /* or left out because no document there could be a hit */
    uint64_t bytes_read;        /* of postings, positions, their rows and lengths */
} lede_counters;

/* Where the time of a search went. All but total_ns are 0 where lede_search_options.times was not set;
 * what they lack of it went into options and the worker that serves a search. Sized like lede_counters. */
typedef struct lede_times {
    size_t struct_size;
    uint64_t parse_ns; /* the query's text */
    uint64_t plan_ns;  /* words analyzed, looked up and weighed */
    uint64_t match_ns; /* documents found, counted, scored and put in order */
    uint64_t fetch_ns; /* hits and facets made of them */
    uint64_t total_ns;
} lede_times;

typedef struct lede_results lede_results;

/* Answer a query (its language: lede(1)). *results_out is owned: lede_results_free. Finding nothing is
 * LEDE_OK with no hits. LEDE_ERR_SYNTAX, and UNSUPPORTED or LIMIT for a part of the query:
 * error->position is the place. */
LEDE_API lede_status lede_search(lede_index *index, const char *query, size_t query_length,
    const lede_search_options *options, lede_results **results_out, lede_error *error);

/* All borrowed from the results; of NULL 0 or NULL. */
LEDE_API size_t lede_results_hit_count(const lede_results *results);
LEDE_API const lede_hit *lede_results_hit(
    const lede_results *results, size_t i); /* NULL past the end */
LEDE_API size_t lede_results_facet_count(const lede_results *results);
LEDE_API const lede_facet *lede_results_facet(const lede_results *results, size_t i);
/* Matching documents; *is_exact_out (may be NULL) is 0 where it is only a lower bound. */
LEDE_API uint64_t lede_results_total(const lede_results *results, int *is_exact_out);
LEDE_API uint64_t lede_results_took_ns(const lede_results *results);
LEDE_API const lede_counters *lede_results_counters(const lede_results *results);
LEDE_API const lede_times *lede_results_times(const lede_results *results);
/* In any thread, and behind lede_index_close as well. */
LEDE_API void lede_results_free(lede_results *results);

/* ---- documents, terms, words ---------------------------------------------------------------- */

typedef struct lede_stored lede_stored;

/* The stored document with this id. *stored_out is owned: lede_stored_free. LEDE_ERR_NOT_FOUND;
 * LEDE_ERR_UNSUPPORTED where the index keeps no texts. */
LEDE_API lede_status lede_get(lede_index *index, const char *id, size_t id_length,
    lede_stored **stored_out, lede_error *error);
LEDE_API const lede_document *lede_stored_document(
    const lede_stored *stored); /* date in ISO 8601 */
LEDE_API void lede_stored_free(lede_stored *stored);

typedef struct lede_terms lede_terms;

typedef struct lede_term {
    lede_text text;       /* borrowed until the next lede_terms_next */
    uint64_t documents;   /* document frequency, of live documents */
    uint64_t occurrences; /* collection frequency, of live documents */
} lede_term;

/* Walk the dictionary entries that begin with `prefix` (analyzed terms, byte order) over all
 * segments. *terms_out is owned: lede_terms_free; it must be freed before the index is closed.
 * lede_terms_next: LEDE_ERR_NOT_FOUND at the end. */
LEDE_API lede_status lede_terms_open(lede_index *index, const char *prefix, size_t prefix_length,
    lede_terms **terms_out, lede_error *error);
LEDE_API lede_status lede_terms_next(lede_terms *terms, lede_term *term_out, lede_error *error);
LEDE_API void lede_terms_free(lede_terms *terms);

typedef struct lede_analyzer lede_analyzer;

typedef struct lede_token {
    lede_text term;
    uint32_t position; /* from 0 */
    size_t start;      /* bytes of the text that it was made from */
    size_t end;
} lede_token;

/* The analysis that an index in `language` (as in lede_writer_options) uses. *analyzer_out is owned:
 * lede_analyzer_free. LEDE_ERR_INVALID: no such language. */
LEDE_API lede_status lede_analyzer_new(
    const char *language, lede_analyzer **analyzer_out, lede_error *error);
/* Call `each` for every term of the text in order; the token is borrowed for the call. A non-zero
 * answer stops with LEDE_ERR_CANCELLED. */
LEDE_API lede_status lede_analyze(lede_analyzer *analyzer, const char *text, size_t length,
    int (*each)(void *context, const lede_token *token), void *context, lede_error *error);
LEDE_API void lede_analyzer_free(lede_analyzer *analyzer);
/* The i-th language that lede_analyzer_new takes; NULL at the end. */
LEDE_API const char *lede_language(size_t i);

/* ---- verifying ------------------------------------------------------------------------------ */

typedef struct lede_verify_report {
    uint64_t segments;
    uint64_t damaged_segments;
    uint64_t checks; /* sections whose checksum and structure were looked at */
    uint64_t damages;
    uint64_t bytes;
} lede_verify_report;

/* Check every checksum and every invariant of the last commit. `damage` (may be NULL) is called with
 * a sentence for each thing found: what, where, and what is lost by it. LEDE_OK where nothing was;
 * LEDE_ERR_CORRUPT where something was. *report_out is filled in both cases. */
LEDE_API lede_status lede_verify(const char *path,
    void (*damage)(void *context, const char *message), void *context,
    lede_verify_report *report_out, lede_error *error);

#ifdef __cplusplus
}
#endif

#endif /* LEDE_H */
