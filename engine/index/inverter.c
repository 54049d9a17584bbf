#include "index/inverter.h"

#include "base/limits.h"

struct part {
    struct span text;
    uint32_t base; /* position of its first word */
    uint32_t token_max;
    bool is_title;
};

static lede_status invert_part(struct analyzer *analyzer, struct term_table *terms, uint32_t doc,
    const struct part *part, uint32_t *count_out, struct inverted *inverted)
{
    struct token token;
    uint32_t count = 0;
    analyzer_begin(analyzer, (const char *)part->text.bytes, part->text.size);
    while (analyzer_next(analyzer, &token)) {
        if (count == part->token_max) {
            inverted->was_cut = true;
            break;
        }
        uint32_t term;
        lede_status status = term_table_find(terms, token.term, token.term_length, &term);
        if (status == LEDE_OK) {
            status = term_table_add(terms, term, doc, part->base + count, part->is_title);
        }
        if (status != LEDE_OK) {
            return status;
        }
        count++;
    }
    if (analyzer_saw_invalid(analyzer)) {
        inverted->was_invalid = true;
    }
    *count_out = count;
    return analyzer_status(analyzer);
}

lede_status invert_document(struct analyzer *analyzer, struct term_table *terms, uint32_t doc,
    struct span title, struct span body, uint32_t token_max, struct inverted *inverted_out)
{
    struct inverted inverted = {0};
    uint32_t title_count = 0;
    uint32_t body_count = 0;
    lede_status status = invert_part(analyzer, terms, doc,
        &(struct part){.text = title, .token_max = token_max, .is_title = true}, &title_count,
        &inverted);
    if (status != LEDE_OK) {
        return status;
    }
    status = invert_part(analyzer, terms, doc,
        &(struct part){.text = body,
            .base = title_count == 0 ? 0 : title_count + LEDE_POSITION_GAP,
            .token_max = token_max - title_count},
        &body_count, &inverted);
    if (status != LEDE_OK) {
        return status;
    }
    inverted.title_length = title_count;
    inverted.length = title_count + body_count;
    *inverted_out = inverted;
    return LEDE_OK;
}
