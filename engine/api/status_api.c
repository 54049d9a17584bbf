/* The library's version, and its status codes in words. */
#include "lede.h"

#define TEXT_OF(x)   #x
#define NUMBER_OF(x) TEXT_OF(x)

const char *lede_version(void)
{
    return NUMBER_OF(LEDE_VERSION_MAJOR) "." NUMBER_OF(LEDE_VERSION_MINOR) "." NUMBER_OF(
        LEDE_VERSION_PATCH);
}

struct status_words {
    const char *name;
    const char *text;
};

static struct status_words words_of(lede_status status)
{
    static const struct status_words words[] = {
        [LEDE_OK] = {"LEDE_OK", "success"},
        [LEDE_ERR_NOMEM] = {"LEDE_ERR_NOMEM", "out of memory"},
        [LEDE_ERR_IO] = {"LEDE_ERR_IO", "the system failed to read, write, sync or map a file"},
        [LEDE_ERR_INVALID] = {"LEDE_ERR_INVALID", "an argument is out of its range"},
        [LEDE_ERR_LIMIT] = {"LEDE_ERR_LIMIT", "a documented bound was exceeded"},
        [LEDE_ERR_NOT_FOUND] = {"LEDE_ERR_NOT_FOUND", "there is no such thing"},
        [LEDE_ERR_EXISTS] = {"LEDE_ERR_EXISTS", "there is something already"},
        [LEDE_ERR_BUSY] = {"LEDE_ERR_BUSY", "another writer holds the index"},
        [LEDE_ERR_SYNTAX] = {"LEDE_ERR_SYNTAX", "a query or an input could not be read"},
        [LEDE_ERR_CORRUPT] = {"LEDE_ERR_CORRUPT", "the index is damaged"},
        [LEDE_ERR_TOO_OLD] = {"LEDE_ERR_TOO_OLD",
            "the index has a format that this version no longer reads"},
        [LEDE_ERR_TOO_NEW] = {"LEDE_ERR_TOO_NEW", "the index was written by a newer version"},
        [LEDE_ERR_MISMATCH] = {"LEDE_ERR_MISMATCH",
            "index and request differ in their analysis or fields"},
        [LEDE_ERR_CANCELLED] = {"LEDE_ERR_CANCELLED", "a callback asked to stop"},
        [LEDE_ERR_UNSUPPORTED] = {"LEDE_ERR_UNSUPPORTED",
            "a known request that this build or version does not serve"},
    };
    const unsigned number = (unsigned)status;
    if (number >= sizeof words / sizeof words[0]) {
        return (struct status_words){
            "LEDE_ERR_UNKNOWN", "a status that this version does not know"};
    }
    return words[number];
}

const char *lede_status_name(lede_status status)
{
    return words_of(status).name;
}

const char *lede_status_text(lede_status status)
{
    return words_of(status).text;
}
