/* machine.c -- what the system says about itself. The commit is a macro of the Makefile's. */
#include "machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifndef LEDE_COMMIT
#define LEDE_COMMIT ""
#endif

static void read_processor(char text[MACHINE_TEXT_BYTES])
{
    FILE *file = fopen("/proc/cpuinfo", "r");
    char line[256];
    text[0] = '\0';
    while (file != NULL && text[0] == '\0' && fgets(line, sizeof(line), file) != NULL) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) == 0 && colon != NULL) {
            line[strcspn(line, "\n")] = '\0';
            snprintf(text, MACHINE_TEXT_BYTES, "%.*s", MACHINE_TEXT_BYTES - 1,
                colon + 1 + strspn(colon + 1, " "));
        }
    }
    if (file != NULL) {
        fclose(file);
    }
}

void machine_read(struct machine *machine_out)
{
    const time_t now = time(NULL);
    struct tm parts;
    machine_out->date[0] = '\0';
    if (gmtime_r(&now, &parts) != NULL) {
        strftime(machine_out->date, sizeof(machine_out->date), "%Y-%m-%dT%H:%M:%SZ", &parts);
    }
    machine_out->processor_count = sysconf(_SC_NPROCESSORS_ONLN);
    read_processor(machine_out->processor);
}

double machine_load(void)
{
    double load = -1;
    return getloadavg(&load, 1) == 1 ? load : -1;
}

const char *machine_commit(void)
{
    return LEDE_COMMIT;
}
