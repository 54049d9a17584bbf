/* test_differential.c -- the engine against the slow twin (support/model.h) on random corpora.
 *
 * Every round makes an index through the public API in several commits, with replaced and deleted
 * documents, and asks random queries with random options. Matches, order, scores, totals and facets must
 * be the twin's. Scores may differ by 1e-5 of themselves; documents whose scores differ by less than the
 * arithmetic can tell may stand in either order, real ties may not.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lede.h"
#include "support/model.h"
#include "support/rng.h"
#include "support/tmpdir.h"

enum { QUERIES_A_ROUND = 125, ROUNDS = 80, ROUNDS_LONG = 2000, TEXT_BYTES = 8192 };

#define SCORE_TOLERANCE 1e-5
#define ORDER_TOLERANCE 4e-6

/* ---- randomness ---- */

static struct rng rng;

static unsigned below(unsigned limit)
{
    return (unsigned)rng_below(&rng, limit);
}

static bool chance(unsigned percent)
{
    return below(100) < percent;
}

/* Low numbers are frequent, as words are. */
static uint16_t random_word(void)
{
    const double u = rng_real(&rng);
    return (uint16_t)(u * u * u * MODEL_VOCABULARY);
}

static struct model_date random_date(void)
{
    struct model_date date = {.precision = -1};
    if (chance(8)) {
        return date;
    }
    date = (struct model_date){.precision = (int)below(4),
        .year = chance(10) ? 1912 : 2018 + (int)below(4),
        .month = 1,
        .day = 1};
    if (chance(20)) {
        date.precision = 2;
    }
    if (date.precision >= 1) {
        date.month = 1 + (int)below(12);
    }
    if (date.precision >= 2) {
        date.day = 1 + (int)below(28);
    }
    if (date.precision >= 3) {
        date.seconds = chance(20) ? 0 : (int)below(86400);
    }
    return date;
}

/* ---- documents ---- */

static void words_text(const uint16_t *words, size_t count, char *text)
{
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        text += sprintf(text, "%sw%02u", i == 0 ? "" : " ", words[i]);
    }
}

static struct model_document random_document(unsigned id_count, unsigned body_max)
{
    struct model_document document = {.is_live = true, .date = random_date()};
    (void)sprintf(document.id, "d%u", below(id_count));
    document.title_count = below(8);
    document.body_count = chance(4) ? 0 : below(chance(5) ? body_max * 4 : body_max);
    for (size_t i = 0; i < document.title_count; i++) {
        document.title[i] = random_word();
    }
    for (size_t i = 0; i < document.body_count; i++) {
        document.body[i] = random_word();
    }
    for (unsigned source = 0; source < MODEL_SOURCES; source++) {
        document.sources |= (unsigned)chance(source == 0 ? 50 : 15) << source;
    }
    return document;
}

static bool model_remove(struct model *model, const char *id)
{
    for (size_t i = 0; i < model->count; i++) {
        if (model->documents[i].is_live && strcmp(model->documents[i].id, id) == 0) {
            model->documents[i].is_live = false;
            return true;
        }
    }
    return false;
}

static lede_text text_of(const char *text)
{
    return (lede_text){.data = text, .length = strlen(text)};
}

static void add_document(
    lede_writer *writer, struct model *model, const struct model_document *document)
{
    static const char *const source_names[MODEL_SOURCES] = {"s0", "s1", "s2", "s3"};
    char title[TEXT_BYTES];
    char body[TEXT_BYTES];
    char date[32];
    lede_field fields[MODEL_SOURCES];
    size_t field_count = 0;
    words_text(document->title, document->title_count, title);
    words_text(document->body, document->body_count, body);
    model_date_text(&document->date, 3, date);
    for (unsigned source = 0; source < MODEL_SOURCES; source++) {
        if ((document->sources >> source & 1) != 0) {
            fields[field_count++] =
                (lede_field){.name = text_of("source"), .value = text_of(source_names[source])};
        }
    }
    const lede_document given = {.id = text_of(document->id),
        .title = text_of(title),
        .body = text_of(body),
        .date = text_of(date),
        .fields = fields,
        .field_count = field_count};
    lede_outcome outcome;
    lede_error error;
    ck_assert_msg(
        lede_writer_add(writer, &given, &outcome, &error) == LEDE_OK, "%s", error.message);
    const bool was_there = model_remove(model, document->id);
    ck_assert_int_eq(outcome, was_there ? LEDE_OUTCOME_REPLACED : LEDE_OUTCOME_INDEXED);

    if (model->count == model->capacity) {
        model->capacity = model->capacity == 0 ? 256 : model->capacity * 2;
        model->documents = realloc(model->documents, model->capacity * sizeof *model->documents);
        ck_assert_ptr_nonnull(model->documents);
    }
    model->documents[model->count++] = *document;
}

