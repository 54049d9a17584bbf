#include "support/tmpdir.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void tmpdir_init(struct tmpdir *dir)
{
    const char *base = getenv("TMPDIR");
    const int length = snprintf(dir->path, sizeof dir->path, "%s/lede-test.XXXXXX",
        base == NULL || *base == '\0' ? "/tmp" : base);
    ck_assert_msg(length > 0 && (size_t)length < sizeof dir->path, "TMPDIR is too long");
    ck_assert_msg(mkdtemp(dir->path) != NULL, "mkdtemp %s: %s", dir->path, strerror(errno));
}

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *place)
{
    (void)stat;
    (void)place;
    if (type == FTW_DNR) {
        (void)chmod(path, 0700); /* remove() below says what is still wrong */
    }
    return remove(path);
}

void tmpdir_release(struct tmpdir *dir)
{
    if (dir->path[0] != '\0') {
        (void)nftw(dir->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
        dir->path[0] = '\0';
    }
}

char *tmpdir_join(const struct tmpdir *dir, const char *name, char *path_out)
{
    const int length = snprintf(path_out, TMPDIR_PATH_BYTES, "%s/%s", dir->path, name);
    ck_assert_msg(length > 0 && length < TMPDIR_PATH_BYTES, "path is too long: %s", name);
    return path_out;
}

void tmpdir_write(const struct tmpdir *dir, const char *name, const void *bytes, size_t size)
{
    char path[TMPDIR_PATH_BYTES];
    (void)tmpdir_join(dir, name, path);
    for (char *at = path + strlen(dir->path) + 1; (at = strchr(at, '/')) != NULL; at++) {
        *at = '\0';
        ck_assert_msg(mkdir(path, 0777) == 0 || errno == EEXIST, "mkdir %s", path);
        *at = '/';
    }
    FILE *file = fopen(path, "wb");
    ck_assert_msg(file != NULL, "cannot create %s: %s", path, strerror(errno));
    const size_t written = size == 0 ? 0 : fwrite(bytes, 1, size, file);
    const int closed = fclose(file);
    ck_assert_msg(written == size && closed == 0, "cannot write %s", path);
}

void tmpdir_write_text(const struct tmpdir *dir, const char *name, const char *text)
{
    tmpdir_write(dir, name, text, strlen(text));
}

char *tmpdir_read(const struct tmpdir *dir, const char *name, size_t *size_out)
{
    char path[TMPDIR_PATH_BYTES];
    struct stat stat_now;
    FILE *file = fopen(tmpdir_join(dir, name, path), "rb");
    ck_assert_msg(file != NULL, "cannot open %s: %s", path, strerror(errno));
    ck_assert_int_eq(fstat(fileno(file), &stat_now), 0);
    const size_t size = (size_t)stat_now.st_size;
    char *bytes = malloc(size + 1);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_uint_eq(fread(bytes, 1, size, file), size);
    bytes[size] = '\0';
    (void)fclose(file);
    if (size_out != NULL) {
        *size_out = size;
    }
    return bytes;
}

bool tmpdir_has(const struct tmpdir *dir, const char *name)
{
    char path[TMPDIR_PATH_BYTES];
    struct stat stat_now;
    return lstat(tmpdir_join(dir, name, path), &stat_now) == 0;
}

bool tmpdir_holds(const struct tmpdir *dir, const char *name, const void *bytes, size_t size)
{
    if (!tmpdir_has(dir, name)) {
        return false;
    }
    size_t found_size;
    char *found = tmpdir_read(dir, name, &found_size);
    const bool same = found_size == size && (size == 0 || memcmp(found, bytes, size) == 0);
    free(found);
    return same;
}

size_t tmpdir_count(const struct tmpdir *dir)
{
    DIR *opened = opendir(dir->path);
    ck_assert_msg(opened != NULL, "cannot open %s: %s", dir->path, strerror(errno));
    size_t count = 0;
    for (const struct dirent *entry = readdir(opened); entry != NULL; entry = readdir(opened)) {
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    (void)closedir(opened);
    return count;
}
