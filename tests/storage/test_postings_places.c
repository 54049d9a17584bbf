/* Where documents are in random lists, one by one and in ranges, compared with the arrays the lists were made from; and
 * that no damage gives a place outside. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "codec/block.h"
#include "storage/postings_cursor_parts.h"
#include "storage/postings_frequencies.h"
#include "storage/postings_places.h"
#include "support/list_model.h"
#include "support/rng.h"

static const uint32_t dfs[] = {1, 2, 40, 256, 257, 700, 5000, 20000};
enum { DF_COUNT = sizeof dfs / sizeof dfs[0], CASE_COUNT = DF_COUNT * STYLE_COUNT };

static struct list_model model_of_case(int i)
{
    return list_model_new(
        dfs[i % DF_COUNT], (enum list_style)(i / DF_COUNT), false, 1000 + (uint64_t)i);
}

/* Windows in any order, ranges at random; frequencies by the places that were found. */
START_TEST(ranges_have_documents_and_places)
{
    struct list_model model = model_of_case(_i);
    struct stored_list stored = stored_list_new(&model);
    struct rng rng;
    struct postings_cursor cursor;
    struct postings_frequencies frequencies;
    rng_init(&rng, 70 + (uint64_t)_i);
    postings_cursor_init(&cursor, &stored.source, &stored.entry);
    postings_frequencies_init(&frequencies, &cursor);
    const uint32_t windows = model.doc_count / 4096 + 1;
    for (uint32_t round = 0; round < 200; round++) {
        const uint32_t first = (uint32_t)rng_below(&rng, windows) * 4096;
        const uint64_t ranges = round % 3 == 0   ? UINT64_C(1) << rng_below(&rng, 64)
                                : round % 3 == 1 ? rng_next(&rng) & rng_next(&rng)
                                                 : ~UINT64_C(0);
        uint64_t words[64];
        uint32_t starts[64];
        postings_places_ranges(&cursor, first, ranges, words, starts);
        for (uint64_t left = ranges; left != 0; left &= left - 1) {
            const uint32_t range = lowest_bit64(left);
            const uint32_t base = first + range * 64;
            uint32_t places[64];
            uint32_t got[64];
            uint32_t count = 0;
            for (uint32_t bit = 0; bit < 64; bit++) {
                const bool is_set = (words[range] >> bit & 1) != 0;
                if (is_set != list_model_has(&model, base + bit)) {
                    ck_abort_msg("case %d, round %u: document %u", _i, round, base + bit);
                }
                if (is_set) {
                    places[count] = starts[range] + count;
                    count++;
                }
            }
            ck_assert(count == 0 || starts[range] == list_model_rank(&model, base));
            const uint32_t asked = round % 4 == 0 && count > 1 ? 1 : count;
            postings_frequencies_read(&frequencies, places, asked, got);
            for (uint32_t i = 0; i < asked; i++) {
                if (got[i] != model.frequencies[places[i]]) {
                    ck_abort_msg("case %d, round %u: frequency at %u", _i, round, places[i]);
                }
            }
        }
        /* In between the cursor serves others. */
        if (round % 5 == 0) {
            const uint32_t target = (uint32_t)rng_below(&rng, model.doc_count);
            const uint32_t place = list_model_rank(&model, target);
            ck_assert_uint_eq(postings_cursor_place(&cursor, target),
                place < model.list.count ? model.docs[place] : DOC_END);
        }
    }
    ck_assert_int_eq(cursor.status, LEDE_OK);
    stored_list_free(&stored);
    list_model_free(&model);
}
END_TEST

START_TEST(documents_have_places)
{
    struct list_model model = model_of_case(_i);
    struct stored_list stored = stored_list_new(&model);
    struct rng rng;
    struct postings_cursor cursor;
    rng_init(&rng, 170 + (uint64_t)_i);
    postings_cursor_init(&cursor, &stored.source, &stored.entry);
    for (uint32_t round = 0; round < 100; round++) {
        uint32_t docs[300];
        uint32_t found[300];
        uint32_t places[300];
        uint32_t count = 0;
        const uint32_t gap = 1 + (uint32_t)rng_below(&rng, round % 2 == 0 ? 8 : 3000);
        for (uint64_t doc = rng_below(&rng, model.doc_count); count < 300 && doc < model.doc_count;
             doc += 1 + rng_below(&rng, gap)) {
            docs[count++] = (uint32_t)doc;
        }
        const uint32_t kept = postings_places_find(&cursor, docs, count, found, places);
        uint32_t expected = 0;
        for (uint32_t i = 0; i < count; i++) {
            if (!list_model_has(&model, docs[i])) {
                continue;
            }
            if (expected == kept || found[expected] != i ||
                places[expected] != list_model_rank(&model, docs[i])) {
                ck_abort_msg("case %d, round %u: document %u", _i, round, docs[i]);
            }
            expected++;
        }
        ck_assert_uint_eq(kept, expected);
    }
    ck_assert_int_eq(cursor.status, LEDE_OK);
    stored_list_free(&stored);
    list_model_free(&model);
}
END_TEST

