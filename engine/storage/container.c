/* Layout, with P standing for padding of zeros (at least LEDE_READ_PADDING, then up to the next
 * multiple of 64):
 *
 *     header | section P | section P | ... | table of contents | footer
 *
 * All offsets follow from the sizes of what stands before, so the reader has little to believe:
 * rows ascend, are aligned, and leave each other their padding; the table ends where the footer
 * begins and the footer where the file ends.
 */
#include "storage/container.h"

#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "base/bits.h"
#include "base/bytes.h"
#include "base/checksum.h"

enum {
    HEADER_BYTES = 64,
    ROW_BYTES = 32,
    FOOTER_BYTES = 64,
    ALIGNMENT = 64,
    FOOTER_CHECKSUM_AT = 48,
    FOOTER_MAGIC_AT = 56,
    CHECK_BYTES = 4 << 20,
};

static const char header_magic[8] = {'L', 'E', 'D', 'E', 'S', 'E', 'G', '\x1a'};
static const char footer_magic[8] = {'L', 'E', 'D', 'E', 'E', 'N', 'D', '\x1a'};

const char *section_name(uint32_t id)
{
    static const char *const names[] = {
        [SECTION_META] = "meta",
        [SECTION_TERMS] = "dictionary",
        [SECTION_TITLE_TERMS] = "title dictionary",
        [SECTION_BLOCK_ROWS] = "block rows",
        [SECTION_LENGTHS] = "lengths",
        [SECTION_DATES] = "dates",
        [SECTION_IDS] = "ids",
        [SECTION_KEYWORDS] = "keywords",
        [SECTION_POSTINGS] = "postings",
        [SECTION_POSITIONS] = "positions",
        [SECTION_DOCUMENTS] = "documents",
        [SECTION_RANGES] = "ranges",
        [SECTION_PAIRS] = "pairs",
    };
    return id < sizeof names / sizeof names[0] ? names[id] : NULL;
}

/* ---- writing ---- */

lede_status container_writer_open(
    struct container_writer *writer, const char *path, lede_error *error)
{
    struct container_writer made = {.checksum = checksum_new()};
    if (made.checksum == NULL) {
        return lede_fail_nomem(error);
    }
    lede_status status = file_writer_open(&made.file, path, error);
    if (status != LEDE_OK) {
        checksum_free(made.checksum);
        return status;
    }
    uint8_t header[HEADER_BYTES] = {0};
    memcpy(header, header_magic, sizeof header_magic);
    store_le32(header + 8, CONTAINER_VERSION);
    status = file_writer_append(&made.file, header, sizeof header, error);
    if (status != LEDE_OK) {
        container_writer_abandon(&made);
        return status;
    }
    *writer = made;
    return LEDE_OK;
}

lede_status container_writer_begin(struct container_writer *writer, uint32_t id, lede_error *error)
{
    ASSERT(!writer->in_section);
    ASSERT(section_name(id) != NULL);
    ASSERT(writer->row_count < SECTION_COUNT_MAX);
    for (size_t i = 0; i < writer->row_count; i++) {
        ASSERT(writer->rows[i].id != id);
    }
    (void)error;
    ASSERT(writer->file.offset % ALIGNMENT == 0);
    checksum_reset(writer->checksum);
    writer->rows[writer->row_count] = (struct section_row){.id = id,
        .flags = id == SECTION_PAIRS ? SECTION_OPTIONAL : 0,
        .offset = writer->file.offset};
    writer->in_section = true;
    return LEDE_OK;
}

lede_status container_writer_append(
    struct container_writer *writer, const void *bytes, size_t size, lede_error *error)
{
    ASSERT(writer->in_section);
    checksum_add(writer->checksum, bytes, size);
    return file_writer_append(&writer->file, bytes, size, error);
}

uint64_t container_writer_offset(const struct container_writer *writer)
{
    ASSERT(writer->in_section);
    return writer->file.offset - writer->rows[writer->row_count].offset;
}

lede_status container_writer_end(struct container_writer *writer, lede_error *error)
{
    struct section_row *row = &writer->rows[writer->row_count];
    row->size = container_writer_offset(writer);
    row->checksum = checksum_value(writer->checksum);
    writer->row_count++;
    writer->in_section = false;
    const uint64_t end = round_up(writer->file.offset + LEDE_READ_PADDING, ALIGNMENT);
    return file_writer_append_zeros(&writer->file, (size_t)(end - writer->file.offset), error);
}

