/* suites.h -- the list of test suites, which the build makes from the names of the test files. */
#ifndef TESTS_SUITES_H
#define TESTS_SUITES_H

#include <check.h>
#include <stdbool.h>

typedef Suite *suite_maker(void);

extern suite_maker *const suite_makers[]; /* NULL at the end */
extern const char *const suite_names[];   /* of each */

#endif
