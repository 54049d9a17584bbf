/* format.c -- a name's ending says what a file is meant to be; marks at its beginning are believed first,
 * where nothing else begins so. */
#include "ingest/format.h"

#include <string.h>
#include <strings.h>

#include "base/assert.h"
#include "ingest/csv.h"
#include "ingest/field_map.h"
#include "ingest/jsonl.h"
#include "ingest/page.h"
#include "ingest/reuters.h"
#include "ingest/trec.h"

struct named_format {
    const char *name;
    enum format_id format;
};

static const struct named_format options[] = {{"text", FORMAT_TEXT}, {"jsonl", FORMAT_JSONL},
    {"json", FORMAT_JSON}, {"csv", FORMAT_CSV}, {"tsv", FORMAT_TSV}, {"trec", FORMAT_TREC},
    {"reuters", FORMAT_REUTERS}};

static const struct named_format endings[] = {{".jsonl", FORMAT_JSONL}, {".ndjson", FORMAT_JSONL},
    {".json", FORMAT_JSON}, {".csv", FORMAT_CSV}, {".tsv", FORMAT_TSV}, {".tab", FORMAT_TSV},
    {".trec", FORMAT_TREC}, {".txt", FORMAT_TEXT}, {".text", FORMAT_TEXT}};

enum format_id format_of_option(const char *option)
{
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        if (strcmp(options[i].name, option) == 0) {
            return options[i].format;
        }
    }
    return FORMAT_UNKNOWN;
}

static enum format_id format_of_name(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const size_t size = strlen(endings[i].name);
        if (length > size && strncasecmp(name + length - size, endings[i].name, size) == 0) {
            return endings[i].format;
        }
    }
    return FORMAT_UNKNOWN;
}

static struct span without_blanks(struct span head)
{
    while (head.size > 0 && (*head.bytes == ' ' || (*head.bytes >= '\t' && *head.bytes <= '\r'))) {
        head.bytes++;
        head.size--;
    }
    return head;
}

static bool begins_with(struct span head, const char *mark)
{
    const size_t length = strlen(mark);
    return head.size >= length && strncasecmp((const char *)head.bytes, mark, length) == 0;
}

static bool has(struct span head, const char *mark)
{
    const size_t length = strlen(mark);
    for (size_t at = 0; at + length <= head.size; at++) {
        if (strncasecmp((const char *)head.bytes + at, mark, length) == 0) {
            return true;
        }
    }
    return false;
}

/* NUL bytes, or one control character in twenty. */
static bool is_binary(struct span head)
{
    size_t controls = 0;
    for (size_t i = 0; i < head.size; i++) {
        const uint8_t c = head.bytes[i];
        controls += c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1b;
        if (c == 0) {
            controls += head.size / 20;
        }
    }
    return controls > 0 && controls * 20 >= head.size;
}

/* Whether the first line is a whole object with another line behind it. */
static bool has_object_line(struct span head)
{
    const uint8_t *feed = memchr(head.bytes, '\n', head.size);
    if (feed == NULL) {
        return false;
    }
    size_t length = (size_t)(feed - head.bytes);
    while (length > 0 && head.bytes[length - 1] <= ' ') {
        length--;
    }
    return length > 1 && head.bytes[length - 1] == '}';
}

/* Of a text that begins with "{" or "[". */
static enum format_id format_of_json(enum format_id named, struct span head)
{
    if (head.bytes[0] == '[') {
        return FORMAT_JSON;
    }
    return named == FORMAT_JSONL || has_object_line(head) ? FORMAT_JSONL : FORMAT_JSON;
}

/* Whether the name of a column, maybe in quotes, is one that is known. */
static bool is_known_name(const uint8_t *bytes, size_t length)
{
    static const struct field_maps none;
    const char *name = (const char *)bytes;
    while (length > 0 && strchr(" \"\r", name[length - 1]) != NULL && name[length - 1] != '\0') {
        length--;
    }
    while (length > 0 && (*name == ' ' || *name == '"')) {
        name++;
        length--;
    }
    return length > 0 && field_maps_place(&none, name, length).role != ROLE_KEYWORD;
}

/* Of a text whose first line names columns, two of them known: "id,headline,section,date". */
static enum format_id format_of_header(struct span head)
{
    static const uint8_t separators[] = {'\t', ',', ';', '|'};
    const uint8_t *feed = head.size == 0 ? NULL : memchr(head.bytes, '\n', head.size);
    const size_t length = feed == NULL ? head.size : (size_t)(feed - head.bytes);
    for (size_t s = 0; s < sizeof separators; s++) {
        size_t known = 0;
        size_t begin = 0;
        for (size_t i = 0; i <= length; i++) {
            if (i == length || head.bytes[i] == separators[s]) {
                known += is_known_name(head.bytes + begin, i - begin);
                begin = i + 1;
            }
        }
        if (known >= 2) {
            return separators[s] == '\t' ? FORMAT_TSV : FORMAT_CSV;
        }
    }
    return FORMAT_TEXT;
}

enum format_id format_detect(
    const char *name, size_t length, struct span head, const char **reason_out)
{
    static const struct {
        const char *mark;
        const char *reason;
    } others[] = {{"<!doctype html", "no known format: HTML"}, {"<html", "no known format: HTML"},
        {"<?xml", "no known format: XML"}, {"<rss", "no known format: RSS"},
        {"WARC/", "no known format: WARC"}, {"%PDF", "no known format: PDF"},
        {"{\\rtf", "no known format: RTF"}};
    const enum format_id named = format_of_name(name, length);
    const struct span start = without_blanks(head);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (begins_with(start, others[i].mark)) {
            *reason_out = others[i].reason;
            return FORMAT_UNKNOWN;
        }
    }
    if (begins_with(start, "<reuters ") || begins_with(start, "<!doctype lewis") ||
        (begins_with(start, "<!") && has(start, "<reuters "))) {
        return FORMAT_REUTERS;
    }
    if (begins_with(start, "<doc>") || (begins_with(start, "<") && has(start, "<docno>"))) {
        return FORMAT_TREC;
    }
    if (named == FORMAT_JSONL || named == FORMAT_JSON) {
        const bool is_json = start.size > 0 && (start.bytes[0] == '{' || start.bytes[0] == '[');
        return is_json ? format_of_json(named, start) : named;
    }
    if (is_binary(head)) {
        *reason_out = "no known format: binary";
        return FORMAT_UNKNOWN;
    }
    if (named != FORMAT_UNKNOWN) {
        return named;
    }
    if (begins_with(start, "{\"") || begins_with(start, "[{") || has_object_line(start) ||
        begins_with(start, "{\n") || begins_with(start, "[\n")) {
        return format_of_json(FORMAT_UNKNOWN, start);
    }
    return format_of_header(start);
}

lede_status format_read(enum format_id format, struct input *input, struct record_maker *maker,
    const struct line_table *table, lede_error *error)
{
    switch (format) {
    case FORMAT_TEXT: return page_read(input, maker, table, error);
    case FORMAT_JSONL: return jsonl_read(input, maker, error);
    case FORMAT_JSON: return json_read(input, maker, error);
    case FORMAT_CSV: return csv_read(input, maker, error);
    case FORMAT_TSV: return tsv_read(input, maker, error);
    case FORMAT_TREC: return trec_read(input, maker, error);
    case FORMAT_REUTERS: return reuters_read(input, maker, error);
    case FORMAT_UNKNOWN: break;
    }
    ASSERT(format != FORMAT_UNKNOWN);
    return LEDE_OK;
}
