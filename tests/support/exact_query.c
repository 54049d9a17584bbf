/* A query is a list of clauses, so that a failing one can be made smaller by leaving clauses out. */
#include "support/exact_query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct facet_request exact_facets[EXACT_FACETS] = {
    {.name = {(const uint8_t *)"date:year", 9}, .kind = FACET_YEAR},
    {.name = {(const uint8_t *)"date:month", 10}, .kind = FACET_MONTH},
    {.name = {(const uint8_t *)"date:day", 8}, .kind = FACET_DAY},
    {.name = {(const uint8_t *)"source", 6},
        .kind = FACET_KEYWORD,
        .keyword = "source",
        .limit = 9},
};

enum { FIRST_WORDS = 300 };

static uint32_t below(struct rng *rng, uint32_t bound)
{
    return (uint32_t)rng_below(rng, bound);
}

static bool chance(struct rng *rng, uint32_t percent)
{
    return below(rng, 100) < percent;
}

#define PICK(rng, list) ((list)[below(rng, sizeof(list) / sizeof(list)[0])])

/* ---- clauses ---- */

struct drawer {
    struct exact_query *query;
    const struct exact_corpus *corpus;
    struct rng *rng;
    bool may_boost;
};

/* Begin a clause with `sign`, "" for none; it is written at what is returned. */
static char *new_clause(struct drawer *drawer, const char *sign)
{
    char *text = drawer->query->clauses[drawer->query->clause_count++];
    return text + sprintf(text, "%s", sign);
}

static char *put_boost(struct drawer *drawer, char *text)
{
    static const char *const boosts[] = {
        "^0.1", "^0.5", "^2", "^3.3", "^10", "^1000", "^0.001", "^1.0000001"};
    return drawer->may_boost && chance(drawer->rng, 25)
               ? text + sprintf(text, "%s", PICK(drawer->rng, boosts))
               : text;
}

static char *put_word(struct drawer *drawer, char *text)
{
    const bool in_title = chance(drawer->rng, 10);
    const uint32_t word = in_title && chance(drawer->rng, 40)
                              ? 0 /* in most titles */
                              : exact_word(&drawer->corpus->shape, drawer->rng);
    text += sprintf(text, "%sw%u", in_title ? "title:" : "", word);
    return put_boost(drawer, text);
}

/* Two to four words, mostly such as stand in a row in some document. */
static char *put_phrase(struct drawer *drawer, char *text)
{
    const struct exact_shape *shape = &drawer->corpus->shape;
    struct rng *rng = drawer->rng;
    uint16_t words[FIRST_WORDS];
    uint32_t title_count;
    uint32_t count =
        exact_words(shape, below(rng, shape->doc_count), words, FIRST_WORDS, &title_count);
    count = count < FIRST_WORDS ? count : FIRST_WORDS;
    const uint32_t length = 2 + below(rng, 3);
    const bool in_title = chance(rng, 8);
    if (in_title) {
        count = count < title_count ? count : title_count;
    }
    const bool occurs = count >= length && chance(rng, 85);
    const uint32_t at = occurs ? below(rng, count - length + 1) : 0;
    text += sprintf(text, "%s\"", in_title ? "title:" : "");
    for (uint32_t i = 0; i < length; i++) {
        text += sprintf(
            text, "%sw%u", i == 0 ? "" : " ", occurs ? words[at + i] : exact_word(shape, rng));
    }
    return put_boost(drawer, text + sprintf(text, "\""));
}

static void draw_word(struct drawer *drawer, const char *sign)
{
    (void)put_word(drawer, new_clause(drawer, sign));
}

static void draw_phrase(struct drawer *drawer, const char *sign)
{
    char *text = new_clause(drawer, sign);
    (void)(drawer->corpus->shape.has_positions || chance(drawer->rng, 10) ? put_phrase(drawer, text)
                                                                          : put_word(drawer, text));
}

