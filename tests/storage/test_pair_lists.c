/* Pair lists written, read, damaged, and held against the text lists of a small segment. */
#include "storage/pair_lists.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "codec/bitpack.h"
#include "storage/occurrences.h"
#include "storage/pair_verify.h"
#include "storage/segment.h"
#include "support/rng.h"
#include "support/storage_files.h"
#include "support/storage_segment.h"

/* Frequent terms: "w0" to "w9", whose ordinals are 1 to 10 ("only" is 0). */
enum { DOCS = 1500, TERMS = SMALL_WORDS, TEXT_END = 200 };

static struct tmpdir dir;
static lede_error error;
static struct segment *segment;
static uint32_t lengths[DOCS];
static uint8_t texts[DOCS][TEXT_END]; /* by position: place plus 1 */
static const uint32_t ordinals[TERMS] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

static void read_text(uint32_t place)
{
    char term[8];
    struct termdict_hit hit;
    struct deletion_term deleted;
    struct postings_cursor cursor;
    struct occurrences occurrences;
    uint32_t positions[TEXT_END];
    const uint32_t length = (uint32_t)sprintf(term, "w%u", place);
    ck_assert_int_eq(
        segment_find_term(segment, FIELD_TEXT, (const uint8_t *)term, length, &hit, &deleted, NULL),
        LEDE_OK);
    ck_assert_uint_eq(hit.ordinal, ordinals[place]);
    postings_cursor_init(&cursor, &segment->postings, &hit.entry);
    occurrences_init(&occurrences, &cursor);
    for (; cursor.doc != DOC_END; postings_cursor_next(&cursor)) {
        const uint32_t count = occurrences_read(&occurrences, positions, TEXT_END);
        for (uint32_t i = 0; i < count; i++) {
            texts[cursor.doc][positions[i]] = (uint8_t)(place + 1);
        }
    }
}

static void setup(void)
{
    const struct small_options options = {.doc_count = DOCS, .has_positions = true, .number = 1};
    tmpdir_init(&dir);
    const struct manifest_segment entry = small_segment_write(&dir, &options);
    ck_assert_int_eq(segment_open(dir.path, &entry, &segment, &error), LEDE_OK);
    memset(texts, 0, sizeof texts);
    for (uint32_t doc = 0; doc < DOCS; doc++) {
        lengths[doc] = small_length(doc);
    }
    for (uint32_t place = 0; place < TERMS; place++) {
        read_text(place);
    }
}

static void teardown(void)
{
    segment_close(segment);
    tmpdir_release(&dir);
}

static bool stands_in(uint32_t first, uint32_t second, uint32_t doc)
{
    for (uint32_t at = 0; at + 1 < TEXT_END; at++) {
        if (texts[doc][at] == first + 1 && texts[doc][at + 1] == second + 1) {
            return true;
        }
    }
    return false;
}

/* What to write otherwise than it is. */
enum twist {
    AS_IT_IS,
    PAIR_LEFT_OUT,
    DOCUMENT_LEFT_OUT,
    DOCUMENT_TOO_MANY,
    PAIRS_CHANGED, /* two pairs have lost one document each to the other */
    TWICE_IN_A_DOCUMENT,
    LENGTHS_TOO_LARGE,
    TWISTS,
};

/* The documents of a pair; its number. */
static uint32_t list_of(uint32_t first, uint32_t second, enum twist twist, uint32_t *docs)
{
    uint32_t count = 0;
    bool is_done = false;
    for (uint32_t doc = 0; doc < DOCS; doc++) {
        bool is_there = stands_in(first, second, doc);
        const bool is_twisted = first == 2 && second == 3 && !is_done;
        if (is_twisted && (twist == DOCUMENT_LEFT_OUT ? is_there : !is_there) &&
            (twist == DOCUMENT_LEFT_OUT || twist == DOCUMENT_TOO_MANY)) {
            is_there = !is_there;
            is_done = true;
        }
        if (twist == PAIRS_CHANGED && first == 4 && (second == 5 || second == 6)) {
            /* Where one of them stands and the other does not, once each way. */
            static uint32_t gives, takes;
            if (second == 5 && doc == 0) {
                gives = takes = DOCS;
                for (uint32_t d = 0; d < DOCS; d++) {
                    const bool one = stands_in(4, 5, d);
                    const bool other = stands_in(4, 6, d);
                    gives = one && !other ? d : gives;
                    takes = other && !one ? d : takes;
                }
            }
            is_there ^= doc == gives || doc == takes;
        }
        if (is_there) {
            docs[count++] = doc;
        }
    }
    return twist == PAIR_LEFT_OUT && first == 2 && second == 3 ? 0 : count;
}

