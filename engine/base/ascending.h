/* ascending.h -- numbers that ascend. */
#ifndef BASE_ASCENDING_H
#define BASE_ASCENDING_H

#include <stdint.h>

#include "base/attr.h"

/* How many of `count` numbers are below `target`, without a branch on them. */
ALWAYS_INLINE uint32_t count_below(const uint32_t *numbers, uint32_t count, uint32_t target)
{
    const uint32_t *at = numbers;
    if (count == 0) {
        return 0;
    }
    while (count > 1) {
        const uint32_t half = count / 2;
        at += half & (0u - (uint32_t)(at[half - 1] < target));
        count -= half;
    }
    return (uint32_t)(at - numbers) + (*at < target);
}

#endif
