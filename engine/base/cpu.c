#include "base/cpu.h"

#if defined(__x86_64__)

static uint32_t find_features(void)
{
    uint32_t features = 0;
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
        __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt")) {
        features |= CPU_AVX2;
        if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
            __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
            __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2")) {
            features |= CPU_AVX512_VBMI;
        }
    }
    return features;
}

#else

static uint32_t find_features(void)
{
    return 0;
}

#endif

uint32_t cpu_features(void)
{
    /* Racing first calls store the same value. */
    static _Atomic uint32_t found = UINT32_MAX;
    uint32_t features = found;
    if (features == UINT32_MAX) {
        features = find_features();
        found = features;
    }
    return features;
}
