#include "reach.h"

const struct reach reach_none = {.is_everywhere = true};

/* An address reached by one device is less than the same by all of them. */
static unsigned rank_of(const struct pm_listener *listener)
{
	return 1 + 2 * (unsigned)pm_exposure_of(listener) + !listener->ifindex;
}

static bool is_wildcard(const struct pm_listener *listener)
{
	static const uint8_t none[sizeof(listener->address)];

	return !memcmp(listener->address, none, sizeof(none));
}

/* An IPv6 socket at :: or at ::ffff:a.b.c.d: ipv6(7). */
static bool takes_v4(const struct pm_listener *listener)
{
	static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

	if (listener->family == PM_INET)
		return true;
	return listener->v6only != PM_YES &&
	       (is_wildcard(listener) || !memcmp(listener->address, mapped, sizeof(mapped)));
}

void reach_add(struct reach *reach, const struct pm_listener *listener)
{
	unsigned rank = rank_of(listener);

	if (takes_v4(listener) && rank > reach->v4)
		reach->v4 = rank;
	if (listener->family == PM_INET6 && rank > reach->v6)
		reach->v6 = rank;
	if (rank > reach->farthest)
		reach->farthest = rank;
	reach->is_everywhere &= is_wildcard(listener);
}

enum reach_change reach_compare(const struct reach *before, const struct reach *after)
{
	bool more = after->v4 > before->v4 || after->v6 > before->v6;
	bool less = after->v4 < before->v4 || after->v6 < before->v6;

	if (after->farthest != before->farthest)
		return after->farthest > before->farthest ? REACH_WIDER : REACH_NARROWER;
	if (more != less)
		return more ? REACH_WIDER : REACH_NARROWER;
	return !more && before->is_everywhere && after->is_everywhere ? REACH_SAME : REACH_OTHER;
}
