/* trec.c -- a document's elements from front to end, each by its name. */
#include "ingest/trec.h"

#include <string.h>

#include "base/limits.h"
#include "ingest/sgml.h"

enum {
    /* Tags whose end is looked for in vain; behind so many the rest is plain text. Bounds the cost. */
    UNCLOSED_MAX = 64,
    TITLE_NAMES = 6,
};

enum part { PART_ID, PART_TITLE, PART_DATE, PART_BODY, PART_OTHER };

struct part_name {
    enum part part;
    const char *name; /* lower case */
};

static const struct part_name part_names[] = {{PART_TITLE, "headline"}, {PART_TITLE, "head"},
    {PART_TITLE, "title"}, {PART_TITLE, "hl"}, {PART_TITLE, "ti"}, {PART_TITLE, "h3"},
    {PART_ID, "docno"}, {PART_DATE, "date"}, {PART_DATE, "date_time"}, {PART_DATE, "dd"},
    {PART_DATE, "date1"}, {PART_DATE, "pubdate"}, {PART_BODY, "leadpara"}, {PART_BODY, "text"},
    {PART_BODY, "body"}, {PART_BODY, "content"}};

struct trec_document {
    struct record_maker *maker;
    lede_error *error;
    lede_text titles[TITLE_NAMES];
    bool has_id;
    bool has_date;
    bool has_body;
    struct span loose; /* the longest piece of text outside all elements */
    uint32_t unclosed;
};

static lede_text lower_name(struct record_maker *maker, struct span name)
{
    char *copy = arena_alloc(&maker->arena, name.size);
    for (size_t i = 0; copy != NULL && i < name.size; i++) {
        const uint8_t c = name.bytes[i];
        copy[i] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    }
    return text_of(copy, name.size);
}

/* Which part of a document `name` is; *rank_out is its place in the table. */
static enum part part_of(lede_text name, size_t *rank_out)
{
    for (size_t i = 0; i < sizeof part_names / sizeof *part_names; i++) {
        if (strlen(part_names[i].name) == name.length &&
            memcmp(part_names[i].name, name.data, name.length) == 0) {
            *rank_out = i;
            return part_names[i].part;
        }
    }
    return PART_OTHER;
}

static lede_status add(struct trec_document *document, const char *name, lede_text value)
{
    return record_add(document->maker, text_of(name, strlen(name)), value, false, document->error);
}

static lede_text collapsed(lede_text text)
{
    text.length = sgml_collapse((char *)(uintptr_t)text.data, text.length);
    return text;
}

static lede_status add_element(struct trec_document *document, lede_text name, struct span inner)
{
    size_t rank = 0;
    const enum part part = part_of(name, &rank);
    lede_text value = sgml_text(inner, &document->maker->arena);
    if (value.data == NULL) {
        return lede_fail_nomem(document->error);
    }
    switch (part) {
    case PART_ID:
        if (document->has_id) {
            return LEDE_OK;
        }
        document->has_id = true;
        return add(document, "docno", collapsed(value));
    case PART_TITLE:
        value = collapsed(value);
        if (document->titles[rank].length == 0) {
            document->titles[rank] = value;
        }
        return LEDE_OK;
    case PART_DATE:
        value = collapsed(value);
        if (document->has_date || value.length == 0) {
            return LEDE_OK;
        }
        document->has_date = true;
        return add(document, "date", value);
    case PART_BODY: document->has_body = true; return add(document, "body", value);
    case PART_OTHER: break;
    }
    value = collapsed(value);
    if (value.length > LEDE_KEYWORD_BYTES_MAX) {
        return LEDE_OK;
    }
    return record_add(document->maker, name, value, false, document->error);
}

static void note_loose(struct trec_document *document, struct span text, size_t from, size_t to)
{
    if (to - from > document->loose.size) {
        document->loose = span_of(text.bytes + from, to - from);
    }
}

/* Each element directly inside the document; an element's own elements are part of its text. */
static lede_status read_elements(struct trec_document *document, struct span text)
{
    size_t at = 0;
    size_t loose_begin = 0;
    struct sgml_tag tag;
    lede_status status = LEDE_OK;
    while (
        status == LEDE_OK && document->unclosed < UNCLOSED_MAX && sgml_next_tag(text, &at, &tag)) {
        if (tag.is_end || tag.name.size > LEDE_FIELD_NAME_BYTES_MAX - 1) {
            continue;
        }
        const size_t begin = (size_t)(tag.whole.bytes - text.bytes);
        char name[LEDE_FIELD_NAME_BYTES_MAX];
        memcpy(name, tag.name.bytes, tag.name.size);
        name[tag.name.size] = '\0';
        struct sgml_element element;
        size_t behind = begin;
        if (!sgml_find(text, name, &behind, &element)) {
            document->unclosed++;
            continue;
        }
        note_loose(document, text, loose_begin, begin);
        const lede_text lower = lower_name(document->maker, tag.name);
        if (lower.data == NULL) {
            return lede_fail_nomem(document->error);
        }
        status = add_element(document, lower, element.inner);
        at = behind;
        loose_begin = behind;
    }
    note_loose(document, text, loose_begin, text.size);
    return status;
}

static lede_status read_document(struct trec_document *document, struct span text)
{
    lede_status status = read_elements(document, text);
    for (size_t i = 0; i < TITLE_NAMES && status == LEDE_OK; i++) {
        if (document->titles[i].length > 0) {
            status = add(document, "title", document->titles[i]);
            break;
        }
    }
    if (status == LEDE_OK && !document->has_body) {
        const lede_text body = sgml_text(document->loose, &document->maker->arena);
        if (body.data == NULL) {
            return lede_fail_nomem(document->error);
        }
        status = add(document, "body", body);
    }
    return status == LEDE_OK ? record_end(document->maker, document->error) : status;
}

lede_status trec_read(struct input *input, struct record_maker *maker, lede_error *error)
{
    for (;;) {
        struct sgml_element element;
        bool has;
        lede_status status = sgml_next(input, "DOC", &element, &has, error);
        if (status != LEDE_OK || !has) {
            return status;
        }
        if (element.is_too_long) {
            status = record_problem(
                maker, element.line, error, "longer than %zu bytes", input->record_bytes_max);
        } else {
            struct trec_document document = {.maker = maker, .error = error};
            record_begin(maker, element.line);
            status = read_document(&document, element.inner);
        }
        if (status != LEDE_OK) {
            return status;
        }
    }
}
