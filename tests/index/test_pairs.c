/* Pair lists that the writer made, against the documents' words themselves. */
#include "index/pairs.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "index/writer.h"
#include "storage/snapshot.h"
#include "support/rng.h"
#include "support/tmpdir.h"

enum { VOCABULARY = 90, WORDS_MAX = 60, DOCS_MAX = 2200 };

/* Words of a document as numbers; the title's first. */
struct told_doc {
    bool is_live;
    char id[16];
    uint32_t title_count, count;
    uint8_t words[WORDS_MAX];
};

struct told {
    struct told_doc docs[DOCS_MAX];
    uint32_t doc_count;
    uint32_t vocabulary;
};

static struct tmpdir dir;
static struct told told;
static struct rng rng;

static void setup(void)
{
    tmpdir_init(&dir);
    memset(&told, 0, sizeof told);
    rng_init(&rng, rng_seed(7));
}

static void teardown(void)
{
    tmpdir_release(&dir);
}

/* Words in the order of their numbers. */
static size_t word_text(uint32_t word, char *text)
{
    return (size_t)sprintf(text, "w%02u", word);
}

static void words_text(const uint8_t *words, uint32_t count, char *text)
{
    *text = '\0';
    for (uint32_t i = 0; i < count; i++) {
        text += word_text(words[i], text);
        *text++ = ' ';
        *text = '\0';
    }
}

static struct writer *open_writer(bool no_positions)
{
    const struct writer_options options = {.language = "none", .no_positions = no_positions};
    struct writer *writer = NULL;
    ck_assert_int_eq(writer_open(dir.path, &options, &writer, NULL), LEDE_OK);
    return writer;
}

static void add_document(struct writer *writer, const struct told_doc *doc, date_key date)
{
    char title[WORDS_MAX * 4 + 1];
    char body[WORDS_MAX * 4 + 1];
    struct added added;
    words_text(doc->words, doc->title_count, title);
    words_text(doc->words + doc->title_count, doc->count - doc->title_count, body);
    const struct document document = {
        .id = span_of(doc->id, strlen(doc->id)),
        .title = span_of(title, strlen(title)),
        .body = span_of(body, strlen(body)),
        .date = date,
    };
    ck_assert_int_eq(writer_add(writer, &document, &added, NULL), LEDE_OK);
}

static void random_document(struct told_doc *doc, uint32_t number)
{
    *doc = (struct told_doc){.is_live = true};
    (void)sprintf(doc->id, "d%u", number);
    doc->title_count = (uint32_t)rng_below(&rng, 8);
    doc->count = doc->title_count + (uint32_t)rng_below(&rng, WORDS_MAX - 8);
    for (uint32_t i = 0; i < doc->count; i++) {
        const double u = rng_real(&rng);
        doc->words[i] = (uint8_t)(u * u * u * told.vocabulary);
    }
}

/* Documents in the order of their dates or not, some of them replaced or deleted before the commit. */
static void make_segment(uint32_t doc_count, uint32_t vocabulary, bool in_order)
{
    struct writer *writer = open_writer(false);
    told.vocabulary = vocabulary;
    for (uint32_t i = 0; i < doc_count; i++) {
        const bool replaces = i > 0 && rng_below(&rng, 20) == 0;
        const uint32_t number = replaces ? (uint32_t)rng_below(&rng, i) : i;
        random_document(&told.docs[i], number);
        for (uint32_t j = 0; j < i; j++) {
            told.docs[j].is_live &= strcmp(told.docs[j].id, told.docs[i].id) != 0;
        }
        const int64_t days = in_order ? i : (int64_t)rng_below(&rng, doc_count);
        add_document(writer, &told.docs[i], days * 86400 * 4);
        if (rng_below(&rng, 30) == 0) {
            const char *id = told.docs[i].id;
            ck_assert_int_eq(writer_delete(writer, span_of(id, strlen(id)), NULL), LEDE_OK);
            told.docs[i].is_live = false;
        }
    }
    told.doc_count = doc_count;
    ck_assert_int_eq(writer_commit(writer, NULL), LEDE_OK);
    writer_close(writer);
}

static uint32_t live_count(void)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < told.doc_count; i++) {
        count += told.docs[i].is_live;
    }
    return count;
}

static bool has_pair(const struct told_doc *doc, uint32_t first, uint32_t second)
{
    for (uint32_t i = 0; i + 1 < doc->count; i++) {
        if (i + 1 != doc->title_count && doc->words[i] == first && doc->words[i + 1] == second) {
            return true;
        }
    }
    return false;
}

