/* Random lists written, read back through cursors in every way, and compared with the arrays; then the same
 * bytes damaged. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "storage/occurrences.h"
#include "storage/postings.h"
#include "support/fail.h"
#include "support/kernels.h"
#include "support/list_model.h"
#include "support/rng.h"

/* Check's own assertions write to a pipe also where they hold; these are for inner loops. */
static void expect(bool holds, const char *what, uint64_t a, uint64_t b, int line)
{
    if (!holds) {
        ck_abort_msg(
            "line %d: %s: %llu, %llu", line, what, (unsigned long long)a, (unsigned long long)b);
    }
}

static void expect_eq(uint64_t a, uint64_t b, const char *what, int line)
{
    expect(a == b, what, a, b, line);
}

static void expect_le(uint64_t a, uint64_t b, const char *what, int line)
{
    expect(a <= b, what, a, b, line);
}

#define EXPECT(a)       expect(a, #a, 0, 0, __LINE__)
#define EXPECT_EQ(a, b) expect_eq(a, b, #a " == " #b, __LINE__)
#define EXPECT_LE(a, b) expect_le(a, b, #a " <= " #b, __LINE__)
#define EXPECT_GE(a, b) expect_le(b, a, #a " >= " #b, __LINE__)
#define EXPECT_LT(a, b) expect_le((uint64_t)(a) + 1, b, #a " < " #b, __LINE__)
#define EXPECT_GT(a, b) expect_le((uint64_t)(b) + 1, a, #a " > " #b, __LINE__)

