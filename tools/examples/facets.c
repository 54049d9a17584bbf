/* facets.c -- what there is about a subject, by month and by source, without looking at any hit.
 *
 * The directory must not hold an index yet. Prints "FACET VALUE COUNT" lines; 0 on success.
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
    fprintf(stderr, "facets: %s: %s\n", what, error->message);
    return 1;
}

static int add_documents(const char *path)
{
    static const char *const items[][4] = {
        {"a", "Flood on the Delta", "2024-04-24", "northwire"},
        {"b", "Flood warning", "2024-04-26", "courier"},
        {"c", "After the flood", "2024-05-02", "northwire"},
        {"d", "A dry summer", "2024-08-01", "courier"},
    };
    static const char *const keywords[] = {"source"};
    lede_writer_options options = LEDE_WRITER_OPTIONS_INIT;
    options.keywords = keywords;
    options.keyword_count = 1;
    options.must_create = 1;
    lede_writer *writer = NULL;
    lede_error error;
    if (lede_writer_open(path, &options, &writer, &error) != LEDE_OK) {
        return fail("open for writing", &error);
    }
    int status = 0;
    for (size_t i = 0; i < sizeof(items) / sizeof(items[0]) && status == 0; i++) {
        const lede_field source = {text("source"), text(items[i][3])};
        lede_document document = {0};
        document.id = text(items[i][0]);
        document.title = text(items[i][1]);
        document.date = text(items[i][2]);
        document.fields = &source;
        document.field_count = 1;
        if (lede_writer_add(writer, &document, NULL, &error) != LEDE_OK) {
            status = fail("add", &error);
        }
    }
    if (status == 0 && lede_writer_commit(writer, &error) != LEDE_OK) {
        status = fail("commit", &error);
    }
    lede_writer_close(writer);
    return status;
}

static int count(lede_index *index, const char *query)
{
    static const char *const facets[] = {"date:month", "source"};
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    options.no_hits = 1;
    options.facets = facets;
    options.facet_count = sizeof(facets) / sizeof(facets[0]);
    lede_results *results = NULL;
    lede_error error;
    if (lede_search(index, query, strlen(query), &options, &results, &error) != LEDE_OK) {
        return fail("search", &error);
    }
    uint64_t sum = 0;
    for (size_t i = 0; i < lede_results_facet_count(results); i++) {
        const lede_facet *facet = lede_results_facet(results, i);
        for (size_t j = 0; j < facet->value_count; j++) {
            const lede_facet_value *value = &facet->values[j];
            printf("%s %s %llu\n", facet->name.data, value->value.data,
                (unsigned long long)value->count);
            sum += value->count;
        }
    }
    lede_results_free(results);
    return sum == 6 ? 0 : 1; /* three documents, counted once in each facet */
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: facets DIRECTORY\n");
        return 2;
    }
    int status = add_documents(argv[1]);
    if (status != 0) {
        return status;
    }
    lede_index *index = NULL;
    lede_error error;
    if (lede_index_open(argv[1], NULL, &index, &error) != LEDE_OK) {
        return fail("open", &error);
    }
    status = count(index, "flood");
    lede_index_close(index);
    return status;
}
