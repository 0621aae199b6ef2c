#include <portmote/base.h>

#include <stdalign.h>

struct pm_arena_block {
	struct pm_arena_block *next;
	size_t used, room;
	alignas(max_align_t) char bytes[];
};

static const size_t block_room = 16 * 1024;

static struct pm_arena_block *add_block(struct pm_arena *arena, size_t need)
{
	size_t room = need > block_room ? need : block_room;
	struct pm_arena_block *block = calloc(1, sizeof(*block) + room);

	if (!block)
		return NULL;
	block->room = room;
	block->next = arena->blocks;
	arena->blocks = block;
	return block;
}

void *pm_arena_alloc(struct pm_arena *arena, size_t count, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct pm_arena_block *block = arena->blocks;
	size_t need;

	if (__builtin_mul_overflow(count, size, &need) || need > SIZE_MAX / 2)
		return NULL;
	need = (need + align - 1) / align * align;
	if (!block || block->room - block->used < need)
		block = add_block(arena, need);
	if (!block)
		return NULL;
	void *place = block->bytes + block->used;
	block->used += need;
	return place;
}

char *pm_arena_copy(struct pm_arena *arena, const void *bytes, size_t len)
{
	char *copy = pm_arena_alloc(arena, 1, len + 1);

	if (copy && len)
		memcpy(copy, bytes, len);
	return copy;
}

char *pm_arena_printf(struct pm_arena *arena, const char *format, ...)
{
	char most[256]; /* nearly all fit, and are formatted once */
	va_list args;

	va_start(args, format);
	int len = vsnprintf(most, sizeof(most), format, args);
	va_end(args);
	if (len >= 0 && (size_t)len < sizeof(most))
		return pm_arena_copy(arena, most, (size_t)len);
	char *text = len < 0 ? NULL : pm_arena_alloc(arena, 1, (size_t)len + 1);
	if (!text)
		return NULL;
	va_start(args, format);
	vsnprintf(text, (size_t)len + 1, format, args);
	va_end(args);
	return text;
}

char *pm_arena_escape(struct pm_arena *arena, const void *bytes, size_t len)
{
	size_t whole = pm_escape(NULL, 0, bytes, len);
	char *text = pm_arena_alloc(arena, 1, whole + 1);

	if (text)
		pm_escape(text, whole + 1, bytes, len);
	return text;
}

void pm_arena_release(struct pm_arena *arena)
{
	while (arena->blocks) {
		struct pm_arena_block *next = arena->blocks->next;

		free(arena->blocks);
		arena->blocks = next;
	}
}

void *pm_array_add(void *items, size_t *count, size_t *room, size_t size)
{
	char *array;

	memcpy(&array, items, sizeof(array));
	if (*count == *room) {
		size_t larger = *room ? *room * 2 : 16;

		array = reallocarray(array, larger, size);
		if (!array)
			return NULL;
		memcpy(items, &array, sizeof(array));
		*room = larger;
	}
	return memset(array + (*count)++ * size, 0, size);
}
