#include "api/options.h"

#include <string.h>

/* No options struct will ever be so long; what says it is was never initialized. */
enum { OPTIONS_BYTES_MAX = 4096 };

lede_status options_read(
    const void *options, void *ours, size_t our_size, const char *name, lede_error *error)
{
    if (options == NULL) {
        return LEDE_OK;
    }
    const unsigned char *bytes = options;
    size_t size;
    memcpy(&size, bytes, sizeof size);
    if (size < sizeof size || size > OPTIONS_BYTES_MAX) {
        return lede_fail(
            error, LEDE_ERR_INVALID, "%s: struct_size is %zu, begin with its _INIT", name, size);
    }
    for (size_t i = our_size; i < size; i++) {
        if (bytes[i] != 0) {
            return lede_fail(error, LEDE_ERR_INVALID,
                "%s: asks for something that this version of the library does not know", name);
        }
    }
    const size_t known = size < our_size ? size : our_size;
    memcpy((unsigned char *)ours + sizeof size, bytes + sizeof size, known - sizeof size);
    return LEDE_OK;
}
