/* rights: rights that the program's own file has (setcap(8)), and whoever runs it has not. */
#ifndef CLI_RIGHTS_H
#define CLI_RIGHTS_H

#include <portmote/base.h>

/*
 * Where portmote's file has capabilities (setcap(8)) they are put aside at the start, and are back for
 * looking at the kernel: what the command line names is opened with the rights of whoever runs it, or
 * any file could be read by an error message about it. Does nothing where the rights are the caller's
 * own. Source: capabilities(7), AT_SECURE in getauxval(3).
 */
int rights_aside(struct pm_error *err);
void rights_back(void);
bool rights_are_of_file(void);

/* No rights any more, for who only watches another. */
void rights_drop(void);

#endif
