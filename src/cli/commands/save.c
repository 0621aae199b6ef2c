/* portmote save: a snapshot, to be compared with later. */
#include "commands/commands.h"
#include "line/habits.h"
#include "outputs.h"
#include "session.h"

#include <errno.h>

int save_arguments(struct request *request, int count, char **words, struct pm_error *err)
{
	if (count != 1)
		return pm_fail(err, -EINVAL,
			       count ? "save: one file, not '%s' too" : "save: which file?%.0s",
			       count ? words[1] : "");
	if (!*words[0])
		return pm_fail(err, -EINVAL, "save: '' names no file");
	int r = habits_file("save", words[0], err);
	if (r < 0)
		return r;
	request->outputs[0] = (struct output_request){pm_format_find("json"), words[0]};
	request->output_count = 1;
	request->sealed = true;
	return 0;
}

enum exit_code save_run(struct request *request)
{
	return session_save(request, session_print_report);
}
