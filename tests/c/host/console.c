/* The console of a desk. */

#include <stdio.h>

#include "harness.h"

void harness_print(const char *text)
{
    (void)fputs(text, stdout);
    /* What was said before a crash is the most telling. */
    (void)fflush(stdout);
}

int main(int argc, char **argv)
{
    return harness_main(argc, argv);
}