static void draw_filter(struct drawer *drawer, const char *sign)
{
    struct rng *rng = drawer->rng;
    char *text = new_clause(drawer, sign);
    if (chance(rng, 60)) {
        (void)sprintf(text, "source:s%u", below(rng, EXACT_SOURCES + 1));
        return;
    }
    const uint32_t year = 2019 + below(rng, 4);
    const uint32_t month = 1 + below(rng, 12);
    switch (below(rng, 4)) {
    case 0: (void)sprintf(text, "date:%u-%02u", year, month); break;
    case 1: (void)sprintf(text, "date:>=%u-%02u-10", year, month); break;
    case 2: (void)sprintf(text, "date:<%u-%02u", year, month); break;
    default: (void)sprintf(text, "date:[%u-%02u TO %u]", year, month, year + 1); break;
    }
}

static void draw_group(struct drawer *drawer, const char *sign)
{
    static const char *const joints[] = {" ", " OR ", " AND ", " AND NOT "};
    const char *joint = PICK(drawer->rng, joints);
    const uint32_t count = 2 + below(drawer->rng, 2);
    drawer->may_boost = false; /* a clause is short */
    char *text = new_clause(drawer, sign);
    text += sprintf(text, "(");
    for (uint32_t i = 0; i < count; i++) {
        text += sprintf(text, "%s", i == 0 ? "" : joint);
        text = put_word(drawer, text);
    }
    (void)sprintf(text, ")");
    drawer->may_boost = true;
}

static void draw_words(struct drawer *drawer, uint32_t count, const char *sign)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t so_far = drawer->query->clause_count;
        if (so_far > 0 && chance(drawer->rng, 5)) {
            /* Once more. */
            memcpy(drawer->query->clauses[so_far], drawer->query->clauses[so_far - 1],
                EXACT_CLAUSE_BYTES);
            drawer->query->clause_count++;
        } else {
            draw_word(drawer, sign);
        }
    }
}

/* Mostly up to three; more than eight are ranked in another way than fewer. */
static uint32_t few(struct rng *rng)
{
    return chance(rng, 70) ? 1 + below(rng, 3) : 1 + below(rng, 8);
}

static void draw_clauses(struct drawer *drawer)
{
    struct exact_query *query = drawer->query;
    struct rng *rng = drawer->rng;
    const uint32_t form = below(rng, 100);
    if (form < 38) {
        draw_words(drawer, chance(rng, 10) ? 9 + below(rng, 8) : few(rng), "");
        query->joint = chance(rng, 20) ? EXACT_OR : EXACT_SIDE_BY_SIDE;
    } else if (form < 54) {
        draw_words(drawer, few(rng), "");
        query->joint = EXACT_AND;
    } else if (form < 68) {
        draw_words(drawer, 1 + below(rng, 3), "+");
        draw_words(drawer, 1 + below(rng, 3), "");
    } else if (form < 78) {
        draw_phrase(drawer, "");
    } else if (form < 88) {
        draw_phrase(drawer, chance(rng, 50) ? "+" : "");
        if (chance(rng, 40)) {
            draw_phrase(drawer, "+");
        }
        draw_words(drawer, 1 + below(rng, 2), chance(rng, 50) ? "+" : "");
    } else {
        for (uint32_t i = few(rng); i > 0; i--) {
            static const char *const signs[] = {"", "", "", "+", "-"};
            static void (*const draw[])(struct drawer *, const char *) = {
                draw_word, draw_phrase, draw_group, draw_filter};
            void (*const chosen)(struct drawer *, const char *) = PICK(rng, draw);
            chosen(drawer, chosen == draw_filter ? "" : PICK(rng, signs));
        }
    }
    if (query->joint != EXACT_OR && chance(rng, 15)) {
        const char *sign = query->joint == EXACT_AND ? "NOT " : "-";
        void (*const chosen)(struct drawer *, const char *) = chance(rng, 75)   ? draw_word
                                                              : chance(rng, 50) ? draw_phrase
                                                                                : draw_filter;
        chosen(drawer, sign);
    }
    if (query->joint != EXACT_OR && chance(rng, 15)) {
        draw_filter(drawer, "");
    }
}

