/* cmd_index.c -- lede index: sources into a writer, with progress, reports and a summary. */
#include "cli.h"
#include "command.h"
#include "failure.h"
#include "progress.h"
#include "records.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    MEMORY_BYTES_MIN = 1 << 20,
    EXIT_SIGNAL = 128, /* and the signal's number: what a shell makes of it */
    KINDS_IN_SUMMARY = 3,
};

static const struct cli_option options[] = {
    {"format", "NAME", "text, jsonl, json, csv, tsv, trec or reuters; found out where not given",
        CLI_ONCE},
    {"language", "NAME", "whose words are stemmed: a Snowball stemmer (english), or none",
        CLI_ONCE},
    {"memory", "SIZE",
        "write a segment whenever so much is held, such as 256M or 2G (512M); at most 96M, and 2M "
        "for each thread beyond two, come on top, and what lede-index(1) names",
        CLI_ONCE},
    {"jobs", "N", "threads to work with (as many as there are processors)", CLI_ONCE},
    {"field", "NAME=PATH",
        "the input's PATH (a.b reaches into objects) is our title, body, date, id, url, or a "
        "keyword "
        "field",
        CLI_REPEATABLE},
    {"keyword", "NAME", "a field to filter by and to count in facets; fixed with the index",
        CLI_REPEATABLE},
    {"no-positions", NULL, "no phrases, and a smaller index; fixed with the index", CLI_ONCE},
    {"no-store", NULL, "keep no texts: no titles, no snippets; fixed with the index", CLI_ONCE},
    {"commit-every", "N", "make the index durable every N documents, not only at the end",
        CLI_ONCE},
    {"date-order", "ORDER", "03/04/2020 is mdy, March 4 (the default), or dmy, 3 April", CLI_ONCE},
    {"strict", NULL, "stop at the first record that cannot be read", CLI_ONCE},
    {.name = NULL},
};

static const struct cli_example examples[] = {
    {"lede index news.lede articles/", "a folder of news pages and exports, of any known format"},
    {"lede index news.lede dump.jsonl.zst --keyword source --keyword section",
        "one file, with two fields for filters and facets"},
    {"lede index news.lede export.csv --field title=Headline --field body=Text --date-order dmy",
        "columns of other names, days first"},
    {"zcat crawl.gz | lede index news.lede - --format jsonl", "from a pipe"},
    {NULL, NULL},
};

/* Set by the signal's handler, which has no other way to say it; read by on_progress. */
static volatile sig_atomic_t signal_caught;

static void on_signal(int number)
{
    signal_caught = number;
}

struct indexing {
    struct records records;
    struct progress progress;
    lede_ingest_summary summary;
    bool is_quiet;
};

static void on_record(void *context, const lede_record *record)
{
    struct indexing *indexing = context;
    progress_wipe(&indexing->progress);
    records_take(&indexing->records, record, indexing->is_quiet);
}

static int on_progress(void *context, const lede_ingest_summary *so_far)
{
    struct indexing *indexing = context;
    progress_draw(&indexing->progress, so_far->indexed + so_far->replaced, so_far->bytes);
    return signal_caught != 0;
}

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

/* The first signal stops in good order, a second one at once. */
static void catch_signals(void)
{
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        struct sigaction old;
        struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
        sigemptyset(&action.sa_mask);
        /* A signal that the shell had ignored (nohup) stays ignored. */
        if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN) {
            sigaction(signals[i], &action, NULL);
        }
    }
}

/* From here on a signal ends the process. */
static void release_signals(void)
{
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        struct sigaction old;
        if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler == on_signal) {
            (void)signal(signals[i], SIG_DFL);
        }
    }
}

/* A source that is not there should cost no work done on the others. */
static bool check_sources(const struct cli *cli)
{
    for (size_t i = 1; i < cli->operand_count; i++) {
        if (strcmp(cli->operands[i], "-") != 0 && access(cli->operands[i], R_OK) != 0) {
            failure_say("%s: %s", cli->operands[i], strerror(errno));
            return false;
        }
    }
    return true;
}

