/* bench_report.c -- a table for people, the object of lede-bench(1) for programs. */
#include "bench_report.h"

#include "render.h"

#include <inttypes.h>

static lede_text tag_of(const struct bench_report *report, const struct bench_class *class)
{
    return report->plan->queries->tags[class->tag];
}

static const char *command_of(const struct bench_report *report, const struct bench_class *class)
{
    return report->plan->commands[class->command].name;
}

static const char *fetch_of(const struct bench_report *report)
{
    static const char *const names[] = {"stored", "ids", "none"};
    return names[report->plan->fetch];
}

static const struct bench_item *item_of(
    const struct bench_report *report, size_t command, size_t query)
{
    return &report->items->list[command * report->plan->queries->count + query];
}

/* ---- text ---- */

/* The width of the first columns: tag and command. */
static int tag_columns(const struct bench_report *report)
{
    size_t width = 3;
    for (size_t i = 0; i < report->class_count; i++) {
        const size_t found = output_width(tag_of(report, &report->classes[i]));
        width = found > width ? found : width;
    }
    return (int)(width < 40 ? width : 40);
}

static void put_name(struct output *output, const struct bench_report *report,
    const struct bench_class *class, int width)
{
    const lede_text tag = tag_of(report, class);
    const int length = (int)output_width(tag);
    output_line(output, tag);
    output_format(
        output, "%*s  %-13s", width > length ? width - length : 0, "", command_of(report, class));
}

static void put_head(struct output *output, const struct bench_report *report)
{
    const char *commit = machine_commit();
    output_format(output, "lede %s%s%s, %s\n", lede_version(), commit[0] != '\0' ? ", commit " : "",
        commit, report->machine.date);
    output_format(output, "%ld x %s, load %.2f before, %.2f after\n",
        report->machine.processor_count,
        report->machine.processor[0] != '\0' ? report->machine.processor : "unknown processor",
        report->load_before, report->load_after);
    output_count(output, report->stats.documents);
    output_string(output, " documents in ");
    output_count(output, report->stats.segments);
    output_string(output, report->stats.segments == 1 ? " segment, " : " segments, ");
    output_count(output, report->stats.bytes);
    output_string(output, " bytes\n");
    output_format(output, "%zu queries; %zu rounds after %zu; fetch %s\n",
        report->plan->queries->count, report->plan->round_count, report->plan->warmup_count,
        fetch_of(report));
}

static void put_times(struct output *output, const struct bench_report *report, int width)
{
    output_format(output,
        "\nmicroseconds, of each query's best run\n%-*s  %-13s %7s %10s %10s "
        "%10s %10s %10s %10s %10s  %s\n",
        width, "tag", "command", "queries", "mean", "p50", "p90", "p95", "p99", "median", "qps",
        "checksum");
    for (size_t i = 0; i < report->class_count; i++) {
        const struct bench_class *class = &report->classes[i];
        put_name(output, report, class, width);
        output_format(output,
            " %7zu %10.1f %10.1f %10.1f %10.1f %10.1f %10.1f %10.0f  %016" PRIx64 "\n",
            class->query_count, class->best.mean_us, class->best.p50_us, class->best.p90_us,
            class->best.p95_us, class->best.p99_us, class->median.mean_us, class->qps,
            class->checksum);
    }
    output_string(output, "median: the mean of each query's median run\n");
}

static void put_loads(struct output *output, const struct bench_report *report, int width)
{
    output_format(output,
        "\nby several threads, microseconds, of all runs\n%-*s  %-13s %7s %10s "
        "%10s %10s %10s %10s %10s\n",
        width, "tag", "command", "threads", "mean", "p50", "p90", "p95", "p99", "qps");
    for (size_t i = 0; i < report->class_count; i++) {
        for (size_t j = 0; j < report->load_count; j++) {
            const struct bench_load *load = &report->classes[i].loads[j];
            put_name(output, report, &report->classes[i], width);
            output_format(output, " %7zu %10.1f %10.1f %10.1f %10.1f %10.1f %10.0f\n",
                report->thread_counts[j], load->latency.mean_us, load->latency.p50_us,
                load->latency.p90_us, load->latency.p95_us, load->latency.p99_us, load->qps);
        }
    }
}

static void put_work(struct output *output, const struct bench_report *report, int width)
{
    output_string(output, "\nwork of a round, where there was any\n");
    for (size_t i = 0; i < report->class_count; i++) {
        const struct bench_class *class = &report->classes[i];
        put_name(output, report, class, width);
        const char *before = " ";
        for (size_t j = 0; j < COUNTER_COUNT; j++) {
            if (class->counters[j] > 0) {
                output_format(output, "%s%s: ", before, counter_list[j].label);
                output_count(output, class->counters[j]);
                before = "; ";
            }
        }
        output_string(output, "\n");
    }
}

static void put_queries(struct output *output, const struct bench_report *report)
{
    const struct bench_plan *plan = report->plan;
    output_format(output, "\n%7s  %-13s %10s %10s %10s %10s  %s\n", "line", "command", "best",
        "median", "hits", "total", "query");
    for (size_t i = 0; i < plan->queries->count; i++) {
        for (size_t j = 0; j < plan->command_count; j++) {
            const struct bench_item *item = item_of(report, j, i);
            output_format(output, "%7" PRIu64 "  %-13s %10.1f %10.1f %10" PRIu64 " %10" PRIu64 "  ",
                plan->queries->list[i].line, plan->commands[j].name,
                (double)bench_best_ns(item) / 1e3,
                (double)bench_median_ns(item, plan->round_count) / 1e3, item->hits, item->total);
            output_line(output, plan->queries->list[i].text);
            output_string(output, "\n");
        }
    }
}

