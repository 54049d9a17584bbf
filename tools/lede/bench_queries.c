/* bench_queries.c -- the file is read whole and cut in place. What a JSON line holds is shorter than the
 * line, and is put over it. */
#include "bench_queries.h"

#include "failure.h"
#include "input.h"
#include "topics.h"

#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_tree.h>

struct reader {
    struct bench_queries *queries;
    const char *path;
    uint64_t line;
    const char *const *wanted;
    size_t wanted_count;
    int *status_out;
};

static lede_text trim(const char *begin, const char *end)
{
    static const char blanks[] = " \t\r\n\v\f";
    while (begin < end && *begin != '\0' && strchr(blanks, *begin) != NULL) {
        begin++;
    }
    while (end > begin && end[-1] != '\0' && strchr(blanks, end[-1]) != NULL) {
        end--;
    }
    return (lede_text){begin, (size_t)(end - begin)};
}

static bool refuse(const struct reader *reader, const char *what)
{
    failure_say("%s:%llu: %s", reader->path, (unsigned long long)reader->line, what);
    *reader->status_out = EXIT_USAGE;
    return false;
}

/* Make room for one more of `size` bytes. */
static bool grow(const struct reader *reader, void **list, size_t count, size_t *room, size_t size)
{
    if (count < *room) {
        return true;
    }
    const size_t larger_room = *room * 2 + 64;
    void *larger = realloc(*list, larger_room * size);
    if (larger == NULL) {
        *reader->status_out = failure_no_memory();
        return false;
    }
    *list = larger;
    *room = larger_room;
    return true;
}

static bool is_text(lede_text text, const char *bytes, size_t length)
{
    return text.length == length && memcmp(text.data, bytes, length) == 0;
}

static bool add_tag(const struct reader *reader, lede_text name)
{
    struct bench_queries *queries = reader->queries;
    size_t tag = 0;
    while (tag < queries->tag_count && !is_text(queries->tags[tag], name.data, name.length)) {
        tag++;
    }
    void *tags = queries->tags, *places = queries->places;
    const bool has_room =
        grow(reader, &tags, tag, &queries->tag_room, sizeof(*queries->tags)) &&
        grow(reader, &places, queries->place_count, &queries->place_room, sizeof(size_t));
    queries->tags = tags;
    queries->places = places;
    if (!has_room) {
        return false;
    }
    if (tag == queries->tag_count) {
        queries->tags[queries->tag_count++] = name;
    }
    queries->places[queries->place_count++] = tag;
    return true;
}

static bool is_wanted(const struct reader *reader, lede_text tag)
{
    for (size_t i = 0; i < reader->wanted_count; i++) {
        if (is_text(tag, reader->wanted[i], strlen(reader->wanted[i]))) {
            return true;
        }
    }
    return reader->wanted_count == 0;
}

/* All of it is part of the file. */
static bool add(
    const struct reader *reader, lede_text text, const lede_text *tags, size_t tag_count)
{
    struct bench_queries *queries = reader->queries;
    const size_t first_tag = queries->place_count;
    for (size_t i = 0; i < tag_count; i++) {
        if (is_wanted(reader, tags[i]) && !add_tag(reader, tags[i])) {
            return false;
        }
    }
    if (queries->place_count == first_tag) {
        return true;
    }
    void *list = queries->list;
    const bool has_room =
        grow(reader, &list, queries->count, &queries->room, sizeof(*queries->list));
    queries->list = list;
    if (has_room) {
        queries->list[queries->count++] =
            (struct bench_query){text, reader->line, first_tag, queries->place_count - first_tag};
    }
    return has_room;
}

/* ---- JSON ---- */

enum { LINE_TAGS_MAX = 64 };

/* Put a string of the tree at *at, which moves behind it. */
static lede_text put_over(char **at, const char *string)
{
    const lede_text text = {*at, strlen(string)};
    memcpy(*at, string, text.length);
    *at += text.length;
    return text;
}