static void add_list(struct pair_lists_writer *writer, uint32_t first, uint32_t second,
    const struct posting_list *list)
{
    struct term_entry entry;
    ck_assert_int_eq(postings_writer_add(&writer->postings, list, &entry, &error), LEDE_OK);
    ck_assert_int_eq(pair_lists_writer_name(writer, first, second, &entry, &error), LEDE_OK);
}

/* The section as a file holds it; buf_release. */
static struct buf write_pairs(enum twist twist)
{
    static uint32_t docs[DOCS], frequencies[DOCS], long_lengths[DOCS];
    struct pair_lists_writer writer;
    struct container_writer file;
    uint64_t size, checksum;
    char path[TMPDIR_PATH_BYTES];
    pair_lists_writer_init(&writer);
    for (uint32_t doc = 0; doc < DOCS; doc++) {
        frequencies[doc] = 1;
        long_lengths[doc] = lengths[doc] + 1;
    }
    for (uint32_t first = 0; first < TERMS; first++) {
        for (uint32_t second = 0; second < TERMS; second++) {
            frequencies[0] = twist == TWICE_IN_A_DOCUMENT && first == 2 && second == 3 ? 2 : 1;
            const struct posting_list list = {
                .docs = docs,
                .frequencies = frequencies,
                .count = list_of(first, second, twist, docs),
                .lengths = twist == LENGTHS_TOO_LARGE ? long_lengths : lengths,
                .scale = &segment->ranges.scale,
            };
            if (list.count > 0) {
                add_list(&writer, first, second, &list);
            }
        }
    }
    (void)tmpdir_join(&dir, "pairs", path);
    ck_assert_int_eq(container_writer_open(&file, path, &error), LEDE_OK);
    ck_assert_int_eq(pair_lists_writer_finish(&writer, ordinals, TERMS, &file, &error), LEDE_OK);
    ck_assert_int_eq(container_writer_finish(&file, &size, &checksum, &error), LEDE_OK);
    pair_lists_writer_release(&writer);
    struct container container;
    struct span section;
    struct buf bytes;
    buf_init(&bytes, SIZE_MAX);
    ck_assert_int_eq(container_open(&container, path, &error), LEDE_OK);
    ck_assert(container_section(&container, SECTION_PAIRS, &section));
    ck_assert_uint_eq(container.rows[0].flags, SECTION_OPTIONAL);
    ck_assert_int_eq(buf_append(&bytes, section.bytes, section.size), LEDE_OK);
    container_close(&container);
    return bytes;
}

static lede_status open_pairs(struct pair_lists *pairs, struct span section)
{
    return pair_lists_open(pairs, section, TERMS + 1, DOCS, segment->postings.bitpack, &error);
}

START_TEST(every_pair_gives_its_documents)
{
    struct buf bytes = write_pairs(AS_IT_IS);
    struct pair_lists pairs = {0};
    uint32_t docs[DOCS];
    ck_assert_int_eq(open_pairs(&pairs, storage_section(&bytes)), LEDE_OK);
    for (uint32_t first = 0; first < TERMS; first++) {
        for (uint32_t second = 0; second < TERMS; second++) {
            enum pair_answer answer = PAIR_UNKNOWN;
            struct term_entry entry;
            struct postings_cursor cursor;
            const uint32_t count = list_of(first, second, AS_IT_IS, docs);
            ck_assert_int_eq(
                pair_lists_find(&pairs, ordinals[first], ordinals[second], &answer, &entry, &error),
                LEDE_OK);
            ck_assert_int_eq(answer, count > 0 ? PAIR_FOUND : PAIR_ABSENT);
            if (count == 0) {
                continue;
            }
            ck_assert_uint_eq(entry.df, count);
            postings_cursor_init(&cursor, &pairs.source, &entry);
            for (uint32_t i = 0; i < count; i++) {
                ck_assert_uint_eq(cursor.doc, docs[i]);
                postings_cursor_next(&cursor);
            }
            ck_assert_uint_eq(cursor.doc, DOC_END);
        }
    }
    buf_release(&bytes);
}
END_TEST

