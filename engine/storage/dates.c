/* Section: header · one row a block · day table · bits of all blocks. A block of width 64 (keys far
 * apart with no common unit) holds its distances plainly.
 */
#include "storage/dates.h"

#include <stdio.h>

#include "base/bits.h"
#include "base/bytes.h"
#include "codec/bitpack.h"

enum {
    HEADER_BYTES = 16,
    ROW_BYTES = 24,
    BUCKET_BYTES = 12,
    WIDTH_PLAIN = 64, /* distances as u64 */
    DAY_KEYS = 4 * 86400,
};

/* Every key of a year that date.h knows lies in [KEY_MIN, KEY_MAX]: 1600-01-01 and
 * 9999-12-31T23:59:59. */
#define KEY_MIN (INT64_C(-11676096000) * 4)
#define KEY_MAX (INT64_C(253402300799) * 4 + 3)

/* ---- writing ---- */

static uint64_t greatest_divisor(uint64_t a, uint64_t b)
{
    while (b != 0) {
        const uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* The largest usable unit of the block's distances: one that fits 32 bits. */
static uint32_t block_unit(const date_key *keys, uint32_t count)
{
    uint64_t unit = 0;
    for (uint32_t i = 1; i < count && unit != 1; i++) {
        unit = greatest_divisor(unit, (uint64_t)keys[i] - (uint64_t)keys[0]);
    }
    if (unit > UINT32_MAX) {
        unit = greatest_divisor(unit, DAY_KEYS);
    }
    return unit == 0 ? 1 : (uint32_t)unit;
}

static void write_block(
    const date_key *keys, uint32_t count, uint64_t offset, struct buf *rows, struct buf *bits)
{
    const uint32_t unit = block_unit(keys, count);
    const uint64_t farthest = ((uint64_t)keys[count - 1] - (uint64_t)keys[0]) / unit;
    const uint32_t needed = bit_width64(farthest);
    const uint32_t width = needed <= 32 ? needed : WIDTH_PLAIN;
    (void)buf_append_le64(rows, (uint64_t)keys[0]);
    (void)buf_append_le64(rows, offset);
    (void)buf_append_le32(rows, unit);
    (void)buf_append_le32(rows, width);
    uint32_t multiples[DATES_BLOCK];
    for (uint32_t i = 0; i < count; i++) {
        const uint64_t multiple = ((uint64_t)keys[i] - (uint64_t)keys[0]) / unit;
        if (width == WIDTH_PLAIN) {
            (void)buf_append_le64(bits, multiple);
        } else {
            multiples[i] = (uint32_t)multiple;
        }
    }
    if (width != WIDTH_PLAIN) {
        uint8_t *at = buf_extend(bits, bitpack_bytes(count, width));
        if (at != NULL) {
            bitpack_pack(multiples, count, width, at);
        }
    }
}

static uint32_t write_buckets(
    const date_key *dates, uint32_t first, uint32_t end, struct buf *buckets)
{
    uint32_t count = 0;
    date_key last = DATE_NONE;
    for (uint32_t doc = first; doc < end; doc++) {
        const date_key key = date_cut(dates[doc], DATE_DAY);
        if (key != last) {
            (void)buf_append_le64(buckets, (uint64_t)key);
            (void)buf_append_le32(buckets, doc);
            last = key;
            count++;
        }
    }
    return count;
}

lede_status dates_write(const date_key *dates, uint32_t doc_count, struct buf *section)
{
    uint32_t undated_count = 0;
    while (undated_count < doc_count && dates[undated_count] == DATE_NONE) {
        undated_count++;
    }
    struct buf rows, bits, buckets;
    buf_init(&rows, section->max);
    buf_init(&bits, section->max);
    buf_init(&buckets, section->max);
    for (uint32_t doc = undated_count; doc < doc_count; doc += DATES_BLOCK) {
        const uint32_t left = doc_count - doc;
        write_block(dates + doc, left < DATES_BLOCK ? left : DATES_BLOCK, bits.size, &rows, &bits);
    }
    const uint32_t bucket_count = write_buckets(dates, undated_count, doc_count, &buckets);
    (void)buf_append_le32(section, undated_count);
    (void)buf_append_le32(section, bucket_count);
    (void)buf_append_zeros(section, HEADER_BYTES - 8);
    (void)buf_append(section, rows.data, rows.size);
    (void)buf_append(section, buckets.data, buckets.size);
    (void)buf_append(section, bits.data, bits.size);
    const struct buf *const parts[] = {&rows, &bits, &buckets};
    lede_status status = section->status;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        status = status == LEDE_OK ? parts[i]->status : status;
    }
    buf_release(&rows);
    buf_release(&bits);
    buf_release(&buckets);
    return status;
}

/* ---- reading ---- */

static uint32_t block_count_of(uint32_t dated_count)
{
    return dated_count / DATES_BLOCK + (dated_count % DATES_BLOCK != 0);
}

lede_status dates_open(
    struct dates *dates, struct span section, uint32_t doc_count, lede_error *error)
{
    struct cursor cursor = cursor_of(section);
    struct dates opened = {.doc_count = doc_count};
    opened.undated_count = cursor_u32(&cursor);
    opened.bucket_count = cursor_u32(&cursor);
    const uint64_t reserved = cursor_u64(&cursor);
    if (cursor.failed || reserved != 0) {
        return lede_fail(error, LEDE_ERR_CORRUPT, "dates: header is damaged");
    }
    if (opened.undated_count > doc_count ||
        opened.bucket_count > doc_count - opened.undated_count ||
        (opened.bucket_count == 0) != (opened.undated_count == doc_count)) {
        return lede_fail(error, LEDE_ERR_CORRUPT,
            "dates: %u undated documents and %u days do not fit %u documents", opened.undated_count,
            opened.bucket_count, doc_count);
    }
    const size_t rows_size = (size_t)block_count_of(doc_count - opened.undated_count) * ROW_BYTES;
    const size_t buckets_size = (size_t)opened.bucket_count * BUCKET_BYTES;
    const uint8_t *rows = cursor_bytes(&cursor, rows_size);
    const uint8_t *buckets = cursor_bytes(&cursor, buckets_size);
    if (cursor.failed) {
        return lede_fail(error, LEDE_ERR_CORRUPT,
            "dates: section has %zu bytes, too few for its tables", section.size);
    }
    opened.bases = span_of(rows, rows_size);
    opened.buckets = span_of(buckets, buckets_size);
    opened.offsets = span_of(cursor.at, cursor_left(&cursor));
    *dates = opened;
    return LEDE_OK;
}

static date_key key_checked(uint64_t bits)
{
    const date_key key = (date_key)bits;
    return key >= KEY_MIN && key <= KEY_MAX ? key : DATE_NONE;
}

static date_key block_base(const struct dates *dates, uint32_t block)
{
    return (date_key)load_le64(dates->bases.bytes + (size_t)block * ROW_BYTES);
}

date_key dates_at(const struct dates *dates, uint32_t doc)
{
    if (doc < dates->undated_count) {
        return DATE_NONE;
    }
    const uint32_t place = doc - dates->undated_count;
    const uint32_t i = place % DATES_BLOCK;
    const uint8_t *row = dates->bases.bytes + (size_t)(place / DATES_BLOCK) * ROW_BYTES;
    const uint64_t base = load_le64(row);
    const uint64_t offset = load_le64(row + 8);
    const uint32_t unit = load_le32(row + 16);
    const uint32_t width = load_le32(row + 20);
    if (width == 0) {
        return key_checked(base);
    }
    if (width > 32 && width != WIDTH_PLAIN) {
        return DATE_NONE;
    }
    /* The first byte that is read lies in the section; the seven behind it lie there or in the
     * padding behind the section. */
    const uint64_t first_byte = (uint64_t)i * width / 8;
    if (offset >= dates->offsets.size || first_byte >= dates->offsets.size - offset) {
        return DATE_NONE;
    }
    const uint8_t *bits = dates->offsets.bytes + offset;
    const uint64_t multiple =
        width == WIDTH_PLAIN ? load_le64(bits + first_byte) : bitpack_get(bits, i, width);
    return key_checked(base + multiple * unit);
}

uint32_t dates_first_at(const struct dates *dates, date_key key)
{
    if (key == DATE_NONE) {
        return 0;
    }
    /* The first block that begins at or above the key: the place is there, or in the block
     * before. */
    uint32_t low = 0;
    uint32_t high = block_count_of(dates->doc_count - dates->undated_count);
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (block_base(dates, middle) < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == 0) {
        return dates->undated_count;
    }
    uint32_t first = dates->undated_count + (low - 1) * DATES_BLOCK;
    uint32_t end = dates->doc_count - first < DATES_BLOCK ? dates->doc_count : first + DATES_BLOCK;
    while (first < end) {
        const uint32_t middle = first + (end - first) / 2;
        if (dates_at(dates, middle) < key) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    return first;
}

static uint32_t bucket_first(const struct dates *dates, uint32_t i)
{
    if (i == dates->bucket_count) {
        return dates->doc_count;
    }
    const uint32_t first = load_le32(dates->buckets.bytes + (size_t)i * BUCKET_BYTES + 8);
    return first < dates->doc_count ? first : dates->doc_count;
}

date_key dates_bucket(const struct dates *dates, uint32_t i, uint32_t *first_out, uint32_t *end_out)
{
    const uint32_t first = bucket_first(dates, i);
    const uint32_t end = bucket_first(dates, i + 1);
    *first_out = first;
    *end_out = end < first ? first : end;
    return key_checked(load_le64(dates->buckets.bytes + (size_t)i * BUCKET_BYTES));
}

/* ---- verifying ---- */

static bool verify_column(const struct dates *dates, char *message, size_t message_size)
{
    date_key last = DATE_NONE;
    for (uint32_t doc = dates->undated_count; doc < dates->doc_count; doc++) {
        const date_key key = dates_at(dates, doc);
        if (key == DATE_NONE) {
            (void)snprintf(message, message_size, "document %u has no readable date", doc);
            return false;
        }
        if (key < last) {
            (void)snprintf(message, message_size, "document %u is older than the one before", doc);
            return false;
        }
        if ((doc - dates->undated_count) % DATES_BLOCK == 0 &&
            key != block_base(dates, (doc - dates->undated_count) / DATES_BLOCK)) {
            (void)snprintf(message, message_size, "block of document %u has a wrong base", doc);
            return false;
        }
        last = key;
    }
    return true;
}

static bool verify_buckets(const struct dates *dates, char *message, size_t message_size)
{
    uint32_t bucket = 0;
    date_key last = DATE_NONE;
    for (uint32_t doc = dates->undated_count; doc < dates->doc_count; doc++) {
        const date_key key = date_cut(dates_at(dates, doc), DATE_DAY);
        if (key == last) {
            continue;
        }
        uint32_t first = 0;
        uint32_t end = 0;
        if (bucket == dates->bucket_count || dates_bucket(dates, bucket, &first, &end) != key ||
            first != doc) {
            (void)snprintf(message, message_size, "day table is wrong at document %u", doc);
            return false;
        }
        last = key;
        bucket++;
    }
    if (bucket != dates->bucket_count) {
        (void)snprintf(message, message_size, "day table has %u rows, documents have %u days",
            dates->bucket_count, bucket);
        return false;
    }
    return true;
}

bool dates_verify(const struct dates *dates, char *message, size_t message_size)
{
    return verify_column(dates, message, message_size) &&
           verify_buckets(dates, message, message_size);
}
