/* The query language as tables: text to s-expression, and errors with their places. lexer.c is tested
 * through the parser, which is the only one to use it. */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "query/parser.h"
#include "support/rng.h"
#include "support/text.h"

static const char *const NAMES[] = {"source", "section"};
static const struct field_names FIELDS = {.names = NAMES, .count = 2};

static void put_date(struct text *text, date_key key)
{
    if (key == DATE_NONE + 1 || key == INT64_MAX) {
        text_put(text, "*");
    } else {
        struct date_parts parts;
        date_parts_of(key, &parts);
        text_put(text, "%d-%u-%u", (int)parts.year, parts.month, parts.day);
    }
}

/* Words stand bare, titles as t:, phrases in quotes, lists as (kind children), boosts behind. */
static void show(struct text *text, const struct ast *node)
{
    static const char *const KINDS[] = {
        [AST_SEQUENCE] = "seq", [AST_AND] = "and", [AST_OR] = "or", [AST_NOT] = "not"};
    text_put(text, "%s",
        node->occurrence == AST_REQUIRED   ? "+"
        : node->occurrence == AST_EXCLUDED ? "-"
                                           : "");
    const int length = (int)node->text.size;
    const char *data = (const char *)node->text.bytes;
    switch (node->kind) {
    case AST_WORD: text_put(text, "%s%.*s", node->field == 1 ? "t:" : "", length, data); break;
    case AST_PHRASE:
        text_put(text, "%s\"%.*s\"", node->field == 1 ? "t:" : "", length, data);
        break;
    case AST_KEYWORD: text_put(text, "%s=%.*s", NAMES[node->keyword], length, data); break;
    case AST_DATE:
        text_put(text, "[");
        put_date(text, node->first);
        text_put(text, ",");
        put_date(text, node->end);
        text_put(text, ")");
        break;
    default:
        text_put(text, "(%s", KINDS[node->kind]);
        for (const struct ast *child = node->children; child != NULL; child = child->next) {
            text_put(text, " ");
            show(text, child);
        }
        text_put(text, ")");
    }
    if (node->boost != 1) {
        text_put(text, "^%g", node->boost);
    }
}

struct reading {
    const char *query, *tree;
};

