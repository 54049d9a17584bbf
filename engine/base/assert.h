/* assert.h -- two assertions for bugs in our own code, never for bytes of a file, user text,
 * allocation or I/O: those are errors.
 *
 * ASSERT is always on and stands outside kernels. DASSERT is on where LEDE_DEBUG is 1 (debug and
 * sanitizer builds) and stands in kernels and iterator loops.
 */
#ifndef BASE_ASSERT_H
#define BASE_ASSERT_H

#include <stdio.h>
#include <stdlib.h>

#ifndef LEDE_DEBUG
#define LEDE_DEBUG 0
#endif

#define ASSERT(condition) ((condition) ? (void)0 : assert_failed(#condition, __FILE__, __LINE__))

#if LEDE_DEBUG
#define DASSERT(condition) ASSERT(condition)
#else
#define DASSERT(condition) ((void)sizeof(!(condition)))
#endif

/* Say where and stop. The one place where the library ends a process: its own state is wrong. */
static inline _Noreturn void assert_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, condition);
    abort();
}

#endif
