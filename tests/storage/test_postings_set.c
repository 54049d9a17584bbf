/* Random lists as sets of bits, compared with the arrays they were made from; then the same, and places, from damaged
 * bytes. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "codec/block.h"
#include "storage/postings_cursor_parts.h"
#include "storage/postings_frequencies.h"
#include "storage/postings_places.h"
#include "storage/postings_set.h"
#include "support/list_model.h"
#include "support/rng.h"

enum { WORDS = 256, DOCS = WORDS * 64 };

/* A stretch with its memory. */
struct work {
    struct stretch stretch;
    uint64_t words[1 + WORDS], others[1 + WORDS];
};

static void begin(struct work *work, uint32_t first, uint32_t end)
{
    memset(work->words, 0, sizeof work->words);
    work->stretch = (struct stretch){.first = first, .end = end, .words = work->words + 1};
}

static bool has(const struct work *work, uint32_t doc)
{
    const uint32_t bit = doc - work->stretch.first;
    return (work->words[1 + bit / 64] >> bit % 64 & 1) != 0;
}

static uint32_t end_of(const struct list_model *model, uint32_t first)
{
    return model->doc_count - first < DOCS ? model->doc_count : first + DOCS;
}

static const uint32_t dfs[] = {1, 2, 40, 256, 257, 700, 5000, 20000};
enum { DF_COUNT = sizeof dfs / sizeof dfs[0], CASE_COUNT = DF_COUNT * STYLE_COUNT };

static struct list_model model_of_case(int i)
{
    return list_model_new(
        dfs[i % DF_COUNT], (enum list_style)(i / DF_COUNT), false, 1000 + (uint64_t)i);
}

START_TEST(stretches_have_the_documents_of_the_list)
{
    struct list_model model = model_of_case(_i);
    struct stored_list stored = stored_list_new(&model);
    struct postings_cursor cursor;
    struct work *work = calloc(1, sizeof *work);
    postings_cursor_init(&cursor, &stored.source, &stored.entry);
    for (uint32_t first = 0; first < model.doc_count; first += DOCS) {
        begin(work, first, end_of(&model, first));
        const bool any = postings_set_add(&cursor, &work->stretch);
        uint32_t found = 0;
        for (uint32_t doc = first; doc < work->stretch.end; doc++) {
            if (has(work, doc) != list_model_has(&model, doc)) {
                ck_abort_msg("case %d: document %u", _i, doc);
            }
            found += has(work, doc);
        }
        ck_assert(any || found == 0);
    }
    ck_assert_int_eq(cursor.status, LEDE_OK);
    free(work);
    stored_list_free(&stored);
    list_model_free(&model);
}
END_TEST

/* Of sets from empty to full. */
START_TEST(what_a_list_does_not_have_is_taken_out)
{
    struct list_model model = model_of_case(_i);
    struct stored_list stored = stored_list_new(&model);
    struct rng rng;
    struct postings_cursor cursor;
    struct work *work = calloc(1, sizeof *work);
    rng_init(&rng, 7 + (uint64_t)_i);
    for (uint32_t one_in = 1; one_in < 5000; one_in *= 6) {
        postings_cursor_init(&cursor, &stored.source, &stored.entry);
        for (uint32_t first = 0; first < model.doc_count; first += DOCS) {
            uint64_t before[WORDS];
            begin(work, first, end_of(&model, first));
            for (uint32_t doc = first; doc < work->stretch.end; doc++) {
                const uint64_t bit = rng_below(&rng, one_in) == 0;
                work->words[1 + (doc - first) / 64] |= bit << (doc - first) % 64;
            }
            memcpy(before, work->words + 1, sizeof before);
            postings_set_retain(&cursor, &work->stretch, work->others + 1);
            for (uint32_t doc = first; doc < work->stretch.end; doc++) {
                const bool was = (before[(doc - first) / 64] >> (doc - first) % 64 & 1) != 0;
                if (has(work, doc) != (was && list_model_has(&model, doc))) {
                    ck_abort_msg("case %d, one in %u: document %u", _i, one_in, doc);
                }
            }
        }
        ck_assert_int_eq(cursor.status, LEDE_OK);
    }
    free(work);
    stored_list_free(&stored);
    list_model_free(&model);
}
END_TEST

/* ---- damaged bytes ---- */

