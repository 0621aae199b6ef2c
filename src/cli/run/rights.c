#include "run/rights.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

bool rights_are_of_file(void)
{
	return getauxval(AT_SECURE);
}

static int use_rights(bool use)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (!rights_are_of_file())
		return 0;
	if (syscall(SYS_capget, &header, data) < 0)
		return -errno;
	for (size_t i = 0; i < PM_COUNT(data); i++)
		data[i].effective = use ? data[i].permitted : 0;
	return syscall(SYS_capset, &header, data) < 0 ? -errno : 0;
}

int rights_aside(struct pm_error *err)
{
	int r = use_rights(false);

	return r < 0 ? pm_fail(err, r, "cannot put the rights of portmote's file aside: %s",
			       strerror(-r))
		     : 0;
}

void rights_drop(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};

	syscall(SYS_capset, &header, none);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/* Where it fails, the audit tells what could not be seen. */
void rights_back(void)
{
	use_rights(true);
}