lede_status container_writer_add(
    struct container_writer *writer, uint32_t id, struct span bytes, lede_error *error)
{
    lede_status status = container_writer_begin(writer, id, error);
    if (status == LEDE_OK) {
        status = container_writer_append(writer, bytes.bytes, bytes.size, error);
    }
    return status == LEDE_OK ? container_writer_end(writer, error) : status;
}

lede_status container_writer_finish(
    struct container_writer *writer, uint64_t *size_out, uint64_t *checksum_out, lede_error *error)
{
    ASSERT(!writer->in_section);
    uint8_t toc[SECTION_COUNT_MAX * ROW_BYTES];
    const size_t toc_size = writer->row_count * ROW_BYTES;
    for (size_t i = 0; i < writer->row_count; i++) {
        uint8_t *at = toc + i * ROW_BYTES;
        store_le32(at, writer->rows[i].id);
        store_le32(at + 4, writer->rows[i].flags);
        store_le64(at + 8, writer->rows[i].offset);
        store_le64(at + 16, writer->rows[i].size);
        store_le64(at + 24, writer->rows[i].checksum);
    }
    const uint64_t toc_offset = writer->file.offset;
    const uint64_t size = toc_offset + toc_size + FOOTER_BYTES;
    const uint64_t toc_checksum = checksum_bytes(toc, toc_size);
    uint8_t footer[FOOTER_BYTES] = {0};
    store_le64(footer, toc_offset);
    store_le32(footer + 8, (uint32_t)writer->row_count);
    store_le32(footer + 12, CONTAINER_VERSION);
    store_le64(footer + 16, toc_checksum);
    store_le64(footer + 24, size);
    store_le64(footer + FOOTER_CHECKSUM_AT, checksum_bytes(footer, FOOTER_CHECKSUM_AT));
    memcpy(footer + FOOTER_MAGIC_AT, footer_magic, sizeof footer_magic);

    lede_status status = file_writer_append(&writer->file, toc, toc_size, error);
    if (status == LEDE_OK) {
        status = file_writer_append(&writer->file, footer, sizeof footer, error);
    }
    if (status == LEDE_OK) {
        ASSERT(writer->file.offset == size);
        status = file_writer_finish(&writer->file, error);
    }
    if (status != LEDE_OK) {
        return status;
    }
    checksum_free(writer->checksum);
    *writer = (struct container_writer){0};
    *size_out = size;
    *checksum_out = toc_checksum;
    return LEDE_OK;
}

void container_writer_abandon(struct container_writer *writer)
{
    file_writer_abandon(&writer->file);
    checksum_free(writer->checksum);
    *writer = (struct container_writer){0};
}

/* ---- opening ---- */

static bool is_zero(const uint8_t *bytes, size_t size)
{
    return size == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0);
}

static lede_status fail_corrupt(
    const struct container *container, lede_error *error, const char *what)
{
    return lede_fail(error, LEDE_ERR_CORRUPT, "%s: %s", container->name, what);
}

static lede_status check_header(const struct container *container, lede_error *error)
{
    const uint8_t *header = container->file.bytes;
    if (container->file.size < HEADER_BYTES + FOOTER_BYTES) {
        return fail_corrupt(container, error, "too short for a segment");
    }
    if (memcmp(header, header_magic, sizeof header_magic) != 0) {
        return fail_corrupt(container, error, "does not begin as a segment does");
    }
    const uint32_t version = load_le32(header + 8);
    if (version > CONTAINER_VERSION) {
        return lede_fail(error, LEDE_ERR_TOO_NEW,
            "%s: has format version %u, this program reads up to %u", container->name, version,
            (unsigned)CONTAINER_VERSION);
    }
    if (version < CONTAINER_VERSION_MIN) {
        return lede_fail(error, LEDE_ERR_TOO_OLD,
            "%s: has format version %u, this program reads from %u on", container->name, version,
            (unsigned)CONTAINER_VERSION_MIN);
    }
    if (!is_zero(header + 12, HEADER_BYTES - 12)) {
        return fail_corrupt(container, error, "header: reserved bytes are not zero");
    }
    return LEDE_OK;
}

