/* The files of cases, each as one test of the suite. */
#include <zephyr/kernel.h>
#include <zephyr/ztest.h>

#if defined(CONFIG_ARCH_POSIX)
#include <nsi_tracing.h>
#endif

#include "harness.h"

/* The table of the file that runs: what the harness calls harness_cases. */
extern const struct harness_case *harness_chosen[];
const struct harness_case *harness_chosen[1];

void harness_print(const char *text)
{
#if defined(CONFIG_ARCH_POSIX)
    /* The console breaks lines at 256 characters. */
    nsi_print_trace("%s", text);
#else
    printk("%s", text);
#endif
}

/* How much of the stack was used by a file. */
static void say_stack(void)
{
    size_t unused = 0;
    if (k_thread_stack_space_get(k_current_get(), &unused) == 0) {
        printk("STACK %zu\n", k_current_get()->stack_info.size - unused);
    }
}

#define FILE_OF_CASES(file)                             \
    extern const struct harness_case cases_of_##file[]; \
    ZTEST(jwt_mint, test_##file)                        \
    {                                                   \
        harness_chosen[0] = cases_of_##file;            \
        const int result = harness_main(0, NULL);       \
        say_stack();                                    \
        zassert_equal(result, 0);                       \
    }
#include "files.h"

ZTEST_SUITE(jwt_mint, NULL, NULL, NULL, NULL, NULL);
