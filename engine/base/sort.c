/* A heap with the largest on top is built from the back; then the top goes behind the heap, again and again. */
#include "base/sort.h"

#include <string.h>

static void swap(char *a, char *b, size_t size)
{
    char bytes[64];
    for (size_t part; size > 0; size -= part, a += part, b += part) {
        part = size < sizeof bytes ? size : sizeof bytes;
        memcpy(bytes, a, part);
        memcpy(a, b, part);
        memcpy(b, bytes, part);
    }
}

static void sift_down(
    char *rows, size_t count, size_t size, size_t at, int (*compare)(const void *, const void *))
{
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && compare(rows + child * size, rows + (child + 1) * size) < 0) {
            child++;
        }
        if (compare(rows + at * size, rows + child * size) >= 0) {
            break;
        }
        swap(rows + at * size, rows + child * size, size);
    }
}

void sort_rows(void *rows, size_t count, size_t size, int (*compare)(const void *, const void *))
{
    char *bytes = rows;
    for (size_t at = count / 2; at-- > 0;) {
        sift_down(bytes, count, size, at, compare);
    }
    for (size_t end = count; end > 1; end--) {
        swap(bytes, bytes + (end - 1) * size, size);
        sift_down(bytes, end - 1, size, 0, compare);
    }
}
