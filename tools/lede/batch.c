/* batch.c -- workers take topics by number and leave answers in a ring; the calling thread takes
 * them out in order and renders them.
 *
 *     rendered <= taken < rendered + ring_size
 *
 * Only the ring and the two counters are shared; the mutex guards them. A worker waits while the ring
 * is full, the renderer while the next answer is not there. With one thread there is no worker: the
 * renderer searches itself.
 */
#include "batch.h"

#include "failure.h"

#include <pthread.h>
#include <stdlib.h>

enum { ANSWERS_PER_THREAD = 8 };

struct slot {
    bool is_ready;
    lede_status status;
    lede_results *results;
    lede_error error;
};

struct crew {
    const struct batch *batch;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct slot *ring;
    size_t ring_size;
    size_t taken;
    size_t rendered;
    bool must_stop;
};

static void search_topic(const struct batch *batch, size_t i, struct slot *slot)
{
    const lede_text words = batch->topics->list[i].words;
    slot->results = NULL;
    slot->status = lede_search(
        batch->index, words.data, words.length, batch->options, &slot->results, &slot->error);
}

static void *work(void *context)
{
    struct crew *crew = context;
    const size_t count = crew->batch->topics->count;
    pthread_mutex_lock(&crew->mutex);
    for (;;) {
        while (!crew->must_stop && crew->taken < count &&
               crew->taken >= crew->rendered + crew->ring_size) {
            pthread_cond_wait(&crew->changed, &crew->mutex);
        }
        if (crew->must_stop || crew->taken == count) {
            break;
        }
        const size_t i = crew->taken++;
        pthread_mutex_unlock(&crew->mutex);
        struct slot *slot = &crew->ring[i % crew->ring_size];
        search_topic(crew->batch, i, slot);
        pthread_mutex_lock(&crew->mutex);
        slot->is_ready = true;
        pthread_cond_broadcast(&crew->changed);
    }
    pthread_mutex_unlock(&crew->mutex);
    return NULL;
}

/* Render one answer and combine its exit status into *status. False: nothing can follow it. */
static bool take_answer(
    const struct batch *batch, size_t i, struct slot *slot, struct output *output, int *status)
{
    const struct topic *topic = &batch->topics->list[i];
    if (slot->status != LEDE_OK) {
        const int failed = (int)failure_status(&slot->error, FAILURE_QUERY);
        failure_say("%s:%llu: %s", batch->topics_path, (unsigned long long)topic->line,
            slot->error.message);
        *status = failed;
        return failed == EXIT_USAGE;
    }
    const struct answer answer = {topic->id, topic->words, slot->results};
    render_answer(output, batch->rendering, &answer);
    const bool is_found =
        lede_results_hit_count(slot->results) > 0 ||
        (batch->rendering->is_count && lede_results_total(slot->results, NULL) > 0);
    if (is_found && *status == EXIT_NOTHING) {
        *status = EXIT_DONE;
    }
    lede_results_free(slot->results);
    slot->results = NULL;
    return !output_has_failed(output);
}

static int run_alone(const struct batch *batch, struct output *output)
{
    int status = EXIT_NOTHING;
    struct slot slot;
    for (size_t i = 0; i < batch->topics->count; i++) {
        search_topic(batch, i, &slot);
        if (!take_answer(batch, i, &slot, output, &status)) {
            break;
        }
    }
    return status;
}

static int render_in_order(struct crew *crew, struct output *output)
{
    int status = EXIT_NOTHING;
    bool may_go_on = true;
    for (size_t i = 0; i < crew->batch->topics->count && may_go_on; i++) {
        struct slot *slot = &crew->ring[i % crew->ring_size];
        pthread_mutex_lock(&crew->mutex);
        while (!slot->is_ready) {
            pthread_cond_wait(&crew->changed, &crew->mutex);
        }
        pthread_mutex_unlock(&crew->mutex);
        may_go_on = take_answer(crew->batch, i, slot, output, &status);
        pthread_mutex_lock(&crew->mutex);
        slot->is_ready = false;
        crew->rendered = i + 1;
        crew->must_stop = !may_go_on;
        pthread_cond_broadcast(&crew->changed);
        pthread_mutex_unlock(&crew->mutex);
    }
    return status;
}

int batch_run(const struct batch *batch, struct output *output)
{
    if (batch->thread_count < 2) {
        return run_alone(batch, output);
    }
    struct crew crew = {.batch = batch, .ring_size = batch->thread_count * ANSWERS_PER_THREAD};
    crew.ring = calloc(crew.ring_size, sizeof(*crew.ring));
    pthread_t *threads = calloc(batch->thread_count, sizeof(*threads));
    if (crew.ring == NULL || threads == NULL) {
        free(crew.ring);
        free(threads);
        return failure_no_memory();
    }
    pthread_mutex_init(&crew.mutex, NULL);
    pthread_cond_init(&crew.changed, NULL);
    size_t started = 0;
    while (started < batch->thread_count &&
           pthread_create(&threads[started], NULL, work, &crew) == 0) {
        started++; /* fewer threads than asked for will do, but one there must be */
    }
    int status = EXIT_SYSTEM;
    if (started > 0) {
        status = render_in_order(&crew, output);
    } else {
        failure_say("no thread could be started");
    }
    for (size_t i = 0; i < started; i++) {
        pthread_join(threads[i], NULL);
    }
    for (size_t i = 0; i < crew.ring_size; i++) {
        lede_results_free(crew.ring[i].results);
    }
    pthread_cond_destroy(&crew.changed);
    pthread_mutex_destroy(&crew.mutex);
    free(crew.ring);
    free(threads);
    return status;
}
