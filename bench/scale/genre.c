/* genre.c -- tuned on reuters-news-2006-2013 and reuters-headlines-4m (README.md). */
#include "genre.h"

static const struct knot article_words[] = {{1, 178000000}, {2, 125000000}, {3, 255000000},
    {5, 120000000}, {8, 290000000}, {20, 56000000}, {60, 19000000}, {180, 9200000}, {560, 3200000},
    {1750, 560000}, {5600, 105000}, {17500, 24000}, {50000, 3000}, {200000, 110}, {0, 0}};
static const struct knot article_topical[] = {{1, 1000000}, {400, 1000000}, {1500, 500000},
    {5000, 130000}, {20000, 20000}, {100000, 1100}, {0, 0}};
static const struct knot article_names[] = {{1, 1000000}, {400, 1000000}, {3000, 400000},
    {20000, 40000}, {100000, 1800}, {1000000, 16}, {0, 0}};

const struct genre genre_articles = {
    .name = "articles",
    .words = article_words,
    .topical = article_topical,
    .names = article_names,
    .has_bodies = true,
    .title = {.phrase = 20, .section = 50, .story = 90, .own = 30, .number = 8},
    .body = {.phrase = 132, .section = 20, .story = 34, .own = 30, .number = 12},
    .phrase_shift = 70,
    .title_words = {4, 5, 6, 6, 7, 7, 7, 8, 8, 8, 8, 8, 9, 9, 9, 9, 10, 10, 11, 12, 16},
    .body_words = {20, 90, 130, 165, 205, 250, 290, 330, 370, 415, 457, 500, 540, 585, 630, 679,
        730, 790, 858, 987, 1400},
    .has_story = 70,
    .story_documents = 12,
    .copies = 95,
    .weekend = 28,
};

static const struct knot headline_words[] = {{1, 430000000}, {2, 310000000}, {4, 265000000},
    {8, 190000000}, {20, 90000000}, {60, 29000000}, {180, 11500000}, {560, 3700000}, {1750, 760000},
    {5600, 125000}, {17500, 30000}, {56000, 4000}, {200000, 120}, {0, 0}};
static const struct knot headline_names[] = {{1, 1000000}, {400, 1000000}, {3000, 200000},
    {20000, 90000}, {100000, 14000}, {1000000, 250}, {0, 0}};
static const char *const headline_order[] = {"to", "in", "of", "on", "for", "the", "as", "at",
    "and", "with", "by", "after", "from", "over", "new", "up", "is", "two", "first", "us", "year",
    "not", "against", "more", NULL};

const struct genre genre_headlines = {
    .name = "headlines",
    .words = headline_words,
    .topical = article_topical,
    .names = headline_names,
    .order = headline_order,
    .title = {.phrase = 96, .section = 26, .story = 40, .own = 16, .number = 8},
    .phrase_shift = 18,
    .title_words = {1, 4, 5, 5, 6, 6, 7, 7, 7, 8, 8, 8, 9, 9, 10, 10, 11, 12, 13, 15, 23},
    .has_story = 70,
    .story_documents = 12,
    .copies = 40,
    .weekend = 11,
};