START_TEST(a_pair_with_another_term_is_unknown)
{
    struct buf bytes = write_pairs(AS_IT_IS);
    struct pair_lists pairs = {0};
    struct term_entry entry;
    enum pair_answer answer = PAIR_FOUND;
    ck_assert_int_eq(pair_lists_find(&pairs, 1, 2, &answer, &entry, &error), LEDE_OK);
    ck_assert_msg(answer == PAIR_UNKNOWN, "a segment without pairs knows of none");
    ck_assert_int_eq(open_pairs(&pairs, storage_section(&bytes)), LEDE_OK);
    const uint32_t others[][2] = {{0, 1}, {1, 0}, {0, 0}, {11, 1}, {1, UINT32_MAX}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        answer = PAIR_FOUND;
        ck_assert_int_eq(
            pair_lists_find(&pairs, others[i][0], others[i][1], &answer, &entry, &error), LEDE_OK);
        ck_assert_int_eq(answer, PAIR_UNKNOWN);
    }
    buf_release(&bytes);
}
END_TEST

static lede_status verify(struct span section, char *message)
{
    struct pair_lists pairs = {0};
    ck_assert_msg(open_pairs(&pairs, section) == LEDE_OK, "%s", error.message);
    message[0] = '\0';
    return pair_lists_verify(&pairs, &segment->terms[FIELD_TEXT], &segment->postings,
        &segment->ranges.scale, lengths, message, 256);
}

START_TEST(lists_that_are_not_those_of_the_positions_are_found)
{
    static const char *const expected[TWISTS] = {
        [PAIR_LEFT_OUT] = "pair 2 3: is not listed",
        [DOCUMENT_LEFT_OUT] = "pair 2 3: ",
        [DOCUMENT_TOO_MANY] = "pair 2 3: ",
        [PAIRS_CHANGED] = "is not listed for the pairs that stand in it",
        [TWICE_IN_A_DOCUMENT] = "pair 2 3: its frequencies",
        [LENGTHS_TOO_LARGE] = "length",
    };
    char message[256];
    struct buf bytes = write_pairs((enum twist)_i);
    const lede_status status = verify(storage_section(&bytes), message);
    ck_assert_msg(status == (expected[_i] == NULL ? LEDE_OK : LEDE_ERR_CORRUPT), "%s", message);
    ck_assert_msg(expected[_i] == NULL || strstr(message, expected[_i]) != NULL, "%s", message);
    buf_release(&bytes);
}
END_TEST

START_TEST(a_head_that_does_not_fit_is_refused)
{
    static const struct {
        size_t at;
        uint32_t value;
        const char *part;
    } cases[] = {
        {0, 0, "head"},
        {0, LEDE_PAIR_TERMS_MAX + 1, "head"},
        {4, 1, "head"},
        {24, 1, "head"},
        {12, 1, "parts"},
        {16, UINT32_MAX, "parts"},
        {20, UINT32_MAX, "parts"},
        {32, 2, "ordinals"},          /* the second is 2 too */
        {32 + 9 * 4, 11, "ordinals"}, /* above the dictionary's last */
        {8, 7, "pairs"},
    };
    struct buf bytes = write_pairs(AS_IT_IS);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct pair_lists pairs = {0};
        uint8_t *at = bytes.data + cases[i].at;
        const uint32_t old = load_le32(at);
        store_le32(at, cases[i].value);
        ck_assert_int_eq(open_pairs(&pairs, storage_section(&bytes)), LEDE_ERR_CORRUPT);
        ck_assert_msg(
            strstr(error.message, cases[i].part) != NULL, "case %zu: %s", i, error.message);
        ck_assert_uint_eq(pairs.term_count, 0);
        store_le32(at, old);
    }
    buf_release(&bytes);
}
END_TEST

