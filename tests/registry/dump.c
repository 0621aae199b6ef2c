/*
 * Writes all that the public interface tells of every port and transport, one line per row that
 * speaks of it, tab-separated; of the registry compiled in, or of the CSV file that is named.
 */
#include <portmote/registry.h>

#include <unistd.h>

static const char *const transports[PM_TRANSPORTS] = {"tcp", "udp", "sctp", "dccp"};

static void write_row(const char *transport, unsigned port, struct pm_registration r)
{
	printf("%s\t%u\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%u\t%u\t%u\t%s\t%d\t%u\n",
	       transport, port, r.name, r.description, r.assignee, r.contact, r.registered,
	       r.modified, r.reference, r.code, r.unauthorized, r.alias_of, r.deassigned, r.first,
	       r.last, r.transports, pm_status_name(r.status), r.historic, r.row);
}

static void write_all(const struct pm_registry *registry)
{
	for (unsigned t = 0; t < PM_TRANSPORTS; t++)
		for (unsigned port = 0; port <= UINT16_MAX; port++) {
			const uint32_t *rows;
			size_t count = pm_registry_at(registry, (enum pm_transport)t,
						      (uint16_t)port, &rows);

			for (size_t i = 0; i < count; i++)
				write_row(transports[t], port, pm_registry_row(registry, rows[i]));
		}
}

static int write_file(const char *path, struct pm_error *err)
{
	struct pm_registry *registry = NULL;
	struct pm_buf bytes = {0};

	int fd = pm_open_regular(path, err);
	if (fd < 0)
		return fd;
	int r = pm_read_all(fd, path, PM_REGISTRY_FILE_MAX, &bytes, err);
	if (!r)
		r = pm_registry_parse(path, bytes.data, bytes.len, &registry, err);
	if (!r)
		write_all(registry);
	pm_registry_free(registry);
	pm_buf_release(&bytes);
	close(fd);
	return r;
}

int main(int argc, char *argv[])
{
	struct pm_error err = {""};

	if (argc < 2)
		write_all(pm_registry_builtin());
	else if (write_file(argv[1], &err) != 0)
		fprintf(stderr, "dump: %s\n", err.text);
	return fflush(stdout) || ferror(stdout) || err.text[0] ? 1 : 0;
}
