/* Written with lede_writer, as a user would. */
#include "support/query_index.h"

#include <check.h>
#include <string.h>

static lede_text text_of(const char *text)
{
    return (lede_text){.data = text == NULL ? "" : text, .length = text == NULL ? 0 : strlen(text)};
}

void query_index_make(struct query_index *made, const struct query_doc *docs, size_t count,
    const struct query_index_options *options)
{
    static const char *const KEYWORDS[] = {"source"};
    lede_writer_options writer_options = LEDE_WRITER_OPTIONS_INIT;
    writer_options.keywords = KEYWORDS;
    writer_options.keyword_count = 1;
    writer_options.no_positions = options->no_positions;
    writer_options.no_store = options->no_store;
    lede_writer *writer = NULL;
    lede_error error = {0};
    tmpdir_init(&made->dir);
    ck_assert_msg(lede_writer_open(made->dir.path, &writer_options, &writer, &error) == LEDE_OK,
        "%s", error.message);
    for (size_t i = 0; i < count; i++) {
        const lede_field field = {text_of("source"), text_of(docs[i].source)};
        const lede_document document = {.id = text_of(docs[i].id),
            .title = text_of(docs[i].title),
            .body = text_of(docs[i].body),
            .date = text_of(docs[i].date),
            .fields = &field,
            .field_count = docs[i].source != NULL};
        ck_assert_msg(lede_writer_add(writer, &document, NULL, &error) == LEDE_OK, "%s: %s",
            docs[i].id, error.message);
        if (options->commit_each || i + 1 == options->commit_after) {
            ck_assert_msg(lede_writer_commit(writer, &error) == LEDE_OK, "%s", error.message);
        }
    }
    ck_assert_msg(lede_writer_commit(writer, &error) == LEDE_OK, "%s", error.message);
    if (options->delete_id != NULL) {
        ck_assert_int_eq(
            lede_writer_delete(writer, options->delete_id, strlen(options->delete_id), &error),
            LEDE_OK);
        ck_assert_msg(lede_writer_commit(writer, &error) == LEDE_OK, "%s", error.message);
    }
    lede_writer_close(writer);
    ck_assert_msg(lede_index_open(made->dir.path, NULL, &made->index, &error) == LEDE_OK, "%s",
        error.message);
}

void query_index_remove(struct query_index *made)
{
    lede_index_close(made->index);
    tmpdir_release(&made->dir);
}
