/*
 * base: what every room stands on. It knows none of them.
 *
 * Conventions, here and in every other header:
 *
 * - A function that can fail returns 0 (or a count) on success and -errno on failure. Where it
 *   takes a struct pm_error, that then holds one sentence; on success it is untouched.
 * - Nothing here prints, exits, reads the environment or depends on the locale.
 * - `= {0}` is a valid empty value of every struct; releasing it twice is fine.
 */
#ifndef PORTMOTE_BASE_H
#define PORTMOTE_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#define PM_PRINTF(at, first) __attribute__((format(printf, at, first)))
#define PM_COUNT(array)	     (sizeof(array) / sizeof((array)[0]))

/* Comparison of two numbers for qsort and the like; never overflows. */
#define PM_CMP(a, b) (((a) > (b)) - ((a) < (b)))

/* ---- error: one sentence ----------------------------------------------------------- */

struct pm_error {
	char text[512];
};

/*
 * Put one sentence, formatted as by printf(3), into `err` (which may be NULL) and return `code`,
 * a negative errno. The finished sentence passes through pm_escape(), so that the bytes of
 * strangers (file names, policy text, process names) may be given as they are. Too long a
 * sentence ends in "...".
 */
int pm_fail(struct pm_error *err, int code, const char *format, ...) PM_PRINTF(3, 4);

/* ---- arena: many small allocations with one end ------------------------------------ */

struct pm_arena {
	struct pm_arena_block *blocks;
};

/* Memory aligned for any type and zeroed, or NULL (out of memory, or count * size overflows). */
void *pm_arena_alloc(struct pm_arena *arena, size_t count, size_t size);

/* A copy of `len` bytes and a NUL, or NULL. */
char *pm_arena_copy(struct pm_arena *arena, const void *bytes, size_t len);

/* As asprintf(3), or NULL. */
char *pm_arena_printf(struct pm_arena *arena, const char *format, ...) PM_PRINTF(2, 3);

/* A copy of `len` bytes in the alphabet of pm_escape(), or NULL. */
char *pm_arena_escape(struct pm_arena *arena, const void *bytes, size_t len);

void pm_arena_release(struct pm_arena *arena);

/* ---- array: a list that grows ------------------------------------------------------ */

/*
 * Make room for one more element in an array of `*count` elements of `size` bytes that has room
 * for `*room`, and return its place (zeroed, `*count` raised by one), or NULL with nothing
 * changed. `items` is the address of the array's pointer; the array is freed with free(3).
 */
void *pm_array_add(void *items, size_t *count, size_t *room, size_t size);

/* ---- buf: bytes that grow ---------------------------------------------------------- */

struct pm_buf {
	char *data; /* ends in a NUL that `len` does not count; NULL while empty */
	size_t len;
	size_t room;
	bool failed; /* an allocation failed: the content is cut; stays set */
};

void pm_buf_add(struct pm_buf *buf, const void *bytes, size_t len);
void pm_buf_puts(struct pm_buf *buf, const char *text);
void pm_buf_printf(struct pm_buf *buf, const char *format, ...) PM_PRINTF(2, 3);

/* The number in decimal: what is in every row of a long list needs no printf. */
void pm_buf_number(struct pm_buf *buf, uint64_t number);

/* The content, never NULL: "" where nothing was added. */
const char *pm_buf_text(const struct pm_buf *buf);

/* Empty it, keep the memory; `failed` stays. */
void pm_buf_clear(struct pm_buf *buf);
void pm_buf_release(struct pm_buf *buf);

/* ---- text ------------------------------------------------------------------------- */

/* "s" in "3 listeners": what English puts where `count` is one, and where it is not. */
const char *pm_plural(size_t count, const char *one, const char *many);

/* As strcmp(3); NULL goes before any text. */
int pm_compare_text(const char *a, const char *b);

/* Does a text end in this, with something before it? */
bool pm_ends_with(const char *text, const char *end);

/* ---- escape: one alphabet for everything that is not ours -------------------------- */