void bench_report_text(struct output *output, const struct bench_report *report)
{
    const int width = tag_columns(report);
    put_head(output, report);
    put_times(output, report, width);
    if (report->load_count > 0) {
        put_loads(output, report, width);
    }
    put_work(output, report, width);
    if (report->has_queries) {
        put_queries(output, report);
    }
}

/* ---- JSON ---- */

static void put_latency(struct output *output, const struct bench_latency *latency)
{
    output_format(output,
        "\"mean_us\": %.3f, \"p50_us\": %.3f, \"p90_us\": %.3f, \"p95_us\": %.3f, "
        "\"p99_us\": %.3f",
        latency->mean_us, latency->p50_us, latency->p90_us, latency->p95_us, latency->p99_us);
}

static void put_class(
    struct output *output, const struct bench_report *report, const struct bench_class *class)
{
    output_string(output, "{\"tag\": ");
    output_json(output, tag_of(report, class));
    output_format(output, ", \"command\": \"%s\", \"queries\": %zu, ", command_of(report, class),
        class->query_count);
    put_latency(output, &class->best);
    output_format(output, ", \"qps\": %.1f, \"medians\": {", class->qps);
    put_latency(output, &class->median);
    output_format(output,
        "}, \"checksum\": \"%016" PRIx64 "\", \"hits\": %" PRIu64 ", \"counters\": ",
        class->checksum, class->hits);
    counters_json(output, class->counters);
    output_string(output, ", \"threads\": [");
    for (size_t i = 0; i < report->load_count; i++) {
        output_format(output, "%s{\"threads\": %zu, \"qps\": %.1f, ", i > 0 ? ", " : "",
            report->thread_counts[i], class->loads[i].qps);
        put_latency(output, &class->loads[i].latency);
        output_string(output, "}");
    }
    output_string(output, "]}");
}

static void put_query(
    struct output *output, const struct bench_report *report, size_t query, size_t command)
{
    const struct bench_queries *queries = report->plan->queries;
    const struct bench_query *asked = &queries->list[query];
    const struct bench_item *item = item_of(report, command, query);
    output_format(output, "{\"line\": %" PRIu64 ", \"query\": ", asked->line);
    output_json(output, asked->text);
    output_string(output, ", \"tags\": [");
    for (size_t i = 0; i < asked->tag_count; i++) {
        output_string(output, i > 0 ? ", " : "");
        output_json(output, queries->tags[queries->places[asked->first_tag + i]]);
    }
    output_format(output,
        "], \"command\": \"%s\", \"best_us\": %.3f, \"median_us\": %.3f, \"hits\": %" PRIu64
        ", \"total\": %" PRIu64 ", \"checksum\": \"%016" PRIx64 "\", \"counters\": ",
        report->plan->commands[command].name, (double)bench_best_ns(item) / 1e3,
        (double)bench_median_ns(item, report->plan->round_count) / 1e3, item->hits, item->total,
        item->checksum);
    counters_json(output, item->counters);
    output_string(output, "}");
}

static void put_origin(struct output *output, const struct bench_report *report)
{
    const struct bench_plan *plan = report->plan;
    output_format(output,
        " \"rounds\": %zu, \"warmup\": %zu, \"seed\": %" PRIu64 ", \"fetch\": \"%s\",\n",
        plan->round_count, plan->warmup_count, plan->seed, fetch_of(report));
    output_format(output,
        " \"index\": {\"documents\": %" PRIu64 ", \"segments\": %" PRIu64 ", \"bytes\": %" PRIu64
        "},\n",
        report->stats.documents, report->stats.segments, report->stats.bytes);
    output_format(output, " \"version\": \"%s\", \"commit\": ", lede_version());
    render_json_optional(output, text_of(machine_commit()));
    output_format(
        output, ", \"date\": \"%s\",\n \"machine\": {\"processor\": ", report->machine.date);
    render_json_optional(output, text_of(report->machine.processor));
    output_format(output, ", \"processors\": %ld, \"load_before\": %.2f, \"load_after\": %.2f}}\n",
        report->machine.processor_count, report->load_before, report->load_after);
}

void bench_report_json(struct output *output, const struct bench_report *report)
{
    const struct bench_plan *plan = report->plan;
    output_string(output, "{\"classes\": [\n  ");
    for (size_t i = 0; i < report->class_count; i++) {
        output_string(output, i > 0 ? ",\n  " : "");
        put_class(output, report, &report->classes[i]);
    }
    output_string(output, "],\n");
    if (report->has_queries) {
        output_string(output, " \"per_query\": [\n  ");
        for (size_t i = 0; i < plan->queries->count * plan->command_count; i++) {
            output_string(output, i > 0 ? ",\n  " : "");
            put_query(output, report, i / plan->command_count, i % plan->command_count);
        }
        output_string(output, "],\n");
    }
    put_origin(output, report);
}