static bool read_options(struct cli *cli, lede_writer_options *writer, lede_source_options *source)
{
    static const char *const orders[] = {"mdy", "dmy", NULL};
    size_t order = 0;
    if (!cli_jobs(cli, &writer->threads) ||
        !cli_bytes(cli, "memory", MEMORY_BYTES_MIN, &writer->memory_bytes) ||
        !cli_uint(cli, "commit-every", 1, UINT64_MAX, &writer->commit_every) ||
        !cli_choice(cli, "date-order", orders, &order)) {
        return false;
    }
    writer->language = cli_value(cli, "language");
    writer->keywords = cli_values(cli, "keyword", &writer->keyword_count);
    writer->no_positions = cli_has(cli, "no-positions");
    writer->no_store = cli_has(cli, "no-store");
    source->format = cli_value(cli, "format");
    source->field_maps = cli_values(cli, "field", &source->field_map_count);
    source->day_first = order == 1;
    source->strict = cli_has(cli, "strict");
    for (size_t i = 0; i < source->field_map_count; i++) {
        const char *equals = strchr(source->field_maps[i], '=');
        if (equals == NULL || equals == source->field_maps[i] || equals[1] == '\0') {
            cli_complain(cli->command, "--field: \"%s\" is not NAME=PATH", source->field_maps[i]);
            return false;
        }
    }
    return true;
}

static void print_skipped(struct output *output, const struct indexing *indexing)
{
    output_count(output, indexing->summary.rejected);
    output_string(output, " skipped");
    size_t printed = 0;
    for (size_t i = 0; i < indexing->records.kind_count && printed < KINDS_IN_SUMMARY; i++) {
        const struct record_kind *kind = &indexing->records.kinds[i];
        if (!kind->is_rejected) {
            continue;
        }
        output_string(output, printed++ == 0 ? " (" : "; ");
        output_count(output, kind->count);
        output_string(output, kind->count == 1 ? ": " : " times: ");
        output_line(output, text_of(kind->name));
        output_string(output, kind->count == 1 ? ", at " : ", first at ");
        output_line(output, text_of(kind->first));
    }
    output_string(output, printed > 0 ? ")" : "");
}

static void print_summary(struct output *output, const char *path, const struct indexing *indexing,
    const lede_index_stats *stats)
{
    const lede_ingest_summary *summary = &indexing->summary;
    const double seconds = (double)(progress_now_ns() - indexing->progress.start_ns) / 1e9;
    char number[OUTPUT_NUMBER_BYTES];
    output_line(output, text_of(path));
    output_string(output, ": ");
    output_count(output, summary->indexed);
    output_string(output, summary->indexed == 1 ? " document indexed, " : " documents indexed, ");
    output_count(output, summary->replaced);
    output_string(output, " replaced");
    output_string(output, summary->replaced > 0 ? " (same id), " : ", ");
    print_skipped(output, indexing);
    if (summary->undated > 0) {
        output_string(output, ", ");
        output_count(output, summary->undated);
        output_string(output, " undated");
    }
    if (summary->repaired > 0) {
        output_string(output, ", ");
        output_count(output, summary->repaired);
        output_string(output, " with bytes that are not UTF-8");
    }
    output_string(output, "; the index has ");
    output_count(output, stats->documents);
    output_string(output, stats->documents == 1 ? " document, " : " documents, ");
    output_count(output, stats->terms);
    output_string(output, " terms and ");
    output_count(output, stats->postings);
    output_format(output, " postings; read %s from ", output_bytes_text(summary->bytes, number));
    output_count(output, summary->files);
    output_format(output, " %s, ", summary->files == 1 ? "file" : "files");
    output_format(output, "%s on disk; ", output_bytes_text(stats->bytes, number));
    output_format(output, "%.2f s, %.1f MB/s.\n", seconds,
        seconds > 0 ? (double)summary->bytes / 1e6 / seconds : 0);
}

static int summarize(const struct cli *cli, struct output *output, const struct indexing *indexing)
{
    const char *path = cli->operands[0];
    lede_index *index = NULL;
    lede_index_stats stats;
    lede_error error;
    int status = EXIT_DONE;
    if (lede_index_open(path, NULL, &index, &error) != LEDE_OK ||
        lede_index_stats_read(index, &stats, &error) != LEDE_OK) {
        status = failure_report(&error, FAILURE_READING);
    } else if (!cli->is_quiet) {
        print_summary(output, path, indexing, &stats);
    }
    lede_index_close(index);
    return status;
}

