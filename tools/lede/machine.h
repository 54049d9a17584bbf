/* machine.h -- where and when something was measured. */
#ifndef MACHINE_H
#define MACHINE_H

enum { MACHINE_TEXT_BYTES = 128 };

struct machine {
    char processor[MACHINE_TEXT_BYTES]; /* "" where the system does not say */
    long processor_count;               /* that run */
    char date[32];                      /* ISO 8601, UTC */
};

void machine_read(struct machine *machine_out);
/* The mean number of processes that wanted to run in the last minute; below 0: not known. */
double machine_load(void);
/* Of the source that the command was built from, "" where it was not built in a repository; "-dirty" behind
 * it where that was changed. Static storage. */
const char *machine_commit(void);

#endif
