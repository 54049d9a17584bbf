/* cli.h -- the command line: options by table.
 *
 * Options may stand anywhere among the operands; "--" ends them; "-" is an operand (standard
 * input). A long option's argument follows it or an equals sign; a short one's follows it or is
 * attached. Where an option that is not repeatable is given twice, the last one holds.
 * What is wrong with a command line is said here; the caller only passes on the exit status.
 */
#ifndef CLI_H
#define CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "command.h"
#include "output.h"

enum cli_manner {
    CLI_ONCE,       /* where it is given twice, the last one holds */
    CLI_REPEATABLE, /* each one counts */
    CLI_LETTER,     /* CLI_ONCE, and a single dash will do for its one letter */
};

struct cli_option {
    const char *name;     /* without dashes; NULL ends a table */
    const char *argument; /* "DATE"; NULL: a flag */
    const char *help;
    enum cli_manner manner;
};

/* The options of every command. */
extern const struct cli_option cli_common_options[];

/* What stands before an option's name: "-" or "--". */
static inline const char *cli_dashes(const struct cli_option *option)
{
    return option->manner == CLI_LETTER ? "-" : "--";
}

struct cli_given {
    const struct cli_option *option;
    const char *value;
};

struct cli {
    const struct command *command;
    struct cli_given *given; /* in the order of the command line */
    size_t given_count;
    const char **operands;
    size_t operand_count;
    const char **values; /* room for cli_values */
    size_t value_count;
    enum color_choice color;
    bool is_quiet;
    bool wants_help;
    bool wants_version;
};

/* Parse the arguments behind the command's name. False where they are wrong (said), or memory is
 * short: *status_out is the exit status then. All is borrowed from argv; release with cli_release
 * in both cases. */
bool cli_parse(
    const struct command *command, int argc, char **argv, struct cli *cli_out, int *status_out);
void cli_release(struct cli *cli);

/* Asking for an option that is not in the command's table is a bug, and ends the program. */
bool cli_has(const struct cli *cli, const char *name);
/* The value given last; NULL: not given. */
const char *cli_value(const struct cli *cli, const char *name);
/* All values, in order; borrowed from cli. To be asked once per name. */
const char *const *cli_values(struct cli *cli, const char *name, size_t *count_out);

/* Set *value_out where the option was given; false where it is no number within the bounds (said).
 * cli_bytes takes K, M or G behind it (1024 and its powers). */
bool cli_uint(
    const struct cli *cli, const char *name, uint64_t min, uint64_t max, uint64_t *value_out);
/* --jobs: threads of a writer; without it as many as this process has processors. */
bool cli_jobs(const struct cli *cli, unsigned *jobs_out);
bool cli_double(const struct cli *cli, const char *name, double min, double max, double *value_out);
bool cli_bytes(const struct cli *cli, const char *name, uint64_t min, uint64_t *value_out);
/* *choice_out: the place of the value among `choices` (NULL at the end). False: none of them (said). */
bool cli_choice(
    const struct cli *cli, const char *name, const char *const *choices, size_t *choice_out);
/* --output of the commands that print text or json. */
bool cli_output_json(const struct cli *cli, bool *is_json_out);

/* Say what is wrong with the command line. EXIT_USAGE. */
int cli_complain(const struct command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The operands from `first` on, with blanks between. *joined_out is owned: free. False: no memory. */
bool cli_join_operands(const struct cli *cli, size_t first, char **joined_out, size_t *length_out);

/* How far two names are apart in edits: for "did you mean". */
size_t cli_distance(const char *left, const char *right);

#endif
