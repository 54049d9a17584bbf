/* page.c -- points for every line that may be the title; then the body below the best. */
#include "ingest/page.h"

#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "ingest/bundle.h"
#include "ingest/page_date.h"
#include "ingest/page_lines.h"

enum {
    TITLE_BYTES_MAX = 500,
    TITLE_BYTES_USUAL = 250,
    /* A line above the headline that is no longer than this may be the headline, with its second line. */
    TEASER_BYTES_MIN = 100,
    /* Points; their reasons are page.h's list. */
    POINTS_REPEATED_WITH_DATE = 200,
    POINTS_REPEATED = 80,
    POINTS_DATE_FOLLOWS = 50,
    POINTS_FIRST = 36,
    POINTS_DATE_NEAR_FIRST = 40,
    POINTS_DATE_BEFORE = 20,
    POINTS_DATED_PARAGRAPH = 25,
    POINTS_NO_STOP = 5,
    POINTS_WORDS = 6,
    POINTS_PARAGRAPH_FOLLOWS = 5,
    POINTS_MIN = 30,
    /* Points from which a line that has much of the text before it is believed to be the title. */
    POINTS_STRONG = 80,
    TAIL_LINES_MAX = 16,
    TAIL_WORDS_MAX = 8,
};

/* ---- the title ---- */

/* A short line of some words without a full stop. */
static bool is_headline(const struct page_line *line)
{
    return line->words >= 3 && line->text.length <= TITLE_BYTES_USUAL && !line->ends_sentence &&
           !line->is_furniture && !line->is_contact && line->date_kind == LINE_DATE_NONE;
}

/* The line behind i; NULL at the end. */
static const struct page_line *line_behind(const struct page_view *view, size_t i)
{
    return i + 1 < view->count ? &view->lines[i + 1] : NULL;
}

/* Whether line i + 1 is line i again; *dated_out: with a date behind it. */
static bool is_repeated(const struct page_view *view, size_t i, bool *dated_out)
{
    const struct page_line *next = line_behind(view, i);
    lede_text rest;
    *dated_out = false;
    if (next == NULL) {
        return false;
    }
    if (page_same(view->lines[i].text, next->text, &rest)) {
        return true;
    }
    date_key date;
    *dated_out = rest.length > 0 && rest.length <= 40 &&
                 date_parse(rest.data, rest.length, view->style, &date) == DATE_FOUND;
    return *dated_out;
}

/* "12.01.2021 Minister visits factory", or with the date at its end: an entry of a list of stories. */
static bool is_dated_entry(const struct page_line *line)
{
    const bool begins = line->opens_with_date && line->opening.begin == 0 && line->opening.has_year;
    return (begins || line->date_begin > 0) && !page_line_is_date(line) && !line->is_paragraph;
}

/* A line without a full stop, with more text than the headline it leads to: the words that a site shows
 * of another story, or of this one. The headline is the shorter line that the article stands behind. */
static bool leads_to_headline(const struct page_view *view, size_t i)
{
    if (i + 2 >= view->count) {
        return false;
    }
    const struct page_line *line = &view->lines[i];
    const struct page_line *next = &view->lines[i + 1];
    const struct page_line *behind = &view->lines[i + 2];
    if (line->ends_sentence || line->text.length < TEASER_BYTES_MIN || !next->after_blank ||
        !is_headline(next) || next->text.length >= line->text.length) {
        return false;
    }
    return page_line_is_date(behind) ||
           (behind->is_paragraph && (behind->opens_with_date || line->is_paragraph));
}

/* A line that tells of another story: one of several with a date of its own, or one that stands before
 * the headline. */
static bool is_teaser(const struct page_view *view, size_t i)
{
    const struct page_line *line = &view->lines[i];
    const struct page_line *before = i > 0 ? &view->lines[i - 1] : NULL;
    const struct page_line *next = line_behind(view, i);
    const bool is_entry = is_dated_entry(line);
    const bool is_under_date = before != NULL && before->date_kind == LINE_DATE_ALONE;
    if (next == NULL) {
        return false;
    }
    if (is_entry && (is_dated_entry(next) || (before != NULL && is_dated_entry(before)))) {
        return true;
    }
    const struct page_line *behind = line_behind(view, i + 1);
    if (behind == NULL) {
        return false;
    }
    if (is_under_date && next->date_kind == LINE_DATE_ALONE && !behind->is_paragraph) {
        return true;
    }
    if ((is_entry || is_under_date) && is_headline(next) && page_line_is_date(behind)) {
        return true;
    }
    return leads_to_headline(view, i);
}

