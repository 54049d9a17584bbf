#include "support/text.h"

#include <stdarg.h>
#include <stdio.h>

void text_put(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    text->length += (size_t)vsnprintf(
        text->data + text->length, sizeof text->data - text->length, format, arguments);
    va_end(arguments);
    if (text->length >= sizeof text->data) {
        text->length = sizeof text->data - 1;
    }
}
