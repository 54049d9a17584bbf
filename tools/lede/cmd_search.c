/* cmd_search.c -- lede search: options into lede_search_options, then one query or many. */
#include "batch.h"
#include "cli.h"
#include "command.h"
#include "failure.h"
#include "render.h"
#include "topics.h"

#include <stdlib.h>
#include <string.h>

enum {
    RESULTS_MAX = 1000000, /* k and offset together: lede.h */
    K1_MAX = 1000,         /* what the library takes */
    TITLE_BOOST_MAX = 1000,
    THREADS_MAX = 256,
};

static const struct cli_option options[] = {
    {"k", "N", "hits wanted (10)", CLI_LETTER},
    {"offset", "N", "leave out so many hits before them", CLI_ONCE},
    {"from", "DATE", "only documents of this year, month or day, or later", CLI_ONCE},
    {"to", "DATE", "only documents of this year, month or day, or earlier", CLI_ONCE},
    {"filter", "FIELD=VALUE",
        "only documents with this value in a keyword field; values of one field are alternatives",
        CLI_REPEATABLE},
    {"sort", "ORDER", "score, newest or oldest", CLI_ONCE},
    {"any", NULL, "words beside each other: any of them (the default)", CLI_ONCE},
    {"all", NULL, "words beside each other: all of them", CLI_ONCE},
    {"facet", "FACET",
        "count matches by date:year, date:month, date:day, or a keyword field; FIELD:N shows N "
        "values",
        CLI_REPEATABLE},
    {"count", NULL, "print only the exact number of matches", CLI_ONCE},
    {"total", NULL, "count all matches exactly, beside the hits", CLI_ONCE},
    {"snippet", "BYTES", "length of snippets (160)", CLI_ONCE},
    {"no-snippet", NULL, "no snippets", CLI_ONCE},
    {"explain", NULL, "show what each score is the sum of, and the work done", CLI_ONCE},
    {"profile", NULL, "show where the time went, and the work done", CLI_ONCE},
    {"k1", "X", "BM25: how fast repeated words saturate (1.2)", CLI_ONCE},
    {"b", "X", "BM25: how much long documents are held back, 0 to 1 (0.75)", CLI_ONCE},
    {"title-boost", "X", "a word in the title counts so many times (1)", CLI_ONCE},
    {"output", "FORM", "text, json, jsonl (a hit a line), csv or trec (a TREC run)", CLI_ONCE},
    {"topics", "FILE",
        "many queries of plain words: lines of number, tab, words, or a TREC topic file", CLI_ONCE},
    {"tag", "NAME", "the run's name in trec output (lede)", CLI_ONCE},
    {"threads", "N", "answer topics by so many threads (1)", CLI_ONCE},
    {.name = NULL},
};

static const struct cli_example examples[] = {
    {"lede search news.lede summit minsk", "the ten best documents with any of these words"},
    {"lede search news.lede '+summit +minsk -nato \"security council\"'",
        "both words, not the third, a phrase as well if it can be had"},
    {"lede search news.lede --from 2020-05 --to 2020-06 --sort newest election",
        "two months, the latest first"},
    {"lede search news.lede gas --filter source=belta --facet date:month --facet source:5",
        "with counts by month and by source"},
    {"lede search news.lede --all --count collective security", "how many have both words"},
    {"lede search news.lede --topics topics.tsv --output trec -k 1000 --tag bm25 > bm25.run",
        "a run for trec_eval"},
    {NULL, NULL},
};

struct request {
    lede_search_options options;
    struct rendering rendering;
    lede_field *filters; /* owned */
    uint64_t threads;
};

static bool read_filters(struct cli *cli, struct request *request, int *status_out)
{
    size_t count = 0;
    const char *const *values = cli_values(cli, "filter", &count);
    request->filters = calloc(count + 1, sizeof(*request->filters));
    if (request->filters == NULL) {
        *status_out = failure_no_memory();
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const char *equals = strchr(values[i], '=');
        if (equals == NULL || equals == values[i]) {
            *status_out =
                cli_complain(cli->command, "--filter: \"%s\" is not FIELD=VALUE", values[i]);
            return false;
        }
        request->filters[i].name = (lede_text){values[i], (size_t)(equals - values[i])};
        request->filters[i].value = text_of(equals + 1);
    }
    request->options.filters = request->filters;
    request->options.filter_count = count;
    return true;
}

static bool read_numbers(const struct cli *cli, struct request *request)
{
    lede_search_options *search = &request->options;
    uint64_t k = search->k, offset = 0, snippet = search->snippet_bytes;
    request->threads = 1;
    if (!cli_uint(cli, "k", 1, RESULTS_MAX, &k) ||
        !cli_uint(cli, "offset", 0, RESULTS_MAX, &offset) ||
        !cli_uint(cli, "snippet", 0, UINT32_MAX, &snippet) ||
        !cli_uint(cli, "threads", 1, THREADS_MAX, &request->threads) ||
        !cli_double(cli, "k1", 0, K1_MAX, &search->k1) || !cli_double(cli, "b", 0, 1, &search->b) ||
        !cli_double(cli, "title-boost", 0, TITLE_BOOST_MAX, &search->title_boost)) {
        return false;
    }
    search->k = (size_t)k;
    search->offset = (size_t)offset;
    search->snippet_bytes = cli_has(cli, "no-snippet") ? 0 : (size_t)snippet;
    return true;
}