/* Before the first headline nothing but dates, menus and teasers is passed over. */
static size_t find_first(const struct page_view *view)
{
    size_t i = 0;
    while (i < view->count && !is_headline(&view->lines[i]) && view->lines[i].words <= 3) {
        i++;
    }
    bool is_dated;
    while (i < view->count && (page_line_is_date(&view->lines[i]) || view->lines[i].is_furniture ||
                                  (!is_repeated(view, i, &is_dated) && is_teaser(view, i)))) {
        i++;
    }
    return i;
}

static int first_points(const struct page_view *view, size_t i)
{
    const struct page_line *next = line_behind(view, i);
    if (i != view->first || !is_headline(&view->lines[i])) {
        return 0;
    }
    int points = 0;
    for (size_t k = i + 1; k < view->count && k <= i + 3; k++) {
        if (page_line_is_date(&view->lines[k])) {
            points = POINTS_DATE_NEAR_FIRST;
        }
    }
    const bool stands_out = next != NULL && (next->is_paragraph || next->after_blank || points > 0);
    return points + (stands_out ? POINTS_FIRST : 0);
}

static int title_points(const struct page_view *view, size_t i)
{
    const struct page_line *line = &view->lines[i];
    const struct page_line *next = line_behind(view, i);
    if (line->text.length > TITLE_BYTES_MAX || line->is_furniture || line->is_contact ||
        page_line_is_date(line) || line->words < 2) {
        return 0;
    }
    bool is_dated;
    if (is_repeated(view, i, &is_dated)) {
        return is_dated ? POINTS_REPEATED_WITH_DATE : POINTS_REPEATED;
    }
    if (line->ends_sentence || next == NULL || is_teaser(view, i)) {
        return 0;
    }
    int points = POINTS_NO_STOP + first_points(view, i);
    points += line->words >= 4 ? POINTS_WORDS : 0;
    points -= line->text.length > TITLE_BYTES_USUAL ? 2 * POINTS_WORDS : 0;
    points += next->is_paragraph ? POINTS_PARAGRAPH_FOLLOWS : 0;
    points += next->is_paragraph && next->opens_with_date ? POINTS_DATED_PARAGRAPH : 0;
    points += page_line_is_date(next) ? POINTS_DATE_FOLLOWS : 0;
    points += i > 0 && page_line_is_date(&view->lines[i - 1]) && next->is_paragraph
                  ? POINTS_DATE_BEFORE
                  : 0;
    return points;
}

/* The line that is the title; view->count where none is. */
static size_t find_title(const struct page_view *view)
{
    size_t total = 0;
    size_t before = 0;
    size_t best = view->count;
    int best_points = POINTS_MIN - 1;
    for (size_t i = 0; i < view->count; i++) {
        total += view->lines[i].text.length;
    }
    for (size_t i = 0; i < view->count; i++) {
        const int points = title_points(view, i);
        const bool is_deep = i != view->first && before > total / 2 + total / 10;
        if (points > best_points && (!is_deep || points >= POINTS_STRONG)) {
            best = i;
            best_points = points;
        }
        before += view->lines[i].text.length;
    }
    if (best == view->count && view->count == 1 && view->rest.length == 0 &&
        !view->lines[0].is_paragraph && !page_line_is_date(&view->lines[0])) {
        best = 0;
    }
    return best;
}

/* ---- the body ---- */

/* The first line behind the title, its repetition, and the dates next to it. */
static size_t find_body(const struct page_view *view, size_t title)
{
    if (title >= view->count) {
        return 0;
    }
    size_t i = title + 1;
    bool is_dated;
    i += is_repeated(view, title, &is_dated);
    while (i < view->count && view->lines[i].date_kind == LINE_DATE_ALONE) {
        i++;
    }
    return i;
}

/* The end of the article: before the contacts, the rules and the short lines that close the page. A page
 * without a paragraph keeps its short lines. */
static size_t find_end(const struct page_view *view, size_t body)
{
    if (view->rest.length > 0) {
        return view->count;
    }
    bool has_paragraph = false;
    for (size_t i = body; i < view->count && !has_paragraph; i++) {
        has_paragraph = view->lines[i].is_paragraph && !view->lines[i].is_contact;
    }
    size_t end = view->count;
    bool closes = false;
    for (size_t dropped = 0; end > body && dropped < TAIL_LINES_MAX; dropped++) {
        const struct page_line *line = &view->lines[end - 1];
        /* Above a menu or a contact, short lines belong to it: the name of a press officer. */
        const bool is_short = closes && has_paragraph && !line->is_paragraph &&
                              !line->ends_sentence && line->words <= TAIL_WORDS_MAX;
        if (!line->is_furniture && !line->is_contact && !is_short &&
            line->date_kind != LINE_DATE_ALONE) {
            break;
        }
        closes |= line->is_furniture || line->is_contact;
        end--;
    }
    return end;
}