/* How many documents of the list are below `target`. */
static uint32_t model_rank(const struct list_model *model, uint32_t target)
{
    uint32_t low = 0;
    uint32_t high = model->list.count;
    while (low < high) {
        const uint32_t middle = (low + high) / 2;
        if (model->docs[middle] < target) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void check_positions(
    const struct list_model *model, struct occurrences *occurrences, uint32_t place)
{
    uint32_t positions[1024];
    const uint32_t tf = model->frequencies[place];
    const uint32_t expected = model->list.positions == NULL ? 0 : tf;
    positions[expected] = 0xeeeeeeee;
    EXPECT_EQ(occurrences_read(occurrences, positions, 1024), expected);
    EXPECT(expected == 0 || memcmp(positions, model->positions + model->first_position[place],
                                expected * sizeof *positions) == 0);
    EXPECT_EQ(positions[expected], 0xeeeeeeee);
    if (expected > 1) { // as many as fit
        positions[1] = 77;
        EXPECT_EQ(occurrences_read(occurrences, positions, 1), expected);
        EXPECT_EQ(positions[1], 77);
    }
}

/* The eighth of the document that the cursor stands on has the code of its documents, which holds for each. */
static void check_code(const struct list_model *model, const struct postings_cursor *cursor)
{
    const uint32_t sub = cursor->index / LEDE_SUB_BLOCK_POSTINGS;
    const uint32_t first = cursor->block * LEDE_BLOCK_POSTINGS + sub * LEDE_SUB_BLOCK_POSTINGS;
    uint8_t expected = 0;
    for (uint32_t i = first; i < first + LEDE_SUB_BLOCK_POSTINGS && i < model->list.count; i++) {
        expected = range_code_join(expected,
            range_code(model->scale, model->frequencies[i], model->lengths[model->docs[i]]));
    }
    const uint8_t code = postings_cursor_sub_code(cursor, sub);
    EXPECT_EQ(code, expected);
    for (uint32_t i = first; i < first + LEDE_SUB_BLOCK_POSTINGS && i < model->list.count; i++) {
        EXPECT_LE(
            range_quotient(model->scale, model->frequencies[i], model->lengths[model->docs[i]]),
            model->scale->quotients[code]);
    }
}

static void check_next(const struct list_model *model, const struct stored_list *stored)
{
    struct postings_cursor cursor;
    struct occurrences occurrences;
    postings_cursor_init(&cursor, &stored->source, &stored->entry);
    occurrences_init(&occurrences, &cursor);
    for (uint32_t i = 0; i < model->list.count; i++) {
        EXPECT_EQ(cursor.doc, model->docs[i]);
        EXPECT_EQ(postings_cursor_frequency(&cursor), model->frequencies[i]);
        check_positions(model, &occurrences, i);
        if (i % LEDE_SUB_BLOCK_POSTINGS == 0 && cursor.block_count > 1) {
            check_code(model, &cursor);
        }
        postings_cursor_next(&cursor);
    }
    for (int i = 0; i < 2; i++) {
        EXPECT_EQ(cursor.doc, DOC_END);
        EXPECT_EQ(postings_cursor_next(&cursor), DOC_END);
    }
    EXPECT_EQ(postings_cursor_frequency(&cursor), 0);
    EXPECT_EQ(postings_cursor_seek(&cursor, DOC_END), DOC_END);
    ck_assert_int_eq(cursor.status, LEDE_OK);
    EXPECT_EQ(
        cursor.blocks_decoded, model->list.count == 1 ? 0 : term_entry_blocks(&stored->entry));
}

/* Random seeks, ranks and steps, of which the k-th passes about 2^k documents. */
static void check_seeks(
    const struct list_model *model, const struct stored_list *stored, uint64_t seed)
{
    struct rng rng;
    rng_init(&rng, seed);
    struct postings_cursor cursor;
    struct occurrences occurrences;
    postings_cursor_init(&cursor, &stored->source, &stored->entry);
    occurrences_init(&occurrences, &cursor);
    while (cursor.doc != DOC_END) {
        uint32_t place = model_rank(model, cursor.doc);
        const uint32_t jump = rng_next32(&rng) % (1u << rng_next32(&rng) % 13);
        const uint32_t goal = place + jump < model->list.count ? place + jump : model->list.count;
        uint32_t target = goal < model->list.count ? model->docs[goal] : DOC_END;
        target -= rng_next32(&rng) % 2 == 0 && target > cursor.doc;
        place = model_rank(model, target);
        switch (rng_next32(&rng) % 3) {
        case 0: EXPECT_EQ(postings_cursor_rank(&cursor, target), place); break;
        case 1: postings_cursor_seek(&cursor, target); break;
        default:
            place = model_rank(model, cursor.doc) + 1;
            postings_cursor_next(&cursor);
            break;
        }
        const bool is_end = place == model->list.count;
        EXPECT_EQ(cursor.doc, is_end ? DOC_END : model->docs[place]);
        if (!is_end && rng_next32(&rng) % 2 == 0) {
            EXPECT_EQ(postings_cursor_frequency(&cursor), model->frequencies[place]);
            check_positions(model, &occurrences, place);
        }
    }
    ck_assert_int_eq(cursor.status, LEDE_OK);
}

/* Positions by place, in any order; long ones come in runs, which others of the block may be asked for between. */
static void check_places(
    const struct list_model *model, const struct stored_list *stored, uint64_t seed)
{
    struct postings_cursor cursor;
    struct occurrences occurrences;
    struct rng rng;
    rng_init(&rng, seed);
    postings_cursor_init(&cursor, &stored->source, &stored->entry);
    occurrences_init(&occurrences, &cursor);
    uint32_t place = 0;
    for (uint32_t round = 0; model->list.positions != NULL && round < 500; round++) {
        place = round % 4 == 0 ? (uint32_t)rng_below(&rng, model->list.count)
                               : (place + (uint32_t)rng_below(&rng, 5)) % model->list.count;
        const uint32_t block = place / LEDE_BLOCK_POSTINGS;
        const uint32_t *expected = model->positions + model->first_position[place];
        uint32_t left = model->frequencies[place];
        struct position_run run;
        struct position_run other;
        EXPECT(occurrences_at(&occurrences, block, place % LEDE_BLOCK_POSTINGS, &run));
        for (;;) {
            EXPECT_LE(run.count, left);
            EXPECT_EQ(run.left, left - run.count);
            for (uint32_t i = 0; i < run.count; i++) {
                EXPECT_EQ(run.values[i] - run.base, expected[i]);
            }
            expected += run.count;
            left -= run.count;
            if (run.left == 0) {
                break;
            }
            EXPECT(occurrences_at(&occurrences, block, 0, &other));
            EXPECT_EQ(other.values[0] - other.base,
                model->positions[model->first_position[block * LEDE_BLOCK_POSTINGS]]);
            EXPECT(occurrences_more(&occurrences, &run));
        }
        EXPECT_EQ(left, 0);
    }
    ck_assert_int_eq(occurrences.status, LEDE_OK);
}

static void check_entry(const struct list_model *model, const struct term_entry *entry)
{
    uint64_t cf = 0;
    uint32_t max_tf = 0;
    uint32_t min_length = UINT32_MAX;
    for (uint32_t i = 0; i < model->list.count; i++) {
        const uint32_t length = model->lengths[model->docs[i]];
        cf += model->frequencies[i];
        max_tf = model->frequencies[i] > max_tf ? model->frequencies[i] : max_tf;
        min_length = length < min_length ? length : min_length;
    }
    ck_assert_uint_eq(entry->df, model->list.count);
    ck_assert_uint_eq(entry->cf, cf);
    ck_assert_uint_eq(entry->max_tf, max_tf);
    ck_assert_uint_eq(entry->min_length, min_length);
}

static void check_list(uint32_t df, enum list_style style, bool has_positions, uint64_t seed)
{
    struct list_model model = list_model_new(df, style, has_positions, seed);
    struct stored_list stored = stored_list_new(&model);
    char message[256] = "";
    check_entry(&model, &stored.entry);
    const struct bitpack_ops *ops;
    for (size_t i = 0; (ops = kernels_bitpack_ops(&i)) != NULL;) {
        stored.source.bitpack = ops;
        check_next(&model, &stored);
        check_seeks(&model, &stored, seed + 1);
        check_seeks(&model, &stored, seed + 2);
        check_places(&model, &stored, seed + 3);
    }
    ck_assert_msg(postings_verify(&stored.source, &stored.entry, model.scale, model.lengths,
                      message, sizeof message),
        "df %u style %d: %s", df, style, message);
    stored_list_free(&stored);
    list_model_free(&model);
}

static const uint32_t border_dfs[] = {1, 2, 3, 31, 32, 33, 255, 256, 257, 511, 512, 513, 1023, 1024,
    1025, 8191, 8192, 8193, 256 * 33, 256 * 64 + 1};

START_TEST(lists_of_border_sizes_come_back)
{
    const uint32_t df = border_dfs[_i];
    for (int style = 0; style < STYLE_COUNT; style++) {
        check_list(df, (enum list_style)style, style % 2 == 0, 1000 + df);
        check_list(df, (enum list_style)style, style % 2 == 1, 2000 + df);
    }
}
END_TEST

START_TEST(lists_of_random_sizes_come_back)
{
    struct rng rng;
    rng_init(&rng, 50 + (uint64_t)_i);
    for (int round = 0; round < 6; round++) {
        const uint32_t df = 1 + rng_next32(&rng) % (round < 4 ? 600 : 5000);
        check_list(
            df, (enum list_style)(rng_next32(&rng) % STYLE_COUNT), round % 3 != 0, rng_next(&rng));
    }
}
END_TEST

START_TEST(lists_follow_each_other_and_drained_parts_count)
{
    struct list_model model = list_model_new(300, STYLE_SPARSE, true, 5);
    struct postings_writer writer;
    struct term_entry first;
    struct term_entry second;
    postings_writer_init(&writer);
    ck_assert_int_eq(postings_writer_add(&writer, &model.list, &first, NULL), LEDE_OK);
    const size_t size = writer.postings.size;
    writer.postings_base += size;
    buf_reset(&writer.postings);
    ck_assert_int_eq(postings_writer_add(&writer, &model.list, &second, NULL), LEDE_OK);
    ck_assert_uint_eq(first.postings_size, second.postings_size);
    ck_assert_uint_eq(second.postings_offset, size);
    ck_assert_uint_eq(second.rows_offset, first.rows_size);
    ck_assert_uint_eq(second.positions_offset, first.positions_size);
    ck_assert_uint_eq(writer.docs_bytes + writer.frequencies_bytes, 2 * size);
    postings_writer_release(&writer);
    list_model_free(&model);
}
END_TEST

/* ---- what is refused ---- */

static void check_refused(const struct posting_list *list, lede_status expected)
{
    struct postings_writer writer;
    struct term_entry entry;
    lede_error error;
    postings_writer_init(&writer);
    ck_assert_int_eq(postings_writer_add(&writer, list, &entry, &error), expected);
    ck_assert_int_eq(error.status, expected);
    ck_assert_uint_eq(writer.postings.size, 0);
    ck_assert_uint_eq(writer.rows.size, 0);
    ck_assert_uint_eq(writer.positions.size, 0);
    postings_writer_release(&writer);
}

START_TEST(lists_out_of_order_are_refused)
{
    struct list_model model = list_model_new(300, STYLE_DENSE, true, 8);
    const uint32_t doc = model.docs[299];
    model.docs[299] = model.docs[298];
    check_refused(&model.list, LEDE_ERR_INVALID);
    model.docs[299] = DOC_END;
    check_refused(&model.list, LEDE_ERR_INVALID);
    model.docs[299] = doc;
    const uint32_t frequency = model.frequencies[20];
    model.frequencies[20] = 0;
    check_refused(&model.list, LEDE_ERR_INVALID);
    model.frequencies[20] = LEDE_DOCUMENT_TOKENS_MAX + 1;
    check_refused(&model.list, LEDE_ERR_INVALID);
    model.frequencies[20] = frequency;
    uint32_t place = 0;
    while (model.frequencies[place] < 2) {
        place++;
    }
    uint32_t *positions = model.positions + model.first_position[place];
    positions[1] = positions[0];
    check_refused(&model.list, LEDE_ERR_INVALID);
    positions[1] = DOC_END;
    check_refused(&model.list, LEDE_ERR_INVALID);
    list_model_free(&model);
}
END_TEST

/* The example of FORMAT.md: the list of the one below in a segment of 1300 documents. */
START_TEST(dense_lists_are_the_documented_bytes)
{
    enum { DF = 300, DOCS = 1300, BLOCKS = 10, WORDS = 168 };
    static uint32_t docs[DF], frequencies[DF], lengths[DOCS];
    static const uint8_t ranks[] = {0, 0, 0, 0, 0x7f, 0, 0, 0, 0xff, 0, 0, 0};
    struct range_scale scale = {.length_free = 1, .length_factor = 0.1f};
    struct postings_writer writer;
    struct term_entry entry;
    uint8_t words[WORDS] = {0x20};
    memset(words + 1, 0x22, 149);
    words[150] = 0x02;
    for (uint32_t i = 0; i < DF; i++) {
        docs[i] = 5 + 4 * i;
        frequencies[i] = i % 50 == 0 ? 2 : 1;
    }
    const struct posting_list list = {.docs = docs,
        .frequencies = frequencies,
        .count = DF,
        .lengths = lengths,
        .scale = &scale,
        .doc_count = DOCS};
    postings_writer_init(&writer);
    ck_assert_int_eq(postings_writer_add(&writer, &list, &entry, NULL), LEDE_OK);
    ck_assert_uint_eq(entry.postings_size, BLOCKS + WORDS + sizeof ranks);
    ck_assert_uint_eq(load_le32(writer.rows.data + SUPER_ROW_BYTES + 4), 9);
    ck_assert_uint_eq(load_le32(writer.rows.data + SUPER_ROW_BYTES + ROW_BYTES + 4), BLOCKS);
    ck_assert_mem_eq(writer.postings.data + BLOCKS, words, WORDS);
    ck_assert_mem_eq(writer.postings.data + BLOCKS + WORDS, ranks, sizeof ranks);
    postings_writer_release(&writer);
}
END_TEST

/* The example of FORMAT.md. */
START_TEST(rows_are_the_documented_bytes)
{
    enum { DF = 300, LENGTH = 30 };
    static uint32_t docs[DF], frequencies[DF], lengths[DF * 4 + 5];
    static const uint8_t expected[] = {0xb1, 0x04, 0x00, 0x00, /* super row */
        0x01, 0x04, 0x00, 0x00, 0x4d, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x55, 0x55, 0x33,
        0x55, 0x55, 0x33, 0x55, 0x55, 0xb1, 0x04, 0x00, 0x00, 0x5a, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x33, 0x33, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00};
    struct range_scale scale = {.length_free = 1, .length_factor = 0.1f};
    struct postings_writer writer;
    struct term_entry entry;
    for (uint32_t i = 0; i < RANGE_CODES; i++) {
        scale.quotients[i] = (float)i / 255;
    }
    for (uint32_t i = 0; i < DF; i++) {
        docs[i] = 5 + 4 * i;
        frequencies[i] = i % 50 == 0 ? 2 : 1;
        lengths[docs[i]] = LENGTH;
    }
    const struct posting_list list = {
        .docs = docs, .frequencies = frequencies, .count = DF, .lengths = lengths, .scale = &scale};
    postings_writer_init(&writer);
    ck_assert_int_eq(postings_writer_add(&writer, &list, &entry, NULL), LEDE_OK);
    ck_assert_uint_eq(writer.rows.size, sizeof expected);
    for (size_t i = 0; i < sizeof expected; i++) {
        ck_assert_msg(writer.rows.data[i] == expected[i], "byte %zu: %02x instead of %02x", i,
            writer.rows.data[i], expected[i]);
    }
    postings_writer_release(&writer);
}
END_TEST

START_TEST(the_largest_frequency_and_position_come_back)
{
    const uint32_t docs[] = {3, 9};
    const uint32_t frequencies[] = {LEDE_DOCUMENT_TOKENS_MAX, 1};
    uint32_t lengths[10];
    for (int i = 0; i < 10; i++) {
        lengths[i] = LEDE_DOCUMENT_TOKENS_MAX;
    }
    static const struct range_scale scale;
    struct list_model model = {.doc_count = 10};
    model.list = (struct posting_list){
        .docs = docs, .frequencies = frequencies, .count = 2, .lengths = lengths, .scale = &scale};
    struct stored_list stored = stored_list_new(&model);
    struct postings_cursor cursor;
    postings_cursor_init(&cursor, &stored.source, &stored.entry);
    ck_assert_uint_eq(postings_cursor_frequency(&cursor), LEDE_DOCUMENT_TOKENS_MAX);
    stored_list_free(&stored);
    const uint32_t positions[] = {0, DOC_END - 1, 7};
    const uint32_t few[] = {2, 1};
    model.list.frequencies = few;
    model.list.positions = positions;
    stored = stored_list_new(&model);
    uint32_t out[2] = {0};
    struct occurrences occurrences;
    postings_cursor_init(&cursor, &stored.source, &stored.entry);
    occurrences_init(&occurrences, &cursor);
    ck_assert_uint_eq(occurrences_read(&occurrences, out, 2), 2);
    ck_assert_uint_eq(out[1], DOC_END - 1);
    ck_assert_uint_eq(postings_cursor_next(&cursor), 9);
    ck_assert_uint_eq(occurrences_read(&occurrences, out, 2), 1);
    ck_assert_uint_eq(out[0], 7);
    stored_list_free(&stored);
}
END_TEST

START_TEST(no_memory_is_an_error_and_leaves_nothing)
{
    struct list_model model = list_model_new(1100, STYLE_SPARSE, true, 4);
    lede_status status = LEDE_ERR_NOMEM;
    for (uint64_t at = 0; status != LEDE_OK; at++) {
        struct fail_memory memory;
        struct postings_writer writer;
        struct term_entry entry;
        fail_memory_begin(&memory, at, FAIL_FROM_ON);
        postings_writer_init(&writer);
        status = postings_writer_add(&writer, &model.list, &entry, NULL);
        ck_assert(status == LEDE_OK || status == LEDE_ERR_NOMEM);
        ck_assert(status == LEDE_OK || writer.postings.size == 0);
        postings_writer_release(&writer);
        fail_memory_end();
        ck_assert_int_eq(memory.live_blocks, 0);
        ck_assert_uint_lt(at, 1000);
    }
    list_model_free(&model);
}
END_TEST

/* ---- damaged bytes ---- */

/* Go over a list in all ways; whatever the bytes, documents ascend and all ends. */
static void survive(const struct list_model *model, const struct postings_source *source,
    const struct term_entry *entry)
{
    struct postings_cursor cursor;
    struct occurrences occurrences;
    uint32_t positions[64];
    char message[200];
    uint32_t steps = 0;
    postings_cursor_init(&cursor, source, entry);
    occurrences_init(&occurrences, &cursor);
    for (uint32_t last = UINT32_MAX; cursor.doc != DOC_END; steps++) {
        const uint32_t doc = cursor.doc;
        EXPECT(last == UINT32_MAX || doc > last);
        EXPECT_LT(doc, source->doc_count);
        last = doc;
        const uint32_t tf = postings_cursor_frequency(&cursor);
        EXPECT_LE(tf, entry->max_tf);
        if (cursor.block_count > 1 && cursor.doc != DOC_END) {
            (void)postings_cursor_sub_code(&cursor, cursor.index / LEDE_SUB_BLOCK_POSTINGS);
        }
        const uint32_t found = occurrences_read(&occurrences, positions, 64);
        for (uint32_t i = 1; i < found && i < 64; i++) {
            EXPECT_GT(positions[i], positions[i - 1]);
        }
        postings_cursor_next(&cursor);
    }
    EXPECT_LE(steps, entry->df);
    EXPECT(cursor.status == LEDE_OK || cursor.status == LEDE_ERR_CORRUPT);
    for (uint32_t stride = 1; stride < 5000; stride *= 7) {
        postings_cursor_init(&cursor, source, entry);
        while (cursor.doc != DOC_END) {
            const uint32_t target = cursor.doc + stride;
            const uint32_t doc = postings_cursor_seek(&cursor, target);
            EXPECT_GE(doc, target);
        }
    }
    (void)postings_verify(source, entry, model->scale, model->lengths, message, sizeof message);
}

static void flip_all(uint32_t df, enum list_style style, uint64_t seed)
{
    struct list_model model = list_model_new(df, style, true, seed);
    struct stored_list stored = stored_list_new(&model);
    struct span *const spans[] = {
        &stored.source.postings, &stored.source.rows, &stored.source.positions};
    for (int part = 0; part < 3; part++) {
        for (size_t at = 0; at < spans[part]->size; at++) {
            const uint8_t before = stored.parts[part][at];
            stored.parts[part][at] ^= (uint8_t)(1u << (at * 7 + part) % 8);
            survive(&model, &stored.source, &stored.entry);
            stored.parts[part][at] = (uint8_t)~before;
            survive(&model, &stored.source, &stored.entry);
            stored.parts[part][at] = before;
        }
    }
    stored_list_free(&stored);
    list_model_free(&model);
}

START_TEST(any_damaged_byte_of_a_list_is_survived)
{
    flip_all(1, STYLE_MANY_TF, 10);
    flip_all(2, STYLE_DENSE, 11);
    flip_all(40, STYLE_MANY_TF, 12);
    flip_all(300, STYLE_DENSE, 13);
    flip_all(600, STYLE_RUNS, 14);
}
END_TEST

START_TEST(any_truncation_of_a_part_is_survived)
{
    struct list_model model = list_model_new(300, STYLE_MANY_TF, true, 21);
    struct stored_list stored = stored_list_new(&model);
    struct span *const spans[] = {
        &stored.source.postings, &stored.source.rows, &stored.source.positions};
    for (int part = 0; part < 3; part++) {
        const struct span whole = *spans[part];
        for (size_t size = 0; size < whole.size; size++) {
            uint8_t *copy = calloc(size + LEDE_READ_PADDING, 1);
            memcpy(copy, whole.bytes, size);
            *spans[part] = span_of(copy, size);
            struct postings_cursor cursor;
            postings_cursor_init(&cursor, &stored.source, &stored.entry);
            ck_assert_int_eq(cursor.status, LEDE_ERR_CORRUPT);
            survive(&model, &stored.source, &stored.entry);
            free(copy);
        }
        *spans[part] = whole;
    }
    stored_list_free(&stored);
    list_model_free(&model);
}
END_TEST

START_TEST(any_entry_is_survived)
{
    struct list_model model = list_model_new(600, STYLE_MANY_TF, true, 33);
    struct stored_list stored = stored_list_new(&model);
    struct rng rng;
    rng_init(&rng, 9);
    for (uint32_t round = 0; round < 3000; round++) {
        struct term_entry entry = stored.entry;
        uint8_t bytes[sizeof entry];
        for (uint32_t change = 0; change <= round % 3; change++) {
            memcpy(bytes, &entry, sizeof entry);
            bytes[rng_next32(&rng) % sizeof entry] ^= (uint8_t)(1u << rng_next32(&rng) % 8);
            memcpy(&entry, bytes, sizeof entry);
        }
        survive(&model, &stored.source, &entry);
    }
    stored_list_free(&stored);
    list_model_free(&model);
}
END_TEST

/* verify must notice damage that no reader has to. */
static void check_found(
    struct stored_list *stored, const struct list_model *model, int part, size_t at)
{
    char message[200] = "";
    stored->parts[part][at] ^= 1;
    ck_assert_msg(!postings_verify(&stored->source, &stored->entry, model->scale, model->lengths,
                      message, sizeof message) &&
                      message[0] != '\0',
        "part %d byte %zu: damage not found", part, at);
    stored->parts[part][at] ^= 1;
}

START_TEST(verify_finds_wrong_codes_and_rows)
{
    struct list_model model = list_model_new(1030, STYLE_MANY_TF, true, 44);
    struct stored_list stored = stored_list_new(&model);
    const size_t rows = (size_t)stored.entry.rows_offset;
    check_found(&stored, &model, 1, rows);                  // super row: last docid
    check_found(&stored, &model, 1, rows + 4);              // row: last docid
    check_found(&stored, &model, 1, rows + 8);              // end in postings
    check_found(&stored, &model, 1, rows + 12);             // end in positions
    check_found(&stored, &model, 1, rows + 16);             // code of the first eighth
    check_found(&stored, &model, 1, rows + 23);             // of the last
    check_found(&stored, &model, 1, rows + 4 + 5 * 20 - 1); // of one without documents
    uint32_t place = 0; // of a document that without words would be above its eighth's code
    while (range_code(model.scale, model.frequencies[place], 0) <=
           stored.parts[1][rows + 16 + place / LEDE_SUB_BLOCK_POSTINGS]) {
        ck_assert_uint_lt(++place, LEDE_BLOCK_POSTINGS);
    }
    uint32_t *length = &model.lengths[model.docs[place]];
    const uint32_t before = *length;
    char message[200] = "";
    *length = 0;
    ck_assert(!postings_verify(
        &stored.source, &stored.entry, model.scale, model.lengths, message, sizeof message));
    ck_assert_ptr_nonnull(strstr(message, "eighth"));
    *length = before;
    stored.entry.cf++;
    ck_assert(!postings_verify(
        &stored.source, &stored.entry, model.scale, model.lengths, message, sizeof message));
    ck_assert_ptr_nonnull(strstr(message, "occurrences"));
    stored_list_free(&stored);
    list_model_free(&model);
}
END_TEST

START_TEST(seeking_far_passes_blocks_without_decoding_them)
{
    struct list_model model = list_model_new(256 * 64 + 1, STYLE_SPARSE, false, 3);
    struct stored_list stored = stored_list_new(&model);
    struct postings_cursor cursor;
    postings_cursor_init(&cursor, &stored.source, &stored.entry);
    ck_assert_uint_eq(
        postings_cursor_seek(&cursor, model.docs[256 * 60 + 9]), model.docs[256 * 60 + 9]);
    ck_assert_uint_eq(cursor.blocks_decoded, 2);
    ck_assert_uint_eq(cursor.blocks_skipped, 59);
    ck_assert_uint_eq(postings_cursor_rank(&cursor, model.docs[256 * 64]), 256 * 64);
    ck_assert_uint_eq(cursor.blocks_decoded, 3);
    stored_list_free(&stored);
    list_model_free(&model);
}
END_TEST

Suite *suite_postings(void)
{
    Suite *suite = suite_create("postings");
    TCase *basics = tcase_create("model");
    tcase_set_timeout(basics, 120);
    tcase_add_loop_test(
        basics, lists_of_border_sizes_come_back, 0, sizeof border_dfs / sizeof border_dfs[0]);
    tcase_add_loop_test(basics, lists_of_random_sizes_come_back, 0, 10);
    tcase_add_test(basics, lists_follow_each_other_and_drained_parts_count);
    tcase_add_test(basics, rows_are_the_documented_bytes);
    tcase_add_test(basics, dense_lists_are_the_documented_bytes);
    tcase_add_test(basics, seeking_far_passes_blocks_without_decoding_them);
    suite_add_tcase(suite, basics);
    TCase *limits = tcase_create("limits");
    tcase_add_test(limits, lists_out_of_order_are_refused);
    tcase_add_test(limits, the_largest_frequency_and_position_come_back);
    tcase_add_test(limits, no_memory_is_an_error_and_leaves_nothing);
    suite_add_tcase(suite, limits);
    TCase *corrupt = tcase_create("corrupt");
    tcase_set_timeout(corrupt, 120);
    tcase_add_test(corrupt, any_damaged_byte_of_a_list_is_survived);
    tcase_add_test(corrupt, any_truncation_of_a_part_is_survived);
    tcase_add_test(corrupt, any_entry_is_survived);
    tcase_add_test(corrupt, verify_finds_wrong_codes_and_rows);
    suite_add_tcase(suite, corrupt);
    return suite;
}
