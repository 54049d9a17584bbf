/* source.c -- a path to its files, a file to its members, a member to its format's reader.
 *
 * Pages of a site share lines that are no part of an article. So a tree or an archive is read twice where
 * it has text pages: the first pass counts their lines (an archive is left at its first member that is
 * no page), the second makes the records.
 *
 * Bundles may hold bundles, NESTING_MAX deep; each level has an input of its own.
 */
#include "ingest/source.h"

#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/limits.h"
#include "ingest/bundle.h"
#include "ingest/decode.h"
#include "ingest/format.h"
#include "ingest/input.h"
#include "ingest/line_table.h"
#include "ingest/page_lines.h"
#include "ingest/record.h"
#include "ingest/walk.h"

enum {
    NESTING_MAX = 4,
    /* A bundle's levels, and one for a text in UTF-16. */
    LEVELS = NESTING_MAX + 2,
};

struct source;

/* One level of a file: its window, and the count of what is read into it. */
struct level {
    struct source *source;
    struct input input;
    struct byte_source from;
    bool is_counted; /* the bytes are a record's, not a bundle's */
};

struct source {
    const struct source_sink *sink;
    struct source_sink counted; /* what the maker is given: `sink`, and a count of what it takes */
    uint64_t told;              /* records and problems */
    enum format_id format;      /* FORMAT_UNKNOWN: to be found out */
    struct record_maker maker;
    struct line_table table;
    bool is_counting;   /* the first pass */
    bool is_tree;       /* the root is a directory */
    bool last_was_page; /* in the first pass: the member that was looked at last */
    struct level levels[LEVELS];
    uint64_t files;
    uint64_t bytes_read;
    lede_error stopped; /* by the sink's progress */
};

static lede_status tell_progress(struct source *source)
{
    if (source->is_counting || source->sink->progress == NULL) {
        return LEDE_OK;
    }
    const lede_status status = source->sink->progress(
        source->sink->context, source->files, source->bytes_read, &source->stopped);
    source->stopped.status = status;
    return status == LEDE_OK ? LEDE_OK : LEDE_ERR_CANCELLED;
}

static lede_status read_level(
    void *context, void *bytes, size_t size, size_t *size_out, lede_error *error)
{
    struct level *level = context;
    const lede_status status = level->from.read(level->from.context, bytes, size, size_out, error);
    if (status != LEDE_OK || !level->is_counted || level->source->is_counting) {
        return status;
    }
    level->source->bytes_read += *size_out;
    return tell_progress(level->source);
}

static struct input *start_level(struct source *source, size_t depth, struct byte_source from)
{
    struct level *level = &source->levels[depth];
    level->source = source;
    level->from = from;
    level->is_counted = false;
    input_start(&level->input, (struct byte_source){.context = level, .read = read_level});
    return &level->input;
}

/* A problem of a file as a whole. The first pass is silent. */
static lede_status tell_problem(struct source *source, const char *path, const char *name,
    const char *reason, lede_error *error)
{
    if (source->is_counting) {
        return LEDE_OK;
    }
    record_file(&source->maker, path, name);
    return record_problem(&source->maker, 0, error, "%s", reason);
}

static lede_status read_input(
    struct source *source, size_t depth, const char *path, const char *name, lede_error *error);

/* ---- a file with records ---- */

/* The first pass over a text page. */
static lede_status count_page(struct source *source, struct input *input, lede_error *error)
{
    const lede_status status = input_read_all(input, error);
    if (status == LEDE_ERR_LIMIT) {
        return LEDE_OK;
    }
    source->last_was_page = true;
    const struct span window = input_window(input);
    return status == LEDE_OK
               ? page_lines_count(&source->table, text_of(window.bytes, window.size), error)
               : status;
}

static lede_status tell_record(void *context, const struct source_record *record, lede_error *error)
{
    struct source *source = context;
    source->told++;
    return source->sink->record(source->sink->context, record, error);
}

/* Why a file in which nothing was found is no file of its format; NULL where it may be empty. */
static const char *missing_mark(enum format_id format)
{
    switch (format) {
    case FORMAT_TREC: return "no <DOC> found";
    case FORMAT_REUTERS: return "no <REUTERS> found";
    case FORMAT_CSV:
    case FORMAT_TSV:
    case FORMAT_TEXT:
    case FORMAT_JSONL:
    case FORMAT_JSON:
    case FORMAT_UNKNOWN: break;
    }
    return NULL;
}