/* Which words have to be frequent: those in the most documents, of equals the first. */
static void expect_frequent(bool *is_frequent)
{
    uint32_t documents[VOCABULARY] = {0};
    const uint32_t live = live_count();
    uint32_t left = live / LEDE_PAIR_TERM_DOCS;
    left = left < LEDE_PAIR_TERMS_MAX ? left : LEDE_PAIR_TERMS_MAX;
    for (uint32_t i = 0; i < told.doc_count; i++) {
        bool seen[VOCABULARY] = {0};
        for (uint32_t j = 0; told.docs[i].is_live && j < told.docs[i].count; j++) {
            const uint32_t word = told.docs[i].words[j];
            documents[word] += !seen[word];
            seen[word] = true;
        }
    }
    memset(is_frequent, 0, VOCABULARY * sizeof *is_frequent);
    for (; left > 0; left--) {
        uint32_t best = VOCABULARY;
        for (uint32_t word = 0; word < VOCABULARY; word++) {
            if (!is_frequent[word] && documents[word] > live / LEDE_PAIR_DF_SHARE &&
                (best == VOCABULARY || documents[word] > documents[best])) {
                best = word;
            }
        }
        if (best == VOCABULARY) {
            return;
        }
        is_frequent[best] = true;
    }
}

static struct termdict_hit find_word(const struct segment *segment, uint32_t word)
{
    char text[8];
    struct termdict_hit hit = {0};
    struct deletion_term deleted;
    const uint32_t length = (uint32_t)word_text(word, text);
    ck_assert_int_eq(
        segment_find_term(segment, FIELD_TEXT, (const uint8_t *)text, length, &hit, &deleted, NULL),
        LEDE_OK);
    return hit;
}

/* The documents of the list are those, by their numbers in the segment, that have the pair. */
static void check_list(
    const struct segment *segment, const struct term_entry *entry, uint32_t first, uint32_t second)
{
    bool *expected = calloc(segment->meta.doc_count, sizeof *expected);
    ck_assert_ptr_nonnull(expected);
    for (uint32_t i = 0; i < told.doc_count; i++) {
        const struct told_doc *doc = &told.docs[i];
        if (doc->is_live && has_pair(doc, first, second)) {
            expected[ids_find(&segment->ids, doc->id, strlen(doc->id))] = true;
        }
    }
    struct postings_cursor cursor;
    postings_cursor_init(&cursor, &segment->pairs.source, entry);
    for (uint32_t doc = 0; doc < segment->meta.doc_count; doc++) {
        if ((cursor.doc == doc) != expected[doc]) {
            ck_abort_msg("pair %u %u, document %u: listed %d", first, second, doc, !expected[doc]);
        }
        if (cursor.doc == doc && postings_cursor_frequency(&cursor) == 1) {
            postings_cursor_next(&cursor);
        }
    }
    ck_assert_int_eq(cursor.status, LEDE_OK);
    free(expected);
}

struct answers {
    uint32_t unknown, absent, found;
};

static void check_pair(const struct segment *segment, uint32_t first, uint32_t second,
    bool is_known, struct answers *answers)
{
    enum pair_answer answer;
    struct term_entry entry;
    const uint32_t first_ordinal = find_word(segment, first).ordinal;
    const uint32_t second_ordinal = find_word(segment, second).ordinal;
    ck_assert_int_eq(
        segment_find_pair(segment, first_ordinal, second_ordinal, &answer, &entry, NULL), LEDE_OK);
    ck_assert_msg(
        (answer != PAIR_UNKNOWN) == is_known, "pair %u %u: answer %d", first, second, (int)answer);
    if (answer == PAIR_UNKNOWN) {
        answers->unknown++;
        return;
    }
    if (answer == PAIR_FOUND) {
        answers->found++;
        check_list(segment, &entry, first, second);
        return;
    }
    answers->absent++;
    for (uint32_t i = 0; i < told.doc_count; i++) {
        if (told.docs[i].is_live && has_pair(&told.docs[i], first, second)) {
            ck_abort_msg("pair %u %u: stands in %s", first, second, told.docs[i].id);
        }
    }
}

