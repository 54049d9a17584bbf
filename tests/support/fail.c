#include "support/fail.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/alloc.h"
#include "base/file.h"

static bool is_chosen(uint64_t number, uint64_t at, enum fail_mode mode)
{
    return mode == FAIL_ONCE ? number == at : number >= at;
}

/* ---- memory ---- */

static void *resize_or_fail(void *context, void *pointer, size_t size)
{
    struct fail_memory *memory = context;
    if (size == 0) {
        if (pointer != NULL) {
            atomic_fetch_sub(&memory->live_blocks, 1);
        }
        free(pointer);
        return NULL;
    }
    const uint64_t number = atomic_fetch_add(&memory->asked, 1);
    if (size > FAIL_MEMORY_BYTES_MAX || is_chosen(number, memory->at, memory->mode)) {
        atomic_fetch_add(&memory->failed, 1);
        return NULL;
    }
    void *resized = realloc(pointer, size);
    if (pointer == NULL && resized != NULL) {
        atomic_fetch_add(&memory->live_blocks, 1);
    }
    return resized;
}

void fail_memory_begin(struct fail_memory *memory, uint64_t at, enum fail_mode mode)
{
    *memory = (struct fail_memory){.at = at, .mode = mode};
    const struct alloc_hook hook = {.resize = resize_or_fail, .context = memory};
    alloc_hook_set(&hook);
}

void fail_memory_end(void)
{
    alloc_hook_set(NULL);
}

/* ---- files ---- */

/* The table of system calls takes no context: the plan in force stands here. */
static struct fail_files *plan;

/* Count a call; true, with errno set, where it is to fail. */
static bool fails(enum fail_call call)
{
    if ((plan->calls & call) == 0 ||
        !is_chosen(atomic_fetch_add(&plan->asked, 1), plan->at, plan->mode)) {
        return false;
    }
    atomic_fetch_add(&plan->failed, 1);
    errno = plan->system_error;
    return true;
}

static int counted(int fd)
{
    if (fd >= 0) {
        atomic_fetch_add(&plan->live_files, 1);
    }
    return fd;
}

static int fail_open(const char *path, int flags, mode_t mode)
{
    return fails(FAIL_OPEN) ? -1 : counted(file_system_real()->open(path, flags, mode));
}

static int fail_close(int fd)
{
    const bool failing = fails(FAIL_CLOSE);
    const int result = file_system_real()->close(fd);
    if (result == 0) {
        atomic_fetch_sub(&plan->live_files, 1);
    }
    if (failing) {
        errno = plan->system_error;
    }
    return failing ? -1 : result;
}

static size_t piece_of(size_t size)
{
    return plan->piece_bytes > 0 && size > plan->piece_bytes ? plan->piece_bytes : size;
}

static ssize_t fail_read(int fd, void *bytes, size_t size)
{
    return fails(FAIL_READ) ? -1 : file_system_real()->read(fd, bytes, piece_of(size));
}

static ssize_t fail_write(int fd, const void *bytes, size_t size)
{
    if (fails(FAIL_WRITE)) {
        return -1;
    }
    const uint64_t left = plan->disk_bytes - atomic_load(&plan->written_bytes);
    size = piece_of(size);
    if (size > 0 && left == 0) {
        atomic_fetch_add(&plan->failed, 1);
        errno = ENOSPC;
        return -1;
    }
    const ssize_t written = file_system_real()->write(fd, bytes, size < left ? size : (size_t)left);
    if (written > 0) {
        atomic_fetch_add(&plan->written_bytes, (uint64_t)written);
    }
    return written;
}

static int fail_sync(int fd)
{
    return fails(FAIL_SYNC) ? -1 : file_system_real()->sync(fd);
}

static int fail_stat_fd(int fd, struct stat *stat_out)
{
    return fails(FAIL_STAT) ? -1 : file_system_real()->stat_fd(fd, stat_out);
}

static int fail_stat_path(const char *path, struct stat *stat_out)
{
    return fails(FAIL_STAT) ? -1 : file_system_real()->stat_path(path, stat_out);
}

static void *fail_map(int fd, size_t size)
{
    void *bytes = fails(FAIL_MAP) ? MAP_FAILED : file_system_real()->map(fd, size);
    if (bytes != MAP_FAILED) {
        atomic_fetch_add(&plan->live_maps, 1);
    }
    return bytes;
}

static int fail_unmap(void *bytes, size_t size)
{
    const int result = file_system_real()->unmap(bytes, size);
    if (result == 0) {
        atomic_fetch_sub(&plan->live_maps, 1);
    }
    return result;
}

static int fail_rename(const char *from, const char *to)
{
    return fails(FAIL_RENAME) ? -1 : file_system_real()->rename(from, to);
}

static int fail_unlink(const char *path)
{
    return fails(FAIL_UNLINK) ? -1 : file_system_real()->unlink(path);
}

static int fail_make_dir(const char *path, mode_t mode)
{
    return fails(FAIL_MKDIR) ? -1 : file_system_real()->make_dir(path, mode);
}

static int fail_remove_dir(const char *path)
{
    return fails(FAIL_UNLINK) ? -1 : file_system_real()->remove_dir(path);
}

static int fail_lock(int fd)
{
    return fails(FAIL_LOCK) ? -1 : file_system_real()->lock(fd);
}

static DIR *fail_open_dir(const char *path)
{
    DIR *dir = fails(FAIL_OPEN) ? NULL : file_system_real()->open_dir(path);
    if (dir != NULL) {
        atomic_fetch_add(&plan->live_files, 1);
    }
    return dir;
}

static struct dirent *fail_read_dir(DIR *dir)
{
    return fails(FAIL_READ) ? NULL : file_system_real()->read_dir(dir);
}

static int fail_close_dir(DIR *dir)
{
    const bool failing = fails(FAIL_CLOSE);
    const int result = file_system_real()->close_dir(dir);
    if (result == 0) {
        atomic_fetch_sub(&plan->live_files, 1);
    }
    if (failing) {
        errno = plan->system_error;
    }
    return failing ? -1 : result;
}

static const struct file_system failing_file_system = {
    .open = fail_open,
    .close = fail_close,
    .read = fail_read,
    .write = fail_write,
    .sync = fail_sync,
    .stat_fd = fail_stat_fd,
    .stat_path = fail_stat_path,
    .map = fail_map,
    .unmap = fail_unmap,
    .advise = madvise,
    .rename = fail_rename,
    .unlink = fail_unlink,
    .make_dir = fail_make_dir,
    .remove_dir = fail_remove_dir,
    .lock = fail_lock,
    .open_dir = fail_open_dir,
    .read_dir = fail_read_dir,
    .close_dir = fail_close_dir,
};

void fail_files_begin(struct fail_files *files)
{
    plan = files;
    file_system_set(&failing_file_system);
}

void fail_files_end(void)
{
    file_system_set(NULL);
    plan = NULL;
}
