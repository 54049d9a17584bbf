#include "support/busy_index.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "support/rng.h"

enum { TEXT_BYTES = 4096, DELETED_EACH = 9 };

static lede_text text_of(const char *text)
{
    return (lede_text){.data = text, .length = strlen(text)};
}

/* ---- making ---- */

static const char *const WORDS[] = {"summit", "minsk", "security", "collective", "harbour", "trams",
    "storm", "budget", "treaty", "élection", "Übung", "state-of-the-art", "1945", "3.14", "don't",
    "U.S.A.", "новости", "日本", "naïve", "flood"};

enum { WORD_COUNT = sizeof WORDS / sizeof WORDS[0] };

/* Words with frequencies that fall off, and now and then one that is nowhere else. */
static void make_text(struct rng *rng, uint32_t words, char *text)
{
    size_t length = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < words && length + 64 < TEXT_BYTES; i++) {
        const uint64_t pick = rng_below(rng, WORD_COUNT) * rng_below(rng, WORD_COUNT) / WORD_COUNT;
        if (rng_below(rng, 8) == 0) {
            length +=
                (size_t)sprintf(text + length, "w%llx ", (unsigned long long)rng_skewed(rng, 20));
        } else {
            length += (size_t)sprintf(text + length, "%s%s ", WORDS[pick], i % 7 == 6 ? "." : "");
        }
    }
}

static void add_document(lede_writer *writer, struct rng *rng, uint32_t i, uint32_t words)
{
    static char title[TEXT_BYTES], body[TEXT_BYTES];
    char id[32], date[32] = "", url[64], topic[32];
    lede_error error = {0};
    make_text(rng, (uint32_t)rng_below(rng, 6), title);
    make_text(rng, 1 + (uint32_t)rng_below(rng, words), body);
    (void)snprintf(id, sizeof id, "doc-%u", i);
    (void)snprintf(url, sizeof url, "https://news.test/%u", i);
    (void)snprintf(topic, sizeof topic, "t%u", (unsigned)rng_below(rng, 12));
    const unsigned year = 1900 + (unsigned)rng_below(rng, 120);
    const unsigned month = 1 + (unsigned)rng_below(rng, 12);
    switch (rng_below(rng, 5)) {
    case 0: break;
    case 1: (void)snprintf(date, sizeof date, "%u", year); break;
    case 2: (void)snprintf(date, sizeof date, "%u-%02u", year, month); break;
    default: (void)snprintf(date, sizeof date, "%u-%02u-%02u", year, month, 1 + i % 28); break;
    }
    const lede_field fields[] = {{text_of("source"), text_of(i % 3 == 0 ? "belta" : "tass")},
        {text_of("topic"), text_of(topic)}, {text_of("topic"), text_of("all")},
        {text_of("byline"), text_of("stored only")}};
    const lede_document document = {
        .id = text_of(id),
        .title = text_of(title),
        .body = text_of(body),
        .date = text_of(date),
        .url = text_of(url),
        .fields = fields,
        .field_count = i % 5 == 0 ? 0 : 4,
    };
    ck_assert_msg(
        lede_writer_add(writer, &document, NULL, &error) == LEDE_OK, "%s: %s", id, error.message);
}

static const char *const KEYWORDS[] = {"source", "topic"};

void busy_index_make(const char *path, const struct busy_shape *shape)
{
    lede_writer_options options = LEDE_WRITER_OPTIONS_INIT;
    lede_writer *writer = NULL;
    lede_error error = {0};
    struct rng rng;
    rng_init(&rng, 4711);
    options.keywords = KEYWORDS;
    options.keyword_count = 2;
    options.no_positions = shape->no_positions;
    options.no_store = shape->no_store;
    ck_assert_msg(
        lede_writer_open(path, &options, &writer, &error) == LEDE_OK, "%s", error.message);
    const uint32_t step = shape->doc_count / shape->segment_count + 1;
    for (uint32_t i = 0; i < shape->doc_count; i++) {
        add_document(writer, &rng, i, shape->words);
        if (i % step == step - 1) {
            ck_assert_msg(lede_writer_commit(writer, &error) == LEDE_OK, "%s", error.message);
        }
    }
    ck_assert_msg(lede_writer_commit(writer, &error) == LEDE_OK, "%s", error.message);
    for (uint32_t i = 0; i < shape->doc_count; i += DELETED_EACH) {
        char id[32];
        const int length = snprintf(id, sizeof id, "doc-%u", i);
        ck_assert_int_eq(lede_writer_delete(writer, id, (size_t)length, NULL), LEDE_OK);
    }
    ck_assert_msg(lede_writer_commit(writer, &error) == LEDE_OK, "%s", error.message);
    lede_writer_close(writer);
}

