/* portmote check: an audit, held to a policy. */
#include "cli.h"

#include <errno.h>

int check_arguments(struct request *request, int count, char **words, struct pm_error *err)
{
	int r = no_arguments(request, count, words, err);

	return r == 0 && !request->policy
		       ? pm_fail(err, -EINVAL,
				 "check needs --policy=FILE; 'portmote learn' writes one")
		       : r;
}
