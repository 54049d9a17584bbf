/* news_index.c */
#include "support/news_index.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

const struct query_doc NEWS_INDEX_DOCS[NEWS_INDEX_COUNT] = {
    {"a1", "Summit in Minsk", "The summit of the collective security treaty met in Minsk.",
        "2020-05-26", "belta"},
    {"a2", "Budget", "Parliament passed the budget. Security was debated at length.", "2020-05-27",
        "tass"},
    {"a3", "Minsk: trams", "New trams in Minsk; the old trams go to a museum.", "2020-06-01",
        "belta"},
    {"b1", "Archive", "A treaty of collective security, from an old paper.", "1912", "archive"},
    {"c1", "Notes", "Undated notes on a summit.", NULL, NULL},
};

struct query_index news_index;

void news_index_setup(void)
{
    query_index_make(
        &news_index, NEWS_INDEX_DOCS, NEWS_INDEX_COUNT, &(struct query_index_options){0});
}

void news_index_teardown(void)
{
    query_index_remove(&news_index);
}

const char *news_index_ids(const lede_results *results)
{
    static char text[4096];
    text[0] = '\0';
    for (size_t i = 0; i < lede_results_hit_count(results); i++) {
        const lede_hit *hit = lede_results_hit(results, i);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i == 0 ? "" : " ",
            hit->id.data);
    }
    return text;
}

lede_results *news_index_search(const char *query, const lede_search_options *options)
{
    lede_results *results = NULL;
    lede_error error = {0};
    const lede_status status =
        lede_search(news_index.index, query, strlen(query), options, &results, &error);
    ck_assert_msg(status == LEDE_OK, "%s: %s", query, error.message);
    return results;
}
