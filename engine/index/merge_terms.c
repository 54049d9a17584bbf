#include "index/merge_terms.h"

#include <string.h>

#include "base/bytes.h"

static void look(struct merge_terms *terms, uint32_t source)
{
    const struct termdict_walk *walk = &terms->walks[source];
    uint8_t prefix[8] = {0};
    memcpy(
        prefix, walk->term, walk->term_length < sizeof prefix ? walk->term_length : sizeof prefix);
    terms->prefixes[source] = load_be64(prefix);
}

void merge_terms_begin(struct merge_terms *terms, const struct merge_docs *docs, unsigned field)
{
    terms->docs = docs;
    terms->field = field;
    terms->holder_count = 0;
    for (uint32_t i = 0; i < docs->source_count; i++) {
        termdict_walk_begin(
            &terms->walks[i], &docs->sources[i].segment->terms[field], (const uint8_t *)"", 0);
        look(terms, i);
    }
}

static int compare(const struct merge_terms *terms, uint32_t a, uint32_t b)
{
    if (terms->prefixes[a] != terms->prefixes[b]) {
        return terms->prefixes[a] < terms->prefixes[b] ? -1 : 1;
    }
    return span_compare(span_of(terms->walks[a].term, terms->walks[a].term_length),
        span_of(terms->walks[b].term, terms->walks[b].term_length));
}

lede_status merge_terms_next(struct merge_terms *terms, lede_error *error)
{
    for (uint32_t i = 0; i < terms->holder_count; i++) {
        const uint32_t source = terms->holders[i];
        termdict_walk_next(&terms->walks[source]);
        look(terms, source);
    }
    terms->holder_count = 0;
    for (uint32_t i = 0; i < terms->docs->source_count; i++) {
        const lede_status status = terms->walks[i].status;
        if (status == LEDE_ERR_CORRUPT) {
            return lede_fail(error, LEDE_ERR_CORRUPT, "segment %llu: %s cannot be read",
                (unsigned long long)terms->docs->sources[i].segment->number,
                section_name(terms->field == FIELD_TEXT ? SECTION_TERMS : SECTION_TITLE_TERMS));
        }
        if (status != LEDE_OK) {
            continue;
        }
        const int order = terms->holder_count == 0 ? -1 : compare(terms, i, terms->holders[0]);
        if (order < 0) {
            terms->holder_count = 0;
        }
        if (order <= 0) {
            terms->holders[terms->holder_count++] = i;
        }
    }
    return terms->holder_count > 0 ? LEDE_OK : LEDE_ERR_NOT_FOUND;
}
