#include "index/index_analyzer.h"

#include <string.h>

lede_status index_analyzer_fit(
    struct analyzer **analyzer, const char *dir, const struct manifest *manifest, lede_error *error)
{
    if (*analyzer == NULL || strcmp(analyzer_language(*analyzer), manifest->language) != 0) {
        struct analyzer *made;
        const lede_status status = analyzer_new(manifest->language, &made, error);
        if (status == LEDE_ERR_INVALID) {
            return lede_fail(error, LEDE_ERR_UNSUPPORTED,
                "index %s has language \"%s\", which this build does not know", dir,
                manifest->language);
        }
        if (status != LEDE_OK) {
            return status;
        }
        analyzer_free(*analyzer);
        *analyzer = made;
    }
    const uint64_t fingerprint = analyzer_fingerprint(*analyzer);
    if (fingerprint != manifest->analyzer_fingerprint) {
        return lede_fail(error, LEDE_ERR_MISMATCH,
            "index %s was made by another analysis of \"%s\" than this library's (%016llx, not "
            "%016llx)",
            dir, manifest->language, (unsigned long long)manifest->analyzer_fingerprint,
            (unsigned long long)fingerprint);
    }
    return LEDE_OK;
}
