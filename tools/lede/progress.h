/* progress.h -- one line on the terminal that is written over and over:
 *
 *     12,345 documents  4,567/s  12.3 MB/s  0:42 left
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
    bool is_shown;        /* standard error is a terminal, and nobody asked for quiet */
    bool is_on_screen;    /* the line is there and has to be wiped before anything else is said */
    uint64_t bytes_total; /* of all sources; 0: not known */
    uint64_t start_ns;
};

uint64_t progress_now_ns(void);

/* Begin; where progress is shown the sources' sizes are looked up (files and trees of files that are
 * not compressed; with any other the time left is not known). */
void progress_begin(
    struct progress *progress, bool is_quiet, const char *const *sources, size_t source_count);
void progress_draw(struct progress *progress, uint64_t documents, uint64_t bytes);
/* Show what is done in place of that, where documents are no longer counted. */
void progress_say(struct progress *progress, const char *what);
void progress_wipe(struct progress *progress);

#endif
