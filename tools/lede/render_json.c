/* render_json.c -- the JSON of the contract: one object an answer, or one object a hit. A single
 * answer has a hit a line; of many answers each is one line. */
#include "counters.h"
#include "render.h"

#include <string.h>

void render_json_optional(struct output *output, lede_text text)
{
    if (text.length == 0) {
        output_string(output, "null");
    } else {
        output_json(output, text);
    }
}

static bool is_same(lede_text left, lede_text right)
{
    return left.length == right.length && memcmp(left.data, right.data, left.length) == 0;
}

static bool has_earlier(const lede_field *fields, size_t i)
{
    for (size_t j = i; j > 0; j--) {
        if (is_same(fields[j - 1].name, fields[i].name)) {
            return true;
        }
    }
    return false;
}

void render_json_fields(struct output *output, const lede_field *fields, size_t field_count)
{
    const char *before = "";
    output_string(output, "{");
    for (size_t i = 0; i < field_count; i++) {
        if (has_earlier(fields, i)) {
            continue;
        }
        output_string(output, before);
        before = ", ";
        output_json(output, fields[i].name);
        output_string(output, ": [");
        output_json(output, fields[i].value);
        for (size_t j = i + 1; j < field_count; j++) {
            if (is_same(fields[j].name, fields[i].name)) {
                output_string(output, ", ");
                output_json(output, fields[j].value);
            }
        }
        output_string(output, "]");
    }
    output_string(output, "}");
}

static void put_explain(struct output *output, const lede_hit *hit)
{
    output_string(output, ", \"explain\": [");
    for (size_t i = 0; i < hit->part_count; i++) {
        const lede_score_part *part = &hit->parts[i];
        output_string(output, i > 0 ? ", {\"term\": " : "{\"term\": ");
        output_json(output, part->term);
        output_format(output,
            ", \"in_title\": %s, \"weight\": %.9g, \"idf\": %.9g, \"documents\": %llu, "
            "\"frequency\": %u, \"length\": %u, \"score\": %.9g}",
            part->in_title ? "true" : "false", part->weight, part->idf,
            (unsigned long long)part->documents, part->frequency, part->length, part->score);
    }
    output_string(output, "]");
}

static void put_hit(struct output *output, const struct rendering *rendering, const lede_hit *hit)
{
    output_format(output, "\"rank\": %zu, \"id\": ", hit->rank);
    output_json(output, hit->id);
    output_string(output, ", \"score\": ");
    output_score(output, hit->score);
    output_string(output, ", \"title\": ");
    output_json(output, hit->title);
    output_string(output, ", \"date\": ");
    render_json_optional(output, hit->date);
    output_string(output, ", \"url\": ");
    render_json_optional(output, hit->url);
    output_string(output, ", \"fields\": ");
    render_json_fields(output, hit->fields, hit->field_count);
    output_string(output, ", \"snippet\": ");
    if (rendering->has_snippets) {
        output_json(output, hit->snippet);
    } else {
        output_string(output, "null");
    }
    output_string(output, ", \"duplicates\": 0");
    if (rendering->has_explain) {
        put_explain(output, hit);
    }
}

static void put_facets(struct output *output, const lede_results *results)
{
    const size_t count = lede_results_facet_count(results);
    output_string(output, "\"facets\": {");
    for (size_t i = 0; i < count; i++) {
        const lede_facet *facet = lede_results_facet(results, i);
        output_string(output, i > 0 ? ", " : "");
        output_json(output, facet->name);
        output_string(output, ": [");
        for (size_t j = 0; j < facet->value_count; j++) {
            output_string(output, j > 0 ? ", {\"value\": " : "{\"value\": ");
            output_json(output, facet->values[j].value);
            output_format(output, ", \"count\": %llu}", (unsigned long long)facet->values[j].count);
        }
        output_string(output, "]");
    }
    output_string(output, "}");
    if (count == 0) {
        return;
    }
    output_string(output, ", \"facets_missing\": {");
    for (size_t i = 0; i < count; i++) {
        const lede_facet *facet = lede_results_facet(results, i);
        output_string(output, i > 0 ? ", " : "");
        output_json(output, facet->name);
        output_format(output, ": %llu", (unsigned long long)facet->missing);
    }
    output_string(output, "}");
}

static void put_counters(struct output *output, const lede_results *results)
{
    uint64_t values[COUNTER_COUNT] = {0};
    counters_add(values, lede_results_counters(results));
    output_string(output, "\"counters\": ");
    counters_json(output, values);
}

static void put_profile(struct output *output, const lede_results *results)
{
    const lede_times *times = lede_results_times(results);
    output_format(output,
        "\"profile\": {\"parse_us\": %.3f, \"plan_us\": %.3f, \"match_us\": %.3f, "
        "\"fetch_us\": %.3f, \"total_us\": %.3f, ",
        (double)times->parse_ns / 1e3, (double)times->plan_ns / 1e3, (double)times->match_ns / 1e3,
        (double)times->fetch_ns / 1e3, (double)times->total_ns / 1e3);
    put_counters(output, results);
    output_string(output, "}");
}

void render_json(
    struct output *output, const struct rendering *rendering, const struct answer *answer)
{
    const lede_results *results = answer->results;
    const char *line = rendering->has_topics ? " " : "\n ";
    int is_exact = 0;
    const uint64_t total = lede_results_total(results, &is_exact);
    output_string(output, "{");
    if (rendering->has_topics) {
        output_string(output, "\"topic\": ");
        output_json(output, answer->topic);
        output_string(output, ", ");
    }
    output_string(output, "\"query\": ");
    output_json(output, answer->query);
    output_format(output,
        ", \"took_us\": %llu, \"total\": %llu, \"total_is\": \"%s\",%s\"hits\": [",
        (unsigned long long)lede_results_took_ns(results) / 1000, (unsigned long long)total,
        is_exact ? "exact" : "at_least", line);
    for (size_t i = 0; i < lede_results_hit_count(results); i++) {
        output_string(output, i > 0 ? "," : "");
        output_string(output, i > 0 ? line : "");
        output_string(output, "{");
        put_hit(output, rendering, lede_results_hit(results, i));
        output_string(output, "}");
    }
    output_format(output, "],%s", line);
    put_facets(output, results);
    if (rendering->has_explain) {
        output_string(output, ", ");
        put_counters(output, results);
    }
    if (rendering->has_profile) {
        output_format(output, ",%s", line);
        put_profile(output, results);
    }
    output_format(output, ",%s\"did_you_mean\": null, \"timed_out\": false}\n", line);
}

void render_jsonl(
    struct output *output, const struct rendering *rendering, const struct answer *answer)
{
    for (size_t i = 0; i < lede_results_hit_count(answer->results); i++) {
        output_string(output, "{");
        if (rendering->has_topics) {
            output_string(output, "\"topic\": ");
            output_json(output, answer->topic);
            output_string(output, ", ");
        }
        put_hit(output, rendering, lede_results_hit(answer->results, i));
        output_string(output, "}\n");
    }
}
