/* writer_options.h -- what a writer is asked for, and what an index that is there already allows of it. */
#ifndef INDEX_WRITER_OPTIONS_H
#define INDEX_WRITER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "storage/manifest.h"
#include "text/analyzer.h"

struct writer_options {
    const char *language;  /* NULL: english, or what the index has */
    uint64_t memory_bytes; /* 0: WRITER_MEMORY_BYTES; else >= LEDE_MEMORY_BYTES_MIN */
    const char *const *keywords;
    size_t keyword_count;
    uint64_t commit_every; /* documents; 0: never by itself */
    uint32_t threads; /* besides the caller's; 0 and 1: none. LEDE_WRITER_THREADS_MAX at most */
    bool no_positions;
    bool no_store;
    bool must_create;
    bool no_merge_thread; /* segments are merged between documents, not beside them */
};

/* LEDE_ERR_INVALID or LEDE_ERR_LIMIT where an option is out of range whatever the index. */
lede_status writer_options_check(
    const struct writer_options *options, lede_error *error) MUST_CHECK;

/* The language of an index to be made. */
const char *writer_options_language(const struct writer_options *options);

/* LEDE_ERR_MISMATCH where something was asked for that the index in `dir`, whose manifest it is, does not have. */
lede_status writer_options_compare(const struct writer_options *options, const char *dir,
    const struct manifest *manifest, lede_error *error) MUST_CHECK;

/* The manifest of an index to be made, before its first commit. */
void writer_options_manifest(const struct writer_options *options, const struct analyzer *analyzer,
    struct manifest *manifest_out);

#endif
