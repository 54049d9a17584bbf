/* main.c -- lede COMMAND: dispatch, --help and --version. */
#include "cli.h"
#include "command.h"
#include "failure.h"
#include "help.h"
#include "output.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static const struct command *const commands[] = {
    &command_index,
    &command_search,
    &command_get,
    &command_terms,
    &command_analyze,
    &command_delete,
    &command_merge,
    &command_stats,
    &command_verify,
    &command_bench,
    NULL,
};

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; commands[i] != NULL; i++) {
        if (strcmp(commands[i]->name, name) == 0) {
            return commands[i];
        }
    }
    return NULL;
}

static int complain_command(const char *name)
{
    const struct command *near = NULL;
    size_t distance = 4;
    for (size_t i = 0; commands[i] != NULL; i++) {
        const size_t found = cli_distance(name, commands[i]->name);
        if (found < distance && found < strlen(name)) {
            distance = found;
            near = commands[i];
        }
    }
    if (near != NULL) {
        failure_say("there is no command \"%s\"; did you mean \"%s\"?", name, near->name);
    } else {
        failure_say("there is no command \"%s\"", name);
    }
    fputs("Try 'lede --help'.\n", stderr);
    return EXIT_USAGE;
}

static void print_overview(struct output *output)
{
    output_string(output, "Lede finds news: ranked full-text search with dates and facets.\n\n"
                          "Usage: lede COMMAND [OPTION...] INDEX ...\n\nCommands:\n");
    for (size_t i = 0; commands[i] != NULL; i++) {
        output_format(output, "  %-9s %s\n", commands[i]->name, commands[i]->summary);
    }
    output_string(output,
        "\nOptions may stand anywhere; -- ends them; - is standard input.\n"
        "'lede COMMAND --help' shows a command's options and examples; 'lede --version' the "
        "version.\n"
        "\nExamples:\n"
        "  lede index news.lede articles/\n"
        "  lede search news.lede summit minsk\n"
        "  lede search news.lede '\"security council\" -nato' --from 2020 --facet date:year\n");
}

/* Where a standard stream is closed, the next file opened would take its place, and a message could
 * be written into an index. /dev/null, opened the wrong way round, takes it instead: a result that
 * cannot be written is still an error. */
static void fill_standard_streams(void)
{
    for (int stream = 0; stream <= 2; stream++) {
        if (fcntl(stream, F_GETFD) == -1 &&
            open("/dev/null", stream == 1 ? O_RDONLY : O_RDWR) < 0) {
            _Exit(EXIT_SYSTEM);
        }
    }
}

static int run_command(const struct command *command, int argc, char **argv)
{
    struct cli cli;
    int status = EXIT_DONE;
    if (cli_parse(command, argc, argv, &cli, &status)) {
        struct output output;
        output_init(&output, stdout, cli.color);
        if (cli.wants_help) {
            help_print(&output, command);
        } else if (cli.wants_version) {
            output_format(&output, "lede %s\n", lede_version());
        } else {
            status = command->run(&cli, &output);
        }
        status = output_finish(&output, status);
    }
    cli_release(&cli);
    return status;
}

/* Without a command: --help and --version alone mean something. */
static int run_bare(int argc, char **argv)
{
    if (argc < 2) {
        struct output output;
        output_init(&output, stderr, COLOR_NEVER);
        print_overview(&output);
        return EXIT_USAGE;
    }
    struct output output;
    output_init(&output, stdout, COLOR_NEVER);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_overview(&output);
    } else if (strcmp(argv[1], "--version") == 0) {
        output_format(&output, "lede %s\n", lede_version());
    } else {
        failure_say("%s stands where a command should", argv[1]);
        fputs("Try 'lede --help'.\n", stderr);
        return EXIT_USAGE;
    }
    return output_finish(&output, EXIT_DONE);
}

int main(int argc, char **argv)
{
    fill_standard_streams();
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is seen by output.c */
    signal(SIGXFSZ, SIG_IGN); /* and a limit on the size of files by whoever writes one */

    int at = 1; /* the command's name: the first argument that is no option */
    while (at < argc && argv[at][0] == '-') {
        at++;
    }
    if (at == argc) {
        return run_bare(argc, argv);
    }
    if (strcmp(argv[at], "help") == 0) {
        if (at + 1 == argc) {
            return run_bare(argc, argv);
        }
        argv[at] = argv[at + 1];
        static char help[] = "--help";
        argv[at + 1] = help;
    }
    const struct command *command = find_command(argv[at]);
    if (command == NULL) {
        return complain_command(argv[at]);
    }
    /* Options before the name belong to the command as well. */
    for (int i = at; i > 1; i--) {
        argv[i] = argv[i - 1];
    }
    return run_command(command, argc - 2, argv + 2);
}