static bool belongs(const struct page_line *line)
{
    const bool is_plain_date =
        line->date_kind == LINE_DATE_ALONE || line->date_kind == LINE_DATE_UPDATED;
    return !line->is_furniture && !is_plain_date;
}

static lede_status write_body(struct page_reader *reader, const struct page_view *view,
    size_t begin, size_t end, lede_error *error)
{
    struct buf *body = &reader->body;
    for (size_t i = begin; i < end; i++) {
        const struct page_line *line = &view->lines[i];
        if (belongs(line)) {
            if (body->size > 0) {
                (void)buf_append(body, "\n\n", line->after_blank ? 2 : 1);
            }
            (void)buf_append(body, line->text.data, line->text.length);
        }
    }
    if (view->rest.length > 0) {
        (void)buf_append(body, "\n", body->size > 0 ? 1 : 0);
        (void)buf_append(body, view->rest.data, view->rest.length);
    }
    return body->status == LEDE_OK ? LEDE_OK : lede_fail_nomem(error);
}

/* ---- a page ---- */

void page_reader_init(struct page_reader *reader)
{
    buf_init(&reader->lines, PAGE_LINES_MAX * sizeof(struct page_line));
    buf_init(&reader->body, 2 * (size_t)LEDE_DOCUMENT_BYTES_MAX);
}

void page_reader_release(struct page_reader *reader)
{
    buf_release(&reader->lines);
    buf_release(&reader->body);
}

lede_status page_parse(struct page_reader *reader, lede_text text, struct date_style style,
    const struct line_table *table, struct page *page_out, lede_error *error)
{
    struct page_view view = {.style = style};
    buf_reset(&reader->lines);
    buf_reset(&reader->body);
    lede_status status = page_lines_read(&reader->lines, text, style, table, &view.rest, error);
    if (status != LEDE_OK) {
        return status;
    }
    view.lines = (const struct page_line *)(const void *)reader->lines.data;
    view.count = reader->lines.size / sizeof *view.lines;
    view.first = find_first(&view);
    const size_t title = find_title(&view);
    const size_t body = find_body(&view, title);
    struct page page = {.title = text_of("", 0), .date = page_date(&view, title, body)};
    if (title < view.count) {
        const struct page_line *line = &view.lines[title];
        page.title = line->text;
        if (line->date_begin > 0) {
            page.title = page_trim(text_of(line->text.data, line->date_begin));
        }
    }
    status = write_body(reader, &view, body, find_end(&view, body), error);
    if (status != LEDE_OK) {
        return status;
    }
    page.body =
        reader->body.size == 0 ? text_of("", 0) : text_of(reader->body.data, reader->body.size);
    *page_out = page;
    return LEDE_OK;
}

static lede_text id_of(const char *name)
{
    static const char *const endings[] = {".txt", ".text"};
    size_t length = bundle_inner_name(name);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const size_t size = strlen(endings[i]);
        if (length > size && strncasecmp(name + length - size, endings[i], size) == 0) {
            length -= size;
            break;
        }
    }
    return text_of(name, length);
}

lede_status page_read(struct input *input, struct record_maker *maker,
    const struct line_table *table, lede_error *error)
{
    lede_status status = input_read_all(input, error);
    if (status == LEDE_ERR_LIMIT) {
        return record_problem(maker, 0, error, "longer than %zu bytes", input->record_bytes_max);
    }
    if (status != LEDE_OK || input->damage.status != LEDE_OK) {
        return status;
    }
    const struct span window = input_window(input);
    struct page_reader reader;
    struct page page;
    page_reader_init(&reader);
    status = page_parse(
        &reader, text_of(window.bytes, window.size), maker->date_style, table, &page, error);
    if (status == LEDE_OK && page.title.length + page.body.length > 0) {
        struct source_record record = {.path = maker->path,
            .id = id_of(maker->name),
            .title = page.title,
            .body = page.body,
            .url = text_of("", 0),
            .date = page.date};
        char id[RECORD_CONTENT_ID_BYTES];
        if (record_content_id(maker, &record, id)) {
            record.id = text_of(id, sizeof id - 1);
        }
        status = maker->sink->record(maker->sink->context, &record, error);
    }
    page_reader_release(&reader);
    return status;
}