static const struct reading READINGS[] = {
    {"", "(seq)"},
    {"  \t\n ", "(seq)"},
    {"summit minsk", "(seq summit minsk)"},
    {"+summit -minsk x", "(seq +summit -minsk x)"},
    {"summit NOT minsk", "(seq summit -minsk)"},
    {"\"collective security\"", "(seq \"collective security\")"},
    {"a\"b c\"d", "(seq a \"b c\" d)"},
    {"a AND b", "(seq (and a b))"},
    {"a AND b AND c", "(seq (and a b c))"},
    {"a OR b", "(seq (or a b))"},
    {"a OR b AND c", "(seq (or a (and b c)))"},
    {"a b OR c d", "(seq a (or b c) d)"},
    {"a AND NOT b", "(seq (and a (not b)))"},
    {"a OR -b", "(seq (or a (not b)))"},
    {"+a AND b", "(seq (and a b))"},
    {"NOT NOT a", "(seq -(not a))"},
    {"+-a", "(seq +(not a))"},
    {"(a)", "(seq a)"},
    {"((a))", "(seq a)"},
    {"(a b) c", "(seq (seq a b) c)"},
    {"+(a b)", "(seq +(seq a b))"},
    {"(+a)", "(seq a)"},
    {"(-a)", "(seq (seq -a))"},
    {"(a)b", "(seq a b)"},
    {"and or not", "(seq and or not)"},
    {"\\AND x", "(seq AND x)"},
    {"ANDROID NOTE ORB", "(seq ANDROID NOTE ORB)"},
    {"title:summit", "(seq t:summit)"},
    {"title:\"a b\" c", "(seq t:\"a b\" c)"},
    {"title:(a b) c", "(seq (seq t:a t:b) c)"},
    {"title:(a source:x)", "(seq (seq t:a source=x))"},
    {"title:a:b", "(seq t:a:b)"},
    {"title:-a", "(seq t:-a)"},
    {"source:belta.by/a:1", "(seq source=belta.by/a:1)"},
    {"source:\"BBC News\" x", "(seq source=BBC News x)"},
    {"source:AND", "(seq source=AND)"},
    {"-source:x", "(seq -source=x)"},
    {"(source:x)", "(seq (seq source=x))"},
    {"date:2020", "(seq [2020-1-1,2021-1-1))"},
    {"date:2020-05", "(seq [2020-5-1,2020-6-1))"},
    {"date:2020-05-26", "(seq [2020-5-26,2020-5-27))"},
    {"date:\"2020-05\"", "(seq [2020-5-1,2020-6-1))"},
    {"date:[2020-05-01 TO 2020-06-30]", "(seq [2020-5-1,2020-7-1))"},
    {"date:[* TO 2020]", "(seq [*,2021-1-1))"},
    {"date:[ 2020  TO * ] a", "(seq [2020-1-1,*) a)"},
    {"date:>=2021", "(seq [2021-1-1,*))"},
    {"date:>2021", "(seq [2022-1-1,*))"},
    {"date:<=2021", "(seq [*,2022-1-1))"},
    {"date:<2021-03", "(seq [*,2021-3-1))"},
    {"(date:2020)", "(seq (seq [2020-1-1,2021-1-1)))"},
    {"a^2 \"b c\"^0.5 (d e)^3", "(seq a^2 \"b c\"^0.5 (seq d e)^3)"},
    {"(a^2)^3", "(seq a^6)"},
    {"title:a^2", "(seq t:a^2)"},
    {"+a^2", "(seq +a^2)"},
    {"COVID-19 C++ a+b", "(seq COVID-19 C++ a+b)"},
    {"Biden - Trump + x", "(seq Biden - Trump + x)"},
    {"10:30 at 5", "(seq 10:30 at 5)"},
    {"Minsk: the summit", "(seq Minsk the summit)"},
    {"a\\ b \\\"c \\+d \\(e", "(seq a b \"c +d (e)"},
    {"\"a \\\" b * ? ~\"", "(seq \"a \" b * ? ~\")"},
    {"min\\*", "(seq min*)"},
    {"a\\:b", "(seq a:b)"},
    {"source\\:b", "(seq source:b)"},
    {"\xe9\xff", "(seq \xe9\xff)"},
};

static lede_status parse(const char *query, size_t length, struct text *text, lede_error *error)
{
    struct arena arena;
    arena_init(&arena);
    const struct ast *root = NULL;
    const lede_status status = parser_parse(query, length, &FIELDS, &arena, &root, error);
    if (status == LEDE_OK) {
        text->length = 0;
        show(text, root);
    } else {
        ck_assert_ptr_null(root);
    }
    arena_release(&arena);
    return status;
}

START_TEST(queries_are_read_as_trees)
{
    struct text text = {0};
    lede_error error = {0};
    const struct reading *reading = &READINGS[_i];
    ck_assert_msg(parse(reading->query, strlen(reading->query), &text, &error) == LEDE_OK, "%s: %s",
        reading->query, error.message);
    ck_assert_msg(strcmp(text.data, reading->tree) == 0, "%s: read as %s, not %s", reading->query,
        text.data, reading->tree);
}
END_TEST

struct refusal {
    const char *query;
    lede_status status;
    size_t position;
    const char *says;
};

