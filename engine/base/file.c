#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/checksum.h"
#include "base/limits.h"

enum { FILE_WRITER_BUFFER_BYTES = 1 << 18, FILE_MODE = 0666, DIR_MODE = 0777 };

/* ---- the real system calls ---- */

static int real_open(const char *path, int flags, mode_t mode)
{
    return open(path, flags, mode);
}

static void *real_map(int fd, size_t size)
{
    return mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
}

static int real_lock(int fd)
{
    return flock(fd, LOCK_EX | LOCK_NB);
}

static int real_stat_fd(int fd, struct stat *stat_out)
{
    return fstat(fd, stat_out);
}

static int real_stat_path(const char *path, struct stat *stat_out)
{
    return stat(path, stat_out);
}

static const struct file_system real_file_system = {
    .open = real_open,
    .close = close,
    .read = read,
    .write = write,
    .sync = fsync,
    .stat_fd = real_stat_fd,
    .stat_path = real_stat_path,
    .map = real_map,
    .unmap = munmap,
    .advise = madvise,
    .rename = rename,
    .unlink = unlink,
    .make_dir = mkdir,
    .remove_dir = rmdir,
    .lock = real_lock,
    .open_dir = opendir,
    .read_dir = readdir,
    .close_dir = closedir,
};

static const struct file_system *fs = &real_file_system;

const struct file_system *file_system_now(void)
{
    return fs;
}

const struct file_system *file_system_real(void)
{
    return &real_file_system;
}

void file_system_set(const struct file_system *file_system)
{
    fs = file_system == NULL ? &real_file_system : file_system;
}

static lede_status fail_path(lede_error *error, const char *what, const char *path)
{
    const int system_error = errno;
    const lede_status status = lede_fail_errno(error, system_error, "%s %s", what, path);
    if (system_error != ENOENT && system_error != ENOTDIR) {
        return status;
    }
    if (error != NULL) {
        error->status = LEDE_ERR_NOT_FOUND;
    }
    return LEDE_ERR_NOT_FOUND;
}

