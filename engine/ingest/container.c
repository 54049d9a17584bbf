/* container.c -- libarchive pulls bytes out of the outer input's window, which is consumed a whole at a
 * time; members are pushed into an inner input by archive_read_data. */
#include "ingest/container.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>

#include "base/alloc.h"

struct container {
    struct archive *archive;
    struct input *outer;
    size_t lent_bytes;  /* of the outer window, in libarchive's hands */
    lede_error failure; /* of the outer input; it stops the run */
};

struct mark {
    size_t offset;
    size_t size;
    const char *bytes;
};

static const struct mark marks[] = {
    {0, 2, "\x1f\x8b"},
    {0, 4, "\x28\xb5\x2f\xfd"},
    {0, 6,
        "\xfd"
        "7zXZ\0"},
    {0, 3, "BZh"},
    {0, 4, "PK\x03\x04"},
    {0, 4, "PK\x05\x06"},
    {257, 5, "ustar"},
};

bool container_is(struct span head)
{
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        struct span part;
        if (span_part(head, marks[i].offset, marks[i].size, &part) &&
            memcmp(part.bytes, marks[i].bytes, part.size) == 0) {
            /* A text may begin with "BZh": bzip2 has its block's size and mark behind it. */
            return marks[i].bytes[0] != 'B' ||
                   (head.size >= 10 && head.bytes[3] >= '1' && head.bytes[3] <= '9' &&
                       (head.bytes[4] == 0x31 || head.bytes[4] == 0x17));
        }
    }
    return false;
}

size_t container_inner_name(const char *name)
{
    static const char *const endings[] = {".gz", ".zst", ".xz", ".bz2"};
    const size_t length = strlen(name);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const size_t size = strlen(endings[i]);
        if (length > size && strcmp(name + length - size, endings[i]) == 0) {
            return length - size;
        }
    }
    return length;
}

static la_ssize_t lend_window(struct archive *archive, void *context, const void **bytes_out)
{
    struct container *container = context;
    struct input *outer = container->outer;
    outer->begin += container->lent_bytes;
    container->lent_bytes = 0;
    if (outer->begin == outer->end) {
        const lede_status status = input_more(outer, &container->failure);
        if (status != LEDE_OK) {
            container->failure.status = status;
            archive_set_error(archive, ECANCELED, "stopped");
            return ARCHIVE_FATAL;
        }
        if (outer->damage.status != LEDE_OK) {
            archive_set_error(archive, EIO, "%s", outer->damage.message);
            return ARCHIVE_FATAL;
        }
    }
    const struct span window = input_window(outer);
    *bytes_out = window.bytes;
    container->lent_bytes = window.size;
    return (la_ssize_t)window.size;
}

static lede_status fail_archive(struct container *container, lede_error *error)
{
    if (container->failure.status != LEDE_OK) {
        if (error != NULL) {
            *error = container->failure;
        }
        return container->failure.status;
    }
    if (archive_errno(container->archive) == ENOMEM) {
        return lede_fail_nomem(error);
    }
    const char *reason = archive_error_string(container->archive);
    return lede_fail(
        error, LEDE_ERR_SYNTAX, "archive is damaged: %s", reason == NULL ? "no reason" : reason);
}

lede_status container_open(struct input *outer, struct container **container_out, lede_error *error)
{
    struct container *container = mem_zalloc(1, sizeof *container);
    if (container == NULL) {
        return lede_fail_nomem(error);
    }
    container->outer = outer;
    container->archive = archive_read_new();
    struct archive *archive = container->archive;
    if (archive == NULL) {
        mem_free(container);
        return lede_fail_nomem(error);
    }
    (void)archive_read_support_filter_gzip(archive);
    (void)archive_read_support_filter_bzip2(archive);
    (void)archive_read_support_filter_xz(archive);
    (void)archive_read_support_filter_zstd(archive);
    (void)archive_read_support_format_tar(archive);
    (void)archive_read_support_format_zip_streamable(archive);
    (void)archive_read_support_format_raw(archive);
    (void)archive_read_support_format_empty(archive);
    if (archive_read_open(archive, container, NULL, lend_window, NULL) != ARCHIVE_OK) {
        const lede_status status = fail_archive(container, error);
        container_close(container);
        return status;
    }
    *container_out = container;
    return LEDE_OK;
}

void container_close(struct container *container)
{
    if (container != NULL) {
        (void)archive_read_free(container->archive);
        mem_free(container);
    }
}

/* Whether some part of the path begins with a point; "./" and "../" do not count. */
static bool is_hidden(const char *name)
{
    for (const char *part = name; part != NULL; part = strchr(part, '/')) {
        part += *part == '/';
        if (part[0] == '.' && part[1] != '/' && part[1] != '\0' &&
            !(part[1] == '.' && part[2] == '/')) {
            return true;
        }
    }
    return strncmp(name, "__MACOSX/", 9) == 0;
}

lede_status container_next(struct container *container, struct container_member *member_out,
    bool *has_out, lede_error *error)
{
    for (;;) {
        struct archive_entry *entry;
        const int answer = archive_read_next_header(container->archive, &entry);
        if (answer == ARCHIVE_EOF) {
            *has_out = false;
            return LEDE_OK;
        }
        if (answer == ARCHIVE_RETRY) {
            continue;
        }
        if (answer != ARCHIVE_OK && answer != ARCHIVE_WARN) {
            return fail_archive(container, error);
        }
        if (archive_format(container->archive) == ARCHIVE_FORMAT_RAW) {
            *member_out = (struct container_member){.name = NULL};
            *has_out = true;
            return LEDE_OK;
        }
        const char *name = archive_entry_pathname_utf8(entry);
        if (name == NULL) {
            name = archive_entry_pathname(entry);
        }
        if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != NULL ||
            (name != NULL && is_hidden(name))) {
            continue;
        }
        if (name == NULL) {
            name = "?";
        }
        while (name[0] == '.' && name[1] == '/') {
            name += 2;
        }
        *member_out = (struct container_member){.name = name};
        *has_out = true;
        return LEDE_OK;
    }
}

static lede_status read_member(
    void *context, void *bytes, size_t size, size_t *size_out, lede_error *error)
{
    struct container *container = context;
    la_ssize_t got;
    do {
        got = archive_read_data(container->archive, bytes, size);
    } while (got == ARCHIVE_RETRY);
    if (got < 0) {
        return fail_archive(container, error);
    }
    *size_out = (size_t)got;
    return LEDE_OK;
}

struct byte_source container_bytes(struct container *container)
{
    return (struct byte_source){.context = container, .read = read_member};
}
