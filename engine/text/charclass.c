/* The idea: few characters need a rule of their own; they are asked for first, then the category
 * decides, then, for letters only, the script by its ranges. */
#include "text/charclass.h"

#include <stddef.h>
#include <utf8proc.h>

const uint8_t ascii_folded[256] = {
    ['0'] = '0',
    ['1'] = '1',
    ['2'] = '2',
    ['3'] = '3',
    ['4'] = '4',
    ['5'] = '5',
    ['6'] = '6',
    ['7'] = '7',
    ['8'] = '8',
    ['9'] = '9',
    ['a'] = 'a',
    ['b'] = 'b',
    ['c'] = 'c',
    ['d'] = 'd',
    ['e'] = 'e',
    ['f'] = 'f',
    ['g'] = 'g',
    ['h'] = 'h',
    ['i'] = 'i',
    ['j'] = 'j',
    ['k'] = 'k',
    ['l'] = 'l',
    ['m'] = 'm',
    ['n'] = 'n',
    ['o'] = 'o',
    ['p'] = 'p',
    ['q'] = 'q',
    ['r'] = 'r',
    ['s'] = 's',
    ['t'] = 't',
    ['u'] = 'u',
    ['v'] = 'v',
    ['w'] = 'w',
    ['x'] = 'x',
    ['y'] = 'y',
    ['z'] = 'z',
    ['A'] = 'a',
    ['B'] = 'b',
    ['C'] = 'c',
    ['D'] = 'd',
    ['E'] = 'e',
    ['F'] = 'f',
    ['G'] = 'g',
    ['H'] = 'h',
    ['I'] = 'i',
    ['J'] = 'j',
    ['K'] = 'k',
    ['L'] = 'l',
    ['M'] = 'm',
    ['N'] = 'n',
    ['O'] = 'o',
    ['P'] = 'p',
    ['Q'] = 'q',
    ['R'] = 'r',
    ['S'] = 's',
    ['T'] = 't',
    ['U'] = 'u',
    ['V'] = 'v',
    ['W'] = 'w',
    ['X'] = 'x',
    ['Y'] = 'y',
    ['Z'] = 'z',
};

struct script_range {
    uint32_t first;
    uint32_t last;
    enum char_class class;
};

/* Ascending. What is in none of them sets spaces between words. */
static const struct script_range script_ranges[] = {
    {0x0e00, 0x0eff, CHAR_CLUSTER},     /* Thai, Lao */
    {0x1000, 0x109f, CHAR_CLUSTER},     /* Myanmar */
    {0x1100, 0x11ff, CHAR_HANGUL},      /* jamo */
    {0x1780, 0x17ff, CHAR_CLUSTER},     /* Khmer */
    {0x1950, 0x19df, CHAR_CLUSTER},     /* Tai Le, New Tai Lue */
    {0x1a20, 0x1aaf, CHAR_CLUSTER},     /* Tai Tham */
    {0x3005, 0x3007, CHAR_IDEOGRAPH},   /* iteration mark, closing mark, zero */
    {0x3021, 0x3029, CHAR_IDEOGRAPH},   /* Hangzhou numerals */
    {0x3041, 0x309f, CHAR_IDEOGRAPH},   /* Hiragana */
    {0x30a1, 0x30ff, CHAR_KATAKANA},    /* */
    {0x3100, 0x312f, CHAR_IDEOGRAPH},   /* Bopomofo */
    {0x3130, 0x318f, CHAR_HANGUL},      /* compatibility jamo */
    {0x31a0, 0x31bf, CHAR_IDEOGRAPH},   /* Bopomofo extended */
    {0x31f0, 0x31ff, CHAR_KATAKANA},    /* phonetic extensions */
    {0x3400, 0x4dbf, CHAR_IDEOGRAPH},   /* Han, extension A */
    {0x4e00, 0x9fff, CHAR_IDEOGRAPH},   /* Han */
    {0xa960, 0xa97f, CHAR_HANGUL},      /* jamo extended A */
    {0xa9e0, 0xa9ff, CHAR_CLUSTER},     /* Myanmar extended B */
    {0xaa60, 0xaadf, CHAR_CLUSTER},     /* Myanmar extended A, Tai Viet */
    {0xac00, 0xd7ff, CHAR_HANGUL},      /* syllables, jamo extended B */
    {0xf900, 0xfaff, CHAR_IDEOGRAPH},   /* Han, compatibility */
    {0xff66, 0xff9f, CHAR_KATAKANA},    /* half width */
    {0xffa0, 0xffdc, CHAR_HANGUL},      /* half width */
    {0x1aff0, 0x1b16f, CHAR_IDEOGRAPH}, /* kana supplements */
    {0x20000, 0x3ffff, CHAR_IDEOGRAPH}, /* Han, extensions B and later */
};