static int open_retrying(const char *path, int flags, mode_t mode)
{
    int fd;
    do {
        fd = fs->open(path, flags | O_CLOEXEC, mode);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

/* ---- paths ---- */

lede_status path_join(
    char *path, size_t path_size, const char *dir, const char *name, lede_error *error)
{
    const int length = snprintf(path, path_size, "%s/%s", dir, name);
    if (length < 0 || (size_t)length >= path_size) {
        return lede_fail(error, LEDE_ERR_LIMIT, "path is too long: %s/%s", dir, name);
    }
    return LEDE_OK;
}

const char *path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

lede_status file_info_read(const char *path, struct file_info *info_out, lede_error *error)
{
    struct stat stat;
    if (fs->stat_path(path, &stat) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) {
            *info_out = (struct file_info){.kind = FILE_ABSENT};
            return LEDE_OK;
        }
        return fail_path(error, "cannot look at", path);
    }
    enum file_kind kind = FILE_OTHER;
    if (S_ISREG(stat.st_mode)) {
        kind = FILE_REGULAR;
    } else if (S_ISDIR(stat.st_mode)) {
        kind = FILE_DIRECTORY;
    }
    *info_out = (struct file_info){.kind = kind, .size = (uint64_t)stat.st_size};
    return LEDE_OK;
}

/* ---- reading ---- */

lede_status mapping_open(const char *path, struct mapping *mapping_out, lede_error *error)
{
    static const uint8_t no_bytes[1];
    /* Without O_NONBLOCK, a FIFO of that name would wait for its other end for ever. */
    const int fd = open_retrying(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
    if (fd < 0) {
        return fail_path(error, "cannot open", path);
    }
    struct stat stat;
    lede_status status = LEDE_OK;
    if (fs->stat_fd(fd, &stat) != 0) {
        status = fail_path(error, "cannot look at", path);
    } else if (!S_ISREG(stat.st_mode)) {
        status = lede_fail(error, LEDE_ERR_IO, "not a regular file: %s", path);
    } else if (stat.st_size == 0) {
        *mapping_out = (struct mapping){.bytes = no_bytes, .size = 0};
    } else {
        void *bytes = fs->map(fd, (size_t)stat.st_size);
        if (bytes == MAP_FAILED) {
            status = fail_path(error, "cannot map", path);
        } else {
            *mapping_out = (struct mapping){.bytes = bytes, .size = (size_t)stat.st_size};
        }
    }
    (void)fs->close(fd);
    return status;
}

void mapping_close(struct mapping *mapping)
{
    if (mapping->size > 0) {
        (void)fs->unmap((void *)(uintptr_t)mapping->bytes, mapping->size);
    }
    *mapping = (struct mapping){0};
}

void mapping_advise(const struct mapping *mapping, struct span part, enum mapping_order order)
{
    static const int advice[] = {
        [MAPPING_SOME_ORDER] = MADV_NORMAL,
        [MAPPING_NO_ORDER] = MADV_RANDOM,
        [MAPPING_FRONT_TO_END] = MADV_SEQUENTIAL,
        [MAPPING_NOT_NEEDED] = MADV_DONTNEED,
    };
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t offset = (size_t)(part.bytes - mapping->bytes);
    const size_t begin = (offset + page - 1) / page * page;
    const size_t end = (offset + part.size + page - 1) / page * page;
    if (begin < end && mapping->size > 0) {
        (void)fs->advise((uint8_t *)(uintptr_t)mapping->bytes + begin, end - begin, advice[order]);
    }
}

lede_status file_reader_open(struct file_reader *reader, const char *path, lede_error *error)
{
    const bool is_stdin = strcmp(path, "-") == 0;
    /* A signal ends the wait for a FIFO's other end: its handler may want all of this to stop. */
    const int fd = is_stdin ? STDIN_FILENO : fs->open(path, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0) {
        return fail_path(error, "cannot open", path);
    }
    *reader = (struct file_reader){.fd = fd, .is_open = true, .path = path};
    return LEDE_OK;
}

lede_status file_reader_read(
    struct file_reader *reader, void *bytes, size_t size, size_t *size_out, lede_error *error)
{
    ASSERT(reader->is_open);
    ssize_t got;
    do {
        got = fs->read(reader->fd, bytes, size);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        return fail_path(error, "cannot read", reader->path);
    }
    *size_out = (size_t)got;
    return LEDE_OK;
}

void file_reader_close(struct file_reader *reader)
{
    if (reader->is_open && reader->fd != STDIN_FILENO) {
        (void)fs->close(reader->fd);
    }
    *reader = (struct file_reader){0};
}

/* ---- writing ---- */

lede_status file_writer_open(struct file_writer *writer, const char *path, lede_error *error)
{
    char *path_copy = mem_cstr(path, strlen(path));
    uint8_t *buffer = mem_alloc(FILE_WRITER_BUFFER_BYTES);
    if (path_copy == NULL || buffer == NULL) {
        mem_free(path_copy);
        mem_free(buffer);
        return lede_fail_nomem(error);
    }
    const int fd = open_retrying(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, FILE_MODE);
    if (fd < 0) {
        const lede_status status = fail_path(error, "cannot create", path);
        mem_free(path_copy);
        mem_free(buffer);
        return status;
    }
    *writer = (struct file_writer){.fd = fd, .is_open = true, .buffer = buffer, .path = path_copy};
    return LEDE_OK;
}

static void writer_release(struct file_writer *writer)
{
    mem_free(writer->buffer);
    mem_free(writer->path);
    *writer = (struct file_writer){0};
}

static lede_status write_all(
    struct file_writer *writer, const uint8_t *bytes, size_t size, lede_error *error)
{
    while (size > 0) {
        const ssize_t written = fs->write(writer->fd, bytes, size);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            if (written == 0) {
                errno = EIO;
            }
            return fail_path(error, "cannot write", writer->path);
        }
        bytes += written;
        size -= (size_t)written;
    }
    return LEDE_OK;
}

lede_status file_writer_flush(struct file_writer *writer, lede_error *error)
{
    ASSERT(writer->is_open);
    const size_t size = writer->buffered;
    writer->buffered = 0;
    return write_all(writer, writer->buffer, size, error);
}

lede_status file_writer_append(
    struct file_writer *writer, const void *bytes, size_t size, lede_error *error)
{
    ASSERT(writer->is_open);
    if (writer->checksum != NULL) {
        checksum_add(writer->checksum, bytes, size);
    }
    writer->offset += size;
    if (size > FILE_WRITER_BUFFER_BYTES - writer->buffered) {
        const lede_status status = file_writer_flush(writer, error);
        if (status != LEDE_OK) {
            return status;
        }
        if (size >= FILE_WRITER_BUFFER_BYTES) {
            return write_all(writer, bytes, size, error);
        }
    }
    if (size > 0) {
        memcpy(writer->buffer + writer->buffered, bytes, size);
        writer->buffered += size;
    }
    return LEDE_OK;
}

lede_status file_writer_append_zeros(struct file_writer *writer, size_t size, lede_error *error)
{
    static const uint8_t zeros[64];
    while (size > 0) {
        const size_t part = size < sizeof zeros ? size : sizeof zeros;
        const lede_status status = file_writer_append(writer, zeros, part, error);
        if (status != LEDE_OK) {
            return status;
        }
        size -= part;
    }
    return LEDE_OK;
}

lede_status file_writer_finish(struct file_writer *writer, lede_error *error)
{
    lede_status status = file_writer_flush(writer, error);
    if (status == LEDE_OK && fs->sync(writer->fd) != 0) {
        status = fail_path(error, "cannot sync", writer->path);
    }
    if (status != LEDE_OK) {
        return status;
    }
    writer->is_open = false;
    if (fs->close(writer->fd) != 0) {
        status = fail_path(error, "cannot close", writer->path);
        (void)fs->unlink(writer->path);
    }
    writer_release(writer);
    return status;
}

lede_status file_writer_close(struct file_writer *writer, lede_error *error)
{
    lede_status status = file_writer_flush(writer, error);
    writer->is_open = false;
    if (fs->close(writer->fd) != 0 && status == LEDE_OK) {
        status = fail_path(error, "cannot close", writer->path);
    }
    writer_release(writer);
    return status;
}

void file_writer_abandon(struct file_writer *writer)
{
    if (writer->is_open) {
        (void)fs->close(writer->fd);
        (void)fs->unlink(writer->path);
    }
    writer_release(writer);
}

lede_status file_replace(const char *dir, const char *name, struct span bytes, lede_error *error)
{
    char path[LEDE_PATH_BYTES_MAX];
    char tmp_path[LEDE_PATH_BYTES_MAX];
    char tmp_name[LEDE_FILE_NAME_BYTES_MAX];
    struct file_writer writer = {0};
    (void)snprintf(tmp_name, sizeof tmp_name, "%s.tmp", name);
    lede_status status = path_join(path, sizeof path, dir, name, error);
    if (status == LEDE_OK) {
        status = path_join(tmp_path, sizeof tmp_path, dir, tmp_name, error);
    }
    if (status == LEDE_OK) {
        status = file_writer_open(&writer, tmp_path, error);
    }
    if (status == LEDE_OK) {
        status = file_writer_append(&writer, bytes.bytes, bytes.size, error);
    }
    if (status == LEDE_OK) {
        status = file_writer_finish(&writer, error);
    }
    if (status != LEDE_OK) {
        file_writer_abandon(&writer);
        return status;
    }
    status = file_rename(tmp_path, path, error);
    if (status != LEDE_OK) {
        (void)fs->unlink(tmp_path);
        return status;
    }
    return dir_sync(dir, error);
}

lede_status file_rename(const char *from, const char *to, lede_error *error)
{
    return fs->rename(from, to) == 0 ? LEDE_OK : fail_path(error, "cannot rename", from);
}

lede_status file_remove(const char *path, lede_error *error)
{
    if (fs->unlink(path) == 0 || errno == ENOENT) {
        return LEDE_OK;
    }
    return fail_path(error, "cannot remove", path);
}

/* ---- directories ---- */

lede_status dir_create(const char *path, lede_error *error)
{
    if (fs->make_dir(path, DIR_MODE) == 0) {
        return LEDE_OK;
    }
    const int system_error = errno;
    struct stat stat;
    if (system_error == EEXIST && fs->stat_path(path, &stat) == 0 && S_ISDIR(stat.st_mode)) {
        return LEDE_OK;
    }
    errno = system_error;
    return fail_path(error, "cannot create directory", path);
}

lede_status dir_remove(const char *path, lede_error *error)
{
    return fs->remove_dir(path) == 0 ? LEDE_OK : fail_path(error, "cannot remove", path);
}

lede_status dir_sync(const char *path, lede_error *error)
{
    const int fd = open_retrying(path, O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0) {
        return fail_path(error, "cannot open", path);
    }
    lede_status status = LEDE_OK;
    if (fs->sync(fd) != 0) {
        status = fail_path(error, "cannot sync", path);
    }
    (void)fs->close(fd);
    return status;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static lede_status list_add(struct dir_list *list, size_t *capacity, const char *name)
{
    if (list->count == *capacity) {
        const size_t grown = *capacity == 0 ? 16 : *capacity * 2;
        char **names = mem_resize(list->names, grown * sizeof *names);
        if (names == NULL) {
            return LEDE_ERR_NOMEM;
        }
        list->names = names;
        *capacity = grown;
    }
    char *copy = mem_cstr(name, strlen(name));
    if (copy == NULL) {
        return LEDE_ERR_NOMEM;
    }
    list->names[list->count++] = copy;
    return LEDE_OK;
}

lede_status dir_list_read(const char *path, struct dir_list *list_out, lede_error *error)
{
    DIR *dir = fs->open_dir(path);
    if (dir == NULL) {
        return fail_path(error, "cannot open directory", path);
    }
    struct dir_list list = {0};
    size_t capacity = 0;
    lede_status status = LEDE_OK;
    for (;;) {
        errno = 0;
        const struct dirent *entry = fs->read_dir(dir);
        if (entry == NULL) {
            if (errno != 0) {
                status = fail_path(error, "cannot read directory", path);
            }
            break;
        }
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        if (list_add(&list, &capacity, entry->d_name) != LEDE_OK) {
            status = lede_fail_nomem(error);
            break;
        }
    }
    (void)fs->close_dir(dir);
    if (status != LEDE_OK) {
        dir_list_free(&list);
        return status;
    }
    if (list.count > 1) {
        qsort(list.names, list.count, sizeof *list.names, compare_names);
    }
    *list_out = list;
    return LEDE_OK;
}

void dir_list_free(struct dir_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        mem_free(list->names[i]);
    }
    mem_free(list->names);
    *list = (struct dir_list){0};
}

/* ---- the writer's lock ---- */

static lede_status fail_busy(int fd, const char *path, lede_error *error)
{
    char holder[32];
    const ssize_t size = fs->read(fd, holder, sizeof holder - 1);
    holder[size < 0 ? 0 : size] = '\0';
    holder[strcspn(holder, " \n")] = '\0';
    return lede_fail(error, LEDE_ERR_BUSY, "%s is locked by another writer (process %s)", path,
        holder[0] == '\0' ? "unknown" : holder);
}

lede_status file_lock_take(
    struct file_lock *lock, const char *dir, const char *name, lede_error *error)
{
    char path[LEDE_PATH_BYTES_MAX];
    lede_status status = path_join(path, sizeof path, dir, name, error);
    if (status != LEDE_OK) {
        return status;
    }
    const int fd = open_retrying(path, O_RDWR | O_CREAT | O_NOFOLLOW, FILE_MODE);
    if (fd < 0) {
        return fail_path(error, "cannot create", path);
    }
    if (fs->lock(fd) != 0) {
        status = errno == EWOULDBLOCK ? fail_busy(fd, path, error)
                                      : fail_path(error, "cannot lock", path);
        (void)fs->close(fd);
        return status;
    }
    /* The holder's number is a courtesy to whoever finds the lock taken: failing to note it is not
     * a reason not to write. Fixed width, so that an older, longer one leaves nothing behind. */
    char holder[32];
    const int length = snprintf(holder, sizeof holder, "%-20ld\n", (long)getpid());
    (void)!fs->write(fd, holder, (size_t)length);
    *lock = (struct file_lock){.fd = fd, .is_held = true};
    return LEDE_OK;
}

void file_lock_drop(struct file_lock *lock)
{
    if (lock->is_held) {
        (void)fs->close(lock->fd);
    }
    *lock = (struct file_lock){0};
}
