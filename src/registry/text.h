/*
 * text: strings in their final form, each kept once.
 */
#ifndef REGISTRY_TEXT_H
#define REGISTRY_TEXT_H

#include <portmote/base.h>

/* Strings one after the other, each with its NUL; found again by hash. Place 0 is "". */
struct pm_pool {
	struct pm_buf bytes;
	uint32_t *slots; /* place of a string, 0 where free */
	size_t slot_count, used;
};

/* 0 or -ENOMEM; `*ret` is the place of the string. */
int pm_pool_add(struct pm_pool *pool, const char *text, size_t len, uint32_t *ret);
void pm_pool_release(struct pm_pool *pool);

/*
 * Make of `bytes` what the registry keeps, in `buf` (cleared before; see its `failed`): runs of
 * white space folded to one space, none at either end, in the alphabet of pm_escape().
 */
void pm_text_fold(struct pm_buf *buf, const char *bytes, size_t len);

#endif
