/* Queries to plans as a table, the words' analysis included; limits; weights. */

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "query/parser.h"
#include "query/plan.h"
#include "storage/segment.h"
#include "support/text.h"

static const char *const NAMES[] = {"source", "section"};
static const struct field_names FIELDS = {.names = NAMES, .count = 2};

static void show_leaf(struct text *text, const struct plan *plan, const struct plan_leaf *leaf)
{
    const struct plan_term *term = &plan->terms[leaf->term];
    text_put(text, "%s%.*s", term->field == FIELD_TITLE ? "t:" : "", (int)term->text.size,
        (const char *)term->text.bytes);
    if (leaf->boost != 1) {
        text_put(text, "^%g", leaf->boost);
    }
}

static void show(struct text *text, const struct plan *plan, const struct plan_node *node)
{
    static const char *const KINDS[] = {
        [PLAN_AND] = "and", [PLAN_OR] = "or", [PLAN_OPTIONAL] = "opt", [PLAN_BUT] = "but"};
    switch (node->kind) {
    case PLAN_TERM: show_leaf(text, plan, &node->leaves[0]); return;
    case PLAN_PHRASE:
        text_put(text, "\"");
        for (uint32_t i = 0; i < node->slot_count; i++) {
            text_put(text, i == 0 ? "" : " ");
            ck_assert_uint_eq(node->slots[i].offset, i);
            show_leaf(text, plan, &node->leaves[node->slots[i].leaf]);
        }
        text_put(text, "\"");
        return;
    case PLAN_KEYWORD:
        text_put(text, "%s=", NAMES[node->keyword]);
        for (uint32_t i = 0; i < node->value_count; i++) {
            text_put(text, "%s%.*s", i == 0 ? "" : "|", (int)node->values[i].size,
                (const char *)node->values[i].bytes);
        }
        return;
    case PLAN_DATES: text_put(text, "dates"); return;
    case PLAN_ALL: text_put(text, "all"); return;
    default: break;
    }
    text_put(text, "(%s", KINDS[node->kind]);
    for (uint32_t i = 0; i < node->child_count; i++) {
        text_put(text, " ");
        show(text, plan, node->children[i]);
    }
    text_put(text, ")");
}

struct made {
    struct arena arena;
    struct analyzer *analyzer;
    struct plan *plan;
    lede_error error;
    struct text text;
};

/* The plan as text; "[dates] " in front where they bound all of it. */
static lede_status make(struct made *made, const char *query, const struct plan_options *options)
{
    const struct ast *root = NULL;
    memset(made, 0, sizeof *made);
    arena_init(&made->arena);
    ck_assert_int_eq(analyzer_new("english", &made->analyzer, NULL), LEDE_OK);
    lede_status status =
        parser_parse(query, strlen(query), &FIELDS, &made->arena, &root, &made->error);
    if (status == LEDE_OK) {
        status = plan_build(root, made->analyzer, options, &made->arena, &made->plan, &made->error);
    }
    if (status == LEDE_OK) {
        if (made->plan->first != DATE_NONE || made->plan->end != INT64_MAX) {
            text_put(&made->text, "[dates] ");
        }
        show(&made->text, made->plan, made->plan->root);
    }
    return status;
}

static void release(struct made *made)
{
    analyzer_free(made->analyzer);
    arena_release(&made->arena);
}

static struct plan_options usual(bool all)
{
    return (struct plan_options){
        .all = all, .has_positions = true, .first = DATE_NONE, .end = INT64_MAX};
}

struct reading {
    const char *query, *any, *all; /* all NULL: the same */
};

