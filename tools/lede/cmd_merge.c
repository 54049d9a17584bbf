/* cmd_merge.c -- lede merge: all segments to one. */
#include "cli.h"
#include "command.h"
#include "failure.h"

static const struct cli_option options[] = {
    {"jobs", "N", "threads to work with (as many as there are processors)", CLI_ONCE},
    {.name = NULL},
};

static const struct cli_example examples[] = {
    {"lede merge news.lede", "after much was added or deleted: smaller, and quicker to search"},
    {NULL, NULL},
};

static lede_status read_stats(const char *path, lede_index_stats *stats, lede_error *error)
{
    lede_index *index = NULL;
    lede_status status = lede_index_open(path, NULL, &index, error);
    if (status == LEDE_OK) {
        status = lede_index_stats_read(index, stats, error);
    }
    lede_index_close(index);
    return status;
}

static void print_summary(
    struct output *output, const lede_index_stats *before, const lede_index_stats *after)
{
    output_count(output, before->segments);
    output_string(output, before->segments == 1 ? " segment is now " : " segments are now ");
    output_count(output, after->segments);
    output_string(output, "; ");
    output_count(output, before->deleted_documents - after->deleted_documents);
    output_string(output, " deleted documents are gone; ");
    output_count(output, before->bytes);
    output_string(output, " bytes are now ");
    output_count(output, after->bytes);
    output_string(output, "\n");
}

static int merge(const char *path, const lede_writer_options *writer_options, lede_error *error)
{
    lede_writer *writer = NULL;
    if (lede_writer_open(path, writer_options, &writer, error) != LEDE_OK) {
        return failure_report(error, FAILURE_WRITING);
    }
    const lede_status status = lede_writer_merge(writer, error);
    lede_writer_close(writer);
    return status == LEDE_OK ? EXIT_DONE : failure_report(error, FAILURE_WRITING);
}

static int run(struct cli *cli, struct output *output)
{
    const char *path = cli->operands[0];
    lede_writer_options writer_options = LEDE_WRITER_OPTIONS_INIT;
    lede_index_stats before;
    lede_index_stats after;
    lede_error error;
    if (!cli_jobs(cli, &writer_options.threads)) {
        return EXIT_USAGE;
    }
    /* A writer makes an index where there is none; merging must not. */
    if (read_stats(path, &before, &error) != LEDE_OK) {
        return failure_report(&error, FAILURE_READING);
    }
    const int status = merge(path, &writer_options, &error);
    if (status != EXIT_DONE || cli->is_quiet) {
        return status;
    }
    if (read_stats(path, &after, &error) != LEDE_OK) {
        return failure_report(&error, FAILURE_READING);
    }
    print_summary(output, &before, &after);
    return EXIT_DONE;
}

const struct command command_merge = {
    .name = "merge",
    .operands = "INDEX",
    .operands_min = 1,
    .operands_max = 1,
    .summary = "make one segment of all",
    .description =
        "Make one segment of all, in the best order, with nothing left of deleted documents. It "
        "needs room on the disk for the new segment beside the old ones, which are searched until "
        "it is done and are what there is if it is killed. The same documents and options give "
        "the same bytes, however they were indexed.",
    .options = options,
    .examples = examples,
    .run = run,
};
