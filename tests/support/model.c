#include "support/model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- dates ---- */

int model_date_compare(const struct model_date *a, const struct model_date *b)
{
    const int left[] = {a->precision >= 0, a->year, a->month, a->day, a->seconds, a->precision};
    const int right[] = {b->precision >= 0, b->year, b->month, b->day, b->seconds, b->precision};
    if (a->precision < 0 && b->precision < 0) {
        return 0;
    }
    for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
        if (left[i] != right[i]) {
            return left[i] < right[i] ? -1 : 1;
        }
    }
    return 0;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && is_leap ? 1 : 0);
}

/* The first moment behind the period that `date` names, as a date of year precision. */
static struct model_date period_end(const struct model_date *date)
{
    struct model_date end = *date;
    end.precision = 0;
    if (date->precision == 3) {
        end.seconds++;
    } else {
        end.seconds = 86400;
    }
    if (end.seconds == 86400) {
        end.seconds = 0;
        end.day++;
    }
    if (date->precision < 2 || end.day > days_in_month(end.year, end.month)) {
        end.day = 1;
        end.month++;
    }
    if (date->precision < 1 || end.month > 12) {
        end.month = 1;
        end.year++;
    }
    return end;
}

/* Whether the first moment of `date` lies between those of two periods, `to` counting whole. Where
 * `is_strict`, one that begins with `from` but names a wider period is out. */
static bool date_in(const struct model_date *date, const struct model_date *from,
    const struct model_date *to, bool is_strict)
{
    if (from->precision < 0 && to->precision < 0) {
        return true;
    }
    if (date->precision < 0) {
        return false;
    }
    if (from->precision >= 0) {
        struct model_date first = *from;
        first.precision = is_strict ? from->precision : 0;
        if (model_date_compare(date, &first) < 0) {
            return false;
        }
    }
    if (to->precision >= 0) {
        const struct model_date end = period_end(to);
        return model_date_compare(date, &end) < 0;
    }
    return true;
}

void model_date_text(const struct model_date *date, int precision, char *text)
{
    const int shown = date->precision < precision ? date->precision : precision;
    text[0] = '\0';
    if (shown >= 0) {
        text += sprintf(text, "%04d", date->year);
    }
    if (shown >= 1) {
        text += sprintf(text, "-%02d", date->month);
    }
    if (shown >= 2) {
        text += sprintf(text, "-%02d", date->day);
    }
    if (shown >= 3) {
        (void)sprintf(text, "T%02d:%02d:%02dZ", date->seconds / 3600, date->seconds / 60 % 60,
            date->seconds % 60);
    }
}

/* ---- words ---- */

static size_t count_in(const uint16_t *words, size_t count, uint16_t word)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        found += words[i] == word;
    }
    return found;
}

static bool phrase_in(
    const uint16_t *words, size_t count, const uint16_t *phrase, size_t phrase_count)
{
    for (size_t i = 0; i + phrase_count <= count; i++) {
        if (memcmp(words + i, phrase, phrase_count * sizeof *phrase) == 0) {
            return true;
        }
    }
    return false;
}

static size_t frequency(const struct model_document *document, uint16_t word, bool in_title)
{
    const size_t title = count_in(document->title, document->title_count, word);
    return in_title ? title : title + count_in(document->body, document->body_count, word);
}

/* ---- scores ---- */

struct scoring {
    const struct model *model;
    const struct model_options *options;
    double live_count, average_length;
    double containing[2][MODEL_VOCABULARY]; /* live documents with a word: anywhere, in the title */
};

static double word_score(const struct scoring *scoring, const struct model_document *document,
    uint16_t word, bool in_title)
{
    const double containing = scoring->containing[in_title][word];
    const double k1 = scoring->options->k1;
    const double b = scoring->options->b;
    const double idf = log(1 + (scoring->live_count - containing + 0.5) / (containing + 0.5));
    double tf = (double)frequency(document, word, in_title);
    if (!in_title) {
        tf += (scoring->options->title_boost - 1) * (double)frequency(document, word, true);
    }
    const double length = (double)(document->title_count + document->body_count);
    return idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / scoring->average_length));
}