START_TEST(dense_lists_tell_which_documents_they_have)
{
    struct list_model model = list_model_new(3000, STYLE_BITS, false, (uint64_t)_i);
    struct stored_list stored = stored_list_new(&model);
    struct postings_cursor cursor;
    struct rng rng;
    uint32_t *docs = calloc(model.doc_count, sizeof *docs);
    uint32_t *kept = calloc(model.doc_count, sizeof *kept);
    uint32_t count = 0;
    uint32_t expected = 0;
    rng_init(&rng, 3 + (uint64_t)_i);
    for (uint32_t doc = 0; doc < model.doc_count; doc++) {
        docs[count] = doc;
        count += rng_below(&rng, 1 + (uint64_t)_i) == 0;
    }
    postings_cursor_init(&cursor, &stored.source, &stored.entry);
    const uint32_t found = postings_places_keep(&cursor, docs, count, kept);
    for (uint32_t i = 0; i < count; i++) {
        if (list_model_has(&model, docs[i])) {
            ck_assert_uint_lt(expected, found);
            ck_assert_uint_eq(kept[expected++], i);
        }
    }
    ck_assert_uint_eq(found, expected);
    free(docs);
    free(kept);
    stored_list_free(&stored);
    list_model_free(&model);
}
END_TEST

/* ---- damaged bytes ---- */

/* A bit string with more ones than its block has documents gives no place behind the block: rows and frequencies are found
 * by places. */
START_TEST(bit_strings_with_too_many_ones_are_damage)
{
    struct list_model model = list_model_new(256 * 3 + 100, STYLE_DENSE, false, 19);
    struct stored_list stored = stored_list_new(&model);
    uint32_t *docs = malloc(model.doc_count * sizeof *docs);
    uint32_t *found = malloc(model.doc_count * sizeof *found);
    uint32_t *places = malloc(model.doc_count * sizeof *places);
    uint32_t tried = 0;
    for (uint32_t i = 0; i < model.doc_count; i++) {
        docs[i] = i;
    }
    for (uint32_t block = 0; block < 4; block++) {
        struct postings_cursor cursor;
        struct block_extent extent;
        struct span bits;
        uint8_t before[BLOCK_BYTES_MAX];
        postings_cursor_init(&cursor, &stored.source, &stored.entry);
        ck_assert(postings_cursor_load(&cursor, block == 0 ? 1 : 0));
        ck_assert(postings_cursor_extent(&cursor, block, &extent));
        if (!block_bits(block_bytes(&cursor, extent), &bits)) {
            continue;
        }
        uint8_t *at = stored.parts[0] + (bits.bytes - stored.source.postings.bytes);
        ck_assert_uint_le(bits.size, sizeof before);
        memcpy(before, at, bits.size);
        memset(at, 0xff, bits.size);
        const uint32_t kept = postings_places_find(&cursor, docs, model.doc_count, found, places);
        for (uint32_t i = 0; i < kept; i++) {
            ck_assert_uint_lt(places[i], stored.entry.df);
        }
        ck_assert_int_eq(cursor.status, LEDE_ERR_CORRUPT);
        memcpy(at, before, bits.size);
        tried++;
    }
    ck_assert_uint_gt(tried, 0);
    free(docs);
    free(found);
    free(places);
    stored_list_free(&stored);
    list_model_free(&model);
}
END_TEST

