/*
 * csv: CSV by RFC 4180: CRLF, a header of the fields' names, quotes where they are needed.
 *
 * A spreadsheet takes a cell that begins with = + - @ TAB or CR for a formula, quoted or not, some
 * also behind spaces, and a process can name itself so. Such a cell gets a ' in front; so does one
 * that begins with ', and whoever reads the file takes one ' away from each cell that begins with
 * it: nothing is lost.
 */
#ifndef REPORT_CSV_H
#define REPORT_CSV_H

#include <portmote/report.h>

int csv_print(const struct pm_report *report, const struct pm_report_options *options);

int csv_diff(const struct pm_comparison *comparison, const struct pm_report_options *options);

#endif
