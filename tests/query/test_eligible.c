/* Which documents can be hits, range by range, against asking each document what is known of it. */
#include <check.h>
#include <stdlib.h>

#include "query/eligible.h"
#include "support/guard.h"
#include "support/rng.h"

enum { DOCS = 1000, WORDS = (DOCS + 63) / 64, ROUNDS = 200 };

struct fixture {
    struct segment segment;
    struct guard bitmap;
    struct eligible eligible;
    uint64_t allowed[WORDS];
    uint32_t offered[DOCS];
};

static void delete_some(struct fixture *fixture, struct rng *rng)
{
    struct deletions *deletions = &fixture->segment.deletions;
    rng_fill(rng, fixture->bitmap.bytes, fixture->bitmap.size);
    deletions->bitmap = span_of(fixture->bitmap.bytes, fixture->bitmap.size);
    deletions->deleted_count = 1; /* or more */
}

static bool is_eligible(const struct fixture *fixture, uint32_t doc)
{
    const struct eligible *eligible = &fixture->eligible;
    if (eligible->allowed != NULL) {
        return (fixture->allowed[doc / 64] >> doc % 64 & 1) != 0;
    }
    for (uint32_t i = 0; i < eligible->offered_count; i++) {
        if (fixture->offered[i] == doc) {
            return false;
        }
    }
    return doc >= eligible->first && doc < eligible->end &&
           (fixture->segment.deletions.deleted_count == 0 ||
               (fixture->bitmap.bytes[doc / 8] >> doc % 8 & 1) == 0);
}

static void make_fixture(struct fixture *fixture, struct rng *rng)
{
    struct eligible *eligible = &fixture->eligible;
    fixture->segment.meta.doc_count = DOCS;
    fixture->segment.deletions.deleted_count = 0;
    *eligible = (struct eligible){.segment = &fixture->segment, .end = DOCS};
    if (rng_below(rng, 2) == 0) {
        delete_some(fixture, rng);
    }
    if (rng_below(rng, 2) == 0) {
        eligible->first = (uint32_t)rng_below(rng, DOCS);
        eligible->end = eligible->first + (uint32_t)rng_below(rng, DOCS + 1 - eligible->first);
    }
    if (rng_below(rng, 4) == 0) {
        rng_fill(rng, fixture->allowed, sizeof fixture->allowed);
        eligible->allowed = fixture->allowed;
    }
    const uint64_t one_in = 1 + rng_below(rng, 100);
    const bool has_offered = rng_below(rng, 2) == 0;
    eligible->offered = fixture->offered;
    for (uint32_t doc = 0; has_offered && doc < DOCS; doc += 1 + (uint32_t)one_in) {
        fixture->offered[eligible->offered_count++] = doc;
    }
}

START_TEST(a_range_has_those_that_can_be_hits)
{
    struct rng rng;
    struct fixture *fixture = calloc(1, sizeof *fixture);
    ck_assert_ptr_nonnull(fixture);
    guard_init(&fixture->bitmap, WORDS * sizeof(uint64_t), GUARD_BEHIND);
    rng_init(&rng, 1100);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        make_fixture(fixture, &rng);
        for (uint32_t doc = 0; doc < DOCS; doc++) {
            const bool expected = is_eligible(fixture, doc);
            const uint64_t range = eligible_in_range(&fixture->eligible, doc / 64);
            ck_assert_msg((range >> doc % 64 & 1) == expected, "round %u: document %u", round, doc);
            ck_assert(eligible_has(&fixture->eligible, doc) == expected);
        }
        if (fixture->eligible.allowed == NULL) { /* as damaged codes may ask */
            ck_assert_uint_eq(eligible_in_range(&fixture->eligible, WORDS), 0);
            ck_assert_uint_eq(eligible_in_range(&fixture->eligible, WORDS - 1) >> DOCS % 64, 0);
        }
    }
    guard_release(&fixture->bitmap);
    free(fixture);
}
END_TEST

Suite *suite_eligible(void)
{
    Suite *suite = suite_create("eligible");
    TCase *random = tcase_create("random");
    tcase_add_test(random, a_range_has_those_that_can_be_hits);
    suite_add_tcase(suite, random);
    return suite;
}
