/* input.h -- a small input, such as a file of topics, as a whole. */
#ifndef INPUT_H
#define INPUT_H

#include <stdbool.h>
#include <stddef.h>

/* All of a file, "-" being standard input; a NUL stands behind it. *bytes_out is owned: free.
 * False: said, *status_out is the exit status. */
bool input_read(const char *path, char **bytes_out, size_t *length_out, int *status_out);

#endif
