/* cmd_get.c -- lede get: stored documents by id. */
#include "cli.h"
#include "command.h"
#include "failure.h"
#include "render.h"

#include <string.h>

static const struct cli_option options[] = {
    {"output", "FORM", "text, or json (an object a line)", CLI_ONCE},
    {.name = NULL},
};

static const struct cli_example examples[] = {
    {"lede get news.lede 002", "one document, to read"},
    {"lede get news.lede 002 017 --output json", "two, an object a line"},
    {NULL, NULL},
};

static void put_head(struct output *output, lede_text name, lede_text value)
{
    if (value.length == 0) {
        return;
    }
    output_line(output, name);
    output_string(output, ": ");
    output_line(output, value);
    output_string(output, "\n");
}

static void print_text(struct output *output, const lede_document *document)
{
    output_bold(output, true);
    output_line(output, document->title);
    output_bold(output, false);
    output_string(output, document->title.length > 0 ? "\n" : "");
    put_head(output, text_of("id"), document->id);
    put_head(output, text_of("date"), document->date);
    put_head(output, text_of("url"), document->url);
    for (size_t i = 0; i < document->field_count; i++) {
        put_head(output, document->fields[i].name, document->fields[i].value);
    }
    output_string(output, "\n");
    output_text(output, document->body);
    const bool has_line_end =
        document->body.length == 0 || document->body.data[document->body.length - 1] == '\n';
    output_string(output, has_line_end ? "" : "\n");
}

static void print_json(struct output *output, const lede_document *document)
{
    output_string(output, "{\"id\": ");
    output_json(output, document->id);
    output_string(output, ", \"title\": ");
    output_json(output, document->title);
    output_string(output, ", \"date\": ");
    render_json_optional(output, document->date);
    output_string(output, ", \"url\": ");
    render_json_optional(output, document->url);
    output_string(output, ", \"fields\": ");
    render_json_fields(output, document->fields, document->field_count);
    output_string(output, ", \"body\": ");
    output_json(output, document->body);
    output_string(output, "}\n");
}

static int print_documents(
    const struct cli *cli, lede_index *index, bool is_json, struct output *output)
{
    int status = EXIT_DONE;
    bool has_printed = false;
    for (size_t i = 1; i < cli->operand_count && !output_has_failed(output); i++) {
        const char *id = cli->operands[i];
        lede_stored *stored = NULL;
        lede_error error;
        if (lede_get(index, id, strlen(id), &stored, &error) != LEDE_OK) {
            status = failure_report(&error, FAILURE_DOCUMENT);
            if (status != EXIT_NOTHING) {
                return status;
            }
            continue;
        }
        if (is_json) {
            print_json(output, lede_stored_document(stored));
        } else {
            output_string(output, has_printed ? "\n" : "");
            print_text(output, lede_stored_document(stored));
        }
        has_printed = true;
        lede_stored_free(stored);
    }
    return status;
}

static int run(struct cli *cli, struct output *output)
{
    bool is_json = false;
    if (!cli_output_json(cli, &is_json)) {
        return EXIT_USAGE;
    }
    lede_index *index = NULL;
    lede_error error;
    if (lede_index_open(cli->operands[0], NULL, &index, &error) != LEDE_OK) {
        return failure_report(&error, FAILURE_READING);
    }
    const int status = print_documents(cli, index, is_json, output);
    lede_index_close(index);
    return status;
}

const struct command command_get = {
    .name = "get",
    .operands = "INDEX ID...",
    .operands_min = 2,
    .operands_max = SIZE_MAX,
    .summary = "print stored documents",
    .description =
        "Print the stored documents with these ids, in the order asked. An id that is not "
        "there is said, and makes the exit status 1.",
    .options = options,
    .examples = examples,
    .run = run,
};
