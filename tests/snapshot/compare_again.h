/* compare_again: what `portmote diff OLD NEW` does with the bytes of two files, without the files. */
#ifndef COMPARE_AGAIN_H
#define COMPARE_AGAIN_H

#include <portmote/report.h>

/*
 * Read, judge and compare both, each with itself too, and write what differs in every format that
 * has a form for that. 0, or -EINVAL with the sentence where one of them is refused. Aborts where
 * something is not as the headers promise.
 */
int compare_again(const char *before, size_t before_len, const char *after, size_t after_len,
		  struct pm_error *err);

#endif