static void commit_or_merge(lede_writer *writer, unsigned merge_percent)
{
    lede_error error;
    const lede_status status = chance(merge_percent) ? lede_writer_merge(writer, &error)
                                                     : lede_writer_commit(writer, &error);
    ck_assert_msg(status == LEDE_OK, "%s", error.message);
}

static void fill_index(
    const char *path, struct model *model, unsigned document_count, unsigned body_max)
{
    static const char *const keywords[] = {"source"};
    lede_writer_options options = LEDE_WRITER_OPTIONS_INIT;
    options.language = "none";
    options.keywords = keywords;
    options.keyword_count = 1;
    lede_error error;
    lede_writer *writer;
    const unsigned commits = 1 + below(5);
    const unsigned id_count = document_count + document_count / (chance(30) ? 1 : 8) + 1;
    ck_assert_msg(
        lede_writer_open(path, &options, &writer, &error) == LEDE_OK, "%s", error.message);
    for (unsigned i = 0; i < document_count; i++) {
        const struct model_document document = random_document(id_count, body_max);
        add_document(writer, model, &document);
        if (chance(3)) {
            const char *id = model->documents[below((unsigned)model->count)].id;
            const lede_status status = lede_writer_delete(writer, id, strlen(id), &error);
            ck_assert_int_eq(status, model_remove(model, id) ? LEDE_OK : LEDE_ERR_NOT_FOUND);
        }
        if (below(document_count) < commits) {
            commit_or_merge(writer, 20);
        }
    }
    commit_or_merge(writer, 30);
    lede_writer_close(writer);
}

/* ---- queries: a tree for the twin and its text for the engine ---- */

static struct model_node *node_new(enum model_kind kind)
{
    struct model_node *node = calloc(1, sizeof *node);
    ck_assert_ptr_nonnull(node);
    node->kind = kind;
    node->boost = 1;
    node->from.precision = node->to.precision = -1;
    return node;
}

static void node_free(struct model_node *node)
{
    for (size_t i = 0; i < node->child_count; i++) {
        node_free(node->children[i]);
    }
    free(node);
}

static char *put_boost(struct model_node *node, char *text)
{
    if (chance(10)) {
        node->boost = chance(50) ? 2 : 0.25;
        text += sprintf(text, "^%g", node->boost);
    }
    return text;
}

static struct model_node *random_words_leaf(const struct model *model, char **text)
{
    struct model_node *node = node_new(chance(25) ? MODEL_PHRASE : MODEL_WORD);
    node->in_title = chance(12);
    node->word_count = node->kind == MODEL_WORD ? 1 : 2 + below(2);
    for (size_t i = 0; i < node->word_count; i++) {
        node->words[i] = random_word();
    }
    if (node->kind == MODEL_PHRASE && chance(60) && model->count > 0) {
        /* Words that do stand side by side somewhere. */
        const struct model_document *document = &model->documents[below((unsigned)model->count)];
        if (document->body_count >= node->word_count) {
            const size_t at = below((unsigned)(document->body_count - node->word_count + 1));
            memcpy(node->words, document->body + at, node->word_count * sizeof *node->words);
        }
    }
    char words[64];
    words_text(node->words, node->word_count, words);
    *text += sprintf(*text, node->kind == MODEL_WORD ? "%s%s" : "%s\"%s\"",
        node->in_title ? "title:" : "", words);
    *text = put_boost(node, *text);
    return node;
}

