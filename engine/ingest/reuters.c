/* reuters.c -- one element of the input after the other; its parts by name. */
#include "ingest/reuters.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ingest/sgml.h"

struct reuters_report {
    struct record_maker *maker;
    lede_error *error;
    struct sgml_element element;
};

static lede_status add(struct reuters_report *report, const char *name, lede_text value)
{
    if (value.data == NULL) {
        return lede_fail_nomem(report->error);
    }
    return record_add(report->maker, text_of(name, strlen(name)), value, false, report->error);
}

static lede_status add_id(struct reuters_report *report)
{
    struct span value;
    if (!sgml_attribute(report->element.tag, "NEWID", &value) || value.size == 0) {
        return LEDE_OK;
    }
    char id[64];
    const int length = snprintf(id, sizeof id, "REUT-%.*s",
        (int)(value.size < 32 ? value.size : 32), (const char *)value.bytes);
    return add(report, "id", record_copy(report->maker, id, (size_t)length));
}

static lede_status add_attribute(struct reuters_report *report, const char *name, const char *field)
{
    struct span value;
    if (!sgml_attribute(report->element.tag, name, &value)) {
        return LEDE_OK;
    }
    return add(report, field, text_of(value.bytes, value.size));
}

/* Element `name` of `text` as field `field`, on one line. */
static lede_status add_element(
    struct reuters_report *report, struct span text, const char *name, const char *field)
{
    struct sgml_element element;
    size_t at = 0;
    if (!sgml_find(text, name, &at, &element)) {
        return LEDE_OK;
    }
    lede_text value = sgml_text(element.inner, &report->maker->arena);
    if (value.data != NULL) {
        char *bytes = (char *)(uintptr_t)value.data;
        value.length = sgml_collapse(bytes, value.length);
    }
    return add(report, field, value);
}

/* <TOPICS><D>cocoa</D><D>tea</D></TOPICS>: a value for each D. */
static lede_status add_list(struct reuters_report *report, const char *name, const char *field)
{
    struct sgml_element list;
    size_t at = 0;
    lede_status status = LEDE_OK;
    if (!sgml_find(report->element.inner, name, &at, &list)) {
        return LEDE_OK;
    }
    struct sgml_element item;
    at = 0;
    while (status == LEDE_OK && sgml_find(list.inner, "D", &at, &item)) {
        status = add(report, field, sgml_text(item.inner, &report->maker->arena));
    }
    return status;
}

/* What of the text is neither title nor dateline nor author: all behind the last of these, and before
 * the first. */
static struct span rest_of(struct span text, struct span *before_out)
{
    static const char *const heads[] = {"TITLE", "DATELINE", "AUTHOR"};
    size_t first = text.size;
    size_t behind = 0;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        struct sgml_element element;
        size_t at = 0;
        if (sgml_find(text, heads[i], &at, &element)) {
            const size_t begin = (size_t)(element.tag.bytes - text.bytes) - 1;
            first = begin < first ? begin : first;
            behind = at > behind ? at : behind;
        }
    }
    *before_out = span_of(text.bytes, behind == 0 ? 0 : first);
    return span_of(text.bytes + behind, text.size - behind);
}

/* Without the line that signs the report. */
static lede_text unsigned_text(lede_text text)
{
    static const char signature[] = "reuter";
    const size_t length = sizeof signature - 1;
    text = text_trim(text);
    if (text.length >= length &&
        strncasecmp(text.data + text.length - length, signature, length) == 0) {
        size_t line = text.length - length;
        while (line > 0 && (text.data[line - 1] == ' ' || text.data[line - 1] == '\t')) {
            line--;
        }
        if (line == 0 || text.data[line - 1] == '\n') {
            text.length = line;
        }
    }
    return text_trim(text);
}

static lede_status add_body(struct reuters_report *report, struct span text)
{
    struct arena *arena = &report->maker->arena;
    struct sgml_element element;
    size_t at = 0;
    struct span before = {0};
    struct span body;
    if (sgml_find(text, "BODY", &at, &element)) {
        body = element.inner;
    } else {
        body = rest_of(text, &before);
        const lede_text stars = text_trim(sgml_text(before, arena));
        if (stars.data == NULL) {
            return lede_fail_nomem(report->error);
        }
        bool has_letter = false;
        for (size_t i = 0; i < stars.length; i++) {
            has_letter |= stars.data[i] != '*';
        }
        const lede_status status = has_letter ? add(report, "body", stars) : LEDE_OK;
        if (status != LEDE_OK) {
            return status;
        }
    }
    const lede_text decoded = sgml_text(body, arena);
    return add(report, "body", decoded.data == NULL ? decoded : unsigned_text(decoded));
}

static lede_status read_report(struct reuters_report *report)
{
    static const char *const lists[][2] = {{"TOPICS", "topics"}, {"PLACES", "places"},
        {"PEOPLE", "people"}, {"ORGS", "orgs"}, {"EXCHANGES", "exchanges"},
        {"COMPANIES", "companies"}};
    struct sgml_element element;
    size_t at = 0;
    const struct span whole = report->element.inner;
    lede_status status = add_id(report);
    for (size_t i = 0; i < sizeof lists / sizeof *lists && status == LEDE_OK; i++) {
        status = add_list(report, lists[i][0], lists[i][1]);
    }
    if (status == LEDE_OK) {
        status = add_attribute(report, "LEWISSPLIT", "lewissplit");
    }
    if (status == LEDE_OK) {
        status = add_attribute(report, "CGISPLIT", "cgisplit");
    }
    if (status == LEDE_OK) {
        status = add_element(report, whole, "DATE", "date");
    }
    /* What stands in UNKNOWN is the wire's own; the text comes behind it. */
    const struct span text = sgml_find(whole, "TEXT", &at, &element) ? element.inner : whole;
    if (status == LEDE_OK) {
        status = add_element(report, text, "TITLE", "title");
    }
    if (status == LEDE_OK) {
        status = add_element(report, text, "AUTHOR", "author");
    }
    if (status == LEDE_OK) {
        status = add_element(report, text, "DATELINE", "dateline");
    }
    if (status == LEDE_OK) {
        status = add_body(report, text);
    }
    return status == LEDE_OK ? record_end(report->maker, report->error) : status;
}

lede_status reuters_read(struct input *input, struct record_maker *maker, lede_error *error)
{
    for (;;) {
        struct reuters_report report = {.maker = maker, .error = error};
        bool has;
        lede_status status = sgml_next(input, "REUTERS", &report.element, &has, error);
        if (status != LEDE_OK || !has) {
            return status;
        }
        if (report.element.is_too_long) {
            status = record_problem(maker, report.element.line, error, "longer than %zu bytes",
                input->record_bytes_max);
        } else {
            record_begin(maker, report.element.line);
            status = read_report(&report);
        }
        if (status != LEDE_OK) {
            return status;
        }
    }
}
