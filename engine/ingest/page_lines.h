/* page_lines.h -- the lines of a news page saved as text, and what each looks like. */
#ifndef INGEST_PAGE_LINES_H
#define INGEST_PAGE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/status.h"
#include "ingest/date_parse.h"
#include "ingest/line_table.h"

enum {
    /* Lines that are looked at; what stands behind them is text of the article. */
    PAGE_LINES_MAX = 20000,
};

enum page_line_date {
    LINE_DATE_NONE,
    LINE_DATE_ALONE, /* nothing but a date: 24.04.2024; with an image's name: 27.11.2018 A.JPG */
    LINE_DATE_LABELLED, /* "Published: 26 May 2020", "By A. Reporter | 3 March 2019", "Berlin, 3. Mai 2019" */
    LINE_DATE_UPDATED, /* "Updated 27 May 2020": weaker than the others */
};

struct page_line {
    lede_text text; /* trimmed; never empty */
    size_t words;
    bool after_blank;   /* blank lines stand before it */
    bool ends_sentence; /* with a full stop, but for an abbreviation's */
    bool is_paragraph;  /* running text: ends a sentence, or is long */
    bool is_furniture;  /* of the site, not the article: a menu's entry, or a line that recurs */
    bool is_contact;    /* a phone number, an address, a rule, an image's name */
    enum page_line_date date_kind;
    date_key date;        /* of date_kind; DATE_NONE else */
    size_t date_begin;    /* where the text begins whose end is a date in figures; 0: none */
    date_key end_date;    /* that date */
    bool opens_with_date; /* "On May 26, ...", "MINSK, 26 May (Agency) - ..." */
    struct date_match opening;
};

static inline bool page_line_is_date(const struct page_line *line)
{
    return line->date_kind != LINE_DATE_NONE;
}

/* A page whose lines were read. */
struct page_view {
    const struct page_line *lines;
    size_t count;
    size_t first; /* the first line that can be a title */
    lede_text rest;
    struct date_style style;
};

/* The lines of `text`, of which *rest_out is what is behind PAGE_LINES_MAX. Appended to `lines`, as
 * struct page_line; texts are borrowed from `text`. `table` may be NULL. */
lede_status page_lines_read(struct buf *lines, lede_text text, struct date_style style,
    const struct line_table *table, lede_text *rest_out, lede_error *error) MUST_CHECK;

/* `text` without blanks at its ends, among them no-break spaces. */
lede_text page_trim(lede_text text);

/* Count the lines of a page in `table`. */
lede_status page_lines_count(
    struct line_table *table, lede_text text, lede_error *error) MUST_CHECK;

/* Whether b is a, blanks between words aside; if not, whether b begins with a and *rest_out is what
 * follows. */
bool page_same(lede_text a, lede_text b, lede_text *rest_out);

#endif
