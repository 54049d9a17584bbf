/* crew.h -- threads that do the jobs of one thread, which waits for them in whatever order it likes.
 *
 *     owner: give(job) ... give(job) ... wait(job)        worker: the oldest job it may take, run, again
 *
 * A job is a struct of the owner's with a struct crew_job in it. It is the crew's from crew_give until
 * crew_wait returns: only the worker touches what it refers to. The owner bounds what is under way by the
 * jobs it has, and has an order by waiting for them in the order it gave them, as in a ring.
 *
 * A worker has a number, so that the owner can keep something for each (a compression context, a table) that
 * no other worker touches. A job can be meant for one worker; then it and the others for the same are done in
 * the order given.
 *
 * A crew of one has no threads: crew_give does the job. So has one for which no thread could be started.
 *
 * Memory   a list's head; the threads' stacks.
 * Threads  all calls from one thread.
 */
#ifndef BASE_CREW_H
#define BASE_CREW_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

enum {
    CREW_WORKERS_MAX = 64,
    CREW_ANY = UINT16_MAX, /* whichever worker is free first */
};

struct crew_job {
    void (*run)(struct crew_job *job, uint32_t worker);
    struct crew_job *next; /* given and not taken yet */
    uint32_t worker;       /* that it is meant for, or CREW_ANY */
    bool is_under_way;     /* given and not done */
};

struct crew_worker {
    struct crew *crew;
    pthread_t thread;
    uint32_t number;
};

struct crew {
    uint32_t worker_count;         /* 1: no threads */
    struct crew_job *first, *last; /* given and not taken yet */
    bool is_ending;
    pthread_mutex_t mutex;
    pthread_cond_t given; /* there may be something to take */
    pthread_cond_t done;  /* a job was done */
    struct crew_worker workers[CREW_WORKERS_MAX];
};

/* A crew of `worker_count` workers, 1..CREW_WORKERS_MAX, or as many as could be started: see worker_count. A
 * job given must not be meant for a worker beyond. */
void crew_init(struct crew *crew, uint32_t worker_count);

/* All jobs must have been waited for. */
void crew_release(struct crew *crew);

/* Have `run` done for the job; `worker` is a number or CREW_ANY. The job is not under way. */
void crew_give(struct crew *crew, struct crew_job *job, uint32_t worker,
    void (*run)(struct crew_job *job, uint32_t worker));

/* Until the job is done; at once where it was never given. What the worker wrote is then seen. */
void crew_wait(struct crew *crew, struct crew_job *job);

#endif
