/* portmote registry reset: away with the imported registry, whatever state it is in. */
#include "commands/commands.h"
#include "run/ending.h"
#include "session.h"

#include <errno.h>
#include <unistd.h>

enum exit_code reset_run(struct request *request)
{
	struct pm_error err;
	ending_at(ENDING_WRITES, IMPORTED_REGISTRY);
	bool had_one = unlink(IMPORTED_REGISTRY) == 0;

	if (!had_one && errno != ENOENT && errno != ENOTDIR) {
		pm_fail(&err, -errno, "cannot remove %s: %s", IMPORTED_REGISTRY, strerror(errno));
		return session_tell(request, EXIT_OUTPUT, &err);
	}
	ending_at(ENDING_PRINTS, NULL);
	printf("%s; the built-in registry (%s) is in use\n",
	       had_one ? "removed " IMPORTED_REGISTRY : "no registry was imported",
	       pm_registry_date(pm_registry_builtin()));
	return fflush(stdout) == 0 ? EXIT_CLEAN : EXIT_OUTPUT;
}
