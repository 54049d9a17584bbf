/* spares.h -- a few places for objects that are costly to make, given and taken by any number of threads
 * without a lock.
 *
 * A thread begins at a place of its own, so that threads which search at once mostly do not meet, and one that
 * gives back what it took finds it again in one step. A full house refuses: the
 * giver keeps the object. What is taken is the taker's alone; what the giver wrote before, the taker sees.
 *
 * Cost: an exchange; of an empty or a full house, a look at each place.
 */
#ifndef BASE_SPARES_H
#define BASE_SPARES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

enum {
    /* More threads at once than this are more than processors, nearly everywhere. */
    SPARES_PLACES = 64,
    SPARES_LINE_BYTES = 64,
};

/* No two places are on one cache line. */
struct spares {
    struct spares_place {
        _Atomic(void *) object;
        char rest[SPARES_LINE_BYTES - sizeof(void *)];
    } places[SPARES_PLACES];
};

/* Empty. */
void spares_init(struct spares *spares);

/* One of the objects, or NULL. */
void *spares_take(struct spares *spares) MUST_CHECK;

/* False where there is no room. After it came true the object, and what it may keep alive, is not to be
 * touched: another thread may have taken and ended it. Sequentially consistent with other such operations:
 * of one who puts and then reads a flag, and one who sets it and then takes, one sees what the other did. */
bool spares_put(struct spares *spares, void *object) MUST_CHECK;

/* Take out all there is, giving it to `end`, and refuse what comes from then on. Not beside spares_take. */
void spares_close(struct spares *spares, void (*end)(void *object));

#endif
