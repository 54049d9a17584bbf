#include "support/storage_files.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/checksum.h"
#include "base/file.h"
#include "base/limits.h"

struct storage_dir storage_dir_new(void)
{
    struct storage_dir dir;
    const char *base = getenv("TMPDIR");
    (void)snprintf(
        dir.path, sizeof dir.path, "%s/lede-storage-XXXXXX", base == NULL ? "/tmp" : base);
    ck_assert_ptr_nonnull(mkdtemp(dir.path));
    return dir;
}

const char *storage_path(const struct storage_dir *dir, const char *name, char *path)
{
    ck_assert_int_lt(snprintf(path, 512, "%s/%s", dir->path, name), 512);
    return path;
}

void storage_dir_remove(const struct storage_dir *dir)
{
    struct dir_list list;
    ck_assert_int_eq(dir_list_read(dir->path, &list, NULL), LEDE_OK);
    for (size_t i = 0; i < list.count; i++) {
        char path[512];
        ck_assert_int_eq(unlink(storage_path(dir, list.names[i], path)), 0);
    }
    dir_list_free(&list);
    ck_assert_int_eq(rmdir(dir->path), 0);
}

struct buf storage_file_read(const char *path)
{
    struct buf bytes;
    buf_init(&bytes, SIZE_MAX);
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    uint8_t part[4096];
    for (size_t size; (size = fread(part, 1, sizeof part, file)) > 0;) {
        ck_assert_int_eq(buf_append(&bytes, part, size), LEDE_OK);
    }
    ck_assert_int_eq(fclose(file), 0);
    return bytes;
}

void storage_file_write(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(size == 0 ? 0 : fwrite(bytes, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
}

uint64_t storage_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

struct span storage_section(struct buf *section)
{
    const size_t size = section->size;
    ck_assert_int_eq(buf_append_zeros(section, LEDE_READ_PADDING), LEDE_OK);
    section->size = size;
    return span_of(section->data, size);
}

struct span storage_section_exact(const struct buf *section)
{
    uint8_t *bytes = mem_zalloc(section->size + LEDE_READ_PADDING, 1);
    ck_assert_ptr_nonnull(bytes);
    if (section->size > 0) {
        memcpy(bytes, section->data, section->size);
    }
    return span_of(bytes, section->size);
}

void storage_container_fix(uint8_t *bytes, size_t size)
{
    enum { FOOTER_BYTES = 64, ROW_BYTES = 32 };
    if (size < 2 * FOOTER_BYTES) {
        return;
    }
    uint8_t *footer = bytes + size - FOOTER_BYTES;
    const uint64_t toc_offset = load_le64(footer);
    const uint64_t toc_size = (uint64_t)load_le32(footer + 8) * ROW_BYTES;
    const uint64_t end = size - FOOTER_BYTES;
    if (toc_offset <= end && toc_size <= end - toc_offset) {
        for (uint64_t at = toc_offset; at < toc_offset + toc_size; at += ROW_BYTES) {
            const uint64_t start = load_le64(bytes + at + 8);
            const uint64_t length = load_le64(bytes + at + 16);
            if (start <= size && length <= size - start) {
                store_le64(bytes + at + 24, checksum_bytes(bytes + start, length));
            }
        }
        store_le64(footer + 16, checksum_bytes(bytes + toc_offset, toc_size));
    }
    store_le64(footer + 48, checksum_bytes(footer, 48));
}
