/* sgml.h -- the little of SGML that news collections use: elements found by their tags, text without
 * tags and with its entities replaced. Names of elements are compared without regard to case.
 *
 * Not a parser: the collections are not valid SGML (unclosed tags, control characters, bare "&" and "<"),
 * and what a validating parser refuses is to be read. Cost: linear in the bytes.
 */
#ifndef INGEST_SGML_H
#define INGEST_SGML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/span.h"
#include "base/status.h"
#include "ingest/input.h"

struct sgml_element {
    struct span tag;   /* what stands between "<" and ">" of its first tag */
    struct span inner; /* what stands between its tags */
    uint64_t line;     /* where it begins, of one that came from an input */
    bool is_too_long;  /* skipped; tag and inner are empty */
};

/* The next element `name` of the input, consumed; its spans hold until the next call. One that is not
 * closed ends where the next of its name begins, or with the input. An unfinished last one of a damaged
 * input is not given. */
lede_status sgml_next(struct input *input, const char *name, struct sgml_element *element_out,
    bool *has_out, lede_error *error) MUST_CHECK;

/* The first element `name` in `text` that begins at or after *at, which is moved behind it. False where
 * there is none that is closed. */
bool sgml_find(struct span text, const char *name, size_t *at, struct sgml_element *element_out);

/* The value of `name="value"` (or unquoted) in a tag; false where it is not there. */
bool sgml_attribute(struct span tag, const char *name, struct span *value_out);

/* The next tag in `text` at or after *at, which is moved behind it. */
struct sgml_tag {
    struct span whole; /* with its "<" and ">" */
    struct span name;  /* without "/" */
    bool is_end;
};
bool sgml_next_tag(struct span text, size_t *at, struct sgml_tag *tag_out);

/* `text` without tags, its entities replaced; control characters become blanks, a tag a line feed. `data`
 * is NULL where there is no memory. */
lede_text sgml_text(struct span text, struct arena *arena);

/* White space runs of `text`, in place, as one blank each. Returns the new length. */
size_t sgml_collapse(char *text, size_t length);

#endif
