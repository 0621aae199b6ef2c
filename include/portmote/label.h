/*
 * label: what the registry says of each listener, and who can reach it. Facts and names, no
 * judgement.
 */
#ifndef PORTMOTE_LABEL_H
#define PORTMOTE_LABEL_H

#include <portmote/model.h>
#include <portmote/registry.h>

/* Port ranges of RFC 6335, section 6. */
enum pm_range { PM_RANGE_SYSTEM, PM_RANGE_USER, PM_RANGE_DYNAMIC, PM_RANGES };
enum pm_range pm_range_of(uint16_t port);
const char *pm_range_name(enum pm_range range); /* "system", "user", "dynamic" */

/*
 * From how far a listener can be reached by its address, within its network namespace; each
 * includes the ones before. A bound device and v6only narrow it further and are told beside it.
 */
enum pm_exposure {
	PM_EXPOSURE_LOOPBACK,
	PM_EXPOSURE_LINK_LOCAL,
	PM_EXPOSURE_PRIVATE,
	PM_EXPOSURE_PUBLIC, /* one global address */
	PM_EXPOSURE_ANY,    /* every address of the host */
	PM_EXPOSURES,
};
enum pm_exposure pm_exposure_of(const struct pm_listener *listener);
const char *pm_exposure_name(enum pm_exposure exposure); /* "link-local" */

struct pm_label {
	enum pm_range range; /* PM_RANGES: it has no port */
	enum pm_exposure exposure;
	const uint32_t *rows; /* registry rows of port and transport, as pm_registry_at() */
	size_t row_count;
};

/* The transport under which the registry keeps a protocol; PM_TRANSPORTS for one without port. */
enum pm_transport pm_transport_of(enum pm_protocol protocol);

/*
 * One label for each listener of the snapshot, in its order: an array to be freed with free(3),
 * whose rows belong to the registry. NULL: out of memory.
 */
struct pm_label *pm_label_all(const struct pm_snapshot *snapshot,
			      const struct pm_registry *registry);

/* Does any row assign this port to a service? */
bool pm_label_is_registered(const struct pm_label *label, const struct pm_registry *registry);

struct pm_title {
	const char *text;     /* NULL: the row assigns its ports to nobody */
	const char *name;     /* of the service */
	const char *alias_of; /* the service whose name this one is another name of, or "" */
	size_t place;	      /* for pm_titles_once() */
	bool is_repeated;
};

/*
 * Leave each title once, where it stood first, and no alias of a service that has a title itself.
 * Returns how many are left.
 */
size_t pm_titles_once(struct pm_title *titles, size_t count);

/* What `port` is registered to, in words: descriptions, else names, each once, joined by " / ". */
void pm_label_registered_to(const struct pm_registry *registry, const uint32_t *rows, size_t count,
			    struct pm_buf *ret);

#endif
