/* Random sorted terms with random entries: found, walked, and looked for where they are not; then damaged. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "storage/termdict.h"
#include "support/fail.h"
#include "support/rng.h"

/* ---- a dictionary and what it was made from ---- */

struct model_term {
    uint8_t bytes[256];
    uint32_t length;
    struct term_entry entry;
    bool is_alias;
};

struct model {
    struct model_term *terms;
    uint32_t count;
    uint8_t *section_bytes;
    struct termdict dict;
};

enum style {
    STYLE_WORDS,
    STYLE_LONG_PREFIX,
    STYLE_HIGH_BYTES,
    STYLE_LONGEST,
    STYLE_ZEROS,
    STYLE_COUNT
};

static int compare_bytes(const uint8_t *a, uint32_t a_length, const uint8_t *b, uint32_t b_length)
{
    const int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
    return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

static int compare_terms(const void *a, const void *b)
{
    const struct model_term *x = a;
    const struct model_term *y = b;
    return compare_bytes(x->bytes, x->length, y->bytes, y->length);
}

static void make_term(struct model_term *term, enum style style, struct rng *rng)
{
    uint32_t length = 1 + rng_next32(rng) % 12;
    uint32_t from = 0;
    uint32_t letters = 26;
    uint8_t first = 'a';
    switch (style) {
    case STYLE_LONG_PREFIX: // equal far beyond the prefix that is searched
        from = 8 + rng_next32(rng) % 3 * 20;
        length += from;
        letters = 3;
        break;
    case STYLE_HIGH_BYTES:
        first = 0x78;
        letters = 0x88;
        break;
    case STYLE_LONGEST:
        from = 200 + rng_next32(rng) % 40;
        length = 240 + rng_next32(rng) % 11;
        break;
    case STYLE_ZEROS: // prefixes filled up with zeros look alike
        first = 0;
        letters = 2;
        break;
    default: break;
    }
    memset(term->bytes, 'q', sizeof term->bytes);
    for (uint32_t i = from; i < length; i++) {
        term->bytes[i] = (uint8_t)(first + rng_next32(rng) % letters);
    }
    term->length = length;
}

static void make_entry(struct model_term *term, struct term_entry *running, struct rng *rng)
{
    const uint32_t bits = rng_next32(rng) % 25;
    struct term_entry entry = {.df = bits < 10 ? 1 : 1 + rng_next32(rng) % (1u << bits)};
    const uint32_t repeats = rng_next32(rng) % 3 == 0 ? 0 : rng_next32(rng) % 10000;
    entry.cf = (uint64_t)entry.df + repeats;
    entry.max_tf = repeats == 0 ? 1 : entry.df == 1 ? repeats + 1 : 2 + repeats / 2;
    entry.min_length = rng_next32(rng) % 2000;
    term->is_alias = rng_next32(rng) % 5 == 0;
    if (!term->is_alias) {
        const uint32_t moved = rng_next32(rng) % 7 == 0 ? rng_next32(rng) % 1000 : 0;
        const uint64_t blocks = term_entry_blocks(&entry);
        entry.single_doc = entry.df == 1 ? rng_next32(rng) % DOC_END : 0;
        entry.postings_offset = running->postings_offset + moved;
        entry.postings_size = entry.df == 1 ? 0 : entry.df + rng_next32(rng) % 1000;
        entry.rows_offset = running->rows_offset + moved / 2;
        entry.rows_size = blocks > 1 ? (blocks + 31) / 32 * 4 + blocks * 20 : 0;
        entry.positions_offset = running->positions_offset + moved * 3;
        entry.positions_size = rng_next32(rng) % 4 == 0 ? 0 : rng_next32(rng) % 100000;
        *running = entry;
        running->postings_offset += entry.postings_size;
        running->rows_offset += entry.rows_size;
        running->positions_offset += entry.positions_size;
    }
    term->entry = entry;
}

static struct model model_new(uint32_t wanted, enum style style, uint64_t seed)
{
    struct rng rng;
    rng_init(&rng, seed);
    struct model model = {.terms = calloc(wanted + 1, sizeof *model.terms)};
    struct termdict_writer writer;
    struct term_entry running = {.postings_offset = 1000, .rows_offset = 7};
    struct buf section;
    for (uint32_t i = 0; i < wanted; i++) {
        make_term(&model.terms[i], style, &rng);
    }
    qsort(model.terms, wanted, sizeof *model.terms, compare_terms);
    for (uint32_t i = 0; i < wanted; i++) {
        if (model.count == 0 ||
            compare_terms(&model.terms[model.count - 1], &model.terms[i]) != 0) {
            model.terms[model.count++] = model.terms[i];
        }
    }
    termdict_writer_init(&writer);
    for (uint32_t i = 0; i < model.count; i++) {
        struct model_term *term = &model.terms[i];
        make_entry(term, &running, &rng);
        ck_assert_int_eq(termdict_writer_add(&writer, term->bytes, term->length, &term->entry,
                             term->is_alias, NULL),
            LEDE_OK);
    }
    ck_assert_int_eq(termdict_writer_finish(&writer, &section, NULL), LEDE_OK);
    model.section_bytes = calloc(section.size + LEDE_READ_PADDING, 1);
    memcpy(model.section_bytes, section.data, section.size);
    ck_assert_int_eq(
        termdict_open(&model.dict, span_of(model.section_bytes, section.size), "terms", NULL),
        LEDE_OK);
    ck_assert_uint_eq(model.dict.term_count, model.count);
    termdict_writer_release(&writer);
    return model;
}

static void model_free(struct model *model)
{
    free(model->terms);
    free(model->section_bytes);
}

/* ---- comparing ---- */

static void check_hit(const struct model *model, uint32_t ordinal, const struct termdict_hit *hit)
{
    const struct model_term *term = &model->terms[ordinal];
    const struct term_entry *expected = &term->entry;
    ck_assert_uint_eq(hit->ordinal, ordinal);
    ck_assert(hit->is_alias == term->is_alias);
    ck_assert_uint_eq(hit->entry.df, expected->df);
    ck_assert_uint_eq(hit->entry.cf, expected->cf);
    ck_assert_uint_eq(hit->entry.max_tf, expected->max_tf);
    ck_assert_uint_eq(hit->entry.min_length, expected->min_length);
    ck_assert_uint_eq(hit->entry.single_doc, expected->single_doc);
    ck_assert_uint_eq(hit->entry.postings_offset, expected->postings_offset);
    ck_assert_uint_eq(hit->entry.postings_size, expected->postings_size);
    ck_assert_uint_eq(hit->entry.rows_offset, expected->rows_offset);
    ck_assert_uint_eq(hit->entry.rows_size, expected->rows_size);
    ck_assert_uint_eq(hit->entry.positions_offset, expected->positions_offset);
    ck_assert_uint_eq(hit->entry.positions_size, expected->positions_size);
}

/* The place of the first term >= `bytes`; *is_equal_out whether it is that. */
static uint32_t model_find(
    const struct model *model, const uint8_t *bytes, uint32_t length, bool *is_equal_out)
{
    uint32_t low = 0;
    uint32_t high = model->count;
    while (low < high) {
        const uint32_t middle = (low + high) / 2;
        const struct model_term *term = &model->terms[middle];
        if (compare_bytes(term->bytes, term->length, bytes, length) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *is_equal_out = low < model->count && compare_bytes(model->terms[low].bytes,
                                              model->terms[low].length, bytes, length) == 0;
    return low;
}

/* Look for any bytes, there or not; and walk some steps from them. */
static void check_lookup(const struct model *model, const uint8_t *bytes, uint32_t length)
{
    bool is_there = false;
    const uint32_t place = model_find(model, bytes, length, &is_there);
    struct termdict_hit hit;
    struct termdict_walk walk;
    const lede_status status = termdict_find(&model->dict, bytes, length, &hit, NULL);
    ck_assert_msg(status == (is_there ? LEDE_OK : LEDE_ERR_NOT_FOUND), "status %d for %.*s", status,
        (int)length, (const char *)bytes);
    if (is_there) {
        check_hit(model, place, &hit);
    }
    termdict_walk_begin(&walk, &model->dict, bytes, length);
    for (uint32_t i = place; i < place + 3 && i < model->count; i++) {
        ck_assert_int_eq(walk.status, LEDE_OK);
        ck_assert_uint_eq(walk.ordinal, i);
        ck_assert_uint_eq(walk.term_length, model->terms[i].length);
        ck_assert_int_eq(memcmp(walk.term, model->terms[i].bytes, walk.term_length), 0);
        check_hit(model, i, &walk.hit);
        termdict_walk_next(&walk);
    }
    if (place + 3 > model->count) {
        ck_assert_int_eq(walk.status, LEDE_ERR_NOT_FOUND);
    }
}

static void check_dictionary(uint32_t count, enum style style, uint64_t seed)
{
    struct model model = model_new(count, style, seed);
    struct rng rng;
    rng_init(&rng, seed + 5);
    for (uint32_t i = 0; i < model.count; i++) {
        struct model_term term = model.terms[i];
        check_lookup(&model, term.bytes, term.length);
        const uint32_t pick = rng_next32(&rng) % 4; // a neighbour that is mostly absent
        if (pick == 0 && term.length > 1) {
            term.length--;
        } else if (pick == 1) {
            term.bytes[term.length++] = 0;
        } else if (pick == 2) {
            term.bytes[rng_next32(&rng) % term.length]++;
        } else {
            make_term(&term, style, &rng);
        }
        check_lookup(&model, term.bytes, term.length);
    }
    check_lookup(&model, (const uint8_t *)"\0", 1);
    uint8_t highest[255];
    memset(highest, 0xff, sizeof highest);
    check_lookup(&model, highest, sizeof highest);
    check_lookup(&model, highest, 8);
    model_free(&model);
}

START_TEST(all_terms_are_found_and_others_are_not)
{
    static const uint32_t counts[] = {1, 2, 31, 32, 33, 63, 64, 65, 700};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        check_dictionary(counts[i], (enum style)_i, 10 * (uint64_t)_i + i);
    }
}
END_TEST

START_TEST(a_walk_from_nothing_gives_all_terms)
{
    struct model model = model_new(3000, (enum style)_i, 4);
    struct termdict_walk walk;
    uint32_t i = 0;
    for (termdict_walk_begin(&walk, &model.dict, NULL, 0); walk.status == LEDE_OK;
         termdict_walk_next(&walk)) {
        check_hit(&model, i, &walk.hit);
        ck_assert_uint_eq(walk.term_length, model.terms[i].length);
        ck_assert_int_eq(memcmp(walk.term, model.terms[i].bytes, walk.term_length), 0);
        i++;
    }
    ck_assert_int_eq(walk.status, LEDE_ERR_NOT_FOUND);
    ck_assert_uint_eq(i, model.count);
    model_free(&model);
}
END_TEST

START_TEST(an_empty_dictionary_has_no_terms)
{
    struct model model = model_new(0, STYLE_WORDS, 1);
    struct termdict_hit hit;
    struct termdict_walk walk;
    ck_assert_int_eq(
        termdict_find(&model.dict, (const uint8_t *)"a", 1, &hit, NULL), LEDE_ERR_NOT_FOUND);
    termdict_walk_begin(&walk, &model.dict, NULL, 0);
    ck_assert_int_eq(walk.status, LEDE_ERR_NOT_FOUND);
    model_free(&model);
}
END_TEST

/* ---- limits ---- */

START_TEST(terms_of_the_largest_size_are_taken_and_longer_or_empty_ones_refused)
{
    struct termdict_writer writer;
    const struct term_entry entry = {.df = 1, .cf = 1, .max_tf = 1, .min_length = 4};
    uint8_t term[LEDE_TERM_BYTES_MAX + 1];
    lede_error error;
    memset(term, 'x', sizeof term);
    termdict_writer_init(&writer);
    ck_assert_int_eq(
        termdict_writer_add(&writer, term, 0, &entry, false, &error), LEDE_ERR_INVALID);
    ck_assert_int_eq(
        termdict_writer_add(&writer, term, sizeof term, &entry, false, &error), LEDE_ERR_INVALID);
    ck_assert_int_eq(
        termdict_writer_add(&writer, term, LEDE_TERM_BYTES_MAX, &entry, false, &error), LEDE_OK);
    ck_assert_uint_eq(writer.term_count, 1);
    termdict_writer_release(&writer);
}
END_TEST

START_TEST(terms_and_lists_out_of_order_are_refused)
{
    struct termdict_writer writer;
    struct term_entry entry = {
        .df = 2, .cf = 2, .max_tf = 1, .min_length = 4, .postings_offset = 10, .postings_size = 9};
    termdict_writer_init(&writer);
    ck_assert_int_eq(
        termdict_writer_add(&writer, (const uint8_t *)"mm", 2, &entry, false, NULL), LEDE_OK);
    entry.postings_offset = 19;
    static const char *const wrong[] = {"mm", "m", "ml", "a", "lzz"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        ck_assert_int_eq(termdict_writer_add(&writer, (const uint8_t *)wrong[i],
                             (uint32_t)strlen(wrong[i]), &entry, false, NULL),
            LEDE_ERR_INVALID);
    }
    entry.postings_offset = 18; // inside the last list
    ck_assert_int_eq(termdict_writer_add(&writer, (const uint8_t *)"mn", 2, &entry, false, NULL),
        LEDE_ERR_INVALID);
    entry.postings_offset = 19;
    entry.cf = 1; // below df
    ck_assert_int_eq(termdict_writer_add(&writer, (const uint8_t *)"mn", 2, &entry, false, NULL),
        LEDE_ERR_INVALID);
    entry.cf = 2;
    ck_assert_int_eq(
        termdict_writer_add(&writer, (const uint8_t *)"mn", 2, &entry, false, NULL), LEDE_OK);
    termdict_writer_release(&writer);
}
END_TEST

START_TEST(no_memory_is_an_error)
{
    lede_status status = LEDE_ERR_NOMEM;
    for (uint64_t at = 0; status != LEDE_OK; at++) {
        struct fail_memory memory;
        struct termdict_writer writer;
        struct buf section;
        fail_memory_begin(&memory, at, FAIL_FROM_ON);
        termdict_writer_init(&writer);
        status = LEDE_OK;
        for (uint8_t letter = 'a'; letter <= 'z' && status == LEDE_OK; letter++) {
            const struct term_entry entry = {.df = 1, .cf = 1, .max_tf = 1};
            status = termdict_writer_add(&writer, &letter, 1, &entry, false, NULL);
        }
        if (status == LEDE_OK) {
            status = termdict_writer_finish(&writer, &section, NULL);
        }
        ck_assert(status == LEDE_OK || status == LEDE_ERR_NOMEM);
        termdict_writer_release(&writer);
        fail_memory_end();
        ck_assert_int_eq(memory.live_blocks, 0);
        ck_assert_uint_lt(at, 200);
    }
}
END_TEST

/* ---- damaged bytes ---- */

/* Whatever the bytes: walks end and ascend, look-ups come back. True where a full walk found no fault. */
static bool survive(const struct model *model, const struct termdict *dict, struct rng *rng)
{
    struct termdict_walk walk;
    struct termdict_hit hit;
    uint8_t last[256];
    uint32_t last_length = 0;
    uint32_t walked = 0;
    for (termdict_walk_begin(&walk, dict, NULL, 0); walk.status == LEDE_OK;
         termdict_walk_next(&walk)) {
        if (walked > 0 && compare_bytes(last, last_length, walk.term, walk.term_length) >= 0) {
            ck_abort_msg("term %u does not ascend", walk.ordinal);
        }
        last_length = walk.term_length;
        memcpy(last, walk.term, last_length);
        walked++;
    }
    if (walked > dict->term_count) {
        ck_abort_msg("%u terms of %u", walked, dict->term_count);
    }
    const bool is_whole = walk.status == LEDE_ERR_NOT_FOUND;
    for (int i = 0; i < 4; i++) {
        const struct model_term *term = &model->terms[rng_next32(rng) % model->count];
        lede_error error = {0};
        const lede_status status = termdict_find(dict, term->bytes, term->length, &hit, &error);
        if (status == LEDE_ERR_CORRUPT && error.message[0] == '\0') {
            ck_abort_msg("no message");
        }
        termdict_walk_begin(&walk, dict, term->bytes, term->length);
        if (walk.status == LEDE_OK) {
            termdict_walk_next(&walk);
        }
    }
    return is_whole;
}

START_TEST(any_damaged_byte_is_survived)
{
    struct model model = model_new(150, (enum style)_i, 6);
    const size_t size =
        (size_t)(model.dict.blocks.bytes + model.dict.blocks.size - model.section_bytes);
    struct rng rng;
    rng_init(&rng, 1);
    for (size_t at = 0; at < size; at++) {
        const uint8_t before = model.section_bytes[at];
        for (int round = 0; round < 3; round++) {
            struct termdict dict;
            model.section_bytes[at] =
                round == 0 ? (uint8_t)~before : (uint8_t)(before ^ 1u << rng_next32(&rng) % 8);
            if (termdict_open(&dict, span_of(model.section_bytes, size), "terms", NULL) ==
                LEDE_OK) {
                (void)survive(&model, &dict, &rng);
            }
        }
        model.section_bytes[at] = before;
    }
    ck_assert(survive(&model, &model.dict, &rng));
    model_free(&model);
}
END_TEST

START_TEST(any_truncation_is_refused_when_opened)
{
    struct model model = model_new(150, STYLE_WORDS, 6);
    const size_t size =
        (size_t)(model.dict.blocks.bytes + model.dict.blocks.size - model.section_bytes);
    for (size_t cut = 0; cut < size; cut++) {
        uint8_t *copy = calloc(cut + LEDE_READ_PADDING, 1);
        struct termdict dict;
        lede_error error;
        memcpy(copy, model.section_bytes, cut);
        ck_assert_int_eq(
            termdict_open(&dict, span_of(copy, cut), "terms", &error), LEDE_ERR_CORRUPT);
        free(copy);
    }
    model_free(&model);
}
END_TEST

START_TEST(a_walk_finds_a_wrong_prefix)
{
    struct model model = model_new(150, STYLE_WORDS, 6);
    struct termdict_walk walk;
    model.section_bytes[model.dict.prefixes.bytes - model.section_bytes + 8] ^= 1;
    termdict_walk_begin(&walk, &model.dict, NULL, 0);
    for (uint32_t i = 0; i < LEDE_TERM_BLOCK; i++) {
        ck_assert_int_eq(walk.status, LEDE_OK);
        termdict_walk_next(&walk);
    }
    ck_assert_int_eq(walk.status, LEDE_ERR_CORRUPT);
    model_free(&model);
}
END_TEST

Suite *suite_termdict(void)
{
    Suite *suite = suite_create("termdict");
    TCase *basics = tcase_create("model");
    tcase_set_timeout(basics, 60);
    tcase_add_loop_test(basics, all_terms_are_found_and_others_are_not, 0, STYLE_COUNT);
    tcase_add_loop_test(basics, a_walk_from_nothing_gives_all_terms, 0, STYLE_COUNT);
    tcase_add_test(basics, an_empty_dictionary_has_no_terms);
    suite_add_tcase(suite, basics);
    TCase *limits = tcase_create("limits");
    tcase_add_test(limits, terms_of_the_largest_size_are_taken_and_longer_or_empty_ones_refused);
    tcase_add_test(limits, terms_and_lists_out_of_order_are_refused);
    tcase_add_test(limits, no_memory_is_an_error);
    suite_add_tcase(suite, limits);
    TCase *corrupt = tcase_create("corrupt");
    tcase_set_timeout(corrupt, 60);
    tcase_add_loop_test(corrupt, any_damaged_byte_is_survived, 0, STYLE_COUNT);
    tcase_add_test(corrupt, any_truncation_is_refused_when_opened);
    tcase_add_test(corrupt, a_walk_finds_a_wrong_prefix);
    suite_add_tcase(suite, corrupt);
    return suite;
}
