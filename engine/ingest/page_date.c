/* page_date.c -- the places where a page may tell its date, in the order of page.h. */
#include "ingest/page_date.h"

enum { DATE_SEARCH_LINES = 4, YEAR_FIRST = 1800, YEAR_LAST = 2199 };

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
    if (title > 0 && title < view->count && page_line_is_date(&view->lines[title - 1])) {
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
        if (page_line_is_date(line)) {
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

date_key page_date(const struct page_view *view, size_t title, size_t body)
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
