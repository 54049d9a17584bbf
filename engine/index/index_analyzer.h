/* index_analyzer.h -- the analyzer with which an index was made, for its writer and for its readers. */
#ifndef INDEX_INDEX_ANALYZER_H
#define INDEX_INDEX_ANALYZER_H

#include "base/status.h"
#include "storage/manifest.h"
#include "text/analyzer.h"

/* Make *analyzer, NULL or of any language, that of the index in `dir`, whose manifest it is. LEDE_ERR_UNSUPPORTED:
 * a language that this build does not know. LEDE_ERR_MISMATCH: it was made by another analysis. *analyzer is the
 * caller's to free in any case. */
lede_status index_analyzer_fit(struct analyzer **analyzer, const char *dir,
    const struct manifest *manifest, lede_error *error) MUST_CHECK;

#endif
