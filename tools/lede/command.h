/* command.h -- what a command is, and the list of them.
 *
 * A command declares its operands, its options and examples in tables; parsing (cli.h) and --help
 * (help.h) are made from those, so that neither can know an option that the other does not.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stddef.h>

struct cli;
struct cli_option;
struct output;

struct cli_example {
    const char *line; /* "lede search news.lede summit minsk"; NULL ends a table */
    const char *does;
};

struct command {
    const char *name;
    const char *operands; /* as usage shows them: "INDEX QUERY..." */
    size_t operands_min;
    size_t operands_max; /* SIZE_MAX: any number */
    const char *summary; /* a line in the list of commands */
    const char *description;
    const struct cli_option *options; /* its own ones; cli.h has those of every command */
    const struct cli_example *examples;
    /* Do it: results into `output`, everything else to standard error. The exit status. */
    int (*run)(struct cli *cli, struct output *output);
};

extern const struct command command_index;
extern const struct command command_search;
extern const struct command command_get;
extern const struct command command_terms;
extern const struct command command_analyze;
extern const struct command command_delete;
extern const struct command command_merge;
extern const struct command command_stats;
extern const struct command command_verify;
extern const struct command command_bench;

#endif
