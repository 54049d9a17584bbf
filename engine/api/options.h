/* options.h -- reading an options struct of a caller who was compiled with another version of lede.h.
 *
 * The first member is the struct's size as the caller knows it. A shorter struct is from an older
 * header: what it lacks has its default. A longer one is from a newer: what this library does not know
 * must be zero, which asks for nothing.
 */
#ifndef API_OPTIONS_H
#define API_OPTIONS_H

#include <stddef.h>

#include "base/attr.h"
#include "base/status.h"

/* Copy what *options (NULL: nothing) states over *ours, which holds the defaults and has `our_size`
 * bytes. LEDE_ERR_INVALID, and *ours untouched, for a size of 0 or an absurd one, and for unknown members
 * that are not zero. `name` is for the message. */
lede_status options_read(const void *options, void *ours, size_t our_size, const char *name,
    lede_error *error) MUST_CHECK;

#endif
