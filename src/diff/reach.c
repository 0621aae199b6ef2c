#include "reach.h"

/* An address reached by one device is less than the same by all of them. */
static unsigned reach_rank_of(const struct pm_listener *listener, const char *device)
{
	return 1 + 2 * (unsigned)pm_exposure_of(listener) + !*device;
}

/* IPv4 by an IPv6 socket, at ::ffff:a.b.c.d: ipv6(7). */
static bool reach_is_mapped(const struct pm_listener *listener)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	return listener->family == PM_INET6 && !memcmp(listener->address, mapped, sizeof(mapped));
}

enum pm_known reach_takes_v4(const struct pm_listener *listener)
{
	if (listener->family == PM_INET || reach_is_mapped(listener))
		return PM_YES;
	if (!pm_is_wildcard(listener) || listener->v6only == PM_YES)
		return PM_NO;
	return listener->v6only == PM_NO ? PM_YES : PM_UNKNOWN;
}

static bool reach_takes_v6(const struct pm_listener *listener)
{
	return listener->family == PM_INET6 && !reach_is_mapped(listener);
}

void reach_add(struct reach *reach, const struct pm_listener *listener, const char *device)
{
	unsigned rank = reach_rank_of(listener, device);

	if (!reach->count++) {
		reach->device = device;
		reach->is_everywhere = true;
	}
	if (reach_takes_v4(listener) != PM_NO && rank > reach->v4)
		reach->v4 = rank;
	if (reach_takes_v6(listener) && rank > reach->v6)
		reach->v6 = rank;
	if (rank > reach->farthest)
		reach->farthest = rank;
	reach->is_everywhere &= pm_is_wildcard(listener) && !strcmp(device, reach->device);
}

enum reach_change reach_compare(const struct reach *before, const struct reach *after)
{
	bool more = after->v4 > before->v4 || after->v6 > before->v6;
	bool less = after->v4 < before->v4 || after->v6 < before->v6;

	if (!before->count || !after->count)
		return REACH_OTHER;
	if (after->farthest != before->farthest)
		return after->farthest > before->farthest ? REACH_WIDER : REACH_NARROWER;
	if (more != less)
		return more ? REACH_WIDER : REACH_NARROWER;
	return !more && before->is_everywhere && after->is_everywhere &&
			       !strcmp(before->device, after->device)
		       ? REACH_SAME
		       : REACH_OTHER;
}
