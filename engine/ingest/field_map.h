/* field_map.h -- which of an input's names is our id, title, body, date or url.
 *
 * By default names in common use are known, in order of preference and in any case: a record with both
 * "headline" and "title" has its title from "title". A caller's map "NAME=PATH" puts PATH in the place of
 * all default names of NAME; several maps of one NAME are tried in their order. A NAME that is none of the
 * five is a keyword field, which PATH is renamed to.
 */
#ifndef INGEST_FIELD_MAP_H
#define INGEST_FIELD_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/status.h"

enum field_role { ROLE_ID, ROLE_TITLE, ROLE_BODY, ROLE_DATE, ROLE_URL, ROLE_KEYWORD, ROLE_COUNT };

struct field_map {
    enum field_role role;
    const char *name; /* of a keyword; borrowed from the options, `name_length` bytes */
    size_t name_length;
    const char *path; /* borrowed, with a NUL behind it */
    size_t path_length;
};

enum { FIELD_MAPS_MAX = 64 };

struct field_maps {
    struct field_map maps[FIELD_MAPS_MAX];
    size_t count;
    bool is_mapped[ROLE_COUNT]; /* the default names of the role do not count */
};

/* LEDE_ERR_INVALID where a text is no "NAME=PATH" or there are too many. */
lede_status field_maps_read(struct field_maps *maps_out, const char *const *texts, size_t count,
    lede_error *error) MUST_CHECK;

/* What `name` is: its role (ROLE_KEYWORD where it has no other), its rank among the names of the role (a
 * lower one is preferred), and the name it bears as a keyword field. */
struct field_place {
    enum field_role role;
    uint32_t rank;
    const char *name;
    size_t name_length;
};

struct field_place field_maps_place(
    const struct field_maps *maps, const char *name, size_t name_length);

/* Whether some map's path is `path`. */
bool field_maps_has(const struct field_maps *maps, const char *path, size_t path_length);

#endif
