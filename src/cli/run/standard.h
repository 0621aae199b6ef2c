/* standard: descriptors 0, 1 and 2, which nothing else must get. */
#ifndef CLI_STANDARD_H
#define CLI_STANDARD_H

/* A descriptor for each of 0, 1 and 2: 0 or -errno. */
int occupy_standard_descriptors(void);

#endif
