#include "index/index_dir.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "index/batch.h"
#include "index/segment_file.h"

enum file_role {
    ROLE_FOREIGN,
    ROLE_MANIFEST,
    ROLE_LOCK,
    ROLE_SCRATCH,
    ROLE_SEGMENT,
    ROLE_DELETIONS
};

struct named_file {
    enum file_role role;
    uint64_t number;
    uint64_t deletions_number;
};

/* Read the decimal number at *at and pass it; false where there is none. */
static bool read_number(const char **at, uint64_t *number_out)
{
    if (**at < '0' || **at > '9') {
        return false;
    }
    char *end;
    *number_out = strtoull(*at, &end, 10);
    *at = end;
    return true;
}

/* A segment's or deletions file's name is one that its numbers give again, and nothing like it. */
static struct named_file recognize_numbered(const char *name)
{
    struct named_file file = {.role = ROLE_FOREIGN};
    char again[LEDE_FILE_NAME_BYTES_MAX];
    const char *at = strchr(name, '-');
    if (at == NULL || (++at, !read_number(&at, &file.number))) {
        return file;
    }
    segment_file_name(file.number, again);
    if (strcmp(name, again) == 0) {
        file.role = ROLE_SEGMENT;
    } else if (*at == '-' && (++at, read_number(&at, &file.deletions_number))) {
        deletions_file_name(file.number, file.deletions_number, again);
        if (strcmp(name, again) == 0) {
            file.role = ROLE_DELETIONS;
        }
    }
    return file;
}

static struct named_file recognize(const char *name)
{
    static const char tmp[] = ".tmp";
    const size_t length = strlen(name);
    const size_t tmp_length = sizeof tmp - 1;
    if (strcmp(name, MANIFEST_NAME) == 0) {
        return (struct named_file){.role = ROLE_MANIFEST};
    }
    if (strcmp(name, LOCK_NAME) == 0) {
        return (struct named_file){.role = ROLE_LOCK};
    }
    if (strcmp(name, RECORDS_SCRATCH_NAME) == 0 || segment_file_is_scratch(name)) {
        return (struct named_file){.role = ROLE_SCRATCH};
    }
    if (length <= tmp_length || length >= LEDE_FILE_NAME_BYTES_MAX ||
        strcmp(name + length - tmp_length, tmp) != 0) {
        return recognize_numbered(name);
    }
    char stem[LEDE_FILE_NAME_BYTES_MAX];
    memcpy(stem, name, length - tmp_length);
    stem[length - tmp_length] = '\0';
    const bool is_ours =
        strcmp(stem, MANIFEST_NAME) == 0 || recognize_numbered(stem).role != ROLE_FOREIGN;
    return (struct named_file){.role = is_ours ? ROLE_SCRATCH : ROLE_FOREIGN};
}

static enum index_dir_state state_of(const struct dir_list *list)
{
    enum index_dir_state state = INDEX_DIR_EMPTY;
    for (size_t i = 0; i < list->count; i++) {
        const enum file_role role = recognize(list->names[i]).role;
        if (role == ROLE_MANIFEST) {
            return INDEX_DIR_INDEX;
        }
        if (role == ROLE_FOREIGN) {
            state = INDEX_DIR_FOREIGN;
        }
    }
    return state;
}

lede_status index_dir_look(const char *dir, enum index_dir_state *state_out, lede_error *error)
{
    struct file_info info;
    lede_status status = file_info_read(dir, &info, error);
    if (status != LEDE_OK) {
        return status;
    }
    if (info.kind != FILE_DIRECTORY) {
        *state_out = info.kind == FILE_ABSENT ? INDEX_DIR_ABSENT : INDEX_DIR_FOREIGN;
        return LEDE_OK;
    }
    struct dir_list list;
    status = dir_list_read(dir, &list, error);
    if (status != LEDE_OK) {
        return status;
    }
    *state_out = state_of(&list);
    dir_list_free(&list);
    return LEDE_OK;
}

lede_status index_dir_create(const char *dir, lede_error *error)
{
    lede_status status = dir_create(dir, error);
    if (status != LEDE_OK) {
        return status;
    }
    char parent[LEDE_PATH_BYTES_MAX];
    status = path_join(parent, sizeof parent, dir, "..", error);
    return status == LEDE_OK ? dir_sync(parent, error) : status;
}

static bool is_of_commit(const struct manifest *manifest, const struct named_file *file)
{
    for (uint32_t i = 0; i < manifest->segment_count; i++) {
        const struct manifest_segment *segment = &manifest->segments[i];
        if (segment->number == file->number) {
            return file->role == ROLE_SEGMENT ||
                   segment->deletions_number == file->deletions_number;
        }
    }
    return false;
}

static bool is_leftover(const struct manifest *manifest, const char *name)
{
    const struct named_file file = recognize(name);
    switch (file.role) {
    case ROLE_SCRATCH: return true;
    case ROLE_SEGMENT:
    case ROLE_DELETIONS: return !is_of_commit(manifest, &file);
    case ROLE_FOREIGN:
    case ROLE_MANIFEST:
    case ROLE_LOCK: break;
    }
    return false;
}

lede_status index_dir_sweep(const char *dir, const struct manifest *manifest, lede_error *error)
{
    struct dir_list list;
    lede_status status = dir_list_read(dir, &list, error);
    if (status != LEDE_OK) {
        return status;
    }
    bool is_synced = false;
    for (size_t i = 0; status == LEDE_OK && i < list.count; i++) {
        if (!is_leftover(manifest, list.names[i])) {
            continue;
        }
        if (!is_synced) {
            status = dir_sync(dir, error);
            is_synced = true;
        }
        if (status == LEDE_OK) {
            index_dir_remove(dir, list.names[i]);
        }
    }
    dir_list_free(&list);
    return status;
}

void index_dir_remove(const char *dir, const char *name)
{
    char path[LEDE_PATH_BYTES_MAX];
    if (path_join(path, sizeof path, dir, name, NULL) == LEDE_OK) {
        (void)file_remove(path, NULL);
    }
}
