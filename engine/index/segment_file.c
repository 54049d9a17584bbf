#include "index/segment_file.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"

static const char scratch_suffix[] = ".scratch";

lede_status segment_file_open(
    struct segment_file *file, const char *dir, uint64_t number, lede_error *error)
{
    char name[LEDE_FILE_NAME_BYTES_MAX];
    char tmp_name[LEDE_FILE_NAME_BYTES_MAX + sizeof ".tmp"];
    *file = (struct segment_file){.number = number, .dir = dir, .error = error};
    buf_init(&file->section, SIZE_MAX);
    segment_file_name(number, name);
    (void)snprintf(tmp_name, sizeof tmp_name, "%s.tmp", name);
    lede_status status = path_join(file->path, sizeof file->path, dir, name, error);
    if (status == LEDE_OK) {
        status = path_join(file->tmp_path, sizeof file->tmp_path, dir, tmp_name, error);
    }
    if (status == LEDE_OK) {
        status = container_writer_open(&file->container, file->tmp_path, error);
    }
    return status;
}

void segment_file_release(struct segment_file *file)
{
    container_writer_abandon(&file->container);
    buf_release(&file->section);
}

lede_status segment_file_add(struct segment_file *file, uint32_t id, lede_status status)
{
    if (status == LEDE_ERR_NOMEM) {
        status = lede_fail_nomem(file->error);
    } else if (status != LEDE_OK) {
        status = lede_fail(file->error, status, "cannot write %s", section_name(id));
    } else {
        status = container_writer_add(&file->container, id, buf_span(&file->section), file->error);
    }
    buf_reset(&file->section);
    return status;
}

lede_status segment_file_finish(
    struct segment_file *file, uint32_t doc_count, struct manifest_segment *entry_out)
{
    struct manifest_segment entry = {.number = file->number, .doc_count = doc_count};
    lede_status status = container_writer_finish(
        &file->container, &entry.size_bytes, &entry.toc_checksum, file->error);
    if (status != LEDE_OK) {
        return status;
    }
    status = file_rename(file->tmp_path, file->path, file->error);
    if (status != LEDE_OK) {
        (void)file_remove(file->tmp_path, NULL);
        return status;
    }
    *entry_out = entry;
    return LEDE_OK;
}

lede_status segment_file_scratch(
    const struct segment_file *file, const char *part, char *path, lede_error *error)
{
    char name[LEDE_FILE_NAME_BYTES_MAX];
    (void)snprintf(name, sizeof name, "segment-%llu.%s%s", (unsigned long long)file->number, part,
        scratch_suffix);
    return path_join(path, LEDE_PATH_BYTES_MAX, file->dir, name, error);
}

bool segment_file_is_scratch(const char *name)
{
    static const char prefix[] = "segment-";
    if (strncmp(name, prefix, sizeof prefix - 1) != 0) {
        return false;
    }
    const char *number = name + sizeof prefix - 1;
    const size_t digits = strspn(number, "0123456789");
    const char *part = number + digits + 1;
    if (digits == 0 || number[digits] != '.') {
        return false;
    }
    const size_t letters = strspn(part, "abcdefghijklmnopqrstuvwxyz");
    return letters > 0 && strcmp(part + letters, scratch_suffix) == 0;
}
