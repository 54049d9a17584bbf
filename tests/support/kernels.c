#include "support/kernels.h"

#include "base/cpu.h"

const struct bitpack_ops *kernels_bitpack_ops(size_t *i)
{
    const struct bitpack_ops *ops;
    do {
        ops = bitpack_ops_at((*i)++);
    } while (ops != NULL && (ops->cpu_needs & ~cpu_features()) != 0);
    return ops;
}

const struct score_ops *kernels_score_ops(size_t *i)
{
    const struct score_ops *ops;
    do {
        ops = score_ops_at((*i)++);
    } while (ops != NULL && (ops->cpu_needs & ~cpu_features()) != 0);
    return ops;
}

const struct wordset_ops *kernels_wordset_ops(size_t *i)
{
    const struct wordset_ops *ops;
    do {
        ops = wordset_ops_at((*i)++);
    } while (ops != NULL && (ops->cpu_needs & ~cpu_features()) != 0);
    return ops;
}
