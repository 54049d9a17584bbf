/* cli.c -- parse by table, complain with a suggestion. */
#include "cli.h"

#include "failure.h"

#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { JOBS_MAX = 64 }; /* lede_writer_options.threads */

/* Those of every command. */
const struct cli_option cli_common_options[] = {
    {.name = "quiet", .help = "say nothing but errors"},
    {.name = "color",
        .argument = "WHEN",
        .help = "auto, always or never: bold words; auto is on a terminal, unless NO_COLOR is set"},
    {.name = "help", .help = "show this help"},
    {.name = "version", .help = "show the version"},
    {.name = NULL},
};

enum {
    NAME_BYTES_MAX = 64, /* of a name that a suggestion is looked for */
};

static const struct cli_option *find_in(
    const struct cli_option *options, const char *name, size_t length)
{
    for (; options != NULL && options->name != NULL; options++) {
        if (strlen(options->name) == length && memcmp(options->name, name, length) == 0) {
            return options;
        }
    }
    return NULL;
}

static const struct cli_option *find(const struct command *command, const char *name, size_t length)
{
    const struct cli_option *option = find_in(command->options, name, length);
    return option != NULL ? option : find_in(cli_common_options, name, length);
}

size_t cli_distance(const char *left, const char *right)
{
    const size_t left_length = strlen(left), right_length = strlen(right);
    if (left_length >= NAME_BYTES_MAX || right_length >= NAME_BYTES_MAX) {
        return NAME_BYTES_MAX;
    }
    size_t row[NAME_BYTES_MAX]; /* Levenshtein, one row at a time */
    for (size_t i = 0; i <= right_length; i++) {
        row[i] = i;
    }
    for (size_t i = 0; i < left_length; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < right_length; j++) {
            const size_t change = diagonal + (left[i] != right[j]);
            diagonal = row[j + 1];
            const size_t best = row[j] < diagonal ? row[j] : diagonal;
            row[j + 1] = best + 1 < change ? best + 1 : change;
        }
    }
    return row[right_length];
}

static void nearest(const struct cli_option *options, const char *name, size_t *distance,
    const struct cli_option **nearest_out)
{
    for (; options != NULL && options->name != NULL; options++) {
        const size_t found = cli_distance(name, options->name);
        if (found < *distance) {
            *distance = found;
            *nearest_out = options;
        }
    }
}

int cli_complain(const struct command *command, const char *format, ...)
{
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    failure_say("%s", message);
    fprintf(stderr, "Try 'lede %s --help'.\n", command->name);
    return EXIT_USAGE;
}

static int complain_unknown(const struct command *command, const char *argument)
{
    char name[NAME_BYTES_MAX] = "";
    const bool is_long = argument[1] == '-';
    const size_t length = strcspn(argument + (is_long ? 2 : 1), "=");
    if (length < sizeof(name)) {
        memcpy(name, argument + (is_long ? 2 : 1), length);
    }
    const struct cli_option *near = NULL;
    size_t distance = length < 4 ? 2 : 3; /* a suggestion is closer than that */
    nearest(command->options, name, &distance, &near);
    nearest(cli_common_options, name, &distance, &near);
    if (!is_long) {
        /* Most likely a word of a query that is not wanted. */
        return cli_complain(command,
            "there is no option %s (where it is not meant as one, put -- before the operands)",
            argument);
    }
    if (near != NULL) {
        return cli_complain(command, "there is no option %s; did you mean %s%s?", argument,
            cli_dashes(near), near->name);
    }
    return cli_complain(command, "there is no option %s", argument);
}

