#include "index/segment_set.h"

#include <string.h>

#include "base/alloc.h"
#include "base/limits.h"

enum {
    /* An id that is there is read in its block; of those that are not about one in so many, whose tag fits by
     * accident (ids.c). */
    LOOKUPS_PER_READ = 32,
    /* The most of ids that is kept resident, and what the system brings with a block that is read. */
    IDS_BYTES_MAX = 32 << 20,
    READ_BYTES = 64 << 10,
};

static void release_segment(struct set_segment *segment)
{
    tombstones_release(&segment->tombstones);
    segment_close(segment->segment);
}

void segment_set_close(struct segment_set *set)
{
    for (uint32_t i = 0; i < set->count; i++) {
        release_segment(&set->segments[i]);
    }
    mem_free(set->segments);
    *set = (struct segment_set){0};
}

static lede_status add_segment(struct segment_set *set, const char *dir,
    const struct manifest_segment *entry, bool is_new, lede_error *error)
{
    if (set->count == set->capacity) {
        const uint32_t capacity = set->capacity == 0 ? 8 : set->capacity * 2;
        struct set_segment *segments = mem_resize(set->segments, capacity * sizeof *segments);
        if (segments == NULL) {
            return lede_fail_nomem(error);
        }
        set->segments = segments;
        set->capacity = capacity;
    }
    struct set_segment *added = &set->segments[set->count];
    *added = (struct set_segment){.entry = *entry, .is_new = is_new};
    const lede_status status = segment_open(dir, entry, &added->segment, error);
    if (status != LEDE_OK) {
        return status;
    }
    tombstones_init(&added->tombstones, added->segment);
    set->count++;
    return LEDE_OK;
}

lede_status segment_set_open(
    struct segment_set *set, const char *dir, const struct manifest *manifest, lede_error *error)
{
    struct segment_set opened = {0};
    for (uint32_t i = 0; i < manifest->segment_count; i++) {
        lede_error fault;
        const lede_status status = add_segment(&opened, dir, &manifest->segments[i], false, &fault);
        if (status != LEDE_OK) {
            segment_set_close(&opened);
            /* Nobody else commits below our lock: a file that is not there is lost. */
            if (status == LEDE_ERR_NOT_FOUND) {
                return lede_fail(error, LEDE_ERR_CORRUPT, "a file of the commit is not there: %s",
                    fault.message);
            }
            if (error != NULL) {
                *error = fault;
            }
            return status;
        }
    }
    *set = opened;
    return LEDE_OK;
}

lede_status segment_set_add(struct segment_set *set, const char *dir,
    const struct manifest_segment *entry, lede_error *error)
{
    return add_segment(set, dir, entry, true, error);
}

static void forget_ids(const struct segment_set *set)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < set->count; i++) {
        bytes += set->segments[i].segment->ids.blocks.size;
    }
    for (uint32_t i = 0; i < set->count && bytes > IDS_BYTES_MAX; i++) {
        segment_forget_ids(set->segments[i].segment);
    }
}

static void count_lookups(struct segment_set *set, uint32_t lookups)
{
    set->lookups += lookups;
    if (set->lookups >= IDS_BYTES_MAX / READ_BYTES * LOOKUPS_PER_READ) {
        forget_ids(set);
        set->lookups = 0;
    }
}

lede_status segment_set_find(
    struct segment_set *set, struct span id, struct doc_place *place_out, lede_error *error)
{
    for (uint32_t i = 0; i < set->count; i++) {
        struct set_segment *segment = &set->segments[i];
        const uint32_t doc = ids_find(&segment->segment->ids, (const char *)id.bytes, id.size);
        count_lookups(set, doc == DOC_END ? 1 : LOOKUPS_PER_READ);
        if (doc == DOC_END || tombstones_has(&segment->tombstones, segment->segment, doc)) {
            continue;
        }
        if (tombstones_reserve(&segment->tombstones, segment->segment) != LEDE_OK) {
            return lede_fail_nomem(error);
        }
        *place_out = (struct doc_place){.segment = segment, .doc = doc};
        return LEDE_OK;
    }
    *place_out = (struct doc_place){0};
    return LEDE_OK;
}

void segment_set_remove(struct segment_set *set, uint32_t i)
{
    release_segment(&set->segments[i]);
    memmove(&set->segments[i], &set->segments[i + 1], (set->count - i - 1) * sizeof *set->segments);
    set->count--;
}
