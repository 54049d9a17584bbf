/* cmd_terms.c -- lede terms: walk the dictionary. */
#include "cli.h"
#include "command.h"
#include "failure.h"

#include <inttypes.h>
#include <string.h>

static const struct cli_option options[] = {
    {"limit", "N", "stop after so many terms", CLI_ONCE},
    {"output", "FORM", "text (term, tab, documents, tab, occurrences) or json", CLI_ONCE},
    {.name = NULL},
};

static const struct cli_example examples[] = {
    {"lede terms news.lede secur", "all terms that begin with secur"},
    {"lede terms news.lede | sort -t '\t' -k2,2nr | head", "the most frequent terms"},
    {NULL, NULL},
};

static void put_term(struct output *output, bool is_json, bool is_first, const lede_term *term)
{
    if (is_json) {
        output_string(output, is_first ? "\n {\"term\": " : ",\n {\"term\": ");
        output_json(output, term->text);
        output_format(output, ", \"documents\": %" PRIu64 ", \"occurrences\": %" PRIu64 "}",
            term->documents, term->occurrences);
    } else {
        output_line(output, term->text);
        output_format(output, "\t%" PRIu64 "\t%" PRIu64 "\n", term->documents, term->occurrences);
    }
}

static int print_terms(
    const struct cli *cli, lede_index *index, bool is_json, uint64_t limit, struct output *output)
{
    const char *prefix = cli->operand_count > 1 ? cli->operands[1] : "";
    lede_terms *terms = NULL;
    lede_error error;
    if (lede_terms_open(index, prefix, strlen(prefix), &terms, &error) != LEDE_OK) {
        return failure_report(&error, FAILURE_READING);
    }
    output_string(output, is_json ? "{\"terms\": [" : "");
    uint64_t count = 0;
    lede_status status = LEDE_OK;
    while (count < limit && !output_has_failed(output)) {
        lede_term term;
        status = lede_terms_next(terms, &term, &error);
        if (status != LEDE_OK) {
            break;
        }
        put_term(output, is_json, count == 0, &term);
        count++;
    }
    output_string(output, is_json ? "]}\n" : "");
    lede_terms_free(terms);
    if (status != LEDE_OK && status != LEDE_ERR_NOT_FOUND) {
        return failure_report(&error, FAILURE_READING);
    }
    return count > 0 ? EXIT_DONE : EXIT_NOTHING;
}

static int run(struct cli *cli, struct output *output)
{
    bool is_json = false;
    uint64_t limit = UINT64_MAX;
    if (!cli_output_json(cli, &is_json) || !cli_uint(cli, "limit", 1, UINT64_MAX, &limit)) {
        return EXIT_USAGE;
    }
    lede_index *index = NULL;
    lede_error error;
    if (lede_index_open(cli->operands[0], NULL, &index, &error) != LEDE_OK) {
        return failure_report(&error, FAILURE_READING);
    }
    const int status = print_terms(cli, index, is_json, limit, output);
    lede_index_close(index);
    return status;
}

const struct command command_terms = {
    .name = "terms",
    .operands = "INDEX [PREFIX]",
    .operands_min = 1,
    .operands_max = 2,
    .summary = "list dictionary entries",
    .description =
        "List the terms of the index that begin with PREFIX, in byte order: the term, in how many "
        "documents it is, and how often. Terms are what analysis makes of words (lede analyze): "
        "without case, and stemmed. PREFIX is taken as it is.",
    .options = options,
    .examples = examples,
    .run = run,
};
