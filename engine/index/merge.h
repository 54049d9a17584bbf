/* merge.h -- several segments to one.
 *
 * What comes out has the documents that are alive, in date order (doc_order.h), and is what flush.h would have made of
 * them: the bytes depend on the documents and the index's options alone, not on the segments they were in. Only
 * segments whose checksums are right are read, so that damage is never given a new checksum.
 *
 * The file belongs to no commit yet, like that of a flush. Nothing but the segments given is read, and nothing of
 * them changes, so a merge may run while its writer goes on; documents deleted meanwhile are in what comes
 * out, for the writer to delete there too.
 *
 * Memory   some 30 MiB, 13 bytes a document, half a byte a term, 4 bytes a keyword value, and
 *          some ten times the longest document.
 * Disk     beside the segment scratch files of what is written late: positions and ids, with a crew all lists.
 * Cost     reads each segment four times, as far as the system has not kept it, and writes one; linear in both.
 */
#ifndef INDEX_MERGE_H
#define INDEX_MERGE_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/crew.h"
#include "base/status.h"
#include "index/merge_docs.h"
#include "storage/manifest.h"

struct merge_request {
    const char *dir;
    uint64_t number;                 /* of the segment to be */
    const struct manifest *manifest; /* options of the index; its segments are not looked at */
    struct merge_source sources[MERGE_SOURCES_MAX];
    uint32_t source_count; /* at least one document of them is alive */
    struct crew *crew;     /* makes the lists and compresses the texts; NULL: this thread does */
    const atomic_bool
        *is_cancelled; /* NULL: cannot be; looked at where there is no crew, whose owner waits */
};

/* Write the segment and describe it. LEDE_ERR_CORRUPT where one of the sources cannot be read, LEDE_ERR_BUSY where
 * the merge was called off. On failure no file is left where that could be prevented. */
lede_status merge_segments(const struct merge_request *request, struct manifest_segment *entry_out,
    lede_error *error) MUST_CHECK;

#endif
