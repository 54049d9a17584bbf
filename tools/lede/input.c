/* input.c -- read whole, in steps that double. */
#include "input.h"

#include "failure.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { READ_BYTES = 1 << 16 };

bool input_read(const char *path, char **bytes_out, size_t *length_out, int *status_out)
{
    const bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "rb");
    char *bytes = NULL;
    size_t length = 0, room = 0;
    if (file == NULL) {
        failure_say("%s: %s", path, strerror(errno));
        *status_out = errno == ENOENT || errno == EACCES ? EXIT_USAGE : EXIT_SYSTEM;
        return false;
    }
    size_t got = 0;
    do {
        if (room - length < READ_BYTES + 1) {
            room = room * 2 + READ_BYTES + 1;
            char *larger = realloc(bytes, room);
            if (larger == NULL) {
                *status_out = failure_no_memory();
                goto fail;
            }
            bytes = larger;
        }
        got = fread(bytes + length, 1, READ_BYTES, file);
        length += got;
    } while (got > 0);
    if (ferror(file)) {
        failure_say("%s: %s", is_stdin ? "standard input" : path, strerror(errno));
        *status_out = errno == EISDIR ? EXIT_USAGE : EXIT_SYSTEM;
        goto fail;
    }
    if (!is_stdin) {
        fclose(file);
    }
    bytes[length] = '\0';
    *bytes_out = bytes;
    *length_out = length;
    return true;
fail:
    free(bytes);
    if (!is_stdin) {
        fclose(file);
    }
    return false;
}
