/* cmd_analyze.c -- lede analyze: the terms that a text becomes. */
#include "cli.h"
#include "command.h"
#include "failure.h"
#include "input.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static const struct cli_option options[] = {
    {"language", "NAME", "whose words are stemmed: a Snowball stemmer (english), or none",
        CLI_ONCE},
    {"lines", NULL, "each line of the text is one of its own, answered by a line of its terms",
        CLI_ONCE},
    {.name = NULL},
};

static const struct cli_example examples[] = {
    {"lede analyze \"The President's securities\"", "position, tab, term"},
    {"lede analyze --language german --lines - < sentences.txt", "a line of terms for each line"},
    {NULL, NULL},
};

struct analysis {
    struct output *output;
    bool is_by_line;
    bool is_first; /* of its line */
};

static int put_token(void *context, const lede_token *token)
{
    struct analysis *analysis = context;
    if (analysis->is_by_line) {
        output_string(analysis->output, analysis->is_first ? "" : " ");
    } else {
        output_format(analysis->output, "%" PRIu32 "\t", token->position);
    }
    output_line(analysis->output, token->term);
    output_string(analysis->output, analysis->is_by_line ? "" : "\n");
    analysis->is_first = false;
    return output_has_failed(analysis->output);
}

/* Analyze one text, or each line of it. */
static lede_status analyze(
    struct analysis *analysis, lede_analyzer *analyzer, lede_text text, lede_error *error)
{
    if (!analysis->is_by_line) {
        return lede_analyze(analyzer, text.data, text.length, put_token, analysis, error);
    }
    for (size_t begin = 0; begin < text.length;) {
        const char *end = memchr(text.data + begin, '\n', text.length - begin);
        const size_t length = end != NULL ? (size_t)(end - text.data) - begin : text.length - begin;
        analysis->is_first = true;
        const lede_status status =
            lede_analyze(analyzer, text.data + begin, length, put_token, analysis, error);
        if (status != LEDE_OK) {
            return status;
        }
        output_string(analysis->output, "\n");
        begin += length + 1;
    }
    return LEDE_OK;
}

/* Lines of standard input are answered one by one: the command may stand in a pipe that waits. */
static int analyze_input_lines(struct analysis *analysis, lede_analyzer *analyzer)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t length = 0;
    int status = EXIT_DONE;
    errno = 0;
    while (!output_has_failed(analysis->output) && (length = getline(&line, &room, stdin)) > 0) {
        lede_error error;
        const lede_text text = {line, (size_t)length};
        const lede_status analyzed = analyze(analysis, analyzer, text, &error);
        if (analyzed != LEDE_OK && analyzed != LEDE_ERR_CANCELLED) {
            status = failure_report(&error, FAILURE_SOURCE);
            break;
        }
    }
    if (ferror(stdin) || (length < 0 && !feof(stdin))) {
        failure_say("standard input: %s", strerror(errno));
        status = EXIT_SYSTEM;
    }
    free(line);
    return status;
}

static int analyze_text(struct analysis *analysis, lede_analyzer *analyzer, lede_text text)
{
    lede_error error;
    const lede_status status = analyze(analysis, analyzer, text, &error);
    if (status != LEDE_OK && status != LEDE_ERR_CANCELLED) {
        return failure_report(&error, FAILURE_SOURCE);
    }
    return EXIT_DONE;
}

static int run(struct cli *cli, struct output *output)
{
    const bool is_input =
        cli->operand_count == 0 || (cli->operand_count == 1 && strcmp(cli->operands[0], "-") == 0);
    if (cli->operand_count == 0 && isatty(STDIN_FILENO) == 1) {
        return cli_complain(cli->command, "analyze: needs TEXT..., or - for standard input");
    }
    lede_analyzer *analyzer = NULL;
    lede_error error;
    const char *language = cli_value(cli, "language");
    if (lede_analyzer_new(language != NULL ? language : "english", &analyzer, &error) != LEDE_OK) {
        return failure_report(&error, FAILURE_SOURCE);
    }
    struct analysis analysis = {.output = output, .is_by_line = cli_has(cli, "lines")};
    int status = EXIT_DONE;
    if (is_input && analysis.is_by_line) {
        status = analyze_input_lines(&analysis, analyzer);
    } else {
        char *text = NULL;
        size_t length = 0;
        if (is_input && !input_read("-", &text, &length, &status)) {
            text = NULL;
        } else if (!is_input && !cli_join_operands(cli, 0, &text, &length)) {
            status = failure_no_memory();
        } else {
            status = analyze_text(&analysis, analyzer, (lede_text){text, length});
        }
        free(text);
    }
    lede_analyzer_free(analyzer);
    return status;
}

const struct command command_analyze = {
    .name = "analyze",
    .operands = "TEXT...",
    .operands_min = 0,
    .operands_max = SIZE_MAX,
    .summary = "the terms that analysis makes of a text",
    .description = "Print the terms of TEXT, one a line: its position, a tab, the term. With - the "
                   "text is read from standard input.",
    .options = options,
    .examples = examples,
    .run = run,
};
