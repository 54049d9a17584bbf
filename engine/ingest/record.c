/* record.c -- values are gathered, then each role takes those of its best name. */
#include "ingest/record.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "base/bytes.h"
#include "base/hash.h"
#include "base/limits.h"

enum {
    REMARK_BYTES_MAX = 256,
    REMARK_VALUE_BYTES_MAX = 64,
    /* More values than this in one record are not news: 1 Mi. */
    RECORD_VALUES_MAX = 1 << 20,
};

lede_status record_maker_init(struct record_maker *maker, const struct source_options *options,
    const struct source_sink *sink, lede_error *error)
{
    *maker = (struct record_maker){.sink = sink, .path = "", .name = ""};
    arena_init(&maker->arena);
    buf_init(&maker->values, RECORD_VALUES_MAX * sizeof(struct record_value));
    buf_init(&maker->fields, RECORD_VALUES_MAX * sizeof(struct source_field));
    if (options == NULL) {
        return LEDE_OK;
    }
    maker->date_style.day_first = options->day_first;
    return field_maps_read(&maker->maps, options->field_maps, options->field_map_count, error);
}

void record_maker_release(struct record_maker *maker)
{
    arena_release(&maker->arena);
    buf_release(&maker->values);
    buf_release(&maker->fields);
}

void record_file(struct record_maker *maker, const char *path, const char *name)
{
    maker->path = path;
    maker->name = name;
    maker->last_line = 0;
    maker->line_repeat = 0;
}