static bool add_tree(const struct reader *reader, yajl_val tree, char *at)
{
    static const char *query_path[] = {"query", NULL};
    static const char *tags_path[] = {"tags", NULL};
    const char *query = YAJL_GET_STRING(yajl_tree_get(tree, query_path, yajl_t_string));
    yajl_val tags = yajl_tree_get(tree, tags_path, yajl_t_array);
    const size_t tag_count = tags != NULL ? tags->u.array.len : 0;
    if (query == NULL || tag_count == 0 || tag_count > LINE_TAGS_MAX) {
        return refuse(reader, "an object has a \"query\", and \"tags\" of which there is one at "
                              "least and 64 at most");
    }
    const lede_text text = put_over(&at, query);
    lede_text names[LINE_TAGS_MAX];
    for (size_t i = 0; i < tag_count; i++) {
        const char *name = YAJL_GET_STRING(tags->u.array.values[i]);
        if (name == NULL) {
            return refuse(reader, "a tag is a string");
        }
        names[i] = put_over(&at, name);
    }
    return add(reader, text, names, tag_count);
}

static bool read_json(const struct reader *reader, char *begin, char *end)
{
    const char kept = *end;
    *end = '\0';
    char why[256] = "";
    yajl_val tree = yajl_tree_parse(begin, why, sizeof(why));
    *end = kept;
    if (tree == NULL) {
        why[strcspn(why, "\n")] = '\0';
        return refuse(reader, why[0] != '\0' ? why : "no JSON object");
    }
    const bool is_good = add_tree(reader, tree, begin);
    yajl_tree_free(tree);
    return is_good;
}

/* ---- lines ---- */

static bool is_number(lede_text text)
{
    size_t digits = 0;
    while (digits < text.length && text.data[digits] >= '0' && text.data[digits] <= '9') {
        digits++;
    }
    return text.length > 0 && digits == text.length;
}

static bool read_line(const struct reader *reader, char *begin, char *end)
{
    if (memchr(begin, '\0', (size_t)(end - begin)) != NULL) {
        return refuse(reader, "a NUL byte");
    }
    if (*begin == '{') {
        return read_json(reader, begin, end);
    }
    char *tab = memchr(begin, '\t', (size_t)(end - begin));
    lede_text tag = {"query", 5};
    lede_text text = trim(tab != NULL ? tab : begin, end);
    if (tab != NULL) {
        tag = trim(begin, tab);
        if (tag.length == 0 || text.length == 0) {
            return refuse(reader, "a line is a tag, a tab and a query");
        }
        if (is_number(tag)) {
            tag = (lede_text){"topic", 5};
            topics_make_plain(tab, end);
            text = trim(tab, end);
        }
    }
    return add(reader, text, &tag, 1);
}

bool bench_queries_read(const char *path, const char *const *wanted, size_t wanted_count,
    struct bench_queries *queries_out, int *status_out)
{
    *queries_out = (struct bench_queries){0};
    struct reader reader = {.queries = queries_out,
        .path = path,
        .wanted = wanted,
        .wanted_count = wanted_count,
        .status_out = status_out};
    size_t length = 0;
    if (!input_read(path, &queries_out->bytes, &length, status_out)) {
        return false;
    }
    char *end = queries_out->bytes + length;
    for (char *at = queries_out->bytes; at < end;) {
        char *line_end = memchr(at, '\n', (size_t)(end - at));
        line_end = line_end != NULL ? line_end : end;
        reader.line++;
        if (trim(at, line_end).length > 0 && !read_line(&reader, at, line_end)) {
            return false;
        }
        at = line_end + 1;
    }
    if (queries_out->count == 0) {
        failure_say(wanted_count > 0 ? "%s: no query has such a tag" : "%s: no queries", path);
        *status_out = EXIT_USAGE;
        return false;
    }
    return true;
}

void bench_queries_release(struct bench_queries *queries)
{
    free(queries->bytes);
    free(queries->list);
    free(queries->tags);
    free(queries->places);
    *queries = (struct bench_queries){0};
}

bool bench_query_has_tag(
    const struct bench_queries *queries, const struct bench_query *query, size_t tag)
{
    for (size_t i = 0; i < query->tag_count; i++) {
        if (queries->places[query->first_tag + i] == tag) {
            return true;
        }
    }
    return false;
}
