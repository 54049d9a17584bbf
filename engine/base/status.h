/* status.h -- the library's status codes (include/lede.h) and the one way to fail with a message.
 *
 * Messages say what and where, in lower case, without advice:
 * `postings: block 17 of "bank" ends at 40961, section has 40960 bytes`.
 */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

#include "base/attr.h"
#include "lede.h"

/* Fill *error, where it is not NULL. `status` is not LEDE_OK. */
void lede_error_fill(lede_error *error, lede_status status, const char *format, ...) PRINTF(3, 4);

/* Fill *error, where it is not NULL, and give `status` (evaluated twice). A macro, so that compilers and
 * analyzers of the caller see what it returns. */
#define lede_fail(error, status, ...) (lede_error_fill(error, status, __VA_ARGS__), (status))

/* The same for a system call that failed with `system_error` (errno): its sentence is appended, and
 * the status follows from it: no memory is LEDE_ERR_NOMEM, all else LEDE_ERR_IO. */
lede_status lede_fail_errno(lede_error *error, int system_error, const char *format, ...)
    PRINTF(3, 4);

/* Shorthand for the most frequent one. */
static inline lede_status lede_fail_nomem(lede_error *error)
{
    return lede_fail(error, LEDE_ERR_NOMEM, "out of memory");
}

#endif