static const struct refusal REFUSALS[] = {
    {"a \"b", LEDE_ERR_SYNTAX, 2, "quote"},
    {"a (b c", LEDE_ERR_SYNTAX, 2, "not closed"},
    {"a ) b", LEDE_ERR_SYNTAX, 2, "closes nothing"},
    {"a ()", LEDE_ERR_SYNTAX, 2, "nothing in"},
    {"AND a", LEDE_ERR_SYNTAX, 0, "AND"},
    {"a AND", LEDE_ERR_SYNTAX, 5, "ends"},
    {"a OR OR b", LEDE_ERR_SYNTAX, 5, "OR"},
    {"a NOT", LEDE_ERR_SYNTAX, 5, "ends"},
    {"(a OR)", LEDE_ERR_SYNTAX, 5, ")"},
    {"+a OR b", LEDE_ERR_SYNTAX, 0, "+"},
    {"secur*", LEDE_ERR_UNSUPPORTED, 5, "wildcard"},
    {"pe?ce", LEDE_ERR_UNSUPPORTED, 2, "wildcard"},
    {"a *", LEDE_ERR_UNSUPPORTED, 2, "wildcard"},
    {"tasmagambetow~", LEDE_ERR_UNSUPPORTED, 13, "fuzzy"},
    {"\"a b\"~4", LEDE_ERR_UNSUPPORTED, 5, "NEAR"},
    {"title:secur*", LEDE_ERR_UNSUPPORTED, 11, "wildcard"},
    {"a color:red", LEDE_ERR_SYNTAX, 2, "title, date, source, section"},
    {"http://x", LEDE_ERR_SYNTAX, 0, "http"},
    {"title: a", LEDE_ERR_SYNTAX, 6, "title"},
    {"source: a", LEDE_ERR_SYNTAX, 7, "source"},
    {"source:(a b)", LEDE_ERR_SYNTAX, 7, "source"},
    {"date:", LEDE_ERR_SYNTAX, 5, "date"},
    {"date: 2020", LEDE_ERR_SYNTAX, 5, "date"},
    {"date:2020-13", LEDE_ERR_SYNTAX, 5, "2020-13"},
    {"date:>=x", LEDE_ERR_SYNTAX, 7, "x"},
    {"date:[2020 2021]", LEDE_ERR_SYNTAX, 5, "TO"},
    {"date:[2020 TO 2021", LEDE_ERR_SYNTAX, 5, "bracket"},
    {"date:[TO]", LEDE_ERR_SYNTAX, 5, "TO"},
    {"date:[]", LEDE_ERR_SYNTAX, 5, "TO"},
    {"date:[2021 TO 2020]", LEDE_ERR_SYNTAX, 5, "before"},
    {"date:2020^2", LEDE_ERR_SYNTAX, 5, "2020^2"},
    {"source:x^2", LEDE_ERR_SYNTAX, 8, "boost"},
    {"a^", LEDE_ERR_SYNTAX, 2, "number"},
    {"a^x", LEDE_ERR_SYNTAX, 2, "number"},
    {"a^-2", LEDE_ERR_SYNTAX, 2, "number"},
    {"a^2x", LEDE_ERR_SYNTAX, 2, "number"},
    {"a ^2", LEDE_ERR_SYNTAX, 2, "^"},
    {"a^1001", LEDE_ERR_LIMIT, 2, "1000"},
    {"a\\", LEDE_ERR_SYNTAX, 1, "backslash"},
};

START_TEST(what_cannot_be_read_is_refused_with_its_place)
{
    struct text text = {0};
    lede_error error = {0};
    const struct refusal *refusal = &REFUSALS[_i];
    const lede_status status = parse(refusal->query, strlen(refusal->query), &text, &error);
    ck_assert_msg(status == refusal->status, "%s: %s, read as %s", refusal->query,
        lede_status_name(status), text.data);
    ck_assert_msg(error.position == refusal->position, "%s: at %zu (%s)", refusal->query,
        error.position, error.message);
    ck_assert_msg(
        strstr(error.message, refusal->says) != NULL, "%s: says %s", refusal->query, error.message);
}
END_TEST