void record_begin(struct record_maker *maker, uint64_t line)
{
    maker->line = line;
    arena_reset(&maker->arena);
    buf_reset(&maker->values);
    buf_reset(&maker->fields);
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

lede_text text_trim(lede_text text)
{
    while (text.length > 0 && is_blank(text.data[text.length - 1])) {
        text.length--;
    }
    while (text.length > 0 && is_blank(*text.data)) {
        text.data++;
        text.length--;
    }
    return text;
}

lede_text record_copy(struct record_maker *maker, const void *bytes, size_t size)
{
    return text_of(arena_copy(&maker->arena, bytes, size), size);
}

static size_t value_count(const struct record_maker *maker)
{
    return maker->values.size / sizeof(struct record_value);
}

static struct record_value *value_at(struct record_maker *maker, size_t i)
{
    return (struct record_value *)(void *)maker->values.data + i;
}

lede_status record_add(
    struct record_maker *maker, lede_text name, lede_text value, bool is_number, lede_error *error)
{
    const struct record_value added = {.name = name,
        .value = text_trim(value),
        .place = field_maps_place(&maker->maps, name.data, name.length),
        .is_number = is_number};
    const lede_status status = buf_append(&maker->values, &added, sizeof added);
    if (status == LEDE_ERR_LIMIT) {
        /* What stands behind the first million values of one record is left out. */
        maker->values.status = LEDE_OK;
        return LEDE_OK;
    }
    return status == LEDE_OK ? LEDE_OK : lede_fail_nomem(error);
}

/* The value whose name the role prefers; NULL where it has none that is not blank. */
static struct record_value *best_of(struct record_maker *maker, enum field_role role)
{
    struct record_value *best = NULL;
    const size_t count = value_count(maker);
    for (size_t i = 0; i < count; i++) {
        struct record_value *value = value_at(maker, i);
        if (value->place.role == role && value->value.length > 0 &&
            (best == NULL || value->place.rank < best->place.rank)) {
            best = value;
        }
    }
    return best;
}

static bool same_text(lede_text a, lede_text b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

/* All values of the role's best name as one text, joined by `between`; they are used up. */
static lede_status take_role(struct record_maker *maker, enum field_role role, char between,
    lede_text *text_out, lede_error *error)
{
    struct record_value *best = best_of(maker, role);
    *text_out = text_of("", 0);
    if (best == NULL) {
        return LEDE_OK;
    }
    const lede_text name = best->name;
    const size_t count = value_count(maker);
    const size_t first = (size_t)(best - value_at(maker, 0));
    size_t total = 0;
    size_t parts = 0;
    for (size_t i = first; i < count; i++) {
        struct record_value *value = value_at(maker, i);
        if (value->place.role == role && same_text(value->name, name)) {
            total += value->value.length + 1;
            parts++;
            value->place.role = ROLE_COUNT;
        }
    }
    *text_out = best->value;
    if (parts == 1 || between == '\0') {
        return LEDE_OK;
    }
    char *joined = arena_alloc(&maker->arena, total);
    if (joined == NULL) {
        return lede_fail_nomem(error);
    }
    size_t length = 0;
    for (size_t i = first; i < count; i++) {
        const struct record_value *value = value_at(maker, i);
        if (value->place.role == ROLE_COUNT && same_text(value->name, name) &&
            value->value.length > 0) {
            if (length > 0) {
                joined[length++] = between;
            }
            memcpy(joined + length, value->value.data, value->value.length);
            length += value->value.length;
        }
    }
    *text_out = text_of(joined, length);
    return LEDE_OK;
}

static char *format_text(struct record_maker *maker, const char *format, ...) PRINTF(2, 3);

static char *format_text(struct record_maker *maker, const char *format, ...)
{
    char *text = arena_alloc(&maker->arena, REMARK_BYTES_MAX);
    if (text != NULL) {
        va_list arguments;
        va_start(arguments, format);
        (void)vsnprintf(text, REMARK_BYTES_MAX, format, arguments);
        va_end(arguments);
    }
    return text;
}

static lede_status take_date(
    struct record_maker *maker, struct source_record *record, lede_error *error)
{
    struct record_value *best = best_of(maker, ROLE_DATE);
    record->date = DATE_NONE;
    if (best == NULL) {
        return LEDE_OK;
    }
    best->place.role = ROLE_COUNT;
    struct date_style style = maker->date_style;
    style.unix_numbers = best->is_number;
    const enum date_reading reading =
        date_parse(best->value.data, best->value.length, style, &record->date);
    if (reading == DATE_FOUND) {
        return LEDE_OK;
    }
    size_t shown = best->value.length;
    if (shown > REMARK_VALUE_BYTES_MAX) {
        shown = REMARK_VALUE_BYTES_MAX;
        while (shown > 0 && ((unsigned char)best->value.data[shown] & 0xc0) == 0x80) {
            shown--;
        }
    }
    record->remark = format_text(maker, "date \"%.*s\" %s", (int)shown, best->value.data,
        reading == DATE_IMPOSSIBLE ? "does not exist" : "cannot be read");
    return record->remark == NULL ? lede_fail_nomem(error) : LEDE_OK;
}

bool record_content_id(
    const struct record_maker *maker, const struct source_record *record, char *id_out)
{
    if (strcmp(maker->path, "-") != 0) {
        return false;
    }
    const lede_text texts[] = {record->title, record->body, record->url};
    enum { TEXTS = sizeof texts / sizeof *texts };
    uint8_t parts[(TEXTS + 1) * sizeof(uint64_t)];
    for (size_t i = 0; i < TEXTS; i++) {
        store_le64(parts + i * sizeof(uint64_t), hash_bytes(texts[i].data, texts[i].length));
    }
    store_le64(parts + TEXTS * sizeof(uint64_t), (uint64_t)record->date);
    (void)snprintf(id_out, RECORD_CONTENT_ID_BYTES, "-:%016llx",
        (unsigned long long)hash_bytes(parts, sizeof parts));
    return true;
}

static lede_status make_id(struct record_maker *maker, const struct source_record *record,
    lede_text *id_out, lede_error *error)
{
    char content[RECORD_CONTENT_ID_BYTES];
    if (record_content_id(maker, record, content)) {
        *id_out = record_copy(maker, content, sizeof content - 1);
        return id_out->data == NULL ? lede_fail_nomem(error) : LEDE_OK;
    }
    char tail[48];
    int tail_length;
    if (maker->line != maker->last_line) {
        maker->last_line = maker->line;
        maker->line_repeat = 0;
    }
    maker->line_repeat++;
    if (maker->line_repeat == 1) {
        tail_length = snprintf(tail, sizeof tail, ":%llu", (unsigned long long)maker->line);
    } else {
        tail_length = snprintf(tail, sizeof tail, ":%llu.%llu", (unsigned long long)maker->line,
            (unsigned long long)maker->line_repeat);
    }
    ASSERT(tail_length > 0 && (size_t)tail_length < sizeof tail);
    const size_t name_length = strlen(maker->name);
    const size_t length = name_length + (size_t)tail_length;
    char *id = arena_alloc(&maker->arena, length);
    if (id == NULL) {
        return lede_fail_nomem(error);
    }
    memcpy(id, maker->name, name_length);
    memcpy(id + name_length, tail, (size_t)tail_length);
    *id_out = text_of(id, length);
    return LEDE_OK;
}

/* What no role took, each pair once. A record has few of them: the search is quadratic up to a bound,
 * behind which doubles are kept (the index takes out equal values itself). */
static lede_status collect_fields(struct record_maker *maker, lede_error *error)
{
    enum { COMPARED_MAX = 64 };
    const size_t count = value_count(maker);
    for (size_t i = 0; i < count; i++) {
        const struct record_value *value = value_at(maker, i);
        if (value->place.role == ROLE_COUNT || value->value.length == 0) {
            continue;
        }
        const struct source_field field = {
            .name = text_of(value->place.name, value->place.name_length), .value = value->value};
        const struct source_field *known = (const struct source_field *)(void *)maker->fields.data;
        const size_t known_count = maker->fields.size / sizeof field;
        bool is_new = true;
        for (size_t k = 0; k < known_count && k < COMPARED_MAX && is_new; k++) {
            is_new =
                !same_text(known[k].name, field.name) || !same_text(known[k].value, field.value);
        }
        if (is_new && buf_append(&maker->fields, &field, sizeof field) != LEDE_OK) {
            return lede_fail_nomem(error);
        }
    }
    return LEDE_OK;
}

static bool has_known_name(struct record_maker *maker)
{
    const size_t count = value_count(maker);
    for (size_t i = 0; i < count; i++) {
        if (value_at(maker, i)->place.role != ROLE_KEYWORD) {
            return true;
        }
    }
    return false;
}

lede_status record_end(struct record_maker *maker, lede_error *error)
{
    if (!has_known_name(maker)) {
        return record_problem(
            maker, maker->line, error, "no name in it is known as id, title, body, date or url");
    }
    struct source_record record = {.path = maker->path, .line = maker->line};
    lede_status status = take_role(maker, ROLE_ID, '\0', &record.id, error);
    if (status == LEDE_OK) {
        status = take_role(maker, ROLE_TITLE, ' ', &record.title, error);
    }
    if (status == LEDE_OK) {
        status = take_role(maker, ROLE_BODY, '\n', &record.body, error);
    }
    if (status == LEDE_OK) {
        status = take_role(maker, ROLE_URL, '\0', &record.url, error);
    }
    if (status == LEDE_OK) {
        status = take_date(maker, &record, error);
    }
    if (status == LEDE_OK && record.id.length == 0) {
        status = make_id(maker, &record, &record.id, error);
    }
    if (status == LEDE_OK) {
        status = collect_fields(maker, error);
    }
    if (status != LEDE_OK) {
        return status;
    }
    if (record.title.length == 0 && record.body.length == 0 && record.remark == NULL) {
        record.remark = "neither title nor body";
    }
    record.fields = (const struct source_field *)(void *)maker->fields.data;
    record.field_count = maker->fields.size / sizeof *record.fields;
    return maker->sink->record(maker->sink->context, &record, error);
}

lede_status record_problem(
    struct record_maker *maker, uint64_t line, lede_error *error, const char *format, ...)
{
    char reason[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    const struct source_record record = {.path = maker->path,
        .line = line,
        .problem = reason,
        .id = text_of("", 0),
        .title = text_of("", 0),
        .body = text_of("", 0),
        .url = text_of("", 0),
        .date = DATE_NONE};
    return maker->sink->record(maker->sink->context, &record, error);
}
