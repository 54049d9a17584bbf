#include "index/inverters.h"

#include <stddef.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/buf.h"
#include "base/limits.h"
#include "text/analyzer.h"

enum {
    ROUNDS = 3, /* runs a worker has under way at most, one of them being done */
    RUN_BYTES_MAX = 128 << 10,
    RUN_DOC_BYTES_MAX = 32 << 10, /* of what is known of its documents */
    /* All runs together keep within such a part of the batch's memory. */
    RUNS_SHARE = 8,
    ALONE_BYTES_MIN = 64 << 10,
};

/* A document in a run. */
struct run_doc {
    uint32_t doc;
    size_t title_size, body_size; /* its texts stand behind each other, and behind the last one's */
    struct inverted inverted;
};

struct run {
    struct crew_job job;
    struct inverters *inverters;
    struct buf texts;
    struct buf docs; /* struct run_doc */
    /* What the worker says. */
    lede_status status;
    struct inverter_load load; /* of its inverter */
    uint32_t worker;
};

/* ---- life ---- */

static lede_status make_analyzers(
    struct inverters *inverters, struct analyzer *first, lede_error *error)
{
    inverters->analyzers[0] = first;
    for (uint32_t i = 1; i < inverters->count; i++) {
        const lede_status status =
            analyzer_new(analyzer_language(first), &inverters->analyzers[i], error);
        if (status != LEDE_OK) {
            return status;
        }
    }
    return LEDE_OK;
}

static void init_runs(struct inverters *inverters, uint64_t memory_bytes)
{
    const uint64_t share = memory_bytes / RUNS_SHARE / inverters->run_count;
    inverters->run_bytes = share < RUN_BYTES_MAX ? (size_t)share : RUN_BYTES_MAX;
    inverters->alone_bytes = share > ALONE_BYTES_MIN ? share : ALONE_BYTES_MIN;
    for (uint32_t i = 0; i < inverters->run_count; i++) {
        struct run *run = &inverters->runs[i];
        run->inverters = inverters;
        run->worker = i % inverters->count;
        buf_init(&run->texts, SIZE_MAX);
        buf_init(&run->docs, SIZE_MAX);
    }
}

lede_status inverters_init(struct inverters *inverters, struct crew *crew, struct doc_table *docs,
    struct analyzer *analyzer, uint64_t memory_bytes, lede_error *error)
{
    const uint32_t count = crew->worker_count;
    *inverters = (struct inverters){.crew = crew, .docs = docs};
    inverters->inverters = mem_zalloc(count, sizeof *inverters->inverters);
    inverters->analyzers = mem_zalloc(count, sizeof(struct analyzer *));
    inverters->loads = mem_zalloc(count, sizeof *inverters->loads);
    inverters->runs =
        count == 1 ? NULL : mem_zalloc((size_t)count * ROUNDS, sizeof *inverters->runs);
    if (inverters->inverters == NULL || inverters->analyzers == NULL || inverters->loads == NULL ||
        (count > 1 && inverters->runs == NULL)) {
        return lede_fail_nomem(error);
    }
    inverters->count = count;
    inverters->run_count = count == 1 ? 0 : count * ROUNDS;
    if (count > 1) {
        init_runs(inverters, memory_bytes);
    }
    const lede_status status = make_analyzers(inverters, analyzer, error);
    for (uint32_t i = 0; status == LEDE_OK && i < count; i++) {
        inverter_init(&inverters->inverters[i], inverters->analyzers[i]);
    }
    return status;
}

void inverters_reset(struct inverters *inverters)
{
    inverters->held_tokens = 0;
    for (uint32_t i = 0; i < inverters->count; i++) {
        inverter_reset(&inverters->inverters[i]);
        inverters->loads[i] = (struct inverter_load){0};
    }
}

void inverters_release(struct inverters *inverters)
{
    for (uint32_t i = 0; i < inverters->run_count; i++) {
        crew_wait(inverters->crew, &inverters->runs[i].job);
        buf_release(&inverters->runs[i].texts);
        buf_release(&inverters->runs[i].docs);
    }
    for (uint32_t i = 0; i < inverters->count; i++) {
        inverter_release(&inverters->inverters[i]);
        if (i > 0) {
            analyzer_free(inverters->analyzers[i]);
        }
    }
    mem_free(inverters->inverters);
    mem_free(inverters->analyzers);
    mem_free(inverters->loads);
    mem_free(inverters->runs);
    *inverters = (struct inverters){0};
}

/* ---- runs ---- */

static struct inverter_load load_of(const struct inverter *inverter)
{
    return (struct inverter_load){
        .held_bytes = inverter_held_bytes(inverter), .term_count = inverter->terms.term_count};
}

static size_t doc_count(const struct run *run)
{
    return run->docs.size / sizeof(struct run_doc);
}

static struct run_doc *doc_at(struct run *run, size_t i)
{
    return (struct run_doc *)(void *)run->docs.data + i;
}

