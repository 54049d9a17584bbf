/* help.c -- the tables in two columns, wrapped at words. */
#include "help.h"

#include <string.h>

enum {
    HELP_COLUMN = 26,
    HELP_WIDTH = 80,
};

/* Words of `text` in lines from column `indent` on; the cursor stands in `column`. */
static void print_wrapped(struct output *output, const char *text, int column, int indent)
{
    for (const char *word = text; *word != '\0';) {
        const int length = (int)strcspn(word, " ");
        if (column > indent && column + 1 + length > HELP_WIDTH) {
            output_format(output, "\n");
            column = 0;
        } else if (column > indent) {
            output_string(output, " ");
            column++;
        }
        if (column < indent) {
            output_format(output, "%*s", indent - column, "");
            column = indent;
        }
        output_bytes(output, word, (size_t)length);
        column += length;
        word += length;
        word += strspn(word, " ");
    }
    output_string(output, "\n");
}

static void print_options(struct output *output, const struct cli_option *options)
{
    for (; options != NULL && options->name != NULL; options++) {
        char head[64];
        int width = snprintf(head, sizeof(head), "  %s%s%s%s", cli_dashes(options), options->name,
            options->argument != NULL ? " " : "",
            options->argument != NULL ? options->argument : "");
        output_string(output, head);
        if (width + 2 > HELP_COLUMN) {
            output_string(output, "\n");
            width = 0;
        }
        char text[512];
        snprintf(text, sizeof(text), "%s%s", options->help,
            options->manner == CLI_REPEATABLE ? " (repeatable)" : "");
        print_wrapped(output, text, width, HELP_COLUMN);
    }
}

void help_print(struct output *output, const struct command *command)
{
    output_format(output, "Usage: lede %s [OPTION...] %s\n\n", command->name, command->operands);
    print_wrapped(output, command->description, 0, 0);
    output_string(output, "\nOptions:\n");
    print_options(output, command->options);
    print_options(output, cli_common_options);
    output_string(output, "\nExamples:\n");
    for (const struct cli_example *example = command->examples; example->line != NULL; example++) {
        output_format(output, "  %s\n", example->line);
        print_wrapped(output, example->does, 0, 6);
    }
}
