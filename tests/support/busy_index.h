/* busy_index.h -- an index with something of everything, and a walk that asks all there is to ask.
 *
 * Tests that break things (bytes of files, memory, system calls) run the walk over what they broke.
 * What it finds does not matter; that it comes back does, with a status that the caller expected.
 */
#ifndef TESTS_SUPPORT_BUSY_INDEX_H
#define TESTS_SUPPORT_BUSY_INDEX_H

#include <stdint.h>

#include "lede.h"

struct busy_shape {
    uint32_t doc_count;     /* of the ids "doc-0" and up; every ninth of them is deleted */
    uint32_t segment_count; /* more or less: commits that add documents */
    uint32_t words;         /* of a body, at most */
    int no_positions;
    int no_store;
};

/* Make the index at `path`, which is not there. Failures fail the test. */
void busy_index_make(const char *path, const struct busy_shape *shape);

/* Statuses of the calls, as bits: 1u << LEDE_ERR_CORRUPT ... */
#define STATUS_BIT(status) (1u << (unsigned)(status))

/* What a sound index may answer to the walk's questions. */
#define BUSY_SOUND (STATUS_BIT(LEDE_OK) | STATUS_BIT(LEDE_ERR_NOT_FOUND))

struct busy_walk {
    uint32_t seen;      /* bits of all statuses that came, opening among them */
    uint64_t bytes;     /* of texts that were read to their ends */
    uint32_t documents; /* as the statistics say */
    uint64_t total;     /* matches, summed over the queries */
    lede_error error;   /* of the last call that failed otherwise than by NOT_FOUND */
};

/* Open and ask: statistics, keyword fields, queries of every kind in every order with facets, snippets and
 * explanations, documents, the dictionary. All texts that come are read, NUL included. */
void busy_index_walk(const char *path, struct busy_walk *walk);

/* Open for writing, replace, delete, add, commit. Returns the first failure. */
lede_status busy_index_write(const char *path, lede_error *error);

/* Open for writing and merge. */
lede_status busy_index_merge(const char *path, lede_error *error);

/* Let nothing be synced until busy_sync_on, for tests that write thousands of commits. */
void busy_sync_off(void);
void busy_sync_on(void);

#endif
