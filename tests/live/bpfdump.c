/*
 * bpfdump: what the walks in the kernel see, one line of JSON for each record.
 *
 *	bpfdump WALK [bound] [portless] [keepers] [twice] [held]
 *
 * "twice" walks twice with the same programs and prints the second; "held" ends with a line of the
 * descriptors that are open then, and once more without the programs.
 *
 * Exit: 0, 1 where the walk failed, with the name of the errno on stderr, 2 usage.
 */
#include "source/ops.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

static int ignore(void *data, const struct bpf_record *record)
{
	(void)data;
	(void)record;
	return 0;
}

static int print_process(const struct bpf_process *process)
{
	printf("{\"kind\": %u, \"pid\": %u, \"ppid\": %u, \"uid\": %u, \"userns\": %u, "
	       "\"depth\": %u, \"group\": %u, \"started\": %llu, \"exe_device\": %u, "
	       "\"exe_inode\": %llu, \"comm\": \"",
	       process->kind, process->pid, process->ppid, process->uid, process->userns,
	       process->depth, process->group, (unsigned long long)process->started,
	       process->exe_device, (unsigned long long)process->exe_inode);
	for (size_t i = 0; i < sizeof(process->comm) && process->comm[i]; i++)
		printf("\\u%04x", process->comm[i]);
	printf("\"}\n");
	return 0;
}

static int print_references(const struct bpf_references *told)
{
	printf("{\"kind\": %u, \"pid\": 0, \"inode\": %llu, \"fd\": %u, \"references\": %u, "
	       "\"calls\": %u, "
	       "\"table\": %llu}\n",
	       told->kind, (unsigned long long)told->inode, told->fd, told->references, told->calls,
	       (unsigned long long)told->table);
	return 0;
}

static int print(void *data, const struct bpf_record *record)
{
	(void)data;
	if (record->kind == RECORD_PROCESS)
		return print_process((const void *)record);
	if (record->kind == RECORD_REFERENCES)
		return print_references((const void *)record);
	printf("{\"kind\": %u, \"flags\": %u, \"inode\": %llu, \"cookie\": %llu, \"started\": "
	       "%llu, "
	       "\"netns\": %u, \"pid\": %u, \"tid\": %u, \"fd\": %u, \"uid\": %u, \"ifindex\": %u, "
	       "\"count\": %u, \"family\": %u, \"protocol\": %u, \"port\": %u, \"type\": %u, "
	       "\"state\": %u, \"address\": \"",
	       record->kind, record->flags, (unsigned long long)record->inode,
	       (unsigned long long)record->cookie, (unsigned long long)record->started,
	       record->netns, record->pid, record->tid, record->fd, record->uid, record->ifindex,
	       record->count, record->family, record->protocol, record->port, record->type,
	       record->state);
	for (size_t i = 0; i < sizeof(record->address); i++)
		printf("%02x", record->address[i]);
	printf("\"}\n");
	return 0;
}

static unsigned open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned count = 0;

	for (const struct dirent *entry; dir && (entry = readdir(dir));)
		count += entry->d_name[0] != '.';
	if (dir)
		closedir(dir);
	return count;
}

static int dump(enum bpf_walk walk, unsigned wants, bool twice, bool held)
{
	struct source source = {.ops = &source_live, .proc = -1, .copy = -1, .opened = -1};
	unsigned before = open_descriptors();
	int r = twice ? bpf_records(&source, walk, 0, ignore, NULL) : 0;

	if (r == 0)
		r = bpf_records(&source, walk, wants, print, NULL);
	unsigned kept = open_descriptors() - before;
	bpf_release(&source);
	if (held)
		printf("{\"kind\": 0, \"kept\": %u, \"left\": %u}\n", kept,
		       open_descriptors() - before);
	if (r < 0)
		fprintf(stderr, "%s\n", strerrorname_np(-r));
	return r < 0;
}

int main(int argc, char **argv)
{
	static const char *const walks[] = {"files", "few", "kept",	   "tasks",	 "mapped",
					    "tcp",   "udp", "tcp-waiters", "udp-waiters"};
	bool twice = false, held = false;
	unsigned wants = 0, walk = 0;

	while (argc > 1 && walk < PM_COUNT(walks) && strcmp(argv[1], walks[walk]) != 0)
		walk++;
	for (int i = 2; i < argc; i++) {
		wants |= !strcmp(argv[i], "bound") ? WANT_BOUND : 0;
		wants |= !strcmp(argv[i], "portless") ? WANT_PORTLESS : 0;
		wants |= !strcmp(argv[i], "keepers") ? WANT_KEEPERS : 0;
		twice = twice || !strcmp(argv[i], "twice");
		held = held || !strcmp(argv[i], "held");
	}
	if (argc < 2 || walk == PM_COUNT(walks)) {
		fprintf(stderr, "bpfdump WALK [bound] [portless] [keepers] [twice] [held]\n");
		return 2;
	}
	return dump((enum bpf_walk)walk, wants, twice, held);
}
