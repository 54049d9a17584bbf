/* The heap is built once, when the k-th key comes. Sorting is heapsort in place: the smallest goes to the
 * back, which leaves the largest in front. */
#include "query/topk.h"

#include "base/assert.h"

static void sift_down(uint64_t *keys, size_t count, size_t at, uint64_t key)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= count) {
            break;
        }
        if (child + 1 < count && keys[child + 1] < keys[child]) {
            child++;
        }
        if (keys[child] >= key) {
            break;
        }
        keys[at] = keys[child];
        at = child;
    }
    keys[at] = key;
}

static void make_heap(uint64_t *keys, size_t count)
{
    for (size_t at = count / 2; at-- > 0;) {
        sift_down(keys, count, at, keys[at]);
    }
}

void topk_init(struct topk *topk, uint64_t *keys, size_t k, uint64_t floor)
{
    ASSERT(k >= 1);
    *topk = (struct topk){.keys = keys, .k = k, .least = floor};
}

void topk_insert(struct topk *topk, uint64_t key)
{
    if (topk->count < topk->k) {
        topk->keys[topk->count++] = key;
        if (topk->count < topk->k) {
            return;
        }
        make_heap(topk->keys, topk->k);
    } else if (key > topk->keys[0]) {
        sift_down(topk->keys, topk->k, 0, key);
    }
    topk->least = topk->keys[0];
}

void topk_sort(struct topk *topk)
{
    make_heap(topk->keys, topk->count);
    for (size_t count = topk->count; count > 1; count--) {
        const uint64_t last = topk->keys[count - 1];
        topk->keys[count - 1] = topk->keys[0];
        sift_down(topk->keys, count - 1, 0, last);
    }
}