/* Whatever the bytes, opening, finding, walking and verifying come back. */
static void ask(struct span section)
{
    struct pair_lists pairs = {0};
    char message[256];
    if (open_pairs(&pairs, section) != LEDE_OK) {
        return;
    }
    for (uint32_t first = 0; first < 3; first++) {
        for (uint32_t second = 0; second < 3; second++) {
            enum pair_answer answer = PAIR_UNKNOWN;
            struct term_entry entry;
            struct postings_cursor cursor;
            if (pair_lists_find(&pairs, ordinals[first], ordinals[second], &answer, &entry, NULL) !=
                    LEDE_OK ||
                answer != PAIR_FOUND) {
                continue;
            }
            postings_cursor_init(&cursor, &pairs.source, &entry);
            for (; cursor.doc != DOC_END; postings_cursor_next(&cursor)) {
                if (cursor.doc >= DOCS) {
                    ck_abort_msg("document %u", cursor.doc);
                }
            }
        }
    }
    const lede_status status = pair_lists_verify(&pairs, &segment->terms[FIELD_TEXT],
        &segment->postings, &segment->ranges.scale, lengths, message, sizeof message);
    ck_assert_msg(status == LEDE_OK || status == LEDE_ERR_CORRUPT, "status %d", (int)status);
}

START_TEST(no_damage_leads_out_of_the_section)
{
    enum { TRIES = 300 };
    struct buf bytes = write_pairs(AS_IT_IS);
    struct rng rng;
    rng_init(&rng, rng_seed(3));
    for (uint32_t i = 0; i < TRIES; i++) {
        struct guard guard;
        struct buf copy;
        buf_init(&copy, SIZE_MAX);
        ck_assert_int_eq(buf_append(&copy, bytes.data, bytes.size), LEDE_OK);
        if (i % 4 == 0) {
            copy.size = (size_t)rng_below(&rng, copy.size);
        }
        /* Half of the tries in head and dictionary, where it matters most. */
        const size_t end = i % 2 == 0 || copy.size < 1000 ? copy.size : 1000;
        for (uint32_t change = 0; end > 0 && change < 1 + i % 3; change++) {
            copy.data[rng_below(&rng, end)] = (uint8_t)rng_next(&rng);
        }
        ask(storage_section_guarded(&copy, &guard));
        guard_release(&guard);
        buf_release(&copy);
    }
    buf_release(&bytes);
}
END_TEST

/* The example of FORMAT.md. */
START_TEST(the_documented_bytes_are_written)
{
    static const uint32_t doc = 7;
    static const uint32_t one = 1;
    static const uint32_t first_two[] = {0, 1};
    uint32_t of_docs[8] = {0};
    struct pair_lists_writer writer;
    struct container_writer file;
    struct container container;
    struct span section = {0};
    uint64_t size, checksum;
    char path[TMPDIR_PATH_BYTES];
    of_docs[7] = 107;
    const struct posting_list list = {.docs = &doc,
        .frequencies = &one,
        .count = 1,
        .lengths = of_docs,
        .scale = &segment->ranges.scale};
    pair_lists_writer_init(&writer);
    add_list(&writer, 0, 1, &list);
    (void)tmpdir_join(&dir, "example", path);
    ck_assert_int_eq(container_writer_open(&file, path, &error), LEDE_OK);
    ck_assert_int_eq(pair_lists_writer_finish(&writer, first_two, 2, &file, &error), LEDE_OK);
    ck_assert_int_eq(container_writer_finish(&file, &size, &checksum, &error), LEDE_OK);
    pair_lists_writer_release(&writer);
    ck_assert_int_eq(container_open(&container, path, &error), LEDE_OK);
    ck_assert(container_section(&container, SECTION_PAIRS, &section));
    char shown[512] = "";
    for (size_t i = 0; i < section.size; i++) {
        (void)sprintf(shown + strlen(shown), "%02x", section.bytes[i]);
    }
    ck_assert_str_eq(shown, "02000000000000004a0000000000000000000000000000000000000000000000"
                            "0000000001000000"
                            "0100000001000000"
                            "00000000000000002a00000000000000"
                            "0000000000000100"
                            "000000000000000000000000000000000000000000000000"
                            "0100"
                            "00000007000300000000"
                            "00020001"
                            "6b07");
    container_close(&container);
}
END_TEST

Suite *suite_pair_lists(void)
{
    Suite *suite = suite_create("pair_lists");
    TCase *tcase = tcase_create("basics");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, every_pair_gives_its_documents);
    tcase_add_test(tcase, a_pair_with_another_term_is_unknown);
    tcase_add_test(tcase, the_documented_bytes_are_written);
    tcase_add_loop_test(tcase, lists_that_are_not_those_of_the_positions_are_found, 0, TWISTS);
    tcase_add_test(tcase, a_head_that_does_not_fit_is_refused);
    tcase_add_test(tcase, no_damage_leads_out_of_the_section);
    suite_add_tcase(suite, tcase);
    return suite;
}
