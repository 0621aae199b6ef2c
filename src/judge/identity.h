/* identity: under which names a process may belong somewhere, and what each of them rests on. */
#ifndef JUDGE_IDENTITY_H
#define JUDGE_IDENTITY_H

#include <portmote/judge.h>

/* What vouches for a name. */
enum ground {
	GROUND_FILE,   /* the executable, and the script or archive that it runs */
	GROUND_ALIAS,  /* another name of the executable, by which it was called */
	GROUND_UNIT,   /* the system unit that it was started by */
	GROUND_BEHIND, /* the configuration of who holds the listener for it */
	GROUND_NOBODY, /* nothing: it stands for another that could not be seen */
	GROUND_TITLE,  /* what it wrote over its command line, and its system unit confirms */
};

struct name {
	const char *program;
	enum pm_kind kind;
	enum ground ground;
	bool is_trusted; /* root alone can have put it there */
};

enum { NAMES_MAX = 8 };

/*
 * All names of a process, the strongest first; text that had to be made is from `arena`. Returns
 * how many there are, 0 where nothing is known of it, or -ENOMEM.
 */
int identity_names(const struct pm_process *process, struct pm_arena *arena,
		   struct name ret[NAMES_MAX]);

/* Did root make the user namespace that it is in, for a service or for a container? */
bool identity_is_in_roots_userns(const struct pm_process *process);

/* Did a user of the machine start it, and neither root, a service nor a container? */
bool identity_is_of_person(const struct pm_process *process);

/*
 * Has the file that it runs, its script, or a folder of that, the name, be it with an ending? A
 * script of a user's own that bears it alone says no more than he does.
 */
bool identity_bears(const struct pm_process *process, const char *name);

/* The first file or folder that others can write, or NULL. */
const char *identity_writable(const struct pm_process *process);

/* Does it belong to a service that root's systemd started, and that runs no users' jobs? */
bool identity_is_of_system_unit(const struct pm_process *process);

#endif