static const struct reading READINGS[] = {
    {"summits", "summit", NULL},
    {"summit minsk", "(or summit minsk)", "(and summit minsk)"},
    {"summit Summit summits", "summit^3", NULL},
    {"a b a^2", "(or a^3 b)", "(and a^3 b)"},
    {"+a b", "(opt a b)", "(and a b)"},
    {"+a +b c d", "(opt (and a b) c d)", "(and a b c d)"},
    {"+a a b", "(opt a^2 b)", "(and a^2 b)"},
    {"+a (b AND c)", "(opt a (and b c))", "(and a b c)"},
    {"a -b", "(but a b)", NULL},
    {"a -b -c", "(but a b c)", NULL},
    {"-a", "(but all a)", NULL},
    {"a -(b c)", "(but a (or b c))", "(but a (and b c))"},
    {"\"a b\"", "\"a b\"", NULL},
    {"\"a b a\"", "\"a^2 b a^2\"", NULL},
    {"\"a\"", "a", NULL},
    {"\"a b\" a", "(or \"a b\" a)", "(and \"a b\" a)"},
    {"COVID-19", "\"covid 19\"", NULL},
    {"x;y", "(or x y)", "(and x y)"},
    {"+x;y", "(and x y)", NULL},
    {"x;y AND z", "(and x y z)", NULL},
    {"title:(a b)", "(or t:a t:b)", "(and t:a t:b)"},
    {"a title:a", "(or a t:a)", "(and a t:a)"},
    {"a OR b c", "(or a b c)", "(and (or a b) c)"},
    {"a AND b c", "(or (and a b) c)", "(and a b c)"},
    {"a AND -b", "(and a (but all b))", NULL},
    {"(a b)^2 c", "(or a^2 b^2 c)", "(and a^2 b^2 c)"},
    {"a date:2020", "[dates] a", NULL},
    {"a -date:2020", "(but a dates)", NULL},
    {"date:2020", "[dates] all", NULL},
    {"date:2020 -a", "[dates] (but all a)", NULL},
    {"a source:x", "(and a source=x)", NULL},
    {"a b source:x", "(and (or a b) source=x)", "(and a b source=x)"},
    {"+a b source:x", "(and (opt a b) source=x)", "(and a b source=x)"},
    {"source:x source:y", "(and source=x source=y)", NULL},
    {"a OR source:x", "(or a source=x)", NULL},
    {"a (source:x)", "(or a source=x)", "(and a source=x)"},
    {"(source:x source:y)", "(or source=x source=y)", "(and source=x source=y)"},
    {"(a date:2020) OR b", "(or (and a dates) b)", NULL},
    {"a ... --- b", "(or a b)", "(and a b)"},
    {"a AND ...", "a", NULL},
    {"a -...", "a", NULL},
    {"+... a", "a", NULL},
};

START_TEST(queries_become_conditions)
{
    const struct reading *reading = &READINGS[_i];
    for (int all = 0; all < 2; all++) {
        struct made made;
        const struct plan_options options = usual(all);
        const char *expected = all && reading->all != NULL ? reading->all : reading->any;
        ck_assert_msg(make(&made, reading->query, &options) == LEDE_OK, "%s: %s", reading->query,
            made.error.message);
        ck_assert_msg(strcmp(made.text.data, expected) == 0, "%s (%s): %s, not %s", reading->query,
            all ? "all" : "any", made.text.data, expected);
        release(&made);
    }
}
END_TEST

START_TEST(exclusions_do_not_score)
{
    struct made made;
    const struct plan_options options = usual(false);
    ck_assert_int_eq(make(&made, "a \"b c\" -d -(e f) (g AND NOT h)", &options), LEDE_OK);
    ck_assert_uint_eq(made.plan->leaf_count, 4); /* a b c g */
    release(&made);
}
END_TEST

START_TEST(filters_from_outside_join_those_of_the_query)
{
    struct made made;
    struct plan_options options = usual(false);
    struct span values[] = {span_of("x", 1), span_of("y", 1)};
    const struct plan_filter filter = {.keyword = 1, .values = values, .value_count = 2};
    options.filters = &filter;
    options.filter_count = 1;
    ck_assert_int_eq(make(&made, "a b", &options), LEDE_OK);
    ck_assert_str_eq(made.text.data, "(and (or a b) section=x|y)");
    release(&made);
    ck_assert_int_eq(make(&made, "", &options), LEDE_OK);
    ck_assert_str_eq(made.text.data, "section=x|y");
    release(&made);
}
END_TEST

START_TEST(dates_of_the_query_narrow_those_from_outside)
{
    struct made made;
    struct plan_options options = usual(false);
    date_key first, end, unused;
    ck_assert(parser_period("2020-02", 7, &first, &unused));
    ck_assert(parser_period("2021", 4, &unused, &end));
    options.first = first;
    options.end = end;
    ck_assert_int_eq(make(&made, "a date:2020", &options), LEDE_OK);
    date_key end_of_2020;
    ck_assert(parser_period("2020", 4, &unused, &end_of_2020));
    ck_assert_int_eq(made.plan->first, first);
    ck_assert_int_eq(made.plan->end, end_of_2020);
    release(&made);
    options = usual(false);
    ck_assert_int_eq(make(&made, "date:2020 date:2021", &options), LEDE_OK);
    ck_assert(made.plan->first >= made.plan->end);
    release(&made);
}
END_TEST

START_TEST(nothing_to_ask_is_refused)
{
    static const char *const QUERIES[] = {"", "  ", "... !!!", "\"\"", "-\"...\""};
    const struct plan_options options = usual(false);
    for (size_t i = 0; i < sizeof QUERIES / sizeof QUERIES[0]; i++) {
        struct made made;
        ck_assert_int_eq(make(&made, QUERIES[i], &options), LEDE_ERR_SYNTAX);
        ck_assert_str_eq(made.error.message, "the query has no words");
        release(&made);
    }
}
END_TEST

