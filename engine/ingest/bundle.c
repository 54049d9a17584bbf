/* bundle.c -- libarchive pulls bytes out of the outer input's window, which is consumed a whole at a
 * time; members are pushed into an inner input by archive_read_data. */
#include "ingest/bundle.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "ingest/archive_library.h"

struct bundle {
    const struct archive_library *library;
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

bool bundle_is(struct span head)
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

size_t bundle_inner_name(const char *name)
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
    struct bundle *bundle = context;
    struct input *outer = bundle->outer;
    outer->begin += bundle->lent_bytes;
    bundle->lent_bytes = 0;
    if (outer->begin == outer->end) {
        const lede_status status = input_more(outer, &bundle->failure);
        if (status != LEDE_OK) {
            bundle->failure.status = status;
            bundle->library->set_error(archive, ECANCELED, "stopped");
            return ARCHIVE_FATAL;
        }
        if (outer->damage.status != LEDE_OK) {
            bundle->library->set_error(archive, EIO, "%s", outer->damage.message);
            return ARCHIVE_FATAL;
        }
    }
    const struct span window = input_window(outer);
    *bytes_out = window.bytes;
    bundle->lent_bytes = window.size;
    return (la_ssize_t)window.size;
}

static lede_status fail_archive(struct bundle *bundle, lede_error *error)
{
    if (bundle->failure.status != LEDE_OK) {
        if (error != NULL) {
            *error = bundle->failure;
        }
        return bundle->failure.status;
    }
    if (bundle->library->error_number(bundle->archive) == ENOMEM) {
        return lede_fail_nomem(error);
    }
    const char *reason = bundle->library->error_string(bundle->archive);
    return lede_fail(
        error, LEDE_ERR_SYNTAX, "archive is damaged: %s", reason == NULL ? "no reason" : reason);
}

lede_status bundle_open(struct input *outer, struct bundle **bundle_out, lede_error *error)
{
    struct bundle *bundle = mem_zalloc(1, sizeof *bundle);
    if (bundle == NULL) {
        return lede_fail_nomem(error);
    }
    bundle->outer = outer;
    bundle->library = archive_library();
    if (bundle->library == NULL) {
        mem_free(bundle);
        return lede_fail(error, LEDE_ERR_SYNTAX,
            "compressed, and libarchive, which would open it, is not installed");
    }
    bundle->archive = bundle->library->read_new();
    struct archive *archive = bundle->archive;
    if (archive == NULL) {
        mem_free(bundle);
        return lede_fail_nomem(error);
    }
    (void)bundle->library->read_support_filter_gzip(archive);
    (void)bundle->library->read_support_filter_bzip2(archive);
    (void)bundle->library->read_support_filter_xz(archive);
    (void)bundle->library->read_support_filter_zstd(archive);
    (void)bundle->library->read_support_format_tar(archive);
    (void)bundle->library->read_support_format_zip_streamable(archive);
    (void)bundle->library->read_support_format_raw(archive);
    (void)bundle->library->read_support_format_empty(archive);
    if (bundle->library->read_open(archive, bundle, NULL, lend_window, NULL) != ARCHIVE_OK) {
        const lede_status status = fail_archive(bundle, error);
        bundle_close(bundle);
        return status;
    }
    *bundle_out = bundle;
    return LEDE_OK;
}

void bundle_close(struct bundle *bundle)
{
    if (bundle != NULL) {
        (void)bundle->library->read_free(bundle->archive);
        mem_free(bundle);
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

lede_status bundle_next(
    struct bundle *bundle, struct bundle_member *member_out, bool *has_out, lede_error *error)
{
    for (;;) {
        struct archive_entry *entry;
        const int answer = bundle->library->read_next_header(bundle->archive, &entry);
        if (answer == ARCHIVE_EOF) {
            *has_out = false;
            return LEDE_OK;
        }
        if (answer == ARCHIVE_RETRY) {
            continue;
        }
        if (answer != ARCHIVE_OK && answer != ARCHIVE_WARN) {
            return fail_archive(bundle, error);
        }
        if (bundle->library->format(bundle->archive) == ARCHIVE_FORMAT_RAW) {
            *member_out = (struct bundle_member){.name = NULL};
            *has_out = true;
            return LEDE_OK;
        }
        const char *name = bundle->library->entry_pathname_utf8(entry);
        if (name == NULL) {
            name = bundle->library->entry_pathname(entry);
        }
        if (bundle->library->entry_filetype(entry) != AE_IFREG ||
            bundle->library->entry_hardlink(entry) != NULL || (name != NULL && is_hidden(name))) {
            continue;
        }
        if (name == NULL) {
            name = "?";
        }
        while (name[0] == '.' && name[1] == '/') {
            name += 2;
        }
        *member_out = (struct bundle_member){.name = name};
        *has_out = true;
        return LEDE_OK;
    }
}

static lede_status read_member(
    void *context, void *bytes, size_t size, size_t *size_out, lede_error *error)
{
    struct bundle *bundle = context;
    la_ssize_t got;
    do {
        got = bundle->library->read_data(bundle->archive, bytes, size);
    } while (got == ARCHIVE_RETRY);
    if (got < 0) {
        return fail_archive(bundle, error);
    }
    *size_out = (size_t)got;
    return LEDE_OK;
}

struct byte_source bundle_bytes(struct bundle *bundle)
{
    return (struct byte_source){.context = bundle, .read = read_member};
}
