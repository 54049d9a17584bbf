/* Jobs: each is done once, those for one worker in order, and what it wrote is seen by who waited for it. */
#include "base/crew.h"

#include <check.h>
#include <stddef.h>

enum { RING = 7, JOBS = 20000 };

struct sum {
    struct crew_job job;
    uint64_t from, to; /* to be added up */
    uint64_t total;
    uint32_t worker; /* who did it */
    uint64_t *order; /* of the worker's jobs: the last one's `from` */
    bool is_in_order;
};

static struct sum *sum_of(struct crew_job *job)
{
    return (struct sum *)(void *)((char *)job - offsetof(struct sum, job));
}

static void add_up(struct crew_job *job, uint32_t worker)
{
    struct sum *sum = sum_of(job);
    sum->total = 0;
    for (uint64_t i = sum->from; i < sum->to; i++) {
        sum->total += i;
    }
    sum->worker = worker;
    if (sum->order != NULL) {
        sum->is_in_order = sum->order[worker] <= sum->from;
        sum->order[worker] = sum->from;
    }
}

static void check_sum(const struct sum *sum)
{
    ck_assert_uint_eq(sum->total,
        (sum->to * (sum->to - 1) - (sum->from == 0 ? 0 : sum->from * (sum->from - 1))) / 2);
}

static const uint32_t counts[] = {1, 2, 3, 8};

START_TEST(jobs_are_done_and_their_results_seen)
{
    struct crew crew;
    struct sum ring[RING] = {0};
    crew_init(&crew, counts[_i]);
    ck_assert_uint_eq(crew.worker_count, counts[_i]);
    for (uint64_t i = 0; i < JOBS; i++) {
        struct sum *sum = &ring[i % RING];
        crew_wait(&crew, &sum->job);
        if (i >= RING) {
            check_sum(sum);
            ck_assert_uint_lt(sum->worker, counts[_i]);
        }
        sum->from = i;
        sum->to = i + i % 100;
        crew_give(&crew, &sum->job, CREW_ANY, add_up);
    }
    for (uint64_t i = 0; i < RING; i++) {
        crew_wait(&crew, &ring[i].job);
        check_sum(&ring[i]);
    }
    crew_release(&crew);
}
END_TEST

START_TEST(jobs_for_one_worker_are_done_by_it_in_order)
{
    struct crew crew;
    struct sum ring[RING] = {0};
    uint64_t order[CREW_WORKERS_MAX] = {0};
    crew_init(&crew, counts[_i]);
    for (uint64_t i = 0; i < JOBS; i++) {
        struct sum *sum = &ring[i % RING];
        crew_wait(&crew, &sum->job);
        if (i >= RING) {
            check_sum(sum);
            ck_assert_uint_eq(sum->worker, (i - RING) * (i - RING) % counts[_i]);
            ck_assert(sum->is_in_order);
        }
        sum->from = i;
        sum->to = i + i % 50;
        sum->order = order;
        crew_give(&crew, &sum->job, (uint32_t)(i * i % counts[_i]), add_up);
    }
    for (uint64_t i = 0; i < RING; i++) {
        crew_wait(&crew, &ring[i].job);
    }
    crew_release(&crew);
}
END_TEST

START_TEST(a_crew_without_work_ends)
{
    struct crew crew;
    struct sum sum = {0};
    crew_init(&crew, counts[_i]);
    crew_wait(&crew, &sum.job);
    crew_release(&crew);
}
END_TEST

Suite *suite_crew(void)
{
    Suite *suite = suite_create("crew");
    TCase *tcase = tcase_create("basics");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, jobs_are_done_and_their_results_seen, 0, 4);
    tcase_add_loop_test(tcase, jobs_for_one_worker_are_done_by_it_in_order, 0, 4);
    tcase_add_loop_test(tcase, a_crew_without_work_ends, 0, 4);
    suite_add_tcase(suite, tcase);
    return suite;
}
