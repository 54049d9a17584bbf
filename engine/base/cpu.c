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
            __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
            __builtin_cpu_supports("avx512vpopcntdq")) {
            features |= CPU_AVX512_VBMI;
        }
    }
    return features;
}

#elif defined(__aarch64__)

static uint32_t find_features(void)
{
    return CPU_NEON; // part of the architecture
}

#else

static uint32_t find_features(void)
{
    return 0;
}

#endif

/* The tests' copy of this file, and no other, can be told to do with less. */
#ifdef LEDE_TEST_CPU

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t allowed_features(void)
{
    static const struct {
        const char *name;
        uint32_t features;
    } levels[] = {
        {"scalar", 0},
        {"avx2", CPU_AVX2},
        {"avx512", CPU_AVX2 | CPU_AVX512_VBMI},
        {"neon", CPU_NEON},
    };
    const char *wanted = getenv("LEDE_TEST_CPU");
    if (wanted == NULL || *wanted == '\0') {
        return UINT32_MAX;
    }
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        if (strcmp(levels[i].name, wanted) == 0) {
            return levels[i].features;
        }
    }
    fprintf(stderr, "LEDE_TEST_CPU is scalar, avx2, avx512 or neon, not %s\n", wanted);
    exit(2);
}

#else

static uint32_t allowed_features(void)
{
    return UINT32_MAX;
}

#endif

uint32_t cpu_features(void)
{
    /* Racing first calls store the same value. */
    static _Atomic uint32_t found = UINT32_MAX;
    uint32_t features = found;
    if (features == UINT32_MAX) {
        features = find_features() & allowed_features();
        found = features;
    }
    return features;
}