static lede_status read_records(
    struct source *source, size_t depth, const char *path, const char *name, lede_error *error)
{
    struct input *input = &source->levels[depth].input;
    const char *reason = "no known format";
    lede_status status = input_want(input, FORMAT_HEAD_BYTES, error);
    if (status != LEDE_OK) {
        return status;
    }
    const struct span head = input_window(input);
    const char *base = path_base(name);
    enum format_id format = source->format;
    if (format == FORMAT_UNKNOWN && head.size > 0) {
        format = format_detect(base, bundle_inner_name(base),
            span_of(head.bytes, head.size < FORMAT_HEAD_BYTES ? head.size : FORMAT_HEAD_BYTES),
            &reason);
    }
    if (source->is_counting) {
        return format == FORMAT_TEXT ? count_page(source, input, error) : LEDE_OK;
    }
    source->files++;
    source->bytes_read += head.size;
    source->levels[depth].is_counted = true;
    status = tell_progress(source);
    if (status != LEDE_OK || (head.size == 0 && input->damage.status == LEDE_OK)) {
        return status;
    }
    record_file(&source->maker, path, name);
    if (format != FORMAT_UNKNOWN) {
        const uint64_t told = source->told;
        const char *missing = missing_mark(format);
        status = format_read(format, input, &source->maker, &source->table, error);
        if (status == LEDE_OK && source->told == told && missing != NULL &&
            input->damage.status == LEDE_OK) {
            status = record_problem(&source->maker, 0, error, "%s", missing);
        }
    } else if (input->damage.status == LEDE_OK) {
        status = record_problem(&source->maker, 0, error, "%s", reason);
    }
    if (status == LEDE_OK && input->damage.status != LEDE_OK) {
        status = record_problem(&source->maker, 0, error, "%s", input->damage.message);
    }
    return status;
}

/* ---- bundles ---- */

/* "outer/member"; the outer's own for the one file that was compressed. NULL: no memory. */
static char *member_path(const char *outer, const char *member)
{
    const size_t outer_length = strlen(outer);
    const size_t length = member == NULL ? 0 : strlen(member) + 1;
    char *path = mem_alloc(outer_length + length + 1);
    if (path != NULL) {
        memcpy(path, outer, outer_length);
        if (length > 0) {
            path[outer_length] = '/';
            memcpy(path + outer_length + 1, member, length - 1);
        }
        path[outer_length + length] = '\0';
    }
    return path;
}

/* The members of an archive that is itself the source are named as files of a tree are. */
static lede_status read_member(struct source *source, size_t depth, const char *path,
    const char *name, const char *member, lede_error *error)
{
    const bool is_root = depth == 0 && !source->is_tree && member != NULL;
    char *inner_path = member_path(path, member);
    char *inner_name = is_root ? mem_cstr(member, strlen(member)) : member_path(name, member);
    const lede_status status = inner_path == NULL || inner_name == NULL
                                   ? lede_fail_nomem(error)
                                   : read_input(source, depth + 1, inner_path, inner_name, error);
    mem_free(inner_path);
    mem_free(inner_name);
    return status;
}

/* Each member in its turn. *damage_out says why there are no more, where the bundle is damaged and
 * the member that was read last has not told it. */
static lede_status read_members(struct source *source, struct bundle *bundle, size_t depth,
    const char *path, const char *name, lede_error *damage_out, lede_error *error)
{
    bool is_told = false;
    for (;;) {
        struct bundle_member member;
        bool has;
        lede_error failure = {0};
        lede_status status = bundle_next(bundle, &member, &has, &failure);
        if (status == LEDE_ERR_SYNTAX) {
            if (!is_told) {
                *damage_out = failure;
            }
            return LEDE_OK;
        }
        if (status != LEDE_OK) {
            return lede_fail(error, status, "%s", failure.message);
        }
        if (!has) {
            return LEDE_OK;
        }
        struct input *inner = start_level(source, depth + 1, bundle_bytes(bundle));
        source->last_was_page = false;
        status = read_member(source, depth, path, name, member.name, error);
        if (status != LEDE_OK || (source->is_counting && !source->last_was_page)) {
            return status;
        }
        is_told = inner->damage.status != LEDE_OK;
    }
}

static lede_status read_bundle(
    struct source *source, size_t depth, const char *path, const char *name, lede_error *error)
{
    struct bundle *bundle;
    lede_error damage = {0};
    lede_status status = bundle_open(&source->levels[depth].input, &bundle, &damage);
    if (status == LEDE_OK) {
        status = read_members(source, bundle, depth, path, name, &damage, error);
        bundle_close(bundle);
    } else if (status != LEDE_ERR_SYNTAX) {
        return lede_fail(error, status, "%s", damage.message);
    } else {
        status = LEDE_OK;
    }
    if (status == LEDE_OK && damage.status != LEDE_OK) {
        status = tell_problem(source, path, name, damage.message, error);
    }
    return status;
}

/* ---- any file ---- */

