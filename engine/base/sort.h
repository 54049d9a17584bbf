/* sort.h -- sorting an array in place: what qsort does, and never an allocation, which qsort may make.
 *
 * Equal elements end in any order. Cost: n log n comparisons at most.
 * Source: heapsort (Williams, CACM 7, 1964; Floyd, CACM 7, 1964).
 */
#ifndef BASE_SORT_H
#define BASE_SORT_H

#include <stddef.h>

/* `count` elements of `size` bytes; `rows` may be NULL where there are none. */
void sort_rows(void *rows, size_t count, size_t size, int (*compare)(const void *, const void *));

#endif
