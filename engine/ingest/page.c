/* page.c -- points for every line that may be the title; then the date and the body around the best. */
#include "ingest/page.h"

#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "ingest/bundle.h"
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
    DATE_SEARCH_LINES = 4,
    YEAR_FIRST = 1800,
    YEAR_LAST = 2199,
};

struct page_view {
    const struct page_line *lines;
    size_t count;
    size_t first; /* the first line that can be a title */
    lede_text rest;
    struct date_style style;
};

/* ---- the title ---- */

/* A short line of some words without a full stop. */
static bool is_headline(const struct page_line *line)
{
    return line->words >= 3 && line->text.length <= TITLE_BYTES_USUAL && !line->ends_sentence &&
           !line->is_furniture && !line->is_contact && line->date_kind == LINE_DATE_NONE;
}

static bool is_date_line(const struct page_line *line)
{
    return line->date_kind != LINE_DATE_NONE;
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
    return (begins || line->date_begin > 0) && !is_date_line(line) && !line->is_paragraph;
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
    return is_date_line(behind) ||
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
    if ((is_entry || is_under_date) && is_headline(next) && is_date_line(behind)) {
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
    while (i < view->count && (is_date_line(&view->lines[i]) || view->lines[i].is_furniture ||
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
        if (is_date_line(&view->lines[k])) {
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
        is_date_line(line) || line->words < 2) {
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
    points += is_date_line(next) ? POINTS_DATE_FOLLOWS : 0;
    points +=
        i > 0 && is_date_line(&view->lines[i - 1]) && next->is_paragraph ? POINTS_DATE_BEFORE : 0;
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
        !view->lines[0].is_paragraph && !is_date_line(&view->lines[0])) {
        best = 0;
    }
    return best;
}

/* ---- the date ---- */

/* The year that the text names, the latest of several; 0 where it names none. */
static int32_t year_in(lede_text text)
{
    int32_t latest = 0;
    for (size_t i = 0; i < text.length;) {
        size_t digits = 0;
        int32_t value = 0;
        while (i + digits < text.length && text.data[i + digits] >= '0' &&
               text.data[i + digits] <= '9') {
            value = digits < 4 ? value * 10 + (text.data[i + digits] - '0') : 0;
            digits++;
        }
        if (digits == 4 && value >= YEAR_FIRST && value <= YEAR_LAST && value > latest) {
            latest = value;
        }
        i += digits == 0 ? 1 : digits;
    }
    return latest;
}

/* A full date with this month and day in the lines [begin, end). */
static bool find_same_day(const struct page_view *view, size_t begin, size_t end,
    const struct date_match *wanted, date_key *date_out)
{
    for (size_t i = begin; i < end; i++) {
        struct date_match match;
        size_t from = 0;
        const lede_text text = view->lines[i].text;
        while (date_find(text.data, text.length, from, view->style, &match)) {
            if (match.has_year && match.month == wanted->month && match.day == wanted->day) {
                *date_out = date_cut(match.key, DATE_DAY);
                return true;
            }
            from = match.end;
        }
    }
    return false;
}

/* "On January 14": with the year of another mention of the day, of the title, or of the paragraph. */
static bool complete(const struct page_view *view, size_t title, size_t line,
    const struct date_match *match, date_key *date_out)
{
    if (match->has_year) {
        *date_out = match->key;
        return true;
    }
    const size_t begin = title < view->count ? title : line;
    if (find_same_day(view, begin, view->count, match, date_out)) {
        return true;
    }
    int32_t year = title < view->count ? year_in(view->lines[title].text) : 0;
    year = year == 0 ? year_in(view->lines[line].text) : year;
    const struct date_parts parts = {
        .year = year, .month = match->month, .day = match->day, .precision = DATE_DAY};
    return year != 0 && date_key_of(&parts, date_out);
}

/* A line that is a date among those next to the title, or, in a page without title, among the first. */
static date_key date_near(const struct page_view *view, size_t title, size_t body)
{
    date_key updated = DATE_NONE;
    const size_t end =
        body + DATE_SEARCH_LINES < view->count ? body + DATE_SEARCH_LINES : view->count;
    const size_t begin = title < view->count ? title + 1 : 0;
    for (size_t i = begin; i < end; i++) {
        const struct page_line *line = &view->lines[i];
        if (line->date_kind == LINE_DATE_UPDATED) {
            updated = updated == DATE_NONE ? line->date : updated;
        } else if (line->date_kind == LINE_DATE_LABELLED ||
                   (line->date_kind == LINE_DATE_ALONE && i <= body)) {
            return line->date;
        }
    }
    if (title > 0 && title < view->count && is_date_line(&view->lines[title - 1])) {
        return view->lines[title - 1].date;
    }
    return updated;
}

/* The date that the first paragraph, or a short line before it, opens with. */
static date_key date_opening(const struct page_view *view, size_t title, size_t body)
{
    for (size_t i = body; i < view->count; i++) {
        const struct page_line *line = &view->lines[i];
        date_key date;
        if (line->opens_with_date && complete(view, title, i, &line->opening, &date)) {
            return date;
        }
        if (line->is_paragraph) {
            break;
        }
    }
    return DATE_NONE;
}

/* The date on the last line that is not the site's. */
static date_key date_closing(const struct page_view *view, size_t body)
{
    for (size_t i = view->count; i > body; i--) {
        const struct page_line *line = &view->lines[i - 1];
        if (is_date_line(line)) {
            return line->date;
        }
        if (!line->is_furniture && !line->is_contact) {
            break;
        }
    }
    return DATE_NONE;
}

/* The date written behind the headline, or behind its repetition. */
static date_key date_of_title(const struct page_view *view, size_t title)
{
    for (size_t i = title; i < view->count && i <= title + 1; i++) {
        lede_text rest;
        date_key date;
        if (i > title && !page_same(view->lines[title].text, view->lines[i].text, &rest) &&
            rest.length > 0 &&
            date_parse(rest.data, rest.length, view->style, &date) == DATE_FOUND) {
            return date;
        }
    }
    return title < view->count ? view->lines[title].end_date : DATE_NONE;
}

static date_key find_date(const struct page_view *view, size_t title, size_t body)
{
    date_key date = date_of_title(view, title);
    date = date == DATE_NONE ? date_near(view, title, body) : date;
    date = date == DATE_NONE ? date_opening(view, title, body) : date;
    date = date == DATE_NONE ? date_closing(view, body) : date;
    struct date_match match;
    if (date == DATE_NONE && title < view->count) {
        const lede_text text = view->lines[title].text;
        if (date_find(text.data, text.length, 0, view->style, &match) && match.day > 0) {
            (void)complete(view, title, title, &match, &date);
        }
    }
    return date;
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
    struct page page = {.title = text_of("", 0), .date = find_date(&view, title, body)};
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
