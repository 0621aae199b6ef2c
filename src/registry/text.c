#include "text.h"

#include <errno.h>

/* FNV-1a: the tables are small and nobody gains by collisions in a file of 16 MiB at most. */
static size_t text_hash(const char *text, size_t len)
{
	uint64_t value = 14695981039346656037u;

	for (size_t i = 0; i < len; i++)
		value = (value ^ (unsigned char)text[i]) * 1099511628211u;
	return (size_t)(value ^ value >> 32);
}

/* The slot that holds this string, or the free one where it belongs. */
static uint32_t *text_find(const struct pm_pool *pool, const char *text, size_t len)
{
	const char *bytes = pool->bytes.data;
	size_t mask = pool->slot_count - 1;

	for (size_t i = text_hash(text, len) & mask;; i = (i + 1) & mask) {
		uint32_t place = pool->slots[i];

		if (!place ||
		    (strlen(bytes + place) == len && memcmp(bytes + place, text, len) == 0))
			return &pool->slots[i];
	}
}

/* Twice the slots when half of them are used; nothing changes on failure. */
static int text_grow(struct pm_pool *pool)
{
	struct pm_pool larger = *pool;

	if (pool->used < pool->slot_count / 2)
		return 0;
	larger.slot_count = pool->slot_count ? pool->slot_count * 2 : 1024;
	larger.slots = calloc(larger.slot_count, sizeof(*larger.slots));
	if (!larger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < pool->slot_count; i++) {
		const char *text = pool->bytes.data + pool->slots[i];

		if (pool->slots[i])
			*text_find(&larger, text, strlen(text)) = pool->slots[i];
	}
	free(pool->slots);
	*pool = larger;
	return 0;
}

int pm_pool_add(struct pm_pool *pool, const char *text, size_t len, uint32_t *ret)
{
	if (!pool->bytes.len)
		pm_buf_add(&pool->bytes, "", 1);
	if (pool->bytes.failed || text_grow(pool) < 0)
		return -ENOMEM;
	if (!len) {
		*ret = 0;
		return 0;
	}
	uint32_t *slot = text_find(pool, text, len);
	if (!*slot) {
		size_t place = pool->bytes.len;

		pm_buf_add(&pool->bytes, text, len);
		pm_buf_add(&pool->bytes, "", 1);
		if (pool->bytes.failed || place > UINT32_MAX)
			return -ENOMEM;
		*slot = (uint32_t)place;
		pool->used++;
	}
	*ret = *slot;
	return 0;
}

void pm_pool_release(struct pm_pool *pool)
{
	pm_buf_release(&pool->bytes);
	free(pool->slots);
	*pool = (struct pm_pool){0};
}

static bool is_white(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

void pm_text_fold(struct pm_buf *buf, const char *bytes, size_t len)
{
	size_t end = 0;

	pm_buf_clear(buf);
	for (size_t i = 0; i < len; i = end) {
		char word[256];

		while (i < len && is_white(bytes[i]))
			i++;
		end = i;
		while (end < len && end - i < sizeof(word) / 4 - 1 && !is_white(bytes[end]))
			end++;
		if (end == i)
			return;
		if (buf->len && is_white(bytes[i - 1]))
			pm_buf_puts(buf, " ");
		pm_escape(word, sizeof(word), bytes + i, end - i);
		pm_buf_puts(buf, word);
	}
}
