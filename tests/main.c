/* main.c -- runs every suite. CK_RUN_SUITE=name picks one, CK_FORK=no keeps it in this process. */
#include "suites.h"

#include <stdlib.h>

int main(void)
{
    SRunner *runner = srunner_create(NULL);
    for (suite_maker *const *make = suite_makers; *make != NULL; make++) {
        srunner_add_suite(runner, (*make)());
    }
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    const int run = srunner_ntests_run(runner);
    srunner_free(runner);
    return failed > 0 || run == 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