/* ---- asking ---- */

static void saw(struct busy_walk *walk, lede_status status, const lede_error *error)
{
    walk->seen |= STATUS_BIT(status);
    if ((STATUS_BIT(status) & BUSY_SOUND) == 0) {
        walk->error = *error;
    }
}

/* Touch every byte: a sanitizer sees what is not ours. */
static void read_text(struct busy_walk *walk, lede_text text)
{
    unsigned sum = 0;
    for (size_t i = 0; i < text.length; i++) {
        sum += (unsigned char)text.data[i];
    }
    ck_assert_int_eq(text.data[text.length], '\0');
    walk->bytes += text.length + (sum == UINT32_MAX);
}

static void read_fields(struct busy_walk *walk, const lede_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        read_text(walk, fields[i].name);
        read_text(walk, fields[i].value);
    }
}

static void read_results(struct busy_walk *walk, const lede_results *results)
{
    const size_t hit_count = lede_results_hit_count(results);
    walk->total += lede_results_total(results, NULL);
    for (size_t i = 0; i < hit_count; i++) {
        const lede_hit *hit = lede_results_hit(results, i);
        ck_assert(hit->score == hit->score);
        read_text(walk, hit->id);
        read_text(walk, hit->title);
        read_text(walk, hit->date);
        read_text(walk, hit->url);
        read_text(walk, hit->snippet);
        read_fields(walk, hit->fields, hit->field_count);
        for (size_t j = 0; j < hit->part_count; j++) {
            read_text(walk, hit->parts[j].term);
        }
    }
    for (size_t i = 0; i < lede_results_facet_count(results); i++) {
        const lede_facet *facet = lede_results_facet(results, i);
        read_text(walk, facet->name);
        for (size_t j = 0; j < facet->value_count; j++) {
            read_text(walk, facet->values[j].value);
        }
    }
}

static const char *const QUERIES[] = {
    "summit minsk",
    "+security \"collective security\" (minsk OR trams) title:minsk -storm source:belta",
    "\"state-of-the-art summit\"",
    "\"summit minsk\"", /* a pair of frequent words, and with others */
    "\"minsk summit security\" OR title:\"summit minsk\" OR \"trams w3\"",
    "title:(summit harbour) date:>=1950",
    "-summit",
    "topic:t3 OR source:tass",
    "(flood AND budget) OR новости^3",
    "date:[1930 TO 1990-06]",
    "date:>=1800",
};

static void search_all(lede_index *index, struct busy_walk *walk)
{
    static const char *const FACETS[] = {
        "date:year", "date:month", "date:day", "source", "topic:3"};
    const lede_field filters[] = {
        {text_of("source"), text_of("belta")}, {text_of("topic"), text_of("all")}};
    for (size_t i = 0; i < sizeof QUERIES / sizeof QUERIES[0]; i++) {
        lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
        lede_results *results = NULL;
        lede_error error = {0};
        options.sort = (lede_sort)(i % 3);
        options.combine = i % 2 == 0 ? LEDE_ANY : LEDE_ALL;
        options.offset = i == 2;
        options.explain = 1;
        options.title_boost = i == 1 ? 2 : 1;
        options.markup = i % 2 == 0 ? LEDE_MARKUP_HTML : LEDE_MARKUP_PLAIN;
        if (i % 3 == 1) {
            options.facets = FACETS;
            options.facet_count = 5;
            options.total = 1;
        }
        if (i == 3) {
            options.filters = filters;
            options.filter_count = 2;
            options.to = "2005-07";
        }
        const lede_status status =
            lede_search(index, QUERIES[i], strlen(QUERIES[i]), &options, &results, &error);
        saw(walk, status, &error);
        ck_assert((status == LEDE_OK) == (results != NULL));
        if (status == LEDE_OK) {
            read_results(walk, results);
            lede_results_free(results);
        }
    }
}

