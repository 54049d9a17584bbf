/* cmd_stats.c -- lede stats: an index in numbers. */
#include "cli.h"
#include "command.h"
#include "failure.h"

#include <inttypes.h>
#include <string.h>

static const struct cli_option options[] = {
    {"output", "FORM", "text or json", CLI_ONCE},
    {.name = NULL},
};

static const struct cli_example examples[] = {
    {"lede stats news.lede", "what is in it, and what takes the room"},
    {NULL, NULL},
};

static void put_number(struct output *output, const char *name, uint64_t value)
{
    char number[OUTPUT_NUMBER_BYTES];
    output_format(output, "%-20s %16s\n", name, output_count_text(value, number));
}

static void put_word(struct output *output, const char *name, const char *value)
{
    output_format(output, "%-20s %16s\n", name, value);
}

static void put_real(struct output *output, const char *name, double value)
{
    output_format(output, "%-20s %16.2f\n", name, value);
}

static void print_text(struct output *output, lede_index *index, const lede_index_stats *stats)
{
    const bool has_dates = stats->date_first[0] != '\0';
    put_number(output, "documents", stats->documents);
    put_number(output, "deleted", stats->deleted_documents);
    put_number(output, "undated", stats->undated_documents);
    put_word(output, "first date", has_dates ? stats->date_first : "-");
    put_word(output, "last date", has_dates ? stats->date_last : "-");
    put_number(output, "terms", stats->terms);
    put_number(output, "postings", stats->postings);
    put_number(output, "words", stats->tokens);
    put_real(output, "words a document", stats->average_length);
    put_word(output, "language", stats->language);
    put_word(output, "positions", stats->has_positions ? "yes" : "no");
    put_word(output, "stored texts", stats->has_stored ? "yes" : "no");
    for (size_t i = 0; lede_index_keyword(index, i) != NULL; i++) {
        put_word(output, i == 0 ? "keyword fields" : "", lede_index_keyword(index, i));
    }
    put_number(output, "segments", stats->segments);
    put_number(output, "commits", stats->generation);
    output_format(output, "%-20s %16.16" PRIx64 "\n", "content hash", stats->content_hash);
    output_string(output, "\nbits per posting\n");
    put_real(output, "  documents", stats->docid_bits_per_posting);
    put_real(output, "  frequencies", stats->frequency_bits_per_posting);
    put_real(output, "  skips and bounds", stats->skip_bits_per_posting);
    put_real(output, "bits per position", stats->position_bits_per_token);
    output_string(output, "\n");
    put_number(output, "bytes", stats->bytes);
    for (size_t i = 0; i < stats->part_count; i++) {
        char name[32];
        snprintf(name, sizeof(name), "  %s", stats->parts[i].name);
        put_number(output, name, stats->parts[i].bytes);
    }
}

static void put_json(struct output *output, const char *name, uint64_t value)
{
    output_format(output, "\"%s\": %" PRIu64 ", ", name, value);
}

static void put_json_text(struct output *output, const char *name, const char *value)
{
    output_format(output, "\"%s\": ", name);
    if (value[0] == '\0') {
        output_string(output, "null");
    } else {
        output_json(output, text_of(value));
    }
    output_string(output, ", ");
}

static void print_json(struct output *output, lede_index *index, const lede_index_stats *stats)
{
    output_string(output, "{");
    put_json(output, "documents", stats->documents);
    put_json(output, "deleted_documents", stats->deleted_documents);
    put_json(output, "undated_documents", stats->undated_documents);
    put_json_text(output, "date_first", stats->date_first);
    put_json_text(output, "date_last", stats->date_last);
    put_json(output, "terms", stats->terms);
    put_json(output, "postings", stats->postings);
    put_json(output, "tokens", stats->tokens);
    output_format(output, "\"average_length\": %.6f, ", stats->average_length);
    put_json_text(output, "language", stats->language);
    output_format(output, "\"has_positions\": %s, \"has_stored\": %s, \"keywords\": [",
        stats->has_positions ? "true" : "false", stats->has_stored ? "true" : "false");
    for (size_t i = 0; lede_index_keyword(index, i) != NULL; i++) {
        output_string(output, i > 0 ? ", " : "");
        output_json(output, text_of(lede_index_keyword(index, i)));
    }
    output_string(output, "], ");
    put_json(output, "segments", stats->segments);
    put_json(output, "generation", stats->generation);
    output_format(output, "\"content_hash\": \"%016" PRIx64 "\", ", stats->content_hash);
    output_format(output,
        "\"docid_bits_per_posting\": %.4f, \"frequency_bits_per_posting\": %.4f, "
        "\"skip_bits_per_posting\": %.4f, \"position_bits_per_token\": %.4f, ",
        stats->docid_bits_per_posting, stats->frequency_bits_per_posting,
        stats->skip_bits_per_posting, stats->position_bits_per_token);
    put_json(output, "bytes", stats->bytes);
    output_string(output, "\"parts\": {");
    for (size_t i = 0; i < stats->part_count; i++) {
        output_format(output, "%s\"%s\": %" PRIu64, i > 0 ? ", " : "", stats->parts[i].name,
            stats->parts[i].bytes);
    }
    output_string(output, "}}\n");
}

static int run(struct cli *cli, struct output *output)
{
    bool is_json = false;
    if (!cli_output_json(cli, &is_json)) {
        return EXIT_USAGE;
    }
    lede_index *index = NULL;
    lede_index_stats stats;
    lede_error error;
    int status = EXIT_DONE;
    if (lede_index_open(cli->operands[0], NULL, &index, &error) != LEDE_OK ||
        lede_index_stats_read(index, &stats, &error) != LEDE_OK) {
        status = failure_report(&error, FAILURE_READING);
    } else if (is_json) {
        print_json(output, index, &stats);
    } else {
        print_text(output, index, &stats);
    }
    lede_index_close(index);
    return status;
}

const struct command command_stats = {
    .name = "stats",
    .operands = "INDEX",
    .operands_min = 1,
    .operands_max = 1,
    .summary = "an index in numbers",
    .description =
        "Print the numbers of documents, terms and postings, the span of dates, the bytes "
        "of each part, and the bits that a posting takes. The content hash is the same for the "
        "same documents, options and version, once they are merged to one segment.",
    .options = options,
    .examples = examples,
    .run = run,
};