/* One option at argv[*at]. Moves *at to its argument where that stands apart. */
static bool parse_option(struct cli *cli, int argc, char **argv, int *at, int *status_out)
{
    const char *argument = argv[*at];
    const bool is_long = argument[1] == '-';
    const char *name = argument + (is_long ? 2 : 1);
    const char *attached = NULL;
    size_t length = strcspn(name, "=");
    if (!is_long) {
        length = 1;
        attached = name[1] != '\0' ? name + 1 + (name[1] == '=') : NULL;
    } else if (name[length] == '=') {
        attached = name + length + 1;
    }
    const struct cli_option *option = find(cli->command, name, length);
    if (option != NULL && !is_long && option->manner != CLI_LETTER) {
        option = NULL;
    }
    if (option == NULL && strcmp(argument, "-h") == 0) {
        option = find_in(cli_common_options, "help", 4);
    }
    if (option == NULL || (!is_long && option->argument == NULL && attached != NULL)) {
        *status_out = complain_unknown(cli->command, argument);
        return false;
    }
    if (option->argument == NULL && attached != NULL) {
        *status_out = cli_complain(cli->command, "--%s takes no argument", option->name);
        return false;
    }
    if (option->argument != NULL && attached == NULL) {
        if (*at + 1 >= argc) {
            *status_out = cli_complain(cli->command, "%s needs its %s", argument, option->argument);
            return false;
        }
        attached = argv[++*at];
    }
    cli->given[cli->given_count++] = (struct cli_given){option, attached};
    return true;
}

bool cli_parse(
    const struct command *command, int argc, char **argv, struct cli *cli_out, int *status_out)
{
    const size_t room = (size_t)argc + 1;
    *cli_out = (struct cli){.command = command,
        .given = calloc(room, sizeof(struct cli_given)),
        .operands = calloc(room, sizeof(char *)),
        .values = calloc(room, sizeof(char *))};
    struct cli *cli = cli_out;
    if (cli->given == NULL || cli->operands == NULL || cli->values == NULL) {
        *status_out = failure_no_memory();
        return false;
    }
    bool is_past_options = false;
    for (int i = 0; i < argc; i++) {
        if (is_past_options || argv[i][0] != '-' || argv[i][1] == '\0') {
            cli->operands[cli->operand_count++] = argv[i];
        } else if (strcmp(argv[i], "--") == 0) {
            is_past_options = true;
        } else if (!parse_option(cli, argc, argv, &i, status_out)) {
            return false;
        }
    }
    static const char *const colors[] = {"auto", "always", "never", NULL};
    size_t color = COLOR_AUTO;
    if (!cli_choice(cli, "color", colors, &color)) {
        *status_out = EXIT_USAGE;
        return false;
    }
    cli->color = (enum color_choice)color;
    cli->is_quiet = cli_has(cli, "quiet");
    cli->wants_help = cli_has(cli, "help");
    cli->wants_version = cli_has(cli, "version");
    if (cli->wants_help || cli->wants_version) {
        return true;
    }
    if (cli->operand_count < command->operands_min || cli->operand_count > command->operands_max) {
        const bool are_few = cli->operand_count < command->operands_min;
        *status_out = cli_complain(command, are_few ? "%s: needs %s" : "%s: takes only %s",
            command->name, command->operands);
        return false;
    }
    return true;
}

void cli_release(struct cli *cli)
{
    free(cli->given);
    free(cli->operands);
    free(cli->values);
    *cli = (struct cli){.command = cli->command};
}

static const struct cli_option *must_find(const struct cli *cli, const char *name)
{
    const struct cli_option *option = find(cli->command, name, strlen(name));
    if (option == NULL) {
        abort(); /* a command asks for an option that its table does not have */
    }
    return option;
}

bool cli_has(const struct cli *cli, const char *name)
{
    const struct cli_option *option = must_find(cli, name);
    for (size_t i = 0; i < cli->given_count; i++) {
        if (cli->given[i].option == option) {
            return true;
        }
    }
    return false;
}

const char *cli_value(const struct cli *cli, const char *name)
{
    const struct cli_option *option = must_find(cli, name);
    for (size_t i = cli->given_count; i > 0; i--) {
        if (cli->given[i - 1].option == option) {
            return cli->given[i - 1].value;
        }
    }
    return NULL;
}

const char *const *cli_values(struct cli *cli, const char *name, size_t *count_out)
{
    const struct cli_option *option = must_find(cli, name);
    const char **first = cli->values + cli->value_count;
    size_t count = 0;
    for (size_t i = 0; i < cli->given_count; i++) {
        if (cli->given[i].option == option) {
            first[count++] = cli->given[i].value;
        }
    }
    cli->value_count += count;
    *count_out = count;
    return first;
}