/* Check the footer and give the extent of the table of contents. */
static lede_status check_footer(
    struct container *container, struct span *toc_out, lede_error *error)
{
    const struct span file = span_of(container->file.bytes, container->file.size);
    const uint8_t *footer = file.bytes + file.size - FOOTER_BYTES;
    if (memcmp(footer + FOOTER_MAGIC_AT, footer_magic, sizeof footer_magic) != 0) {
        return fail_corrupt(container, error, "does not end as a segment does: cut short?");
    }
    if (load_le64(footer + FOOTER_CHECKSUM_AT) != checksum_bytes(footer, FOOTER_CHECKSUM_AT)) {
        return fail_corrupt(container, error, "footer: checksum is wrong");
    }
    if (load_le64(footer + 24) != file.size) {
        return fail_corrupt(container, error, "footer: names another file size");
    }
    if (load_le32(footer + 12) != load_le32(file.bytes + 8)) {
        return fail_corrupt(container, error, "footer: names another version than the header");
    }
    if (!is_zero(footer + 32, FOOTER_CHECKSUM_AT - 32)) {
        return fail_corrupt(container, error, "footer: reserved bytes are not zero");
    }
    const uint64_t offset = load_le64(footer);
    const uint32_t row_count = load_le32(footer + 8);
    const size_t toc_size = (size_t)row_count * ROW_BYTES;
    if (row_count > SECTION_COUNT_MAX || offset % ALIGNMENT != 0 || offset < HEADER_BYTES ||
        offset > file.size - FOOTER_BYTES || toc_size != file.size - FOOTER_BYTES - offset) {
        return fail_corrupt(container, error, "footer: table of contents does not fit");
    }
    const struct span toc = span_of(file.bytes + offset, toc_size);
    container->toc_checksum = load_le64(footer + 16);
    if (checksum_bytes(toc.bytes, toc.size) != container->toc_checksum) {
        return fail_corrupt(container, error, "table of contents: checksum is wrong");
    }
    *toc_out = toc;
    return LEDE_OK;
}

static struct section_row row_decode(const uint8_t *at)
{
    return (struct section_row){
        .id = load_le32(at),
        .flags = load_le32(at + 4),
        .offset = load_le64(at + 8),
        .size = load_le64(at + 16),
        .checksum = load_le64(at + 24),
    };
}

static const char *section_label(uint32_t id)
{
    const char *name = section_name(id);
    return name == NULL ? "unknown section" : name;
}

/* `start` is the first place where the row's section may begin, `end` where the table does. */
static lede_status check_row(const struct container *container, const struct section_row *row,
    uint64_t start, uint64_t end, lede_error *error)
{
    const char *fault = NULL;
    if ((row->flags & ~(uint32_t)SECTION_OPTIONAL) != 0) {
        fault = "has unknown flags";
    } else if (section_name(row->id) == NULL && (row->flags & SECTION_OPTIONAL) == 0) {
        fault = "is not known to this version and not optional";
    } else if (row->offset % ALIGNMENT != 0) {
        fault = "is not aligned";
    } else if (row->offset < start) {
        fault = "overlaps what stands before it";
    } else if (row->offset > end || row->size > end - row->offset ||
               end - row->offset - row->size < LEDE_READ_PADDING) {
        fault = "reaches past the end";
    }
    for (size_t i = 0; i < container->row_count && fault == NULL; i++) {
        if (container->rows[i].id == row->id) {
            fault = "is there twice";
        }
    }
    return fault == NULL ? LEDE_OK
                         : lede_fail(error, LEDE_ERR_CORRUPT, "%s: %s: section %u %s",
                               container->name, section_label(row->id), row->id, fault);
}

static lede_status check_toc(struct container *container, struct span toc, lede_error *error)
{
    const uint64_t end = (uint64_t)(toc.bytes - container->file.bytes);
    uint64_t start = HEADER_BYTES;
    for (size_t at = 0; at < toc.size; at += ROW_BYTES) {
        const struct section_row row = row_decode(toc.bytes + at);
        const lede_status status = check_row(container, &row, start, end, error);
        if (status != LEDE_OK) {
            return status;
        }
        container->rows[container->row_count++] = row;
        start = row.offset + row.size + LEDE_READ_PADDING;
    }
    return LEDE_OK;
}