/* Whether the document matches; adds to *score what the node contributes where it does. */
static bool evaluate(const struct scoring *scoring, const struct model_node *node,
    const struct model_document *document, double *score)
{
    switch (node->kind) {
    case MODEL_WORD:
        if (frequency(document, node->words[0], node->in_title) == 0) {
            return false;
        }
        *score += node->boost * word_score(scoring, document, node->words[0], node->in_title);
        return true;
    case MODEL_PHRASE:
        if (!phrase_in(document->title, document->title_count, node->words, node->word_count) &&
            (node->in_title ||
                !phrase_in(document->body, document->body_count, node->words, node->word_count))) {
            return false;
        }
        for (size_t i = 0; i < node->word_count; i++) {
            *score += node->boost * word_score(scoring, document, node->words[i], node->in_title);
        }
        return true;
    case MODEL_SOURCE: return (document->sources >> node->source & 1) != 0;
    case MODEL_DATE:
        return document->date.precision >= 0 &&
               date_in(&document->date, &node->from, &node->to, node->is_one_date);
    case MODEL_OR:
    case MODEL_AND:
    case MODEL_LIST: break;
    }

    size_t plain_words = 0, plain_words_matched = 0, required_words = 0, matched = 0;
    double sum = 0;
    for (size_t i = 0; i < node->child_count; i++) {
        const struct model_node *child = node->children[i];
        const bool is_filter = child->kind == MODEL_SOURCE || child->kind == MODEL_DATE;
        double child_score = 0;
        const bool matches = evaluate(scoring, child, document, &child_score);
        if (child->sign == '-') {
            if (matches) {
                return false;
            }
            continue;
        }
        const bool is_required =
            node->kind == MODEL_AND || child->sign == '+' ||
            (node->kind == MODEL_LIST && (is_filter || scoring->options->combine_all));
        if (is_required && !matches) {
            return false;
        }
        if (is_required) {
            required_words += !is_filter;
        } else {
            plain_words++;
            plain_words_matched += matches;
        }
        if (matches) {
            matched++;
            sum += child_score;
        }
    }
    if (node->kind == MODEL_OR && matched == 0) {
        return false;
    }
    if (node->kind == MODEL_LIST && plain_words > 0 && required_words == 0 &&
        plain_words_matched == 0) {
        return false;
    }
    *score += node->boost * sum;
    return true;
}

/* ---- results ---- */

static const struct model *sorted_model; /* qsort has no context */

static int compare_matches(const void *a, const void *b)
{
    const struct model_match *left = a;
    const struct model_match *right = b;
    const struct model_document *left_document = &sorted_model->documents[left->document];
    const struct model_document *right_document = &sorted_model->documents[right->document];
    if (left->score != right->score) {
        return left->score > right->score ? -1 : 1;
    }
    const int by_date = model_date_compare(&right_document->date, &left_document->date);
    return by_date != 0 ? by_date : strcmp(left_document->id, right_document->id);
}

struct model_match *model_search(const struct model *model, const struct model_node *query,
    const struct model_options *options, size_t *count_out)
{
    struct scoring scoring = {.model = model, .options = options};
    double length = 0;
    for (size_t i = 0; i < model->count; i++) {
        const struct model_document *document = &model->documents[i];
        if (document->is_live) {
            scoring.live_count++;
            length += (double)(document->title_count + document->body_count);
            for (uint16_t word = 0; word < MODEL_VOCABULARY; word++) {
                scoring.containing[0][word] += frequency(document, word, false) > 0;
                scoring.containing[1][word] += frequency(document, word, true) > 0;
            }
        }
    }
    scoring.average_length = scoring.live_count > 0 ? length / scoring.live_count : 0;

    struct model_match *matches = calloc(model->count + 1, sizeof *matches);
    size_t count = 0;
    for (size_t i = 0; matches != NULL && i < model->count; i++) {
        const struct model_document *document = &model->documents[i];
        double score = 0;
        if (document->is_live && date_in(&document->date, &options->from, &options->to, false) &&
            (options->filter_sources == 0 || (document->sources & options->filter_sources) != 0) &&
            evaluate(&scoring, query, document, &score)) {
            matches[count++] = (struct model_match){.document = i, .score = score};
        }
    }
    sorted_model = model;
    if (count > 1) {
        qsort(matches, count, sizeof *matches, compare_matches);
    }
    *count_out = count;
    return matches;
}
