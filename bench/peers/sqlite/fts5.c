/* fts5.c -- SQLite FTS5 behind the protocol of ../README.md.
 *
 * fts5 index CORPUS DIR [text]    and    fts5 serve DIR
 *
 * A contentless table of full detail and a side table of months. A tokenizer of our own splits at spaces, so that the
 * tokens stay what they are; the variant text has FTS5's own "porter unicode61". Postings are held in memory and written
 * as one segment in one transaction. The rowid is the corpus number + 1. The statements
 * are prepared once; a search binds the query, as any program would. */
#include "../driver.h"

#include <sqlite3.h>

enum { STATEMENT_TOP, STATEMENT_COUNT, STATEMENT_FACET, STATEMENTS };
enum { MATCH_BYTES_MAX = 1 << 17 };

/* FTS5 writes a segment whenever its hash table has so many bytes: 1 MiB by itself, and merges what it wrote. */
#define HOLD_ALL "INSERT INTO news(news, rank) VALUES('hashsize', 1073741824)"

struct fts {
    sqlite3 *db;
    sqlite3_stmt *statement[STATEMENTS];
    char match[MATCH_BYTES_MAX];
};

static void check(sqlite3 *db, int code, const char *what)
{
    if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) {
        fail(what, sqlite3_errmsg(db));
    }
}

static void run(sqlite3 *db, const char *sql)
{
    check(db, sqlite3_exec(db, sql, NULL, NULL, NULL), sql);
}

/* ---- the tokenizer: what stands between spaces ---- */

static int spaces_create(
    void *context, const char **arguments, int count, Fts5Tokenizer **tokenizer_out)
{
    (void)arguments;
    (void)count;
    *tokenizer_out = (Fts5Tokenizer *)context;
    return SQLITE_OK;
}

static void spaces_delete(Fts5Tokenizer *tokenizer)
{
    (void)tokenizer;
}

static int spaces_tokenize(Fts5Tokenizer *tokenizer, void *context, int flags, const char *text,
    int length,
    int (*each)(void *context, int flags, const char *token, int length, int start, int end))
{
    (void)tokenizer;
    (void)flags;
    int at = 0;
    while (at < length) {
        const char *space = memchr(text + at, ' ', (size_t)(length - at));
        int end = space == NULL ? length : (int)(space - text);
        if (end > at) {
            int code = each(context, 0, text + at, end - at, at, end);
            if (code != SQLITE_OK) {
                return code;
            }
        }
        at = end + 1;
    }
    return SQLITE_OK;
}

static void add_tokenizer(sqlite3 *db)
{
    fts5_api *api = NULL;
    sqlite3_stmt *statement;
    check(db, sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &statement, NULL), "fts5");
    sqlite3_bind_pointer(statement, 1, (void *)&api, "fts5_api_ptr", NULL);
    sqlite3_step(statement);
    sqlite3_finalize(statement);
    if (api == NULL) {
        fail("fts5", "this SQLite has no FTS5");
    }
    fts5_tokenizer tokenizer = {spaces_create, spaces_delete, spaces_tokenize};
    check(db, api->xCreateTokenizer(api, "spaces", db, &tokenizer, NULL), "fts5: tokenizer");
}

static sqlite3 *open_database(const char *directory, int flags)
{
    char path[4096];
    sqlite3 *db;
    snprintf(path, sizeof path, "%s/fts5.db", directory);
    if (sqlite3_open_v2(path, &db, flags, NULL) != SQLITE_OK) {
        fail(path, sqlite3_errmsg(db));
    }
    add_tokenizer(db);
    return db;
}

/* ---- indexing ---- */

