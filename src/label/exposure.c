/* The one definition of who can reach an address. RFC 1122, 1918, 3927, 4193, 4291, 6598, 2365. */
#include <portmote/label.h>

static const char *const exposure_name[PM_EXPOSURES] = {
	"loopback", "link-local", "private", "public", "any",
};

/* An address block; the first that holds the address decides. */
struct block {
	uint8_t prefix[4];
	uint8_t bits;
	enum pm_exposure exposure;
};

static const struct block blocks_v4[] = {
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

/* The first 32 bits tell, but for :: and ::1. Multicast by the scope in its second byte. */
static const struct block blocks_v6[] = {
	{{0xfe, 0x80, 0, 0}, 10, PM_EXPOSURE_LINK_LOCAL},
	{{0xfc, 0, 0, 0}, 7, PM_EXPOSURE_PRIVATE},
	{{0xff, 0x01, 0, 0}, 16, PM_EXPOSURE_LOOPBACK},
	{{0xff, 0x02, 0, 0}, 16, PM_EXPOSURE_LINK_LOCAL},
	{{0xff, 0x05, 0, 0}, 16, PM_EXPOSURE_PRIVATE},
	{{0xff, 0x08, 0, 0}, 16, PM_EXPOSURE_PRIVATE},
	{{0xff, 0, 0, 0}, 8, PM_EXPOSURE_ANY},
};

static uint32_t first_word(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

static enum pm_exposure find(const struct block *blocks, size_t count, const uint8_t *address)
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

	if (listener->family == PM_INET)
		return find(blocks_v4, PM_COUNT(blocks_v4), address);
	if (!memcmp(address, any, sizeof(any)))
		return PM_EXPOSURE_ANY;
	if (!memcmp(address, loopback, sizeof(loopback)))
		return PM_EXPOSURE_LOOPBACK;
	if (!memcmp(address, mapped, sizeof(mapped)))
		return find(blocks_v4, PM_COUNT(blocks_v4), address + sizeof(mapped));
	return find(blocks_v6, PM_COUNT(blocks_v6), address);
}

const char *pm_exposure_name(enum pm_exposure exposure)
{
	return exposure_name[exposure];
}