static struct model_node *random_filter_leaf(char **text)
{
    struct model_node *node = node_new(chance(50) ? MODEL_SOURCE : MODEL_DATE);
    if (node->kind == MODEL_SOURCE) {
        node->source = below(MODEL_SOURCES);
        *text += sprintf(*text, "source:s%u", node->source);
        return node;
    }
    char from[32];
    char to[32];
    do {
        node->from = random_date();
    } while (node->from.precision < 0 || node->from.precision > 2);
    model_date_text(&node->from, 3, from);
    switch (below(4)) {
    case 0:
        node->to = node->from;
        node->is_one_date = true;
        *text += sprintf(*text, "date:%s", from);
        break;
    case 1: *text += sprintf(*text, "date:>=%s", from); break;
    case 2:
        node->to = node->from;
        node->from.precision = -1;
        *text += sprintf(*text, "date:<=%s", from);
        break;
    default:
        node->to = (struct model_date){.precision = 0, .year = 2021, .month = 1, .day = 1};
        model_date_text(&node->to, 3, to);
        *text += sprintf(*text, "date:[%s TO %s]", from, to);
    }
    return node;
}

static struct model_node *random_tree(const struct model *model, unsigned depth, char **text)
{
    if (depth == 0 || chance(70)) {
        return random_words_leaf(model, text);
    }
    const unsigned pick = below(3);
    struct model_node *node = node_new(pick == 0 ? MODEL_OR : pick == 1 ? MODEL_AND : MODEL_LIST);
    node->child_count = 2 + below(2);
    *text += sprintf(*text, "(");
    for (size_t i = 0; i < node->child_count; i++) {
        if (i > 0) {
            *text += sprintf(*text, pick == 0 ? " OR " : pick == 1 ? " AND " : " ");
        }
        const bool is_negated = pick == 1 && i > 0 && chance(20);
        if (is_negated) {
            *text += sprintf(*text, "NOT ");
        }
        node->children[i] = pick != 2 && chance(15) ? random_filter_leaf(text)
                                                    : random_tree(model, depth - 1, text);
        node->children[i]->sign = is_negated ? '-' : 0;
    }
    *text += sprintf(*text, ")");
    return node;
}

static struct model_node *random_query(const struct model *model, char *text)
{
    struct model_node *list = node_new(MODEL_LIST);
    list->child_count = 1 + below(chance(50) ? 2 : MODEL_CHILDREN_MAX);
    const bool is_flat = chance(50);
    for (size_t i = 0; i < list->child_count; i++) {
        if (i > 0) {
            *text++ = ' ';
        }
        char sign = 0;
        if (chance(25)) {
            sign = chance(60) ? '+' : '-';
        }
        const bool is_filter = chance(10);
        if (is_filter && sign == '+') {
            sign = 0;
        }
        if (sign != 0) {
            *text++ = sign;
        }
        list->children[i] =
            is_filter ? random_filter_leaf(&text) : random_tree(model, is_flat ? 0 : 2, &text);
        list->children[i]->sign = sign;
    }
    *text = '\0';
    return list;
}

/* ---- comparing ---- */

struct question {
    const struct model *model;
    const char *query;
    uint64_t seed;
    lede_search_options options;
    const struct model_match *expected;
    size_t expected_count;
};

#define FAIL_UNLESS(condition, ...)                                                       \
    do {                                                                                  \
        if (!(condition)) {                                                               \
            char detail[512];                                                             \
            (void)snprintf(detail, sizeof detail, __VA_ARGS__);                           \
            ck_abort_msg("seed %llu, query <%s>: %s", (unsigned long long)question->seed, \
                question->query, detail);                                                 \
        }                                                                                 \
    } while (0)

