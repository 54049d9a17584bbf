/* A byte's row is that of its low half, and behind it that of its high half, 4 more each. */
#include "codec/byte_places.h"

/* The row of a low half with `count` ones, and of a high half. The first place is the lowest byte. */
#define ROW(low, count, high) ((uint64_t)(low) | (uint64_t)(high) << 8 * (count))

/* The sixteen rows with one high half, by the low half. */
#define ROWS(high)                                                                                \
    ROW(0, 0, high), ROW(0, 1, high), ROW(1, 1, high), ROW(0x0100, 2, high), ROW(2, 1, high),     \
        ROW(0x0200, 2, high), ROW(0x0201, 2, high), ROW(0x020100, 3, high), ROW(3, 1, high),      \
        ROW(0x0300, 2, high), ROW(0x0301, 2, high), ROW(0x030100, 3, high), ROW(0x0302, 2, high), \
        ROW(0x030200, 3, high), ROW(0x030201, 3, high), ROW(0x03020100, 4, high)

const uint64_t byte_places[256] = {ROWS(0), ROWS(4), ROWS(5), ROWS(0x0504), ROWS(6), ROWS(0x0604),
    ROWS(0x0605), ROWS(0x060504), ROWS(7), ROWS(0x0704), ROWS(0x0705), ROWS(0x070504), ROWS(0x0706),
    ROWS(0x070604), ROWS(0x070605), ROWS(0x07060504)};