START_TEST(without_positions_only_split_words_are_served)
{
    struct made made;
    struct plan_options options = usual(false);
    options.has_positions = false;
    ck_assert_int_eq(make(&made, "a \"b c\"", &options), LEDE_ERR_UNSUPPORTED);
    ck_assert_uint_eq(made.error.position, 2);
    release(&made);
    ck_assert_int_eq(make(&made, "\"b\" COVID-19", &options), LEDE_OK);
    ck_assert_str_eq(made.text.data, "(or b (and covid 19))");
    release(&made);
}
END_TEST

/* `count` words w0 w1 ... , in quotes where `quoted`. */
static lede_status make_long(uint32_t count, bool quoted)
{
    static char query[16384];
    struct made made;
    size_t length = (size_t)snprintf(query, sizeof query, "%s", quoted ? "\"" : "");
    for (uint32_t i = 0; i < count; i++) {
        length += (size_t)snprintf(query + length, sizeof query - length, "w%u ", i);
    }
    snprintf(query + length, sizeof query - length, "%s", quoted ? "\"" : "");
    const struct plan_options options = usual(false);
    const lede_status status = make(&made, query, &options);
    ck_assert(status == LEDE_OK || made.error.message[0] != '\0');
    release(&made);
    return status;
}

START_TEST(words_are_bounded)
{
    ck_assert_int_eq(make_long(LEDE_QUERY_TERMS_MAX, false), LEDE_OK);
    ck_assert_int_eq(make_long(LEDE_QUERY_TERMS_MAX + 1, false), LEDE_ERR_LIMIT);
    ck_assert_int_eq(make_long(LEDE_QUERY_PHRASE_TERMS_MAX, true), LEDE_OK);
    ck_assert_int_eq(make_long(LEDE_QUERY_PHRASE_TERMS_MAX + 1, true), LEDE_ERR_LIMIT);
}
END_TEST

START_TEST(boosts_inside_each_other_are_bounded)
{
    struct made made;
    const struct plan_options options = usual(false);
    ck_assert_int_eq(make(&made, "(a^100 b)^10", &options), LEDE_OK);
    release(&made);
    ck_assert_int_eq(make(&made, "(a^100 b)^11", &options), LEDE_ERR_LIMIT);
    release(&made);
}
END_TEST

START_TEST(weights_follow_the_formula)
{
    struct made made;
    const struct plan_options options = usual(false);
    ck_assert_int_eq(make(&made, "a b^2 zebra", &options), LEDE_OK);
    const uint64_t documents[] = {10, 500, 0};
    const struct collection_stats stats = {
        .documents = 1000, .length = 30000, .term_documents = documents};
    const struct bm25_options bm25 = {.k1 = 1.2, .b = 0.75, .title_boost = 1};
    plan_weigh(made.plan, &stats, &bm25);
    const double weight = 2 * log(1 + 500.5 / 500.5) * 2.2;
    ck_assert_double_eq_tol(made.plan->leaves[1]->weight, weight, 1e-12);
    ck_assert_double_eq_tol(made.plan->bm25.average_length, 30, 1e-12);
    ck_assert_double_eq_tol(made.plan->leaves[1]->scaled_weight,
        ldexp(weight, made.plan->bm25.scale_bits),
        ldexp(weight, made.plan->bm25.scale_bits) * 1e-7);
    ck_assert(made.plan->leaves[2]->scaled_weight == 0); /* nobody has it: it takes no room */
    release(&made);
}
END_TEST

Suite *suite_plan(void)
{
    Suite *suite = suite_create("plan");
    TCase *basics = tcase_create("basics");
    tcase_add_loop_test(basics, queries_become_conditions, 0, sizeof READINGS / sizeof READINGS[0]);
    tcase_add_test(basics, exclusions_do_not_score);
    tcase_add_test(basics, filters_from_outside_join_those_of_the_query);
    tcase_add_test(basics, dates_of_the_query_narrow_those_from_outside);
    tcase_add_test(basics, nothing_to_ask_is_refused);
    tcase_add_test(basics, without_positions_only_split_words_are_served);
    tcase_add_test(basics, weights_follow_the_formula);
    suite_add_tcase(suite, basics);
    TCase *limits = tcase_create("limits");
    tcase_add_test(limits, words_are_bounded);
    tcase_add_test(limits, boosts_inside_each_other_are_bounded);
    suite_add_tcase(suite, limits);
    return suite;
}
