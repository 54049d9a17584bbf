/* page.h -- a news page saved as text: which of its lines is the headline, when it was published, and
 * what is the article.
 *
 * Such a page often has, around the article, teasers of other stories with dates of their own, the
 * headline twice, and menus. The signs that are trusted, strongest first:
 *   title   a line that is repeated, the second time with a date behind it; a line followed by a line
 *           that is a date; the first line, when it is short, without a full stop, and text follows; a
 *           line without a full stop before a paragraph that opens with a date. Lines that tell of other
 *           stories are none: several with dates of their own, and a longer one before the headline.
 *   date    the one behind the repeated headline; a line that is a date next to the title; the date that
 *           the article opens with, its year taken from where else the day is named, or the title; a date
 *           on the article's last line.
 *   body    what follows title and date, without lines that recur on other pages (line_table.h), entries
 *           of menus, and the contacts and rules at the end. What stands before the title is not of it.
 * A page without any of the signs of a title has none, and all of it is body. No rule knows a site.
 *
 * Cost: linear in the text. Memory: 150 bytes a line of the first PAGE_LINES_MAX, and the body.
 */
#ifndef INGEST_PAGE_H
#define INGEST_PAGE_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/date.h"
#include "ingest/date_parse.h"
#include "ingest/input.h"
#include "ingest/line_table.h"
#include "ingest/record.h"

struct page {
    lede_text title; /* borrowed from the text; empty where there is none */
    lede_text body;  /* in page_reader.body, until the next call */
    date_key date;   /* DATE_NONE */
};

struct page_reader {
    struct buf lines;
    struct buf body;
};

void page_reader_init(struct page_reader *reader);
void page_reader_release(struct page_reader *reader);

/* `table` may be NULL. */
lede_status page_parse(struct page_reader *reader, lede_text text, struct date_style style,
    const struct line_table *table, struct page *page_out, lede_error *error) MUST_CHECK;

/* The whole input as one record, whose id is the file's name (record.h) without ".txt" (and a
 * compression's ending); on standard input it is made from the content. */
lede_status page_read(struct input *input, struct record_maker *maker,
    const struct line_table *table, lede_error *error) MUST_CHECK;

#endif
