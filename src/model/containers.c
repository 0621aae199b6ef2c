#include "containers.h"

#include <errno.h>
#include <jansson.h>

/* The first text at one of these keys, which are apart by '/'; annotations have dots in theirs. */
static const char *const keys[] = {
	"Name",						/* docker */
	"annotations/io.kubernetes.cri.container-name", /* containerd */
	"annotations/io.kubernetes.container.name",	/* cri-o */
};

static const char *text_at(const json_t *object, const char *key)
{
	char part[128];
	const char *slash = strchr(key, '/');
	size_t len = slash ? (size_t)(slash - key) : strlen(key);

	snprintf(part, sizeof(part), "%.*s", (int)len, key);
	const json_t *value = json_object_get(object, part);
	return slash && json_is_object(value) ? text_at(value, slash + 1)
					      : json_string_value(value);
}

/* A name without the slash that docker puts before it. */
static int container_take_name(struct pm_snapshot *snapshot, const struct pm_config *config,
			       const char **ret)
{
	json_t *state = json_loadb(config->text, config->len, 0, NULL);
	const char *name = NULL;

	for (size_t i = 0; i < PM_COUNT(keys) && !name; i++)
		name = text_at(state, keys[i]);
	if (name && *name == '/')
		name++;
	if (name && *name)
		*ret = pm_arena_escape(&snapshot->arena, name, strlen(name));
	int r = name && *name && !*ret ? -ENOMEM : 0;
	json_decref(state);
	return r;
}

/*
 * "docker:web", of whom holds a listener in it; a claim names nothing. Our own namespace is no
 * container's because one shares it.
 */
static int label_namespace(struct pm_snapshot *snapshot, const struct pm_listener *listener)
{
	struct pm_netns *netns = &snapshot->netns[listener->netns];

	for (size_t i = 0; i < listener->holders && listener->netns && !netns->label; i++) {
		const struct pm_container *container = &pm_holder(snapshot, listener, i)->container;

		if (!container->runtime || container->is_claim)
			continue;
		netns->label = pm_arena_printf(&snapshot->arena, "%s:%.64s", container->runtime,
					       container->name ? container->name : container->id);
		if (!netns->label)
			return -ENOMEM;
	}
	return 0;
}

int label_namespaces(struct pm_snapshot *snapshot)
{
	int r = 0;

	for (size_t i = 0; i < snapshot->listener_count && r == 0; i++)
		r = label_namespace(snapshot, &snapshot->listeners[i]);
	pm_snapshot_sort(snapshot);
	return r;
}

/* A claim is called nothing: it can bear the id of another's. */
int name_containers(struct pm_snapshot *snapshot)
{
	int r = 0;

	json_object_seed(1);
	for (size_t i = 0; i < snapshot->process_count && r == 0; i++) {
		struct pm_container *container = &snapshot->processes[i].container;

		if (!container->runtime || container->name || container->is_claim)
			continue;
		for (size_t k = 0; k < snapshot->config_count && r == 0; k++)
			if (!strcmp(snapshot->configs[k].name, container->id))
				r = container_take_name(snapshot, &snapshot->configs[k],
							&container->name);
	}
	return r;
}
