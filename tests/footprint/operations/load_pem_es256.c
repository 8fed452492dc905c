#include "probe.h"

#include <jwt_mint.h>

int operation(const struct inputs *in, struct output *out)
{
    jwt_es256_key key;
    (void)out;
    const jwt_status status = jwt_es256_key_load_pem(&key, jwt_str_from(in->ec_pem));
    jwt_es256_key_wipe(&key);
    return status;
}
