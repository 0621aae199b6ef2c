/* portmote check: an audit, held to a policy. */
#include "commands/commands.h"
#include "line/habits.h"
#include "session.h"

#include <errno.h>

int check_arguments(struct request *request, int count, char **words, struct pm_error *err)
{
	if (count && (count > 1 || request->policy))
		return pm_fail(err, -EINVAL, "check takes one policy, not '%s' too",
			       words[count - 1]);
	int r = count ? habits_file("check", words[0], err) : 0;
	if (r < 0)
		return r;
	if (count)
		request->policy = words[0];
	if (request->policy && request->snapshot && is_stdin(request->policy) &&
	    is_stdin(request->snapshot))
		return pm_fail(err, -EINVAL,
			       "check: one of the policy and the snapshot can be standard input");
	return request->policy
		       ? 0
		       : pm_fail(err, -EINVAL,
				 "check needs a policy (POLICY, or --policy=FILE); 'portmote "
				 "learn' writes one");
}