bool cli_uint(
    const struct cli *cli, const char *name, uint64_t min, uint64_t max, uint64_t *value_out)
{
    const char *text = cli_value(cli, name);
    if (text == NULL) {
        return true;
    }
    char *end = NULL;
    errno = 0;
    const unsigned long long value = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || value < min ||
        value > max) {
        cli_complain(cli->command, "%s%s: \"%s\" is not a number from %llu to %llu",
            cli_dashes(must_find(cli, name)), name, text, (unsigned long long)min,
            (unsigned long long)max);
        return false;
    }
    *value_out = value;
    return true;
}

bool cli_jobs(const struct cli *cli, unsigned *jobs_out)
{
    cpu_set_t set;
    const int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    uint64_t jobs = count < JOBS_MAX ? (uint64_t)count : JOBS_MAX;
    if (!cli_uint(cli, "jobs", 1, JOBS_MAX, &jobs)) {
        return false;
    }
    *jobs_out = (unsigned)jobs;
    return true;
}

bool cli_double(const struct cli *cli, const char *name, double min, double max, double *value_out)
{
    const char *text = cli_value(cli, name);
    if (text == NULL) {
        return true;
    }
    char *end = NULL;
    const double value = strtod(text, &end);
    if (end == text || *end != '\0' || !(value >= min && value <= max)) {
        cli_complain(cli->command, "%s%s: \"%s\" is not a number from %g to %g",
            cli_dashes(must_find(cli, name)), name, text, min, max);
        return false;
    }
    *value_out = value;
    return true;
}

bool cli_bytes(const struct cli *cli, const char *name, uint64_t min, uint64_t *value_out)
{
    const char *text = cli_value(cli, name);
    if (text == NULL) {
        return true;
    }
    char *end = NULL;
    errno = 0;
    const unsigned long long count = strtoull(text, &end, 10);
    static const char units[] = "kmgt";
    const char *unit = *end != '\0' ? strchr(units, *end | 0x20) : NULL;
    unsigned shift = 0;
    if (unit != NULL) {
        shift = (unsigned)(unit - units + 1) * 10;
        end++;
        end += strcmp(end, "B") == 0 || strcmp(end, "iB") == 0 ? strlen(end) : 0;
    }
    const bool is_good = text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 &&
                         count <= UINT64_MAX >> shift && count << shift >= min;
    if (!is_good) {
        cli_complain(cli->command, "--%s: \"%s\" is not a size such as 256M (at least %llu)", name,
            text, (unsigned long long)min);
        return false;
    }
    *value_out = count << shift;
    return true;
}

bool cli_choice(
    const struct cli *cli, const char *name, const char *const *choices, size_t *choice_out)
{
    const char *text = cli_value(cli, name);
    if (text == NULL) {
        return true;
    }
    char list[256] = "";
    size_t used = 0;
    for (size_t i = 0; choices[i] != NULL; i++) {
        if (strcmp(text, choices[i]) == 0) {
            *choice_out = i;
            return true;
        }
        const int added =
            snprintf(list + used, sizeof(list) - used, i > 0 ? ", %s" : "%s", choices[i]);
        used += (size_t)added < sizeof(list) - used ? (size_t)added : 0;
    }
    cli_complain(cli->command, "--%s: \"%s\" is none of %s", name, text, list);
    return false;
}

bool cli_output_json(const struct cli *cli, bool *is_json_out)
{
    static const char *const forms[] = {"text", "json", NULL};
    size_t form = 0;
    if (!cli_choice(cli, "output", forms, &form)) {
        return false;
    }
    *is_json_out = form == 1;
    return true;
}

bool cli_join_operands(const struct cli *cli, size_t first, char **joined_out, size_t *length_out)
{
    size_t length = 0;
    for (size_t i = first; i < cli->operand_count; i++) {
        length += strlen(cli->operands[i]) + 1;
    }
    char *joined = malloc(length + 1);
    if (joined == NULL) {
        return false;
    }
    size_t at = 0;
    for (size_t i = first; i < cli->operand_count; i++) {
        const size_t bytes = strlen(cli->operands[i]);
        memcpy(joined + at, cli->operands[i], bytes);
        at += bytes;
        joined[at++] = ' ';
    }
    at -= at > 0;
    joined[at] = '\0';
    *joined_out = joined;
    *length_out = at;
    return true;
}
