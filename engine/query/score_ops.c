/* The list of variants; all else is in them. */
#include "query/score_ops.h"

#include "query/score_ops_kernels.h"

static const struct score_ops *const variants[] = {
#if defined(__x86_64__)
    &score_ops_avx512,
    &score_ops_avx2,
#elif defined(__aarch64__)
    &score_ops_neon,
#endif
    &score_ops_scalar,
};

enum { VARIANT_COUNT = sizeof variants / sizeof variants[0] };

const struct score_ops *score_ops_at(size_t i)
{
    return i < VARIANT_COUNT ? variants[i] : NULL;
}

const struct score_ops *score_ops_for(uint32_t features)
{
    for (size_t i = 0; i + 1 < VARIANT_COUNT; i++) {
        if ((variants[i]->cpu_needs & ~features) == 0) {
            return variants[i];
        }
    }
    return &score_ops_scalar;
}
