#include "process/container.h"

#include <errno.h>

/* What the name of a container must look like, to be told from another's. */
enum shape {
	SHAPE_ANY,
	SHAPE_HEX,     /* 64 hexadecimal digits */
	SHAPE_TASK,    /* of Fargate: 32 hexadecimal digits, a dash, digits */
	SHAPE_ALLOC,   /* of Nomad: a UUID, a dot, the task */
	SHAPE_MACHINE, /* no guest of libvirt's, which stand beside nspawn's machines */
	SHAPE_UUID,
};

/*
 * A component of the path that begins and ends so; the rest is the name. `below`: the component
 * above it must be this, or for `is_deep` the one above that. A new runtime is a new row.
 */
static const struct form {
	const char *runtime, *below, *head, *tail;
	enum shape shape;
	bool is_deep;
} forms[] = {
	{"docker", NULL, "docker-", ".scope", SHAPE_HEX, false},
	{"docker", "docker", "", "", SHAPE_HEX, false},
	{"docker", "moby", "", "", SHAPE_HEX, false},
	{"balena", NULL, "balena-", ".scope", SHAPE_HEX, false},
	{"balena", "balena", "", "", SHAPE_HEX, false},
	{"balena", "balena-engine", "", "", SHAPE_HEX, false},
	{"podman", NULL, "libpod-payload-", "", SHAPE_HEX, false},
	{"podman", NULL, "libpod-", ".scope", SHAPE_HEX, false},
	{"podman", NULL, "libpod-", "", SHAPE_HEX, false},
	{"containerd", NULL, "cri-containerd-", ".scope", SHAPE_HEX, false},
	{"containerd", NULL, "nerdctl-", ".scope", SHAPE_HEX, false},
	{"containerd", "default", "", "", SHAPE_HEX, false},
	{"containerd", "k8s.io", "", "", SHAPE_HEX, false},
	{"cri-o", NULL, "crio-", ".scope", SHAPE_HEX, false},
	{"cri-o", NULL, "crio-", "", SHAPE_HEX, false},
	{"ecs", "ecs", "", "", SHAPE_HEX, true},
	{"ecs", "ecs", "", "", SHAPE_TASK, true},
	{"nomad", NULL, "", ".scope", SHAPE_ALLOC, false},
	{"nomad", "nomad", "", "", SHAPE_ALLOC, false},
	{"nomad", "nomad", "", "", SHAPE_ALLOC, true},
	{"buildkit", "buildkit", "", "", SHAPE_ANY, false},
	{"garden", "garden", "", "", SHAPE_ANY, false},
	{"mesos", "mesos", "", "", SHAPE_UUID, false},
	{"kubernetes", "besteffort", "pod", "", SHAPE_ANY, false},
	{"kubernetes", "burstable", "pod", "", SHAPE_ANY, false},
	{"kubernetes", "kubepods", "pod", "", SHAPE_ANY, false},
	{"lxc", NULL, "lxc.payload.", "", SHAPE_ANY, false},
	{"lxc", "lxc.payload", "", "", SHAPE_ANY, false},
	{"lxc", "lxc", "", "", SHAPE_ANY, false},
	{"libvirt-lxc", "machine.slice", "machine-lxc\\x2d", ".scope", SHAPE_ANY, false},
	{"libvirt-lxc", "machine", "", ".libvirt-lxc", SHAPE_ANY, false},
	{"nspawn", NULL, "systemd-nspawn@", ".service", SHAPE_ANY, false},
	{"nspawn", "machine.slice", "machine-", ".scope", SHAPE_MACHINE, false},
	{"snap", NULL, "snap.", ".service", SHAPE_ANY, false},
	{"snap", NULL, "snap.", ".scope", SHAPE_ANY, false},
	{"flatpak", NULL, "app-flatpak-", ".scope", SHAPE_ANY, false},
};

/* Anywhere else: what a runtime makes where it is told which folder to use, "/actions_job/ID". */
static const struct form elsewhere = {"container", NULL, "", "", SHAPE_HEX, false};

/*
 * "system.slice:docker:ID", "kubepods-pod1.slice:cri-containerd:ID": what runc(8) makes of the
 * words for systemd(1) where it is told to manage without.
 */
static const struct {
	const char *word, *runtime;
} words[] = {
	{"docker", "docker"}, {"cri-containerd", "containerd"}, {"crio", "cri-o"},
	{"libpod", "podman"}, {"nerdctl", "containerd"},	{"containerd", "containerd"},
	{"balena", "balena"}, {"buildkit", "buildkit"},
};

struct component {
	const char *at;
	size_t len;
};