/* Every place that is given is the list's, and they ascend. */
static void places_are_inside(const struct list_model *model, const struct stored_list *stored,
    const uint32_t *docs, uint32_t *found, uint32_t *places)
{
    struct postings_cursor cursor;
    uint64_t words[64];
    uint32_t starts[64];
    uint32_t least = 0;
    postings_cursor_init(&cursor, &stored->source, &stored->entry);
    const uint32_t kept = postings_places_find(&cursor, docs, model->doc_count, found, places);
    for (uint32_t i = 0; i < kept; i++) {
        ck_assert_uint_ge(places[i], least);
        ck_assert_uint_lt(places[i], stored->entry.df);
        least = places[i] + 1;
    }
    postings_cursor_init(&cursor, &stored->source, &stored->entry);
    for (uint32_t first = 0; first < model->doc_count; first += 4096) {
        postings_places_ranges(&cursor, first, ~UINT64_C(0), words, starts);
        for (uint32_t i = 0; i < 64; i++) {
            ck_assert(
                words[i] == 0 || (uint64_t)starts[i] + popcount64(words[i]) <= stored->entry.df);
            for (uint64_t left = words[i]; left != 0; left &= left - 1) {
                ck_assert_uint_lt(first + i * 64 + lowest_bit64(left), model->doc_count);
            }
        }
    }
}

/* Bits, ranks, and bits that no document has. */
START_TEST(damaged_dense_lists_give_no_place_outside)
{
    struct rng rng;
    struct list_model model = list_model_new(1500, STYLE_BITS, false, 77);
    struct stored_list stored = stored_list_new(&model);
    const size_t size = dense_docs_size(model.doc_count);
    uint8_t *at = stored.parts[0] + stored.source.postings.size - size;
    uint8_t *before = malloc(size);
    uint32_t *docs = malloc(model.doc_count * sizeof *docs);
    uint32_t *found = malloc(model.doc_count * sizeof *found);
    uint32_t *places = malloc(model.doc_count * sizeof *places);
    rng_init(&rng, 8);
    for (uint32_t i = 0; i < model.doc_count; i++) {
        docs[i] = i;
    }
    memcpy(before, at, size);
    for (uint32_t round = 0; round < 300; round++) {
        for (uint32_t i = 0; i <= round % 9; i++) {
            at[rng_below(&rng, size)] ^= (uint8_t)(1u << rng_below(&rng, 8));
        }
        places_are_inside(&model, &stored, docs, found, places);
        memcpy(at, before, size);
    }
    memset(at, 0xff, size);
    places_are_inside(&model, &stored, docs, found, places);
    free(before);
    free(docs);
    free(found);
    free(places);
    stored_list_free(&stored);
    list_model_free(&model);
}
END_TEST

/* A row that gives a block's frequencies a byte more than they take. */
START_TEST(frequencies_take_all_bytes_of_their_block)
{
    struct list_model model = list_model_new(700, STYLE_BITS, false, 5);
    struct stored_list stored = stored_list_new(&model);
    uint8_t *row = stored.parts[1] + stored.entry.rows_offset + SUPER_ROW_BYTES + ROW_BYTES;
    struct postings_cursor cursor;
    struct postings_frequencies frequencies;
    uint32_t places[LEDE_BLOCK_POSTINGS];
    uint32_t got[LEDE_BLOCK_POSTINGS];
    for (uint32_t i = 0; i < LEDE_BLOCK_POSTINGS; i++) {
        places[i] = LEDE_BLOCK_POSTINGS + i;
    }
    for (uint32_t more = 0; more < 2; more++) {
        store_le32(row + 4, row_postings_end(row) + more);
        postings_cursor_init(&cursor, &stored.source, &stored.entry);
        postings_frequencies_init(&frequencies, &cursor);
        postings_frequencies_read(&frequencies, places, LEDE_BLOCK_POSTINGS, got);
        ck_assert_int_eq(cursor.status, more == 0 ? LEDE_OK : LEDE_ERR_CORRUPT);
        ck_assert_uint_eq(got[7], more == 0 ? model.frequencies[places[7]] : 0);
    }
    stored_list_free(&stored);
    list_model_free(&model);
}
END_TEST

Suite *suite_postings_places(void)
{
    Suite *suite = suite_create("postings_places");
    TCase *places = tcase_create("model");
    tcase_set_timeout(places, 120);
    tcase_add_loop_test(places, ranges_have_documents_and_places, 0, CASE_COUNT);
    tcase_add_loop_test(places, documents_have_places, 0, CASE_COUNT);
    tcase_add_loop_test(places, dense_lists_tell_which_documents_they_have, 0, 6);
    suite_add_tcase(suite, places);
    TCase *corrupt = tcase_create("corrupt");
    tcase_add_test(corrupt, bit_strings_with_too_many_ones_are_damage);
    tcase_add_test(corrupt, damaged_dense_lists_give_no_place_outside);
    tcase_add_test(corrupt, frequencies_take_all_bytes_of_their_block);
    suite_add_tcase(suite, corrupt);
    return suite;
}
