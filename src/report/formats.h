/* formats: the functions in the table of formats that have a file of their own. */
#ifndef REPORT_FORMATS_H
#define REPORT_FORMATS_H

#include <portmote/report.h>

#endif