static int index_corpus(const char *path, const char *directory, int is_text)
{
    sqlite3 *db = open_database(directory, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    run(db, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-1000000");
    run(db, is_text ? "CREATE VIRTUAL TABLE news USING fts5(body, content='', detail=full, "
                      "tokenize='porter unicode61')"
                    : "CREATE VIRTUAL TABLE news USING fts5(body, content='', detail=full, "
                      "tokenize='spaces')");
    run(db, HOLD_ALL);
    run(db, "CREATE TABLE dates(document INTEGER PRIMARY KEY, month TEXT)");
    run(db, "BEGIN");
    sqlite3_stmt *insert_news;
    sqlite3_stmt *insert_date;
    check(db,
        sqlite3_prepare_v2(
            db, "INSERT INTO news(rowid, body) VALUES(?1, ?2)", -1, &insert_news, NULL),
        "news");
    check(db, sqlite3_prepare_v2(db, "INSERT INTO dates VALUES(?1, ?2)", -1, &insert_date, NULL),
        "dates");
    struct corpus corpus;
    struct corpus_document document;
    corpus_open(&corpus, path);
    while (corpus_next(&corpus, &document)) {
        sqlite3_int64 row = strtoll(document.number, NULL, 10) + 1;
        sqlite3_bind_int64(insert_news, 1, row);
        sqlite3_bind_text(
            insert_news, 2, document.tokens, (int)document.tokens_length, SQLITE_STATIC);
        check(db, sqlite3_step(insert_news), "news");
        sqlite3_reset(insert_news);
        if (document.month[0] != '\0') {
            sqlite3_bind_int64(insert_date, 1, row);
            sqlite3_bind_text(insert_date, 2, document.month, -1, SQLITE_STATIC);
            check(db, sqlite3_step(insert_date), "dates");
            sqlite3_reset(insert_date);
        }
    }
    sqlite3_finalize(insert_news);
    sqlite3_finalize(insert_date);
    run(db, "INSERT INTO news(news) VALUES('optimize')");
    run(db, "COMMIT");
    run(db, "VACUUM");
    run(db, "ANALYZE");
    return sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}

/* ---- searching ---- */

/* The query in FTS5's language: "a" OR "b", "a" AND "b", "a b". */
static size_t write_match(const struct query *query, char *match)
{
    static const char *const between[] = {"\" OR \"", "\" AND \"", " "};
    size_t length = 0;
    match[length++] = '"';
    for (uint32_t i = 0; i < query->words; i++) {
        const char *joint = i == 0 ? "" : between[query->kind];
        if (length + query->word[i].length + 16 > MATCH_BYTES_MAX) {
            break;
        }
        memcpy(match + length, joint, strlen(joint));
        length += strlen(joint);
        memcpy(match + length, query->word[i].text, query->word[i].length);
        length += query->word[i].length;
    }
    match[length++] = '"';
    return length;
}

static void forget(void *self)
{
    (void)self; /* each search resets its statements */
}

/* The rows of a statement: hits of TOP, the total of COUNT, months of FACET. */
static int read_rows(
    sqlite3_stmt *statement, int which, const struct request *request, struct answer *answer)
{
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        if (which == STATEMENT_TOP && answer->hits < request->k) {
            answer->number[answer->hits] = sqlite3_column_int64(statement, 0) - 1;
            answer->score[answer->hits++] = -sqlite3_column_double(statement, 1);
        } else if (which == STATEMENT_COUNT) {
            answer->total = sqlite3_column_int64(statement, 0);
        } else if (which == STATEMENT_FACET) {
            const char *month = (const char *)sqlite3_column_text(statement, 0);
            int64_t count = sqlite3_column_int64(statement, 1);
            answer->total = (answer->total < 0 ? 0 : answer->total) + count;
            if (month != NULL && answer->months < MONTHS_MAX) {
                snprintf(answer->month[answer->months], MONTH_BYTES, "%s", month);
                answer->month_count[answer->months++] = (uint64_t)count;
            }
        }
    }
    return code;
}

static const char *search(void *self, const struct request *request, struct answer *answer)
{
    struct fts *fts = self;
    struct query query;
    query_parse(request->query, request->query_length, &query);
    size_t length = write_match(&query, fts->match);
    const int wanted[STATEMENTS] = {
        request->k > 0, request->counts && !request->facets, request->facets};
    for (int which = 0; which < STATEMENTS; which++) {
        if (!wanted[which]) {
            continue;
        }
        sqlite3_stmt *statement = fts->statement[which];
        sqlite3_bind_text(statement, 1, fts->match, (int)length, SQLITE_STATIC);
        if (which == STATEMENT_TOP) {
            sqlite3_bind_int(statement, 2, (int)request->k);
        }
        int code = read_rows(statement, which, request, answer);
        sqlite3_reset(statement);
        if (code != SQLITE_DONE) {
            return sqlite3_errmsg(fts->db);
        }
    }
    if (request->facets && answer->total < 0) {
        answer->total = 0;
    }
    return NULL;
}

static int serve(const char *directory)
{
    static const char months[] =
        "SELECT month, count(*) FROM news LEFT JOIN dates ON document = news.rowid "
        "WHERE news MATCH ?1 GROUP BY month";
    static const char *const sql[STATEMENTS] = {
        "SELECT rowid, rank FROM news WHERE news MATCH ?1 ORDER BY rank LIMIT ?2",
        "SELECT count(*) FROM news WHERE news MATCH ?1",
        months,
    };
    struct fts *fts = calloc(1, sizeof *fts);
    if (fts == NULL) {
        fail("serve", "no memory");
    }
    fts->db = open_database(directory, SQLITE_OPEN_READONLY);
    run(fts->db, "PRAGMA query_only=1; PRAGMA mmap_size=17179869184; PRAGMA cache_size=-262144;"
                 "PRAGMA temp_store=MEMORY");
    for (int i = 0; i < STATEMENTS; i++) {
        check(fts->db, sqlite3_prepare_v2(fts->db, sql[i], -1, &fts->statement[i], NULL), sql[i]);
    }
    struct engine engine = {fts, forget, search, NULL};
    driver_serve(&engine);
    for (int i = 0; i < STATEMENTS; i++) {
        sqlite3_finalize(fts->statement[i]);
    }
    sqlite3_close(fts->db);
    free(fts);
    return 0;
}

int main(int count, char **arguments)
{
    if (count >= 4 && count <= 5 && strcmp(arguments[1], "index") == 0 &&
        (count == 4 || strcmp(arguments[4], VARIANT_TEXT) == 0)) {
        return index_corpus(arguments[2], arguments[3], count == 5);
    }
    if (count == 3 && strcmp(arguments[1], "serve") == 0) {
        return serve(arguments[2]);
    }
    if (count == 2 && strcmp(arguments[1], "version") == 0) {
        printf("SQLite %s\n", sqlite3_libversion());
        return 0;
    }
    fputs("Usage: fts5 index CORPUS DIR [text] | fts5 serve DIR | fts5 version\n", stderr);
    return 2;
}
