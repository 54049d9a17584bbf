/* cpu.h -- which instruction sets this processor and its system offer. */
#ifndef BASE_CPU_H
#define BASE_CPU_H

#include <stdint.h>

enum cpu_feature {
    CPU_AVX2 = 1u << 0,        /* AVX2 with BMI1, BMI2, LZCNT and POPCNT */
    CPU_AVX512_VBMI = 1u << 1, /* AVX-512 F, BW, VL, DQ, VBMI and VBMI2 */
};

/* A mask of cpu_feature, found once; 0 on other architectures. */
uint32_t cpu_features(void);

#endif
