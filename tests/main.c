/* main.c -- runs every suite, on all processors: each process takes the next suite from a shared counter, the long
 * ones first. CK_RUN_SUITE=name picks one, in this process; CK_FORK=no keeps each test in its runner's.
 *
 * What a suite prints is shown whole when it is done; standard error (the sanitizers') as it comes. */
#include "suites.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the processes share. */
struct shared {
    atomic_int next;
    atomic_int done;
    atomic_int run;
    atomic_int failed;
};

/* Those that take longest under the sanitizers, longest first. */
static const char *const long_suites[] = {"hostile", "differential", "exactness", "doc_iter",
    "faults", "writer_faults", "merge", "memory", "threads", "postings", NULL};

enum { PROCESSES_MAX = 16 };

static int count_suites(void)
{
    int count = 0;
    while (suite_makers[count] != NULL) {
        count++;
    }
    return count;
}

static bool is_long(const char *name)
{
    for (int i = 0; long_suites[i] != NULL; i++) {
        if (strcmp(name, long_suites[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Suites in the order in which they are taken. */
static void order_suites(int *order, int count)
{
    int ordered = 0;
    for (int i = 0; long_suites[i] != NULL; i++) {
        for (int j = 0; j < count; j++) {
            if (strcmp(suite_names[j], long_suites[i]) == 0) {
                order[ordered++] = j;
            }
        }
    }
    for (int j = 0; j < count; j++) {
        if (!is_long(suite_names[j])) {
            order[ordered++] = j;
        }
    }
}

static void run_suite(int number, struct shared *shared)
{
    SRunner *runner = srunner_create(suite_makers[number]());
    srunner_run_all(runner, CK_ENV);
    atomic_fetch_add(&shared->run, srunner_ntests_run(runner));
    atomic_fetch_add(&shared->failed, srunner_ntests_failed(runner));
    atomic_fetch_add(&shared->done, 1);
    srunner_free(runner);
}

/* The same with its standard output put together. */
static void run_suite_quietly(int number, struct shared *shared)
{
    FILE *shown = tmpfile();
    const int screen = dup(STDOUT_FILENO);
    (void)fflush(stdout);
    if (shown == NULL || screen < 0 || dup2(fileno(shown), STDOUT_FILENO) < 0) {
        perror("tests");
        exit(EXIT_FAILURE);
    }
    run_suite(number, shared);
    (void)fflush(stdout);
    (void)dup2(screen, STDOUT_FILENO);
    (void)close(screen);
    rewind(shown);
    char text[4096];
    for (size_t size; (size = fread(text, 1, sizeof text, shown)) > 0;) {
        (void)fwrite(text, 1, size, stdout);
    }
    (void)fflush(stdout);
    (void)fclose(shown);
}

static void take_suites(const int *order, int count, struct shared *shared)
{
    for (int i; (i = atomic_fetch_add(&shared->next, 1)) < count;) {
        run_suite_quietly(order[i], shared);
    }
}

static int run_all(void)
{
    const int count = count_suites();
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    const int processes = processors < 1               ? 1
                          : processors > PROCESSES_MAX ? PROCESSES_MAX
                                                       : (int)processors;
    struct shared *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int *order = malloc((size_t)count * sizeof *order);
    if (shared == MAP_FAILED || order == NULL) {
        perror("tests");
        return EXIT_FAILURE;
    }
    order_suites(order, count);
    bool all_well = true;
    for (int i = 0; i < processes; i++) {
        const pid_t child = fork();
        if (child == 0) {
            take_suites(order, count, shared);
            free(order);
            exit(EXIT_SUCCESS);
        }
        all_well = all_well && child > 0;
    }
    for (int status; wait(&status) > 0;) {
        all_well = all_well && status == 0;
    }
    const int run = atomic_load(&shared->run);
    const int failed = atomic_load(&shared->failed);
    all_well = all_well && failed == 0 && atomic_load(&shared->done) == count;
    (void)printf("all suites: %d of %d ended, %d checks, %d failed%s\n", atomic_load(&shared->done),
        count, run, failed, all_well || failed > 0 ? "" : ", a process died");
    free(order);
    (void)munmap(shared, sizeof *shared);
    return all_well ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* One by one, as CK_RUN_SUITE says. */
static int run_chosen(void)
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

int main(void)
{
    return getenv("CK_RUN_SUITE") != NULL || getenv("CK_RUN_CASE") != NULL ? run_chosen()
                                                                           : run_all();
}
