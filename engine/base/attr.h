/* attr.h -- compiler attributes, spelled once. gcc and clang are the two compilers. */
#ifndef BASE_ATTR_H
#define BASE_ATTR_H

#define LIKELY(x)    __builtin_expect(!!(x), 1)
#define UNLIKELY(x)  __builtin_expect(!!(x), 0)
#define MUST_CHECK   __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
/* The integer `x` is in a general register here: no vector is made of it and its neighbours. */
#define KEEP_SCALAR(x) __asm__("" : "+r"(x))
#define UNUSED         __attribute__((unused))
#define NO_INLINE      __attribute__((noinline))
#define ALWAYS_INLINE  static inline __attribute__((always_inline))

#endif