static size_t expected_place(const struct question *question, const char *id)
{
    for (size_t i = 0; i < question->expected_count; i++) {
        if (strcmp(question->model->documents[question->expected[i].document].id, id) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

/* Scores that are the same in any arithmetic, not by a chance of rounding: 3 in 30 words and 1 in 10 may
 * be, where b is 1. */
static bool is_real_tie(const struct question *question, size_t i, size_t j)
{
    const struct model_document *a = &question->model->documents[question->expected[i].document];
    const struct model_document *b = &question->model->documents[question->expected[j].document];
    return question->expected[i].score == question->expected[j].score &&
           (a->title_count + a->body_count == b->title_count + b->body_count ||
               question->options.b == 0 || question->options.k1 == 0);
}

static void check_scores(const struct question *question, const lede_results *results)
{
    const size_t count = lede_results_hit_count(results);
    size_t *place_of = malloc((question->expected_count + 1) * sizeof *place_of);
    ck_assert_ptr_nonnull(place_of);
    for (size_t i = 0; i < question->expected_count; i++) {
        place_of[i] = SIZE_MAX;
    }
    for (size_t i = 0; i < count; i++) {
        const lede_hit *hit = lede_results_hit(results, i);
        const size_t at = expected_place(question, hit->id.data);
        FAIL_UNLESS(at != SIZE_MAX, "hit %s matches nothing", hit->id.data);
        FAIL_UNLESS(place_of[at] == SIZE_MAX, "hit %s comes twice", hit->id.data);
        place_of[at] = i;
        const double score = question->expected[at].score;
        FAIL_UNLESS(fabs(hit->score - score) <= SCORE_TOLERANCE * score,
            "score of %s is %.9g, should be %.9g", hit->id.data, hit->score, score);
        const double at_rank = question->expected[question->options.offset + i].score;
        FAIL_UNLESS(fabs(at_rank - score) <= ORDER_TOLERANCE * at_rank,
            "rank %zu has %s with %.9g, should have %.9g", i, hit->id.data, score, at_rank);
    }
    for (size_t i = 1; i < question->expected_count; i++) {
        const bool was_on_earlier_page =
            question->options.offset > 0 && place_of[i - 1] == SIZE_MAX;
        if (is_real_tie(question, i - 1, i) && place_of[i] != SIZE_MAX && !was_on_earlier_page) {
            FAIL_UNLESS(place_of[i - 1] < place_of[i], "equal scores: %s should be before %s",
                question->model->documents[question->expected[i - 1].document].id,
                question->model->documents[question->expected[i].document].id);
        }
    }
    free(place_of);
}

static const struct question *sorting; /* qsort has no context */

static int compare_by_age(const void *a, const void *b)
{
    const struct model_document *left =
        &sorting->model->documents[((const struct model_match *)a)->document];
    const struct model_document *right =
        &sorting->model->documents[((const struct model_match *)b)->document];
    if ((left->date.precision < 0) != (right->date.precision < 0)) {
        return left->date.precision < 0 ? 1 : -1;
    }
    int order = model_date_compare(&left->date, &right->date);
    if (sorting->options.sort == LEDE_SORT_NEWEST) {
        order = -order;
    }
    return order != 0 ? order : strcmp(left->id, right->id);
}

static void check_order_by_date(
    const struct question *question, struct model_match *expected, const lede_results *results)
{
    sorting = question;
    if (question->expected_count > 1) {
        qsort(expected, question->expected_count, sizeof *expected, compare_by_age);
    }
    for (size_t i = 0; i < lede_results_hit_count(results); i++) {
        const lede_hit *hit = lede_results_hit(results, i);
        const struct model_document *document =
            &question->model->documents[expected[question->options.offset + i].document];
        FAIL_UNLESS(strcmp(hit->id.data, document->id) == 0, "rank %zu is %s, should be %s", i,
            hit->id.data, document->id);
    }
}

static uint64_t facet_count(const lede_facet *facet, const char *value)
{
    for (size_t i = 0; i < facet->value_count; i++) {
        if (strcmp(facet->values[i].value.data, value) == 0) {
            return facet->values[i].count;
        }
    }
    return 0;
}

static void check_date_facet(
    const struct question *question, const lede_facet *facet, int precision)
{
    uint64_t sum = facet->missing;
    uint64_t undated = 0;
    for (size_t i = 0; i < facet->value_count; i++) {
        FAIL_UNLESS(facet->values[i].count > 0, "empty bucket %s", facet->values[i].value.data);
        FAIL_UNLESS(
            i == 0 || strcmp(facet->values[i - 1].value.data, facet->values[i].value.data) < 0,
            "buckets out of order at %s", facet->values[i].value.data);
        sum += facet->values[i].count;
    }
    for (size_t i = 0; i < question->expected_count; i++) {
        char bucket[32];
        uint64_t count = 0;
        const struct model_document *document =
            &question->model->documents[question->expected[i].document];
        model_date_text(&document->date, precision, bucket);
        undated += bucket[0] == '\0';
        for (size_t j = 0; j < question->expected_count && i % 7 == 0; j++) {
            char other[32];
            model_date_text(
                &question->model->documents[question->expected[j].document].date, precision, other);
            count += strcmp(bucket, other) == 0;
        }
        if (i % 7 == 0 && bucket[0] != '\0') {
            FAIL_UNLESS(facet_count(facet, bucket) == count, "bucket %s has %llu, should have %llu",
                bucket, (unsigned long long)facet_count(facet, bucket), (unsigned long long)count);
        }
    }
    FAIL_UNLESS(facet->missing == undated, "facet says %llu undated, should be %llu",
        (unsigned long long)facet->missing, (unsigned long long)undated);
    FAIL_UNLESS(sum == question->expected_count, "facet sums to %llu of %zu",
        (unsigned long long)sum, question->expected_count);
}

static void check_source_facet(const struct question *question, const lede_facet *facet)
{
    uint64_t counts[MODEL_SOURCES] = {0};
    uint64_t missing = 0;
    for (size_t i = 0; i < question->expected_count; i++) {
        const unsigned sources = question->model->documents[question->expected[i].document].sources;
        missing += sources == 0;
        for (unsigned source = 0; source < MODEL_SOURCES; source++) {
            counts[source] += sources >> source & 1;
        }
    }
    for (unsigned source = 0; source < MODEL_SOURCES; source++) {
        char value[8];
        (void)sprintf(value, "s%u", source);
        FAIL_UNLESS(facet_count(facet, value) == counts[source], "source %s has %llu, not %llu",
            value, (unsigned long long)facet_count(facet, value),
            (unsigned long long)counts[source]);
    }
    for (size_t i = 1; i < facet->value_count; i++) {
        FAIL_UNLESS(facet->values[i - 1].count >= facet->values[i].count, "facet is not sorted");
    }
    FAIL_UNLESS(facet->missing == missing, "facet misses %llu, should %llu",
        (unsigned long long)facet->missing, (unsigned long long)missing);
}

static void check_results(
    const struct question *question, struct model_match *expected, const lede_results *results)
{
    const size_t offset = question->options.offset;
    size_t hits = question->expected_count > offset ? question->expected_count - offset : 0;
    if (hits > question->options.k) {
        hits = question->options.k;
    }
    if (question->options.no_hits) {
        hits = 0;
    }
    int is_exact;
    const uint64_t total = lede_results_total(results, &is_exact);
    if (question->options.total || question->options.no_hits || question->options.facet_count > 0) {
        FAIL_UNLESS(is_exact, "the total is not exact");
    }
    FAIL_UNLESS(is_exact ? total == question->expected_count : total <= question->expected_count,
        "total is %llu, should be %zu", (unsigned long long)total, question->expected_count);
    FAIL_UNLESS(lede_results_hit_count(results) == hits, "%zu hits, should be %zu",
        lede_results_hit_count(results), hits);
    if (question->options.facet_count > 0) {
        check_date_facet(question, lede_results_facet(results, 0), 0);
        check_date_facet(question, lede_results_facet(results, 1), 1);
        check_date_facet(question, lede_results_facet(results, 2), 2);
        check_source_facet(question, lede_results_facet(results, 3));
    }
    if (question->options.sort == LEDE_SORT_SCORE) {
        check_scores(question, results);
    } else {
        check_order_by_date(question, expected, results);
    }
}

/* Options for both, alike. */
static void random_options(lede_search_options *options, struct model_options *model_options,
    char *from, char *to, lede_field *filters)
{
    static const char *const facets[] = {"date:year", "date:month", "date:day", "source"};
    static const double k1s[] = {1.2, 1.2, 1.2, 0.9, 0, 3};
    static const double bs[] = {0.75, 0.75, 0.75, 0.4, 0, 1};
    static const double boosts[] = {1, 1, 1, 2, 3.5};
    static const size_t ks[] = {1, 3, 10, 10, 10, 50, 1000};
    options->k = ks[below(sizeof ks / sizeof *ks)];
    options->offset = chance(10) ? below(30) : 0;
    options->combine = chance(25) ? LEDE_ALL : LEDE_ANY;
    options->total = chance(40);
    options->no_hits = chance(8);
    options->sort = chance(80) ? LEDE_SORT_SCORE : chance(50) ? LEDE_SORT_NEWEST : LEDE_SORT_OLDEST;
    options->k1 = k1s[below(sizeof k1s / sizeof *k1s)];
    options->b = bs[below(sizeof bs / sizeof *bs)];
    options->title_boost = boosts[below(sizeof boosts / sizeof *boosts)];
    options->snippet_bytes = chance(20) ? 100 : 0;
    options->explain = chance(10);
    if (chance(20)) {
        options->facets = facets;
        options->facet_count = sizeof facets / sizeof *facets;
    }
    *model_options = (struct model_options){.combine_all = options->combine == LEDE_ALL,
        .k1 = options->k1,
        .b = options->b,
        .title_boost = options->title_boost,
        .from = {.precision = -1},
        .to = {.precision = -1}};
    if (chance(15)) {
        do {
            model_options->from = random_date();
        } while (model_options->from.precision < 0);
        model_date_text(&model_options->from, 3, from);
        options->from = from;
    }
    if (chance(15)) {
        do {
            model_options->to = random_date();
        } while (model_options->to.precision < 0);
        if (options->from == NULL ||
            model_date_compare(&model_options->from, &model_options->to) < 0) {
            model_date_text(&model_options->to, 3, to);
            options->to = to;
        } else {
            model_options->to.precision = -1;
        }
    }
    if (chance(15)) {
        static const char *const values[MODEL_SOURCES] = {"s0", "s1", "s2", "s3"};
        options->filter_count = 1 + below(2);
        options->filters = filters;
        for (size_t i = 0; i < options->filter_count; i++) {
            const unsigned source = below(MODEL_SOURCES);
            filters[i] = (lede_field){.name = text_of("source"), .value = text_of(values[source])};
            model_options->filter_sources |= 1u << source;
        }
    }
}

static void ask(lede_index *index, const struct model *model, uint64_t seed)
{
    char query[4096];
    char from[32];
    char to[32];
    lede_field filters[2];
    struct model_options model_options;
    rng_init(&rng, seed);
    struct question question = {
        .model = model, .query = query, .seed = seed, .options = LEDE_SEARCH_OPTIONS_INIT};
    random_options(&question.options, &model_options, from, to, filters);
    struct model_node *tree = random_query(model, query);
    struct model_match *expected =
        model_search(model, tree, &model_options, &question.expected_count);
    ck_assert_ptr_nonnull(expected);
    question.expected = expected;
    lede_results *results;
    lede_error error;
    if (lede_search(index, query, strlen(query), &question.options, &results, &error) != LEDE_OK) {
        ck_abort_msg("seed %llu, query <%s>: %s", (unsigned long long)seed, query, error.message);
    }
    check_results(&question, expected, results);
    lede_results_free(results);
    node_free(tree);
    free(expected);
}

static void run_round(uint64_t round)
{
    const uint64_t seed = rng_seed(0) + round * 1000003;
    struct model model = {0};
    struct tmpdir dir;
    lede_error error;
    lede_index *index;
    tmpdir_init(&dir);
    rng_init(&rng, seed);
    if (round % 8 == 7) {
        fill_index(dir.path, &model, 2500 + below(1500), 12); /* lists of many blocks */
    } else {
        fill_index(dir.path, &model, 1 + below(250), 1 + below(90));
    }
    ck_assert_msg(lede_index_open(dir.path, NULL, &index, &error) == LEDE_OK, "%s", error.message);
    for (unsigned i = 0; i < QUERIES_A_ROUND; i++) {
        ask(index, &model, seed + 7919 * (i + 1));
    }
    lede_index_close(index);
    lede_verify_report report;
    ck_assert_msg(lede_verify(dir.path, NULL, NULL, &report, &error) == LEDE_OK, "round %llu: %s",
        (unsigned long long)round, error.message);
    free(model.documents);
    tmpdir_release(&dir);
}

START_TEST(engine_answers_as_the_slow_twin_does)
{
    run_round((uint64_t)_i);
}
END_TEST

Suite *suite_differential(void)
{
    Suite *suite = suite_create("differential");
    TCase *model = tcase_create("model");
    tcase_set_timeout(model, 600);
    tcase_add_loop_test(model, engine_answers_as_the_slow_twin_does, 0,
        getenv("LEDE_TEST_LONG") != NULL ? ROUNDS_LONG : ROUNDS);
    suite_add_tcase(suite, model);
    return suite;
}
