/* impostor: who says that he belongs here, and is somebody else. */
#ifndef JUDGE_IMPOSTOR_H
#define JUDGE_IMPOSTOR_H

#include "claim.h"

/* Whether one of its files, or its name for one, is a lie; a reason is given then. */
bool judge_files(struct trial *trial);

/* Whether it is one; the verdict is given then, with its reason. */
bool judge_impostor(struct trial *trial, struct claim claim);

#endif
