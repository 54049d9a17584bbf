/* page_date.h -- when a news page saved as text was published. */
#ifndef INGEST_PAGE_DATE_H
#define INGEST_PAGE_DATE_H

#include "ingest/page_lines.h"

/* The date of the page whose headline is line `title` (view->count: none) and whose article begins at line
 * `body`; DATE_NONE where it tells none. */
date_key page_date(const struct page_view *view, size_t title, size_t body);

#endif
