/* file.h -- everything the library asks of the file system, and nothing goes around it.
 *
 * Below stands one table of system calls (struct file_system); tests put crash simulation and fault
 * injection in its place. Above stand the few things the library does with files: map one for
 * reading, write a new one to its end, read a stream, replace a small one atomically, lock a
 * directory, list it.
 *
 * Errors: LEDE_ERR_NOT_FOUND where the path is not there, LEDE_ERR_NOMEM, else LEDE_ERR_IO with
 * errno in the error struct. A write or sync that failed leaves its file to be thrown away: it is
 * never retried (after a failed fsync, Linux marks the pages clean).
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/span.h"
#include "base/status.h"

/* The system calls, each with its own meaning and errno. */
struct file_system {
    int (*open)(const char *path, int flags, mode_t mode);
    int (*close)(int fd);
    ssize_t (*read)(int fd, void *bytes, size_t size);
    ssize_t (*write)(int fd, const void *bytes, size_t size);
    int (*sync)(int fd);
    int (*stat_fd)(int fd, struct stat *stat_out);
    int (*stat_path)(const char *path, struct stat *stat_out); /* follows links */
    void *(*map)(int fd, size_t size);                         /* whole, read-only; MAP_FAILED */
    int (*unmap)(void *bytes, size_t size);
    int (*advise)(void *bytes, size_t size, int advice); /* madvise */
    int (*rename)(const char *from, const char *to);
    int (*unlink)(const char *path);
    int (*make_dir)(const char *path, mode_t mode);
    int (*remove_dir)(const char *path);
    int (*lock)(int fd); /* exclusive, without waiting; EWOULDBLOCK where another holds it */
    DIR *(*open_dir)(const char *path);
    struct dirent *(*read_dir)(DIR *dir);
    int (*close_dir)(DIR *dir);
};

/* The table in use. file_system_set is for tests: before the library is used, NULL for the real one. */
const struct file_system *file_system_now(void);
const struct file_system *file_system_real(void);
void file_system_set(const struct file_system *file_system);

/* ---- paths ---- */

/* "dir/name" into `path`; LEDE_ERR_LIMIT where it does not fit. */
lede_status path_join(
    char *path, size_t path_size, const char *dir, const char *name, lede_error *error) MUST_CHECK;

/* What stands behind the last slash. */
const char *path_base(const char *path);

enum file_kind { FILE_ABSENT, FILE_REGULAR, FILE_DIRECTORY, FILE_OTHER };

struct file_info {
    enum file_kind kind;
    uint64_t size;
};

/* Follows links. A path that is not there is FILE_ABSENT, not an error. */
lede_status file_info_read(
    const char *path, struct file_info *info_out, lede_error *error) MUST_CHECK;

/* ---- reading ---- */

/* A whole file mapped read-only. An empty file maps to size 0 with non-NULL bytes. */
struct mapping {
    const uint8_t *bytes;
    size_t size;
};

lede_status mapping_open(
    const char *path, struct mapping *mapping_out, lede_error *error) MUST_CHECK;
void mapping_close(struct mapping *mapping); /* a zeroed one is fine */

/* In which order a part of a mapping is going to be read: what the system reads ahead where the file is not in
 * memory. */
enum mapping_order {
    MAPPING_SOME_ORDER,
    MAPPING_NO_ORDER,
    MAPPING_FRONT_TO_END,
    MAPPING_NOT_NEEDED, /* its pages leave the memory of this process, until they are read again */
};

/* Say so of the pages that begin in `part` of the mapping. No more than a hint: cannot fail. */
void mapping_advise(const struct mapping *mapping, struct span part, enum mapping_order order);

/* A file, or standard input where `path` is "-", read from front to end. */
struct file_reader {
    int fd;
    bool is_open;
    const char *path; /* borrowed from the caller of file_reader_open */
};

lede_status file_reader_open(
    struct file_reader *reader, const char *path, lede_error *error) MUST_CHECK;
/* Up to `size` bytes, at least one unless at the end, where *size_out becomes 0. Goes on after EINTR. */
lede_status file_reader_read(struct file_reader *reader, void *bytes, size_t size, size_t *size_out,
    lede_error *error) MUST_CHECK;
void file_reader_close(struct file_reader *reader);

/* ---- writing ---- */

struct checksum;

/* A new file written front to end through a buffer. */
struct file_writer {
    int fd;
    bool is_open;
    uint8_t *buffer;
    size_t buffered;
    uint64_t offset;           /* bytes appended so far */
    struct checksum *checksum; /* borrowed; where not NULL every appended byte is added to it */
    char *path;                /* owned */
};

/* Create `path`; a file already there is emptied. A zeroed *writer is closed. */
lede_status file_writer_open(
    struct file_writer *writer, const char *path, lede_error *error) MUST_CHECK;
lede_status file_writer_append(
    struct file_writer *writer, const void *bytes, size_t size, lede_error *error) MUST_CHECK;
lede_status file_writer_append_zeros(
    struct file_writer *writer, size_t size, lede_error *error) MUST_CHECK;
lede_status file_writer_flush(struct file_writer *writer, lede_error *error) MUST_CHECK;
/* Flush, fsync and close: the bytes are durable (their name is not, before dir_sync). After a failure
 * the writer is to be abandoned; where closing failed, it is closed already and the file is gone. */
lede_status file_writer_finish(struct file_writer *writer, lede_error *error) MUST_CHECK;
void file_writer_abandon(struct file_writer *writer); /* close and unlink; a closed one is fine */
/* Close without syncing or unlinking; for scratch files that are read back and removed. */
lede_status file_writer_close(struct file_writer *writer, lede_error *error) MUST_CHECK;

/* Replace dir/name by `bytes`, all or nothing: dir/name.tmp, fsync, rename, fsync of the directory.
 * After a failure the old file is as it was, but for the last step: where only the directory could not
 * be opened or synced, the new file is in place and may not outlive a crash. */
lede_status file_replace(
    const char *dir, const char *name, struct span bytes, lede_error *error) MUST_CHECK;

lede_status file_rename(const char *from, const char *to, lede_error *error) MUST_CHECK;
lede_status file_remove(const char *path, lede_error *error); /* one that is not there is fine */

/* ---- directories ---- */

lede_status dir_create(
    const char *path, lede_error *error) MUST_CHECK;         /* one there already is fine */
lede_status dir_remove(const char *path, lede_error *error); /* empty ones only */
lede_status dir_sync(const char *path, lede_error *error) MUST_CHECK;

/* The names in a directory but "." and "..", sorted by byte, in one block: free with dir_list_free. */
struct dir_list {
    char **names;
    size_t count;
};

lede_status dir_list_read(
    const char *path, struct dir_list *list_out, lede_error *error) MUST_CHECK;
void dir_list_free(struct dir_list *list);

/* ---- the writer's lock ---- */

struct file_lock {
    int fd;
    bool is_held;
};

/* Take dir/name as a lock that ends with this process, and write the process id into it.
 * LEDE_ERR_BUSY, with the holder's process id in the message, where another holds it. A child that was
 * forked meanwhile shares the lock and holds it until it ends or drops its copy too. */
lede_status file_lock_take(
    struct file_lock *lock, const char *dir, const char *name, lede_error *error) MUST_CHECK;
void file_lock_drop(struct file_lock *lock); /* one that is not held is fine */

#endif
