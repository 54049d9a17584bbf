/* walk.h -- the files of a directory tree, in byte order of the names in each directory.
 *
 * Names that begin with a point are left out. Symbolic links are followed, but not into a directory that
 * the walk is in already. What cannot be looked at, and what is neither file nor directory, is told.
 */
#ifndef INGEST_WALK_H
#define INGEST_WALK_H

#include "base/attr.h"
#include "base/status.h"

enum {
    /* Directories inside each other: more of them are a mistake, and take stack. */
    WALK_DEPTH_MAX = 128
};

struct walk_visitor {
    void *context;
    /* `name` is the path below the root. Both are borrowed for the call. */
    lede_status (*file)(void *context, const char *path, const char *name, lede_error *error);
    lede_status (*problem)(
        void *context, const char *path, const char *name, const char *reason, lede_error *error);
};

/* `root` is a directory. Stops at the first visitor's call that fails, with its status. */
lede_status walk_tree(
    const char *root, const struct walk_visitor *visitor, lede_error *error) MUST_CHECK;

#endif