/*
 * Printable ASCII (0x20 to 0x7e) but for the backslash stands for itself; every other byte,
 * the backslash too, becomes \xNN. So one byte is always one or four, the text is one line,
 * and the way back is unambiguous. So does the second byte of "##", and of "::" before a letter where
 * a word or the name of a file begins: the log of a build takes what follows for an order.
 *
 * Writes at most `size` bytes with a final NUL (none when `size` is 0), never half an escape,
 * and returns the length that the whole text has: cut when >= `size`.
 */
size_t pm_escape(char *dst, size_t size, const void *bytes, size_t len);

/*
 * The way back: the bytes that `text` stands for, into `dst`, which has room for `len` (or is NULL:
 * only to look). Returns their number, or -EINVAL for what pm_escape() does not write, or did not
 * before it knew of orders.
 */
ssize_t pm_unescape(char *dst, const char *text, size_t len);

/* ---- parse: whole strings, strictly ------------------------------------------------ */

/*
 * Each takes exactly `len` bytes of `text` (no NUL needed), all of which must belong to the
 * number: no sign, no space, no leading zero, no locale. -EINVAL: not such a number; -ERANGE:
 * greater than `max`. `*ret` is untouched then.
 */
int pm_parse_u64(const char *text, size_t len, uint64_t max, uint64_t *ret);

/* Hexadecimal digits of either case, leading zeros allowed, as /proc/net has them. */
int pm_parse_hex(const char *text, size_t len, uint64_t max, uint64_t *ret);

/* "80" or "6000-6063": a port range in IANA's form, 0 to 65535, first not above last. */
int pm_parse_ports(const char *text, size_t len, uint16_t *ret_first, uint16_t *ret_last);

/*
 * How many letters must be changed, added or dropped to make `b` of `a` (Levenshtein): for "did you
 * mean". SIZE_MAX where one has PM_DISTANCE_MAX letters or more.
 */
#define PM_DISTANCE_MAX 32
size_t pm_distance(const char *a, const char *b);

/* ---- file: bounded reads ----------------------------------------------------------- */

/*
 * Read `path` below `dir` (as openat(2)) into `buf` of `size` bytes and end it with a NUL.
 * For the small files of /proc, whose sizes no stat tells. Returns the length; -EFBIG when the
 * file has `size` bytes or more; else -errno of open or read.
 */
ssize_t pm_read_small(int dir, const char *path, char *buf, size_t size);

/*
 * Open `path` for reading: a regular file and nothing that could block (-EISDIR, -EINVAL else).
 * Returns the descriptor, close-on-exec.
 */
int pm_open_regular(const char *path, struct pm_error *err);

/*
 * The same for a file, or for a `folder`, whose word counts as root's own: it and every folder
 * above it belong to root or to the caller, no other can write them (a folder with the sticky bit
 * is fine), and none is a symbolic link: -EPERM or -ELOOP else, and the sentence names the one at
 * fault. What is above the working directory is not looked at for a path that is relative to it.
 */
int pm_open_trusted(const char *path, bool folder, struct pm_error *err);

/*
 * Read all of `fd` to `buf`, at most `max` bytes (-EFBIG beyond); -EINTR is retried. `name` is
 * for the sentence.
 */
int pm_read_all(int fd, const char *name, size_t max, struct pm_buf *buf, struct pm_error *err);

/* Write all bytes; short writes and EINTR are retried. */
int pm_write_all(int fd, const void *bytes, size_t len);

/* ---- output: whatever is written --------------------------------------------------- */

enum pm_output_kind {
	PM_OUTPUT_FILE, /* a file, replaced whole or not at all */
	PM_OUTPUT_IN_PLACE, /* a file that can't be: it is a mount point. Kept in memory till it is whole */
	PM_OUTPUT_STREAM, /* written to as it comes: a descriptor, a device, a FIFO */
};

/* Something to be written, by a path. */
struct pm_output {
	enum pm_output_kind kind;
	int dir;	  /* folder of the file; -1: none */
	int fd;		  /* what is to be written to; -1: none yet */
	int place;	  /* what is there already, or -1 */
	char temp[256];	  /* the name of the temporary file in the folder; "": there is none */
	char base[256];	  /* the name that it will get, links followed */
	const char *path; /* as given by the caller, who keeps it */
	bool refused;	  /* by the rules below: nothing failed */
	uint64_t id[2];	  /* device and inode of the place, or else of the folder */
};
#define PM_OUTPUT_NONE ((struct pm_output){.dir = -1, .fd = -1, .place = -1})

