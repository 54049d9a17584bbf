#include "support/storage_files.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/checksum.h"
#include "base/limits.h"

struct buf storage_file_read(const struct tmpdir *dir, const char *name)
{
    struct buf bytes;
    size_t size;
    char *read = tmpdir_read(dir, name, &size);
    buf_init(&bytes, SIZE_MAX);
    ck_assert_int_eq(buf_append(&bytes, read, size), LEDE_OK);
    free(read);
    return bytes;
}

struct span storage_section(struct buf *section)
{
    const size_t size = section->size;
    ck_assert_int_eq(buf_append_zeros(section, LEDE_READ_PADDING), LEDE_OK);
    section->size = size;
    return span_of(section->data, size);
}

struct span storage_section_guarded(const struct buf *section, struct guard *guard)
{
    guard_init(guard, section->size + LEDE_READ_PADDING, GUARD_BEHIND);
    if (section->size > 0) {
        memcpy(guard->bytes, section->data, section->size);
    }
    return span_of(guard->bytes, section->size);
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
