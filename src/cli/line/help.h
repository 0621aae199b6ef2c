/* help: --help, from the tables. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

/* --help and --version, on standard output. */
void help_print(void);

#endif
