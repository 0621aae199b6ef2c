/* company: who else holds a listener, before and after. */
#ifndef DIFF_COMPANY_H
#define DIFF_COMPANY_H

#include "comparing.h"

/* Who holds the listener beside the owner, and did not. */
void add_company_facts(struct comparing *comparing, const struct entry *x, const struct entry *y);

#endif
