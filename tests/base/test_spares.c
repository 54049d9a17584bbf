/* Spare objects: what is put is taken once, by one thread at a time, and a closed house refuses. */
#include <check.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>

#include "base/spares.h"

START_TEST(what_is_put_is_taken_once)
{
    struct spares spares;
    int objects[3];
    spares_init(&spares);
    ck_assert_ptr_null(spares_take(&spares));
    for (size_t i = 0; i < 3; i++) {
        ck_assert(spares_put(&spares, &objects[i]));
    }
    unsigned seen = 0;
    for (size_t i = 0; i < 3; i++) {
        const int *object = spares_take(&spares);
        ck_assert_ptr_nonnull(object);
        seen |= 1u << (object - objects);
    }
    ck_assert_uint_eq(seen, 7);
    ck_assert_ptr_null(spares_take(&spares));
}
END_TEST

START_TEST(a_full_house_refuses)
{
    struct spares spares;
    int objects[SPARES_PLACES + 1];
    spares_init(&spares);
    for (size_t i = 0; i < SPARES_PLACES; i++) {
        ck_assert_msg(spares_put(&spares, &objects[i]), "place %zu", i);
    }
    ck_assert(!spares_put(&spares, &objects[SPARES_PLACES]));
    ck_assert_ptr_nonnull(spares_take(&spares));
    ck_assert(spares_put(&spares, &objects[SPARES_PLACES]));
}
END_TEST

static unsigned ended;

static void end(void *object)
{
    ended += *(unsigned *)object;
}

START_TEST(closing_ends_what_waits_and_refuses_the_rest)
{
    struct spares spares;
    unsigned objects[3] = {1, 2, 4};
    spares_init(&spares);
    ck_assert(spares_put(&spares, &objects[0]));
    ck_assert(spares_put(&spares, &objects[2]));
    ended = 0;
    spares_close(&spares, end);
    ck_assert_uint_eq(ended, 5);
    ck_assert(!spares_put(&spares, &objects[1]));
}
END_TEST

/* Threads that take, count up without an atomic, and put back: under MODE=tsan a missing order shows. */
enum { THREADS = 4, TURNS = 20000, OBJECTS = 3 };

struct crowd {
    struct spares spares;
    uint64_t counts[OBJECTS];
};

static void *take_and_put(void *context)
{
    struct crowd *crowd = context;
    uint64_t *taken = NULL;
    for (unsigned turn = 0; turn < TURNS;) {
        taken = spares_take(&crowd->spares);
        if (taken != NULL) {
            ++*taken;
            turn++;
            if (!spares_put(&crowd->spares, taken)) {
                return crowd; /* there is always room: lost */
            }
        }
    }
    return NULL;
}

START_TEST(threads_never_hold_the_same_object)
{
    static struct crowd crowd;
    pthread_t threads[THREADS];
    spares_init(&crowd.spares);
    for (size_t i = 0; i < OBJECTS; i++) {
        crowd.counts[i] = 0;
        ck_assert(spares_put(&crowd.spares, &crowd.counts[i]));
    }
    for (size_t i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, take_and_put, &crowd), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        void *fault;
        ck_assert_int_eq(pthread_join(threads[i], &fault), 0);
        ck_assert_ptr_null(fault);
    }
    uint64_t sum = 0;
    for (size_t i = 0; i < OBJECTS; i++) {
        sum += crowd.counts[i];
    }
    ck_assert_uint_eq(sum, THREADS * TURNS);
}
END_TEST

Suite *suite_spares(void)
{
    Suite *suite = suite_create("spares");
    TCase *tcase = tcase_create("all");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, what_is_put_is_taken_once);
    tcase_add_test(tcase, a_full_house_refuses);
    tcase_add_test(tcase, closing_ends_what_waits_and_refuses_the_rest);
    tcase_add_test(tcase, threads_never_hold_the_same_object);
    suite_add_tcase(suite, tcase);
    return suite;
}