/* Options that would be silently without effect are refused. */
static bool check_together(const struct cli *cli, const struct rendering *rendering)
{
    const bool has_object = rendering->form == RENDER_TEXT || rendering->form == RENDER_JSON;
    const char *wrong = NULL;
    if (cli_has(cli, "any") && cli_has(cli, "all")) {
        wrong = "--any and --all exclude each other";
    } else if (rendering->is_count && !has_object) {
        wrong = "--count goes with --output text or json";
    } else if (cli_has(cli, "facet") && !has_object) {
        wrong = "--facet goes with --output text or json";
    } else if (rendering->has_profile && !has_object) {
        wrong = "--profile goes with --output text or json";
    } else if (rendering->has_topics && cli->operand_count > 1) {
        wrong = "a QUERY and --topics exclude each other";
    } else if (!rendering->has_topics && cli->operand_count < 2) {
        wrong = "search: needs INDEX QUERY...";
    }
    if (wrong != NULL) {
        cli_complain(cli->command, "%s", wrong);
    }
    return wrong == NULL;
}

static bool read_request(struct cli *cli, struct request *request, int *status_out)
{
    static const char *const sorts[] = {"score", "newest", "oldest", NULL};
    static const char *const forms[] = {"text", "json", "jsonl", "csv", "trec", NULL};
    lede_search_options *search = &request->options;
    struct rendering *rendering = &request->rendering;
    size_t sort = LEDE_SORT_SCORE, form = RENDER_TEXT;
    *status_out = EXIT_USAGE;
    if (!cli_choice(cli, "sort", sorts, &sort) || !cli_choice(cli, "output", forms, &form) ||
        !read_numbers(cli, request) || !read_filters(cli, request, status_out)) {
        return false;
    }
    search->sort = (lede_sort)sort;
    search->from = cli_value(cli, "from");
    search->to = cli_value(cli, "to");
    search->combine = cli_has(cli, "all") ? LEDE_ALL : LEDE_ANY;
    search->facets = cli_values(cli, "facet", &search->facet_count);
    search->explain = cli_has(cli, "explain");
    rendering->form = (enum render_form)form;
    rendering->is_count = cli_has(cli, "count");
    rendering->has_topics = cli_has(cli, "topics");
    rendering->has_explain = search->explain != 0;
    search->times = cli_has(cli, "profile");
    rendering->has_profile = search->times != 0;
    rendering->tag = cli_has(cli, "tag") ? cli_value(cli, "tag") : "lede";
    search->no_hits = rendering->is_count;
    search->total = rendering->is_count || cli_has(cli, "total");
    if (form == RENDER_TREC || rendering->is_count) {
        search->snippet_bytes = 0;
    }
    rendering->has_snippets = search->snippet_bytes > 0;
    const bool is_marked_up = form == RENDER_JSON || form == RENDER_JSONL;
    search->markup = is_marked_up ? LEDE_MARKUP_HTML : LEDE_MARKUP_PLAIN;
    return check_together(cli, rendering);
}

static int search_one(
    const struct cli *cli, const struct request *request, lede_index *index, struct output *output)
{
    char *query = NULL;
    size_t length = 0;
    if (!cli_join_operands(cli, 1, &query, &length)) {
        return failure_no_memory();
    }
    lede_results *results = NULL;
    lede_error error;
    int status = EXIT_DONE;
    if (lede_search(index, query, length, &request->options, &results, &error) != LEDE_OK) {
        status = failure_report_query(&error, query, length);
    } else {
        const struct answer answer = {text_of("1"), {query, length}, results};
        render_answer(output, &request->rendering, &answer);
        const bool is_found = request->rendering.is_count ? lede_results_total(results, NULL) > 0
                                                          : lede_results_hit_count(results) > 0;
        status = is_found ? EXIT_DONE : EXIT_NOTHING;
        if (!is_found && output->is_terminal && !cli->is_quiet) {
            failure_say("nothing found");
        }
    }
    lede_results_free(results);
    free(query);
    return status;
}

static int search_topics(
    const struct cli *cli, const struct request *request, lede_index *index, struct output *output)
{
    const char *path = cli_value(cli, "topics");
    struct topics topics;
    int status = EXIT_DONE;
    if (topics_read(path, &topics, &status)) {
        const struct batch batch = {.index = index,
            .topics = &topics,
            .topics_path = path,
            .options = &request->options,
            .rendering = &request->rendering,
            .thread_count = (size_t)request->threads};
        status = batch_run(&batch, output);
    }
    topics_release(&topics);
    return status;
}

static int run(struct cli *cli, struct output *output)
{
    struct request request = {.options = LEDE_SEARCH_OPTIONS_INIT};
    lede_index *index = NULL;
    lede_error error;
    int status = EXIT_USAGE;
    if (!read_request(cli, &request, &status)) {
        status = status == EXIT_SYSTEM ? status : EXIT_USAGE;
    } else if (lede_index_open(cli->operands[0], NULL, &index, &error) != LEDE_OK) {
        status = failure_report(&error, FAILURE_READING);
    } else {
        render_begin(output, &request.rendering);
        status = request.rendering.has_topics ? search_topics(cli, &request, index, output)
                                              : search_one(cli, &request, index, output);
    }
    lede_index_close(index);
    free(request.filters);
    return status;
}

const struct command command_search = {
    .name = "search",
    .operands = "INDEX QUERY...",
    .operands_min = 1,
    .operands_max = SIZE_MAX,
    .summary = "ranked hits for a query",
    .description =
        "Find documents and print the best first. The words of QUERY are joined by blanks. "
        "summit minsk: any of these; +summit: must be there; -nato: must not; \"security "
        "council\": "
        "a phrase; title:summit: in the title; source:belta: a keyword; date:2020-05, "
        "date:[2020-05 TO 2020-06], date:>=2021; AND, OR, NOT and parentheses; summit^2: counts "
        "twice. The whole language is in lede(1).",
    .options = options,
    .examples = examples,
    .run = run,
};