/*
 * Begin to write to `path`, before the right to open is given up:
 *
 * - a regular file, or where there is none yet, by a temporary file in its folder that nobody can have
 *   prepared (O_EXCL). A new file has `mode` less the umask; one that is replaced leaves its mode, its
 *   ACL and, where permitted, its owner to its successor: never more rights than it had.
 * - "-" (standard output), /dev/stdout, /dev/fd/N, a character device, a FIFO, or what another process
 *   has open by its link in /proc: written to as they are.
 *
 * Symbolic links are followed as way_find() does. Refused, with `refused` set: a link that isn't
 * followed (-ELOOP), a socket or block device (-EINVAL), and another's file in a folder with the
 * sticky bit, which its owner may have put there for us to fill (-EPERM; so does fs.protected_regular).
 */
int pm_output_begin(struct pm_output *out, const char *path, mode_t mode, struct pm_error *err);

/*
 * Open a device or a FIFO, which can wait for its reader as long as it likes: to be called where
 * signals can end us. Nothing for all others.
 */
int pm_output_open(struct pm_output *out, struct pm_error *err);

/* Do two lead to the same place, or one to what `fd` is open on? */
bool pm_output_same(const struct pm_output *a, const struct pm_output *b);
bool pm_output_is(const struct pm_output *out, int fd);

/* Put it in its place, on the disk. Releases `out`. */
int pm_output_commit(struct pm_output *out, struct pm_error *err);

/* Remove the temporary file, if there still is one. */
void pm_output_release(struct pm_output *out);

/* Make the folder `path`, mode 0700, by a way as above, and open it. */
int pm_make_folder(const char *path, struct pm_error *err);

/* ---- state: a file that each run replaces ------------------------------------------ */

/*
 * A file of one's own that one run leaves to the next. No other can write it or put another in its
 * place, and no second run has it meanwhile.
 */
struct pm_state_file {
	const char *path;      /* as given by the caller, who keeps it; NULL: not open */
	int lock;	       /* PATH.lock, mode 0600, held by flock(2) until release */
	int fd;		       /* what the run before left, open for reading; -1: nothing yet */
	struct pm_output next; /* what this one leaves: .NAME.new beside it till it is committed */
};

/*
 * Take the state at `path`. Its folder must be trusted as pm_open_trusted() has it, and be nobody's
 * to write but its owner's, sticky bit or not; the file, and its lock, must be regular, the
 * caller's own, of one link, and closed to the writing of others (the lock to their reading too:
 * whoever can open it can hold it). No link is followed, nothing blocks. What a killed run left of
 * `next` is removed: it has one name, so that nothing piles up.
 *
 * -EBUSY: another run has it; -EPERM, -ELOOP, -EINVAL: not to be trusted, with the component at
 * fault in the sentence; -EISDIR, -ENAMETOOLONG: no file can have that name, or none beside it;
 * else of opening. Call pm_state_release() in any case.
 */
int pm_state_open(struct pm_state_file *state, const char *path, struct pm_error *err);

/*
 * Put `next`, to whose descriptor all was written, in the place of the file: mode 0600, on the disk
 * when this returns. Whatever fails, and wherever the machine stops, the file is the old one or the
 * new one.
 */
int pm_state_commit(struct pm_state_file *state, struct pm_error *err);

/* Give the lock back, and remove what was not committed. */
void pm_state_release(struct pm_state_file *state);

/* ---- bans: calls that are unsafe, or that the habits of this project replace ------- */

#undef sprintf
#undef vsprintf
#undef strcpy
#undef strcat
#undef gets
#pragma GCC poison sprintf vsprintf strcpy strcat strtok gets sscanf atoi atol atoll system popen
#pragma GCC poison getpwuid getpwnam getservbyport getservbyname setlocale

#endif
