#include "support/ingest_support.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

const char *ingest_path(const struct tmpdir *dir, const char *name)
{
    static char path[TMPDIR_PATH_BYTES];
    return tmpdir_join(dir, name, path);
}

static void put(struct ingest_log *log, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size && log->length + 1 < sizeof log->text; i++) {
        const char c = bytes[i];
        log->text[log->length++] = c == '\n' ? '/' : c == '\0' ? '0' : c;
    }
    log->text[log->length] = '\0';
}

static void put_text(struct ingest_log *log, const char *text)
{
    put(log, text, strlen(text));
}

static void put_line_end(struct ingest_log *log)
{
    if (log->length + 1 < sizeof log->text) {
        log->text[log->length++] = '\n';
        log->text[log->length] = '\0';
    }
}

static lede_status take(void *context, const struct source_record *record, lede_error *error)
{
    struct ingest_log *log = context;
    char number[32];
    if (record->problem != NULL) {
        log->problems++;
        snprintf(number, sizeof number, "!%llu ", (unsigned long long)record->line);
        put_text(log, number);
        put_text(log, record->problem);
        put_line_end(log);
        return LEDE_OK;
    }
    log->records++;
    if (log->records == log->stop_after) {
        return lede_fail(error, LEDE_ERR_SYNTAX, "stopped by the sink");
    }
    log->body_bytes += record->body.length;
    const lede_text texts[] = {record->id, record->title, record->body};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_ptr_nonnull(texts[i].data);
        put(log, texts[i].data, texts[i].length < 4096 ? texts[i].length : 4096);
        put_text(log, "|");
    }
    char date[DATE_TEXT_BYTES];
    (void)date_format(record->date, date);
    put_text(log, date);
    put_text(log, "|");
    put(log, record->url.data, record->url.length);
    put_text(log, "|");
    for (size_t i = 0; i < record->field_count; i++) {
        put_text(log, i == 0 ? "" : ";");
        put(log, record->fields[i].name.data, record->fields[i].name.length);
        put_text(log, "=");
        put(log, record->fields[i].value.data, record->fields[i].value.length);
    }
    if (record->remark != NULL) {
        put_text(log, " #");
        put_text(log, record->remark);
    }
    put_line_end(log);
    return LEDE_OK;
}

static lede_status note(void *context, uint64_t files, uint64_t bytes, lede_error *error)
{
    struct ingest_log *log = context;
    (void)error;
    ck_assert(files >= log->files && bytes >= log->bytes);
    log->files = files;
    log->bytes = bytes;
    return LEDE_OK;
}

struct source_sink ingest_log_sink(struct ingest_log *log)
{
    memset(log, 0, sizeof *log);
    return (struct source_sink){.context = log, .record = take, .progress = note};
}

const char *ingest_read(
    struct ingest_log *log, const char *path, const char *format, const char *map)
{
    lede_error error = {0};
    const struct source_sink sink = ingest_log_sink(log);
    const struct source_options options = {
        .format = format, .field_maps = &map, .field_map_count = map != NULL};
    const lede_status status = source_read(path, &options, &sink, &error);
    ck_assert_msg(status == LEDE_OK, "%s: %d %s", path, status, error.message);
    return log->text;
}

const char *ingest_read_text(
    struct ingest_log *log, const char *name, const char *text, size_t size, const char *map)
{
    struct tmpdir dir;
    tmpdir_init(&dir);
    tmpdir_write(&dir, name, text, size);
    const char *answer = ingest_read(log, ingest_path(&dir, name), NULL, map);
    tmpdir_release(&dir);
    return answer;
}
