/* help.h -- a command's help, made from its tables. */
#ifndef HELP_H
#define HELP_H

#include "cli.h"

void help_print(struct output *output, const struct command *command);

#endif
