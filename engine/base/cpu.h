/* cpu.h -- which instruction sets this processor and its system offer. */
#ifndef BASE_CPU_H
#define BASE_CPU_H

#include <stdint.h>

enum cpu_feature {
    CPU_AVX2 = 1u << 0,        /* AVX2 with BMI1, BMI2 and POPCNT */
    CPU_AVX512_VBMI = 1u << 1, /* AVX-512 F, BW, VL, DQ, VBMI, VBMI2 and VPOPCNTDQ */
    CPU_NEON = 1u << 2,        /* on every 64-bit ARM */
};

/* A mask of cpu_feature, found once; 0 on other architectures. In the test runner the environment's
 * LEDE_TEST_CPU (scalar, avx2, avx512, neon) takes from it what goes beyond; the library reads no
 * environment. */
uint32_t cpu_features(void);

#endif