/* Make what was added durable, then the index good to search. */
static int finish(lede_writer *writer, struct progress *progress)
{
    lede_error error;
    progress_say(progress, "writing the last segment");
    if (lede_writer_commit(writer, &error) != LEDE_OK) {
        progress_wipe(progress);
        return failure_report(&error, FAILURE_WRITING);
    }
    /* All is committed. What is left makes the index better and can be stopped at any point: by a signal that came
     * during the commit, too. */
    release_signals();
    progress_say(progress, "all is committed; merging segments, which may be stopped");
    const lede_status status = signal_caught == 0 ? lede_writer_tidy(writer, &error) : LEDE_OK;
    progress_wipe(progress);
    return status == LEDE_OK ? EXIT_DONE : failure_report(&error, FAILURE_WRITING);
}

static int add_sources(const struct cli *cli, lede_writer *writer,
    const lede_source_options *source, struct indexing *indexing)
{
    lede_error error;
    for (size_t i = 1; i < cli->operand_count; i++) {
        const lede_status status =
            lede_writer_add_source(writer, cli->operands[i], source, &indexing->summary, &error);
        progress_wipe(&indexing->progress);
        if (signal_caught != 0) {
            return EXIT_SIGNAL + signal_caught;
        }
        if (status != LEDE_OK) {
            return failure_report(&error, FAILURE_SOURCE);
        }
    }
    return finish(writer, &indexing->progress);
}

/* An index that cannot be read has one as well. */
static bool has_commit(const char *path)
{
    lede_index *index = NULL;
    const lede_status status = lede_index_open(path, NULL, &index, NULL);
    lede_index_close(index);
    return status != LEDE_ERR_NOT_FOUND;
}

static int run(struct cli *cli, struct output *output)
{
    lede_writer_options writer_options = LEDE_WRITER_OPTIONS_INIT;
    lede_source_options source_options = LEDE_SOURCE_OPTIONS_INIT;
    if (!read_options(cli, &writer_options, &source_options) || !check_sources(cli)) {
        return EXIT_USAGE;
    }
    struct indexing indexing = {.is_quiet = cli->is_quiet};
    source_options.report = on_record;
    source_options.progress = on_progress;
    source_options.context = &indexing;
    catch_signals();
    progress_begin(&indexing.progress, cli->is_quiet, cli->operands + 1, cli->operand_count - 1);

    lede_writer *writer = NULL;
    lede_error error;
    if (lede_writer_open(cli->operands[0], &writer_options, &writer, &error) != LEDE_OK) {
        return failure_report(&error, FAILURE_WRITING);
    }
    int status = add_sources(cli, writer, &source_options, &indexing);
    lede_writer_close(writer);
    records_finish(&indexing.records);
    if (status != EXIT_DONE) {
        failure_say("%s; %s", status > EXIT_SIGNAL ? "stopped by a signal" : "not finished",
            has_commit(cli->operands[0]) ? "the index is as its last commit left it"
                                         : "nothing was committed, there is no index");
        return status;
    }
    status = summarize(cli, output, &indexing);
    const bool is_all_rejected =
        indexing.summary.records > 0 && indexing.summary.rejected == indexing.summary.records;
    if (status == EXIT_DONE && is_all_rejected) {
        failure_say("no record could be read");
        return EXIT_USAGE;
    }
    return status;
}

const struct command command_index = {
    .name = "index",
    .operands = "INDEX SOURCE...",
    .operands_min = 2,
    .operands_max = SIZE_MAX,
    .summary = "create an index from files, or add to it",
    .description =
        "Add the documents of every SOURCE (a file, a directory tree, or - for standard input; "
        "inside .gz, .zst, .xz, .bz2, .tar and .zip too) to the index in directory INDEX, which is "
        "created where it is not there. A document takes the place of one with its id. Records "
        "that "
        "cannot be read are reported with file and line, and skipped. The index changes all at "
        "once, at the end; stopped by Ctrl-C it stays as its last commit left it.",
    .options = options,
    .examples = examples,
    .run = run,
};
