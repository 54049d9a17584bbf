/* batch.h -- many queries on one index, by several threads, answered in the order of the topics. */
#ifndef BATCH_H
#define BATCH_H

#include "lede.h"
#include "output.h"
#include "render.h"
#include "topics.h"

struct batch {
    lede_index *index;
    const struct topics *topics;
    const char *topics_path; /* for messages */
    const lede_search_options *options;
    const struct rendering *rendering;
    size_t thread_count;
};

/* Run all. A topic that is refused is said and left out. The exit status: EXIT_DONE where any topic
 * had a hit, EXIT_USAGE where any was refused. At most 8 answers a thread are kept waiting. */
int batch_run(const struct batch *batch, struct output *output);

#endif