static void get_some(lede_index *index, struct busy_walk *walk)
{
    static const char *const IDS[] = {"doc-1", "doc-9", "doc-203", "none"};
    for (size_t i = 0; i < sizeof IDS / sizeof IDS[0]; i++) {
        lede_stored *stored = NULL;
        lede_error error = {0};
        const lede_status status = lede_get(index, IDS[i], strlen(IDS[i]), &stored, &error);
        saw(walk, status, &error);
        if (status == LEDE_OK) {
            const lede_document *document = lede_stored_document(stored);
            read_text(walk, document->id);
            read_text(walk, document->title);
            read_text(walk, document->body);
            read_text(walk, document->date);
            read_text(walk, document->url);
            read_fields(walk, document->fields, document->field_count);
            lede_stored_free(stored);
        }
    }
}

static void walk_terms(lede_index *index, const char *prefix, struct busy_walk *walk)
{
    lede_terms *terms = NULL;
    lede_error error = {0};
    lede_status status = lede_terms_open(index, prefix, strlen(prefix), &terms, &error);
    saw(walk, status, &error);
    if (status != LEDE_OK) {
        return;
    }
    /* No index of ours has so many: a walk that goes round is seen. */
    for (uint32_t i = 0; status == LEDE_OK; i++) {
        lede_term term;
        status = lede_terms_next(terms, &term, &error);
        if (status == LEDE_OK) {
            read_text(walk, term.text);
        }
        ck_assert_uint_lt(i, 10000000);
    }
    saw(walk, status, &error);
    lede_terms_free(terms);
}

void busy_index_walk(const char *path, struct busy_walk *walk)
{
    lede_index *index = NULL;
    lede_index_stats stats;
    lede_error error = {0};
    *walk = (struct busy_walk){0};
    lede_status status = lede_index_open(path, NULL, &index, &error);
    saw(walk, status, &error);
    if (status != LEDE_OK) {
        ck_assert_ptr_null(index);
        return;
    }
    status = lede_index_stats_read(index, &stats, &error);
    saw(walk, status, &error);
    if (status == LEDE_OK) {
        walk->documents = (uint32_t)stats.documents;
        ck_assert_uint_lt(strlen(stats.date_first), sizeof stats.date_first);
        ck_assert_uint_lt(strlen(stats.date_last), sizeof stats.date_last);
    }
    for (size_t i = 0; lede_index_keyword(index, i) != NULL; i++) {
        walk->bytes += strlen(lede_index_keyword(index, i));
    }
    search_all(index, walk);
    get_some(index, walk);
    walk_terms(index, "", walk);
    walk_terms(index, "w1", walk);
    status = lede_index_refresh(index, NULL, &error);
    saw(walk, status, &error);
    lede_index_close(index);
}

/* ---- writing ---- */

lede_status busy_index_write(const char *path, lede_error *error)
{
    static const char *const IDS[] = {"doc-1", "doc-100", "doc-203", "new-1", "new-2"};
    lede_writer *writer = NULL;
    lede_status status = lede_writer_open(path, NULL, &writer, error);
    if (status != LEDE_OK) {
        return status;
    }
    for (size_t i = 0; status == LEDE_OK && i < sizeof IDS / sizeof IDS[0]; i++) {
        const lede_field field = {text_of("source"), text_of("agency")};
        const lede_document document = {.id = text_of(IDS[i]),
            .title = text_of("harbour strike"),
            .body = text_of("dockers of the harbour met the minister in minsk"),
            .date = text_of("2021-03-04"),
            .fields = &field,
            .field_count = 1};
        status = lede_writer_add(writer, &document, NULL, error);
    }
    if (status == LEDE_OK) {
        status = lede_writer_delete(writer, "doc-5", 5, error);
        status = status == LEDE_ERR_NOT_FOUND ? LEDE_OK : status;
    }
    if (status == LEDE_OK) {
        status = lede_writer_commit(writer, error);
    }
    lede_writer_close(writer);
    return status;
}

lede_status busy_index_merge(const char *path, lede_error *error)
{
    lede_writer *writer = NULL;
    lede_status status = lede_writer_open(path, NULL, &writer, error);
    if (status == LEDE_OK) {
        status = lede_writer_merge(writer, error);
    }
    lede_writer_close(writer);
    return status;
}

static int no_sync(int fd)
{
    (void)fd;
    return 0;
}

void busy_sync_off(void)
{
    static struct file_system quick;
    quick = *file_system_real();
    quick.sync = no_sync;
    file_system_set(&quick);
}

void busy_sync_on(void)
{
    file_system_set(NULL);
}
