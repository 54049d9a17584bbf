/* document.h -- a document looked over before anything of it is taken: bounds, id, and its texts made
 * valid UTF-8 for storing.
 */
#ifndef INDEX_DOCUMENT_H
#define INDEX_DOCUMENT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"
#include "base/status.h"
#include "index/writer.h"

/* Check every bound of writer.h. *id_out is the id as valid UTF-8, borrowed from the document or the
 * arena. */
lede_status document_check(const struct document *document, struct arena *arena,
    struct span *id_out, lede_error *error) MUST_CHECK;

/* `text` as it is where it is valid UTF-8, else a repaired copy in the arena and *was_invalid_out set. */
lede_status document_text(
    struct span text, struct arena *arena, struct span *text_out, bool *was_invalid_out) MUST_CHECK;

/* The stored record's bytes, appended to `out`. *was_invalid_out is set where something was repaired. */
lede_status document_record(const struct document *document, struct arena *arena, struct buf *out,
    bool *was_invalid_out) MUST_CHECK;

#endif
