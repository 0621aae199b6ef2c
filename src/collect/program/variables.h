/* variables: those of the environment by which code is loaded. What else stands there is nobody's affair. */
#ifndef COLLECT_VARIABLES_H
#define COLLECT_VARIABLES_H

#include "program/loads.h"

int loads_meet_variables(const struct loads *loads);

/* What it is set to, or NULL; set to nothing is not set. */
const char *loads_variable(const struct loads_of *of, const char *name);

bool loads_has_variable(const struct loads_of *of, const char *name);

#endif