static struct answers check_segment(void)
{
    struct snapshot *snapshot = NULL;
    struct answers answers = {0};
    bool is_frequent[VOCABULARY];
    uint64_t checks = 0;
    ck_assert_int_eq(snapshot_open(dir.path, NULL, &snapshot, NULL), LEDE_OK);
    ck_assert_uint_eq(snapshot->manifest.segment_count, 1);
    const struct segment *segment = snapshot_segment(snapshot, 0);
    expect_frequent(is_frequent);
    for (uint32_t first = 0; first < told.vocabulary; first++) {
        for (uint32_t second = 0; second < told.vocabulary; second++) {
            check_pair(segment, first, second, is_frequent[first] && is_frequent[second], &answers);
        }
    }
    ck_assert_int_eq(segment_verify(segment, NULL, NULL, &checks), LEDE_OK);
    snapshot_drop(snapshot);
    return answers;
}

static const struct {
    uint32_t doc_count, vocabulary;
    bool in_order;
} shapes[] = {
    {300, 12, false},
    {300, 12, true},
    {700, 40, false},
    {DOCS_MAX, 85, false},
    {DOCS_MAX, 20, true},
};

START_TEST(the_lists_are_those_of_the_documents_words)
{
    rng_init(&rng, rng_seed((uint64_t)_i + 1));
    make_segment(shapes[_i].doc_count, shapes[_i].vocabulary, shapes[_i].in_order);
    const struct answers answers = check_segment();
    ck_assert_uint_gt(answers.found, 0);
}
END_TEST

/* Words stand in a fixed order, so that most pairs do not occur. */
START_TEST(a_pair_that_stands_nowhere_is_absent)
{
    struct writer *writer = open_writer(false);
    told.vocabulary = 4;
    told.doc_count = 400;
    for (uint32_t i = 0; i < told.doc_count; i++) {
        struct told_doc *doc = &told.docs[i];
        *doc = (struct told_doc){.is_live = true, .title_count = 2, .count = 4};
        (void)sprintf(doc->id, "d%u", i);
        memcpy(doc->words, (const uint8_t[]){0, 1, 2, 3}, 4);
        add_document(writer, doc, 0);
    }
    ck_assert_int_eq(writer_commit(writer, NULL), LEDE_OK);
    writer_close(writer);
    const struct answers answers = check_segment();
    ck_assert_uint_eq(answers.unknown, 0);
    /* "w01 w02" is a title's end and a body's beginning. */
    ck_assert_uint_eq(answers.found, 2);
    ck_assert_uint_eq(answers.absent, 14);
}
END_TEST

static bool has_pairs(void)
{
    struct snapshot *snapshot = NULL;
    ck_assert_int_eq(snapshot_open(dir.path, NULL, &snapshot, NULL), LEDE_OK);
    struct span section;
    const struct segment *segment = snapshot_segment(snapshot, 0);
    const bool is_there = container_section(&segment->container, SECTION_PAIRS, &section);
    ck_assert_int_eq(is_there, segment->pairs.term_count > 0);
    snapshot_drop(snapshot);
    return is_there;
}

START_TEST(a_segment_of_few_documents_has_no_pairs)
{
    struct writer *writer = open_writer(false);
    for (uint32_t i = 0; i + 1 < LEDE_PAIR_TERM_DOCS; i++) {
        told.vocabulary = 3;
        random_document(&told.docs[i], i);
        add_document(writer, &told.docs[i], 0);
    }
    ck_assert_int_eq(writer_commit(writer, NULL), LEDE_OK);
    writer_close(writer);
    ck_assert(!has_pairs());
}
END_TEST

START_TEST(a_segment_without_positions_has_no_pairs)
{
    struct writer *writer = open_writer(_i == 0);
    for (uint32_t i = 0; i < 200; i++) {
        told.vocabulary = 3;
        random_document(&told.docs[i], i);
        add_document(writer, &told.docs[i], 0);
    }
    ck_assert_int_eq(writer_commit(writer, NULL), LEDE_OK);
    writer_close(writer);
    ck_assert_int_eq(has_pairs(), _i != 0);
}
END_TEST

Suite *suite_pairs(void)
{
    Suite *suite = suite_create("pairs");
    TCase *tcase = tcase_create("basics");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, the_lists_are_those_of_the_documents_words, 0,
        (int)(sizeof shapes / sizeof shapes[0]));
    tcase_add_test(tcase, a_pair_that_stands_nowhere_is_absent);
    tcase_add_test(tcase, a_segment_of_few_documents_has_no_pairs);
    tcase_add_loop_test(tcase, a_segment_without_positions_has_no_pairs, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
