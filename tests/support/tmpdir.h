/* tmpdir.h -- a directory for one test, below TMPDIR (else /tmp), and small files in it.
 *
 * It goes straight to libc, so that it works while faults are injected into base/file.h. What fails
 * here fails the test. tmpdir_release removes the directory with all in it; where a test fails before
 * that, it stays for looking at.
 */
#ifndef TESTS_SUPPORT_TMPDIR_H
#define TESTS_SUPPORT_TMPDIR_H

#include <stdbool.h>
#include <stddef.h>

enum { TMPDIR_PATH_BYTES = 1024 };

struct tmpdir {
    char path[TMPDIR_PATH_BYTES];
};

void tmpdir_init(struct tmpdir *dir);
void tmpdir_release(struct tmpdir *dir);

/* "path/name" into `path_out` (TMPDIR_PATH_BYTES), which is returned. */
char *tmpdir_join(const struct tmpdir *dir, const char *name, char *path_out);

/* Write a file of these bytes, making the directories that its name has ("a/b/c"); read one whole (NUL
 * behind it, free() it). */
void tmpdir_write(const struct tmpdir *dir, const char *name, const void *bytes, size_t size);
void tmpdir_write_text(const struct tmpdir *dir, const char *name, const char *text);
char *tmpdir_read(const struct tmpdir *dir, const char *name, size_t *size_out);

bool tmpdir_has(const struct tmpdir *dir, const char *name);

/* True where the file is there and holds these bytes and no others. */
bool tmpdir_holds(const struct tmpdir *dir, const char *name, const void *bytes, size_t size);

/* How many entries the directory has. */
size_t tmpdir_count(const struct tmpdir *dir);

#endif
