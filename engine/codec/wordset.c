/* The list of variants; all else is in them. */
#include "codec/wordset.h"

#include "codec/wordset_kernels.h"

static const struct wordset_ops *const variants[] = {
#if defined(__x86_64__)
    &wordset_avx512,
    &wordset_avx2,
#elif defined(__aarch64__)
    &wordset_neon,
#endif
    &wordset_scalar,
};

enum { VARIANT_COUNT = sizeof variants / sizeof variants[0] };

const struct wordset_ops *wordset_ops_at(size_t i)
{
    return i < VARIANT_COUNT ? variants[i] : NULL;
}

const struct wordset_ops *wordset_ops_for(uint32_t features)
{
    for (size_t i = 0; i + 1 < VARIANT_COUNT; i++) {
        if ((variants[i]->cpu_needs & ~features) == 0) {
            return variants[i];
        }
    }
    return &wordset_scalar;
}
