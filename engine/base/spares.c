/* Places are looked at before they are exchanged, so that searching an empty house writes nothing. A closed
 * house is full of itself. */
#include "base/spares.h"

#include <assert.h>
#include <pthread.h>
#include <stdint.h>

enum { PLACE_BITS = 6 };

static_assert(SPARES_PLACES == 1 << PLACE_BITS, "home() gives a place");

/* What a thread is known by is the address of its own memory, some kibibytes from any other's. Multiplying
 * spreads them (Knuth, The Art of Computer Programming, 6.4). */
static size_t home(void)
{
    const uint64_t self = (uint64_t)(uintptr_t)pthread_self() >> 6;
    return (size_t)(self * UINT64_C(0x9e3779b97f4a7c15) >> (64 - PLACE_BITS));
}

void spares_init(struct spares *spares)
{
    for (size_t i = 0; i < SPARES_PLACES; i++) {
        atomic_init(&spares->places[i].object, NULL);
    }
}

void *spares_take(struct spares *spares)
{
    const size_t first = home();
    for (size_t i = 0; i < SPARES_PLACES; i++) {
        struct spares_place *place = &spares->places[(first + i) % SPARES_PLACES];
        if (atomic_load(&place->object) != NULL) {
            void *object = atomic_exchange(&place->object, NULL);
            if (object != NULL) {
                return object;
            }
        }
    }
    return NULL;
}

bool spares_put(struct spares *spares, void *object)
{
    const size_t first = home();
    for (size_t i = 0; i < SPARES_PLACES; i++) {
        struct spares_place *place = &spares->places[(first + i) % SPARES_PLACES];
        void *nothing = NULL;
        if (atomic_load(&place->object) == NULL &&
            atomic_compare_exchange_strong(&place->object, &nothing, object)) {
            return true;
        }
    }
    return false;
}

void spares_close(struct spares *spares, void (*end)(void *object))
{
    for (size_t i = 0; i < SPARES_PLACES; i++) {
        void *object = atomic_exchange(&spares->places[i].object, spares);
        if (object != NULL) {
            end(object);
        }
    }
}
