#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/keywords.h"
#include "support/rng.h"
#include "support/storage_files.h"

static char message[256];

static struct span text(const char *cstr)
{
    return span_of(cstr, strlen(cstr));
}

static const struct keyword_pair source_pairs[] = {
    {0, {(const uint8_t *)"reuters", 7}},
    {2, {(const uint8_t *)"ap", 2}},
    {3, {(const uint8_t *)"reuters", 7}},
};

static const struct keyword_pair author_pairs[] = {
    {1, {(const uint8_t *)"Zoe", 3}},
    {1, {(const uint8_t *)"Ann", 3}},
    {1, {(const uint8_t *)"Zoe", 3}},
    {3, {(const uint8_t *)"Bob", 3}},
    {4, {(const uint8_t *)"Ann", 3}},
    {4, {(const uint8_t *)"Bob", 3}},
};

/* Five documents: a field with one value at most, one with several, one without any. */
static struct buf write_small(void)
{
    const struct keyword_input fields[] = {{text("source"), source_pairs, 3},
        {text("author"), author_pairs, 6}, {text("section"), NULL, 0}};
    struct buf section;
    buf_init(&section, SIZE_MAX);
    ck_assert_int_eq(keywords_write(fields, 3, 5, &section), LEDE_OK);
    return section;
}

/* The values of a document as "a|b|". */
static const char *joined(const struct keyword_column *column, uint32_t doc)
{
    static char line[4096];
    uint32_t ordinals[LEDE_KEYWORD_VALUES_MAX];
    size_t length = 0;
    const uint32_t count = keyword_ordinals(column, doc, ordinals);
    for (uint32_t i = 0; i < count; i++) {
        const struct span value = keyword_value(column, ordinals[i]);
        length += (size_t)snprintf(line + length, sizeof line - length, "%.*s|", (int)value.size,
            (const char *)value.bytes);
    }
    line[length] = '\0';
    return line;
}

START_TEST(values_come_back_sorted_without_duplicates)
{
    struct buf section = write_small();
    struct keywords keywords;
    ck_assert_int_eq(keywords_open(&keywords, storage_section(&section), 5, NULL), LEDE_OK);
    const struct keyword_column *source = keywords_field(&keywords, "source", 6);
    const struct keyword_column *author = keywords_field(&keywords, "author", 6);
    const struct keyword_column *nothing = keywords_field(&keywords, "section", 7);
    ck_assert_ptr_null(keywords_field(&keywords, "sour", 4));
    static const char *const sources[] = {"reuters|", "", "ap|", "reuters|", ""};
    static const char *const authors[] = {"", "Ann|Zoe|", "", "Bob|", "Ann|Bob|"};
    for (uint32_t doc = 0; doc < 5; doc++) {
        ck_assert_str_eq(joined(source, doc), sources[doc]);
        ck_assert_str_eq(joined(author, doc), authors[doc]);
        ck_assert_str_eq(joined(nothing, doc), "");
    }
    ck_assert_uint_eq(source->start_bits, 0);
    ck_assert_uint_gt(author->start_bits, 0);
    ck_assert_uint_eq(keyword_find(author, "Ann", 3), 0);
    ck_assert_uint_eq(keyword_find(author, "Zoe", 3), 2);
    ck_assert_uint_eq(keyword_find(author, "An", 2), KEYWORD_NONE);
    ck_assert_uint_eq(keyword_find(author, "Zoey", 4), KEYWORD_NONE);
    ck_assert_uint_eq(keyword_find(nothing, "", 0), KEYWORD_NONE);
    ck_assert_msg(keywords_verify(&keywords, message, sizeof message), "%s", message);
    buf_release(&section);
}
END_TEST

START_TEST(many_values_in_many_documents_come_back)
{
    enum { DOCS = 700, VALUES = 1000 };
    static char names[VALUES][16];
    struct keyword_pair *pairs = malloc((size_t)DOCS * 8 * sizeof *pairs);
    struct rng rng;
    rng_init(&rng, 9);
    size_t count = 0;
    ck_assert_ptr_nonnull(pairs);
    for (uint32_t i = 0; i < VALUES; i++) {
        (void)snprintf(names[i], sizeof names[i], "v%u", i);
    }
    for (uint32_t doc = 0; doc < DOCS; doc++) {
        for (uint64_t n = rng_below(&rng, 8); n > 0; n--) {
            pairs[count++] = (struct keyword_pair){doc, text(names[rng_below(&rng, VALUES)])};
        }
    }
    const struct keyword_input field = {text("f"), pairs, count};
    struct buf section;
    struct keywords keywords;
    uint32_t ordinals[LEDE_KEYWORD_VALUES_MAX];
    buf_init(&section, SIZE_MAX);
    ck_assert_int_eq(keywords_write(&field, 1, DOCS, &section), LEDE_OK);
    ck_assert_int_eq(keywords_open(&keywords, storage_section(&section), DOCS, NULL), LEDE_OK);
    ck_assert_msg(keywords_verify(&keywords, message, sizeof message), "%s", message);
    const struct keyword_column *column = &keywords.fields[0];
    for (size_t i = 0; i < count; i++) {
        const uint32_t found =
            keyword_find(column, (const char *)pairs[i].value.bytes, pairs[i].value.size);
        ck_assert_uint_ne(found, KEYWORD_NONE);
        const uint32_t have = keyword_ordinals(column, pairs[i].doc, ordinals);
        bool is_there = false;
        for (uint32_t j = 0; j < have; j++) {
            is_there |= ordinals[j] == found;
            ck_assert(j == 0 || ordinals[j - 1] < ordinals[j]);
        }
        ck_assert(is_there);
    }
    buf_release(&section);
    free(pairs);
}
END_TEST