static enum char_class class_of_letter(uint32_t point)
{
    size_t low = 0;
    size_t high = sizeof script_ranges / sizeof script_ranges[0];
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (point > script_ranges[middle].last) {
            low = middle + 1;
        } else if (point < script_ranges[middle].first) {
            high = middle;
        } else {
            return script_ranges[middle].class;
        }
    }
    return CHAR_LETTER;
}

static enum char_class class_of_other_number(const utf8proc_property_t *property)
{
    switch (property->decomp_type) {
    case 0: /* Ethiopic and other numerals */
    case UTF8PROC_DECOMP_TYPE_SUPER:
    case UTF8PROC_DECOMP_TYPE_SUB: return CHAR_DIGIT;
    default: return CHAR_BREAK; /* fractions, circled numbers */
    }
}

static enum char_class class_of_special(uint32_t point)
{
    switch (point) {
    case 0x00b4: /* acute, typed for an apostrophe */
    case 0x02bb: /* okina */
    case 0x02bc: /* modifier letter apostrophe */
    case 0x2018:
    case 0x2019:
    case 0xff07: return CHAR_APOSTROPHE;
    case 0x00b7: /* l·l */
    case 0x055b: /* Armenian emphasis, exclamation, question: written over a vowel */
    case 0x055c:
    case 0x055e:
    case 0x05f3: /* geresh, gershayim */
    case 0x05f4:
    case 0x2027: return CHAR_MIDDLE;
    case 0x200b: return CHAR_BREAK; /* zero width space: set between words of Khmer and Thai */
    default: return CHAR_IGNORED;   /* not special */
    }
}

enum char_class char_class_of(uint32_t point)
{
    if (point < 0x80) {
        const uint8_t folded = ascii_folded[point];
        if (folded == 0) {
            return point == '\'' ? CHAR_APOSTROPHE : CHAR_BREAK;
        }
        return folded < 'a' ? CHAR_DIGIT : CHAR_LETTER;
    }
    if (point >= 0x4e00 && point <= 0x9fff) {
        return CHAR_IDEOGRAPH; /* the bulk of Chinese, ahead of all questions */
    }
    const enum char_class special = class_of_special(point);
    if (special != CHAR_IGNORED) {
        return special;
    }
    const utf8proc_property_t *property = utf8proc_get_property((utf8proc_int32_t)point);
    if (property->ignorable) {
        return CHAR_IGNORED;
    }
    switch (property->category) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_NL: return point < 0x0e00 ? CHAR_LETTER : class_of_letter(point);
    case UTF8PROC_CATEGORY_ND: return CHAR_DIGIT;
    case UTF8PROC_CATEGORY_NO: return class_of_other_number(property);
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME: return CHAR_MARK;
    case UTF8PROC_CATEGORY_CF: return CHAR_IGNORED;
    default: return CHAR_BREAK;
    }
}

bool char_is_joiner(uint32_t point)
{
    switch (point) {
    case '-':
    case '.':
    case '\'':
    case '/':
    case '&':
    case '@':
    case '_':
    case ':':
    case 0x00b7:
    case 0x0f0b: /* Tibetan tsheg, between syllables */
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013: /* en dash: Paris–Berlin; the em dash parts sentences */
    case 0x2018:
    case 0x2019:
    case 0x2212:
    case 0x30fb: /* between the parts of a foreign name in Katakana */
    case 0xff0d:
    case 0xff0e: return true;
    default: return false;
    }
}
