/* unitname: names of units, and what is made of them: systemd.unit(5). */
#ifndef COLLECT_UNITNAME_H
#define COLLECT_UNITNAME_H

#include "units/units.h"

/* "foo@.service" of "foo@bar.service"; false: it is no instance. */
bool unitname_template(const char *name, char ret[UNIT_NAME]);
bool unitname_is_template(const char *name);

/* "foo@bar.service" of the template "foo@.service", for the instance of `like`. */
void unitname_instance(const char *template, const char *like, char ret[UNIT_NAME]);

/* The folders that hold drop-ins for a name, the most special first: its own, that of its template,
 * those of its prefixes ("foo-.service.d"). Returns how many; each of `size`. */
size_t unitname_folders(const char *name, char ret[UNIT_FOLDERS][UNIT_NAME]);

#endif
