/* kernels.h -- the variants of the kernels that this processor has, one after the other:
 *
 *     for (size_t i = 0; (ops = kernels_score_ops(&i)) != NULL;) { ... }
 */
#ifndef TESTS_SUPPORT_KERNELS_H
#define TESTS_SUPPORT_KERNELS_H

#include <stddef.h>

#include "codec/bitpack.h"
#include "codec/wordset.h"
#include "query/score_ops.h"

/* The next one from *i on, which moves past it; NULL: no more. */
const struct bitpack_ops *kernels_bitpack_ops(size_t *i);
const struct wordset_ops *kernels_wordset_ops(size_t *i);
const struct score_ops *kernels_score_ops(size_t *i);

#endif
