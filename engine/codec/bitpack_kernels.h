/* bitpack_kernels.h -- the variants of bitpack.h, one file each, for bitpack.c's list of them only.
 *
 * Every kernel takes any alignment, any count up to LEDE_BLOCK_POSTINGS and any width 0..32, reads at
 * most LEDE_READ_PADDING bytes past the packed ones, writes `count` values and nothing else, and gives
 * what the scalar one gives for all inputs.
 */
#ifndef CODEC_BITPACK_KERNELS_H
#define CODEC_BITPACK_KERNELS_H

#include "codec/bitpack.h"

extern const struct bitpack_ops bitpack_scalar;
#if defined(__x86_64__)
extern const struct bitpack_ops bitpack_avx2;
extern const struct bitpack_ops bitpack_avx512;
#elif defined(__aarch64__)
extern const struct bitpack_ops bitpack_neon;
#endif

#endif
