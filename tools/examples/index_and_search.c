/* index_and_search.c -- the shortest whole program: make an index, add documents, commit, search.
 *
 *     cc index_and_search.c $(pkg-config --cflags --libs lede) && ./a.out /tmp/example.lede
 *
 * The directory must not hold an index yet. Prints a line per hit; 0 on success.
 */
#include <lede.h>

#include <stdio.h>
#include <string.h>

static lede_text text(const char *string)
{
    lede_text result = {string, strlen(string)};
    return result;
}

static int fail(const char *what, const lede_error *error)
{
    fprintf(stderr, "index_and_search: %s: %s\n", what, error->message);
    return 1;
}

static int add_documents(const char *path)
{
    static const char *const items[][4] = {
        {"1", "Ministers meet in Minsk", "The summit in Minsk opened with a minute's silence.",
            "2022-02-09"},
        {"2", "Harbour strike ends", "Dockers went back to work after a summit of their unions.",
            "2021-11-30"},
        {"3", "Rain", "It rained.", "1987-03"},
    };
    lede_writer_options options = LEDE_WRITER_OPTIONS_INIT;
    options.must_create = 1;
    lede_writer *writer = NULL;
    lede_error error;
    if (lede_writer_open(path, &options, &writer, &error) != LEDE_OK) {
        return fail("open for writing", &error);
    }
    int status = 0;
    for (size_t i = 0; i < sizeof(items) / sizeof(items[0]) && status == 0; i++) {
        lede_document document = {0};
        document.id = text(items[i][0]);
        document.title = text(items[i][1]);
        document.body = text(items[i][2]);
        document.date = text(items[i][3]);
        if (lede_writer_add(writer, &document, NULL, &error) != LEDE_OK) {
            status = fail("add", &error);
        }
    }
    if (status == 0 && lede_writer_commit(writer, &error) != LEDE_OK) {
        status = fail("commit", &error);
    }
    lede_writer_close(writer); /* what was not committed is gone */
    return status;
}

static int search(const char *path, const char *query)
{
    lede_index *index = NULL;
    lede_results *results = NULL;
    lede_error error;
    if (lede_index_open(path, NULL, &index, &error) != LEDE_OK) {
        return fail("open", &error);
    }
    if (lede_search(index, query, strlen(query), NULL, &results, &error) != LEDE_OK) {
        lede_index_close(index);
        return fail("search", &error);
    }
    for (size_t i = 0; i < lede_results_hit_count(results); i++) {
        const lede_hit *hit = lede_results_hit(results, i);
        printf("%zu %.4f %s %s: %s\n", hit->rank, hit->score, hit->date.data, hit->title.data,
            hit->snippet.data);
    }
    const int found_both = lede_results_hit_count(results) == 2;
    lede_index_close(index); /* results outlive their index */
    lede_results_free(results);
    return found_both ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: index_and_search DIRECTORY\n");
        return 2;
    }
    const int status = add_documents(argv[1]);
    return status != 0 ? status : search(argv[1], "summit minsk");
}