START_TEST(limits_hold_at_their_edge)
{
    static char names[LEDE_KEYWORD_VALUES_MAX + 1][8];
    static char longest[LEDE_KEYWORD_BYTES_MAX];
    struct keyword_pair pairs[LEDE_KEYWORD_VALUES_MAX + 1];
    struct buf section;
    struct keywords keywords;
    uint32_t ordinals[LEDE_KEYWORD_VALUES_MAX];
    memset(longest, 'y', sizeof longest);
    for (uint32_t i = 0; i <= LEDE_KEYWORD_VALUES_MAX; i++) {
        (void)snprintf(names[i], sizeof names[i], "%u", i);
        pairs[i] = (struct keyword_pair){0, text(names[i])};
    }
    pairs[7].value = span_of(longest, sizeof longest);
    struct keyword_input fields[LEDE_KEYWORD_FIELDS_MAX];
    char field_names[LEDE_KEYWORD_FIELDS_MAX][LEDE_FIELD_NAME_BYTES_MAX + 1];
    for (uint32_t i = 0; i < LEDE_KEYWORD_FIELDS_MAX; i++) {
        (void)snprintf(field_names[i], sizeof field_names[i], "%0*u", LEDE_FIELD_NAME_BYTES_MAX, i);
        fields[i] = (struct keyword_input){text(field_names[i]), pairs, LEDE_KEYWORD_VALUES_MAX};
    }
    buf_init(&section, SIZE_MAX);
    ck_assert_int_eq(keywords_write(fields, LEDE_KEYWORD_FIELDS_MAX, 1, &section), LEDE_OK);
    ck_assert_int_eq(keywords_open(&keywords, storage_section(&section), 1, NULL), LEDE_OK);
    ck_assert_msg(keywords_verify(&keywords, message, sizeof message), "%s", message);
    ck_assert_uint_eq(keyword_ordinals(&keywords.fields[31], 0, ordinals), LEDE_KEYWORD_VALUES_MAX);
    ck_assert_uint_ne(keyword_find(&keywords.fields[31], longest, sizeof longest), KEYWORD_NONE);
    fields[0].pair_count++;
    buf_reset(&section);
    ck_assert_int_eq(keywords_write(fields, 1, 1, &section), LEDE_ERR_LIMIT);
    buf_release(&section);
}
END_TEST

START_TEST(no_documents_and_no_fields_are_fine)
{
    const struct keyword_input field = {text("f"), NULL, 0};
    struct keywords keywords;
    for (size_t fields = 0; fields < 2; fields++) {
        struct buf section;
        buf_init(&section, SIZE_MAX);
        ck_assert_int_eq(keywords_write(&field, fields, 0, &section), LEDE_OK);
        ck_assert_int_eq(keywords_open(&keywords, storage_section(&section), 0, NULL), LEDE_OK);
        ck_assert(keywords_verify(&keywords, message, sizeof message));
        buf_release(&section);
    }
}
END_TEST

static void survive(struct span section)
{
    struct keywords keywords;
    uint32_t ordinals[LEDE_KEYWORD_VALUES_MAX];
    if (keywords_open(&keywords, section, 5, NULL) != LEDE_OK) {
        return;
    }
    for (uint32_t i = 0; i < keywords.field_count; i++) {
        const struct keyword_column *column = &keywords.fields[i];
        for (uint32_t doc = 0; doc < 5; doc++) {
            const uint32_t count = keyword_ordinals(column, doc, ordinals);
            ck_assert_uint_le(count, LEDE_KEYWORD_VALUES_MAX);
            for (uint32_t j = 0; j < count; j++) {
                ck_assert_uint_lt(ordinals[j], column->value_count);
                const struct span value = keyword_value(column, ordinals[j]);
                ck_assert_uint_le(value.size, section.size);
            }
        }
        (void)keyword_find(column, "Bob", 3);
        ck_assert_uint_le(keywords_field(&keywords, "author", 6) != NULL, 1);
    }
    (void)keywords_verify(&keywords, message, sizeof message);
}

START_TEST(hostile_bytes_are_survived)
{
    struct buf section = write_small();
    struct guard guard;
    const struct span exact = storage_section_guarded(&section, &guard);
    uint8_t *bytes = guard.bytes;
    for (size_t i = 0; i < exact.size; i++) {
        for (unsigned value = 0; value < 256; value += 3) {
            const uint8_t kept = bytes[i];
            bytes[i] = (uint8_t)value;
            survive(exact);
            bytes[i] = kept;
        }
    }
    guard_release(&guard);
    for (size_t size = 0; size < section.size; size++) {
        struct buf cut = section;
        cut.size = size;
        struct guard cut_guard;
        survive(storage_section_guarded(&cut, &cut_guard));
        guard_release(&cut_guard);
    }
    buf_release(&section);
}
END_TEST

Suite *suite_keywords(void)
{
    Suite *suite = suite_create("keywords");
    TCase *basics = tcase_create("basics");
    tcase_add_test(basics, values_come_back_sorted_without_duplicates);
    tcase_add_test(basics, many_values_in_many_documents_come_back);
    tcase_add_test(basics, limits_hold_at_their_edge);
    tcase_add_test(basics, no_documents_and_no_fields_are_fine);
    suite_add_tcase(suite, basics);
    TCase *corrupt = tcase_create("corrupt");
    tcase_set_timeout(corrupt, 60);
    tcase_add_test(corrupt, hostile_bytes_are_survived);
    suite_add_tcase(suite, corrupt);
    return suite;
}
