/* units: which unit files there are, and what hides what. */
#ifndef COLLECT_UNITS_H
#define COLLECT_UNITS_H

#include "units/configs.h"

/* Something that bears a name in a folder of units, or in one of drop-ins. */
struct unit_entry {
	const char *folder; /* "ssh.socket.d" for a drop-in; "" for a unit */
	const char *base;
	size_t rank;	    /* of the folder in the search path: the lower hides the higher */
	const char *target; /* name of the unit that it is an alias of, or NULL */
	const char *path;   /* without the first slash */
	bool is_mask;	    /* it only hides the others of its name */
	bool is_untold;	    /* it is there, and cannot be read or is not root's alone */
	bool is_read;
	const char *text;
	size_t len;
};

struct units {
	struct reading *reading;
	struct pm_arena arena; /* of names and paths */
	struct unit_entry *entries, *drop_ins;
	size_t entry_count, entry_room, drop_in_count, drop_in_room;
	const char **enabled; /* names that another unit wants or requires by a link */
	size_t enabled_count, enabled_room;
	const char *folder; /* the one that is read */
	size_t rank;
	bool is_roots; /* root alone can put a file into it */
};

/* All that is in the folders of units, in order; of what hides another of its name only the first.
 * 0 or -ENOMEM. */
int units_list(struct units *units);
void units_release(struct units *units);

/* The entry of a unit, or NULL. */
struct unit_entry *units_find(const struct units *units, const char *name);
bool units_is_enabled(const struct units *units, const char *name);

/* Entries of a folder of drop-ins, at a rank: the first of them, and how many there are. */
struct unit_entry *units_drop_ins(const struct units *units, const char *folder, size_t rank,
				  size_t *ret_count);

/* Folders in the search path. */
size_t units_ranks(void);

/* ---- names: unitname.c ------------------------------------------------------------- */

enum { UNIT_NAME = 256 };

/* The folders that hold drop-ins for a name, the most special first: its own, that of its template,
 * those of its prefixes ("foo-.service.d"). Returns how many; each of `size`. */
enum { UNIT_FOLDERS = 16 };

#endif
