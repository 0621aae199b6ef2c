/* Containers, as runtimes name their cgroups. */
#include "passes.h"

#include <errno.h>

/*
 * A component of the path that begins and ends so; the rest is the name. `below`: the component
 * above it must be this. A new runtime is a new row.
 */
static const struct form {
	const char *runtime, *below, *head, *tail;
	bool is_hex; /* the name is 64 hexadecimal digits */
} forms[] = {
	{"docker", NULL, "docker-", ".scope", true},
	{"docker", "docker", "", "", true},
	{"podman", NULL, "libpod-", ".scope", true},
	{"podman", "libpod_parent", "libpod-", "", true},
	{"containerd", NULL, "cri-containerd-", ".scope", true},
	{"cri-o", NULL, "crio-", ".scope", true},
	{"kubernetes", "besteffort", "pod", "", false},
	{"kubernetes", "burstable", "pod", "", false},
	{"kubernetes", "kubepods", "pod", "", false},
	{"lxc", NULL, "lxc.payload.", "", false},
	{"lxc", "lxc", "", "", false},
	{"nspawn", "machine.slice", "systemd-nspawn@", ".service", false},
	{"nspawn", "machine.slice", "machine-", ".scope", false},
	{"snap", NULL, "snap.", ".service", false},
	{"snap", NULL, "snap.", ".scope", false},
	{"flatpak", NULL, "app-flatpak-", ".scope", false},
};

/* Guests of libvirt stand beside nspawn's: they are no containers. */
static bool is_guest(const char *name, size_t len)
{
	return len > 5 && !memcmp(name, "qemu", 4);
}

static bool is_hex(const char *name, size_t len)
{
	return len == 64 && strspn(name, "0123456789abcdef") >= len;
}

/* Does the component fit the form? Its name then. */
static bool fits(const struct form *form, const char *above, size_t above_len, const char *at,
		 size_t len, const char **ret, size_t *ret_len)
{
	size_t head = strlen(form->head), tail = strlen(form->tail);

	if (form->below &&
	    (above_len != strlen(form->below) || memcmp(above, form->below, above_len) != 0))
		return false;
	if (len <= head + tail || memcmp(at, form->head, head) != 0 ||
	    memcmp(at + len - tail, form->tail, tail) != 0)
		return false;
	*ret = at + head;
	*ret_len = len - head - tail;
	return form->is_hex ? is_hex(*ret, *ret_len) : !is_guest(*ret, *ret_len);
}

int container_of_cgroup(struct pm_arena *arena, const char *cgroup, struct pm_container *ret)
{
	static const char users[] = "/user.slice/";
	const char *above = "", *name;
	size_t above_len = 0, name_len;

	for (const char *at = cgroup; *at == '/';) {
		size_t len = strcspn(++at, "/");

		for (size_t i = 0; i < PM_COUNT(forms); i++)
			if (fits(&forms[i], above, above_len, at, len, &name, &name_len)) {
				ret->runtime = forms[i].runtime;
				ret->id = pm_arena_copy(arena, name, name_len);
				ret->is_claim = !strncmp(cgroup, users, sizeof(users) - 1);
				return ret->id ? 0 : -ENOMEM;
			}
		above = at;
		above_len = len;
		at += len;
	}
	return 0;
}