lede_status container_open(struct container *container, const char *path, lede_error *error)
{
    struct container opened = {0};
    (void)snprintf(opened.name, sizeof opened.name, "%s", path_base(path));
    lede_status status = mapping_open(path, &opened.file, error);
    if (status != LEDE_OK) {
        return status;
    }
    struct span toc = {0};
    /* Opening looks at a few places, each for itself. */
    mapping_advise(&opened.file, span_of(opened.file.bytes, opened.file.size), MAPPING_NO_ORDER);
    status = check_header(&opened, error);
    if (status == LEDE_OK) {
        status = check_footer(&opened, &toc, error);
    }
    if (status == LEDE_OK) {
        status = check_toc(&opened, toc, error);
    }
    if (status != LEDE_OK) {
        container_close(&opened);
        return status;
    }
    *container = opened;
    return LEDE_OK;
}

void container_close(struct container *container)
{
    mapping_close(&container->file);
    *container = (struct container){0};
}

bool container_section(const struct container *container, uint32_t id, struct span *section_out)
{
    for (size_t i = 0; i < container->row_count; i++) {
        const struct section_row *row = &container->rows[i];
        if (row->id == id) {
            *section_out = span_of(container->file.bytes + row->offset, (size_t)row->size);
            return true;
        }
    }
    return false;
}

/* ---- verifying ---- */

static void tell(const struct container *container, damage_fn *damage, void *context,
    const char *part, const char *what)
{
    char message[LEDE_FILE_NAME_BYTES_MAX + 128];
    (void)snprintf(message, sizeof message, "%s: %s: %s", container->name, part, what);
    if (damage != NULL) {
        damage(context, message);
    }
}

bool container_verify(const struct container *container, damage_fn *damage, void *context)
{
    const uint8_t *bytes = container->file.bytes;
    uint64_t end = container->file.size - FOOTER_BYTES - (uint64_t)container->row_count * ROW_BYTES;
    bool is_sound = true;
    for (size_t i = container->row_count; i-- > 0;) {
        const struct section_row *row = &container->rows[i];
        const uint8_t *section = bytes + row->offset;
        const char *label = section_label(row->id);
        if (checksum_bytes(section, (size_t)row->size) != row->checksum) {
            tell(container, damage, context, label, "checksum is wrong");
            is_sound = false;
        }
        if (!is_zero(section + row->size, (size_t)(end - row->offset - row->size))) {
            tell(container, damage, context, label, "padding behind it is not zero");
            is_sound = false;
        }
        end = row->offset;
    }
    if (!is_zero(bytes + HEADER_BYTES, (size_t)(end - HEADER_BYTES))) {
        tell(container, damage, context, "header", "padding behind it is not zero");
        is_sound = false;
    }
    return is_sound;
}

static void add_section(
    const struct container *container, const struct section_row *row, struct checksum *checksum)
{
    const uint8_t *section = container->file.bytes + row->offset;
    for (uint64_t at = 0; at < row->size; at += CHECK_BYTES) {
        const uint64_t left = row->size - at;
        const size_t size = (size_t)(left < CHECK_BYTES ? left : CHECK_BYTES);
        checksum_add(checksum, section + at, size);
        mapping_advise(&container->file, span_of(section + at, size), MAPPING_NOT_NEEDED);
    }
}

lede_status container_check(const struct container *container, lede_error *error)
{
    struct checksum *checksum = checksum_new();
    if (checksum == NULL) {
        return lede_fail_nomem(error);
    }
    lede_status status = LEDE_OK;
    for (size_t i = 0; status == LEDE_OK && i < container->row_count; i++) {
        const struct section_row *row = &container->rows[i];
        checksum_reset(checksum);
        add_section(container, row, checksum);
        if (checksum_value(checksum) != row->checksum) {
            status = lede_fail(error, LEDE_ERR_CORRUPT, "%s: %s: checksum is wrong",
                container->name, section_label(row->id));
        }
    }
    checksum_free(checksum);
    return status;
}