/* Nothing is read or written where it should not (guards and sanitizers tell), and all ends. */
static void survive(const struct list_model *model, const struct stored_list *stored,
    struct work *work, struct rng *rng)
{
    struct postings_cursor cursor;
    struct postings_frequencies frequencies;
    uint64_t words[64];
    uint32_t starts[64];
    uint32_t places[64];
    uint32_t found[64];
    uint32_t got[64];
    postings_cursor_init(&cursor, &stored->source, &stored->entry);
    for (uint32_t first = 0; first < model->doc_count; first += DOCS) {
        begin(work, first, end_of(model, first));
        (void)postings_set_add(&cursor, &work->stretch);
        memset(work->words, 0xff, sizeof work->words);
        postings_set_retain(&cursor, &work->stretch, work->others + 1);
    }
    postings_cursor_init(&cursor, &stored->source, &stored->entry);
    postings_frequencies_init(&frequencies, &cursor);
    for (uint32_t i = 0; i < 6; i++) {
        const uint32_t first = (uint32_t)rng_below(rng, model->doc_count / 4096 + 1) * 4096;
        postings_places_ranges(&cursor, first, ~UINT64_C(0), words, starts);
        for (uint32_t j = 0; j < 64; j++) {
            places[j] = first + j * 61;
        }
        (void)postings_places_find(&cursor, places, 64, found, got);
        for (uint32_t range = 0; range < 64; range++) {
            for (uint32_t j = 0; j < 4; j++) {
                places[j] = starts[range] + j * 97;
            }
            if (words[range] != 0) {
                postings_frequencies_read(&frequencies, places, 4, got);
            }
            for (uint32_t j = 0; words[range] != 0 && j < 4; j++) {
                ck_assert_uint_le(got[j], stored->entry.max_tf);
            }
        }
    }
}

START_TEST(any_damaged_byte_is_survived)
{
    struct rng rng;
    struct list_model model =
        list_model_new(_i % 2 == 0 ? 300 : 700, (enum list_style)(_i / 2), false, 13);
    struct stored_list stored = stored_list_new(&model);
    struct work *work = calloc(1, sizeof *work);
    rng_init(&rng, 5);
    const struct span spans[] = {stored.source.postings, stored.source.rows};
    for (int part = 0; part < 2; part++) {
        for (size_t at = 0; at < spans[part].size; at++) {
            const uint8_t before = stored.parts[part][at];
            stored.parts[part][at] ^= (uint8_t)(1u << rng_below(&rng, 8));
            survive(&model, &stored, work, &rng);
            stored.parts[part][at] = (uint8_t)rng_next32(&rng);
            survive(&model, &stored, work, &rng);
            stored.parts[part][at] = before;
        }
    }
    free(work);
    stored_list_free(&stored);
    list_model_free(&model);
}
END_TEST

/* Super rows that lie lead to blocks behind what is looked for. */
START_TEST(damaged_rows_of_long_lists_are_survived)
{
    struct rng rng;
    struct list_model model = list_model_new(256 * 70, (enum list_style)_i, false, 17);
    struct stored_list stored = stored_list_new(&model);
    struct work *work = calloc(1, sizeof *work);
    rng_init(&rng, 50 + (uint64_t)_i);
    for (uint32_t round = 0; round < 600; round++) {
        struct postings_cursor cursor;
        const size_t at =
            round % 2 == 0 ? rng_below(&rng, 20) : rng_below(&rng, stored.source.rows.size);
        const uint8_t before = stored.parts[1][at];
        stored.parts[1][at] = (uint8_t)rng_next32(&rng);
        postings_cursor_init(&cursor, &stored.source, &stored.entry);
        for (uint32_t first = 0; first < model.doc_count; first += DOCS) {
            begin(work, first, end_of(&model, first));
            for (uint32_t i = 0; i < 3; i++) {
                const uint32_t doc = (uint32_t)rng_below(&rng, work->stretch.end - first);
                work->words[1 + doc / 64] |= UINT64_C(1) << doc % 64;
            }
            postings_set_retain(&cursor, &work->stretch, work->others + 1);
        }
        stored.parts[1][at] = before;
    }
    free(work);
    stored_list_free(&stored);
    list_model_free(&model);
}
END_TEST

Suite *suite_postings_set(void)
{
    Suite *suite = suite_create("postings_set");
    TCase *sets = tcase_create("model");
    tcase_set_timeout(sets, 120);
    tcase_add_loop_test(sets, stretches_have_the_documents_of_the_list, 0, CASE_COUNT);
    tcase_add_loop_test(sets, what_a_list_does_not_have_is_taken_out, 0, CASE_COUNT);
    suite_add_tcase(suite, sets);
    TCase *corrupt = tcase_create("corrupt");
    tcase_set_timeout(corrupt, 120);
    tcase_add_loop_test(corrupt, any_damaged_byte_is_survived, 0, 2 * STYLE_COUNT);
    tcase_add_loop_test(corrupt, damaged_rows_of_long_lists_are_survived, 0, STYLE_COUNT);
    suite_add_tcase(suite, corrupt);
    return suite;
}