/* `count` times `open`, a word, `count` times `close`. */
static lede_status parse_nested(
    const char *open, const char *close, size_t count, lede_error *error)
{
    static char query[8192];
    static struct text text;
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        length += (size_t)snprintf(query + length, sizeof query - length, "%s", open);
    }
    length += (size_t)snprintf(query + length, sizeof query - length, "a");
    for (size_t i = 0; i < count; i++) {
        length += (size_t)snprintf(query + length, sizeof query - length, "%s", close);
    }
    return parse(query, length, &text, error);
}

START_TEST(depth_is_bounded)
{
    lede_error error;
    const size_t most = LEDE_QUERY_DEPTH_MAX;
    ck_assert_int_eq(parse_nested("(", ")", most, &error), LEDE_OK);
    ck_assert_int_eq(parse_nested("(", ")", most + 1, &error), LEDE_ERR_LIMIT);
    ck_assert_uint_eq(error.position, most);
    ck_assert_int_eq(parse_nested("NOT ", "", most, &error), LEDE_OK);
    ck_assert_int_eq(parse_nested("NOT ", "", most + 1, &error), LEDE_ERR_LIMIT);
    ck_assert_int_eq(parse_nested("-(", ")", most / 2, &error), LEDE_OK);
    ck_assert_int_eq(parse_nested("-(", ")", most / 2 + 1, &error), LEDE_ERR_LIMIT);
    ck_assert_int_eq(parse_nested("title:(", ")", most, &error), LEDE_OK);
    ck_assert_int_eq(parse_nested("title:(", ")", most + 1, &error), LEDE_ERR_LIMIT);
}
END_TEST

START_TEST(length_is_bounded)
{
    char *query = malloc(LEDE_QUERY_BYTES_MAX + 1);
    struct text *text = calloc(1, sizeof *text);
    lede_error error;
    memset(query, 'a', LEDE_QUERY_BYTES_MAX + 1);
    ck_assert_int_eq(parse(query, LEDE_QUERY_BYTES_MAX, text, &error), LEDE_OK);
    ck_assert_int_eq(parse(query, LEDE_QUERY_BYTES_MAX + 1, text, &error), LEDE_ERR_LIMIT);
    free(query);
    free(text);
}
END_TEST

/* Whatever is typed is read or refused with a place inside it. */
START_TEST(random_queries_are_read_or_refused)
{
    static const char ALPHABET[] = "ab \\\"+-()^~*:ANDORNOT[]<>=20.\xc3\xa9\0";
    const uint64_t seed = rng_seed(0x71756572);
    struct rng rng;
    rng_init(&rng, seed);
    for (int round = 0; round < 20000; round++) {
        char query[40];
        const size_t length = rng_next(&rng) % sizeof query;
        for (size_t i = 0; i < length; i++) {
            query[i] = ALPHABET[rng_next(&rng) % sizeof ALPHABET];
        }
        if (length > 8 && round % 3 == 0) {
            memcpy(query, round % 2 == 0 ? "date:" : "title:", 5);
        }
        struct arena arena;
        arena_init(&arena);
        const struct ast *root = NULL;
        lede_error error = {0};
        const lede_status status = parser_parse(query, length, &FIELDS, &arena, &root, &error);
        ck_assert_msg(status == LEDE_OK || (error.position <= length && error.message[0] != '\0'),
            "seed %llu round %d", (unsigned long long)seed, round);
        arena_release(&arena);
    }
}
END_TEST

Suite *suite_parser(void)
{
    Suite *suite = suite_create("parser");
    TCase *basics = tcase_create("basics");
    tcase_add_loop_test(basics, queries_are_read_as_trees, 0, sizeof READINGS / sizeof READINGS[0]);
    tcase_add_loop_test(basics, what_cannot_be_read_is_refused_with_its_place, 0,
        sizeof REFUSALS / sizeof REFUSALS[0]);
    tcase_add_test(basics, random_queries_are_read_or_refused);
    suite_add_tcase(suite, basics);
    TCase *limits = tcase_create("limits");
    tcase_add_test(limits, depth_is_bounded);
    tcase_add_test(limits, length_is_bounded);
    suite_add_tcase(suite, limits);
    return suite;
}
