/* render.c -- which form, and the two forms of plain lines: CSV and TREC. */
#include "render.h"

static void render_csv(
    struct output *output, const struct rendering *rendering, const struct answer *answer)
{
    for (size_t i = 0; i < lede_results_hit_count(answer->results); i++) {
        const lede_hit *hit = lede_results_hit(answer->results, i);
        if (rendering->has_topics) {
            output_csv(output, answer->topic);
            output_string(output, ",");
        }
        output_format(output, "%zu,", hit->rank);
        output_score(output, hit->score);
        output_string(output, ",");
        const lede_text texts[] = {hit->date, hit->id, hit->title, hit->url, hit->snippet};
        const size_t count = sizeof(texts) / sizeof(texts[0]) - !rendering->has_snippets;
        for (size_t j = 0; j < count; j++) {
            output_string(output, j > 0 ? "," : "");
            output_csv(output, texts[j]);
        }
        output_string(output, "\n");
    }
}

/* A column of a TREC run ends at white space: in an id that has some it becomes "_". */
static void put_column(struct output *output, lede_text text)
{
    size_t begin = 0;
    for (size_t i = 0; i < text.length; i++) {
        if ((unsigned char)text.data[i] <= ' ') {
            output_bytes(output, text.data + begin, i - begin);
            output_string(output, "_");
            begin = i + 1;
        }
    }
    output_bytes(output, text.data + begin, text.length - begin);
}

static void render_trec(
    struct output *output, const struct rendering *rendering, const struct answer *answer)
{
    for (size_t i = 0; i < lede_results_hit_count(answer->results); i++) {
        const lede_hit *hit = lede_results_hit(answer->results, i);
        put_column(output, answer->topic);
        output_string(output, " Q0 ");
        put_column(output, hit->id);
        output_format(output, " %zu ", hit->rank);
        output_score(output, hit->score);
        output_string(output, " ");
        put_column(output, text_of(rendering->tag));
        output_string(output, "\n");
    }
}

void render_begin(struct output *output, const struct rendering *rendering)
{
    if (rendering->form == RENDER_CSV) {
        output_format(output, "%srank,score,date,id,title,url%s\n",
            rendering->has_topics ? "topic," : "", rendering->has_snippets ? ",snippet" : "");
    }
}

void render_answer(
    struct output *output, const struct rendering *rendering, const struct answer *answer)
{
    switch (rendering->form) {
    case RENDER_TEXT: render_text(output, rendering, answer); break;
    case RENDER_JSON: render_json(output, rendering, answer); break;
    case RENDER_JSONL: render_jsonl(output, rendering, answer); break;
    case RENDER_CSV: render_csv(output, rendering, answer); break;
    case RENDER_TREC: render_trec(output, rendering, answer); break;
    }
}