static bool is_word(struct component part, const char *word)
{
	return part.len == strlen(word) && !memcmp(part.at, word, part.len);
}

static size_t span_hex(struct component part)
{
	size_t width = strspn(part.at, "0123456789abcdef");

	return width < part.len ? width : part.len;
}

static bool is_task(struct component name)
{
	return name.len > 33 && span_hex(name) == 32 && name.at[32] == '-' &&
	       strspn(name.at + 33, "0123456789") >= name.len - 33;
}

static bool is_uuid(struct component name)
{
	static const unsigned char dashes[] = {8, 13, 18, 23};

	if (name.len < 36 || strspn(name.at, "0123456789abcdef-") < 36)
		return false;
	for (size_t i = 0; i < PM_COUNT(dashes); i++)
		if (name.at[dashes[i]] != '-')
			return false;
	return true;
}

static bool is_alloc(struct component name)
{
	return name.len >= 38 && name.at[36] == '.' && is_uuid(name);
}

/* "qemu-1-web", with dashes as systemd(1) has them in names of units: a guest, and its number. */
static bool is_guest(struct component name)
{
	static const char *const heads[] = {"qemu\\x2d", "ch\\x2d", "xen\\x2d"};

	for (size_t i = 0; i < PM_COUNT(heads); i++) {
		size_t skip = strlen(heads[i]);

		if (name.len <= skip || memcmp(name.at, heads[i], skip) != 0)
			continue;
		size_t digits = strspn(name.at + skip, "0123456789");
		return digits && (skip + digits >= name.len || name.at[skip + digits] == '\\');
	}
	return false;
}

static bool has_shape(enum shape shape, struct component name)
{
	switch (shape) {
	case SHAPE_HEX:
		return name.len == 64 && span_hex(name) == 64;
	case SHAPE_TASK:
		return is_task(name);
	case SHAPE_ALLOC:
		return is_alloc(name);
	case SHAPE_MACHINE:
		return !is_guest(name);
	case SHAPE_UUID:
		return name.len == 36 && is_uuid(name);
	default:
		return true;
	}
}

/* Does the component, below those two, fit the form? Its name then. */
static bool fits(const struct form *form, const struct component above[2], struct component part,
		 struct component *ret)
{
	size_t head = strlen(form->head), tail = strlen(form->tail);

	if (form->below && !is_word(above[form->is_deep], form->below))
		return false;
	if (part.len <= head + tail || memcmp(part.at, form->head, head) != 0 ||
	    memcmp(part.at + part.len - tail, form->tail, tail) != 0)
		return false;
	*ret = (struct component){part.at + head, part.len - head - tail};
	return has_shape(form->shape, *ret);
}

/* Does it consist of three such words? The runtime then, and its container. */
static const char *fits_words(struct component part, struct component *ret)
{
	const char *first = memchr(part.at, ':', part.len), *end = part.at + part.len;
	const char *last = first ? memchr(first + 1, ':', (size_t)(end - first - 1)) : NULL;

	if (!last || last + 1 == end)
		return NULL;
	*ret = (struct component){last + 1, (size_t)(end - last - 1)};
	for (size_t i = 0; i < PM_COUNT(words); i++)
		if (is_word((struct component){first + 1, (size_t)(last - first - 1)},
			    words[i].word))
			return words[i].runtime;
	return NULL;
}

static const char *runtime_of(const struct component above[2], struct component part,
			      struct component *ret)
{
	for (size_t i = 0; i < PM_COUNT(forms); i++)
		if (fits(&forms[i], above, part, ret))
			return forms[i].runtime;
	const char *runtime = fits_words(part, ret);
	return !runtime && fits(&elsewhere, above, part, ret) ? elsewhere.runtime : runtime;
}

int container_of_cgroup(struct pm_arena *arena, const char *cgroup, struct pm_container *ret,
			size_t *ret_above)
{
	static const char users[] = "/user.slice/";
	struct component above[2] = {{"", 0}, {"", 0}}, name;

	for (const char *at = cgroup; *at == '/';) {
		size_t len = strcspn(++at, "/");
		struct component part = {at, len};
		const char *runtime = runtime_of(above, part, &name);

		if (runtime) {
			ret->runtime = runtime;
			ret->id = pm_arena_escape(arena, name.at, name.len);
			ret->is_claim = !strncmp(cgroup, users, sizeof(users) - 1);
			*ret_above = (size_t)(at - cgroup) - 1;
			return ret->id ? 0 : -ENOMEM;
		}
		above[1] = above[0];
		above[0] = part;
		at += len;
	}
	return 0;
}
