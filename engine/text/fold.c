/* The idea: utf8proc decomposes into an array of characters, what is to go is taken out of the array in
 * one pass, and utf8proc composes the rest again. */
#include "text/fold.h"

#include <stdbool.h>
#include <string.h>
#include <utf8proc.h>

#include "base/assert.h"
#include "text/utf8.h"

enum script {
    SCRIPT_OTHER,
    SCRIPT_LATIN,
    SCRIPT_GREEK,
    SCRIPT_CYRILLIC,
    SCRIPT_HEBREW,
    SCRIPT_ARABIC
};

struct plain_letter {
    uint16_t letter;
    char plain[3];
};

/* Small Latin letters that Unicode does not decompose, ascending. */
static const struct plain_letter plain_letters[] = {
    {0x00e6, "ae"}, /* æ */
    {0x00f0, "d"},  /* ð */
    {0x00f8, "o"},  /* ø */
    {0x00fe, "th"}, /* þ */
    {0x0111, "d"},  /* đ */
    {0x0127, "h"},  /* ħ */
    {0x0131, "i"},  /* ı */
    {0x0138, "k"},  /* ĸ */
    {0x0142, "l"},  /* ł */
    {0x014b, "n"},  /* ŋ */
    {0x0153, "oe"}, /* œ */
    {0x0167, "t"},  /* ŧ */
    {0x0180, "b"},  /* ƀ */
    {0x0192, "f"},  /* ƒ */
    {0x0199, "k"},  /* ƙ, as Hausa writes it */
    {0x01b4, "y"},  /* ƴ */
    {0x0253, "b"},  /* ɓ */
    {0x0254, "o"},  /* ɔ */
    {0x0256, "d"},  /* ɖ */
    {0x0257, "d"},  /* ɗ */
    {0x025b, "e"},  /* ɛ */
    {0x0260, "g"},  /* ɠ */
    {0x0268, "i"},  /* ɨ */
    {0x0272, "n"},  /* ɲ */
    {0x028b, "v"},  /* ʋ */
};

static const char *plain_letter_find(int32_t point)
{
    size_t low = 0;
    size_t high = sizeof plain_letters / sizeof plain_letters[0];
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (plain_letters[middle].letter == point) {
            return plain_letters[middle].plain;
        }
        if (plain_letters[middle].letter < point) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

static enum script script_of(int32_t point)
{
    if (point < 0x0370) {
        return SCRIPT_LATIN; /* and ASCII digits */
    }
    if (point < 0x0400) {
        return SCRIPT_GREEK;
    }
    if (point < 0x0530) {
        return SCRIPT_CYRILLIC;
    }
    if (point >= 0x0590 && point < 0x0600) {
        return SCRIPT_HEBREW;
    }
    if ((point >= 0x0600 && point < 0x0700) || (point >= 0x0750 && point < 0x0780)) {
        return SCRIPT_ARABIC;
    }
    if (point >= 0x1e00 && point < 0x1f00) {
        return SCRIPT_LATIN;
    }
    if (point >= 0x1f00 && point < 0x2000) {
        return SCRIPT_GREEK;
    }
    const bool is_latin = (point >= 0x2c60 && point < 0x2c80) ||
                          (point >= 0xa720 && point < 0xa800) ||
                          (point >= 0xab30 && point < 0xab70);
    return is_latin ? SCRIPT_LATIN : SCRIPT_OTHER;
}

/* Whether `mark` goes when it stands on `base`. */
static bool is_diacritic(int32_t base, int32_t mark)
{
    switch (script_of(base)) {
    case SCRIPT_LATIN:
    case SCRIPT_GREEK:
    case SCRIPT_HEBREW: return true;
    case SCRIPT_CYRILLIC:
        if (mark == 0x0308) {
            return base == 0x0435; /* ё */
        }
        return (mark == 0x0300 || mark == 0x0301) && base != 0x0433 && base != 0x043a;
    case SCRIPT_ARABIC:
        if (mark == 0x0654) {
            return base == 0x0627; /* hamza above: an alef's; with waw and yeh it is a letter */
        }
        return (mark >= 0x0610 && mark <= 0x061a) || (mark >= 0x064b && mark <= 0x065f) ||
               mark == 0x0670 || (mark >= 0x06d6 && mark <= 0x06ed);
    case SCRIPT_OTHER: break;
    }
    return false;
}

/* The digit's value as an ASCII digit. Unicode's decimal digits come in runs of ten that begin at
 * ...0 or ...6; those that do not (mathematical ones) have been decomposed already. */
static int32_t ascii_digit(int32_t point)
{
    const bool begins_at_0 = utf8proc_category(point & ~0xf) == UTF8PROC_CATEGORY_ND;
    const int32_t value = (point & 0xf) - (begins_at_0 ? 0 : 6);
    return value >= 0 && value <= 9 ? '0' + value : point;
}

/* Turkish capitals: I -> ı, İ -> i, before case folding would make both the same. */
static size_t spell_turkish(const uint8_t *bytes, size_t size, uint8_t *out)
{
    size_t length = 0;
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == 'I') {
            out[length++] = 0xc4;
            out[length++] = 0xb1;
        } else if (bytes[i] == 0xc4 && i + 1 < size && bytes[i + 1] == 0xb0) {
            out[length++] = 'i';
            i++;
        } else {
            out[length++] = bytes[i];
        }
    }
    return length;
}

