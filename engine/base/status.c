#include "base/status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void fill(lede_error *error, lede_status status, int system_error, const char *format,
    va_list arguments) PRINTF(4, 0);

static void fill(
    lede_error *error, lede_status status, int system_error, const char *format, va_list arguments)
{
    if (error == NULL) {
        return;
    }
    memset(error, 0, sizeof *error);
    error->status = status;
    error->system_error = system_error;
    (void)vsnprintf(error->message, sizeof error->message, format, arguments);
    if (system_error != 0) {
        const size_t length = strlen(error->message);
        char sentence[128];
        /* The GNU strerror_r: gives a string, which may be another than the buffer. */
        (void)snprintf(error->message + length, sizeof error->message - length, ": %s",
            strerror_r(system_error, sentence, sizeof sentence));
    }
}

void lede_error_fill(lede_error *error, lede_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(error, status, 0, format, arguments);
    va_end(arguments);
}

lede_status lede_fail_errno(lede_error *error, int system_error, const char *format, ...)
{
    const lede_status status = system_error == ENOMEM ? LEDE_ERR_NOMEM : LEDE_ERR_IO;
    va_list arguments;
    va_start(arguments, format);
    fill(error, status, system_error, format, arguments);
    va_end(arguments);
    return status;
}
