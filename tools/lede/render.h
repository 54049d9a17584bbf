/* render.h -- the answer to a query, in each of the forms of --output. */
#ifndef RENDER_H
#define RENDER_H

#include <stdbool.h>

#include "lede.h"
#include "output.h"

enum render_form { RENDER_TEXT, RENDER_JSON, RENDER_JSONL, RENDER_CSV, RENDER_TREC };

struct rendering {
    enum render_form form;
    bool is_count;  /* only the number */
    bool has_total; /* the number beside the hits */
    bool has_snippets;
    bool has_explain;
    bool has_profile;
    bool has_topics; /* many queries: each line or object says of which it is */
    const char *tag; /* of a TREC run */
};

struct answer {
    lede_text topic; /* its id; without topics "1" */
    lede_text query;
    const lede_results *results;
};

/* What stands before the first answer: the names of CSV's columns. */
void render_begin(struct output *output, const struct rendering *rendering);
void render_answer(
    struct output *output, const struct rendering *rendering, const struct answer *answer);

/* The forms, in render_text.c and render_json.c; the lines of CSV and TREC are in render.c. */
void render_text(
    struct output *output, const struct rendering *rendering, const struct answer *answer);
void render_json(
    struct output *output, const struct rendering *rendering, const struct answer *answer);
void render_jsonl(
    struct output *output, const struct rendering *rendering, const struct answer *answer);

/* {"source": ["a", "b"], ...}: values of one name together, in the order given. */
void render_json_fields(struct output *output, const lede_field *fields, size_t field_count);
/* A JSON string, or null where the text is empty. */
void render_json_optional(struct output *output, lede_text text);

#endif