static void invert_run(struct crew_job *job, uint32_t worker)
{
    struct run *run = (struct run *)(void *)((char *)job - offsetof(struct run, job));
    struct inverter *inverter = &run->inverters->inverters[worker];
    const uint8_t *at = run->texts.data;
    run->status = LEDE_OK;
    for (size_t i = 0; run->status == LEDE_OK && i < doc_count(run); i++) {
        struct run_doc *doc = doc_at(run, i);
        const struct span title = span_of(at, doc->title_size);
        const struct span body = span_of(at + doc->title_size, doc->body_size);
        run->status =
            inverter_add(inverter, doc->doc, title, body, LEDE_DOCUMENT_TOKENS_MAX, &doc->inverted);
        at = body.bytes + body.size;
    }
    run->load = load_of(inverter);
}

/* Wait for the run, take over what it says and make it empty. After a failure a worker may meet an
 * inverter that is fit for nothing, so no later run is given. */
static void take_back(struct inverters *inverters, struct run *run)
{
    crew_wait(inverters->crew, &run->job);
    if (doc_count(run) == 0) {
        return;
    }
    if (run->status != LEDE_OK) {
        inverters->status = run->status;
    }
    for (size_t i = 0; run->status == LEDE_OK && i < doc_count(run); i++) {
        const struct run_doc *doc = doc_at(run, i);
        inverters->docs->docs[doc->doc].length = doc->inverted.length;
        inverters->tokens += doc->inverted.length;
        inverters->held_tokens += doc->inverted.length;
    }
    inverters->loads[run->worker] = run->load;
    buf_reset(&run->docs);
    buf_reset(&run->texts);
}

/* Give the run being filled; the next one is empty then. */
static void give_run(struct inverters *inverters)
{
    struct run *run = &inverters->runs[inverters->filling];
    if (doc_count(run) == 0 || inverters->status != LEDE_OK) {
        return;
    }
    crew_give(inverters->crew, &run->job, run->worker, invert_run);
    inverters->filling = (inverters->filling + 1) % inverters->run_count;
    take_back(inverters, &inverters->runs[inverters->filling]);
}

lede_status inverters_settle(struct inverters *inverters)
{
    if (inverters->run_count > 0) {
        give_run(inverters);
    }
    for (uint32_t i = 0; i < inverters->run_count; i++) {
        take_back(inverters, &inverters->runs[(inverters->filling + i) % inverters->run_count]);
    }
    return inverters->status;
}

/* ---- documents ---- */

/* By the only worker, or by one while the others wait. */
static lede_status add_here(struct inverters *inverters, uint32_t doc, struct span title,
    struct span body, bool *was_cut_out)
{
    struct inverted inverted;
    const lede_status status = inverter_add(
        &inverters->inverters[0], doc, title, body, LEDE_DOCUMENT_TOKENS_MAX, &inverted);
    if (status != LEDE_OK) {
        return status;
    }
    inverters->docs->docs[doc].length = inverted.length;
    inverters->tokens += inverted.length;
    inverters->held_tokens += inverted.length;
    inverters->loads[0] = load_of(&inverters->inverters[0]);
    *was_cut_out = inverted.was_cut;
    return LEDE_OK;
}

lede_status inverters_add(struct inverters *inverters, uint32_t doc, struct span title,
    struct span body, bool *was_cut_out)
{
    /* A word has a byte at least: only of a document this long may words be left out, which is told at once. */
    const uint64_t size = (uint64_t)title.size + body.size;
    const bool is_alone = size > LEDE_DOCUMENT_TOKENS_MAX || size > inverters->alone_bytes;
    if (inverters->count > 1 && is_alone && inverters_settle(inverters) != LEDE_OK) {
        return inverters->status;
    }
    if (inverters->count == 1 || is_alone) {
        return add_here(inverters, doc, title, body, was_cut_out);
    }
    struct run *run = &inverters->runs[inverters->filling];
    const struct run_doc added = {.doc = doc, .title_size = title.size, .body_size = body.size};
    if (buf_append(&run->texts, title.bytes, title.size) != LEDE_OK ||
        buf_append(&run->texts, body.bytes, body.size) != LEDE_OK ||
        buf_append(&run->docs, &added, sizeof added) != LEDE_OK) {
        return LEDE_ERR_NOMEM;
    }
    if (run->texts.size >= inverters->run_bytes || run->docs.size >= RUN_DOC_BYTES_MAX) {
        give_run(inverters);
    }
    *was_cut_out = false;
    return inverters->status;
}

size_t inverters_held_bytes(const struct inverters *inverters)
{
    size_t bytes = inverters->run_count * sizeof *inverters->runs;
    for (uint32_t i = 0; i < inverters->run_count; i++) {
        bytes += inverters->runs[i].texts.capacity + inverters->runs[i].docs.capacity;
    }
    for (uint32_t i = 0; i < inverters->count; i++) {
        bytes += inverters->loads[i].held_bytes;
    }
    return bytes;
}

size_t inverters_term_count(const struct inverters *inverters)
{
    size_t count = 0;
    for (uint32_t i = 0; i < inverters->count; i++) {
        count += inverters->loads[i].term_count;
    }
    return count;
}
