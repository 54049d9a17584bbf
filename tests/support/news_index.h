/* news_index.h -- five small documents, indexed, for tests of searches whose answers were worked out by hand. */
#ifndef TESTS_SUPPORT_NEWS_INDEX_H
#define TESTS_SUPPORT_NEWS_INDEX_H

#include "support/query_index.h"

enum { NEWS_INDEX_COUNT = 5 };

/* Three days of 2020, one old year, one without a date. */
extern const struct query_doc NEWS_INDEX_DOCS[NEWS_INDEX_COUNT];

extern struct query_index news_index;

/* A checked fixture: makes news_index of these documents. */
void news_index_setup(void);
void news_index_teardown(void);

/* "id id id" of the hits, until the next call. */
const char *news_index_ids(const lede_results *results);

/* Search news_index; an error fails the test. */
lede_results *news_index_search(const char *query, const lede_search_options *options);

#endif
