/* One mutex for all: a job takes some hundred microseconds at least, taking one some tens of nanoseconds.
 *
 * Signals are blocked in the workers, so that a handler runs in a thread of the caller's. */
#include "base/crew.h"

#include <signal.h>
#include <stddef.h>

#include "base/assert.h"

/* The oldest job that the worker may take, taken out of the list; NULL where there is none. */
static struct crew_job *take(struct crew *crew, uint32_t worker)
{
    struct crew_job *before = NULL;
    for (struct crew_job *job = crew->first; job != NULL; before = job, job = job->next) {
        if (job->worker != CREW_ANY && job->worker != worker) {
            continue;
        }
        if (before == NULL) {
            crew->first = job->next;
        } else {
            before->next = job->next;
        }
        if (crew->last == job) {
            crew->last = before;
        }
        return job;
    }
    return NULL;
}

static void *work(void *context)
{
    struct crew_worker *self = context;
    struct crew *crew = self->crew;
    (void)pthread_mutex_lock(&crew->mutex);
    for (;;) {
        struct crew_job *job = take(crew, self->number);
        if (job != NULL) {
            (void)pthread_mutex_unlock(&crew->mutex);
            job->run(job, self->number);
            (void)pthread_mutex_lock(&crew->mutex);
            job->is_under_way = false;
            (void)pthread_cond_signal(&crew->done);
        } else if (crew->is_ending) {
            break;
        } else {
            (void)pthread_cond_wait(&crew->given, &crew->mutex);
        }
    }
    (void)pthread_mutex_unlock(&crew->mutex);
    return NULL;
}

static uint32_t start_workers(struct crew *crew, uint32_t worker_count)
{
    sigset_t all;
    sigset_t before;
    uint32_t started = 0;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    for (; started < worker_count; started++) {
        struct crew_worker *worker = &crew->workers[started];
        *worker = (struct crew_worker){.crew = crew, .number = started};
        if (pthread_create(&worker->thread, NULL, work, worker) != 0) {
            break;
        }
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

static void stop_workers(struct crew *crew, uint32_t started)
{
    (void)pthread_mutex_lock(&crew->mutex);
    crew->is_ending = true;
    (void)pthread_cond_broadcast(&crew->given);
    (void)pthread_mutex_unlock(&crew->mutex);
    for (uint32_t i = 0; i < started; i++) {
        (void)pthread_join(crew->workers[i].thread, NULL);
    }
    (void)pthread_cond_destroy(&crew->done);
    (void)pthread_cond_destroy(&crew->given);
    (void)pthread_mutex_destroy(&crew->mutex);
}

void crew_init(struct crew *crew, uint32_t worker_count)
{
    ASSERT(worker_count >= 1);
    ASSERT(worker_count <= CREW_WORKERS_MAX);
    *crew = (struct crew){.worker_count = 1};
    if (worker_count == 1 || pthread_mutex_init(&crew->mutex, NULL) != 0) {
        return;
    }
    (void)pthread_cond_init(&crew->given, NULL);
    (void)pthread_cond_init(&crew->done, NULL);
    const uint32_t started = start_workers(crew, worker_count);
    if (started < 2) {
        stop_workers(crew, started);
        *crew = (struct crew){.worker_count = 1};
        return;
    }
    crew->worker_count = started;
}

void crew_release(struct crew *crew)
{
    ASSERT(crew->first == NULL);
    if (crew->worker_count > 1) {
        stop_workers(crew, crew->worker_count);
    }
    *crew = (struct crew){0};
}

void crew_give(struct crew *crew, struct crew_job *job, uint32_t worker,
    void (*run)(struct crew_job *job, uint32_t worker))
{
    ASSERT(!job->is_under_way);
    ASSERT(worker == CREW_ANY || worker < crew->worker_count);
    if (crew->worker_count == 1) {
        run(job, 0);
        return;
    }
    job->run = run;
    job->next = NULL;
    job->worker = worker;
    (void)pthread_mutex_lock(&crew->mutex);
    job->is_under_way = true;
    if (crew->last == NULL) {
        crew->first = job;
    } else {
        crew->last->next = job;
    }
    crew->last = job;
    if (worker == CREW_ANY) {
        (void)pthread_cond_signal(&crew->given);
    } else {
        (void)pthread_cond_broadcast(&crew->given);
    }
    (void)pthread_mutex_unlock(&crew->mutex);
}

void crew_wait(struct crew *crew, struct crew_job *job)
{
    if (crew->worker_count <= 1) {
        return;
    }
    (void)pthread_mutex_lock(&crew->mutex);
    while (job->is_under_way) {
        (void)pthread_cond_wait(&crew->done, &crew->mutex);
    }
    (void)pthread_mutex_unlock(&crew->mutex);
}
