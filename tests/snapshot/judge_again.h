/*
 * judge_again: what `portmote audit --snapshot` does with the bytes of a file, without the file:
 * read, name, label, judge, and write in every format.
 */
#ifndef JUDGE_AGAIN_H
#define JUDGE_AGAIN_H

#include <portmote/report.h>

/*
 * What came of it: 0, with the document in `json`, or -EINVAL with the sentence. Aborts where
 * something is not as the headers promise.
 */
int judge_again(const char *bytes, size_t len, struct pm_buf *json, struct pm_error *err);

/*
 * The same, and once more from what it wrote: that must be readable, and give the same bytes.
 */
int judge_twice(const char *bytes, size_t len, struct pm_buf *json, struct pm_error *err);

#endif
