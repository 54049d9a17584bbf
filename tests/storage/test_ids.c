#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/ids.h"
#include "support/storage_files.h"

static char message[256];

struct id_set {
    struct span *ids;
    char *bytes;
    uint32_t count;
};

/* Ids of many lengths, sharing prefixes with their neighbours; all different. */
static struct id_set make_ids(uint32_t count)
{
    struct id_set set = {.ids = malloc((count + 1) * sizeof *set.ids),
        .bytes = malloc((size_t)(count + 1) * (LEDE_ID_BYTES_MAX + 1)),
        .count = count};
    ck_assert_ptr_nonnull(set.ids);
    ck_assert_ptr_nonnull(set.bytes);
    for (uint32_t i = 0; i < count; i++) {
        char *id = set.bytes + (size_t)i * (LEDE_ID_BYTES_MAX + 1);
        size_t length = (size_t)sprintf(id, "news/%u/%u", i / 10, i % 10);
        if (i % 50 == 49) {
            memset(id + length, 'x', LEDE_ID_BYTES_MAX - length);
            length = LEDE_ID_BYTES_MAX;
        } else if (i == 3) {
            id[0] = '\0';
            length = 1;
        }
        set.ids[i] = span_of(id, length);
    }
    return set;
}

static void free_ids(struct id_set *set)
{
    free(set->ids);
    free(set->bytes);
}

START_TEST(every_document_has_its_id_and_is_found_by_it)
{
    static const uint32_t counts[] = {0, 1, 15, 16, 17, 32, 100, 1000, 5000};
    const uint32_t count = counts[_i];
    struct id_set set = make_ids(count);
    struct buf section;
    struct ids ids;
    char id[LEDE_ID_BYTES_MAX + 1];
    buf_init(&section, SIZE_MAX);
    ck_assert_int_eq(ids_write(set.ids, count, &section), LEDE_OK);
    ck_assert_int_eq(ids_open(&ids, storage_section(&section), count, NULL), LEDE_OK);
    for (uint32_t doc = 0; doc < count; doc++) {
        ck_assert_uint_eq(ids_at(&ids, doc, id), set.ids[doc].size);
        ck_assert_mem_eq(id, set.ids[doc].bytes, set.ids[doc].size);
        ck_assert_int_eq(id[set.ids[doc].size], '\0');
        ck_assert_uint_eq(ids_find(&ids, (const char *)set.ids[doc].bytes, set.ids[doc].size), doc);
    }
    char longer[LEDE_ID_BYTES_MAX + 2];
    memset(longer, 'x', sizeof longer);
    ck_assert_uint_eq(ids_find(&ids, "nobody", 6), DOC_END);
    ck_assert_uint_eq(ids_find(&ids, "", 0), DOC_END);
    ck_assert_uint_eq(ids_find(&ids, longer, LEDE_ID_BYTES_MAX), DOC_END);
    ck_assert_uint_eq(ids_find(&ids, longer, LEDE_ID_BYTES_MAX + 1), DOC_END);
    ck_assert_msg(ids_verify(&ids, message, sizeof message), "%s", message);
    buf_release(&section);
    free_ids(&set);
}
END_TEST

START_TEST(verify_sees_an_id_that_is_there_twice)
{
    const struct span twice[] = {span_of("a", 1), span_of("b", 1), span_of("a", 1)};
    struct buf section;
    struct ids ids;
    buf_init(&section, SIZE_MAX);
    ck_assert_int_eq(ids_write(twice, 3, &section), LEDE_OK);
    ck_assert_int_eq(ids_open(&ids, storage_section(&section), 3, NULL), LEDE_OK);
    ck_assert(!ids_verify(&ids, message, sizeof message));
    ck_assert_str_eq(message, "document 2 is not found by its id");
    buf_release(&section);
}
END_TEST

static void survive(struct span section, const struct id_set *set)
{
    struct ids ids;
    char id[LEDE_ID_BYTES_MAX + 1];
    if (ids_open(&ids, section, set->count, NULL) != LEDE_OK) {
        return;
    }
    for (uint32_t doc = 0; doc < set->count; doc++) {
        const size_t length = ids_at(&ids, doc, id);
        ck_assert_uint_le(length, LEDE_ID_BYTES_MAX);
        const uint32_t found =
            ids_find(&ids, (const char *)set->ids[doc].bytes, set->ids[doc].size);
        ck_assert(found == DOC_END || found < set->count);
    }
    (void)ids_verify(&ids, message, sizeof message);
}

START_TEST(hostile_bytes_are_survived)
{
    struct id_set set = make_ids(40);
    struct buf section;
    buf_init(&section, SIZE_MAX);
    ck_assert_int_eq(ids_write(set.ids, set.count, &section), LEDE_OK);
    struct guard guard;
    const struct span exact = storage_section_guarded(&section, &guard);
    uint8_t *bytes = guard.bytes;
    for (size_t i = 0; i < exact.size; i++) {
        static const uint8_t masks[] = {0x01, 0x80, 0xff};
        for (size_t m = 0; m < sizeof masks; m++) {
            bytes[i] ^= masks[m];
            survive(exact, &set);
            bytes[i] ^= masks[m];
        }
    }
    guard_release(&guard);
    for (size_t size = 0; size < section.size; size++) {
        struct buf cut = section;
        cut.size = size;
        struct guard cut_guard;
        survive(storage_section_guarded(&cut, &cut_guard), &set);
        guard_release(&cut_guard);
    }
    buf_release(&section);
    free_ids(&set);
}
END_TEST

Suite *suite_ids(void)
{
    Suite *suite = suite_create("ids");
    TCase *basics = tcase_create("basics");
    tcase_add_loop_test(basics, every_document_has_its_id_and_is_found_by_it, 0, 9);
    tcase_add_test(basics, verify_sees_an_id_that_is_there_twice);
    suite_add_tcase(suite, basics);
    TCase *corrupt = tcase_create("corrupt");
    tcase_set_timeout(corrupt, 60);
    tcase_add_test(corrupt, hostile_bytes_are_survived);
    suite_add_tcase(suite, corrupt);
    return suite;
}
