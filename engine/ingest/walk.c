/* walk.c -- one path buffer for the whole walk, and the directories on the way down by device and inode. */
#include "ingest/walk.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/limits.h"

struct walk {
    const struct walk_visitor *visitor;
    lede_error *error;
    size_t root_length; /* with its slash */
    size_t depth;
    struct {
        dev_t device;
        ino_t inode;
    } above[WALK_DEPTH_MAX];
    char path[LEDE_PATH_BYTES_MAX];
};

static lede_status tell(struct walk *walk, const char *reason)
{
    return walk->visitor->problem(
        walk->visitor->context, walk->path, walk->path + walk->root_length, reason, walk->error);
}

static bool is_inside(const struct walk *walk, const struct stat *stat)
{
    for (size_t i = 0; i < walk->depth; i++) {
        if (walk->above[i].device == stat->st_dev && walk->above[i].inode == stat->st_ino) {
            return true;
        }
    }
    return false;
}

static lede_status walk_directory(struct walk *walk, size_t length);

/* What stands at walk->path, `length` bytes. */
static lede_status walk_entry(struct walk *walk, size_t length)
{
    struct stat stat;
    if (file_system_now()->stat_path(walk->path, &stat) != 0) {
        return tell(walk, errno == ENOENT  ? "link to nothing"
                          : errno == ELOOP ? "link in a circle"
                                           : strerror(errno));
    }
    if (S_ISREG(stat.st_mode)) {
        return walk->visitor->file(
            walk->visitor->context, walk->path, walk->path + walk->root_length, walk->error);
    }
    if (!S_ISDIR(stat.st_mode)) {
        return tell(walk, "not a regular file");
    }
    if (is_inside(walk, &stat)) {
        return tell(walk, "link to a directory above");
    }
    if (walk->depth == WALK_DEPTH_MAX) {
        return tell(walk, "directories nested too deeply");
    }
    walk->above[walk->depth].device = stat.st_dev;
    walk->above[walk->depth].inode = stat.st_ino;
    walk->depth++;
    const lede_status status = walk_directory(walk, length);
    walk->depth--;
    return status;
}

static lede_status walk_directory(struct walk *walk, size_t length)
{
    struct dir_list list;
    lede_error failure = {0};
    lede_status status = dir_list_read(walk->path, &list, &failure);
    if (status == LEDE_ERR_NOMEM) {
        return lede_fail_nomem(walk->error);
    }
    if (status != LEDE_OK) {
        return tell(walk, failure.message);
    }
    const bool has_slash = walk->path[length - 1] == '/';
    for (size_t i = 0; i < list.count && status == LEDE_OK; i++) {
        const char *name = list.names[i];
        const size_t name_length = strlen(name);
        if (name[0] == '.') {
            continue;
        }
        if (length + !has_slash + name_length + 1 > sizeof walk->path) {
            status = tell(walk, "a path in it is too long");
            continue;
        }
        size_t entry_length = length;
        if (!has_slash) {
            walk->path[entry_length++] = '/';
        }
        memcpy(walk->path + entry_length, name, name_length + 1);
        status = walk_entry(walk, entry_length + name_length);
        walk->path[length] = '\0';
    }
    dir_list_free(&list);
    return status;
}

lede_status walk_tree(const char *root, const struct walk_visitor *visitor, lede_error *error)
{
    struct walk walk = {.visitor = visitor, .error = error};
    size_t length = strlen(root);
    while (length > 1 && root[length - 1] == '/') {
        length--;
    }
    if (length == 0 || length >= sizeof walk.path) {
        return lede_fail(error, LEDE_ERR_LIMIT, "path is too long: %s", root);
    }
    memcpy(walk.path, root, length);
    walk.root_length = length + (walk.path[length - 1] != '/');
    struct stat stat;
    if (file_system_now()->stat_path(walk.path, &stat) == 0) {
        walk.above[0].device = stat.st_dev;
        walk.above[0].inode = stat.st_ino;
        walk.depth = 1;
    }
    struct dir_list list;
    const lede_status status = dir_list_read(walk.path, &list, error);
    if (status != LEDE_OK) {
        return status;
    }
    dir_list_free(&list);
    return walk_directory(&walk, length);
}