static lede_status read_text(
    struct source *source, size_t depth, const char *path, const char *name, lede_error *error)
{
    struct input *input = &source->levels[depth].input;
    size_t mark_size;
    const enum text_mark mark = text_mark_of(input_window(input), &mark_size);
    input->begin += mark_size;
    if (mark == MARK_NONE || mark == MARK_UTF8) {
        return read_records(source, depth, path, name, error);
    }
    struct utf16_decoder decoder = {.outer = input, .is_big = mark == MARK_UTF16_BIG};
    (void)start_level(source, depth + 1, utf16_bytes(&decoder));
    return read_records(source, depth + 1, path, name, error);
}

static lede_status read_input(
    struct source *source, size_t depth, const char *path, const char *name, lede_error *error)
{
    struct input *input = &source->levels[depth].input;
    const lede_status status = input_want(input, BUNDLE_HEAD_BYTES, error);
    if (status != LEDE_OK) {
        return status;
    }
    if (depth < NESTING_MAX && bundle_is(input_window(input))) {
        return read_bundle(source, depth, path, name, error);
    }
    if (source->is_counting && depth == 0 && !source->is_tree) {
        return LEDE_OK; /* a single file: nothing to compare it with */
    }
    return read_text(source, depth, path, name, error);
}

static lede_status read_descriptor(
    void *context, void *bytes, size_t size, size_t *size_out, lede_error *error)
{
    return file_reader_read(context, bytes, size, size_out, error);
}

static lede_status read_file(void *context, const char *path, const char *name, lede_error *error)
{
    struct source *source = context;
    struct file_reader file;
    lede_error failure = {0};
    lede_status status = file_reader_open(&file, path, &failure);
    if (status != LEDE_OK) {
        if (source->is_tree && status != LEDE_ERR_NOMEM) {
            return tell_problem(source, path, name, failure.message, error);
        }
        if (error != NULL) {
            *error = failure;
        }
        return status;
    }
    (void)start_level(source, 0, (struct byte_source){.context = &file, .read = read_descriptor});
    status = read_input(source, 0, path, name, error);
    file_reader_close(&file);
    return status;
}

static lede_status tell_walk_problem(
    void *context, const char *path, const char *name, const char *reason, lede_error *error)
{
    return tell_problem(context, path, name, reason, error);
}

/* ---- the door ---- */

/* One pass over everything. */
static lede_status read_root(struct source *source, const char *path, lede_error *error)
{
    if (source->is_tree) {
        const struct walk_visitor visitor = {
            .context = source, .file = read_file, .problem = tell_walk_problem};
        return walk_tree(path, &visitor, error);
    }
    return read_file(source, path, path_base(path), error);
}

static lede_status read_passes(struct source *source, const char *path, lede_error *error)
{
    const bool is_standard_input = strcmp(path, "-") == 0;
    struct file_info info = {.kind = FILE_OTHER};
    lede_status status = is_standard_input ? LEDE_OK : file_info_read(path, &info, error);
    if (status != LEDE_OK) {
        return status;
    }
    if (info.kind == FILE_ABSENT) {
        return lede_fail(error, LEDE_ERR_NOT_FOUND, "no such file or directory: %s", path);
    }
    source->is_tree = info.kind == FILE_DIRECTORY;
    const bool may_have_pages = source->format == FORMAT_UNKNOWN || source->format == FORMAT_TEXT;
    if (info.kind != FILE_OTHER && may_have_pages) {
        source->is_counting = true;
        status = read_root(source, path, error);
        source->is_counting = false;
    }
    if (status == LEDE_OK) {
        status = read_root(source, path, error);
    }
    return status == LEDE_OK ? tell_progress(source) : status;
}

lede_status source_read(const char *path, const struct source_options *options,
    const struct source_sink *sink, lede_error *error)
{
    struct source *source = mem_zalloc(1, sizeof *source);
    if (source == NULL) {
        return lede_fail_nomem(error);
    }
    source->sink = sink;
    lede_status status = LEDE_OK;
    if (options != NULL && options->format != NULL) {
        source->format = format_of_option(options->format);
        if (source->format == FORMAT_UNKNOWN) {
            status =
                lede_fail(error, LEDE_ERR_INVALID, "no such input format: %s", options->format);
        }
    }
    if (status == LEDE_OK) {
        source->counted = (struct source_sink){.context = source, .record = tell_record};
        status = record_maker_init(&source->maker, options, &source->counted, error);
    }
    if (status == LEDE_OK) {
        status = read_passes(source, path, error);
    }
    if (status != LEDE_OK && source->stopped.status != LEDE_OK) {
        status = source->stopped.status;
        if (error != NULL) {
            *error = source->stopped;
        }
    }
    record_maker_release(&source->maker);
    line_table_release(&source->table);
    for (size_t i = 0; i < LEVELS; i++) {
        input_release(&source->levels[i].input);
    }
    mem_free(source);
    return status;
}