/* `count` characters composed and written as UTF-8. */
static size_t compose(struct folder *folder, size_t count, uint32_t flags, uint8_t *out)
{
    utf8proc_ssize_t length = utf8proc_normalize_utf32(folder->points, (utf8proc_ssize_t)count,
        (utf8proc_option_t)(UTF8PROC_COMPOSE | UTF8PROC_STABLE));
    if ((flags & FOLD_CEDILLA) != 0) {
        for (utf8proc_ssize_t i = 0; i < length; i++) {
            int32_t *const point = &folder->points[i];
            *point = *point == 0x0219 ? 0x015f : *point == 0x021b ? 0x0163 : *point;
        }
    }
    size_t size = 0;
    for (utf8proc_ssize_t i = 0; i < length; i++) {
        uint8_t bytes[UTF8_BYTES_MAX];
        const size_t more = utf8_encode((uint32_t)folder->points[i], bytes);
        if (size + more > LEDE_TERM_BYTES_MAX) {
            break;
        }
        memcpy(out + size, bytes, more);
        size += more;
    }
    return size;
}

static size_t decompose(struct folder *folder, const uint8_t *bytes, size_t size, int options)
{
    const utf8proc_ssize_t count = utf8proc_decompose(bytes, (utf8proc_ssize_t)size, folder->points,
        FOLD_POINTS_MAX - 1, (utf8proc_option_t)options);
    return count < 0 || count >= FOLD_POINTS_MAX ? 0 : (size_t)count;
}

size_t fold_case(struct folder *folder, const uint8_t *bytes, size_t size, uint32_t flags,
    uint8_t out[LEDE_TERM_BYTES_MAX])
{
    ASSERT(size <= FOLD_BYTES_MAX);
    if ((flags & FOLD_DOTLESS_I) != 0) {
        size = spell_turkish(bytes, size, folder->spelled);
        bytes = folder->spelled;
    }
    const size_t count = decompose(folder, bytes, size,
        UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE |
            UTF8PROC_STABLE);
    int32_t *const points = folder->points;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        int32_t point = points[i];
        if (point == 0x0307 && kept > 0 && points[kept - 1] == 'i') {
            continue; /* what İ leaves behind when it is folded outside Turkish */
        }
        if (point == 0x00b7) {
            continue; /* of ŀ */
        }
        if (point >= 0x80 && utf8proc_category(point) == UTF8PROC_CATEGORY_ND) {
            point = ascii_digit(point);
        }
        points[kept++] = point;
    }
    return compose(folder, kept, flags, out);
}

size_t fold_marks(
    struct folder *folder, const uint8_t *bytes, size_t size, uint8_t out[LEDE_TERM_BYTES_MAX])
{
    ASSERT(size <= FOLD_BYTES_MAX);
    const size_t count = decompose(folder, bytes, size, UTF8PROC_DECOMPOSE | UTF8PROC_STABLE);
    /* Letters that become two are written into the space that decomposing them would have taken:
     * the array is FOLD_POINTS_MAX long, the stem at most FOLD_BYTES_MAX bytes. */
    int32_t *const points = folder->points;
    const size_t from = FOLD_POINTS_MAX - count;
    memmove(points + from, points, count * sizeof points[0]);
    int32_t base = 0;
    size_t kept = 0;
    for (size_t i = from; i < FOLD_POINTS_MAX; i++) {
        const int32_t point = points[i];
        const utf8proc_category_t category = utf8proc_category(point);
        if (category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME) {
            if (!is_diacritic(base, point)) {
                points[kept++] = point;
            }
            continue;
        }
        base = point;
        if (point == 0x0640) {
            continue; /* tatweel */
        }
        const char *plain = plain_letter_find(point);
        if (plain == NULL) {
            points[kept++] = point;
        } else {
            for (; *plain != '\0'; plain++) {
                points[kept++] = (unsigned char)*plain;
            }
        }
    }
    return compose(folder, kept, 0, out);
}
