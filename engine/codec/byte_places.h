/* byte_places.h -- where the set bits of a byte are: row b holds the places of b's ones, ascending, in its
 * first popcount(b) bytes. 2 KiB; vectors spread a row to eight numbers. */
#ifndef CODEC_BYTE_PLACES_H
#define CODEC_BYTE_PLACES_H

#include <stdint.h>

extern const uint64_t byte_places[256];

#endif
