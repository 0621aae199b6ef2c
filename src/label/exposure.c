/* The one definition of who can reach an address. RFC 1122, 1918, 3927, 4193, 4291, 6598, 7346,
 * 2365. */
#include <portmote/label.h>

static const char *const exposure_name[PM_EXPOSURES] = {
	"loopback", "link-local", "private", "public", "any",
};

/* An address block; the first that holds the address decides. */
struct exposure_block {
	uint8_t prefix[4];
	uint8_t bits;
	enum pm_exposure exposure;
};

static const struct exposure_block blocks_v4[] = {
	{{0, 0, 0, 0}, 32, PM_EXPOSURE_ANY},
	{{127, 0, 0, 0}, 8, PM_EXPOSURE_LOOPBACK},
	{{169, 254, 0, 0}, 16, PM_EXPOSURE_LINK_LOCAL},
	{{10, 0, 0, 0}, 8, PM_EXPOSURE_PRIVATE},
	{{172, 16, 0, 0}, 12, PM_EXPOSURE_PRIVATE},
	{{192, 168, 0, 0}, 16, PM_EXPOSURE_PRIVATE},
	{{100, 64, 0, 0}, 10, PM_EXPOSURE_PRIVATE},
	{{224, 0, 0, 0}, 24, PM_EXPOSURE_LINK_LOCAL}, /* multicast that no router forwards */
	{{239, 0, 0, 0}, 8, PM_EXPOSURE_PRIVATE},     /* administratively scoped multicast */
	{{224, 0, 0, 0}, 4, PM_EXPOSURE_ANY},	      /* a group, not one address */
	{{255, 255, 255, 255}, 32, PM_EXPOSURE_LINK_LOCAL},
};

/* The first 32 bits decide, but for :: and ::1. */
static const struct exposure_block blocks_v6[] = {
	{{0xfe, 0x80, 0, 0}, 10, PM_EXPOSURE_LINK_LOCAL},
	{{0xfc, 0, 0, 0}, 7, PM_EXPOSURE_PRIVATE},
};

/*
 * The scope of a group is the lower half of its second byte: RFC 4291, 2.7, and RFC 7346. Nobody may
 * send to scope 0; 15 is taken for 14, the whole world. What is between is drawn by who runs a site.
 */
static enum pm_exposure exposure_of_group(const uint8_t *address)
{
	enum { INTERFACE = 1, LINK = 2, WORLD = 14 };
	unsigned scope = address[1] & 0x0f;

	if (scope <= INTERFACE)
		return PM_EXPOSURE_LOOPBACK;
	if (scope == LINK)
		return PM_EXPOSURE_LINK_LOCAL;
	return scope < WORLD ? PM_EXPOSURE_PRIVATE : PM_EXPOSURE_ANY;
}

/* Nothing comes from elsewhere by the loopback device, the first of each namespace, or by none. */
static bool is_cut_off(const struct pm_listener *listener)
{
	enum { LOOPBACK_IFINDEX = 1 };

	return listener->is_device_gone == PM_YES ||
	       (listener->has_device && listener->ifindex == LOOPBACK_IFINDEX);
}

static uint32_t first_word(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

static enum pm_exposure exposure_find(const struct exposure_block *blocks, size_t count,
				      const uint8_t *address)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t mask = UINT32_MAX << (32 - blocks[i].bits);

		if ((first_word(address) & mask) == first_word(blocks[i].prefix))
			return blocks[i].exposure;
	}
	return PM_EXPOSURE_PUBLIC;
}

enum pm_exposure pm_exposure_of(const struct pm_listener *listener)
{
	static const uint8_t any[16], loopback[16] = {[15] = 1}, mapped[12] = {[10] = 0xff, 0xff};
	const uint8_t *address = listener->address;

	if (is_cut_off(listener))
		return PM_EXPOSURE_LOOPBACK;
	if (listener->family == PM_INET)
		return exposure_find(blocks_v4, PM_COUNT(blocks_v4), address);
	if (!memcmp(address, any, sizeof(any)))
		return PM_EXPOSURE_ANY;
	if (!memcmp(address, loopback, sizeof(loopback)))
		return PM_EXPOSURE_LOOPBACK;
	if (!memcmp(address, mapped, sizeof(mapped)))
		return exposure_find(blocks_v4, PM_COUNT(blocks_v4), address + sizeof(mapped));
	if (address[0] == 0xff)
		return exposure_of_group(address);
	return exposure_find(blocks_v6, PM_COUNT(blocks_v6), address);
}

const char *pm_exposure_name(enum pm_exposure exposure)
{
	return exposure_name[exposure];
}
