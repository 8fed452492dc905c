/* The console of a board. */
#include "board.h"
#include "harness.h"

void harness_print(const char *text)
{
    board_write(text, strlen(text));
}

int main(int argc, char **argv)
{
    return harness_main(argc, argv);
}
