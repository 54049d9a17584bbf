/* The best so far are kept in order, best first; few documents of a long list ever get in, and most are
 * turned away by a multiplication (with a little to spare, so that rounding never decides). Documents come
 * in ascending order, so a newcomer goes before its equals. */
#include "storage/champions.h"

#include "base/assert.h"
#include "base/bytes.h"

static const double k1 = 1.2;
static const double b = 0.75;
static const double almost_one = 1 - 1e-12;

enum { FREQUENCY_MAX = 65535, FREQUENCIES_AT = LEDE_CHAMPIONS * 4 };

struct champion {
    double score;   /* without idf, which is the list's */
    uint32_t index; /* in the list */
};

static void pick(const struct posting_list *list, struct champion *best)
{
    const double average = list->average_length > 0 ? list->average_length : 1;
    uint32_t found = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        const double tf = list->frequencies[i];
        const double divisor = tf + k1 * (1 - b + b * list->lengths[list->docs[i]] / average);
        const double worst = found == LEDE_CHAMPIONS ? best[LEDE_CHAMPIONS - 1].score : 0;
        if (tf < worst * divisor * almost_one) {
            continue;
        }
        const struct champion newcomer = {.score = tf / divisor, .index = i};
        if (newcomer.score < worst) {
            continue;
        }
        uint32_t place = found < LEDE_CHAMPIONS ? found++ : LEDE_CHAMPIONS - 1;
        while (place > 0 && best[place - 1].score <= newcomer.score) {
            best[place] = best[place - 1];
            place--;
        }
        best[place] = newcomer;
    }
}

lede_status champions_write(const struct posting_list *list, struct buf *out)
{
    ASSERT(list->count >= LEDE_CHAMPIONS);
    uint8_t *bytes = buf_extend(out, CHAMPIONS_BYTES);
    if (bytes == NULL) {
        return out->status;
    }
    struct champion best[LEDE_CHAMPIONS];
    pick(list, best);
    for (uint32_t i = 1; i < LEDE_CHAMPIONS; i++) { // by document
        const struct champion moved = best[i];
        uint32_t place = i;
        for (; place > 0 && best[place - 1].index > moved.index; place--) {
            best[place] = best[place - 1];
        }
        best[place] = moved;
    }
    for (uint32_t i = 0; i < LEDE_CHAMPIONS; i++) {
        const uint32_t frequency = list->frequencies[best[i].index];
        store_le32(bytes + (size_t)i * 4, list->docs[best[i].index]);
        store_le16(bytes + FREQUENCIES_AT + (size_t)i * 2,
            (uint16_t)(frequency < FREQUENCY_MAX ? frequency : FREQUENCY_MAX));
    }
    return LEDE_OK;
}

bool champions_read(struct span bytes, uint32_t doc_count, uint32_t *docs, uint32_t *frequencies)
{
    if (bytes.size != CHAMPIONS_BYTES) {
        return false;
    }
    bool is_valid = true;
    for (uint32_t i = 0; i < LEDE_CHAMPIONS; i++) {
        docs[i] = load_le32(bytes.bytes + (size_t)i * 4);
        frequencies[i] = load_le16(bytes.bytes + FREQUENCIES_AT + (size_t)i * 2);
        is_valid &= docs[i] < doc_count && frequencies[i] >= 1;
        is_valid &= i == 0 || docs[i - 1] < docs[i];
    }
    return is_valid;
}
