/* command: which program a command of a unit runs in the end; systemd.service(5), "COMMAND LINES". */
#ifndef JUDGE_COMMAND_H
#define JUDGE_COMMAND_H

#include <portmote/registry.h>

struct unit_command {
	const char *front;   /* the first word */
	const char *runner;  /* the interpreter of a script, module or archive, or NULL */
	const char *option;  /* by which that was told which, or NULL */
	const char *program; /* that runs in the end, or NULL: that cannot be told */
	enum pm_kind kind;   /* of it */
};

/* 0 or -ENOMEM; text is of the arena, and not escaped. What is no command has no front. */
int command_read(struct pm_arena *arena, const char *value, size_t len, struct unit_command *ret);

/* As little of it as tells the same: without arguments, which can be secrets. */
void command_write(const struct unit_command *command, struct pm_buf *ret);

#endif
