/* exit_code: what a run of portmote ends with. */
#ifndef CLI_EXIT_CODE_H
#define CLI_EXIT_CODE_H

/* Exit codes; where several hold, the greater of this order: 4, 2, 3, 1, 0. */
enum exit_code {
	EXIT_CLEAN = 0,
	EXIT_FINDINGS = 1,
	EXIT_USAGE = 2,
	EXIT_INCOMPLETE = 3,
	EXIT_OUTPUT = 4,
};

#endif
