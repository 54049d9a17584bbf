/* text.h -- what a test writes down of what it sees, to compare it with what it expects. */
#ifndef TESTS_SUPPORT_TEXT_H
#define TESTS_SUPPORT_TEXT_H

#include <stddef.h>

/* Zeroed, it is empty. What does not fit is cut. */
struct text {
    char data[4096];
    size_t length;
};

void text_put(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