void exact_query_draw(struct exact_query *query, const struct exact_corpus *corpus, struct rng *rng)
{
    static const double k1s[] = {1.2, 1.2, 1.2, 0.9, 0, 0.01, 5, 1000};
    static const double bs[] = {0.75, 0.75, 0.4, 0, 1};
    static const double boosts[] = {1, 1, 1, 1, 1, 0.5, 3, 3, 0, 1000};
    struct drawer drawer = {
        .query = query, .corpus = corpus, .rng = rng, .may_boost = chance(rng, 30)};
    *query = (struct exact_query){.first = DATE_NONE,
        .end = INT64_MAX,
        .all = chance(rng, 12),
        .bm25 = {PICK(rng, k1s), PICK(rng, bs), PICK(rng, boosts)}};
    draw_clauses(&drawer);
    if (chance(rng, 10)) {
        query->filter_sources = 1 + below(rng, (1 << EXACT_SOURCES) - 1);
    }
    if (chance(rng, 12)) {
        const date_key day = (18000 + (date_key)below(rng, 1500)) * 86400 * 4;
        const date_key days = chance(rng, 30) ? 1 : 1 + below(rng, 900);
        query->first = chance(rng, 70) ? day : DATE_NONE + 1;
        query->end = chance(rng, 70) ? day + days * 86400 * 4 : INT64_MAX;
    }
}

void exact_wish_draw(struct exact_wish *wish, struct rng *rng)
{
    static const size_t ks[] = {1, 1, 2, 3, 5, 10, 10, 10, 10, 20, 50, 100, 128, 1000, 10000};
    *wish = (struct exact_wish){.k = chance(rng, 85) ? PICK(rng, ks) : 1 + below(rng, 700),
        .offset = chance(rng, 85)   ? 0
                  : chance(rng, 80) ? below(rng, 100)
                                    : below(rng, 10000),
        .sort = chance(rng, 85)   ? LEDE_SORT_SCORE
                : chance(rng, 50) ? LEDE_SORT_NEWEST
                                  : LEDE_SORT_OLDEST,
        .wants_total = chance(rng, 25),
        .facets = chance(rng, 20) ? below(rng, 1 << EXACT_FACETS) : 0};
    if (chance(rng, 3)) {
        wish->k = wish->offset = 0; /* counts alone */
    }
}

/* ---- requests ---- */

static void join(const struct exact_query *query, char *text)
{
    static const char *const joints[] = {
        [EXACT_SIDE_BY_SIDE] = " ", [EXACT_OR] = " OR ", [EXACT_AND] = " AND "};
    *text = '\0';
    for (uint32_t i = 0; i < query->clause_count; i++) {
        text += sprintf(text, "%s%s", i == 0 ? "" : joints[query->joint], query->clauses[i]);
    }
}

void exact_request_make(
    struct exact_request *made, const struct exact_query *query, const struct exact_wish *wish)
{
    static const char *const names[EXACT_SOURCES] = {"s0", "s1", "s2", "s3", "s4"};
    join(query, made->text);
    made->filter = (struct plan_filter){.values = made->values};
    for (uint32_t i = 0; i < EXACT_SOURCES; i++) {
        if ((query->filter_sources >> i & 1) != 0) {
            made->values[made->filter.value_count++] = span_of(names[i], 2);
        }
    }
    made->request = (struct search_request){.query = made->text,
        .query_length = strlen(made->text),
        .wanted = wish->k + wish->offset,
        .offset = wish->offset,
        .wants_total = wish->wants_total,
        .all = query->all,
        .sort = wish->sort,
        .first = query->first,
        .end = query->end,
        .filters = &made->filter,
        .filter_count = made->filter.value_count > 0,
        .facets = made->facets,
        .bm25 = query->bm25,
        .fetch = LEDE_FETCH_NONE};
    for (uint32_t i = 0; i < EXACT_FACETS; i++) {
        if ((wish->facets >> i & 1) != 0) {
            made->facets[made->request.facet_count++] = exact_facets[i];
        }
    }
}

void exact_case_text(const struct exact_query *query, const struct exact_wish *wish, char *text)
{
    text += sprintf(text, "<");
    join(query, text);
    text += strlen(text);
    (void)sprintf(text,
        "> all %d sources %#x dates [%lld, %lld) k1 %g b %g title %g, k %zu offset %zu sort %d "
        "total %d facets %#x",
        query->all, query->filter_sources, (long long)query->first, (long long)query->end,
        query->bm25.k1, query->bm25.b, query->bm25.title_boost, wish->k, wish->offset,
        (int)wish->sort, wish->wants_total, wish->facets);
}
