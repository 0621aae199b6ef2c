#include "line/help.h"
#include "line/options.h"

static void print_options(void)
{
	for (size_t i = 0; i < option_count; i++) {
		const struct option_row *row = &options[i];
		char letter[8] = "    ", name[48];

		if (row->letter)
			snprintf(letter, sizeof(letter), "-%c, ", row->letter);
		snprintf(name, sizeof(name), "--%s%s%s", row->name, row->argument ? "=" : "",
			 row->argument ? row->argument : "");
		printf("  %s%-20s %s\n", letter, name, row->help);
	}
}

void help_print(void)
{
	printf("Usage: portmote [COMMAND] [OPTION]...\n"
	       "List what listens on this machine, who holds it, and whether it belongs there.\n\n"
	       "Commands:\n");
	for (size_t i = 0; i < command_count; i++)
		printf("  %-16s%-14s %s\n", commands[i].name, commands[i].arguments,
		       commands[i].help);
	printf("\nOptions:\n");
	print_options();
	printf("\nFormats:\n");
	for (size_t i = 0; i < pm_format_count; i++)
		printf("  %-14s %s\n", pm_formats[i].name, pm_formats[i].help);
	printf("\nColumns:\n");
	for (size_t i = 0; i < pm_field_count; i++)
		if (pm_fields[i].header)
			printf("  %-14s %s\n", pm_fields[i].name, pm_fields[i].help);
	printf("\nExit codes:\n"
	       "  0 clean   1 findings   2 usage or input error   3 incomplete   4 output error\n");
}
