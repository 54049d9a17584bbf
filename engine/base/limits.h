/* limits.h -- every hard bound of the system, and why it is what it is.
 *
 * What a user can reach has a test at its maximum and one above it. The sizes of blocks, chunks and rows
 * are the format's (FORMAT.md): another number is another format. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

enum {
    /* PATH_MAX of Linux. */
    LEDE_PATH_BYTES_MAX = 4096,
    /* NAME_MAX of Linux, and room for a suffix. */
    LEDE_FILE_NAME_BYTES_MAX = 272,

    /* Postings in a full block: a header is amortized, a kernel's loop is long, and a decoded block
     * (1 KiB) stays in L1. */
    LEDE_BLOCK_POSTINGS = 256,
    /* Bounds are kept for sub-blocks of so many postings. */
    LEDE_SUB_BLOCK_POSTINGS = 32,
    /* Block rows under one super row. */
    LEDE_SUPER_BLOCKS = 32,
    /* Values in one chunk of positions. */
    LEDE_POSITION_CHUNK = 128,
    /* Terms in one front-coded block of the dictionary: two cache lines or three are scanned. */
    LEDE_TERM_BLOCK = 32,
    /* Documents of a range, one word of a set of them, and ranges of a window: its sums stay in L1. */
    LEDE_RANGE_DOCS = 64,
    LEDE_WINDOW_RANGES = 64,
    LEDE_WINDOW_DOCS = LEDE_WINDOW_RANGES * LEDE_RANGE_DOCS,
    /* A term has its bounds by range stored where it is in at least one of so many documents, and in so
     * many: others are quickly walked. */
    LEDE_RANGE_SPARSENESS = 64,
    LEDE_RANGE_DF_MIN = 128,
    /* Terms of a segment whose pairs are listed: places of them are bits of a word. */
    LEDE_PAIR_TERMS_MAX = 64,
    /* A term for each so many documents, so that a small segment does not mostly list pairs. */
    LEDE_PAIR_TERM_DOCS = 32,
    /* Those of them that are in one document of so many: phrases of rarer words are cheap. */
    LEDE_PAIR_DF_SHARE = 64,
    /* Readable zero bytes behind every section, so that kernels may read past an end. */
    LEDE_READ_PADDING = 64,

    /* A term's bytes after folding and stemming; longer words are cut at a character's edge before
     * stemming. Enough for any word, and a front-coding length still fits a byte. */
    LEDE_TERM_BYTES_MAX = 250,
    /* Between the last position of a title and the first of a body: no phrase reaches across. */
    LEDE_POSITION_GAP = 100,
    /* Tokens of one document, title and body; later ones are not indexed and the document is said
     * to be cut. A 100 MB document has some 20 million. */
    LEDE_DOCUMENT_TOKENS_MAX = 1 << 26,
    /* Bytes of one input record or document (1 GiB). */
    LEDE_DOCUMENT_BYTES_MAX = 1 << 30,
    LEDE_ID_BYTES_MAX = 512,
    LEDE_URL_BYTES_MAX = 8192,
    /* Fields of one document, keyword fields and others, each value counted: whoever reads a record
     * back has an array of so many. */
    LEDE_DOCUMENT_FIELDS_MAX = 1024,
    /* Keyword fields of an index, the values of one document in one field, a value's bytes. */
    LEDE_KEYWORD_FIELDS_MAX = 32,
    LEDE_KEYWORD_VALUES_MAX = 255,
    LEDE_KEYWORD_BYTES_MAX = 1024,
    LEDE_FIELD_NAME_BYTES_MAX = 64,

    /* Documents of one segment; document numbers stay below DOC_END, a positive int32. */
    LEDE_SEGMENT_DOCS_MAX = 1 << 30,
    LEDE_SEGMENTS_MAX = 4096,
    /* Threads of a writer: CREW_WORKERS_MAX. */
    LEDE_WRITER_THREADS_MAX = 64,
    /* What a writer may be asked to keep within (64 KiB): below it each document would be a segment. */
    LEDE_MEMORY_BYTES_MIN = 1 << 16,

    LEDE_QUERY_BYTES_MAX = 1 << 16,
    LEDE_QUERY_TERMS_MAX = 1024,
    LEDE_QUERY_DEPTH_MAX = 64,
    LEDE_QUERY_PHRASE_TERMS_MAX = 64,
    /* Of a boost (w^N), k1 and title_boost: beyond these the other words' shares of a score fall below
     * what fixed point resolves. */
    LEDE_QUERY_BOOST_MAX = 1000,
    LEDE_K1_MAX = 1000,
    LEDE_TITLE_BOOST_MAX = 1000,
    LEDE_RESULTS_MAX = 1000000, /* k + offset */
    LEDE_FACETS_MAX = 64,
    LEDE_SNIPPET_BYTES_MAX = 65536,
    /* Of a long body so much is looked through for a snippet (1 MiB). */
    LEDE_SNIPPET_SCAN_BYTES = 1 << 20,
};

/* One past the last document of any segment: a cursor at its end stands here. INT32_MAX, because
 * AVX2 compares signed. */
#define DOC_END 0x7fffffffu

#endif
