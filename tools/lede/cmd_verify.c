/* cmd_verify.c -- lede verify: is every byte of the index what was written? */
#include "cli.h"
#include "command.h"
#include "failure.h"

static const struct cli_option options[] = {
    {.name = NULL},
};

static const struct cli_example examples[] = {
    {"lede verify news.lede", "after a crash, a copy, or a doubt"},
    {NULL, NULL},
};

static void print_damage(void *context, const char *message)
{
    struct output *output = context;
    output_line(output, text_of(message));
    output_string(output, "\n");
}

/* What a search can still reach: an index may open although parts of it are damaged. */
static void print_readable(
    const char *path, const lede_verify_report *report, struct output *output)
{
    output_count(output, report->damages);
    output_format(output, " %s; ", report->damages == 1 ? "damage" : "damages");
    output_count(output, report->segments - report->damaged_segments);
    output_string(output, " of ");
    output_count(output, report->segments);
    output_string(output, " segments are whole; ");
    lede_index *index = NULL;
    lede_index_stats stats;
    lede_error error;
    if (lede_index_open(path, NULL, &index, &error) == LEDE_OK &&
        lede_index_stats_read(index, &stats, &error) == LEDE_OK) {
        output_string(output, "the index opens, with ");
        output_count(output, stats.documents);
        output_string(output, " documents; searches and documents that meet a damage fail\n");
    } else {
        output_string(output, "the index does not open\n");
    }
    lede_index_close(index);
}

static int run(struct cli *cli, struct output *output)
{
    const char *path = cli->operands[0];
    lede_verify_report report = {0};
    lede_error error;
    const lede_status status = lede_verify(path, print_damage, output, &report, &error);
    if (status == LEDE_OK) {
        char bytes[OUTPUT_NUMBER_BYTES];
        if (!cli->is_quiet) {
            output_count(output, report.checks);
            output_string(output, report.checks == 1 ? " part of " : " parts of ");
            output_count(output, report.segments);
            output_format(output, " %s checked (%s): no damage\n",
                report.segments == 1 ? "segment" : "segments",
                output_bytes_text(report.bytes, bytes));
        }
        return EXIT_DONE;
    }
    if (status != LEDE_ERR_CORRUPT) {
        return failure_report(&error, FAILURE_READING);
    }
    print_readable(path, &report, output);
    return failure_report(&error, FAILURE_READING);
}

const struct command command_verify = {
    .name = "verify",
    .operands = "INDEX",
    .operands_min = 1,
    .operands_max = 1,
    .summary = "check every byte of an index",
    .description = "Check every checksum and every invariant of the index. Each damage is printed: "
                   "what, where, "
                   "and what is lost by it; then what can still be read. The exit status is 3 "
                   "where anything is "
                   "damaged.",
    .options = options,
    .examples = examples,
    .run = run,
};
