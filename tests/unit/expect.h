/* For long loops: ck_assert() writes to a pipe each time it is passed, this only when it fails. */
#ifndef PORTMOTE_EXPECT_H
#define PORTMOTE_EXPECT_H

#include <check.h>

#define EXPECT(condition)                                                                          \
	do {                                                                                       \
		if (!(condition))                                                                  \
			ck_abort_msg("%s", #condition);                                            \
	} while (0)

#endif
