/* writer.h -- the one writer of an index: documents in, commits out.
 *
 * Documents are inverted in memory (inverter.h). At the memory limit and at a commit they are flushed as a
 * segment in date order (flush.h); when there are ten segments of a size they are merged (merger.h). A commit makes every flushed segment and every deletion visible at once
 * by replacing the manifest; before it nothing of them is. Files of a commit that is no longer the last
 * are removed after the next one is durable; leftovers of a writer that died, when a writer opens.
 *
 * With `threads` documents are inverted, and flushes done, by a crew (base/crew.h), while the caller goes on.
 * What becomes of them does not depend on it, but for where a segment ends: several inverters hold more.
 * A failure may then be told by a later call than the one whose document had it.
 *
 * Threads: one at a time; merges run in one of the writer's own. Locks: the directory's lock file, until close.
 */
#ifndef INDEX_WRITER_H
#define INDEX_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/span.h"
#include "base/status.h"
#include "index/writer_options.h"
#include "storage/docstore.h"

struct writer;

enum {
    WRITER_MEMORY_BYTES = 512 << 20,
    /* What a writer keeps resident beside the memory that it is given, for flushing and merging, whatever the size of the
     * index, with up to two threads, and for each further one; besides 16 bytes a document of the index, and the room
     * that its largest one takes (tests/index/test_memory.c; measured by bench/memory.py). */
    WRITER_OVERHEAD_BYTES = 96 << 20,
    WRITER_THREAD_BYTES = 2 << 20,
};

/* A document as the writer takes it: texts of any bytes, already without their container.
 *
 * Bytes that are not UTF-8 are read, and stored, as U+FFFD. Refused with LEDE_ERR_INVALID: no id, control
 * characters in the id, a field without a name. Refused with LEDE_ERR_LIMIT: an id, url, number of fields
 * or document beyond base/limits.h. Of a field that is a keyword field of the index, each value is also
 * put into its column: without the blanks around it, not at all where it is empty, cut at a
 * character's edge beyond LEDE_KEYWORD_BYTES_MAX, and of one document the first LEDE_KEYWORD_VALUES_MAX. */
struct document {
    struct span id, title, body, url;
    date_key date;
    const struct record_field *fields; /* all of them: keyword fields and others */
    size_t field_count;
};

struct added {
    bool replaced;         /* one with this id was there */
    bool was_invalid;      /* had bytes that are not UTF-8 */
    bool was_cut;          /* had more than LEDE_DOCUMENT_TOKENS_MAX words */
    bool had_cut_keywords; /* had a longer keyword value, or more of them, than a column takes */
};

/* Creates the directory where it is not there. LEDE_ERR_INVALID: options out of range, or a directory
 * that holds anything but an index (nothing in it is touched). LEDE_ERR_MISMATCH: options that differ from
 * the index's. */
lede_status writer_open(const char *dir, const struct writer_options *options,
    struct writer **writer_out, lede_error *error) MUST_CHECK;
/* LEDE_ERR_INVALID and LEDE_ERR_LIMIT refuse the document and leave the writer as it was; anything else
 * leaves it fit for writer_close only. */
lede_status writer_add(struct writer *writer, const struct document *document,
    struct added *added_out, lede_error *error) MUST_CHECK;
/* LEDE_ERR_NOT_FOUND where there is no such document, which leaves the writer as it was. */
lede_status writer_delete(struct writer *writer, struct span id, lede_error *error) MUST_CHECK;
/* Nothing to commit is LEDE_OK and no commit, but for the first of a new index. A merge that its segment makes due is not
 * begun before the next document's or commit's. On failure the last commit stands; the writer is fit for writer_close
 * only. */
lede_status writer_commit(struct writer *writer, lede_error *error) MUST_CHECK;
/* Wait until all documents given are inverted, and tell how many words those given since the writer was
 * opened have. Fails as writer_add does. */
lede_status writer_settle(
    struct writer *writer, uint64_t *tokens_out, lede_error *error) MUST_CHECK;
/* As many of them as are known, without waiting. */
uint64_t writer_tokens(const struct writer *writer);
/* Commit, wait until no merge is due (merge_policy.h), and commit what they made. On failure as writer_commit. */
lede_status writer_tidy(struct writer *writer, lede_error *error) MUST_CHECK;
/* Commit, with all documents in one segment and nothing deleted left in it, where it can hold them. Without anything
 * to do it is LEDE_OK and no commit. On failure as writer_commit. */
lede_status writer_merge(struct writer *writer, lede_error *error) MUST_CHECK;
void writer_close(struct writer *writer); /* NULL is fine */

#endif
