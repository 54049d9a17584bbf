/* cmd_delete.c -- lede delete: documents by id. */
#include "cli.h"
#include "command.h"
#include "failure.h"

#include <string.h>

static const struct cli_option options[] = {
    {.name = NULL},
};

static const struct cli_example examples[] = {
    {"lede delete news.lede 002 017", "two documents, in one commit"},
    {NULL, NULL},
};

/* A writer makes an index where there is none; deleting must not. */
static int check_there(const char *path)
{
    lede_index *index = NULL;
    lede_error error;
    if (lede_index_open(path, NULL, &index, &error) != LEDE_OK) {
        return failure_report(&error, FAILURE_READING);
    }
    lede_index_close(index);
    return EXIT_DONE;
}

static int delete_all(
    const struct cli *cli, lede_writer *writer, size_t *deleted, struct output *output)
{
    lede_error error;
    int status = EXIT_DONE;
    for (size_t i = 1; i < cli->operand_count; i++) {
        const char *id = cli->operands[i];
        const lede_status outcome = lede_writer_delete(writer, id, strlen(id), &error);
        if (outcome == LEDE_ERR_NOT_FOUND || outcome == LEDE_ERR_INVALID) {
            status = failure_report(&error, FAILURE_DOCUMENT);
        } else if (outcome != LEDE_OK) {
            return failure_report(&error, FAILURE_WRITING);
        } else {
            ++*deleted;
        }
    }
    if (*deleted == 0) {
        return status;
    }
    if (lede_writer_commit(writer, &error) != LEDE_OK) {
        return failure_report(&error, FAILURE_WRITING);
    }
    if (!cli->is_quiet) {
        output_count(output, *deleted);
        output_string(output, *deleted == 1 ? " document deleted\n" : " documents deleted\n");
    }
    return status;
}

static int run(struct cli *cli, struct output *output)
{
    int status = check_there(cli->operands[0]);
    if (status != EXIT_DONE) {
        return status;
    }
    lede_writer *writer = NULL;
    lede_error error;
    if (lede_writer_open(cli->operands[0], NULL, &writer, &error) != LEDE_OK) {
        return failure_report(&error, FAILURE_WRITING);
    }
    size_t deleted = 0;
    status = delete_all(cli, writer, &deleted, output);
    lede_writer_close(writer);
    return status;
}

const struct command command_delete = {
    .name = "delete",
    .operands = "INDEX ID...",
    .operands_min = 2,
    .operands_max = SIZE_MAX,
    .summary = "delete documents",
    .description =
        "Delete the documents with these ids, all in one commit. An id that is not there "
        "is said, and makes the exit status 1; the others are deleted.",
    .options = options,
    .examples = examples,
    .run = run,
};
