/* recording: the copy that is made of what is read. */
#ifndef COLLECT_RECORDING_H
#define COLLECT_RECORDING_H

#include "source/source.h"

/* By source_ops. */
enum value_from recording_value(struct source *source, const struct proc_dir *dir, const char *name,
				value_reader read, void *data, struct pm_buf *ret);
void recording_keep(struct source *source, const char *folder, const char *name, const void *bytes,
		    size_t len);
void recording_keep_link(struct source *source, const char *folder, const char *name,
			 const char *target);

/* Take away what another, who was given up, recorded; the folder itself stays. */
void recording_clear(int folder);

#endif
