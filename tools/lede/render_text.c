/* render_text.c -- an answer for people:
 *
 *      1  11.0631  2022-02-09  The title of the first hit  [002]
 *         ... held in Minsk ...
 *
 *     date:year
 *       2020   12  ####
 *       2022  120  ########################################
 *
 *     10 of 132 documents
 */
#include "counters.h"
#include "render.h"

enum {
    BAR_COLUMNS = 40,
    LABEL_COLUMNS_MAX = 40,
};

static void put_blanks(struct output *output, size_t count)
{
    output_format(output, "%*s", (int)count, "");
}

static void put_explain(struct output *output, const lede_hit *hit)
{
    for (size_t i = 0; i < hit->part_count; i++) {
        const lede_score_part *part = &hit->parts[i];
        output_string(output, "      ");
        output_score(output, part->score);
        output_string(output, "  ");
        output_string(output, part->in_title ? "title:" : "");
        output_line(output, part->term);
        output_string(output, "  idf ");
        output_score(output, part->idf);
        output_string(output, ", ");
        output_count(output, part->documents);
        output_format(output, " documents; %u times in %u words; weight %g\n", part->frequency,
            part->length, part->weight);
    }
}

static void put_hit(struct output *output, const struct rendering *rendering, const lede_hit *hit)
{
    output_format(output, "%3zu  %7.4f  ", hit->rank, hit->score);
    const lede_text date = hit->date.length > 0 ? hit->date : text_of("undated");
    const size_t width = output_width(date);
    output_line(output, date);
    put_blanks(output, width < 10 ? 12 - width : 2);
    output_bold(output, true);
    output_line(output, hit->title.length > 0 ? hit->title : text_of("(no title)"));
    output_bold(output, false);
    output_string(output, "  [");
    output_line(output, hit->id);
    output_string(output, "]\n");
    if (rendering->has_snippets && hit->snippet.length > 0) {
        output_string(output, "     ");
        output_line(output, hit->snippet);
        output_string(output, "\n");
    }
    if (rendering->has_explain) {
        put_explain(output, hit);
    }
}

static void put_facet_row(struct output *output, lede_text label, uint64_t count,
    size_t label_width, int count_width, uint64_t count_max)
{
    char number[OUTPUT_NUMBER_BYTES];
    const size_t width = output_width(label);
    output_string(output, "  ");
    output_line(output, label);
    put_blanks(output, width < label_width ? label_width - width : 0);
    output_format(output, "  %*s", count_width, output_count_text(count, number));
    uint64_t bar =
        count_max > 0 ? (uint64_t)((double)count / (double)count_max * BAR_COLUMNS + 0.5) : 0;
    bar = count > 0 && bar == 0 ? 1 : bar;
    output_string(output, bar > 0 ? "  " : "");
    for (; bar > 0; bar--) {
        output_string(output, "#");
    }
    output_string(output, "\n");
}

static void put_facet(struct output *output, const lede_facet *facet)
{
    const lede_text missing = text_of("(none)");
    size_t label_width = facet->missing > 0 ? output_width(missing) : 0;
    uint64_t count_max = facet->missing;
    for (size_t i = 0; i < facet->value_count; i++) {
        const size_t width = output_width(facet->values[i].value);
        label_width = width > label_width ? width : label_width;
        count_max = facet->values[i].count > count_max ? facet->values[i].count : count_max;
    }
    label_width = label_width > LABEL_COLUMNS_MAX ? LABEL_COLUMNS_MAX : label_width;
    char number[OUTPUT_NUMBER_BYTES];
    const int count_width = (int)text_of(output_count_text(count_max, number)).length;

    output_bold(output, true);
    output_line(output, facet->name);
    output_bold(output, false);
    output_string(output, "\n");
    for (size_t i = 0; i < facet->value_count; i++) {
        put_facet_row(output, facet->values[i].value, facet->values[i].count, label_width,
            count_width, count_max);
    }
    if (facet->missing > 0) {
        put_facet_row(output, missing, facet->missing, label_width, count_width, count_max);
    }
}

/* What the query cost, in a line. */
static void put_counters(struct output *output, const lede_results *results)
{
    uint64_t values[COUNTER_COUNT] = {0};
    counters_add(values, lede_results_counters(results));
    output_format(output, "took %.3f ms", (double)lede_results_took_ns(results) / 1e6);
    for (size_t i = 0; i < COUNTER_COUNT; i++) {
        output_format(output, "; %s: ", counter_list[i].label);
        output_count(output, values[i]);
    }
    output_string(output, "\n");
}

static void put_lap(struct output *output, const char *label, uint64_t lap_ns)
{
    output_format(output, "  %-15s  %12.1f us\n", label, (double)lap_ns / 1e3);
}

/* The same and the parts of the time, in rows. */
static void put_profile(struct output *output, const lede_results *results)
{
    uint64_t values[COUNTER_COUNT] = {0};
    const lede_times *times = lede_results_times(results);
    counters_add(values, lede_results_counters(results));
    output_bold(output, true);
    output_string(output, "profile");
    output_bold(output, false);
    output_string(output, "\n");
    put_lap(output, "parse", times->parse_ns);
    put_lap(output, "plan", times->plan_ns);
    put_lap(output, "match", times->match_ns);
    put_lap(output, "fetch", times->fetch_ns);
    put_lap(output, "total", times->total_ns);
    for (size_t i = 0; i < COUNTER_COUNT; i++) {
        char number[OUTPUT_NUMBER_BYTES];
        output_format(
            output, "  %-15s  %12s\n", counter_list[i].label, output_count_text(values[i], number));
    }
}

void render_text(
    struct output *output, const struct rendering *rendering, const struct answer *answer)
{
    const lede_results *results = answer->results;
    int is_exact = 0;
    const uint64_t total = lede_results_total(results, &is_exact);
    if (rendering->has_topics) {
        output_line(output, answer->topic);
        output_string(output, rendering->is_count ? "\t" : ": ");
        if (!rendering->is_count) {
            output_line(output, answer->query);
            output_string(output, "\n");
        }
    }
    const size_t hit_count = lede_results_hit_count(results);
    const size_t facet_count = lede_results_facet_count(results);
    if (rendering->is_count) {
        output_format(output, "%llu\n", (unsigned long long)total);
    }
    for (size_t i = 0; i < hit_count; i++) {
        put_hit(output, rendering, lede_results_hit(results, i));
    }
    for (size_t i = 0; i < facet_count; i++) {
        output_string(output, i > 0 || hit_count > 0 || rendering->is_count ? "\n" : "");
        put_facet(output, lede_results_facet(results, i));
    }
    if (!rendering->is_count && hit_count > 0) {
        output_string(output, "\n");
        output_count(output, hit_count);
        output_string(output, is_exact ? " of " : " of at least ");
        output_count(output, total);
        output_string(output, total == 1 ? " document\n" : " documents\n");
    }
    if (rendering->has_explain) {
        put_counters(output, results);
    }
    if (rendering->has_profile) {
        output_string(output, rendering->is_count || hit_count > 0 || facet_count > 0 ? "\n" : "");
        put_profile(output, results);
    }
    if (rendering->has_topics && !rendering->is_count) {
        output_string(output, "\n");
    }
}
