/* table.h -- a hash table of 64-bit hashes, which stand for what they were made of: of ten million words two
 * share a hash with a chance of 1 in 400,000. Entries are numbered in the order they came in.
 */
#ifndef BENCH_SCALE_TABLE_H
#define BENCH_SCALE_TABLE_H

#include <stdint.h>

struct entry {
    uint64_t hash;
    uint32_t value, mark, extra; /* the user's; 0 at first */
};

struct table {
    struct entry *entries;
    uint32_t *slots; /* the number of an entry, and 1; 0: free */
    uint32_t count, slot_bits;
};

void table_init(struct table *table, uint32_t slot_bits);
void table_release(struct table *table);
/* The entry with this hash, which is added where there is none; good until the next call. Ends the program where
 * there is no memory. */
struct entry *table_find(struct table *table, uint64_t hash);

#endif
